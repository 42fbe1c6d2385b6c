<?cs # money of a payment went back, as text: the first line is the subject; Refund.Amount, .At, .Reopens; Pay.Url (may be absent); see payment.txt.cs
?>Subject: {{<?cs var:Refund.Amount ?> of your payment was refunded}}

<?cs include:"mail/head.txt.cs" ?>
{{<?cs var:Refund.Amount ?> was sent back to you on <?cs var:Refund.At ?>.}} {{It is about this payment:}}
<?cs include:"mail/payment.txt.cs" ?>
<?cs if:Refund.Reopens ?>{{What to do: what was refunded is due again on its invoices; please pay it in another way.}}<?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?><?cs else ?>{{What to do: nothing. Your bank or card company may take a few days to show it.}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
