<?cs # a bank sent a payment back, as text: the first line is the subject; Mail.At; Return.Due, .Credit, .Adjustment, .Fee, Pay.Url (may be absent); see payment.txt.cs
?>Subject: {{Your payment of <?cs var:Payment.Amount ?> was returned}}

<?cs include:"mail/head.txt.cs" ?>
{{The payment was returned.}} <?cs if:Return.Due ?>{{Your bank sent it back on <?cs var:Mail.At ?>, so the invoices are open again.}}<?cs else ?>{{Your bank sent it back on <?cs var:Mail.At ?>.}}<?cs /if ?>
<?cs if:Return.Due ?>
{{Due again on its invoices: <?cs var:Return.Due ?>}}<?cs /if ?><?cs if:Return.Credit ?>
{{Taken off the credit on your account: <?cs var:Return.Credit ?>}}<?cs /if ?><?cs if:Return.Adjustment ?>
{{Due as an adjustment, because it had been refunded or used before: <?cs var:Return.Adjustment ?>}}<?cs /if ?><?cs if:Return.Fee ?>
{{Return Fee: <?cs var:Return.Fee ?>}}<?cs /if ?>
<?cs include:"mail/payment.txt.cs" ?>
<?cs if:Return.Due ?>{{What to do: ask your bank why, then pay the invoices again, with another payment method if need be.}}<?cs else ?>{{What to do: ask your bank why, then pay what is due, with another payment method if need be.}}<?cs /if ?><?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
