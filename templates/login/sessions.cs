<?cs # where the user is signed in: Tabs.N.*; Sessions.N.Device, .Address, .Since, .Seen, .Handle; Sessions.N.IsThis (1; may be absent); Form.Key; Login.BySite (may be absent)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{My Sessions}}</h1>
<?cs include:"login/tabs.cs" ?>
<p class="r-lead">{{Everywhere you are signed in.}} <?cs if:Login.BySite ?>{{If you do not know one of these, sign it out.}}<?cs else ?>{{If you do not know one of these, sign it out and <a href="<?cs var:Site.Base ?>/account/password">change your password</a>.}}<?cs /if ?></p>
<div class="r-card">
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Sessions}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Device}}</th>
      <th role="columnheader" scope="col">{{Address}}</th>
      <th role="columnheader" scope="col">{{Signed in}}</th>
      <th role="columnheader" scope="col">{{Last seen}}</th>
      <th role="columnheader" scope="col"><span class="r-hidden">{{Sign out}}</span></th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:session = Sessions ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Device}}"><bdi><?cs var:session.Device ?></bdi><?cs if:session.IsThis ?> <?cs call:status("succeeded", "{{This session}}") ?><?cs /if ?></td>
      <?cs call:text_cell("{{Address}}", session.Address) ?>
      <?cs call:text_cell("{{Signed in}}", session.Since) ?>
      <?cs call:text_cell("{{Last seen}}", session.Seen) ?>
      <td role="cell" class="r-do">
        <form method="post" action="<?cs var:Site.Base ?>/account/sessions">
          <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
          <input type="hidden" name="session" value="<?cs var:session.Handle ?>">
          <button class="r-button r-button-small"><?cs if:session.IsThis ?>{{Sign out<span class="r-hidden">: <?cs var:session.Device ?>, this session</span>}}<?cs else ?>{{Sign out<span class="r-hidden">: <?cs var:session.Device ?>, signed in <?cs var:session.Since ?></span>}}<?cs /if ?></button>
        </form>
      </td>
    </tr><?cs /each ?>
    </tbody>
  </table>
</div>
<form class="r-screen-only" method="post" action="<?cs var:Site.Base ?>/account/sessions">
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
  <input type="hidden" name="everywhere" value="1">
  <p class="r-actions"><button class="r-button r-button-quiet">{{Sign out everywhere}}</button></p>
</form>
<?cs include:"shared/bottom.cs" ?>
