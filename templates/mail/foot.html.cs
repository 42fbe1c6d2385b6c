<?cs # how every mail ends, as HTML: Site.Name, Site.Support.*; Mail.Billing; Account.Number, .Organization (absent in mail to the provider)
?><hr><?cs if:Account.Number ?>
<p>{{Account: <?cs var:Account.Number ?>, <bdi><?cs var:Account.Organization ?></bdi>}}<br>
<a href="<?cs var:Mail.Billing ?>">{{Your billing pages}}</a></p><?cs /if ?>
<p><?cs var:Site.Name ?><?cs if:Site.Support.Email ?><br>
{{E-mail: <a href="mailto:<?cs var:Site.Support.Email ?>"><?cs var:Site.Support.Email ?></a>}}<?cs /if ?><?cs if:Site.Support.Phone ?><br>
{{Phone: <a href="tel:<?cs var:Site.Support.Phone ?>"><?cs var:Site.Support.Phone ?></a>}}<?cs /if ?><?cs if:Site.Support.Url ?><br>
<a href="<?cs var:Site.Support.Url ?>">{{Help}}</a><?cs /if ?></p>
<p><small>{{This mail was sent by a program; nobody reads answers to it.}}</small></p>
</body>
</html>
