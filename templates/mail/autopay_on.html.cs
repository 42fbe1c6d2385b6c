<?cs # autopay was turned on or changed, as HTML: Method.Text; Autopay.Schedule; Autopay.NextOn, .Largest, .Backup, .Url, .ByUs (1: we changed it), Covers.N.Text, Consent.At, Consent.Lines.N.Text (may be absent)
?><?cs include:"mail/head.html.cs" ?>
<p><strong>{{Auto Pay is on with <bdi><?cs var:Method.Text ?></bdi>.}}</strong></p>
<p>{{Schedule: <?cs var:Autopay.Schedule ?>}}<?cs if:Autopay.NextOn ?><br>
{{Next payment: <?cs var:Autopay.NextOn ?>}}<?cs /if ?><?cs if:Autopay.Largest ?><br>
{{Most per draft: <?cs var:Autopay.Largest ?>}}<?cs /if ?><?cs if:Autopay.Backup ?><br>
{{Backup method: <bdi><?cs var:Autopay.Backup ?></bdi>}}<?cs /if ?><?cs if:subcount(Covers) ?><br>
{{Pays:}}<?cs each:cover = Covers ?> <bdi><?cs var:cover.Text ?></bdi><?cs if:!last(cover) ?>,<?cs /if ?><?cs /each ?><?cs /if ?></p>
<?cs if:Autopay.ByUs ?><p>{{We changed it for you.}}</p>
<?cs /if ?><?cs if:subcount(Consent.Lines) ?><p>{{On <?cs var:Consent.At ?> you agreed to the following:}}</p>
<blockquote><p><?cs each:line = Consent.Lines ?><bdi><?cs var:line.Text ?></bdi><br><?cs /each ?></p></blockquote>
<?cs /if ?><p>{{What to do: keep this mail for your records.}} <?cs if:Autopay.ByUs ?>{{If you did not ask for this, contact us at once.}}<?cs else ?>{{If you did not agree to this, contact us at once.}}<?cs /if ?><?cs if:Autopay.Url ?><br>
<a href="<?cs var:Autopay.Url ?>">{{Manage Auto Pay}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
