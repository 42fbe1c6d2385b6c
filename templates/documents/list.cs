<?cs # statements of a year, and the years: Year.Number; Months.N.Title, Url, Entries, Closing, PdfUrl, CsvUrl (the last two may be absent);
  Years.N.Number, Url, SummaryUrl, PdfUrl, CsvUrl, Current (flag); PaymentsUrl (may be absent)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Reports / Documents}}</h1><?cs if:subcount(Years) > #1 ?>
<nav class="r-filters" aria-label="{{Show statements of}}">
  <ul><?cs each:year = Years ?>
    <li><a href="<?cs var:year.Url ?>"<?cs if:year.Current ?> aria-current="true"<?cs /if ?>><?cs var:year.Number ?></a></li><?cs /each ?>
  </ul>
</nav><?cs /if ?>
<section class="r-card" aria-labelledby="statements">
  <h2 id="statements">{{Statements of <?cs var:Year.Number ?>}}</h2><?cs if:subcount(Months) ?>
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Statements of <?cs var:Year.Number ?>, latest first}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Month}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Entries}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Closing Balance}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Download}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:month = Months ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Month}}"><a href="<?cs var:month.Url ?>"><?cs var:month.Title ?></a></td>
      <td role="cell" class="r-num" data-label="{{Entries}}"><?cs var:month.Entries ?></td>
      <?cs call:money_cell("{{Closing Balance}}", month.Closing) ?>
      <td role="cell" class="r-num" data-label="{{Download}}"><span class="r-files"><?cs if:month.PdfUrl ?><a href="<?cs var:month.PdfUrl ?>" aria-label="{{Download PDF, <?cs var:month.Title ?>}}">PDF</a><?cs /if ?><?cs if:month.CsvUrl ?> <a href="<?cs var:month.CsvUrl ?>" aria-label="{{Download CSV, <?cs var:month.Title ?>}}">CSV</a><?cs else ?>{{Too long for a file}}<?cs /if ?></span></td>
    </tr><?cs /each ?>
    </tbody>
  </table><?cs elif:subcount(Years) ?>
  <p class="r-empty">{{Nothing was booked before or in <?cs var:Year.Number ?>.}}</p><?cs else ?>
  <p class="r-empty">{{No statements yet. The first one is there with your first invoice or payment.}}</p><?cs /if ?>
</section><?cs if:subcount(Years) ?>
<section class="r-card" aria-labelledby="years">
  <h2 id="years">{{Tax-Year Summaries}}</h2>
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Tax-year summaries, latest first}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Year}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Download}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:year = Years ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Year}}"><a href="<?cs var:year.SummaryUrl ?>" aria-label="{{Tax-Year Summary <?cs var:year.Number ?>}}"><?cs var:year.Number ?></a></td>
      <td role="cell" class="r-num" data-label="{{Download}}"><span class="r-files"><a href="<?cs var:year.PdfUrl ?>" aria-label="{{Download PDF, <?cs var:year.Number ?>}}">PDF</a> <a href="<?cs var:year.CsvUrl ?>" aria-label="{{Download CSV, <?cs var:year.Number ?>}}">CSV</a></span></td>
    </tr><?cs /each ?>
    </tbody>
  </table>
</section><?cs /if ?><?cs if:PaymentsUrl ?>
<p class="r-lead">{{A receipt is with each payment: <a href="<?cs var:PaymentsUrl ?>">Payment History</a>}}</p><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
