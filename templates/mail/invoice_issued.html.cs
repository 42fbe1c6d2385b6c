<?cs # an invoice was issued, as HTML: Invoice.Number, .IssuedOn, .DueOn, .Total; .Tax, .Paid, .Credited, .Pending, .Due (where it is less), .BillingType, .Url, .Pdf.Url (may be absent); Todo (pay, late, autopay, wait, paid); of autopay Method.Text, Autopay.Schedule, .Url (may be absent); Pay.Url (may be absent)
?><?cs include:"mail/head.html.cs" ?>
<p><strong>{{There is a new invoice for your account.}}</strong></p>
<table cellpadding="4">
<tr><th scope="row" align="left">{{Invoice #}}</th><td><bdi><?cs var:Invoice.Number ?></bdi></td></tr>
<tr><th scope="row" align="left">{{Invoice Date}}</th><td><?cs var:Invoice.IssuedOn ?></td></tr><?cs if:Invoice.BillingType ?>
<tr><th scope="row" align="left">{{Billing Type}}</th><td><bdi><?cs var:Invoice.BillingType ?></bdi></td></tr><?cs /if ?>
<tr><th scope="row" align="left">{{Invoice Amount}}</th><td><?cs var:Invoice.Total ?></td></tr><?cs if:Invoice.Tax ?>
<tr><th scope="row" align="left">{{Tax in it}}</th><td><?cs var:Invoice.Tax ?></td></tr><?cs /if ?><?cs if:Invoice.Paid ?>
<tr><th scope="row" align="left">{{Paid|amount}}</th><td><?cs var:Invoice.Paid ?></td></tr><?cs /if ?><?cs if:Invoice.Credited ?>
<tr><th scope="row" align="left">{{Credited}}</th><td><?cs var:Invoice.Credited ?></td></tr><?cs /if ?><?cs if:Invoice.Due ?>
<tr><th scope="row" align="left">{{Amount Due}}</th><td><?cs var:Invoice.Due ?></td></tr><?cs /if ?><?cs if:Invoice.Pending ?>
<tr><th scope="row" align="left">{{In progress}}</th><td><?cs var:Invoice.Pending ?></td></tr><?cs /if ?>
<tr><th scope="row" align="left">{{Date Due}}</th><td><?cs var:Invoice.DueOn ?></td></tr>
</table><?cs if:Invoice.Url || Invoice.Pdf.Url ?>
<p><?cs if:Invoice.Url ?><a href="<?cs var:Invoice.Url ?>">{{See this invoice}}</a><?cs /if ?><?cs if:Invoice.Url && Invoice.Pdf.Url ?><br>
<?cs /if ?><?cs if:Invoice.Pdf.Url ?><a href="<?cs var:Invoice.Pdf.Url ?>">{{Download PDF}}</a><?cs /if ?></p><?cs /if ?>
<p><?cs if:Todo == "paid" ?>{{What to do: nothing; nothing is due on it any more.}}<?cs elif:Todo == "wait" ?>{{What to do: nothing; a payment of it is in progress.}}<?cs elif:Todo == "autopay" ?>{{What to do: nothing; Auto Pay pays it with <bdi><?cs var:Method.Text ?></bdi> (<?cs var:Autopay.Schedule ?>).}}<?cs if:Autopay.Url ?><br>
<a href="<?cs var:Autopay.Url ?>">{{Manage Auto Pay}}</a><?cs /if ?><?cs else ?><?cs if:Todo == "late" ?>{{What to do: pay it now, it is overdue.}}<?cs else ?>{{What to do: pay it by <?cs var:Invoice.DueOn ?>.}}<?cs /if ?><?cs if:Pay.Url ?><br>
<a href="<?cs var:Pay.Url ?>">{{Make a Payment}}</a><?cs /if ?><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
