<?cs # how every mail ends, as text: Site.Name, Site.Support.*; Mail.Billing; Account.Number, .Organization (absent in mail to the provider)
?>
<?cs if:Account.Number ?>{{Account: <?cs var:Account.Number ?>, <?cs var:Account.Organization ?>}}
{{Your billing pages: <?cs var:Mail.Billing ?>}}

<?cs /if ?><?cs var:Site.Name ?><?cs if:Site.Support.Email ?>
{{E-mail: <?cs var:Site.Support.Email ?>}}<?cs /if ?><?cs if:Site.Support.Phone ?>
{{Phone: <?cs var:Site.Support.Phone ?>}}<?cs /if ?><?cs if:Site.Support.Url ?>
{{Help: <?cs var:Site.Support.Url ?>}}<?cs /if ?>

{{This mail was sent by a program; nobody reads answers to it.}}
