<?cs # what went back of a payment, line by line: Refunds.N.Amount, At, AtIso, Status, StatusKind (succeeded, or processing and unknown while it is open)
?><?cs if:subcount(Refunds) ?>
<ul><?cs each:refund = Refunds ?>
  <li><?cs var:refund.Status ?><?cs if:refund.StatusKind != "succeeded" ?>:<?cs /if ?> <span class="r-money"><?cs var:refund.Amount ?></span><?cs
    if:refund.StatusKind != "succeeded" ?>, since <?cs else ?> on <?cs /if ?><time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time></li><?cs /each ?>
</ul><?cs /if ?>
