<?cs # how every mail begins, as HTML: Mail.Subject; Recipient.Name (may be absent). No colours and no style: each reader's own theme holds
?><!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title><?cs var:Mail.Subject ?></title>
</head>
<body>
<p>Hello<?cs if:Recipient.Name ?> <bdi><?cs var:Recipient.Name ?></bdi><?cs /if ?>,</p>
