<?cs # what waits for a person, as text, to the provider: the first line is the subject; Queue.Count, .See, .Decide (commands); .More (how many are not listed; may be absent); Items.N.Id, .Kind, .Since; .Account, .Payment, .Detail (may be empty)
?>Subject: <?cs if:Queue.Count == "1" ?>{{One thing waits for a person}}<?cs else ?>{{<?cs var:Queue.Count ?> things wait for a person}}<?cs /if ?>

<?cs include:"mail/head.txt.cs" ?>
<?cs if:Queue.Count == "1" ?>{{No program may decide this:}}<?cs else ?>{{No program may decide these:}}<?cs /if ?>
<?cs each:item = Items ?>
<?cs var:item.Id ?>. <?cs var:item.Kind ?><?cs if:item.Account && item.Payment ?>
    {{Account <?cs var:item.Account ?>, payment <?cs var:item.Payment ?>}}<?cs elif:item.Account ?>
    {{Account <?cs var:item.Account ?>}}<?cs /if ?><?cs if:item.Detail ?>
    <?cs var:item.Detail ?><?cs /if ?>
    {{Since <?cs var:item.Since ?>}}
<?cs /each ?><?cs if:Queue.More ?>
{{and <?cs var:Queue.More ?> more}}
<?cs /if ?>
{{What to do: see what is known of them, and decide, on the command line.}}
{{See them: <?cs var:Queue.See ?>}}
{{Decide one: <?cs var:Queue.Decide ?>}}
<?cs include:"mail/foot.txt.cs" ?>
