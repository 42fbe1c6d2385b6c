<?cs # what waits for a person, as HTML, to the provider: Queue.Count, .See, .Decide (commands); .More (how many are not listed; may be absent); Items.N.Id, .Kind, .Since; .Account, .Payment, .Detail (may be empty)
?><?cs include:"mail/head.html.cs" ?>
<p><strong><?cs if:Queue.Count == "1" ?>{{No program may decide this:}}<?cs else ?>{{No program may decide these:}}<?cs /if ?></strong></p><?cs each:item = Items ?>
<p><?cs var:item.Id ?>. <?cs var:item.Kind ?><?cs if:item.Account && item.Payment ?><br>
{{Account <?cs var:item.Account ?>, payment <?cs var:item.Payment ?>}}<?cs elif:item.Account ?><br>
{{Account <?cs var:item.Account ?>}}<?cs /if ?><?cs if:item.Detail ?><br>
<bdi><?cs var:item.Detail ?></bdi><?cs /if ?><br>
{{Since <?cs var:item.Since ?>}}</p><?cs /each ?><?cs if:Queue.More ?>
<p>{{and <?cs var:Queue.More ?> more}}</p><?cs /if ?>
<p>{{What to do: see what is known of them, and decide, on the command line.}}<br>
{{See them: <code><?cs var:Queue.See ?></code>}}<br>
{{Decide one: <code><?cs var:Queue.Decide ?></code>}}</p>
<?cs include:"mail/foot.html.cs" ?>
