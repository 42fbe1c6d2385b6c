<?cs # invoices are due soon, as HTML: Due.On, .Total, .Count; Due.Number (of a single one), Pay.Url (may be absent); and see invoice_rows.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><strong><?cs if:Due.Number ?>{{This invoice is due on <?cs var:Due.On ?>:}}<?cs else ?>{{These invoices are due on <?cs var:Due.On ?>:}}<?cs /if ?></strong></p>
<?cs include:"mail/invoice_rows.html.cs" ?>
<p><?cs if:Due.Number ?>{{What to do: pay it by <?cs var:Due.On ?>.}}<?cs else ?>{{What to do: pay them by <?cs var:Due.On ?>.}}<?cs /if ?><?cs if:Pay.Url ?><br>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
