<?cs # an invitation to the billing pages, as HTML: Link.Url, .Until; Site.Name
?><?cs include:"mail/head.html.cs" ?>
<p>{{You can now see invoices and pay them on the billing pages of <?cs var:Site.Name ?>.}} {{Choose a password to sign in with:}}</p>
<p><a href="<?cs var:Link.Url ?>">{{Choose a password}}</a></p>
<p>{{The link can be used once, until <?cs var:Link.Until ?>.}}</p>
<p>{{What to do: open the link and choose a password. If you did not expect this, do nothing.}}</p>
<?cs include:"mail/foot.html.cs" ?>
