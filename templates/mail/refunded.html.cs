<?cs # money of a payment went back, as HTML: Refund.Amount, .At, .Reopens; Pay.Url (may be absent); see payment.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p>{{<strong><?cs var:Refund.Amount ?> was sent back to you</strong> on <?cs var:Refund.At ?>.}} {{It is about this payment:}}</p>
<?cs include:"mail/payment.html.cs" ?>
<p><?cs if:Refund.Reopens ?>{{What to do: what was refunded is due again on its invoices; please pay it in another way.}}<?cs if:Pay.Url ?>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?><?cs else ?>{{What to do: nothing. Your bank or card company may take a few days to show it.}}<?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
