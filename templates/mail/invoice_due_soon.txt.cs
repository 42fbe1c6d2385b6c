<?cs # invoices are due soon, as text: the first line is the subject; Due.On, .Total, .Count; Due.Number (of a single one), Pay.Url (may be absent); and see invoice_rows.txt.cs
?>Subject: <?cs if:Due.Number ?>{{Invoice <?cs var:Due.Number ?> for <?cs var:Due.Total ?> is due <?cs var:Due.On ?>}}<?cs else ?>{{<?cs var:Due.Count ?> invoices for <?cs var:Due.Total ?> are due <?cs var:Due.On ?>}}<?cs /if ?>

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Due.Number ?>{{This invoice is due on <?cs var:Due.On ?>:}}<?cs else ?>{{These invoices are due on <?cs var:Due.On ?>:}}<?cs /if ?>
<?cs include:"mail/invoice_rows.txt.cs" ?>
<?cs if:Due.Number ?>{{What to do: pay it by <?cs var:Due.On ?>.}}<?cs else ?>{{What to do: pay them by <?cs var:Due.On ?>.}}<?cs /if ?><?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
