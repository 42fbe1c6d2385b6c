<?cs # the password was changed, as HTML: Password.How; Password.Url (may be absent); Mail.At
?><?cs include:"mail/head.html.cs" ?>
<p>{{Your password was changed on <?cs var:Mail.At ?>.}} <?cs var:Password.How ?> {{You were signed out everywhere else.}}</p>
<p>{{What to do: nothing, if you know of it.}} <?cs if:Password.Url ?>{{If you do not, contact us at once, and <a href="<?cs var:Password.Url ?>">choose another password</a>.}}<?cs else ?>{{If you do not, contact us at once.}}<?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
