<?cs # the password was changed, as text: the first line is the subject; Password.How; Password.Url (may be absent); Mail.At
?>Subject: {{Your password was changed}}

<?cs include:"mail/head.txt.cs" ?>
{{Your password was changed on <?cs var:Mail.At ?>.}} <?cs var:Password.How ?> {{You were signed out everywhere else.}}

{{What to do: nothing, if you know of it.}} <?cs if:Password.Url ?>{{If you do not, contact us at once, and choose another password: <?cs var:Password.Url ?>}}<?cs else ?>{{If you do not, contact us at once.}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
