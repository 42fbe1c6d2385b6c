<?cs # where a list goes on: Pages.FirstUrl, PreviousUrl, NextUrl (absent = none)
?><?cs if:Pages.FirstUrl || Pages.PreviousUrl || Pages.NextUrl ?>
<nav class="r-paging" aria-label="{{Pages}}"><?cs if:Pages.FirstUrl ?>
  <a href="<?cs var:Pages.FirstUrl ?>">{{First page}}</a><?cs /if ?><?cs if:Pages.PreviousUrl ?>
  <a rel="prev" href="<?cs var:Pages.PreviousUrl ?>">{{Previous page}}</a><?cs /if ?><?cs if:Pages.NextUrl ?>
  <a rel="next" href="<?cs var:Pages.NextUrl ?>">{{Next page}}</a><?cs /if ?>
</nav><?cs /if ?>
