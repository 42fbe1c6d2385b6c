<?cs # how every mail of another provider begins, as HTML: Mail.Subject, Site.Name; Recipient.Name (may be absent)
?><!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title><?cs var:Mail.Subject ?></title>
</head>
<body>
<p><strong>Harbor Internet</strong></p>
<p>Ahoy<?cs if:Recipient.Name ?> <bdi><?cs var:Recipient.Name ?></bdi><?cs /if ?>,</p>
