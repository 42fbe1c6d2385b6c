<?cs # a cardholder's bank took a payment back, as HTML: Mail.At; Return.Due, .Credit, .Adjustment, Pay.Url (may be absent); see payment.html.cs
?><?cs include:"mail/head.html.cs" ?>
<p><strong>{{The payment was charged back.}}</strong> <?cs if:Return.Due ?>{{The card's bank took it back on <?cs var:Mail.At ?> because it was disputed, so the invoices are open again.}}<?cs else ?>{{The card's bank took it back on <?cs var:Mail.At ?> because it was disputed.}}<?cs /if ?></p><?cs
if:Return.Due || Return.Credit || Return.Adjustment ?>
<ul><?cs if:Return.Due ?>
  <li>{{Due again on its invoices: <?cs var:Return.Due ?>}}</li><?cs /if ?><?cs if:Return.Credit ?>
  <li>{{Taken off the credit on your account: <?cs var:Return.Credit ?>}}</li><?cs /if ?><?cs if:Return.Adjustment ?>
  <li>{{Due as an adjustment, because it had been refunded or used before: <?cs var:Return.Adjustment ?>}}</li><?cs /if ?>
</ul><?cs /if ?>
<?cs include:"mail/payment.html.cs" ?>
<p>{{Auto Pay does not pay these invoices, nor with this card.}}</p>
<p>{{What to do: if the dispute is a mistake, ask the card's bank to end it and tell us; otherwise pay what is due, with another payment method.}}<?cs if:Pay.Url ?>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
