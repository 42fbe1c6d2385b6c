<?cs # which part of a list this is: Pages.Range, .Number, .Count, .Total; Pages.Previous, .Next, .HasAll (1), .All (1), Find.Value (may be absent);
  Pages.Path
?><?cs if:Pages.Total > #0 ?><nav class="r-paging" aria-label="Pages"><?cs if:Pages.Previous ?>
  <a rel="prev" href="<?cs var:Pages.Path ?>?page=<?cs var:Pages.Previous ?><?cs if:Pages.All ?>&amp;all=1<?cs /if ?><?cs if:Find.Value ?>&amp;find=<?cs var:url_escape(Find.Value) ?><?cs /if ?>">Previous page</a><?cs /if ?>
  <p><?cs var:Pages.Range ?></p><?cs if:Pages.Count > #1 ?>
  <p>Page <?cs var:Pages.Number ?> of <?cs var:Pages.Count ?></p><?cs /if ?><?cs if:Pages.Next ?>
  <a rel="next" href="<?cs var:Pages.Path ?>?page=<?cs var:Pages.Next ?><?cs if:Pages.All ?>&amp;all=1<?cs /if ?><?cs if:Find.Value ?>&amp;find=<?cs var:url_escape(Find.Value) ?><?cs /if ?>">Next page</a><?cs /if ?><?cs if:Pages.HasAll ?>
  <a href="<?cs var:Pages.Path ?>?all=1<?cs if:Find.Value ?>&amp;find=<?cs var:url_escape(Find.Value) ?><?cs /if ?>">View all</a><?cs /if ?>
</nav><?cs /if ?>
