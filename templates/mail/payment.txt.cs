<?cs # a payment's facts, as text: Payment.Amount, .Method, .At, .Reference; .Confirmation, .Note.N.Text, .Url, .Pdf.Url, .ToCredit, Invoices.N.Number, .Amount (may be absent)
?>
{{Amount: <?cs var:Payment.Amount ?>}}
{{Payment Method: <?cs var:Payment.Method ?>}}
{{Date: <?cs var:Payment.At ?>}}
{{Reference: <?cs var:Payment.Reference ?>}}<?cs if:Payment.Confirmation ?>
{{Confirmation: <?cs var:Payment.Confirmation ?>}}<?cs /if ?><?cs if:subcount(Payment.Note) ?>
{{Note:}}<?cs each:line = Payment.Note ?>
    <?cs var:line.Text ?><?cs /each ?><?cs /if ?><?cs if:subcount(Invoices) ?>

{{Invoices in this payment}}<?cs each:row = Invoices ?>
    {{Invoice # <?cs var:row.Number ?>: <?cs var:row.Amount ?>}}<?cs /each ?>
<?cs if:Payment.ToCredit ?>    {{Kept as credit on your account: <?cs var:Payment.ToCredit ?>}}
<?cs /if ?>    {{Payment Total: <?cs var:Payment.Amount ?>}}<?cs /if ?><?cs if:Payment.Url || Payment.Pdf.Url ?>
<?cs /if ?><?cs if:Payment.Url ?>
{{See this payment: <?cs var:Payment.Url ?>}}<?cs /if ?><?cs if:Payment.Pdf.Url ?>
{{Download PDF: <?cs var:Payment.Pdf.Url ?>}}<?cs /if ?>
