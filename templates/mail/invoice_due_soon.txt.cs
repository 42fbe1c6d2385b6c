<?cs # invoices are due soon, as text: the first line is the subject; Due.On, .Total, .Count; Due.Number (of a single one), Pay.Url (may be absent); and see invoice_rows.txt.cs
?>Subject: <?cs if:Due.Number ?>Invoice <?cs var:Due.Number ?> for <?cs var:Due.Total ?> is<?cs else ?><?cs var:Due.Count ?> invoices for <?cs var:Due.Total ?> are<?cs /if ?> due <?cs var:Due.On ?>

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Due.Number ?>This invoice is<?cs else ?>These invoices are<?cs /if ?> due on <?cs var:Due.On ?>:
<?cs include:"mail/invoice_rows.txt.cs" ?>
What to do: pay <?cs if:Due.Number ?>it<?cs else ?>them<?cs /if ?> by <?cs var:Due.On ?>.<?cs if:Pay.Url ?>
Make a Payment: <?cs var:Pay.Url ?><?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
