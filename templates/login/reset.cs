<?cs # asks for a link to choose a new password with: Form.Key, Fields.Email.Value, .Error (may be absent); Reset.Sent (1: it was asked for)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<div class="r-door">
<?cs include:"shared/notices.cs" ?>
<h1>{{Reset your password}}</h1><?cs if:Reset.Sent ?>
<div class="r-banner r-banner-info" role="status">
  <p>{{If that email belongs to one of our users, a link is on its way to it. It can be used once, within 30 minutes.}}</p>
</div>
<p>{{Nothing arrived? Look among unwanted mail, check the email, and try again in a few minutes.}}</p><?cs else ?>
<p class="r-lead">{{We send a link to choose a new password with to your email.}}</p><?cs /if ?>
<form class="r-form" method="post" action="<?cs var:Site.Base ?>/login/reset" novalidate>
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
  <?cs call:field("email", "{{Email}}", "", Fields.Email, "email", "username") ?>
  <p class="r-actions"><button class="r-button<?cs if:Reset.Sent ?> r-button-quiet<?cs /if ?>"><?cs if:Reset.Sent ?>{{Send another link}}<?cs else ?>{{Send the link}}<?cs /if ?></button></p>
</form>
<p><a href="<?cs var:Site.Base ?>/login">{{Sign in}}</a></p>
</div>
<?cs include:"shared/bottom.cs" ?>
