<?cs # what a page says first: Banner.Kind, Banner.Text; Errors.N.Field (id, may be empty), Errors.N.Text
?><?cs if:subcount(Errors) ?>
<div class="r-summary" role="alert" tabindex="-1" autofocus>
  <h2>{{There is a problem}}</h2>
  <ul><?cs each:error = Errors ?>
    <li><?cs if:error.Field ?><a href="#<?cs var:error.Field ?>"><?cs var:error.Text ?></a><?cs else ?><?cs var:error.Text ?><?cs /if ?></li><?cs /each ?>
  </ul>
</div><?cs /if ?><?cs if:Banner.Text ?>
<div class="r-banner r-banner-<?cs var:Banner.Kind ?>" role="<?cs
  if:Banner.Kind == "error" || Banner.Kind == "warning" ?>alert<?cs else ?>status<?cs /if ?>">
  <p><?cs var:Banner.Text ?></p>
</div><?cs /if ?>
