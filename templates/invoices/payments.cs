<?cs # payment history: Payments.N.Reference, Url, At, Method, Amount, Status, StatusKind; States.N.Name, Title, Checked; Fields.From, .To: .Value, .Error, .IsNoDay (1: shown as text; each may be absent);
  Filter.Status (the chosen state's word), Period, ClearUrl, IsOpen (each may be absent); Pages.* (see shared/pages.cs)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Payment History}}</h1>
<details class="r-find"<?cs if:Filter.IsOpen ?> open<?cs /if ?>>
  <summary>{{Search}}</summary>
  <form class="r-find-form" method="get" action="<?cs var:Site.Base ?>/payments">
    <div class="r-field">
      <label for="status">{{Status}}</label>
      <select class="r-input" id="status" name="status">
        <option value="all">{{All|payments}}</option><?cs each:state = States ?>
        <option value="<?cs var:state.Name ?>"<?cs if:state.Checked ?> selected<?cs /if ?>><?cs var:state.Title ?></option><?cs /each ?>
      </select>
    </div>
    <fieldset class="r-period">
      <legend>{{Date}}</legend>
      <?cs call:find_field("from", "{{From}}", Fields.From, "date", "") ?>
      <?cs call:find_field("to", "{{To}}", Fields.To, "date", "") ?>
    </fieldset>
    <button class="r-button r-button-quiet">{{Show}}</button>
  </form>
</details><?cs if:Filter.ClearUrl ?>
<p class="r-found"><?cs if:Filter.Status && Filter.Period ?>{{Status <?cs var:Filter.Status ?>, Date <?cs var:Filter.Period ?>.}}<?cs elif:Filter.Status ?>{{Status <?cs var:Filter.Status ?>.}}<?cs
  elif:Filter.Period ?>{{Date <?cs var:Filter.Period ?>.}}<?cs /if ?> <a href="<?cs var:Filter.ClearUrl ?>">{{Show all payments}}</a></p><?cs /if ?><?cs if:!subcount(Errors) ?>
<div class="r-card"><?cs if:subcount(Payments) ?>
  <table class="r-table r-payments" role="table">
    <caption class="r-hidden">{{Payments}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Reference}}</th>
      <th role="columnheader" scope="col">{{Date}}</th>
      <th role="columnheader" scope="col">{{Payment Method}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Amount}}</th>
      <th role="columnheader" scope="col">{{Status}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:payment = Payments ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Reference}}"><a href="<?cs var:payment.Url ?>"><?cs var:payment.Reference ?></a></td>
      <td role="cell" class="r-date" data-label="{{Date}}"><?cs var:payment.At ?></td>
      <?cs call:text_cell("{{Payment Method}}", payment.Method) ?>
      <?cs call:money_cell("{{Amount}}", payment.Amount) ?>
      <td role="cell" class="r-badge" data-label="{{Status}}"><?cs call:status(payment.StatusKind, payment.Status) ?></td>
    </tr><?cs /each ?>
    </tbody>
  </table><?cs elif:Pages.FirstUrl ?>
  <p class="r-empty">{{There are no more payments here.}}</p><?cs elif:Filter.ClearUrl ?>
  <p class="r-empty">{{No payments like that.}}</p><?cs else ?>
  <p class="r-empty">{{No payments yet. Each one shows here as soon as it is confirmed.}}<?cs if:Site.Programs.pay ?> <a href="<?cs var:Site.Base ?>/pay">{{Make a Payment}}</a><?cs /if ?></p><?cs /if ?>
</div><?cs /if ?>
<?cs include:"shared/pages.cs" ?>
<?cs include:"shared/bottom.cs" ?>
