<?cs # what went back of a payment, line by line: Refunds.N.Kind (refund, void, return), Amount, At, AtIso, Status, StatusKind (succeeded, or processing and unknown while it is open), Reason (of a return; may be absent)
?><?cs if:subcount(Refunds) ?>
<ul><?cs each:refund = Refunds ?>
  <li><?cs if:refund.Kind == "return" ?>Returned by the bank on <time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time><?cs
    if:refund.Reason ?> (<?cs var:refund.Reason ?>)<?cs /if ?>, due again: <span class="r-money"><?cs var:refund.Amount ?></span><?cs else ?><?cs
    var:refund.Status ?><?cs if:refund.StatusKind != "succeeded" ?>:<?cs /if ?> <span class="r-money"><?cs var:refund.Amount ?></span><?cs
    if:refund.StatusKind != "succeeded" ?>, since <?cs else ?> on <?cs /if ?><time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time><?cs /if ?></li><?cs /each ?>
</ul><?cs /if ?>
