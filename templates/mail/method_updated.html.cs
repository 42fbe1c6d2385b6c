<?cs # a card's bank told of a change, as HTML: Method.Text, .Change (changed, closed, contact); Method.ExpiresOn, .Url (may be absent)
?><?cs include:"mail/head.html.cs" ?>
<p><?cs if:Method.Change == "closed" ?>{{The bank of your card told us that its account is closed, so payments cannot use it any more:}}<?cs elif:Method.Change == "contact" ?>{{The bank of your card told us that it has new details and that only you can give them, so payments cannot use it any more:}}<?cs else ?>{{The bank of your card told us its new number or expiration date. Payments use these from now on:}}<?cs /if ?></p>
<p><strong><bdi><?cs var:Method.Text ?></bdi></strong><?cs if:Method.Change == "changed" && Method.ExpiresOn ?><br>
{{Expires after <?cs var:Method.ExpiresOn ?>}}<?cs /if ?></p>
<p><?cs if:Method.Change == "changed" ?>{{What to do: nothing. If you don't want us to use this card, remove it.}}<?cs else ?>{{What to do: enter the card you have now, or use another payment method. Auto Pay with this card pays nothing until then.}}<?cs /if ?><?cs if:Method.Url ?>
<a href="<?cs var:Method.Url ?>">{{Payment Methods}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
