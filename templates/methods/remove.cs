<?cs # asks before a payment method is removed: Method.Text; Method.Label, Open.Text, Autopay.Ends (1: its Auto Pay ends), Autopay.IsBackup (1) (may be absent); Form.Key, Form.Action, Form.CancelUrl
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<div class="r-narrow">
<?cs include:"shared/notices.cs" ?>
<h1>{{Remove <bdi><?cs var:Method.Text ?></bdi>?}}</h1><?cs if:Method.Label ?>
<p class="r-lead">{{You named it <bdi><?cs var:Method.Label ?></bdi>.}}</p><?cs /if ?>
<ul class="r-list">
  <li>{{Its entry in the vault of the payment service is deleted.}}</li>
  <li>{{It cannot be used for payments any more, unless you add it again.}}</li>
  <li>{{Payments already made stay as they are.}}</li><?cs if:Autopay.Ends ?>
  <li><strong>{{Its Auto Pay is turned off. You'll need to manually submit future payments to keep your account current.}}</strong></li><?cs /if ?><?cs if:Autopay.IsBackup ?>
  <li>{{It is not the backup of your Auto Pay any more.}}</li><?cs /if ?>
</ul><?cs if:Open.Text ?>
<p class="r-note"><?cs var:Open.Text ?></p><?cs /if ?>
<form method="post" action="<?cs var:Form.Action ?>">
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
  <p class="r-actions"><button class="r-button r-button-danger">{{Remove}}</button> <a class="r-quiet-link" href="<?cs var:Form.CancelUrl ?>">{{Cancel}}</a></p>
</form>
</div>
<?cs include:"shared/bottom.cs" ?>
