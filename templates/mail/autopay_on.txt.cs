<?cs # autopay was turned on or changed, as text: the first line is the subject; Method.Text; Autopay.Schedule; Autopay.NextOn, .Largest, .Backup, .Url, .ByUs (1: we changed it), Covers.N.Text, Consent.At, Consent.Lines.N.Text (may be absent)
?>Subject: {{Auto Pay with <?cs var:Method.Text ?>}}

<?cs include:"mail/head.txt.cs" ?>
{{Auto Pay is on with <?cs var:Method.Text ?>.}}

{{Schedule: <?cs var:Autopay.Schedule ?>}}<?cs if:Autopay.NextOn ?>
{{Next payment: <?cs var:Autopay.NextOn ?>}}<?cs /if ?><?cs if:Autopay.Largest ?>
{{Most per draft: <?cs var:Autopay.Largest ?>}}<?cs /if ?><?cs if:Autopay.Backup ?>
{{Backup method: <?cs var:Autopay.Backup ?>}}<?cs /if ?><?cs if:subcount(Covers) ?>
{{Pays:}}<?cs each:cover = Covers ?> <?cs var:cover.Text ?><?cs if:!last(cover) ?>,<?cs /if ?><?cs /each ?><?cs /if ?>

<?cs if:Autopay.ByUs ?>{{We changed it for you.}}

<?cs /if ?><?cs if:subcount(Consent.Lines) ?>{{On <?cs var:Consent.At ?> you agreed to the following:}}
<?cs each:line = Consent.Lines ?>
    <?cs var:line.Text ?><?cs /each ?>

<?cs /if ?>{{What to do: keep this mail for your records.}} <?cs if:Autopay.ByUs ?>{{If you did not ask for this, contact us at once.}}<?cs else ?>{{If you did not agree to this, contact us at once.}}<?cs /if ?><?cs if:Autopay.Url ?>
{{Manage Auto Pay: <?cs var:Autopay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
