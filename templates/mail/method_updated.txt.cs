<?cs # a card's bank told of a change, as text: the first line is the subject; Method.Text, .Change (changed, closed, contact); Method.ExpiresOn, .Url (may be absent)
?>Subject: <?cs if:Method.Change == "changed" ?>{{Your bank updated your card: <?cs var:Method.Text ?>}}<?cs else ?>{{Your card needs attention: <?cs var:Method.Text ?>}}<?cs /if ?>

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Method.Change == "closed" ?>{{The bank of your card told us that its account is closed, so payments cannot use it any more:}}<?cs elif:Method.Change == "contact" ?>{{The bank of your card told us that it has new details and that only you can give them, so payments cannot use it any more:}}<?cs else ?>{{The bank of your card told us its new number or expiration date. Payments use these from now on:}}<?cs /if ?>

    <?cs var:Method.Text ?><?cs if:Method.Change == "changed" && Method.ExpiresOn ?>
    {{Expires after <?cs var:Method.ExpiresOn ?>}}<?cs /if ?>

<?cs if:Method.Change == "changed" ?>{{What to do: nothing. If you don't want us to use this card, remove it.}}<?cs else ?>{{What to do: enter the card you have now, or use another payment method. Auto Pay with this card pays nothing until then.}}<?cs /if ?><?cs if:Method.Url ?>
{{Payment Methods: <?cs var:Method.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
