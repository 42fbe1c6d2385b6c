<?cs # the copy of an authorization, as text: the first line is the subject; Consent.At, Consent.Lines.N.Text; Method.Text
?>Subject: {{Your authorization for <?cs var:Method.Text ?>}}

<?cs include:"mail/head.txt.cs" ?>
{{On <?cs var:Consent.At ?> you agreed to the following for <?cs var:Method.Text ?>:}}
<?cs each:line = Consent.Lines ?>
    <?cs var:line.Text ?><?cs /each ?>

{{What to do: keep this copy for your records. To take the authorization back, do as it says, or contact us.}}
<?cs include:"mail/foot.txt.cs" ?>
