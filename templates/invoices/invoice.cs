<?cs # one invoice: Invoice.Number, IssuedOn, IssuedOnIso, DueOn, DueOnIso, Total, Due, Status, StatusKind, StatusText;
  Invoice.Paid, Credited, Pending, Tax, Terms, BillingType, PayUrl, PdfUrl, PendingText, BlockedText, BlockedUrl (each may be absent);
  Lines.N.Description, Quantity, Price, Amount; Payments.N.Reference, Url, At, AtIso, Amount, Status, StatusKind, Method; Payments.N.Refunds.N.* (see shared/refunds.cs; may be absent); Rest.FirstUrl, NextUrl (of payments), Refunds (not all are shown; each may be absent); Account.*
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Site.Base ?>/invoices">{{Invoice History}}</a></p>
<div class="r-title">
  <h1>{{Invoice <bdi><?cs var:Invoice.Number ?></bdi>}}</h1>
  <?cs call:status(Invoice.StatusKind, Invoice.Status) ?>
</div><?cs if:Invoice.StatusText ?>
<p class="r-lead"><?cs var:Invoice.StatusText ?></p><?cs /if ?>
<section class="r-card" aria-label="{{Summary}}">
  <dl class="r-figures">
    <div class="r-figure-first"><dt>{{Amount Due}}</dt><dd class="r-money"><?cs var:Invoice.Due ?></dd></div>
    <div><dt>{{Date Due}}</dt><dd><?cs call:date(Invoice.DueOnIso, Invoice.DueOn) ?></dd></div>
    <div><dt>{{Invoice Date}}</dt><dd><?cs call:date(Invoice.IssuedOnIso, Invoice.IssuedOn) ?></dd></div>
    <div><dt>{{Invoice Amount}}</dt><dd class="r-money"><?cs var:Invoice.Total ?></dd></div>
  </dl><?cs if:Invoice.BlockedText ?>
  <p class="r-note"><?cs var:Invoice.BlockedText ?><?cs if:Invoice.BlockedUrl ?> <a href="<?cs var:Invoice.BlockedUrl ?>">{{See that payment}}</a><?cs /if ?></p><?cs /if ?><?cs if:Invoice.PendingText ?>
  <p class="r-note"><?cs var:Invoice.PendingText ?></p><?cs /if ?><?cs if:Invoice.PayUrl || Invoice.PdfUrl ?>
  <p class="r-actions"><?cs if:Invoice.PayUrl ?><a class="r-button" href="<?cs var:Invoice.PayUrl ?>">{{Process Payment}}</a><?cs /if ?><?cs if:Invoice.PdfUrl ?>
    <a class="r-button r-button-quiet" href="<?cs var:Invoice.PdfUrl ?>">{{Download PDF}}</a><?cs /if ?></p><?cs /if ?>
</section>
<section class="r-card r-print-only" aria-label="{{Billed to}}">
  <p><strong><?cs var:Site.Name ?></strong></p>
  <p>{{Billed to <bdi><?cs var:Account.Organization ?></bdi>}}<?cs if:Account.Site ?>, <bdi><?cs var:Account.Site ?></bdi><?cs /if ?><?cs if:Account.City ?>, <bdi><?cs var:Account.City ?></bdi><?cs /if ?></p>
  <p>{{Account Number <?cs var:Account.Number ?>}}</p>
