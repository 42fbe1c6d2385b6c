<?cs # how every mail of another provider ends, as HTML: Account.Number; Mail.Billing
?><hr>
<p>Account <?cs var:Account.Number ?>: <a href="<?cs var:Mail.Billing ?>">your bills at Harbor</a></p>
</body>
</html>
