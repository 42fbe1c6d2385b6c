<?cs # one payment method: Method.* as Methods.N.* of methods/list.cs; Method.UsedOn, UsedOnIso, ReplaceUrl, RemoveUrl, PayUrl (may be absent);
  Form.Key, Fields.Label.Value, .Error. Id for the error summary: label
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Site.Base ?>/methods">Payment Methods</a></p>
<div class="r-title">
  <?cs call:mark(Method.BrandKind) ?><h1><bdi><?cs var:Method.Text ?></bdi></h1><?cs call:expiry(Method.Expired, Method.ExpiresSoon) ?>
</div><?cs if:Method.Attention ?>
<div class="r-banner r-banner-warning"><p><?cs var:Method.Attention ?><?cs if:Method.FixUrl ?> <a href="<?cs var:Method.FixUrl ?>">Fix it</a><?cs /if ?></p></div><?cs /if ?>
<section class="r-card" aria-label="Details">
  <dl class="r-facts"><?cs if:Method.Label ?>
    <div><dt>Your name for it</dt><dd><bdi><?cs var:Method.Label ?></bdi></dd></div><?cs /if ?><?cs if:Method.Holder ?>
    <div><dt>Name on <?cs if:Method.BrandKind == "bank" ?>Account<?cs else ?>Card<?cs /if ?></dt><dd><bdi><?cs var:Method.Holder ?></bdi></dd></div><?cs /if ?><?cs if:Method.Expires ?>
    <div><dt><?cs if:Method.Expired ?>Expired<?cs else ?>Expires<?cs /if ?></dt><dd><?cs var:Method.Expires ?></dd></div><?cs /if ?>
    <div><dt>Added</dt><dd><?cs call:date(Method.AddedOnIso, Method.AddedOn) ?> by <bdi><?cs if:Method.AddedBy == "You" ?>you<?cs else ?><?cs var:Method.AddedBy ?><?cs /if ?></bdi></dd></div><?cs if:Method.UsedOn ?>
    <div><dt>Last payment</dt><dd><?cs call:date(Method.UsedOnIso, Method.UsedOn) ?></dd></div><?cs /if ?>
    <div><dt>Auto Pay</dt><dd><?cs var:Method.Autopay ?></dd></div>
  </dl>
  <p class="r-actions r-after"><?cs if:Method.PayUrl ?><a class="r-button" href="<?cs var:Method.PayUrl ?>">Make a Payment with it</a> <?cs /if ?><?cs
    if:Method.ReplaceUrl ?><a class="r-button<?cs if:Method.PayUrl ?> r-button-quiet<?cs /if ?>" href="<?cs var:Method.ReplaceUrl ?>"><?cs if:Method.Expired ?>Replace expired card<?cs elif:Method.BrandKind == "bank" ?>Replace this account<?cs else ?>Replace this card<?cs /if ?></a> <?cs /if ?><?cs
    if:Method.RemoveUrl ?><a class="r-button r-button-quiet" href="<?cs var:Method.RemoveUrl ?>">Remove</a><?cs /if ?></p>
</section>
<section class="r-card r-screen-only" aria-label="Name">
  <form class="r-form" method="post" action="<?cs var:Method.Url ?>" novalidate>
    <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
    <div class="r-field<?cs if:Fields.Label.Error ?> r-field-wrong<?cs /if ?>">
      <label for="label">Name for this method</label>
      <p class="r-hint" id="label-hint">Optional, for you to tell it apart, like Company card.</p>
      <?cs call:error_line("label", Fields.Label.Error) ?>
      <input class="r-input r-input-middle" id="label" name="label" type="text" maxlength="100" autocomplete="off" value="<?cs var:Fields.Label.Value ?>"<?cs call:described("label", "1", Fields.Label.Error) ?>>
    </div>
    <p class="r-actions"><button class="r-button r-button-quiet">Save</button></p>
  </form>
</section>
<?cs include:"shared/bottom.cs" ?>
