<?cs # check before Auto Pay is saved: Enrolment.Method, Schedule, Covered; Enrolment.From, FromIso, Largest, Backup, Change (what is changed by it), Skip (one that ends), NoticeDays (drafts are told of that many days ahead), Single (1: only invoices chosen one by one)
  (may be absent); Next.N.Text, Takes.N.Text, Beside.N.Text (each may be absent); Carried.N.Name, Value (what was chosen);
  Form.Key, Form.Action, Form.Authorization, Form.Shown (what ticking agrees to); Fields.Agree.Error. Id for the error summary: agree
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<h1>{{Review Auto Pay}}</h1>
<p class="r-lead">{{Nothing is saved yet.}}</p>
<section class="r-card" aria-label="{{Auto Pay}}">
  <dl class="r-facts">
    <div><dt>{{Payment Method}}</dt><dd><bdi><?cs var:Enrolment.Method ?></bdi></dd></div>
    <div><dt>{{Schedule}}</dt><dd><?cs var:Enrolment.Schedule ?></dd></div>
    <div><dt>{{Pays}}</dt><dd><?cs if:Enrolment.From ?>{{<bdi><?cs var:Enrolment.Covered ?></bdi>, issued since <?cs call:date(Enrolment.FromIso, Enrolment.From) ?>}}<?cs else ?><bdi><?cs var:Enrolment.Covered ?></bdi><?cs /if ?></dd></div><?cs if:Enrolment.Largest ?>
    <div><dt>{{Most per draft}}</dt><dd class="r-money"><?cs var:Enrolment.Largest ?></dd></div><?cs /if ?><?cs if:Enrolment.Backup ?>
    <div><dt>{{Backup method}}</dt><dd><bdi><?cs var:Enrolment.Backup ?></bdi></dd></div><?cs /if ?>
  </dl>
</section>
<section class="r-card" aria-labelledby="next">
  <h2 id="next">{{What comes next}}</h2><?cs if:subcount(Next) ?>
  <ul class="r-list"><?cs each:next = Next ?>
    <li><?cs var:next.Text ?></li><?cs /each ?>
  </ul>
  <p class="r-muted">{{As things stand today.}}<?cs if:Enrolment.Single ?><?cs elif:Enrolment.NoticeDays ?> {{What is billed until then waits for the next draft.}}<?cs else ?> {{Invoices that are issued until then come on top.}}<?cs /if ?></p><?cs else ?>
  <p class="r-muted">{{Nothing that it pays is due yet. The next draft is on the due date of the next invoice.}}</p><?cs /if ?><?cs if:Enrolment.From ?>
  <p class="r-muted">{{Invoices issued before <?cs call:date(Enrolment.FromIso, Enrolment.From) ?> are not included.}}</p><?cs /if ?><?cs if:Enrolment.NoticeDays ?>
  <p class="r-muted">{{You are told by e-mail of each later draft at least <?cs var:Enrolment.NoticeDays ?> days before, and what is billed after that waits for the next one.}} {{With a most per draft nothing has to wait.}}</p><?cs /if ?><?cs if:Enrolment.Change || Enrolment.Skip || subcount(Takes) || subcount(Beside) ?>
  <ul class="r-list r-after"><?cs if:Enrolment.Change ?>
    <li><strong><?cs var:Enrolment.Change ?></strong></li><?cs /if ?><?cs if:Enrolment.Skip ?>
    <li><strong><?cs var:Enrolment.Skip ?></strong></li><?cs /if ?><?cs each:take = Takes ?>
    <li><strong><?cs var:take.Text ?></strong></li><?cs /each ?><?cs each:beside = Beside ?>
    <li><?cs var:beside.Text ?></li><?cs /each ?>
  </ul><?cs /if ?>
</section>
<form class="r-form r-card r-commit" method="post" action="<?cs var:Form.Action ?>" novalidate>
  <input type="hidden" name="key" value="<?cs var:Form.Key ?>"><?cs each:carried = Carried ?>
  <input type="hidden" name="<?cs var:carried.Name ?>" value="<?cs var:carried.Value ?>"><?cs /each ?>
  <section class="r-authorization" aria-labelledby="authorization-title">
    <h2 id="authorization-title">{{Your authorization}}</h2>
    <p class="r-lines-kept" id="agree-text"><?cs var:Form.Authorization ?></p>
  </section>
  <div class="r-check<?cs if:Fields.Agree.Error ?> r-field-wrong<?cs /if ?>">
    <?cs call:error_line("agree", Fields.Agree.Error) ?>
    <input type="checkbox" id="agree" name="agree" value="<?cs var:Form.Shown ?>" required<?cs
      if:Fields.Agree.Error ?> aria-describedby="agree-text agree-error" aria-invalid="true"<?cs else ?> aria-describedby="agree-text"<?cs /if ?>>
    <label for="agree">{{I authorize <bdi><?cs var:Site.Name ?></bdi> as written above<span aria-hidden="true"> *</span>}}</label>
  </div>
  <p class="r-actions"><button class="r-button" name="step" value="save">{{Save}}</button> <button class="r-button r-button-quiet" name="step" value="edit">{{Change}}</button> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/autopay">{{Cancel}}</a></p>
</form>
<?cs include:"shared/bottom.cs" ?>
