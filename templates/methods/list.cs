<?cs # Manage Payment Methods: Methods.N.Url, BrandKind (see mark in shared/macros.cs), Text, AddedBy, AddedOn, AddedOnIso, Autopay;
  Methods.N.Label, Expires, Expired, ExpiresSoon, Holder, Attention, FixUrl, Default (each may be absent);
  AddBankUrl, AddCardUrl, Limit.Text (may be absent)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Manage Payment Methods}}</h1><?cs if:Limit.Text ?>
<p class="r-note"><?cs var:Limit.Text ?></p><?cs /if ?>
<div class="r-card"><?cs if:subcount(Methods) ?>
  <table class="r-table r-methods" role="table">
    <caption class="r-hidden">{{Saved payment methods}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Payment Method}}</th>
      <th role="columnheader" scope="col">{{Expires}}</th>
      <th role="columnheader" scope="col">{{Name}}</th>
      <th role="columnheader" scope="col">{{Added}}</th>
      <th role="columnheader" scope="col">{{Auto Pay}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:method = Methods ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Payment Method}}">
        <p class="r-method"><?cs call:mark(method.BrandKind) ?><a href="<?cs var:method.Url ?>"><bdi><?cs var:method.Text ?></bdi></a></p><?cs if:method.Label ?>
        <p class="r-method-label"><bdi><?cs var:method.Label ?></bdi></p><?cs /if ?><?cs if:method.Default ?>
        <p class="r-muted">{{First choice when you pay}}</p><?cs /if ?><?cs if:method.Attention ?>
        <p class="r-attention"><?cs var:method.Attention ?><?cs if:method.FixUrl ?> <a href="<?cs var:method.FixUrl ?>">{{Fix it<span class="r-hidden">: <?cs var:method.Text ?></span>}}</a><?cs /if ?></p><?cs elif:method.Expired && method.FixUrl ?>
        <p class="r-attention"><a href="<?cs var:method.FixUrl ?>">{{Replace expired card<span class="r-hidden">: <?cs var:method.Text ?></span>}}</a></p><?cs /if ?>
      </td>
      <td role="cell" data-label="{{Expires}}"><span><?cs if:method.Expires ?><?cs var:method.Expires ?><?cs call:expiry(method.Expired, method.ExpiresSoon) ?><?cs else ?>–<?cs /if ?></span></td>
      <?cs if:method.Holder ?><?cs call:text_cell("{{Name}}", method.Holder) ?><?cs else ?><td role="cell" data-label="{{Name}}">–</td><?cs /if ?>
      <td role="cell" data-label="{{Added}}"><span><?cs if:method.AddedBy == "You" ?>{{<?cs call:date(method.AddedOnIso, method.AddedOn) ?> by <bdi>you</bdi>}}<?cs else ?>{{<?cs call:date(method.AddedOnIso, method.AddedOn) ?> by <bdi><?cs var:method.AddedBy ?></bdi>}}<?cs /if ?></span></td>
      <?cs call:text_cell("{{Auto Pay}}", method.Autopay) ?>
    </tr><?cs /each ?>
    </tbody>
  </table><?cs else ?>
  <p class="r-empty">{{No payment method is saved yet.}}<?cs if:AddBankUrl || AddCardUrl ?> {{Save one, and paying takes a moment.}}<?cs elif:!Limit.Text ?> {{Please contact <?cs var:Site.Name ?> to add one.}}<?cs /if ?></p><?cs /if ?>
</div><?cs if:AddBankUrl || AddCardUrl ?>
<section class="r-card r-screen-only" aria-labelledby="add">
  <h2 id="add"><a href="<?cs if:AddCardUrl ?><?cs var:AddCardUrl ?><?cs else ?><?cs var:AddBankUrl ?><?cs /if ?>">{{Add Payment Method}}</a></h2>
  <p class="r-lead">{{It is kept in the vault of the payment service, not here. Nothing is charged when you add it.}}</p>
  <p class="r-actions r-after"><?cs if:AddCardUrl ?><a class="r-button" href="<?cs var:AddCardUrl ?>">{{Add Credit Card}}</a> <?cs /if ?><?cs
    if:AddBankUrl ?><a class="r-button" href="<?cs var:AddBankUrl ?>">{{Add Bank Information (eCheck)}}</a><?cs /if ?></p>
</section><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
