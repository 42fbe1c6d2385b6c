<?cs # how every mail of another provider ends, as text: Mail.Billing; Account.Number (absent in mail to the provider)
?>
<?cs if:Account.Number ?>Account <?cs var:Account.Number ?>, your bills at Harbor: <?cs var:Mail.Billing ?><?cs /if ?>
