<?cs # another password: Tabs.N.*; Form.Key; Fields.Current.Error, Fields.Password.Error, Fields.Again.Error (may be absent); User.Email
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Password}}</h1>
<?cs include:"login/tabs.cs" ?>
<section class="r-card" aria-label="{{Password}}">
  <form class="r-form" method="post" action="<?cs var:Site.Base ?>/account/password" novalidate>
    <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
    <input type="email" autocomplete="username" value="<?cs var:User.Email ?>" readonly hidden>
    <?cs call:field("current", "{{Current Password}}", "", Fields.Current, "password", "current-password") ?>
    <?cs call:field("password", "{{New Password}}", "{{At least 8 characters. A few words that do not belong together are good.}}", Fields.Password, "password", "new-password") ?>
    <?cs call:field("again", "{{Retype New Password}}", "", Fields.Again, "password", "new-password") ?>
    <p class="r-muted">{{Everywhere else you will be signed out, and we tell you by mail.}}</p>
    <p class="r-actions"><button class="r-button">{{Change password}}</button></p>
  </form>
</section>
<?cs include:"shared/bottom.cs" ?>
