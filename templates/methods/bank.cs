<?cs # a new bank account without a payment: Form.Title, Form.Key, Form.CancelUrl; Form.Replace, Form.Next, Form.InAutopay (1: Auto Pay goes on with the new one) (may be absent);
  Autopay.Show (1: with shared/autopay_tick.cs and what it needs); Fields.* as in shared/bank.cs; Bank.Authorization, Bank.AuthorizationVersion; Fields.Authorize.Checked, .Error. Id for the error summary: authorize
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1><bdi><?cs var:Form.Title ?></bdi></h1>
<p class="r-lead">{{Nothing is taken from the account now. It is kept in the vault of the payment service, not here.}}<?cs if:Form.Replace ?> {{It takes the place of the old one.|account}}<?cs /if ?><?cs if:Form.InAutopay ?> {{Auto Pay goes on with the new account.}}<?cs /if ?></p>
<form class="r-form r-card r-newbank-form" method="post" action="<?cs var:Site.Base ?>/methods/bank" novalidate>
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>"><?cs if:Form.Replace ?>
  <input type="hidden" name="replace" value="<?cs var:Form.Replace ?>"><?cs /if ?><?cs if:Form.Next ?>
  <input type="hidden" name="next" value="<?cs var:Form.Next ?>"><?cs /if ?>
  <?cs include:"shared/bank.cs" ?>
  <section class="r-authorization" aria-labelledby="authorization-title">
    <h2 id="authorization-title">{{Your authorization}}</h2>
    <p class="r-lines-kept" id="authorize-text"><?cs var:Bank.Authorization ?></p>
  </section>
  <div class="r-check<?cs if:Fields.Authorize.Error ?> r-field-wrong<?cs /if ?>">
    <?cs call:error_line("authorize", Fields.Authorize.Error) ?>
    <input type="checkbox" id="authorize" name="authorize" value="<?cs var:Bank.AuthorizationVersion ?>" required<?cs if:Fields.Authorize.Checked ?> checked<?cs /if ?><?cs
      if:Fields.Authorize.Error ?> aria-describedby="authorize-text authorize-error" aria-invalid="true"<?cs else ?> aria-describedby="authorize-text"<?cs /if ?>>
    <label for="authorize">{{I authorize <bdi><?cs var:Site.Name ?></bdi> as written above<span aria-hidden="true"> *</span>}}</label>
  </div>
<?cs if:Autopay.Show ?>
  <?cs include:"shared/autopay_tick.cs" ?><?cs /if ?>
  <div class="r-submit">
    <p class="r-actions"><button class="r-button">{{Save}}</button> <a class="r-quiet-link" href="<?cs var:Form.CancelUrl ?>">{{Cancel}}</a></p>
  </div>
</form>
<?cs include:"shared/bottom.cs" ?>
