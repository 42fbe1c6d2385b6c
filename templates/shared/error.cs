<?cs # a request that could not be answered: Error.Title, Error.Text, Error.Action.Url and .Title (may be absent), RequestId
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<article class="r-narrow">
  <h1><?cs var:Error.Title ?></h1>
  <p class="r-lead"><?cs var:Error.Text ?></p><?cs if:Error.Action.Url ?>
  <p class="r-actions"><a class="r-button" href="<?cs var:Error.Action.Url ?>"><?cs var:Error.Action.Title ?></a></p><?cs /if ?><?cs if:RequestId ?>
  <p class="r-muted">{{If you ask us about this, give this number: <span class="r-code"><?cs var:RequestId ?></span>}}</p><?cs /if ?>
</article>
<?cs include:"shared/bottom.cs" ?>
