<?cs # invoices are overdue, as HTML: Due.On, .Total, .Count; Due.Number (of a single one), Autopay.Covers (all, some), .NextOn, .Url, Pay.Url (may be absent); and see invoice_rows.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><strong><?cs if:Due.Number ?>This invoice was<?cs else ?>These invoices were<?cs /if ?> due on <?cs var:Due.On ?> and <?cs if:Due.Number ?>is<?cs else ?>are<?cs /if ?> not paid:</strong></p>
<?cs include:"mail/invoice_rows.html.cs" ?><?cs if:Autopay.Covers ?>
<p>Auto Pay covers <?cs if:Autopay.Covers == "some" ?>some of them<?cs elif:Due.Number ?>it<?cs else ?>them<?cs /if ?> and has not paid <?cs if:Due.Number ?>it<?cs else ?>them<?cs /if ?> yet.<?cs if:Autopay.NextOn ?> Its next payment is on <?cs var:Autopay.NextOn ?>.<?cs /if ?></p><?cs /if ?>
<p>What to do: <?cs if:Autopay.Covers ?>look at the payment method of Auto Pay, or pay now.<?cs else ?>pay <?cs if:Due.Number ?>it<?cs else ?>them<?cs /if ?> now.<?cs /if ?><br>
If you have paid already, thank you: it may take a few days to be seen here.<?cs if:Pay.Url ?><br>
<a href="<?cs var:Pay.Url ?>">Make a Payment</a><?cs /if ?><?cs if:Autopay.Url ?><br>
<a href="<?cs var:Autopay.Url ?>">Manage Auto Pay</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
