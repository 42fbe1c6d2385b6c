<?cs # one payment method: Method.* as Methods.N.* of methods/list.cs; Method.UsedOn, UsedOnIso, ReplaceUrl, RemoveUrl, PayUrl (may be absent);
  Autopay.Enrolments.N.Schedule, Covered; Autopay.Enrolments.N.ChangeUrl, OffUrl (may be absent); Autopay.Action, .Method, .Schedules.N.Name, Text (absent
  when none can be set up), Autopay.HasOff (1: it can be turned off); Form.Key, Fields.Label.Value, .Error. Id for the error summary: label
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Site.Base ?>/methods">{{Payment Methods}}</a></p>
<div class="r-title">
  <?cs call:mark(Method.BrandKind) ?><h1><bdi><?cs var:Method.Text ?></bdi></h1><?cs call:expiry(Method.Expired, Method.ExpiresSoon) ?>
</div><?cs if:Method.Attention ?>
<div class="r-banner r-banner-warning"><p><?cs var:Method.Attention ?><?cs if:Method.FixUrl ?> <a href="<?cs var:Method.FixUrl ?>">{{Fix it}}</a><?cs /if ?></p></div><?cs /if ?>
<section class="r-card" aria-label="{{Details}}">
  <dl class="r-facts"><?cs if:Method.Label ?>
    <div><dt>{{Your name for it}}</dt><dd><bdi><?cs var:Method.Label ?></bdi></dd></div><?cs /if ?><?cs if:Method.Holder ?>
    <div><dt><?cs if:Method.BrandKind == "bank" ?>{{Name on Account}}<?cs else ?>{{Name on Card}}<?cs /if ?></dt><dd><bdi><?cs var:Method.Holder ?></bdi></dd></div><?cs /if ?><?cs if:Method.Expires ?>
    <div><dt><?cs if:Method.Expired ?>{{Expired|date}}<?cs else ?>{{Expires}}<?cs /if ?></dt><dd><?cs var:Method.Expires ?></dd></div><?cs /if ?>
    <div><dt>{{Added}}</dt><dd><?cs if:Method.AddedBy == "You" ?>{{<?cs call:date(Method.AddedOnIso, Method.AddedOn) ?> by <bdi>you</bdi>}}<?cs else ?>{{<?cs call:date(Method.AddedOnIso, Method.AddedOn) ?> by <bdi><?cs var:Method.AddedBy ?></bdi>}}<?cs /if ?></dd></div><?cs if:Method.UsedOn ?>
    <div><dt>{{Last payment}}</dt><dd><?cs call:date(Method.UsedOnIso, Method.UsedOn) ?></dd></div><?cs /if ?>
    <div><dt>{{Auto Pay}}</dt><dd><?cs var:Method.Autopay ?></dd></div>
  </dl>
  <p class="r-actions r-after"><?cs if:Method.PayUrl ?><a class="r-button" href="<?cs var:Method.PayUrl ?>">{{Make a Payment with it}}</a> <?cs /if ?><?cs
    if:Method.ReplaceUrl ?><a class="r-button<?cs if:Method.PayUrl ?> r-button-quiet<?cs /if ?>" href="<?cs var:Method.ReplaceUrl ?>"><?cs if:Method.Expired ?>{{Replace expired card}}<?cs elif:Method.BrandKind == "bank" ?>{{Replace this account}}<?cs else ?>{{Replace this card}}<?cs /if ?></a> <?cs /if ?><?cs
    if:Method.RemoveUrl ?><a class="r-button r-button-quiet" href="<?cs var:Method.RemoveUrl ?>">{{Remove}}</a><?cs /if ?></p>
</section>
<?cs if:subcount(Autopay.Enrolments) || Autopay.Action ?><section class="r-card" aria-labelledby="autopay">
  <h2 id="autopay">{{Auto Pay}}</h2><?cs if:subcount(Autopay.Enrolments) ?>
  <ul class="r-list"><?cs each:each = Autopay.Enrolments ?>
    <li><?cs var:each.Schedule ?>: <bdi><?cs var:each.Covered ?></bdi><?cs if:each.ChangeUrl ?> <span class="r-screen-only"><a href="<?cs var:each.ChangeUrl ?>">{{Change<span class="r-hidden"> <?cs var:each.Schedule ?></span>}}</a> <a href="<?cs var:each.OffUrl ?>">{{Turn off<span class="r-hidden"> <?cs var:each.Schedule ?></span>}}</a></span><?cs /if ?></li><?cs /each ?>
  </ul><?cs /if ?><?cs if:Autopay.Action ?>
  <form class="r-form r-screen-only" method="get" action="<?cs var:Autopay.Action ?>">
    <input type="hidden" name="method" value="<?cs var:Autopay.Method ?>">
    <fieldset class="r-choices r-choices-inside">
      <legend><?cs if:subcount(Autopay.Enrolments) ?>{{Set up another, or turn it off}}<?cs else ?>{{Pay your bill automatically using this payment method}}<?cs /if ?></legend><?cs each:schedule = Autopay.Schedules ?>
      <div class="r-choice">
        <input type="radio" id="schedule-<?cs var:schedule.Name ?>" name="schedule" value="<?cs var:schedule.Name ?>"<?cs if:name(schedule) == "0" ?> checked<?cs /if ?>>
        <label class="r-choice-whole" for="schedule-<?cs var:schedule.Name ?>"><?cs var:schedule.Text ?></label>
      </div><?cs /each ?><?cs if:Autopay.HasOff ?>
      <div class="r-choice">
        <input type="radio" id="schedule-off" name="schedule" value="off">
        <label class="r-choice-whole" for="schedule-off">{{Turn off Auto Pay}}</label>
      </div><?cs /if ?>
    </fieldset>
    <p class="r-actions"><button class="r-button r-button-quiet">{{Continue}}</button></p>
  </form><?cs /if ?>
</section>
<?cs /if ?><section class="r-card r-screen-only" aria-label="{{Name}}">
  <form class="r-form" method="post" action="<?cs var:Method.Url ?>" novalidate>
    <input type="hidden" name="key" value="<?cs var:Form.Key ?>">
    <div class="r-field<?cs if:Fields.Label.Error ?> r-field-wrong<?cs /if ?>">
      <label for="label">{{Name for this method}}</label>
      <p class="r-hint" id="label-hint">{{Optional, for you to tell it apart, like Company card.}}</p>
      <?cs call:error_line("label", Fields.Label.Error) ?>
      <input class="r-input r-input-middle" id="label" name="label" type="text" maxlength="100" autocomplete="off" value="<?cs var:Fields.Label.Value ?>"<?cs call:described("label", "1", Fields.Label.Error) ?>>
    </div>
    <p class="r-actions"><button class="r-button r-button-quiet">{{Save}}</button></p>
  </form>
</section>
<?cs include:"shared/bottom.cs" ?>
