<?cs # sign in: Form.Key, Form.Next, Fields.Email.Value, .Error, Fields.Password.Error
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<div class="r-door">
<?cs include:"shared/notices.cs" ?>
<h1>{{Sign in}}</h1>
<form class="r-form" method="post" action="<?cs var:Site.Base ?>/login" novalidate>
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
  <input type="hidden" name="next" value="<?cs var:Form.Next ?>">
  <?cs call:field("email", "{{Email}}", "", Fields.Email, "email", "username") ?>
  <?cs call:field("password", "{{Password}}", "", Fields.Password, "password", "current-password") ?>
  <p class="r-actions"><button class="r-button">{{Sign in}}</button></p>
</form>
<p><a href="<?cs var:Site.Base ?>/login/reset">{{Forgot your password?}}</a></p>
</div>
<?cs include:"shared/bottom.cs" ?>
