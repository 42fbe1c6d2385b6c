<?cs # a bank sent a payment back, as HTML: Mail.At; Return.Due, .Credit, .Adjustment, .Fee, Pay.Url (may be absent); see payment.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><strong>{{The payment was returned.}}</strong> <?cs if:Return.Due ?>{{Your bank sent it back on <?cs var:Mail.At ?>, so the invoices are open again.}}<?cs else ?>{{Your bank sent it back on <?cs var:Mail.At ?>.}}<?cs /if ?></p><?cs
if:Return.Due || Return.Credit || Return.Adjustment || Return.Fee ?>
<ul><?cs if:Return.Due ?>
  <li>{{Due again on its invoices: <?cs var:Return.Due ?>}}</li><?cs /if ?><?cs if:Return.Credit ?>
  <li>{{Taken off the credit on your account: <?cs var:Return.Credit ?>}}</li><?cs /if ?><?cs if:Return.Adjustment ?>
  <li>{{Due as an adjustment, because it had been refunded or used before: <?cs var:Return.Adjustment ?>}}</li><?cs /if ?><?cs if:Return.Fee ?>
  <li>{{Return Fee: <?cs var:Return.Fee ?>}}</li><?cs /if ?>
</ul><?cs /if ?>
<?cs include:"mail/payment.html.cs" ?>
<p><?cs if:Return.Due ?>{{What to do: ask your bank why, then pay the invoices again, with another payment method if need be.}}<?cs else ?>{{What to do: ask your bank why, then pay what is due, with another payment method if need be.}}<?cs /if ?><?cs if:Pay.Url ?>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
