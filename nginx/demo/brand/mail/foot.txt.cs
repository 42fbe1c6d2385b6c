<?cs # how every mail of another provider ends, as text: Account.Number; Mail.Billing
?>
Account <?cs var:Account.Number ?>, your bills at Harbor: <?cs var:Mail.Billing ?>
