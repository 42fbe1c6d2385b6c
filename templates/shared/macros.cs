<?cs # macros every page includes first; needs no values. Arguments are values or quoted text, finished.

  date(iso, text)                      a date people and machines read
  money(text)                          an amount of money in running text
  money_cell(label, text)              an amount in a table; label is the column's, shown on phones
  text_cell(label, text)               any other text in a table
  date_cell(label, iso, text)          a date in a table
  status(kind, words)                  a status badge
  mark(kind)                           what kind of payment method: visa, mastercard, amex, discover, diners, jcb, bank, other; nothing
                                       when empty. Only for the eye: the words beside it say the same
  expiry(expired, soon)                a badge for a card that has expired or soon will; two flags
  error_line(id, text)                 the error above a field, or nothing; the field's id makes its own
  described(id, hint, error)           aria attributes of a field that may have a hint and an error
  field(id, label, hint, node, type, autocomplete)
                                       label, hint, error and input; node is Fields.<Name> (.Value, .Error);
                                       the input's name is its id. A password never shows a value.
  line_field(id, label, hint, node, autocomplete, mode, max, missing, wrong)
                                       one line of text of a new method; required when missing says what to do then; wrong is what
                                       its script says of what cannot be right
  find_field(id, label, node, type, max)
                                       one field of a search, which may stay empty; the input's name is its id. With node.IsNoDay what
                                       was typed is no day, and shown as text
  schedule_choice(node)                one schedule (.Name, .Text, .Checked) among the radio buttons named schedule

?><?cs def:date(iso, text) ?><time datetime="<?cs var:iso ?>"><?cs var:text ?></time><?cs /def ?><?cs

def:money(text) ?><span class="r-money"><?cs var:text ?></span><?cs /def ?><?cs

def:money_cell(label, text) ?><td role="cell" class="r-num" data-label="<?cs var:label ?>"><?cs var:text ?></td><?cs /def ?><?cs

def:text_cell(label, text) ?><td role="cell" data-label="<?cs var:label ?>"><bdi><?cs var:text ?></bdi></td><?cs /def ?><?cs

def:date_cell(label, iso, text) ?><td role="cell" class="r-date" data-label="<?cs var:label ?>"><?cs
  if:text ?><?cs call:date(iso, text) ?><?cs else ?>–<?cs /if ?></td><?cs /def ?><?cs

def:status(kind, words) ?><span class="r-status r-status-<?cs var:kind ?>"><?cs var:words ?></span><?cs /def ?><?cs

def:mark(kind) ?><?cs if:kind ?><span class="r-mark" aria-hidden="true"><?cs
  if:kind == "visa" ?>VISA<?cs elif:kind == "mastercard" ?>MC<?cs elif:kind == "amex" ?>AMEX<?cs elif:kind == "discover" ?>DISC<?cs
  elif:kind == "diners" ?>DINERS<?cs elif:kind == "jcb" ?>JCB<?cs elif:kind == "bank" ?>{{BANK}}<?cs else ?>{{CARD}}<?cs /if ?></span> <?cs /if ?><?cs /def ?><?cs

def:expiry(expired, soon) ?><?cs if:expired ?> <?cs call:status("card_expired", "{{Expired}}") ?><?cs
  elif:soon ?> <?cs call:status("card_expiring", "{{Expires soon}}") ?><?cs /if ?><?cs /def ?><?cs

def:error_line(id, text) ?><?cs if:text ?><p class="r-error" id="<?cs var:id ?>-error"><span class="r-hidden">{{Error:}} </span><?cs
  var:text ?></p><?cs /if ?><?cs /def ?><?cs

def:described(id, hint, error) ?><?cs
  if:hint && error ?> aria-describedby="<?cs var:id ?>-hint <?cs var:id ?>-error" aria-invalid="true"<?cs
  elif:error ?> aria-describedby="<?cs var:id ?>-error" aria-invalid="true"<?cs
  elif:hint ?> aria-describedby="<?cs var:id ?>-hint"<?cs /if ?><?cs /def ?><?cs

def:field(id, label, hint, node, type, autocomplete) ?><div class="r-field<?cs if:node.Error ?> r-field-wrong<?cs /if ?>">
  <label for="<?cs var:id ?>"><?cs var:label ?></label><?cs if:hint ?>
  <p class="r-hint" id="<?cs var:id ?>-hint"><?cs var:hint ?></p><?cs /if ?>
  <?cs call:error_line(id, node.Error) ?>
  <input class="r-input" id="<?cs var:id ?>" name="<?cs var:id ?>" type="<?cs var:type ?>" required<?cs
    if:autocomplete ?> autocomplete="<?cs var:autocomplete ?>"<?cs /if ?><?cs
    if:type != "password" && node.Value ?> value="<?cs var:node.Value ?>"<?cs /if ?><?cs
    call:described(id, hint, node.Error) ?>>
</div><?cs /def ?><?cs

def:line_field(id, label, hint, node, autocomplete, mode, max, missing, wrong) ?><div class="r-field r-field-<?cs var:id ?><?cs if:node.Error ?> r-field-wrong<?cs /if ?>">
    <label for="<?cs var:id ?>"><?cs var:label ?><?cs if:missing ?><span aria-hidden="true"> *</span><?cs /if ?></label><?cs if:hint ?>
    <p class="r-hint" id="<?cs var:id ?>-hint"><?cs var:hint ?></p><?cs /if ?>
    <?cs call:error_line(id, node.Error) ?>
    <input class="r-input" id="<?cs var:id ?>" name="<?cs var:id ?>" type="text" inputmode="<?cs var:mode ?>" autocomplete="<?cs var:autocomplete ?>" maxlength="<?cs var:max ?>"<?cs
      if:missing ?> required data-missing="<?cs var:missing ?>"<?cs /if ?><?cs if:wrong ?> data-wrong="<?cs var:wrong ?>"<?cs /if ?><?cs
      if:node.Value ?> value="<?cs var:node.Value ?>"<?cs /if ?><?cs
      call:described(id, hint, node.Error) ?>>
  </div><?cs /def ?><?cs

def:find_field(id, label, node, type, max) ?><div class="r-field<?cs if:node.Error ?> r-field-wrong<?cs /if ?>">
      <label for="<?cs var:id ?>"><?cs var:label ?></label>
      <?cs call:error_line(id, node.Error) ?>
      <input class="r-input" id="<?cs var:id ?>" name="<?cs var:id ?>" type="<?cs if:node.IsNoDay ?>text<?cs else ?><?cs var:type ?><?cs /if ?>" autocomplete="off"<?cs if:type == "search" ?> autocapitalize="characters" spellcheck="false"<?cs /if ?><?cs
        if:max ?> maxlength="<?cs var:max ?>"<?cs /if ?><?cs if:node.Value ?> value="<?cs var:node.Value ?>"<?cs /if ?><?cs call:described(id, "", node.Error) ?>>
    </div><?cs /def ?><?cs

def:schedule_choice(node) ?>
  <div class="r-choice">
    <input type="radio" id="schedule-<?cs var:node.Name ?>" name="schedule" value="<?cs var:node.Name ?>"<?cs if:node.Checked ?> checked<?cs /if ?><?cs if:node.Name == "split" ?> aria-describedby="schedule-split-hint"<?cs /if ?>>
    <label class="r-choice-whole" for="schedule-<?cs var:node.Name ?>"><?cs var:node.Text ?></label><?cs if:node.Name == "split" ?>
    <p class="r-choice-hint" id="schedule-split-hint">{{Half of the month's total on the 1st, the remaining half on the 15th}}</p><?cs /if ?>
  </div><?cs /def ?><?cs # ?>
