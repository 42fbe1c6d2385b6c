<?cs # Auto Pay is set up or changed: Form.Title, Form.Key, Form.Action, Form.Scope (all, types, invoices), Form.Older, Form.NoticeDays (drafts of a method here are told of that many days ahead) (may be absent);
  Methods.N.Id, Text, BrandKind; Methods.N.Label, Disabled (why), Checked, Backup (may be absent); Schedules.N.Name, Text, Checked;
  Types.N.Name, Checked; Invoices.N.Number, Due, DueOn, DueOnIso; Invoices.N.Type, Checked (may be absent);
  Fields.Method.Error, Fields.Schedule.Error, Fields.Scope.Error, Fields.Largest.Value, .Error, Fields.Backup.Error.
  Ids for the error summary: method, schedule, scope, largest, backup
?><?cs include:"shared/macros.cs" ?><?cs include:"shared/top.cs" ?>
<?cs include:"shared/notices.cs" ?>
<p class="r-back"><a href="<?cs var:Site.Base ?>/autopay">{{Manage Auto Pay}}</a></p>
<h1><?cs var:Form.Title ?></h1>
<p class="r-lead">{{The next page shows what will be drafted before anything is saved.}}</p><?cs if:subcount(Methods) ?>
<form class="r-form" method="post" action="<?cs var:Form.Action ?>" novalidate>
<input type="hidden" name="key" value="<?cs var:Form.Key ?>">
<fieldset class="r-card r-choices<?cs if:Fields.Method.Error ?> r-field-wrong<?cs /if ?>" id="method" tabindex="-1"<?cs call:described("method", "", Fields.Method.Error) ?>>
  <legend>{{Payment Method}}</legend>
  <?cs call:error_line("method", Fields.Method.Error) ?><?cs each:method = Methods ?>
  <div class="r-choice<?cs if:method.Disabled ?> r-choice-off<?cs /if ?>">
    <input type="radio" id="method-<?cs var:name(method) ?>" name="method" value="<?cs var:method.Id ?>"<?cs if:method.Disabled ?> disabled<?cs elif:method.Checked ?> checked<?cs /if ?><?cs if:method.Label || method.Disabled ?> aria-describedby="method-<?cs var:name(method) ?>-detail"<?cs /if ?>>
    <label class="r-choice-whole" for="method-<?cs var:name(method) ?>"><?cs call:mark(method.BrandKind) ?><bdi><?cs var:method.Text ?></bdi></label><?cs if:method.Label || method.Disabled ?>
    <p class="r-choice-hint" id="method-<?cs var:name(method) ?>-detail"><?cs if:method.Label ?><bdi><?cs var:method.Label ?></bdi> <?cs /if ?><?cs if:method.Disabled ?><strong><?cs var:method.Disabled ?></strong><?cs /if ?></p><?cs /if ?>
  </div><?cs /each ?><?cs if:Site.Programs.methods ?>
  <p class="r-after"><a href="<?cs var:Site.Base ?>/methods">{{Add Payment Method}}</a></p><?cs /if ?>
</fieldset>
<fieldset class="r-card r-choices<?cs if:Fields.Schedule.Error ?> r-field-wrong<?cs /if ?>" id="schedule" tabindex="-1"<?cs call:described("schedule", "", Fields.Schedule.Error) ?>>
  <legend>{{Schedule}}</legend>
  <?cs call:error_line("schedule", Fields.Schedule.Error) ?><?cs each:schedule = Schedules ?><?cs call:schedule_choice(schedule) ?><?cs /each ?>
