<?cs # the Billing tile as a fragment for the provider's dashboard: the values of shared/tile.cs, or Tile.Text (why there are none) and Tile.SignInUrl (may be absent)
?><?cs if:Tile.Text ?><section class="remit r-card r-tile" aria-labelledby="billing-tile">
  <h2 id="billing-tile">{{Billing}}</h2>
  <p><?cs var:Tile.Text ?></p><?cs if:Tile.SignInUrl ?>
  <p class="r-actions"><a class="r-button" href="<?cs var:Tile.SignInUrl ?>">{{Sign in}}</a></p><?cs /if ?>
</section><?cs else ?><?cs include:"shared/tile.cs" ?><?cs /if ?>
