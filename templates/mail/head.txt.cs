<?cs # how every mail begins, as text: Recipient.Name (may be absent)
?><?cs if:Recipient.Name ?>{{Hello <?cs var:Recipient.Name ?>,}}<?cs else ?>{{Hello,}}<?cs /if ?>
