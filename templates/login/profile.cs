<?cs # the user's own name and e-mail: Tabs.N.*; User.Email; Form.Key, Fields.Name.Value; Fields.Name.Error, Site.Support.*, Login.BySite (may be absent)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Profile}}</h1>
<?cs include:"login/tabs.cs" ?>
<section class="r-card" aria-label="{{Profile}}">
  <form class="r-form" method="post" action="<?cs var:Site.Base ?>/account" novalidate>
    <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
    <div class="r-field<?cs if:Fields.Name.Error ?> r-field-wrong<?cs /if ?>">
      <label for="name">{{Name}}</label>
      <?cs call:error_line("name", Fields.Name.Error) ?>
      <input class="r-input r-input-middle" id="name" name="name" type="text" maxlength="200" autocomplete="name" required value="<?cs var:Fields.Name.Value ?>"<?cs call:described("name", "", Fields.Name.Error) ?>>
    </div>
    <p class="r-actions"><button class="r-button">{{Save}}</button></p>
  </form>
</section>
<section class="r-card" aria-labelledby="email">
  <h2 id="email">{{Email}}</h2>
  <p><strong><bdi><?cs var:User.Email ?></bdi></strong></p>
  <p class="r-muted"><?cs if:Login.BySite ?>{{Our mail goes there.}}<?cs else ?>{{You sign in with it, and our mail goes there.}}<?cs /if ?> <?cs
    if:Site.Support.Email ?>{{To change it, please contact <?cs var:Site.Name ?>: <a href="mailto:<?cs var:Site.Support.Email ?>"><?cs var:Site.Support.Email ?></a>.}}<?cs else ?>{{To change it, please contact <?cs var:Site.Name ?>.}}<?cs /if ?></p>
</section>
<?cs include:"shared/bottom.cs" ?>
