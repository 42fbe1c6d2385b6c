<?cs # a link to choose a new password with, as HTML: Link.Url, .Until; Mail.At
?><?cs include:"mail/head.html.cs" ?>
<p>{{Somebody, hopefully you, asked on <?cs var:Mail.At ?> for a link to choose a new password with:}}</p>
<p><a href="<?cs var:Link.Url ?>">{{Choose a new password}}</a></p>
<p>{{It can be used once, until <?cs var:Link.Until ?>.}}</p>
<p>{{What to do: open the link and choose a password. If you did not ask for it, do nothing: your password stays as it is.}}</p>
<?cs include:"mail/foot.html.cs" ?>
