<?cs # a month: Statement.Month, Opening, Closing, ClosingLabel, Entries, MadeAt, ListUrl; Statement.Carried, PdfUrl, CsvUrl (each may be absent);
  Entries.N.On, OnIso, Text, Url (may be absent), Charge, Credit (one of them, or neither), Balance, IsDayFirst (flag: the first of its day, #d-2026-11-15); Pages.PreviousUrl, NextUrl (absent = none);
  Account.*
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Statement.ListUrl ?>">{{Reports / Documents}}</a></p>
<h1>{{Statement of <?cs var:Statement.Month ?>}}</h1>
<section class="r-card" aria-label="{{Summary}}">
  <dl class="r-figures">
    <div class="r-figure-first"><dt><?cs var:Statement.ClosingLabel ?></dt><dd class="r-money"><?cs var:Statement.Closing ?></dd></div>
    <div><dt>{{Opening Balance}}</dt><dd class="r-money"><?cs var:Statement.Opening ?></dd></div>
    <div><dt>{{Entries}}</dt><dd><?cs var:Statement.Entries ?></dd></div>
  </dl><?cs if:Statement.PdfUrl || Statement.CsvUrl ?>
  <p class="r-actions"><?cs if:Statement.PdfUrl ?><a class="r-button" href="<?cs var:Statement.PdfUrl ?>">{{Download PDF}}</a><?cs /if ?><?cs if:Statement.CsvUrl ?>
    <a class="r-button r-button-quiet" href="<?cs var:Statement.CsvUrl ?>">{{Download CSV}}</a><?cs /if ?></p><?cs /if ?><?cs if:!Statement.PdfUrl ?>
  <p class="r-note">{{This month has more entries than a PDF holds.}}<?cs if:Statement.CsvUrl ?> {{Its CSV has all of them.}}<?cs else ?> {{They are all here, page by page.}}<?cs /if ?></p><?cs /if ?>
</section>
<section class="r-card r-print-only" aria-label="{{Account}}">
  <p><strong><?cs var:Site.Name ?></strong></p>
  <p><bdi><?cs var:Account.Organization ?></bdi><?cs if:Account.Site ?>, <bdi><?cs var:Account.Site ?></bdi><?cs /if ?><?cs if:Account.City ?>, <bdi><?cs var:Account.City ?></bdi><?cs /if ?></p>
  <p>{{Account Number <?cs var:Account.Number ?>}}</p>
</section>
<section class="r-card" aria-labelledby="entries">
  <h2 id="entries">{{Entries}}</h2>
  <table class="r-table r-statement" role="table">
    <caption class="r-hidden">{{Entries of <?cs var:Statement.Month ?>, first to last}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Description}}</th>
      <th role="columnheader" scope="col">{{Date}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Charges}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Payments / Credits}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Balance}}</th>
    </tr></thead>
    <tbody role="rowgroup">
    <tr role="row" class="r-sum">
      <td role="cell" class="r-head" data-label="{{Description}}"><?cs if:Statement.Carried ?>{{Brought Forward}}<?cs else ?>{{Opening Balance}}<?cs /if ?></td>
      <td role="cell" class="r-none" data-label="{{Date}}"></td>
      <td role="cell" class="r-none" data-label="{{Charges}}"></td>
      <td role="cell" class="r-none" data-label="{{Payments / Credits}}"></td>
      <td role="cell" class="r-num" data-label="{{Balance}}"><?cs if:Statement.Carried ?><?cs var:Statement.Carried ?><?cs else ?><?cs var:Statement.Opening ?><?cs /if ?></td>
    </tr><?cs each:entry = Entries ?>
    <tr role="row"<?cs if:entry.IsDayFirst ?> id="d-<?cs var:entry.OnIso ?>"<?cs /if ?>>
      <td role="cell" class="r-head" data-label="{{Description}}"><?cs if:entry.Url ?><a href="<?cs var:entry.Url ?>"><bdi><?cs var:entry.Text ?></bdi></a><?cs else ?><bdi><?cs var:entry.Text ?></bdi><?cs /if ?></td>
      <?cs call:date_cell("{{Date}}", entry.OnIso, entry.On) ?>
      <td role="cell" class="r-num<?cs if:!entry.Charge ?> r-none<?cs /if ?>" data-label="{{Charges}}"><?cs var:entry.Charge ?></td>
      <td role="cell" class="r-num<?cs if:!entry.Credit ?> r-none<?cs /if ?>" data-label="{{Payments / Credits}}"><?cs var:entry.Credit ?></td>
      <?cs call:money_cell("{{Balance}}", entry.Balance) ?>
    </tr><?cs /each ?><?cs if:!Pages.NextUrl ?>
    <tr role="row" class="r-sum">
      <td role="cell" class="r-head" data-label="{{Description}}"><?cs var:Statement.ClosingLabel ?></td>
      <td role="cell" class="r-none" data-label="{{Date}}"></td>
      <td role="cell" class="r-none" data-label="{{Charges}}"></td>
      <td role="cell" class="r-none" data-label="{{Payments / Credits}}"></td>
      <td role="cell" class="r-num" data-label="{{Balance}}"><?cs var:Statement.Closing ?></td>
    </tr><?cs /if ?>
    </tbody>
  </table><?cs if:!subcount(Entries) ?>
  <p class="r-empty">{{Nothing was booked in this month.}}</p><?cs /if ?>
  <p class="r-after">{{Made <?cs var:Statement.MadeAt ?>.}} {{Entries that are booked later for this month are in a later copy.}}</p>
</section><?cs if:Pages.PreviousUrl || Pages.NextUrl ?>
<nav class="r-paging" aria-label="{{Pages}}"><?cs if:Pages.PreviousUrl ?>
  <a rel="prev" href="<?cs var:Pages.PreviousUrl ?>">{{Previous page}}</a><?cs /if ?><?cs if:Pages.NextUrl ?>
  <a rel="next" href="<?cs var:Pages.NextUrl ?>">{{Next page}}</a><?cs /if ?>
</nav><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
