<?cs # how every mail of another provider ends, as HTML: Mail.Billing; Account.Number (absent in mail to the provider)
?><hr><?cs if:Account.Number ?>
<p>Account <?cs var:Account.Number ?>: <a href="<?cs var:Mail.Billing ?>">your bills at Harbor</a></p><?cs /if ?>
</body>
</html>
