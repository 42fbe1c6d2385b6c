<?cs # invoices are overdue, as text: the first line is the subject; Due.On, .Total, .Count; Due.Number (of a single one), Autopay.Covers (all, some), .NextOn, .Url, Pay.Url (may be absent); and see invoice_rows.txt.cs
?>Subject: <?cs if:Due.Number ?>Invoice <?cs var:Due.Number ?> for <?cs var:Due.Total ?> is<?cs else ?><?cs var:Due.Count ?> invoices for <?cs var:Due.Total ?> are<?cs /if ?> overdue since <?cs var:Due.On ?>

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Due.Number ?>This invoice was<?cs else ?>These invoices were<?cs /if ?> due on <?cs var:Due.On ?> and <?cs if:Due.Number ?>is<?cs else ?>are<?cs /if ?> not paid:
<?cs include:"mail/invoice_rows.txt.cs" ?><?cs if:Autopay.Covers ?>
Auto Pay covers <?cs if:Autopay.Covers == "some" ?>some of them<?cs elif:Due.Number ?>it<?cs else ?>them<?cs /if ?> and has not paid <?cs if:Due.Number ?>it<?cs else ?>them<?cs /if ?> yet.<?cs if:Autopay.NextOn ?> Its next payment is on <?cs var:Autopay.NextOn ?>.<?cs /if ?>
<?cs /if ?>
What to do: <?cs if:Autopay.Covers ?>look at the payment method of Auto Pay, or pay now.<?cs else ?>pay <?cs if:Due.Number ?>it<?cs else ?>them<?cs /if ?> now.<?cs /if ?>
If you have paid already, thank you: it may take a few days to be seen here.<?cs if:Pay.Url ?>
Make a Payment: <?cs var:Pay.Url ?><?cs /if ?><?cs if:Autopay.Url ?>
Manage Auto Pay: <?cs var:Autopay.Url ?><?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
