<?cs # an autopay payment was not made, as HTML: Draft.On, .Why; Draft.Amount, .Method, .Again (when it is tried again), Method.Url, Pay.Url (may be absent); Method.Text
?><?cs include:"mail/head.html.cs" ?>
<p><strong>{{Your Auto Pay payment of <?cs var:Draft.On ?> was not made.}}</strong> <?cs var:Draft.Why ?></p>
<p><?cs if:Draft.Amount ?>{{Amount: <?cs var:Draft.Amount ?>}}<br>
<?cs /if ?><?cs if:Draft.Method ?>{{Payment Method: <bdi><?cs var:Draft.Method ?></bdi>}}<?cs else ?>{{Payment Method: <bdi><?cs var:Method.Text ?></bdi>}}<?cs /if ?></p>
<p><?cs if:Draft.Again ?>{{Auto Pay stays on: the payment is tried again on <?cs var:Draft.Again ?>, unless it is paid before.}}<?cs else ?>{{Auto Pay stays on: the next scheduled payment takes what is due then.}}<?cs /if ?></p>
<p>{{What to do: look at the payment method, mend or replace it, and pay what is due now.}}<?cs if:Method.Url ?><br>
<a href="<?cs var:Method.Url ?>">{{Fix the payment method}}</a><?cs /if ?><?cs if:Pay.Url ?><br>
<a href="<?cs var:Pay.Url ?>">{{Pay now}}</a><?cs /if ?></p>
<?cs include:"mail/foot.html.cs" ?>
