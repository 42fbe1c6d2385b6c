<?cs # the head of every page in another provider's look. Needs Site.*, Page.Title, Page.Script, Nav.*, User.*, Account.*, Errors.*; User.Url, Account.SwitchUrl (may be absent)
?><!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title><?cs if:subcount(Errors) ?>Error: <?cs /if ?><?cs var:Page.Title ?> | <?cs var:Site.Name ?></title>
<link rel="stylesheet" href="<?cs var:Site.Static ?>/remit.css">
<link rel="stylesheet" href="<?cs var:Site.Static ?>/brand.css">
<link rel="stylesheet" href="<?cs var:Site.Static ?>/harbor.css"><?cs if:Page.Script ?>
<script src="<?cs var:Site.Static ?>/<?cs var:Page.Script ?>" defer></script><?cs /if ?>
</head>
<body class="remit harbor">
<a class="r-skip" href="#main">Skip to main content</a>
<header class="harbor-bar">
  <div class="harbor-bar-inner">
    <a class="harbor-logo" href="<?cs var:Site.Base ?>/"><img src="<?cs var:Site.Logo.Url ?>" alt="<?cs var:Site.Name ?>"></a><?cs if:User.Email ?>
    <p><?cs if:User.Url ?><a href="<?cs var:User.Url ?>"><?cs /if ?><bdi><?cs if:User.Name ?><?cs var:User.Name ?><?cs else ?><?cs
      var:User.Email ?><?cs /if ?></bdi><?cs if:User.Url ?></a><?cs /if ?><?cs if:Account.Number ?>,
      account <?cs var:Account.Number ?><?cs if:Account.SwitchUrl ?>
      <a href="<?cs var:Account.SwitchUrl ?>">Switch account</a><?cs /if ?><?cs /if ?></p>
    <form method="post" action="<?cs var:Site.Base ?>/logout"><button>Sign out</button></form><?cs /if ?>
  </div>
</header><?cs if:subcount(Nav) ?>
<nav class="harbor-menu" aria-label="Billing">
  <ul><?cs each:item = Nav ?>
    <li><a href="<?cs var:item.Url ?>"<?cs if:item.Current ?> aria-current="page"<?cs /if ?>><?cs var:item.Title ?></a></li><?cs /each ?>
  </ul>
</nav><?cs /if ?>
<div class="harbor-page">
<main class="r-main" id="main">
