<?cs # Make a Payment: Balance.Current; Balance.DueBy, .DueByIso, .InProgress, .Credit (may be absent);
  Focus.Number, InvoiceDate, AmountDue, DateDue (absent unless one invoice was asked for);
  Form.Key, Form.SeenBalance, Form.What (total, current, fixed, selected), Form.SelectedTotal, Form.PaymentTotal;
  Choice.Total.Show, .Amount, .Cents, Choice.Current.Show, .Amount, .Cents, Choice.Fixed.Show, .Credit (1: more than is due becomes credit), Choice.Selected.Show, .Count;
  Fields.What.Error, Fields.FixedAmount.Value, .Error, Fields.Invoice.Error, Fields.Method.Error, Fields.Note.Value, .Error;
  Limits.Text; Closed.Text (why there is no form; then Choice.*.Show are absent), Other.* (see pay/other_ways.cs);
  Rows.N.Number, Url, Due, DueCents, Total, IssuedOn, IssuedOnIso, DueOn, DueOnIso, Overdue, Checked, Amount, Error, Blocked; More.Text;
  Methods.N.Id, Text, Detail, Checked, Disabled, BrandKind; Methods.N.Label, FixUrl, Site.Payment.Terms (may be absent);
  Bank.Show (1: a new bank account may be typed; then Fields.* as in shared/bank.cs), Bank.Checked, Fields.RememberAccount.Checked;
  Card.Show (1: a new card may be typed; then Card.* and Fields.* as in shared/card.cs, Card.Terms), Card.Checked, Fields.Remember.Checked.
  Autopay.Show (1: it can pay automatically), with it Autopay.Checked, Autopay.Older and what shared/schedules.cs needs.
  Ids for the error summary: schedule, what, fixed_amount, picker, amount-N (N as in Rows.N), methods, note, remember, remember_account,
  those of shared/bank.cs and shared/card.cs
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Make a Payment}}</h1>
<dl class="r-figures r-figures-top">
  <div class="r-figure-first"><dt>{{Current Balance}}</dt><dd class="r-money"><?cs var:Balance.Current ?></dd></div><?cs if:Balance.DueBy ?>
  <div><dt>{{Due By}}</dt><dd><time<?cs if:Balance.DueByIso ?> datetime="<?cs var:Balance.DueByIso ?>"<?cs /if ?>><?cs var:Balance.DueBy ?></time></dd></div><?cs /if ?><?cs if:Balance.InProgress ?>
  <div><dt>{{In progress}}</dt><dd class="r-money"><?cs var:Balance.InProgress ?></dd></div><?cs /if ?><?cs if:Balance.Credit ?>
  <div><dt>{{Credit}}</dt><dd class="r-money"><?cs var:Balance.Credit ?></dd></div><?cs /if ?>
</dl><?cs if:Balance.Credit ?>
<p class="r-hint">{{The credit is not used by what you pay here.}} {{<?cs var:Site.Name ?> applies it to your invoices.}}</p><?cs /if ?><?cs if:Focus.Number ?>
<section class="r-card r-focus" aria-labelledby="focus">
  <h2 id="focus">{{Invoice <bdi><?cs var:Focus.Number ?></bdi>}}</h2>
  <dl class="r-figures">
    <div><dt>{{Invoice Date}}</dt><dd><?cs var:Focus.InvoiceDate ?></dd></div>
    <div><dt>{{Amount Due}}</dt><dd class="r-money"><?cs var:Focus.AmountDue ?></dd></div>
    <div><dt>{{Date Due}}</dt><dd><?cs var:Focus.DateDue ?></dd></div>
  </dl>
</section><?cs /if ?><?cs if:Choice.Total.Show || Choice.Current.Show || Choice.Fixed.Show || Choice.Selected.Show ?>
<form class="r-form r-pay" id="pay-form" method="post" action="<?cs var:Site.Base ?>/pay" novalidate>
<input type="hidden" name="key" value="<?cs var:Form.Key ?>">
<input type="hidden" name="seen_balance" value="<?cs var:Form.SeenBalance ?>">

