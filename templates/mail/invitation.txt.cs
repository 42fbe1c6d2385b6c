<?cs # an invitation to the billing pages, as text: the first line is the subject; Link.Url, .Until; Site.Name
?>Subject: {{You are invited to the billing pages of <?cs var:Site.Name ?>}}

<?cs include:"mail/head.txt.cs" ?>
{{You can now see invoices and pay them on the billing pages of <?cs var:Site.Name ?>.}} {{Choose a password to sign in with:}}

<?cs var:Link.Url ?>

{{The link can be used once, until <?cs var:Link.Until ?>.}}

{{What to do: open the link and choose a password. If you did not expect this, do nothing.}}
<?cs include:"mail/foot.txt.cs" ?>
