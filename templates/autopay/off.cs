<?cs # asks before Auto Pay is turned off: Enrolment.Method, Schedule, Covered, OffUrl; Enrolment.Whose (may be absent); Form.Key
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<div class="r-narrow">
<?cs include:"shared/notices.cs" ?>
<h1>{{Turn off Auto Pay}}</h1>
<p class="r-lead"><?cs if:Enrolment.Whose ?>{{<bdi><?cs var:Enrolment.Method ?></bdi> of <bdi><?cs var:Enrolment.Whose ?></bdi>: <?cs var:Enrolment.Schedule ?>, <bdi><?cs var:Enrolment.Covered ?></bdi>}}<?cs else ?><bdi><?cs var:Enrolment.Method ?></bdi>: <?cs var:Enrolment.Schedule ?>, <bdi><?cs var:Enrolment.Covered ?></bdi><?cs /if ?></p>
<p class="r-note">{{Disabling Auto Pay means you'll need to manually submit future payments to keep your account current.}}</p>
<ul class="r-list">
  <li>{{A draft that was sent already is still made.}}</li>
  <li><?cs if:Enrolment.Whose ?>{{<bdi><?cs var:Enrolment.Whose ?></bdi> is told by e-mail.}}<?cs else ?>{{You are told by e-mail.}}<?cs /if ?></li>
</ul>
<form method="post" action="<?cs var:Enrolment.OffUrl ?>">
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
  <p class="r-actions"><button class="r-button">{{Save}}</button> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/autopay">{{Cancel}}</a></p>
</form>
</div>
<?cs include:"shared/bottom.cs" ?>