</fieldset>
<fieldset class="r-card r-choices<?cs if:Fields.Scope.Error ?> r-field-wrong<?cs /if ?>" id="scope" tabindex="-1"<?cs call:described("scope", "", Fields.Scope.Error) ?>>
  <legend>{{What to include}}</legend>
  <?cs call:error_line("scope", Fields.Scope.Error) ?>
  <div class="r-choice">
    <input type="radio" id="scope-all" name="scope" value="all"<?cs if:Form.Scope == "all" ?> checked<?cs /if ?>>
    <label class="r-choice-whole" for="scope-all">{{All invoices}}</label>
  </div><?cs if:subcount(Types) ?>
  <div class="r-choice">
    <input type="radio" id="scope-types" name="scope" value="types"<?cs if:Form.Scope == "types" ?> checked<?cs /if ?>>
    <label class="r-choice-whole" for="scope-types">{{Only these billing types}}</label>
  </div>
  <div class="r-unfold r-unfold-chosen" role="group" aria-label="{{Billing types}}"><?cs each:type = Types ?>
    <div class="r-check">
      <input type="checkbox" id="type-<?cs var:name(type) ?>" name="type" value="<?cs var:type.Name ?>"<?cs if:type.Checked ?> checked<?cs /if ?>>
      <label for="type-<?cs var:name(type) ?>"><bdi><?cs var:type.Name ?></bdi></label>
    </div><?cs /each ?>
  </div><?cs /if ?><?cs if:subcount(Invoices) ?>
  <div class="r-choice">
    <input type="radio" id="scope-invoices" name="scope" value="invoices"<?cs if:Form.Scope == "invoices" ?> checked<?cs /if ?>>
    <label class="r-choice-whole" for="scope-invoices">{{Only these invoices}}</label>
  </div>
  <div class="r-unfold r-unfold-chosen" role="group" aria-label="{{Invoices}}"><?cs each:invoice = Invoices ?>
    <div class="r-check">
      <input type="checkbox" id="invoice-<?cs var:name(invoice) ?>" name="invoice" value="<?cs var:invoice.Number ?>"<?cs if:invoice.Checked ?> checked<?cs /if ?>>
      <label for="invoice-<?cs var:name(invoice) ?>"><?cs if:invoice.Type ?>{{Invoice <bdi><?cs var:invoice.Number ?></bdi>, <bdi><?cs var:invoice.Type ?></bdi>: <?cs call:money(invoice.Due) ?>, due <?cs call:date(invoice.DueOnIso, invoice.DueOn) ?>}}<?cs else ?>{{Invoice <bdi><?cs var:invoice.Number ?></bdi>: <?cs call:money(invoice.Due) ?>, due <?cs call:date(invoice.DueOnIso, invoice.DueOn) ?>}}<?cs /if ?></label>
    </div><?cs /each ?>
  </div><?cs /if ?>
  <div class="r-check r-after">
    <input type="checkbox" id="older" name="older" value="1" aria-describedby="older-hint"<?cs if:Form.Older ?> checked<?cs /if ?>>
    <label for="older">{{Include invoices that are open already}}</label>
    <p class="r-hint" id="older-hint">{{Otherwise only invoices issued from now on, and those you select one by one.}}</p>
  </div>
</fieldset>
<div class="r-card r-form">
  <div class="r-field<?cs if:Fields.Largest.Error ?> r-field-wrong<?cs /if ?>">
    <label for="largest">{{Most per draft}}</label>
    <p class="r-hint" id="largest-hint">{{Optional, in dollars. What is above it stays due.}}<?cs if:Form.NoticeDays ?> {{Without it, you are told by e-mail of each draft from a personal bank account at least <?cs var:Form.NoticeDays ?> days before, and what is billed after that waits for the next draft.}}<?cs /if ?></p>
    <?cs call:error_line("largest", Fields.Largest.Error) ?>
    <input class="r-input r-input-money" id="largest" name="largest" type="text" inputmode="decimal" autocomplete="off" value="<?cs var:Fields.Largest.Value ?>"<?cs call:described("largest", "1", Fields.Largest.Error) ?>>
  </div>
  <div class="r-field<?cs if:Fields.Backup.Error ?> r-field-wrong<?cs /if ?>">
    <label for="backup">{{Backup method}}</label>
    <p class="r-hint" id="backup-hint">{{Optional. Tried once when a draft does not go through.}}</p>
    <?cs call:error_line("backup", Fields.Backup.Error) ?>
    <select class="r-input r-input-middle" id="backup" name="backup"<?cs call:described("backup", "1", Fields.Backup.Error) ?>>
      <option value="">{{None|backup method}}</option><?cs each:method = Methods ?><?cs if:!method.Disabled ?>
      <option value="<?cs var:method.Id ?>"<?cs if:method.Backup ?> selected<?cs /if ?>><?cs var:method.Text ?></option><?cs /if ?><?cs /each ?>
    </select>
  </div>
</div>
<p class="r-actions"><button class="r-button">{{Continue}}</button> <a class="r-quiet-link" href="<?cs var:Site.Base ?>/autopay">{{Cancel}}</a></p>
</form><?cs else ?>
<p class="r-card r-empty">{{Auto Pay needs a saved payment method.}}<?cs if:Site.Programs.methods ?> <a href="<?cs var:Site.Base ?>/methods">{{Add Payment Method}}</a><?cs else ?> {{Please contact <?cs var:Site.Name ?>.}}<?cs /if ?></p><?cs /if ?>
<?cs include:"shared/bottom.cs" ?>
