<?cs # a payment was taken back before it settled, as text: the first line is the subject; Refund.At; Refund.Adjustment, Pay.Url (may be absent); see payment.txt.cs
?>Subject: {{Your payment of <?cs var:Payment.Amount ?> was canceled}}

<?cs include:"mail/head.txt.cs" ?>
{{This payment was canceled on <?cs var:Refund.At ?>, before it was settled: the money stays with you, and its invoices are due again.}}<?cs if:Refund.Adjustment ?>

{{Due as an adjustment, because it had been refunded or used before: <?cs var:Refund.Adjustment ?>}}<?cs /if ?>
<?cs include:"mail/payment.txt.cs" ?>
{{What to do: pay the invoices again.}}<?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
