<?cs # a payment was taken, as HTML: Payment.State, .StateWord, and see payment.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><?cs if:Payment.State == "pending" ?><strong>{{Your payment was accepted.}}</strong> {{Your bank still has to send the money. Please allow up to 2 business days for payments to be reflected in your account.}}<?cs
elif:Payment.State == "succeeded" ?><strong>{{Payment has been processed.}}</strong> {{Thank you. Please allow up to 2 business days for payments to be reflected in your account.}}<?cs
else ?>{{This is the receipt for a payment of yours. Since then it has changed, and now it is: <strong><?cs var:Payment.StateWord ?></strong>.}}<?cs /if ?></p>
<?cs include:"mail/payment.html.cs" ?>
<p>{{What to do: nothing; keep this mail as your receipt. If you did not make this payment, contact us at once.}}</p>
<?cs include:"mail/foot.html.cs" ?>