<fieldset class="r-card r-choices<?cs if:Fields.What.Error ?> r-field-wrong<?cs /if ?>" id="what" tabindex="-1"<?cs call:described("what", Limits.Text, Fields.What.Error) ?>>
  <legend>{{What to pay}}</legend><?cs if:Limits.Text ?>
  <p class="r-hint" id="what-hint"><?cs var:Limits.Text ?></p><?cs /if ?>
  <?cs call:error_line("what", Fields.What.Error) ?><?cs if:Choice.Total.Show ?>
  <div class="r-choice">
    <input type="radio" id="what-total" name="what" value="total" data-cents="<?cs var:Choice.Total.Cents ?>" aria-describedby="what-total-amount<?cs if:Balance.InProgress || More.Text ?> what-total-hint<?cs /if ?>"<?cs if:Form.What == "total" ?> checked<?cs /if ?>>
    <label for="what-total">{{Total Balance}}</label>
    <span class="r-choice-value r-money" id="what-total-amount"><?cs var:Choice.Total.Amount ?></span><?cs if:Balance.InProgress || More.Text ?>
    <p class="r-choice-hint" id="what-total-hint"><?cs if:Balance.InProgress ?>{{Without the <?cs call:money(Balance.InProgress) ?> in progress.}}<?cs if:More.Text ?> <?cs /if ?><?cs /if ?><?cs var:More.Text ?></p><?cs /if ?>
  </div><?cs /if ?><?cs if:Choice.Current.Show ?>
  <div class="r-choice">
    <input type="radio" id="what-current" name="what" value="current" data-cents="<?cs var:Choice.Current.Cents ?>" aria-describedby="what-current-amount what-current-hint"<?cs if:Form.What == "current" ?> checked<?cs /if ?>>
    <label for="what-current">{{Current Charges}}</label>
    <span class="r-choice-value r-money" id="what-current-amount"><?cs var:Choice.Current.Amount ?></span>
    <p class="r-choice-hint" id="what-current-hint">{{Your most recent invoice only}}</p>
  </div><?cs /if ?><?cs if:Choice.Fixed.Show ?>
  <div class="r-choice<?cs if:Fields.FixedAmount.Error ?> r-field-wrong<?cs /if ?>">
    <input type="radio" id="what-fixed" name="what" value="fixed" aria-describedby="fixed_amount-hint"<?cs if:Form.What == "fixed" ?> checked<?cs /if ?>>
    <label for="what-fixed">{{Fixed Amount}}</label>
    <span class="r-choice-value r-dollars"><span aria-hidden="true">$</span><input class="r-input r-input-money" type="text" id="fixed_amount" name="fixed_amount" inputmode="decimal" autocomplete="off" aria-label="{{Fixed Amount in dollars}}" value="<?cs var:Fields.FixedAmount.Value ?>"<?cs call:described("fixed_amount", "1", Fields.FixedAmount.Error) ?>></span>
    <p class="r-choice-hint" id="fixed_amount-hint"><?cs if:Choice.Fixed.Credit ?>{{Goes to your oldest invoices first. More than you owe is kept as credit on your account}}<?cs else ?>{{Goes to your oldest invoices first}}<?cs /if ?></p>
    <?cs call:error_line("fixed_amount", Fields.FixedAmount.Error) ?>
  </div><?cs /if ?><?cs if:Choice.Selected.Show ?>
  <div class="r-choice">
    <input type="radio" id="what-selected" name="what" value="selected" aria-describedby="selected-count"<?cs if:Form.What == "selected" ?> checked<?cs /if ?>>
    <label for="what-selected">{{Selected Invoices}}</label>
    <span class="r-choice-value"><a href="#picker" id="selected-count">{{<span id="selected-number"><?cs var:Choice.Selected.Count ?></span> selected<span class="r-hidden">, choose invoices</span>}}</a></span>
  </div><?cs /if ?>
