<?cs # how every mail begins, as HTML: Mail.Subject; Page.Language, Recipient.Name (may be absent). No colours and no style: each reader's own theme holds
?><!doctype html>
<html lang="<?cs if:Page.Language ?><?cs var:Page.Language ?><?cs else ?>en<?cs /if ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title><?cs var:Mail.Subject ?></title>
</head>
<body>
<p><?cs if:Recipient.Name ?>{{Hello <bdi><?cs var:Recipient.Name ?></bdi>,}}<?cs else ?>{{Hello,}}<?cs /if ?></p>
