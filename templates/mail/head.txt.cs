<?cs # how every mail begins, as text: Recipient.Name (may be absent)
?>Hello<?cs if:Recipient.Name ?> <?cs var:Recipient.Name ?><?cs /if ?>,
