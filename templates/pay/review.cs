<?cs # check before paying: Payment.Reference, Amount, Method; Payment.Note, Expires, ToCredit (may be absent);
  Payment.Authorization, Form.Authorization (of a bank debit: what confirming agrees to, and its version; else absent);
  Autopay.Show (1: confirming also turns Auto Pay on), with it Autopay.Fault (why it cannot; then nothing can be confirmed) or Autopay.Schedule, Covered,
  Authorization, Shown; Autopay.From, FromIso, Change, Skip, Next.N.Text, Takes.N.Text, Beside.N.Text (may be absent);
  Allocations.N.* (see pay/allocations.cs); Form.Key, Form.Button, Form.ChangeUrl; Again (1: this form was sent before)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?><?cs if:Again ?>
<div class="r-banner r-banner-info" role="status"><p>{{This form was sent before. This is the payment it made; nothing was paid twice.}}</p></div><?cs /if ?>
<h1>{{Review your payment}}</h1>
<p class="r-lead">{{Nothing has been charged yet.}}</p>
<section class="r-card" aria-label="{{Payment}}">
  <dl class="r-facts">
    <div><dt>{{Payment Total}}</dt><dd class="r-money r-strong"><?cs var:Payment.Amount ?></dd></div>
    <div><dt>{{Payment Method}}</dt><dd><bdi><?cs var:Payment.Method ?></bdi></dd></div><?cs if:Payment.Note ?>
    <div><dt>{{Note}}</dt><dd class="r-lines-kept"><bdi><?cs var:Payment.Note ?></bdi></dd></div><?cs /if ?>
    <div><dt>{{Reference}}</dt><dd class="r-code"><?cs var:Payment.Reference ?></dd></div>
  </dl>
  <p class="r-after"><a href="<?cs var:Form.ChangeUrl ?>">{{Change<span class="r-hidden"> this payment</span>}}</a></p>
</section>
<?cs include:"pay/allocations.cs" ?>
<section class="r-card r-commit" aria-labelledby="next">
  <h2 id="next">{{What happens next}}</h2>
  <ul class="r-list">
    <li>{{<?cs call:money(Payment.Amount) ?> is taken from <bdi><?cs var:Payment.Method ?></bdi>, once.}}</li><?cs if:Payment.ToCredit ?>
    <li>{{This is more than you owe for these invoices: <?cs call:money(Payment.ToCredit) ?> is kept as credit on your account.}}</li><?cs /if ?>
    <li>{{The next page says how it went, with the reference to keep.}}</li>
    <li>{{Please allow up to 2 business days for payments to be reflected in your account.}}</li>
  </ul><?cs if:Payment.Authorization ?>
  <section class="r-authorization" id="authorization" tabindex="-1" aria-labelledby="authorization-title">
    <h3 id="authorization-title">{{Your authorization}}</h3>
    <p class="r-lines-kept"><?cs var:Payment.Authorization ?></p>
    <p class="r-muted">{{By pressing the button below you agree to this.}} {{A copy is sent to <bdi><?cs var:User.Email ?></bdi>.}}</p>
  </section><?cs /if ?><?cs if:Autopay.Show ?>
  <section class="r-authorization" id="autopay" tabindex="-1" aria-labelledby="autopay-title">
    <h3 id="autopay-title">{{Auto Pay}}</h3><?cs if:Autopay.Fault ?>
    <p><?cs var:Autopay.Fault ?> {{Nothing was charged.}} <a href="<?cs var:Form.ChangeUrl ?>">{{Start again}}</a></p><?cs else ?>
    <p><?cs if:Autopay.From ?>{{From then on <bdi><?cs var:Payment.Method ?></bdi> pays by itself: <?cs var:Autopay.Schedule ?>, <bdi><?cs var:Autopay.Covered ?></bdi>, issued since <?cs call:date(Autopay.FromIso, Autopay.From) ?>.}}<?cs else ?>{{From then on <bdi><?cs var:Payment.Method ?></bdi> pays by itself: <?cs var:Autopay.Schedule ?>, <bdi><?cs var:Autopay.Covered ?></bdi>.}}<?cs /if ?></p><?cs
    if:subcount(Autopay.Next) || Autopay.Change || Autopay.Skip || subcount(Autopay.Takes) || subcount(Autopay.Beside) ?>
    <ul class="r-list"><?cs each:next = Autopay.Next ?>
      <li><?cs var:next.Text ?></li><?cs /each ?><?cs if:Autopay.Change ?>
      <li><strong><?cs var:Autopay.Change ?></strong></li><?cs /if ?><?cs if:Autopay.Skip ?>
      <li><strong><?cs var:Autopay.Skip ?></strong></li><?cs /if ?><?cs each:take = Autopay.Takes ?>
      <li><strong><?cs var:take.Text ?></strong></li><?cs /each ?><?cs each:beside = Autopay.Beside ?>
      <li><?cs var:beside.Text ?></li><?cs /each ?>
    </ul><?cs /if ?>
    <p class="r-lines-kept"><?cs var:Autopay.Authorization ?></p>
    <p class="r-muted">{{By pressing the button below you agree to this.}} {{You will receive confirmation each time a payment is drafted.}}</p><?cs /if ?>
  </section><?cs /if ?><?cs if:!Autopay.Fault ?>
  <form method="post" action="<?cs var:Site.Base ?>/pay/<?cs var:Payment.Reference ?>">
    <input type="hidden" name="key" value="<?cs var:Form.Key ?>"><?cs if:Form.Authorization ?>
    <input type="hidden" name="authorization" value="<?cs var:Form.Authorization ?>"><?cs /if ?><?cs if:Autopay.Shown ?>
    <input type="hidden" name="autopay" value="<?cs var:Autopay.Shown ?>"><?cs /if ?>
    <p class="r-actions"><button class="r-button r-button-big"><?cs if:Form.Button ?><?cs var:Form.Button ?><?cs else ?>{{Pay <?cs var:Payment.Amount ?>}}<?cs /if ?></button> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/">{{Cancel}}</a></p>
  </form><?cs /if ?><?cs if:Payment.Expires ?>
  <p class="r-muted">{{This review is kept until <?cs var:Payment.Expires ?>.}} {{After that, start again; nothing is charged.}}</p><?cs /if ?>
</section>
<?cs include:"shared/bottom.cs" ?>
