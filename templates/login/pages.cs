<?cs # which part of a list this is: Pages.Range, .Number, .PreviousUrl, .NextUrl, .AllUrl (each may be absent)
?><?cs if:Pages.Range ?><nav class="r-paging" aria-label="{{Pages}}"><?cs if:Pages.PreviousUrl ?>
  <a rel="prev" href="<?cs var:Pages.PreviousUrl ?>">{{Previous page}}</a><?cs /if ?>
  <p><?cs var:Pages.Range ?></p><?cs if:Pages.Number ?>
  <p><?cs var:Pages.Number ?></p><?cs /if ?><?cs if:Pages.NextUrl ?>
  <a rel="next" href="<?cs var:Pages.NextUrl ?>">{{Next page}}</a><?cs /if ?><?cs if:Pages.AllUrl ?>
  <a href="<?cs var:Pages.AllUrl ?>">{{View all}}</a><?cs /if ?>
</nav><?cs /if ?>
