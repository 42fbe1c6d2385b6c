<?cs # a payment method was added, as text: the first line is the subject; Method.Text, .IsBank; Method.Url (may be absent); Mail.At
?>Subject: {{Payment method added: <?cs var:Method.Text ?>}}

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Method.IsBank ?>{{A bank account was added to your payment methods on <?cs var:Mail.At ?>:}}<?cs else ?>{{A card was added to your payment methods on <?cs var:Mail.At ?>:}}<?cs /if ?>

    <?cs var:Method.Text ?>

{{What to do: nothing, if that was you. If it was not, remove it and contact us at once.}}<?cs if:Method.Url ?>
{{Payment Methods: <?cs var:Method.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
