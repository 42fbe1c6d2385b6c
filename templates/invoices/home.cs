<?cs # home: Balance.* (see shared/tile.cs), Account.*, Account.PaperBill, .PaperFee (may be absent), Invoices.N.* (see shared/invoice_table.cs)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>Account Overview</h1>
<div class="r-pair">
<?cs include:"shared/tile.cs" ?>
<section class="r-card" aria-labelledby="account-card">
  <h2 id="account-card">Account Information</h2>
  <dl class="r-facts">
    <div><dt>Organization</dt><dd><bdi><?cs var:Account.Organization ?></bdi></dd></div>
    <div><dt>Account Number</dt><dd><?cs var:Account.Number ?></dd></div><?cs if:Account.Site ?>
    <div><dt>Site</dt><dd><bdi><?cs var:Account.Site ?></bdi></dd></div><?cs /if ?><?cs if:Account.City ?>
    <div><dt>City</dt><dd><bdi><?cs var:Account.City ?></bdi></dd></div><?cs /if ?><?cs if:Account.PaperBill ?>
    <div><dt>Paper bill</dt><dd><?cs var:Account.PaperBill ?><?cs if:Account.PaperFee ?>, with a Paper Invoice Fee of <span class="r-money"><?cs var:Account.PaperFee ?></span> on each invoice<?cs /if ?></dd></div><?cs /if ?>
  </dl>
</section>
</div>
<section class="r-card" aria-labelledby="recent-invoices">
  <h2 id="recent-invoices">Recent Invoices for <bdi><?cs var:Account.Organization ?></bdi></h2><?cs if:subcount(Invoices) ?>
  <?cs include:"shared/invoice_table.cs" ?>
  <p class="r-after"><a href="<?cs var:Site.Base ?>/invoices?status=all">View all invoices</a></p><?cs else ?>
  <p class="r-empty">No invoices yet. When <?cs var:Site.Name ?> issues one, it shows here.</p><?cs /if ?>
</section>
<?cs include:"shared/bottom.cs" ?>
