<?cs # a link to choose a new password with, as text: the first line is the subject; Link.Url, .Until; Mail.At
?>Subject: {{Reset your password}}

<?cs include:"mail/head.txt.cs" ?>
{{Somebody, hopefully you, asked on <?cs var:Mail.At ?> for a link to choose a new password with:}}

<?cs var:Link.Url ?>

{{It can be used once, until <?cs var:Link.Until ?>.}}

{{What to do: open the link and choose a password. If you did not ask for it, do nothing: your password stays as it is.}}
<?cs include:"mail/foot.txt.cs" ?>
