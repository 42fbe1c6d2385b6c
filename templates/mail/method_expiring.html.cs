<?cs # a card of autopay expires, as HTML: Method.Text; Method.ExpiresOn, .Url (may be absent)
?><?cs include:"mail/head.html.cs" ?>
<p><strong><?cs if:Method.ExpiresOn ?>{{<bdi><?cs var:Method.Text ?></bdi> expires after <?cs var:Method.ExpiresOn ?>.}}<?cs else ?>{{<bdi><?cs var:Method.Text ?></bdi> expires soon.}}<?cs /if ?></strong> {{Auto Pay uses it; with an expired card nothing is paid.}}</p>
<p>{{What to do: enter the card you have now, or choose another payment method for Auto Pay.}}<?cs if:Method.Url ?><br>
<a href="<?cs var:Method.Url ?>">{{Update the card}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
