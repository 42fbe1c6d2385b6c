<?cs # one payment: Payment.Reference, Amount, Status, StatusKind, StatusText, Method, At, Day, DayIso; Payment.Source (customer, autopay, provider); Payment.Next, Note, Refunded, ToCredit, Confirmation,
  PdfUrl, PdfTitle, PayUrl, AgainUrl (each may be absent); Parts.Title; Parts.HasRefunded, FirstUrl, NextUrl (may be absent); Allocations.N.Number, Url, Amount; Allocations.N.Refunded (may be absent);
  Refunds.N.* (see shared/refunds.cs; may be absent); Steps.N.Text, At, AtIso; Account.*
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Site.Base ?>/payments">{{Payment History}}</a></p>
<div class="r-title">
  <h1>{{Payment <span class="r-code"><?cs var:Payment.Reference ?></span>}}</h1>
  <?cs call:status(Payment.StatusKind, Payment.Status) ?>
</div>
<p class="r-lead"><?cs var:Payment.StatusText ?><?cs if:Payment.Next ?> <?cs var:Payment.Next ?><?cs /if ?></p>
<section class="r-card" aria-label="{{Summary}}">
  <dl class="r-figures">
    <div class="r-figure-first"><dt>{{Amount}}</dt><dd class="r-money"><?cs var:Payment.Amount ?></dd></div><?cs if:Payment.Refunded ?>
    <div><dt>{{Sent back}}</dt><dd class="r-money">−<?cs var:Payment.Refunded ?></dd></div><?cs /if ?>
    <div><dt>{{Date}}</dt><dd><?cs call:date(Payment.DayIso, Payment.Day) ?></dd></div>
    <div><dt>{{Payment Method}}</dt><dd><bdi><?cs var:Payment.Method ?></bdi></dd></div>
  </dl><?cs if:Payment.PdfUrl || Payment.PayUrl || Payment.AgainUrl ?>
  <p class="r-actions"><?cs if:Payment.AgainUrl ?><a class="r-button" href="<?cs var:Payment.AgainUrl ?>">{{Check again}}</a> <?cs /if ?><?cs if:Payment.PayUrl ?><a class="r-button" href="<?cs var:Payment.PayUrl ?>">{{Make a Payment}}</a> <?cs /if ?><?cs if:Payment.PdfUrl ?>
    <a class="r-button r-button-quiet" href="<?cs var:Payment.PdfUrl ?>"><?cs var:Payment.PdfTitle ?></a><?cs /if ?></p><?cs /if ?>
</section>
<section class="r-card r-print-only" aria-label="{{Account}}">
  <p><strong><?cs var:Site.Name ?></strong></p>
  <p><bdi><?cs var:Account.Organization ?></bdi><?cs if:Account.Site ?>, <bdi><?cs var:Account.Site ?></bdi><?cs /if ?><?cs if:Account.City ?>, <bdi><?cs var:Account.City ?></bdi><?cs /if ?></p>
  <p>{{Account Number <?cs var:Account.Number ?>}}</p>
</section>
<section class="r-card" aria-labelledby="payment">
  <h2 id="payment">{{Payment}}</h2>
  <dl class="r-facts">
    <?cs if:Payment.Source == "provider" ?><div><dt>{{Received}}</dt><dd><?cs call:date(Payment.DayIso, Payment.Day) ?></dd></div><?cs
    elif:Payment.Source == "autopay" ?><div><dt>{{Drafted by Auto Pay}}</dt><dd><?cs var:Payment.At ?></dd></div><?cs else ?><div><dt>{{Confirmed}}</dt><dd><?cs var:Payment.At ?></dd></div><?cs /if ?>
    <div><dt>{{Reference}}</dt><dd class="r-code"><?cs var:Payment.Reference ?></dd></div><?cs if:Payment.Confirmation ?>
    <div><dt>{{Confirmation}}</dt><dd class="r-code"><?cs var:Payment.Confirmation ?></dd></div><?cs /if ?><?cs if:Payment.Note ?>
    <div><dt>{{Note}}</dt><dd class="r-lines-kept"><bdi><?cs var:Payment.Note ?></bdi></dd></div><?cs /if ?><?cs if:subcount(Refunds) ?>
    <div><dt>{{Refunds}}</dt><dd><?cs include:"shared/refunds.cs" ?></dd></div><?cs /if ?>
  </dl>
</section><?cs if:subcount(Allocations) || Payment.ToCredit || Parts.FirstUrl ?>
<section class="r-card" aria-labelledby="allocations">
  <h2 id="allocations"><?cs var:Parts.Title ?></h2>
  <table class="r-table r-parts" role="table">
    <caption class="r-hidden"><?cs var:Parts.Title ?></caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Invoice #}}</th>
      <th role="columnheader" scope="col" class="r-num">{{This payment}}</th><?cs if:Parts.HasRefunded ?>
      <th role="columnheader" scope="col" class="r-num">{{Sent back}}</th><?cs /if ?>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:row = Allocations ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Invoice #}}"><a href="<?cs var:row.Url ?>"><bdi><?cs var:row.Number ?></bdi></a></td>
      <?cs call:money_cell("{{This payment}}", row.Amount) ?><?cs if:row.Refunded ?>
      <td role="cell" class="r-num" data-label="{{Sent back}}">−<?cs var:row.Refunded ?></td><?cs elif:Parts.HasRefunded ?>
      <td role="cell" class="r-num r-none"></td><?cs /if ?>
    </tr><?cs /each ?>
    </tbody>
    <tfoot role="rowgroup"><?cs if:Payment.ToCredit ?>
    <tr role="row"><th role="rowheader" scope="row">{{Kept as credit on your account}}</th><td role="cell" class="r-num"><?cs var:Payment.ToCredit ?></td><?cs if:Parts.HasRefunded ?><td role="cell" class="r-none"></td><?cs /if ?></tr><?cs /if ?>
    <tr role="row" class="r-sum"><th role="rowheader" scope="row">{{Payment Total}}</th><td role="cell" class="r-num"><?cs var:Payment.Amount ?></td><?cs if:Parts.HasRefunded ?><td role="cell" class="r-none"></td><?cs /if ?></tr>
    </tfoot>
  </table><?cs if:Parts.FirstUrl || Parts.NextUrl ?>
  <p class="r-after r-screen-only"><?cs if:Parts.FirstUrl ?><a href="<?cs var:Parts.FirstUrl ?>">{{First invoices of this payment}}</a> <?cs /if ?><?cs if:Parts.NextUrl ?><a href="<?cs var:Parts.NextUrl ?>">{{More invoices of this payment}}</a><?cs /if ?></p><?cs /if ?>
</section><?cs /if ?><?cs if:subcount(Steps) ?>
<section class="r-card r-screen-only" aria-labelledby="steps">
  <h2 id="steps">{{What happened}}</h2>
  <ol class="r-steps"><?cs each:step = Steps ?>
    <li><span><?cs var:step.Text ?></span> <time datetime="<?cs var:step.AtIso ?>"><?cs var:step.At ?></time></li><?cs /each ?>
  </ol>
</section><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
