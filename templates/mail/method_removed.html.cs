<?cs # a payment method was removed, as HTML: Method.Text, .IsBank; Method.Url (may be absent); Mail.At
?><?cs include:"mail/head.html.cs" ?>
<p><?cs if:Method.IsBank ?>{{A bank account was removed from your payment methods on <?cs var:Mail.At ?>:}}<?cs else ?>{{A card was removed from your payment methods on <?cs var:Mail.At ?>:}}<?cs /if ?></p>
<p><strong><bdi><?cs var:Method.Text ?></bdi></strong></p>
<p>{{It is not used for payments any more.}}</p>
<p>{{What to do: nothing, if that was you. If it was not, contact us at once.}}<?cs if:Method.Url ?>
<a href="<?cs var:Method.Url ?>">{{Payment Methods}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
