<?cs # a payment method was removed, as text: the first line is the subject; Method.Text, .IsBank; Method.Url (may be absent); Mail.At
?>Subject: {{Payment method removed: <?cs var:Method.Text ?>}}

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Method.IsBank ?>{{A bank account was removed from your payment methods on <?cs var:Mail.At ?>:}}<?cs else ?>{{A card was removed from your payment methods on <?cs var:Mail.At ?>:}}<?cs /if ?>

    <?cs var:Method.Text ?>

{{It is not used for payments any more.}}

{{What to do: nothing, if that was you. If it was not, contact us at once.}}<?cs if:Method.Url ?>
{{Payment Methods: <?cs var:Method.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
