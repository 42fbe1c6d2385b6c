<?cs # a password chosen with a link that came by mail: Link.Email, Link.Name, Link.IsInvitation (1 or 0); Form.Key;
  Fields.Password.Error, Fields.Again.Error (may be absent)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<div class="r-door">
<?cs include:"shared/notices.cs" ?><?cs if:Link.IsInvitation == "1" ?>
<h1><?cs if:Link.Name ?>{{Welcome, <bdi><?cs var:Link.Name ?></bdi>}}<?cs else ?>{{Welcome}}<?cs /if ?></h1>
<p class="r-lead">{{Choose a password. With it and your email, <strong><bdi><?cs var:Link.Email ?></bdi></strong>, you sign in to the billing pages of <?cs var:Site.Name ?>.}}</p><?cs else ?>
<h1>{{Choose a new password}}</h1>
<p class="r-lead">{{For <strong><bdi><?cs var:Link.Email ?></bdi></strong>. You will be signed out everywhere.}}</p><?cs /if ?>
<form class="r-form" method="post" action="<?cs var:Site.Base ?>/login/password" novalidate>
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
  <input type="email" autocomplete="username" value="<?cs var:Link.Email ?>" readonly hidden>
  <?cs call:field("password", "{{New Password}}", "{{At least 8 characters. A few words that do not belong together are good.}}", Fields.Password, "password", "new-password") ?>
  <?cs call:field("again", "{{Retype New Password}}", "", Fields.Again, "password", "new-password") ?>
  <p class="r-actions"><button class="r-button"><?cs if:Link.IsInvitation == "1" ?>{{Save and sign in}}<?cs else ?>{{Save password}}<?cs /if ?></button></p>
</form>
</div>
<?cs include:"shared/bottom.cs" ?>
