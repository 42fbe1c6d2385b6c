<?cs # autopay was turned off, as HTML: Method.Text; Off.Why, Autopay.Url, Pay.Url, Covers.N.Text (may be absent)
?><?cs include:"mail/head.html.cs" ?>
<p><strong>{{Auto Pay with <bdi><?cs var:Method.Text ?></bdi> is off.}}</strong><?cs if:Off.Why ?> <?cs var:Off.Why ?><?cs /if ?></p>
<p>{{Future payments are manual: nothing more is taken by itself for what it covered. A payment that was sent already finishes.}}</p>
<p>{{What to do: make your payments yourself, or turn Auto Pay on again.}}<?cs if:Pay.Url ?><br>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?><?cs if:Autopay.Url ?><br>
<a href="<?cs var:Autopay.Url ?>">{{Manage Auto Pay}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
