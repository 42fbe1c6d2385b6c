<?cs # an autopay payment comes up, as text: the first line is the subject; Draft.On, .Amount; Draft.Most (it is the most that is taken), Draft.Days (it was put off, to be told that many days ahead) (may be absent); Method.Text; Autopay.Schedule; Autopay.Url, Covers.N.Text (may be absent)
?>Subject: {{Auto Pay: <?cs var:Draft.Amount ?> on <?cs var:Draft.On ?>}}

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Draft.Most ?>{{On <?cs var:Draft.On ?> Auto Pay will take at most <?cs var:Draft.Amount ?> from <?cs var:Method.Text ?>.}}<?cs else ?>{{On <?cs var:Draft.On ?> Auto Pay will take <?cs var:Draft.Amount ?> from <?cs var:Method.Text ?>.}}<?cs /if ?>

{{Schedule: <?cs var:Autopay.Schedule ?>}}<?cs if:subcount(Covers) ?>
{{Pays:}}<?cs each:cover = Covers ?> <?cs var:cover.Text ?><?cs if:!last(cover) ?>,<?cs /if ?><?cs /each ?><?cs /if ?>

<?cs if:Draft.Most ?>{{It is what is due as of today: what you pay until then is not taken again, and invoices that come until then wait for the next draft.}}<?cs if:Draft.Days ?> {{It is later than the schedule, so that you know at least <?cs var:Draft.Days ?> days before.}}<?cs /if ?><?cs else ?>{{It is what is due as of today: what you pay until then is not taken again, and invoices that come until then may be added.}}<?cs /if ?>

{{What to do: nothing. To skip or change it, or to turn off Auto Pay, do so before that day.}}<?cs if:Autopay.Url ?>
{{Manage Auto Pay: <?cs var:Autopay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
