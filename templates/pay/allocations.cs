<?cs # what a payment pays: Allocations.N.Number, Url, Amount, Due, Remaining; Payment.Amount; Payment.ToCredit (absent = nothing)
?><?cs if:subcount(Allocations) || Payment.ToCredit ?>
<section class="r-card" aria-labelledby="allocations">
  <h2 id="allocations">{{Invoices in this payment}}</h2>
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Invoices in this payment}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Invoice #}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Amount Due}}</th>
      <th role="columnheader" scope="col" class="r-num">{{This payment}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Remaining}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:row = Allocations ?>
    <tr role="row">
      <td role="cell" class="r-head" data-label="{{Invoice #}}"><?cs if:row.Url ?><a href="<?cs var:row.Url ?>"><bdi><?cs var:row.Number ?></bdi></a><?cs else ?><bdi><?cs var:row.Number ?></bdi><?cs /if ?></td>
      <?cs call:money_cell("{{Amount Due}}", row.Due) ?>
      <?cs call:money_cell("{{This payment}}", row.Amount) ?>
      <?cs call:money_cell("{{Remaining}}", row.Remaining) ?>
    </tr><?cs /each ?>
    </tbody>
    <tfoot role="rowgroup"><?cs if:Payment.ToCredit ?>
    <tr role="row"><th role="rowheader" scope="row" colspan="2">{{Kept as credit on your account}}</th><td role="cell" class="r-num"><?cs var:Payment.ToCredit ?></td><td role="cell" class="r-none"></td></tr><?cs /if ?>
    <tr role="row" class="r-sum"><th role="rowheader" scope="row" colspan="2">{{Payment Total}}</th><td role="cell" class="r-num"><?cs var:Payment.Amount ?></td><td role="cell" class="r-none"></td></tr>
    </tfoot>
  </table>
</section><?cs /if ?>
