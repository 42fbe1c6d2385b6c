<?cs # an autopay payment was not made, as text: the first line is the subject; Draft.On, .Why; Draft.Amount, .Method, .Again (when it is tried again), Method.Url, Pay.Url (may be absent); Method.Text
?>Subject: {{Your Auto Pay payment of <?cs var:Draft.On ?> failed}}

<?cs include:"mail/head.txt.cs" ?>
{{Your Auto Pay payment of <?cs var:Draft.On ?> was not made.}} <?cs var:Draft.Why ?>

<?cs if:Draft.Amount ?>{{Amount: <?cs var:Draft.Amount ?>}}
<?cs /if ?><?cs if:Draft.Method ?>{{Payment Method: <?cs var:Draft.Method ?>}}<?cs else ?>{{Payment Method: <?cs var:Method.Text ?>}}<?cs /if ?>

<?cs if:Draft.Again ?>{{Auto Pay stays on: the payment is tried again on <?cs var:Draft.Again ?>, unless it is paid before.}}<?cs else ?>{{Auto Pay stays on: the next scheduled payment takes what is due then.}}<?cs /if ?>

{{What to do: look at the payment method, mend or replace it, and pay what is due now.}}<?cs if:Method.Url ?>
{{Fix the payment method: <?cs var:Method.Url ?>}}<?cs /if ?><?cs if:Pay.Url ?>
{{Pay now: <?cs var:Pay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
