<?cs # invoice history: Balance.Current; Balance.InProgress (may be absent); Filters.N.Title, Url, Current; Filter.Status (open, overdue, paid, all);
  Filter.Text (what is not the list as it comes), Number (searched for), ClearUrl, HasPeriod, MaySort, IsOpen (each may be absent); Sorts.N.Name, Title, Checked;
  Fields.Number, .Sort, .From, .To: .Value, .Error (may be absent); Fields.From, .To: .IsNoDay (1: shown as text); Invoices.N.* (see shared/invoice_table.cs); Pages.* (see shared/pages.cs)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<div class="r-title">
  <h1>{{Invoice History}}</h1>
  <p class="r-stand"><?cs if:Balance.InProgress ?>{{Current Balance <strong class="r-money"><?cs var:Balance.Current ?></strong>, in progress <span class="r-money"><?cs var:Balance.InProgress ?></span>}}<?cs else ?>{{Current Balance <strong class="r-money"><?cs var:Balance.Current ?></strong>}}<?cs /if ?></p>
</div>
<div class="r-narrowing">
<nav class="r-filters" aria-label="{{Show invoices}}">
  <ul><?cs each:filter = Filters ?>
    <li><a href="<?cs var:filter.Url ?>"<?cs if:filter.Current ?> aria-current="true"<?cs /if ?>><?cs var:filter.Title ?></a></li><?cs /each ?>
  </ul>
</nav>
<details class="r-find"<?cs if:Filter.IsOpen ?> open<?cs /if ?>>
  <summary><?cs if:Filter.MaySort ?>{{Search and sort}}<?cs else ?>{{Search}}<?cs /if ?></summary>
  <form class="r-find-form" method="get" action="<?cs var:Site.Base ?>/invoices" role="search">
    <?cs call:find_field("number", "{{Invoice #}}", Fields.Number, "search", "32") ?>
    <button class="r-button r-button-quiet">{{Search}}</button>
  </form><?cs if:Filter.MaySort ?>
  <form class="r-find-form" method="get" action="<?cs var:Site.Base ?>/invoices">
    <input type="hidden" name="status" value="<?cs var:Filter.Status ?>">
    <div class="r-field<?cs if:Fields.Sort.Error ?> r-field-wrong<?cs /if ?>">
      <label for="sort">{{Sort by}}</label>
      <?cs call:error_line("sort", Fields.Sort.Error) ?>
      <select class="r-input" id="sort" name="sort"<?cs call:described("sort", "", Fields.Sort.Error) ?>><?cs each:sort = Sorts ?>
        <option value="<?cs var:sort.Name ?>"<?cs if:sort.Checked ?> selected<?cs /if ?>><?cs var:sort.Title ?></option><?cs /each ?>
      </select>
    </div>
    <fieldset class="r-period">
      <legend>{{Invoice Date}}</legend>
      <?cs call:find_field("from", "{{From}}", Fields.From, "date", "") ?>
      <?cs call:find_field("to", "{{To}}", Fields.To, "date", "") ?>
    </fieldset>
    <button class="r-button r-button-quiet">{{Show}}</button>
  </form><?cs /if ?>
</details>
</div><?cs if:Filter.Number ?>
<p class="r-found">{{Invoice numbers that begin with <strong><bdi><?cs var:Filter.Number ?></bdi></strong>.}} <a href="<?cs var:Filter.ClearUrl ?>">{{Show open invoices}}</a></p><?cs elif:Filter.Text ?>
<p class="r-found"><?cs var:Filter.Text ?>.<?cs if:Filter.ClearUrl ?> <a href="<?cs var:Filter.ClearUrl ?>">{{Clear}}</a><?cs /if ?></p><?cs /if ?><?cs if:!subcount(Errors) ?>
<div class="r-card"><?cs if:subcount(Invoices) ?>
  <?cs include:"shared/invoice_table.cs" ?><?cs elif:Pages.FirstUrl ?>
  <p class="r-empty">{{There are no more invoices here.}}</p><?cs elif:Filter.Number ?>
  <p class="r-empty">{{No invoice number begins like that. It stands at the top of each invoice; a few characters from its beginning are enough.}}</p><?cs elif:Filter.HasPeriod ?>
  <p class="r-empty"><?cs if:Filter.Status == "open" ?>{{No open invoices of this period.}}<?cs elif:Filter.Status == "overdue" ?>{{No overdue invoices of this period.}}<?cs
    elif:Filter.Status == "paid" ?>{{No paid invoices of this period.}}<?cs else ?>{{No invoices of this period.}}<?cs /if ?></p><?cs elif:Filter.Status == "open" ?>
  <p class="r-empty">{{No open invoices. You owe nothing right now.}}</p><?cs elif:Filter.Status == "overdue" ?>
  <p class="r-empty">{{No overdue invoices. Nothing is late.}}</p><?cs elif:Filter.Status == "paid" ?>
  <p class="r-empty">{{No paid invoices yet. They show here once a payment has gone through.}}</p><?cs else ?>
  <p class="r-empty">{{No invoices yet. When <?cs var:Site.Name ?> issues one, it shows here.}}</p><?cs /if ?>
</div><?cs /if ?>
<?cs include:"shared/pages.cs" ?>
<?cs include:"shared/bottom.cs" ?>
