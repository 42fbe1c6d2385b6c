<?cs # invoice history: Filters.N.Title, Url, Current; Filter.Status (open, paid, all); Invoices.N.* (see shared/invoice_table.cs);
  Pages.Number, Pages.PreviousUrl, Pages.NextUrl (absent = none)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>Invoice History</h1>
<nav class="r-filters" aria-label="Show invoices">
  <ul><?cs each:filter = Filters ?>
    <li><a href="<?cs var:filter.Url ?>"<?cs if:filter.Current ?> aria-current="true"<?cs /if ?>><?cs var:filter.Title ?></a></li><?cs /each ?>
  </ul>
</nav>
<div class="r-card"><?cs if:subcount(Invoices) ?>
  <?cs include:"shared/invoice_table.cs" ?><?cs elif:Pages.PreviousUrl ?>
  <p class="r-empty">There are no more invoices here.</p><?cs elif:Filter.Status == "open" ?>
  <p class="r-empty">No open invoices. You owe nothing right now.</p><?cs elif:Filter.Status == "paid" ?>
  <p class="r-empty">No paid invoices yet. They show here once a payment has gone through.</p><?cs else ?>
  <p class="r-empty">No invoices yet. When <?cs var:Site.Name ?> issues one, it shows here.</p><?cs /if ?>
</div><?cs if:Pages.PreviousUrl || Pages.NextUrl ?>
<nav class="r-paging" aria-label="Pages"><?cs if:Pages.PreviousUrl ?>
  <a rel="prev" href="<?cs var:Pages.PreviousUrl ?>">Previous page</a><?cs /if ?>
  <p>Page <?cs var:Pages.Number ?></p><?cs if:Pages.NextUrl ?>
  <a rel="next" href="<?cs var:Pages.NextUrl ?>">Next page</a><?cs /if ?>
</nav><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
