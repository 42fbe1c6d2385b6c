<?cs # invoices that are due, as HTML: Due.Total, .Count, .More (how many are not listed; may be absent); Invoices.N.Number, .Amount (to pay); .Total (where it is more), .Pending, .Autopay (1: Auto Pay covers it), .Url, Autopay.Covers (may be absent)
?><table cellpadding="4">
<tr><th scope="col" align="left">{{Invoice #}}</th><th scope="col" align="right">{{To pay}}</th></tr><?cs each:row = Invoices ?>
<tr><td><?cs if:row.Url ?><a href="<?cs var:row.Url ?>"><bdi><?cs var:row.Number ?></bdi></a><?cs else ?><bdi><?cs var:row.Number ?></bdi><?cs /if ?></td><td align="right"><?cs if:row.Total ?>{{<?cs var:row.Amount ?> of <?cs var:row.Total ?>}}<?cs else ?><?cs var:row.Amount ?><?cs /if ?><?cs if:row.Pending ?>{{; in progress: <?cs var:row.Pending ?>}}<?cs /if ?><?cs if:row.Autopay && Autopay.Covers == "some" ?>{{; Auto Pay covers it}}<?cs /if ?></td></tr><?cs /each ?><?cs if:Due.More ?>
<tr><td colspan="2">{{and <?cs var:Due.More ?> more}}</td></tr><?cs /if ?><?cs if:Due.Count != "1" ?>
<tr><th scope="row" align="left">{{Total Amount}}</th><td align="right"><?cs var:Due.Total ?></td></tr><?cs /if ?>
</table>
