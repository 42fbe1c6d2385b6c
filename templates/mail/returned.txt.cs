<?cs # a bank sent a payment back, as text: the first line is the subject; Mail.At; Pay.Url (may be absent); see payment.txt.cs
?>Subject: Your payment of <?cs var:Payment.Amount ?> was returned

<?cs include:"mail/head.txt.cs" ?>
The payment was returned. Your bank sent it back on <?cs var:Mail.At ?>, so the invoices are open again.
<?cs include:"mail/payment.txt.cs" ?>
What to do: ask your bank why, then pay the invoices again, with another payment method if need be.<?cs if:Pay.Url ?>
Make a Payment: <?cs var:Pay.Url ?><?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
