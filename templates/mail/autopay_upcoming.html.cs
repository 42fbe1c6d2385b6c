<?cs # an autopay payment comes up, as HTML: Draft.On, .Amount; Draft.Most (it is the most that is taken), Draft.Days (it was put off, to be told that many days ahead) (may be absent); Method.Text; Autopay.Schedule; Autopay.Url, Covers.N.Text (may be absent)
?><?cs include:"mail/head.html.cs" ?>
<p><?cs if:Draft.Most ?>{{On <strong><?cs var:Draft.On ?></strong> Auto Pay will take at most <strong><?cs var:Draft.Amount ?></strong> from <bdi><?cs var:Method.Text ?></bdi>.}}<?cs else ?>{{On <strong><?cs var:Draft.On ?></strong> Auto Pay will take <strong><?cs var:Draft.Amount ?></strong> from <bdi><?cs var:Method.Text ?></bdi>.}}<?cs /if ?></p>
<p>{{Schedule: <?cs var:Autopay.Schedule ?>}}<?cs if:subcount(Covers) ?><br>
{{Pays:}}<?cs each:cover = Covers ?> <bdi><?cs var:cover.Text ?></bdi><?cs if:!last(cover) ?>,<?cs /if ?><?cs /each ?><?cs /if ?></p>
<p><?cs if:Draft.Most ?>{{It is what is due as of today: what you pay until then is not taken again, and invoices that come until then wait for the next draft.}}<?cs if:Draft.Days ?> {{It is later than the schedule, so that you know at least <?cs var:Draft.Days ?> days before.}}<?cs /if ?><?cs else ?>{{It is what is due as of today: what you pay until then is not taken again, and invoices that come until then may be added.}}<?cs /if ?></p>
<p>{{What to do: nothing. To skip or change it, or to turn off Auto Pay, do so before that day.}}<?cs if:Autopay.Url ?><br>
<a href="<?cs var:Autopay.Url ?>">{{Manage Auto Pay}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