</section>
<section class="r-card" aria-labelledby="invoice-lines">
  <h2 id="invoice-lines">{{Items}}</h2>
  <table class="r-table r-lines" role="table">
    <caption class="r-hidden">{{Items of this invoice}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Description}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Quantity}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Price}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Amount}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:line = Lines ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Description}}"><bdi><?cs var:line.Description ?></bdi></td>
      <td role="cell" class="r-num r-quantity" data-label="{{Quantity}}"><bdi><?cs var:line.Quantity ?></bdi></td>
      <?cs call:money_cell("{{Price}}", line.Price) ?>
      <?cs call:money_cell("{{Amount}}", line.Amount) ?>
    </tr><?cs /each ?>
    </tbody>
    <tfoot role="rowgroup"><?cs if:Invoice.Tax ?>
    <tr role="row"><th role="rowheader" scope="row" colspan="3">{{Tax}}</th><td role="cell" class="r-num"><?cs var:Invoice.Tax ?></td></tr><?cs /if ?>
    <tr role="row" class="r-sum"><th role="rowheader" scope="row" colspan="3">{{Invoice Amount}}</th><td role="cell" class="r-num"><?cs var:Invoice.Total ?></td></tr><?cs if:Invoice.Paid ?>
    <tr role="row"><th role="rowheader" scope="row" colspan="3">{{Paid}}</th><td role="cell" class="r-num">−<?cs var:Invoice.Paid ?></td></tr><?cs /if ?><?cs if:Invoice.Credited ?>
    <tr role="row"><th role="rowheader" scope="row" colspan="3">{{Credited}}</th><td role="cell" class="r-num">−<?cs var:Invoice.Credited ?></td></tr><?cs /if ?>
    <tr role="row" class="r-sum"><th role="rowheader" scope="row" colspan="3">{{Amount Due}}</th><td role="cell" class="r-num"><?cs var:Invoice.Due ?></td></tr><?cs if:Invoice.Pending ?>
    <tr role="row"><th role="rowheader" scope="row" colspan="3">{{In progress}}</th><td role="cell" class="r-num"><?cs var:Invoice.Pending ?></td></tr><?cs /if ?>
    </tfoot>
  </table><?cs if:Invoice.BillingType || Invoice.Terms ?>
  <dl class="r-facts r-after"><?cs if:Invoice.BillingType ?>
    <div><dt>{{Billing Type}}</dt><dd><bdi><?cs var:Invoice.BillingType ?></bdi></dd></div><?cs /if ?><?cs if:Invoice.Terms ?>
    <div><dt>{{Terms}}</dt><dd class="r-lines-kept"><bdi><?cs var:Invoice.Terms ?></bdi></dd></div><?cs /if ?>
  </dl><?cs /if ?>
</section>
<section class="r-card" aria-labelledby="invoice-payments">
  <h2 id="invoice-payments">{{Payments}}</h2><?cs if:subcount(Payments) ?>
  <table class="r-table r-payments" role="table">
    <caption class="r-hidden">{{Payments of this invoice}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Reference}}</th>
      <th role="columnheader" scope="col">{{Date}}</th>
      <th role="columnheader" scope="col">{{Payment Method}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Amount}}</th>
      <th role="columnheader" scope="col">{{Status}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:payment = Payments ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Reference}}"><?cs if:payment.Url ?><a href="<?cs var:payment.Url ?>"><?cs var:payment.Reference ?></a><?cs else ?><?cs var:payment.Reference ?><?cs /if ?></td>
      <?cs call:date_cell("{{Date}}", payment.AtIso, payment.At) ?>
      <?cs call:text_cell("{{Payment Method}}", payment.Method) ?>
      <?cs call:money_cell("{{Amount}}", payment.Amount) ?>
      <td role="cell" class="r-badge" data-label="{{Status}}"><?cs call:status(payment.StatusKind, payment.Status) ?></td>
    </tr><?cs if:subcount(payment.Refunds) ?>
    <tr role="row" class="r-refunds">
      <td role="cell" colspan="5"><?cs with:Refunds = payment.Refunds ?><?cs include:"shared/refunds.cs" ?><?cs /with ?></td>
    </tr><?cs /if ?><?cs /each ?>
    </tbody>
  </table><?cs elif:Rest.FirstUrl || Rest.NextUrl ?>
  <p class="r-empty">{{No payment was confirmed here.}}</p><?cs else ?>
  <p class="r-empty">{{No payments on this invoice yet.}}<?cs if:Invoice.Credited ?> {{Credit of <span class="r-money"><?cs var:Invoice.Credited ?></span> was applied to it.}}<?cs /if ?></p><?cs /if ?><?cs if:Rest.Refunds ?>
  <p class="r-after r-muted">{{Not every refund is listed here. The page of each payment has all of its own.}}</p><?cs /if ?><?cs if:Rest.FirstUrl || Rest.NextUrl ?>
  <p class="r-after r-screen-only"><?cs if:Rest.FirstUrl ?><a href="<?cs var:Rest.FirstUrl ?>">{{Latest payments}}</a> <?cs /if ?><?cs if:Rest.NextUrl ?><a href="<?cs var:Rest.NextUrl ?>">{{Earlier payments}}</a><?cs /if ?></p><?cs /if ?>
</section>
<?cs include:"shared/bottom.cs" ?>
