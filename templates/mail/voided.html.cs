<?cs # a payment was taken back before it settled, as HTML: Refund.At; Refund.Adjustment, Pay.Url (may be absent); see payment.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p>{{<strong>This payment was canceled</strong> on <?cs var:Refund.At ?>, before it was settled: the money stays with you, and its invoices are due again.}}</p><?cs if:Refund.Adjustment ?>
<p>{{Due as an adjustment, because it had been refunded or used before: <?cs var:Refund.Adjustment ?>}}</p><?cs /if ?>
<?cs include:"mail/payment.html.cs" ?>
<p>{{What to do: pay the invoices again.}}<?cs if:Pay.Url ?>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
