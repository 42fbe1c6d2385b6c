<?cs # invoices as a table: Invoices.N.Number, Url, IssuedOn, DueOn, Total, Due, Status, StatusKind, PayUrl (may be absent)
?><table class="r-table r-wide r-invoices" role="table">
  <caption class="r-hidden">{{Invoices}}</caption>
  <thead role="rowgroup"><tr role="row">
    <th role="columnheader" scope="col">{{Invoice #}}</th>
    <th role="columnheader" scope="col">{{Invoice Date}}</th>
    <th role="columnheader" scope="col">{{Date Due}}</th>
    <th role="columnheader" scope="col" class="r-num">{{Invoice Amount}}</th>
    <th role="columnheader" scope="col" class="r-num">{{Amount Due}}</th>
    <th role="columnheader" scope="col">{{Status}}</th>
    <th role="columnheader" scope="col"><span class="r-hidden">{{Payment}}</span></th>
  </tr></thead>
  <tbody role="rowgroup"><?cs each:row = Invoices ?>
<tr role="row">
<td role="cell" class="r-head" data-label="{{Invoice #}}"><a href="<?cs var:row.Url ?>"><bdi><?cs var:row.Number ?></bdi></a></td>
<td role="cell" class="r-date" data-label="{{Invoice Date}}"><?cs var:row.IssuedOn ?></td>
<td role="cell" class="r-date" data-label="{{Date Due}}"><?cs var:row.DueOn ?></td>
<td role="cell" class="r-num" data-label="{{Invoice Amount}}"><?cs var:row.Total ?></td>
<td role="cell" class="r-num" data-label="{{Amount Due}}"><?cs var:row.Due ?></td>
<td role="cell" class="r-badge" data-label="{{Status}}"><span class="r-status r-status-<?cs var:row.StatusKind ?>"><?cs var:row.Status ?></span></td>
<td role="cell" class="r-do"><?cs if:row.PayUrl ?><a class="r-button r-button-small" href="<?cs var:row.PayUrl ?>">{{Process Payment<span class="r-hidden"> for invoice <?cs var:row.Number ?></span>}}</a><?cs /if ?></td>
</tr><?cs /each ?>
  </tbody>
</table>
