<?cs # home: Balance.* (see shared/tile.cs), Account.*, Account.PaperBill, .PaperFee (may be absent), Invoices.N.* (see shared/invoice_table.cs);
  Attention.N.Before, .Name, .After (one sentence around a name; each may be empty), .Actions.N.Title, .Url;
  Autopay.Show flag, with it Autopay.Url, Autopay.Enrolments.N.Method, .Schedule, .Whose (another user's name), .Next.N.Text (each may be absent);
  Calendar.* (see shared/calendar.cs)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Account Overview}}</h1>
<div class="r-pair">
<?cs include:"shared/tile.cs" ?>
<section class="r-card" aria-labelledby="account-card">
  <h2 id="account-card">{{Account Information}}</h2>
  <dl class="r-facts">
    <div><dt>{{Organization}}</dt><dd><bdi><?cs var:Account.Organization ?></bdi></dd></div>
    <div><dt>{{Account Number}}</dt><dd><?cs var:Account.Number ?></dd></div><?cs if:Account.Site ?>
    <div><dt>{{Site}}</dt><dd><bdi><?cs var:Account.Site ?></bdi></dd></div><?cs /if ?><?cs if:Account.City ?>
    <div><dt>{{City}}</dt><dd><bdi><?cs var:Account.City ?></bdi></dd></div><?cs /if ?><?cs if:Account.PaperBill ?>
    <div><dt>{{Paper bill}}</dt><dd><?cs if:Account.PaperFee ?>{{<?cs var:Account.PaperBill ?>, with a Paper Invoice Fee of <span class="r-money"><?cs var:Account.PaperFee ?></span> on each invoice}}<?cs else ?><?cs var:Account.PaperBill ?><?cs /if ?></dd></div><?cs /if ?>
  </dl>
</section>
</div>
<?cs if:subcount(Attention) ?>
<section class="r-card r-needs" aria-labelledby="attention">
  <h2 id="attention">{{What needs attention}}</h2>
  <ul><?cs each:item = Attention ?>
    <li><p><?cs var:item.Before ?><?cs if:item.Name ?> <bdi><?cs var:item.Name ?></bdi> <?cs /if ?><?cs var:item.After ?></p><?cs if:subcount(item.Actions) ?>
      <p class="r-needs-do"><?cs each:action = item.Actions ?>
        <a href="<?cs var:action.Url ?>"><?cs var:action.Title ?><span class="r-hidden">: <?cs var:item.Before ?> <?cs var:item.Name ?></span></a><?cs /each ?></p><?cs /if ?></li><?cs /each ?>
  </ul>
</section><?cs /if ?><?cs if:Autopay.Show ?>
<section class="r-card" aria-labelledby="autopay-next">
  <h2 id="autopay-next">{{Auto Pay takes next}}</h2><?cs if:subcount(Autopay.Enrolments) ?>
  <dl class="r-facts"><?cs each:each = Autopay.Enrolments ?>
    <div><dt><?cs var:each.Schedule ?></dt>
      <dd><?cs if:subcount(each.Next) ?><?cs each:next = each.Next ?><p><bdi><?cs var:next.Text ?></bdi></p><?cs /each ?><?cs else ?><p>{{Nothing is due yet, <bdi><?cs var:each.Method ?></bdi>}}</p><?cs /if ?><?cs if:each.Whose ?>
      <p class="r-muted">{{Method of <bdi><?cs var:each.Whose ?></bdi>}}</p><?cs /if ?></dd></div><?cs /each ?>
  </dl><?cs else ?>
  <p class="r-empty">{{Auto Pay is off. Nothing is taken by itself.}}</p><?cs /if ?><?cs if:Autopay.Url ?>
  <p class="r-after"><a href="<?cs var:Autopay.Url ?>"><?cs if:subcount(Autopay.Enrolments) ?>{{Manage Auto Pay}}<?cs else ?>{{Set up Auto Pay}}<?cs /if ?></a></p><?cs /if ?>
</section><?cs /if ?>
<section class="r-card" aria-labelledby="recent-invoices">
  <h2 id="recent-invoices">{{Recent Invoices for <bdi><?cs var:Account.Organization ?></bdi>}}</h2><?cs if:subcount(Invoices) ?>
  <?cs include:"shared/invoice_table.cs" ?>
  <p class="r-after"><a href="<?cs var:Site.Base ?>/invoices?status=all">{{View all invoices}}</a></p><?cs else ?>
  <p class="r-empty">{{No invoices yet. When <?cs var:Site.Name ?> issues one, it shows here.}}</p><?cs /if ?>
</section>
<section class="r-card" aria-labelledby="calendar">
  <h2 id="calendar">{{Activity Calendar}}</h2>
<?cs include:"shared/calendar.cs" ?>
</section>
<?cs include:"shared/bottom.cs" ?>
