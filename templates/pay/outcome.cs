<?cs # how a payment went: Outcome.Kind (success, pending, processing, unknown, declined, failed, not_charged, expired, conflict, refunded),
  Outcome.Title, Outcome.Text; Outcome.Next, Autopay.On (1: it turned Auto Pay on), with it Autopay.Url (may be absent);
  Payment.Reference, Amount, Method; Payment.At, AtIso, Confirmation, Note, ToCredit (may be absent);
  Allocations.N.* (see pay/allocations.cs; shown where money moved or may have); Actions.N.Title, Url, Primary; Refunds.N.* (see shared/refunds.cs; may be absent); Again (1: this form was sent before)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?><?cs if:Again ?>
<div class="r-banner r-banner-info" role="status"><p>{{This form was sent before. This is the payment it made; nothing was paid twice.}}</p></div><?cs /if ?>
<section class="r-outcome r-outcome-<?cs var:Outcome.Kind ?>" role="status" aria-labelledby="outcome">
  <h1 id="outcome"><?cs var:Outcome.Title ?></h1><?cs if:Outcome.Kind == "success" || Outcome.Kind == "pending" || Outcome.Kind == "refunded" ?>
  <p class="r-outcome-amount r-money"><?cs var:Payment.Amount ?></p><?cs /if ?><?cs if:Payment.Reference ?>
  <p>{{Your reference <strong class="r-code"><?cs var:Payment.Reference ?></strong>}}</p><?cs /if ?>
</section>
<div class="r-outcome-words">
<p class="r-lead"><?cs var:Outcome.Text ?></p><?cs if:Autopay.On ?>
<p>{{Auto Pay is on. You will receive confirmation each time a payment is drafted.}}<?cs if:Autopay.Url ?> <a href="<?cs var:Autopay.Url ?>">{{Manage Auto Pay}}</a><?cs /if ?></p><?cs /if ?><?cs if:Outcome.Next ?>
<h2>{{What to do next}}</h2>
<p><?cs var:Outcome.Next ?></p><?cs /if ?><?cs if:subcount(Actions) ?>
<p class="r-actions"><?cs each:action = Actions ?><a class="r-button<?cs if:!action.Primary ?> r-button-quiet<?cs /if ?>" href="<?cs var:action.Url ?>"><?cs var:action.Title ?></a> <?cs /each ?></p><?cs /if ?>
</div><?cs if:Payment.Reference ?>
<section class="r-card" aria-labelledby="payment">
  <h2 id="payment">{{Payment}}</h2>
  <dl class="r-facts">
    <div><dt>{{Amount}}</dt><dd class="r-money"><?cs var:Payment.Amount ?></dd></div>
    <div><dt>{{Payment Method}}</dt><dd><bdi><?cs var:Payment.Method ?></bdi></dd></div><?cs if:Payment.At ?>
    <div><dt>{{Date}}</dt><dd><?cs call:date(Payment.AtIso, Payment.At) ?></dd></div><?cs /if ?>
    <div><dt>{{Reference}}</dt><dd class="r-code"><?cs var:Payment.Reference ?></dd></div><?cs if:Payment.Confirmation ?>
    <div><dt>{{Confirmation}}</dt><dd class="r-code"><?cs var:Payment.Confirmation ?></dd></div><?cs /if ?><?cs if:Payment.Note ?>
    <div><dt>{{Note}}</dt><dd class="r-lines-kept"><bdi><?cs var:Payment.Note ?></bdi></dd></div><?cs /if ?><?cs if:subcount(Refunds) ?>
    <div><dt>{{Refunds}}</dt><dd><?cs include:"shared/refunds.cs" ?></dd></div><?cs /if ?>
  </dl>
</section>
<?cs if:Outcome.Kind == "success" || Outcome.Kind == "pending" || Outcome.Kind == "processing" || Outcome.Kind == "unknown" || Outcome.Kind == "refunded" ?><?cs
  include:"pay/allocations.cs" ?><?cs /if ?><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
