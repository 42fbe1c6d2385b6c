<?cs # the Billing tile, alone or in a page; includes nothing, so that it can stand in the provider's own dashboard.
  Balance.Current; Balance.DueBy, .DueByIso, .Overdue, .InProgress, .Credit (each may be absent); Balance.IsDue; Site.Base, Site.Programs.pay, .methods
?><section class="remit r-card r-tile" aria-labelledby="billing-tile">
  <h2 id="billing-tile">{{Billing}}</h2>
  <dl class="r-figures">
    <div class="r-figure-first"><dt>{{Current Balance}}</dt><dd class="r-money"><?cs var:Balance.Current ?></dd></div><?cs if:Balance.DueBy ?>
    <div><dt>{{Due By}}</dt><dd><time<?cs if:Balance.DueByIso ?> datetime="<?cs var:Balance.DueByIso ?>"<?cs /if ?>><?cs var:Balance.DueBy ?></time></dd></div><?cs /if ?><?cs if:Balance.Overdue ?>
    <div class="r-figure-overdue"><dt>{{Overdue}}</dt><dd class="r-money"><?cs var:Balance.Overdue ?></dd></div><?cs /if ?><?cs if:Balance.InProgress ?>
    <div><dt>{{In progress}}</dt><dd class="r-money"><?cs var:Balance.InProgress ?></dd></div><?cs /if ?><?cs if:Balance.Credit ?>
    <div><dt>{{Credit}}</dt><dd class="r-money"><?cs var:Balance.Credit ?></dd></div><?cs /if ?>
  </dl><?cs if:Site.Programs.pay && Balance.IsDue ?>
  <p class="r-actions"><a class="r-button" href="<?cs var:Site.Base ?>/pay">{{Pay Bill}}</a></p><?cs elif:!Balance.IsDue ?>
  <p class="r-muted">{{Nothing to pay right now.}}</p><?cs /if ?>
  <ul class="r-links"><?cs if:Site.Programs.methods ?>
    <li><a href="<?cs var:Site.Base ?>/methods">{{Manage Payment Methods}}</a></li><?cs /if ?>
    <li><a href="<?cs var:Site.Base ?>/invoices">{{View Invoices}}</a></li>
  </ul>
</section>
