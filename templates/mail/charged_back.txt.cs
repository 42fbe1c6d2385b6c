<?cs # a cardholder's bank took a payment back, as text: the first line is the subject; Mail.At; Return.Due, .Credit, .Adjustment, Pay.Url (may be absent); see payment.txt.cs
?>Subject: {{Your payment of <?cs var:Payment.Amount ?> was charged back}}

<?cs include:"mail/head.txt.cs" ?>
{{The payment was charged back.}} <?cs if:Return.Due ?>{{The card's bank took it back on <?cs var:Mail.At ?> because it was disputed, so the invoices are open again.}}<?cs else ?>{{The card's bank took it back on <?cs var:Mail.At ?> because it was disputed.}}<?cs /if ?>
<?cs if:Return.Due ?>
{{Due again on its invoices: <?cs var:Return.Due ?>}}<?cs /if ?><?cs if:Return.Credit ?>
{{Taken off the credit on your account: <?cs var:Return.Credit ?>}}<?cs /if ?><?cs if:Return.Adjustment ?>
{{Due as an adjustment, because it had been refunded or used before: <?cs var:Return.Adjustment ?>}}<?cs /if ?>
<?cs include:"mail/payment.txt.cs" ?>
{{Auto Pay does not pay these invoices, nor with this card.}}

{{What to do: if the dispute is a mistake, ask the card's bank to end it and tell us; otherwise pay what is due, with another payment method.}}<?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