</fieldset><?cs if:Choice.Selected.Show ?>

<fieldset class="r-card r-picker<?cs if:Fields.Invoice.Error ?> r-field-wrong<?cs /if ?>" id="picker" tabindex="-1"<?cs if:Fields.Invoice.Error ?> aria-describedby="picker-error picker-hint"<?cs else ?> aria-describedby="picker-hint"<?cs /if ?>>
  <legend>{{Select Invoice To Pay}}</legend>
  <p class="r-hint" id="picker-hint">{{For Selected Invoices. Change an amount to pay part of that invoice.}}</p>
  <?cs call:error_line("picker", Fields.Invoice.Error) ?><?cs if:subcount(Rows) ?>
  <table class="r-table r-wide" role="table">
    <caption class="r-hidden">{{Open invoices}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col"><span class="r-hidden">{{Pay}}</span></th>
      <th role="columnheader" scope="col" class="r-num">{{Amount Due}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Invoice Amount}}</th>
      <th role="columnheader" scope="col">{{Invoice #}}</th>
      <th role="columnheader" scope="col">{{Invoice Date}}</th>
      <th role="columnheader" scope="col">{{Date Due}}</th>
      <th role="columnheader" scope="col">{{Amount to pay}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:row = Rows ?>
    <tr role="row"<?cs if:row.Blocked ?> class="r-blocked"<?cs elif:row.Error ?> class="r-field-wrong"<?cs /if ?>>
      <td role="cell" class="r-tick"><?cs if:row.Blocked ?><span class="r-tick-name">{{Invoice <bdi><?cs var:row.Number ?></bdi>}}</span><?cs else
        ?><label><input type="checkbox" name="invoice" value="<?cs var:row.Number ?>" data-cents="<?cs var:row.DueCents ?>"<?cs if:row.Checked ?> checked<?cs /if ?>> <span class="r-tick-name">{{Invoice <bdi><?cs var:row.Number ?></bdi>}}</span></label><?cs /if ?></td>
      <?cs call:money_cell("{{Amount Due}}", row.Due) ?>
      <?cs call:money_cell("{{Invoice Amount}}", row.Total) ?>
      <td role="cell" data-label="{{Invoice #}}"><a href="<?cs var:row.Url ?>"><bdi><?cs var:row.Number ?></bdi></a></td>
      <?cs call:date_cell("{{Invoice Date}}", row.IssuedOnIso, row.IssuedOn) ?>
      <td role="cell" class="r-date" data-label="{{Date Due}}"><span><?cs call:date(row.DueOnIso, row.DueOn) ?><?cs if:row.Overdue ?> <?cs call:status("overdue", "{{Overdue|invoice}}") ?><?cs /if ?></span></td>
      <td role="cell" class="r-part" data-label="{{Amount to pay}}"><?cs if:row.Blocked ?><span><?cs var:row.Blocked ?></span><?cs else
        ?><span><?cs call:error_line("amount-" + name(row), row.Error) ?><input type="hidden" name="listed" value="<?cs var:row.Number ?>"><input class="r-input r-input-money" type="text" id="amount-<?cs var:name(row) ?>" name="amount" inputmode="decimal" autocomplete="off" aria-label="{{Amount to pay on invoice <?cs var:row.Number ?>}}" value="<?cs var:row.Amount ?>"<?cs call:described("amount-" + name(row), "", row.Error) ?>></span><?cs /if ?></td>
    </tr><?cs /each ?>
    </tbody>
  </table><?cs if:More.Text ?>
  <p class="r-note"><?cs var:More.Text ?></p><?cs /if ?><?cs else ?>
  <p class="r-empty">{{No open invoices to choose from.}}</p><?cs /if ?>
  <p class="r-total"><span>{{Total Amount}}</span> <output class="r-money" id="selected-total" aria-live="polite"><?cs var:Form.SelectedTotal ?></output></p>
  <p class="r-choose" id="choose-one"<?cs if:Form.What != "selected" || Choice.Selected.Count ?> hidden<?cs /if ?>>{{Select at Least One Invoice}}</p>
</fieldset><?cs /if ?>

<fieldset class="r-card r-choices<?cs if:Fields.Method.Error ?> r-field-wrong<?cs /if ?>" id="methods" tabindex="-1"<?cs if:subcount(Methods) || Bank.Show || Card.Show ?><?cs call:described("methods", "1", Fields.Method.Error) ?><?cs else ?><?cs call:described("methods", "", Fields.Method.Error) ?><?cs /if ?>>
  <legend>{{Payment Method}}</legend><?cs if:subcount(Methods) || Bank.Show || Card.Show ?>
  <p class="r-hint" id="methods-hint">{{Choose a Payment Method}}</p><?cs /if ?>
  <?cs call:error_line("methods", Fields.Method.Error) ?><?cs each:method = Methods ?>
  <div class="r-choice<?cs if:method.Disabled ?> r-choice-off<?cs /if ?>">
    <input type="radio" id="method-<?cs var:name(method) ?>" name="method" value="<?cs var:method.Id ?>" aria-describedby="method-<?cs var:name(method) ?>-detail"<?cs if:method.Disabled ?> disabled<?cs elif:method.Checked ?> checked<?cs /if ?>>
    <label class="r-choice-whole" for="method-<?cs var:name(method) ?>"><?cs call:mark(method.BrandKind) ?><bdi><?cs var:method.Text ?></bdi></label>
    <p class="r-choice-hint" id="method-<?cs var:name(method) ?>-detail"><?cs if:method.Label ?><bdi><?cs var:method.Label ?></bdi> · <?cs /if ?><?cs var:method.Detail ?><?cs if:method.Disabled ?> <strong><?cs var:method.Disabled ?></strong><?cs
      if:method.FixUrl ?> <a href="<?cs var:method.FixUrl ?>">{{Fix it<span class="r-hidden">: <?cs var:method.Text ?></span>}}</a><?cs /if ?><?cs /if ?></p>
  </div><?cs /each ?><?cs if:Bank.Show ?>
  <div class="r-choice">
    <input type="radio" id="method-bank" name="method" value="bank"<?cs if:Bank.Checked ?> checked<?cs /if ?>>
    <label for="method-bank">{{Checking: One-Time / Automated ACH}}</label>
  </div>
  <div class="r-unfold" data-radio="method-bank">
    <?cs include:"shared/bank.cs" ?><?cs if:Site.Programs.methods ?>
    <div class="r-check">
      <input type="checkbox" id="remember_account" name="remember_account" value="1"<?cs if:Fields.RememberAccount.Checked ?> checked<?cs /if ?>>
      <label for="remember_account">{{Remember this account for your next payment}}</label>
    </div><?cs /if ?>
  </div><?cs /if ?><?cs if:Card.Show ?>
  <div class="r-choice">
    <input type="radio" id="method-card" name="method" value="card"<?cs if:Card.Checked ?> checked<?cs /if ?>>
    <label for="method-card">{{Credit Card}}</label>
  </div>
  <div class="r-unfold" data-radio="method-card">
    <?cs include:"shared/card.cs" ?><?cs if:Site.Programs.methods ?>
    <div class="r-check">
      <input type="checkbox" id="remember" name="remember" value="1"<?cs if:Fields.Remember.Checked ?> checked<?cs /if ?>>
      <label for="remember">{{Remember this credit card for your next payment}}</label>
    </div><?cs /if ?>
  </div><?cs /if ?><?cs if:!subcount(Methods) && !Bank.Show && !Card.Show ?>
  <p class="r-empty">{{No payment method is saved yet.}} {{Please contact <?cs var:Site.Name ?> to add one.}}</p><?cs /if ?><?cs if:Site.Programs.methods && Card.Show && Bank.Show ?>
  <p class="r-after r-links"><a href="<?cs var:Site.Base ?>/methods/card?next=/pay">{{Add Payment Method}}</a> <a href="<?cs var:Site.Base ?>/methods/bank?next=/pay">{{Add Bank Information (eCheck)}}</a></p><?cs
  elif:Site.Programs.methods && Card.Show ?>
  <p class="r-after"><a href="<?cs var:Site.Base ?>/methods/card?next=/pay">{{Add Payment Method}}</a></p><?cs
  elif:Site.Programs.methods && Bank.Show ?>
  <p class="r-after"><a href="<?cs var:Site.Base ?>/methods/bank?next=/pay">{{Add Payment Method}}</a></p><?cs /if ?>
</fieldset><?cs if:Autopay.Show && (subcount(Methods) || Bank.Show || Card.Show) ?>
<div class="r-card r-choices" role="group" aria-label="{{Auto Pay}}">
  <div class="r-check">
    <input type="checkbox" id="autopay" name="autopay" value="1" aria-describedby="autopay-hint"<?cs if:Autopay.Checked ?> checked<?cs /if ?>>
    <label for="autopay">{{Pay your bill automatically using this payment method}}</label>
    <p class="r-hint" id="autopay-hint">{{The payment method is remembered.}} {{The next page shows what will be drafted before anything is done.}}</p>
  </div>
  <div class="r-unfold" data-radio="autopay">
    <?cs include:"shared/schedules.cs" ?>
    <div class="r-check">
      <input type="checkbox" id="older" name="older" value="1"<?cs if:Autopay.Older ?> checked<?cs /if ?>>
      <label for="older">{{Include invoices that are open already, not only those issued from now on}}</label>
    </div>
  </div>
</div><?cs /if ?>
<?cs include:"pay/other_ways.cs" ?>
<div class="r-card">
  <div class="r-field<?cs if:Fields.Note.Error ?> r-field-wrong<?cs /if ?>">
    <label for="note">{{Note}}</label>
    <p class="r-hint" id="note-hint">{{Optional. Kept with the payment; up to 500 characters. Please no card or account numbers.}}</p>
    <?cs call:error_line("note", Fields.Note.Error) ?>
    <textarea class="r-input" id="note" name="note" rows="3" maxlength="500"<?cs call:described("note", "1", Fields.Note.Error) ?>>
<?cs var:Fields.Note.Value ?></textarea>
  </div>
</div>

<div class="r-card r-commit">
  <p class="r-total r-total-big"><span>{{Payment Total}}</span> <output class="r-money" id="payment-total" aria-live="polite"><?cs var:Form.PaymentTotal ?></output></p>
  <p class="r-muted">{{The next page shows everything once more before anything is charged.}}</p>
  <p class="r-actions"><button class="r-button">{{Process Payment}}</button> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/">{{Cancel}}</a></p><?cs if:Card.Show ?>
  <?cs include:"shared/card_status.cs" ?><?cs /if ?>
  <p class="r-muted">{{Please allow up to 2 business days for payments to be reflected in your account}}</p>
</div>
</form><?cs elif:Closed.Text ?>
<p class="r-card" id="closed"><?cs var:Closed.Text ?></p>
<?cs include:"pay/other_ways.cs" ?><?cs else ?>
<p class="r-card r-empty">{{There is nothing to pay right now.}} <a href="<?cs var:Site.Base ?>/invoices?status=all">{{View Invoices}}</a></p><?cs /if ?><?cs if:Card.Show ?>
<?cs include:"shared/card_terms.cs" ?><?cs /if ?><?cs if:Site.Payment.Terms ?>
<section class="r-terms" aria-labelledby="payment-terms">
  <h2 id="payment-terms">{{Payment Terms and Conditions}}</h2>
  <p class="r-lines-kept"><?cs var:Site.Payment.Terms ?></p>
</section><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
