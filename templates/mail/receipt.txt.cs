<?cs # a payment was taken, as text: the first line is the subject; Payment.State, .StateWord, and see payment.txt.cs
?>Subject: <?cs if:Payment.State == "pending" ?>{{Your payment of <?cs var:Payment.Amount ?> was accepted}}<?cs else ?>{{Receipt for your payment of <?cs var:Payment.Amount ?>}}<?cs /if ?>

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Payment.State == "pending" ?>{{Your payment was accepted.}} {{Your bank still has to send the money. Please allow up to 2 business days for payments to be reflected in your account.}}<?cs
elif:Payment.State == "succeeded" ?>{{Payment has been processed.}} {{Thank you. Please allow up to 2 business days for payments to be reflected in your account.}}<?cs
else ?>{{This is the receipt for a payment of yours. Since then it has changed, and now it is: <?cs var:Payment.StateWord ?>.}}<?cs /if ?>
<?cs include:"mail/payment.txt.cs" ?>
{{What to do: nothing; keep this mail as your receipt. If you did not make this payment, contact us at once.}}
<?cs include:"mail/foot.txt.cs" ?>
