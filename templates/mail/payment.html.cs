<?cs # a payment's facts, as HTML: Payment.Amount, .Method, .At, .Reference; .Confirmation, .Note.N.Text, .Url, .Pdf.Url, .ToCredit, Invoices.N.Number, .Amount (may be absent)
?><table cellpadding="4">
<tr><th scope="row" align="left">{{Amount}}</th><td><?cs var:Payment.Amount ?></td></tr>
<tr><th scope="row" align="left">{{Payment Method}}</th><td><bdi><?cs var:Payment.Method ?></bdi></td></tr>
<tr><th scope="row" align="left">{{Date}}</th><td><?cs var:Payment.At ?></td></tr>
<tr><th scope="row" align="left">{{Reference}}</th><td><?cs var:Payment.Reference ?></td></tr><?cs if:Payment.Confirmation ?>
<tr><th scope="row" align="left">{{Confirmation}}</th><td><?cs var:Payment.Confirmation ?></td></tr><?cs /if ?><?cs if:subcount(Payment.Note) ?>
<tr><th scope="row" align="left" valign="top">{{Note}}</th><td><?cs each:line = Payment.Note ?><bdi><?cs var:line.Text ?></bdi><br><?cs /each ?></td></tr><?cs /if ?>
</table><?cs if:subcount(Invoices) ?>
<table cellpadding="4">
<caption align="left">{{Invoices in this payment}}</caption>
<tr><th scope="col" align="left">{{Invoice #}}</th><th scope="col" align="right">{{This payment}}</th></tr><?cs each:row = Invoices ?>
<tr><td><bdi><?cs var:row.Number ?></bdi></td><td align="right"><?cs var:row.Amount ?></td></tr><?cs /each ?><?cs if:Payment.ToCredit ?>
<tr><td>{{Kept as credit on your account}}</td><td align="right"><?cs var:Payment.ToCredit ?></td></tr><?cs /if ?>
<tr><th scope="row" align="left">{{Payment Total}}</th><td align="right"><?cs var:Payment.Amount ?></td></tr>
</table><?cs /if ?><?cs if:Payment.Url || Payment.Pdf.Url ?>
<p><?cs if:Payment.Url ?><a href="<?cs var:Payment.Url ?>">{{See this payment}}</a><?cs /if ?><?cs if:Payment.Url && Payment.Pdf.Url ?><br>
<?cs /if ?><?cs if:Payment.Pdf.Url ?><a href="<?cs var:Payment.Pdf.Url ?>">{{Download PDF}}</a><?cs /if ?></p><?cs /if ?>
