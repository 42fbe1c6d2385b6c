<?cs # a year, month by month: Year.Number, Opening, Closing, ClosingLabel, MadeAt, PdfUrl, CsvUrl, ListUrl; Year.SoFar (said of a year that is not over), Nothing (in which months nothing
  was booked; each may be absent); Months.N.Title, Url, Invoiced, Tax, Paid, Returned, Credited (none = nothing was booked); Total.Title, Invoiced, Tax, Paid, Returned, Credited; Account.*
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Year.ListUrl ?>">{{Reports / Documents}}</a></p>
<h1>{{Tax-Year Summary <?cs var:Year.Number ?>}}</h1><?cs if:Year.SoFar ?>
<p class="r-lead"><?cs var:Year.SoFar ?></p><?cs /if ?>
<section class="r-card" aria-label="{{Summary}}">
  <dl class="r-figures">
    <div class="r-figure-first"><dt>{{Paid|amount}}</dt><dd class="r-money"><?cs var:Total.Paid ?></dd></div>
    <div><dt>{{Invoiced}}</dt><dd class="r-money"><?cs var:Total.Invoiced ?></dd></div>
    <div><dt>{{Opening Balance}}</dt><dd class="r-money"><?cs var:Year.Opening ?></dd></div>
    <div><dt><?cs var:Year.ClosingLabel ?></dt><dd class="r-money"><?cs var:Year.Closing ?></dd></div>
  </dl>
  <p class="r-actions"><a class="r-button" href="<?cs var:Year.PdfUrl ?>">{{Download PDF}}</a>
    <a class="r-button r-button-quiet" href="<?cs var:Year.CsvUrl ?>">{{Download CSV}}</a></p>
</section>
<section class="r-card r-print-only" aria-label="{{Account}}">
  <p><strong><?cs var:Site.Name ?></strong></p>
  <p><bdi><?cs var:Account.Organization ?></bdi><?cs if:Account.Site ?>, <bdi><?cs var:Account.Site ?></bdi><?cs /if ?><?cs if:Account.City ?>, <bdi><?cs var:Account.City ?></bdi><?cs /if ?></p>
  <p>{{Account Number <?cs var:Account.Number ?>}}</p>
</section>
<section class="r-card" aria-labelledby="months">
  <h2 id="months">{{Months}}</h2><?cs if:subcount(Months) ?>
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Months of <?cs var:Year.Number ?>}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Month}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Invoiced}}</th>
      <th role="columnheader" scope="col" class="r-num">{{of which Tax}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Paid|amount}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Refunded / Returned}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Credits}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:month = Months ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Month}}"><a href="<?cs var:month.Url ?>"><?cs var:month.Title ?></a></td>
      <?cs call:money_cell("{{Invoiced}}", month.Invoiced) ?>
      <?cs call:money_cell("{{of which Tax}}", month.Tax) ?>
      <?cs call:money_cell("{{Paid|amount}}", month.Paid) ?>
      <?cs call:money_cell("{{Refunded / Returned}}", month.Returned) ?>
      <?cs call:money_cell("{{Credits}}", month.Credited) ?>
    </tr><?cs /each ?>
    <tr role="row" class="r-sum">
      <td role="cell" class="r-head" data-label="{{Month}}"><?cs var:Total.Title ?></td>
      <?cs call:money_cell("{{Invoiced}}", Total.Invoiced) ?>
      <?cs call:money_cell("{{of which Tax}}", Total.Tax) ?>
      <?cs call:money_cell("{{Paid|amount}}", Total.Paid) ?>
      <?cs call:money_cell("{{Refunded / Returned}}", Total.Returned) ?>
      <?cs call:money_cell("{{Credits}}", Total.Credited) ?>
    </tr>
    </tbody>
  </table><?cs if:Year.Nothing ?>
  <p class="r-after"><?cs var:Year.Nothing ?></p><?cs /if ?><?cs else ?>
  <p class="r-empty"><?cs var:Year.Nothing ?></p><?cs /if ?>
  <p class="r-after">{{Made <?cs var:Year.MadeAt ?>.}} {{Opening Balance, plus what was invoiced, less what was paid, plus what was refunded or returned, less credits, is the Closing Balance. Tax is part of what was invoiced.}}</p>
</section>
<?cs include:"shared/bottom.cs" ?>
