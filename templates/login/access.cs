<?cs # who may use the account: Tabs.N.*; People.N.Name, .Email, .Level; People.N.Seen, .IsYou (1) (may be absent); what login/pages.cs needs
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Who Has Access}}</h1>
<?cs include:"login/tabs.cs" ?>
<p class="r-lead">{{Who can sign in and use account <?cs var:Account.Number ?>. To add somebody, to take somebody out, or to change a security level, please contact <?cs var:Site.Name ?>.}}</p>
<div class="r-card">
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Users of this account}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Name}}</th>
      <th role="columnheader" scope="col">{{Email}}</th>
      <th role="columnheader" scope="col">{{Security Level}}</th>
      <th role="columnheader" scope="col">{{Last seen}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:person = People ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Name}}"><bdi><?cs var:person.Name ?></bdi><?cs if:person.IsYou ?> <?cs call:status("succeeded", "{{You}}") ?><?cs /if ?></td>
      <?cs call:text_cell("{{Email}}", person.Email) ?>
      <?cs call:text_cell("{{Security Level}}", person.Level) ?>
      <?cs if:person.Seen ?><?cs call:text_cell("{{Last seen}}", person.Seen) ?><?cs else ?><td role="cell" data-label="{{Last seen}}">{{Never}}</td><?cs /if ?>
    </tr><?cs /each ?>
    </tbody>
  </table>
</div>
<?cs include:"login/pages.cs" ?>
<?cs include:"shared/bottom.cs" ?>
