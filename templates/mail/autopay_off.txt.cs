<?cs # autopay was turned off, as text: the first line is the subject; Method.Text; Off.Why, Autopay.Url, Pay.Url, Covers.N.Text (may be absent)
?>Subject: {{Auto Pay with <?cs var:Method.Text ?> is off}}

<?cs include:"mail/head.txt.cs" ?>
{{Auto Pay with <?cs var:Method.Text ?> is off.}}<?cs if:Off.Why ?> <?cs var:Off.Why ?><?cs /if ?>

{{Future payments are manual: nothing more is taken by itself for what it covered. A payment that was sent already finishes.}}

{{What to do: make your payments yourself, or turn Auto Pay on again.}}<?cs if:Pay.Url ?>
{{Make a Payment: <?cs var:Pay.Url ?>}}<?cs /if ?><?cs if:Autopay.Url ?>
{{Manage Auto Pay: <?cs var:Autopay.Url ?>}}<?cs /if ?>
<?cs include:"mail/foot.txt.cs" ?>
