<?cs # Manage Auto Pay: Enrolments.N.Method, BrandKind, Schedule, Covered, OffUrl; Enrolments.N.Whose (another user's name), From, FromIso, Largest, NoticeDays (drafts are told of that many days ahead),
  Backup, ChangeUrl, Next.N.Text, Skip.Url, .Key, .On, .Day, .Is (1: it is skipped), Stops (why nothing is) (each may be absent);
  Drafts.N.On, OnIso, Status, StatusKind; Drafts.N.Amount, Method, Reason, Retry, Url (may be absent); NewUrl (may be absent)
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Manage Auto Pay}}</h1><?cs if:!subcount(Enrolments) ?>
<p class="r-card r-empty">{{Auto Pay is off. With it your invoices are paid on the schedule you choose, and you receive confirmation each time a payment is drafted.}}</p><?cs /if ?><?cs each:each = Enrolments ?>
<section class="r-card" aria-labelledby="enrolment-<?cs var:name(each) ?>">
  <h2 id="enrolment-<?cs var:name(each) ?>"><?cs call:mark(each.BrandKind) ?><?cs if:each.Whose ?>{{<bdi><?cs var:each.Method ?></bdi> of <bdi><?cs var:each.Whose ?></bdi>}}<?cs else ?><bdi><?cs var:each.Method ?></bdi><?cs /if ?></h2>
  <dl class="r-facts">
    <div><dt>{{Schedule}}</dt><dd><?cs var:each.Schedule ?></dd></div>
    <div><dt>{{Pays}}</dt><dd><?cs if:each.From ?>{{<bdi><?cs var:each.Covered ?></bdi>, issued since <?cs call:date(each.FromIso, each.From) ?>}}<?cs else ?><bdi><?cs var:each.Covered ?></bdi><?cs /if ?></dd></div><?cs if:each.Largest ?>
    <div><dt>{{Most per draft}}</dt><dd class="r-money"><?cs var:each.Largest ?></dd></div><?cs /if ?><?cs if:each.Backup ?>
    <div><dt>{{Backup method}}</dt><dd><bdi><?cs var:each.Backup ?></bdi></dd></div><?cs /if ?>
    <div><dt>{{What comes next}}</dt><dd><?cs if:each.Stops ?><bdi><?cs var:each.Stops ?></bdi><?cs elif:subcount(each.Next) ?><ul class="r-plain"><?cs each:next = each.Next ?>
      <li><?cs var:next.Text ?></li><?cs /each ?></ul><?cs else ?>{{Nothing is due yet.}}<?cs /if ?><?cs if:each.NoticeDays ?>
      <p class="r-muted">{{You are told by e-mail of each draft at least <?cs var:each.NoticeDays ?> days before, and what is billed after that waits for the next one.}} {{With a most per draft nothing has to wait.}}</p><?cs /if ?></dd></div>
  </dl>
  <div class="r-actions r-after r-screen-only"><?cs if:each.ChangeUrl ?>
    <a class="r-button r-button-quiet" href="<?cs var:each.ChangeUrl ?>">{{Change<span class="r-hidden"> Auto Pay with <?cs var:each.Method ?></span>}}</a><?cs /if ?><?cs if:each.Skip.Url ?>
    <form method="post" action="<?cs var:each.Skip.Url ?>">
      <input type="hidden" name="key" value="<?cs var:each.Skip.Key ?>">
      <input type="hidden" name="day" value="<?cs var:each.Skip.On ?>"><?cs if:each.Skip.Is ?>
      <input type="hidden" name="undo" value="1">
      <button class="r-button r-button-quiet">{{Draft on <?cs var:each.Skip.Day ?> after all<span class="r-hidden">, with <?cs var:each.Method ?></span>}}</button><?cs else ?>
      <button class="r-button r-button-quiet">{{Skip the next draft<span class="r-hidden">, <?cs var:each.Skip.Day ?> with <?cs var:each.Method ?></span>}}</button><?cs /if ?>
    </form><?cs /if ?>
    <a class="r-button r-button-quiet" href="<?cs var:each.OffUrl ?>">{{Turn off Auto Pay<span class="r-hidden"> with <?cs var:each.Method ?></span>}}</a>
  </div>
</section><?cs /each ?><?cs if:NewUrl ?>
<p class="r-actions r-screen-only"><a class="r-button<?cs if:subcount(Enrolments) ?> r-button-quiet<?cs /if ?>" href="<?cs var:NewUrl ?>"><?cs if:subcount(Enrolments) ?>{{Set up another Auto Pay}}<?cs else ?>{{Set up Auto Pay}}<?cs /if ?></a></p><?cs /if ?><?cs if:subcount(Drafts) ?>
<section class="r-card" aria-labelledby="drafts">
  <h2 id="drafts">{{Drafts}}</h2>
  <table class="r-table" role="table">
    <caption class="r-hidden">{{Drafts of this account, the latest first}}</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">{{Date}}</th>
      <th role="columnheader" scope="col" class="r-num">{{Amount}}</th>
      <th role="columnheader" scope="col">{{Payment Method}}</th>
      <th role="columnheader" scope="col">{{Status}}</th>
    </tr></thead>
    <tbody role="rowgroup"><?cs each:draft = Drafts ?>
    <tr role="row">
      <td role="cell" class="r-date" data-label="{{Date}}"><?cs if:draft.Url ?><a href="<?cs var:draft.Url ?>"><?cs call:date(draft.OnIso, draft.On) ?></a><?cs else ?><?cs call:date(draft.OnIso, draft.On) ?><?cs /if ?></td>
      <td role="cell" class="r-num" data-label="{{Amount}}"><?cs if:draft.Amount ?><?cs var:draft.Amount ?><?cs else ?>–<?cs /if ?></td>
      <td role="cell" data-label="{{Payment Method}}"><?cs if:draft.Method ?><bdi><?cs var:draft.Method ?></bdi><?cs else ?>–<?cs /if ?></td>
      <td role="cell" data-label="{{Status}}"><span><?cs call:status(draft.StatusKind, draft.Status) ?><?cs if:draft.Reason ?> <?cs var:draft.Reason ?><?cs /if ?><?cs if:draft.Retry ?> {{On <?cs var:draft.Retry ?>.}}<?cs /if ?></span></td>
    </tr><?cs /each ?>
    </tbody>
  </table>
</section><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
