<?cs # an invoice was issued, as text: the first line is the subject; Invoice.Number, .IssuedOn, .DueOn, .Total; .Tax, .Paid, .Credited, .Pending, .Due (where it is less), .BillingType, .Url, .Pdf.Url (may be absent); Todo (pay, late, autopay, wait, paid); of autopay Method.Text, Autopay.Schedule, .Url (may be absent); Pay.Url (may be absent)
?>Subject: <?cs if:Todo == "paid" ?>{{New invoice <?cs var:Invoice.Number ?> for <?cs var:Invoice.Total ?>: nothing is due}}<?cs else ?>{{New invoice <?cs var:Invoice.Number ?> for <?cs var:Invoice.Total ?>, due <?cs var:Invoice.DueOn ?>}}<?cs /if ?>

<?cs include:"mail/head.txt.cs" ?>
{{There is a new invoice for your account.}}

{{Invoice # <?cs var:Invoice.Number ?>}}
{{Invoice Date: <?cs var:Invoice.IssuedOn ?>}}<?cs if:Invoice.BillingType ?>
{{Billing Type: <?cs var:Invoice.BillingType ?>}}<?cs /if ?>
{{Invoice Amount: <?cs var:Invoice.Total ?>}}<?cs if:Invoice.Tax ?>
{{Tax in it: <?cs var:Invoice.Tax ?>}}<?cs /if ?><?cs if:Invoice.Paid ?>
{{Paid: <?cs var:Invoice.Paid ?>|amount}}<?cs /if ?><?cs if:Invoice.Credited ?>
{{Credited: <?cs var:Invoice.Credited ?>}}<?cs /if ?><?cs if:Invoice.Due ?>
{{Amount Due: <?cs var:Invoice.Due ?>}}<?cs /if ?><?cs if:Invoice.Pending ?>
{{In progress: <?cs var:Invoice.Pending ?>}}<?cs /if ?>
{{Date Due: <?cs var:Invoice.DueOn ?>}}<?cs if:Invoice.Url || Invoice.Pdf.Url ?>
<?cs /if ?><?cs if:Invoice.Url ?>
{{See this invoice: <?cs var:Invoice.Url ?>}}<?cs /if ?><?cs if:Invoice.Pdf.Url ?>
{{Download PDF: <?cs var:Invoice.Pdf.Url ?>}}<?cs /if ?>

<?cs if:Todo == "paid" ?>{{What to do: nothing; nothing is due on it any more.}}<?cs elif:Todo == "wait" ?>{{What to do: nothing; a payment of it is in progress.}}<?cs elif:Todo == "autopay" ?>{{What to do: nothing; Auto Pay pays it with <?cs var:Method.Text ?> (<?cs var:Autopay.Schedule ?>).}}<?cs if:Autopay.Url ?>
{{Manage Auto Pay: <?cs var:Autopay.Url ?>}}<?cs /if ?><?cs else ?><?cs if:Todo == "late" ?>{{What to do: pay it now, it is overdue.}}<?cs else ?>{{What to do: pay it by <?cs var:Invoice.DueOn ?>.}}<?cs /if ?><?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?><?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
