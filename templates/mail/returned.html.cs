<?cs # a bank sent a payment back, as HTML: Mail.At; Pay.Url (may be absent); see payment.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><strong>The payment was returned.</strong> Your bank sent it back on <?cs var:Mail.At ?>, so the invoices are open again.</p>
<?cs include:"mail/payment.html.cs" ?>
<p>What to do: ask your bank why, then pay the invoices again, with another payment method if need be.<?cs if:Pay.Url ?>
<a href="<?cs var:Pay.Url ?>">Make a Payment</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
