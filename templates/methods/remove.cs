<?cs # asks before a payment method is removed: Method.Text; Method.Label, Open.Text (may be absent); Form.Key, Form.Action, Form.CancelUrl
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<div class="r-narrow">
<?cs include:"shared/notices.cs" ?>
<h1>Remove <bdi><?cs var:Method.Text ?></bdi>?</h1><?cs if:Method.Label ?>
<p class="r-lead">You named it <bdi><?cs var:Method.Label ?></bdi>.</p><?cs /if ?>
<ul class="r-list">
  <li>Its entry in the vault of the payment service is deleted.</li>
  <li>It cannot be used for payments any more, unless you add it again.</li>
  <li>Payments already made stay as they are.</li>
</ul><?cs if:Open.Text ?>
<p class="r-note"><?cs var:Open.Text ?></p><?cs /if ?>
<form method="post" action="<?cs var:Form.Action ?>">
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
  <p class="r-actions"><button class="r-button r-button-danger">Remove</button> <a class="r-quiet-link" href="<?cs var:Form.CancelUrl ?>">Cancel</a></p>
</form>
</div>
<?cs include:"shared/bottom.cs" ?>
