<?cs # head, header and sidebar of every page. Needs Site.*, Page.Title, Page.Script, Nav.*, User.*, Account.*, Errors.*; User.Url, Account.SwitchUrl (may be absent)
?><!doctype html>
<html lang="<?cs if:Page.Language ?><?cs var:Page.Language ?><?cs else ?>en<?cs /if ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title><?cs if:subcount(Errors) ?>{{Error:}} <?cs /if ?><?cs var:Page.Title ?> – <?cs var:Site.Name ?></title>
<link rel="stylesheet" href="<?cs var:Site.Static ?>/remit.css">
<link rel="stylesheet" href="<?cs var:Site.Static ?>/brand.css"><?cs if:Page.Script ?>
<script src="<?cs var:Site.Static ?>/<?cs var:Page.Script ?>" defer></script><?cs /if ?>
</head>
<body class="remit">
<a class="r-skip" href="#main">{{Skip to main content}}</a>
<header class="r-header">
  <div class="r-header-inner">
    <a class="r-brand" href="<?cs var:Site.Base ?>/"><?cs if:Site.Logo.Url
      ?><img src="<?cs var:Site.Logo.Url ?>" alt="<?cs var:Site.Name ?>"><?cs else ?><?cs var:Site.Name ?><?cs /if ?></a><?cs
    if:subcount(Nav) ?>
    <a class="r-menu-link" href="#menu">{{Menu}}</a><?cs /if ?><?cs
    if:User.Email ?>
    <div class="r-who"><?cs if:Account.Number ?>
      <p class="r-who-account"><bdi><?cs var:Account.Organization ?></bdi> <span>{{Account <?cs var:Account.Number ?>}}</span><?cs if:Account.SwitchUrl ?>
        <a class="r-who-switch" href="<?cs var:Account.SwitchUrl ?>">{{Switch account}}</a><?cs /if ?></p><?cs /if ?>
      <p class="r-who-user"><span class="r-hidden">{{Signed in as}} </span><?cs if:User.Url ?><a href="<?cs var:User.Url ?>"><?cs /if ?><bdi><?cs if:User.Name ?><?cs var:User.Name ?><?cs
        else ?><?cs var:User.Email ?><?cs /if ?></bdi><?cs if:User.Url ?></a><?cs /if ?></p>
      <form class="r-who-out" method="post" action="<?cs var:Site.Base ?>/logout"><button class="r-button r-button-quiet">{{Sign out}}</button></form>
    </div><?cs /if ?>
  </div>
</header>
<div class="r-page<?cs if:subcount(Nav) ?> r-page-nav<?cs /if ?>"><?cs if:subcount(Nav) ?>
<nav class="r-nav" id="menu" aria-label="{{Billing}}">
  <ul><?cs each:item = Nav ?>
    <li><a href="<?cs var:item.Url ?>"<?cs if:item.Current ?> aria-current="page"<?cs /if ?>><?cs var:item.Title ?></a></li><?cs /each ?>
  </ul>
  <a class="r-nav-close" href="#main">{{Close menu}}</a>
</nav><?cs /if ?>
<main class="r-main" id="main">
