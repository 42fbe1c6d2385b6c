<?cs # a card of autopay expires, as text: the first line is the subject; Method.Text; Method.ExpiresOn, .Url (may be absent)
?>Subject: {{<?cs var:Method.Text ?> expires soon}}

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Method.ExpiresOn ?>{{<?cs var:Method.Text ?> expires after <?cs var:Method.ExpiresOn ?>.}}<?cs else ?>{{<?cs var:Method.Text ?> expires soon.}}<?cs /if ?> {{Auto Pay uses it; with an expired card nothing is paid.}}

{{What to do: enter the card you have now, or choose another payment method for Auto Pay.}}<?cs if:Method.Url ?>
{{Update the card: <?cs var:Method.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
