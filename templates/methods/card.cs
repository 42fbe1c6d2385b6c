<?cs # a new card without a payment: Form.Title, Form.Key, Form.CancelUrl; Form.Replace, Form.Next, Form.InAutopay (1: Auto Pay goes on with the new one) (may be absent);
  Card.* and Fields.* as in shared/card.cs, Card.Terms; Autopay.Show (1: with shared/autopay_tick.cs and what it needs)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1><bdi><?cs var:Form.Title ?></bdi></h1>
<p class="r-lead">{{Nothing is charged. The card is checked with your bank and kept in the vault of the payment service, not here.}}<?cs if:Form.Replace ?> {{It takes the place of the old one.|card}}<?cs /if ?><?cs if:Form.InAutopay ?> {{Auto Pay goes on with the new card.}}<?cs /if ?></p>
<form class="r-form r-card r-newcard-form" method="post" action="<?cs var:Site.Base ?>/methods/card" novalidate>
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>"><?cs if:Form.Replace ?>
  <input type="hidden" name="replace" value="<?cs var:Form.Replace ?>"><?cs /if ?><?cs if:Form.Next ?>
  <input type="hidden" name="next" value="<?cs var:Form.Next ?>"><?cs /if ?>
  <?cs include:"shared/card.cs" ?><?cs if:Autopay.Show ?>
  <?cs include:"shared/autopay_tick.cs" ?><?cs /if ?>
  <div class="r-submit">
    <p class="r-actions"><button class="r-button">{{Save}}</button> <a class="r-quiet-link" href="<?cs var:Form.CancelUrl ?>">{{Cancel}}</a></p>
    <?cs include:"shared/card_status.cs" ?>
  </div>
</form>
<?cs include:"shared/card_terms.cs" ?>
<?cs include:"shared/bottom.cs" ?>
