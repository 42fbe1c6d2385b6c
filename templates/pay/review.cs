<?cs # check before paying: Payment.Reference, Amount, Method; Payment.Note, Expires, ToCredit (may be absent);
  Allocations.N.* (see pay/allocations.cs); Form.Key, Form.Button, Form.ChangeUrl; Again (1: this form was sent before)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?><?cs if:Again ?>
<div class="r-banner r-banner-info" role="status"><p>This form was sent before. This is the payment it made; nothing was paid twice.</p></div><?cs /if ?>
<h1>Review your payment</h1>
<p class="r-lead">Nothing has been charged yet.</p>
<section class="r-card" aria-label="Payment">
  <dl class="r-facts">
    <div><dt>Payment Total</dt><dd class="r-money r-strong"><?cs var:Payment.Amount ?></dd></div>
    <div><dt>Payment Method</dt><dd><bdi><?cs var:Payment.Method ?></bdi></dd></div><?cs if:Payment.Note ?>
    <div><dt>Note</dt><dd class="r-lines-kept"><bdi><?cs var:Payment.Note ?></bdi></dd></div><?cs /if ?>
    <div><dt>Reference</dt><dd class="r-code"><?cs var:Payment.Reference ?></dd></div>
  </dl>
  <p class="r-after"><a href="<?cs var:Form.ChangeUrl ?>">Change<span class="r-hidden"> this payment</span></a></p>
</section>
<?cs include:"pay/allocations.cs" ?>
<section class="r-card r-commit" aria-labelledby="next">
  <h2 id="next">What happens next</h2>
  <ul class="r-list">
    <li><?cs call:money(Payment.Amount) ?> is taken from <bdi><?cs var:Payment.Method ?></bdi>, once.</li><?cs if:Payment.ToCredit ?>
    <li>This is more than you owe for these invoices: <?cs call:money(Payment.ToCredit) ?> is kept as credit on your account.</li><?cs /if ?>
    <li>The next page says how it went, with the reference to keep.</li>
    <li>Please allow up to 2 business days for payments to be reflected in your account.</li>
  </ul>
  <form method="post" action="<?cs var:Site.Base ?>/pay/<?cs var:Payment.Reference ?>">
    <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
    <p class="r-actions"><button class="r-button r-button-big"><?cs if:Form.Button ?><?cs var:Form.Button ?><?cs else ?>Pay <?cs var:Payment.Amount ?><?cs /if ?></button> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/">Cancel</a></p>
  </form><?cs if:Payment.Expires ?>
  <p class="r-muted">This review is kept until <?cs var:Payment.Expires ?>. After that, start again; nothing is charged.</p><?cs /if ?>
</section>
<?cs include:"shared/bottom.cs" ?>
