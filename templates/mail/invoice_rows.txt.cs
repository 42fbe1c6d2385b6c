<?cs # invoices that are due, as text: Due.Total, .Count, .More (how many are not listed; may be absent); Invoices.N.Number, .Amount (to pay); .Total (where it is more), .Pending, .Autopay (1: Auto Pay covers it), .Url, Autopay.Covers (may be absent)
?><?cs each:row = Invoices ?>
    <?cs if:row.Total ?>{{Invoice # <?cs var:row.Number ?>: <?cs var:row.Amount ?> of <?cs var:row.Total ?>}}<?cs else ?>{{Invoice # <?cs var:row.Number ?>: <?cs var:row.Amount ?>}}<?cs /if ?><?cs if:row.Pending ?>{{; in progress: <?cs var:row.Pending ?>}}<?cs /if ?><?cs if:row.Autopay && Autopay.Covers == "some" ?>{{; Auto Pay covers it}}<?cs /if ?><?cs if:row.Url ?>
    <?cs var:row.Url ?><?cs /if ?><?cs /each ?><?cs if:Due.More ?>
    {{and <?cs var:Due.More ?> more}}<?cs /if ?><?cs if:Due.Count != "1" ?>
    {{Total Amount: <?cs var:Due.Total ?>}}<?cs /if ?>
