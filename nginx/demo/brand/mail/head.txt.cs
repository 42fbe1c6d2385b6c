<?cs # how every mail of another provider begins, as text: Recipient.Name (may be absent)
?>HARBOR INTERNET

Ahoy<?cs if:Recipient.Name ?> <?cs var:Recipient.Name ?><?cs /if ?>,
