<?cs # what went back of a payment, line by line: Refunds.N.Kind (refund, void, return, chargeback), Amount, At, AtIso, Status, StatusKind (succeeded, or processing and unknown while it is open), Reason (of a return; may be absent)
?><?cs if:subcount(Refunds) ?>
<ul><?cs each:refund = Refunds ?>
  <li><?cs if:refund.Kind == "return" && refund.Reason ?>{{Returned by the bank on <time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time> (<?cs var:refund.Reason ?>), due again: <span class="r-money"><?cs var:refund.Amount ?></span>}}<?cs
    elif:refund.Kind == "return" ?>{{Returned by the bank on <time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time>, due again: <span class="r-money"><?cs var:refund.Amount ?></span>}}<?cs
    elif:refund.Kind == "chargeback" ?>{{Charged back by the bank on <time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time>, due again: <span class="r-money"><?cs var:refund.Amount ?></span>}}<?cs
    elif:refund.StatusKind == "succeeded" ?>{{<?cs var:refund.Status ?> <span class="r-money"><?cs var:refund.Amount ?></span> on <time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time>}}<?cs
    else ?>{{<?cs var:refund.Status ?>: <span class="r-money"><?cs var:refund.Amount ?></span>, since <time datetime="<?cs var:refund.AtIso ?>"><?cs var:refund.At ?></time>}}<?cs /if ?></li><?cs /each ?>
</ul><?cs /if ?>
