<?cs # a new bank account, inside a form; static/bank.js says early what the server would say. The numbers are never sent back:
  Fields.Routing, .Account, .AccountAgain: .Error; Fields.HolderType (personal, business), .AccountType (checking, savings),
  .NameOnAccount, .Company, .BankStreet, .BankCity, .BankState, .BankZip: .Value, .Error.
  Ids for the error summary: routing, account, account_again, holder_type, account_type, name_on_account, company, bank_street, bank_city, bank_state, bank_zip

  either(id, label, node, first, first_label, second, second_label)   one of two values

?><?cs def:either(id, label, node, first, first_label, second, second_label) ?><fieldset class="r-either<?cs if:node.Error ?> r-field-wrong<?cs /if ?>" id="<?cs var:id ?>" tabindex="-1"<?cs call:described(id, "", node.Error) ?>>
    <legend><?cs var:label ?><span aria-hidden="true"> *</span></legend>
    <?cs call:error_line(id, node.Error) ?>
    <div><input type="radio" id="<?cs var:id ?>-<?cs var:first ?>" name="<?cs var:id ?>" value="<?cs var:first ?>" required<?cs if:node.Value == first ?> checked<?cs /if ?>> <label for="<?cs var:id ?>-<?cs var:first ?>"><?cs var:first_label ?></label></div>
    <div><input type="radio" id="<?cs var:id ?>-<?cs var:second ?>" name="<?cs var:id ?>" value="<?cs var:second ?>" required<?cs if:node.Value == second ?> checked<?cs /if ?>> <label for="<?cs var:id ?>-<?cs var:second ?>"><?cs var:second_label ?></label></div>
  </fieldset><?cs /def ?><div class="r-newbank" id="bank" role="group" aria-label="{{New bank account}}">
  <p class="r-hint">{{* required}}</p>
  <?cs call:line_field("routing", "{{Bank Routing Number}}", "{{Nine digits; on a check the first ones at the bottom}}", Fields.Routing, "off", "numeric", "20", "{{Enter the bank's routing number: nine digits.}}", "{{This is not a routing number. Check its nine digits: on a check they are the first ones at the bottom.}}") ?>
  <?cs call:line_field("account", "{{Checking Account}}", "{{The account number, of a savings account too}}", Fields.Account, "off", "numeric", "40", "{{Enter the account number.}}", "{{An account number has 4 to 17 digits. Enter it as it is on a check.}}") ?>
  <?cs call:line_field("account_again", "{{Retype Checking Account}}", "", Fields.AccountAgain, "off", "numeric", "40", "{{Enter the account number once more.}}", "{{The two account numbers are not the same.}}") ?>
  <?cs call:either("holder_type", "{{Account Holder Type}}", Fields.HolderType, "personal", "{{Personal}}", "business", "{{Business}}") ?>
  <?cs call:either("account_type", "{{Account Type}}", Fields.AccountType, "checking", "{{Checking}}", "savings", "{{Savings}}") ?>
  <?cs call:line_field("name_on_account", "{{Name on Account}}", "", Fields.NameOnAccount, "section-bank name", "text", "100", "{{Enter the name on the account.}}", "") ?>
  <?cs call:line_field("company", "{{Company}}", "{{Required for a business account}}", Fields.Company, "section-bank organization", "text", "100", "", "{{Enter the company the business account belongs to.}}") ?>
  <fieldset class="r-address">
    <legend>{{Address of the account holder}}</legend>
  <?cs call:line_field("bank_street", "{{Street Address}}", "", Fields.BankStreet, "section-bank billing address-line1", "text", "100", "", "") ?>
  <?cs call:line_field("bank_city", "{{City}}", "", Fields.BankCity, "section-bank billing address-level2", "text", "60", "", "") ?>
  <?cs call:line_field("bank_state", "{{State}}", "", Fields.BankState, "section-bank billing address-level1", "text", "30", "", "") ?>
  <?cs call:line_field("bank_zip", "{{Zip Code}}", "", Fields.BankZip, "section-bank billing postal-code", "numeric", "10", "", "") ?>
  </fieldset>
</div>
<script src="<?cs var:Site.Static ?>/bank.js" defer></script>
