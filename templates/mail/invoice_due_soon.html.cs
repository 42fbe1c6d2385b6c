<?cs # invoices are due soon, as HTML: Due.On, .Total, .Count; Due.Number (of a single one), Pay.Url (may be absent); and see invoice_rows.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><strong><?cs if:Due.Number ?>This invoice is<?cs else ?>These invoices are<?cs /if ?> due on <?cs var:Due.On ?>:</strong></p>
<?cs include:"mail/invoice_rows.html.cs" ?>
<p>What to do: pay <?cs if:Due.Number ?>it<?cs else ?>them<?cs /if ?> by <?cs var:Due.On ?>.<?cs if:Pay.Url ?><br>
<a href="<?cs var:Pay.Url ?>">Make a Payment</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
