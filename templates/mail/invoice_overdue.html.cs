<?cs # invoices are overdue, as HTML: Due.On, .Total, .Count; Due.Number (of a single one), Autopay.Covers (all, some), .NextOn, .Url, Pay.Url (may be absent); and see invoice_rows.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><strong><?cs if:Due.Number ?>{{This invoice was due on <?cs var:Due.On ?> and is not paid:}}<?cs else ?>{{These invoices were due on <?cs var:Due.On ?> and are not paid:}}<?cs /if ?></strong></p>
<?cs include:"mail/invoice_rows.html.cs" ?><?cs if:Autopay.Covers ?>
<p><?cs if:Autopay.Covers == "some" ?>{{Auto Pay covers some of them and has not paid them yet.}}<?cs elif:Due.Number ?>{{Auto Pay covers it and has not paid it yet.}}<?cs else ?>{{Auto Pay covers them and has not paid them yet.}}<?cs /if ?><?cs if:Autopay.NextOn ?> {{Its next payment is on <?cs var:Autopay.NextOn ?>.}}<?cs /if ?></p><?cs /if ?>
<p><?cs if:Autopay.Covers ?>{{What to do: look at the payment method of Auto Pay, or pay now.}}<?cs elif:Due.Number ?>{{What to do: pay it now.}}<?cs else ?>{{What to do: pay them now.}}<?cs /if ?><br>
{{If you have paid already, thank you: it may take a few days to be seen here.}}<?cs if:Pay.Url ?><br>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?><?cs if:Autopay.Url ?><br>
<a href="<?cs var:Autopay.Url ?>">{{Manage Auto Pay}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
