<?cs # invoices are overdue, as text: the first line is the subject; Due.On, .Total, .Count; Due.Number (of a single one), Autopay.Covers (all, some), .NextOn, .Url, Pay.Url (may be absent); and see invoice_rows.txt.cs
?>Subject: <?cs if:Due.Number ?>{{Invoice <?cs var:Due.Number ?> for <?cs var:Due.Total ?> is overdue since <?cs var:Due.On ?>}}<?cs else ?>{{<?cs var:Due.Count ?> invoices for <?cs var:Due.Total ?> are overdue since <?cs var:Due.On ?>}}<?cs /if ?>

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Due.Number ?>{{This invoice was due on <?cs var:Due.On ?> and is not paid:}}<?cs else ?>{{These invoices were due on <?cs var:Due.On ?> and are not paid:}}<?cs /if ?>
<?cs include:"mail/invoice_rows.txt.cs" ?><?cs if:Autopay.Covers ?>
<?cs if:Autopay.Covers == "some" ?>{{Auto Pay covers some of them and has not paid them yet.}}<?cs elif:Due.Number ?>{{Auto Pay covers it and has not paid it yet.}}<?cs else ?>{{Auto Pay covers them and has not paid them yet.}}<?cs /if ?><?cs if:Autopay.NextOn ?> {{Its next payment is on <?cs var:Autopay.NextOn ?>.}}<?cs /if ?>
<?cs /if ?>
<?cs if:Autopay.Covers ?>{{What to do: look at the payment method of Auto Pay, or pay now.}}<?cs elif:Due.Number ?>{{What to do: pay it now.}}<?cs else ?>{{What to do: pay them now.}}<?cs /if ?>
{{If you have paid already, thank you: it may take a few days to be seen here.}}<?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?><?cs if:Autopay.Url ?>
{{Manage Auto Pay: <?cs var:Autopay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
