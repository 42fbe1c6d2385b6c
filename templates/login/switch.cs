<?cs # which of the user's accounts to look at: Tabs.N.*; Accounts.N.Site, .Number, .City; Accounts.N.Organization, .IsThis (1) (may be absent);
  what login/pages.cs needs; Find.Show (1: there are many), Find.Value (may be absent); Form.Key
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Switch Account}}</h1>
<?cs include:"login/tabs.cs" ?><?cs if:Find.Show ?>
<form class="r-form r-screen-only" method="get" role="search" action="<?cs var:Site.Base ?>/account/switch">
  <div class="r-field">
    <label for="find">{{Find an account}}</label>
    <p class="r-hint" id="find-hint">{{By site, account number or city}}</p>
    <input class="r-input r-input-middle" id="find" name="find" type="search" maxlength="100" autocomplete="off" value="<?cs var:Find.Value ?>" aria-describedby="find-hint">
  </div>
  <p class="r-actions"><button class="r-button r-button-quiet">{{Search}}</button><?cs if:Find.Value ?> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/account/switch">{{Show every account}}</a><?cs /if ?></p>
</form><?cs /if ?>
<div class="r-card"><?cs if:subcount(Accounts) ?>
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Your accounts}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Site}}</th>
      <th role="columnheader" scope="col">{{Account Number}}</th>
      <th role="columnheader" scope="col">{{City}}</th>
      <th role="columnheader" scope="col"><span class="r-hidden">{{Switch}}</span></th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:account = Accounts ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Site}}"><bdi><?cs var:account.Site ?></bdi><?cs if:account.Organization ?>
        <p class="r-muted"><bdi><?cs var:account.Organization ?></bdi></p><?cs /if ?></td>
      <?cs call:text_cell("{{Account Number}}", account.Number) ?>
      <?cs if:account.City ?><?cs call:text_cell("{{City}}", account.City) ?><?cs else ?><td role="cell" data-label="{{City}}">–</td><?cs /if ?>
      <td role="cell" class="r-do"><?cs if:account.IsThis ?><?cs call:status("succeeded", "{{You are here}}") ?><?cs else ?>
        <form method="post" action="<?cs var:Site.Base ?>/account/switch">
          <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
          <input type="hidden" name="account" value="<?cs var:account.Number ?>">
          <button class="r-button r-button-small">{{Switch<span class="r-hidden"> to <?cs var:account.Site ?>, account <?cs var:account.Number ?></span>}}</button>
        </form><?cs /if ?></td>
    </tr><?cs /each ?>
    </tbody>
  </table><?cs else ?>
  <p class="r-empty">{{None of your accounts has that in its site, number or city.}}</p><?cs /if ?>
</div>
<?cs include:"login/pages.cs" ?>
<?cs include:"shared/bottom.cs" ?>
