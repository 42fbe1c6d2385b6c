<?cs # the copy of an authorization, as HTML: Consent.At, Consent.Lines.N.Text; Method.Text
?><?cs include:"mail/head.html.cs" ?>
<p>{{On <?cs var:Consent.At ?> you agreed to the following for <strong><bdi><?cs var:Method.Text ?></bdi></strong>:}}</p>
<blockquote><p><?cs each:line = Consent.Lines ?><bdi><?cs var:line.Text ?></bdi><br><?cs /each ?></p></blockquote>
<p>{{What to do: keep this copy for your records. To take the authorization back, do as it says, or contact us.}}</p>
<?cs include:"mail/foot.html.cs" ?>
