<?cs # a new card, inside a form; static/card.js drives it. Card.ScriptUrl, TokenizationKey, Brands; Card.Token (not used yet; may be absent);
  Fields.Card.Error, Fields.Terms.Checked, .Error; Fields.NameOnCard, .Street, .City, .State, .Zip: .Value, .Error; Site.Name, Site.Support.*.
  The frames of the gateway go into ccnumber, ccexp and cvv. The page puts shared/card_terms.cs after the form, and
  an empty element with the id card-status and role status beside its button.
  Ids for the error summary: card, name_on_card, street, city, state, zip, terms

  card_frame(id, label, hint, wrong)                                   place of a frame; wrong is said when the gateway refuses what is in it

?><?cs def:card_frame(id, label, hint, wrong) ?><div class="r-field r-field-<?cs var:id ?>">
      <p class="r-label" id="<?cs var:id ?>-label"><?cs var:label ?><span aria-hidden="true"> *</span></p><?cs if:hint ?>
      <p class="r-hint" id="<?cs var:id ?>-hint"><?cs var:hint ?></p><?cs /if ?>
      <p class="r-error" id="<?cs var:id ?>-error" aria-live="assertive"></p>
      <div class="r-frame" id="<?cs var:id ?>" role="group" tabindex="-1" aria-labelledby="<?cs var:id ?>-label" aria-describedby="<?cs if:hint ?><?cs var:id ?>-hint <?cs /if ?><?cs var:id ?>-error" data-wrong="<?cs var:wrong ?>"></div>
    </div><?cs /def ?><noscript>
  <p class="r-note">{{To type a new card, switch on JavaScript in your browser. Saved payment methods work without it.}}<?cs
    if:Site.Support.Phone && Site.Support.Email ?> {{Or contact <?cs var:Site.Name ?>: <a href="tel:<?cs var:Site.Support.Phone ?>"><?cs var:Site.Support.Phone ?></a> or <a href="mailto:<?cs var:Site.Support.Email ?>"><?cs var:Site.Support.Email ?></a>.}}<?cs
    elif:Site.Support.Phone ?> {{Or contact <?cs var:Site.Name ?>: <a href="tel:<?cs var:Site.Support.Phone ?>"><?cs var:Site.Support.Phone ?></a>.}}<?cs
    elif:Site.Support.Email ?> {{Or contact <?cs var:Site.Name ?>: <a href="mailto:<?cs var:Site.Support.Email ?>"><?cs var:Site.Support.Email ?></a>.}}<?cs /if ?></p>
</noscript>
<div class="r-newcard" id="card" role="group" tabindex="-1" aria-label="{{New card}}" aria-describedby="card-error">
  <input type="hidden" id="payment_token" name="payment_token" value="<?cs var:Card.Token ?>" autocomplete="off">
  <button class="r-button" type="button" id="card-request" hidden>{{Check the card}}</button>
  <p class="r-error" id="card-error" aria-live="assertive"><?cs if:Fields.Card.Error ?><span class="r-hidden">{{Error:}} </span><?cs var:Fields.Card.Error ?><?cs /if ?></p>
  <p class="r-hint">{{Accepted card types: <?cs var:Card.Brands ?>}}</p>
  <p class="r-hint">{{* required}}</p><?cs if:Card.Token ?>
  <div class="r-note r-kept" id="card-kept">
    <p>{{The card you typed is kept for this form.}}</p>
    <button class="r-button r-button-quiet" type="button" id="card-again">{{Type another card}}</button>
  </div><?cs /if ?>
  <div class="r-newcard-typed" id="card-typed"<?cs if:Card.Token ?> hidden<?cs /if ?>>
    <?cs call:card_frame("ccnumber", "{{Card Number}}", "", "{{Enter the whole card number and check its digits.}}") ?>
    <?cs call:card_frame("ccexp", "{{Expires}}", "{{Month and year}}", "{{Enter the month and year on the card. They must not be over.}}") ?>
    <?cs call:card_frame("cvv", "{{CVV}}", "{{Three or four digits}}", "{{Enter the three or four digits of the card's security code.}}") ?>
  </div>
  <?cs call:line_field("name_on_card", "{{Name on Card}}", "{{Exactly as it appears on the card}}", Fields.NameOnCard, "cc-name", "text", "100", "{{Enter the name exactly as it is on the card.}}", "") ?>
  <fieldset class="r-address">
    <legend>{{Billing address}}</legend>
  <?cs call:line_field("street", "{{Street Address}}", "", Fields.Street, "billing address-line1", "text", "100", "", "") ?>
  <?cs call:line_field("city", "{{City}}", "", Fields.City, "billing address-level2", "text", "60", "", "") ?>
  <?cs call:line_field("state", "{{State}}", "", Fields.State, "billing address-level1", "text", "30", "", "") ?>
  <?cs call:line_field("zip", "{{Zip Code}}", "", Fields.Zip, "billing postal-code", "numeric", "10", "{{Enter the Zip Code of the card's billing address.}}", "") ?>
  </fieldset>
  <div class="r-check<?cs if:Fields.Terms.Error ?> r-field-wrong<?cs /if ?>">
    <?cs call:error_line("terms", Fields.Terms.Error) ?>
    <input type="checkbox" id="terms" name="terms" value="<?cs var:Card.TermsVersion ?>" required data-missing="{{Tick this box once you have read and understood the terms.}}"<?cs if:Fields.Terms.Checked ?> checked<?cs /if ?><?cs call:described("terms", "", Fields.Terms.Error) ?>>
    <label for="terms">{{I have read and understand the terms}}<span aria-hidden="true"> *</span></label>
    <a href="#card-terms">{{View Terms}}</a>
  </div>
</div>
<script src="<?cs var:Site.Static ?>/card.js" defer></script>
<script id="gateway-script" src="<?cs var:Card.ScriptUrl ?>" data-tokenization-key="<?cs var:Card.TokenizationKey ?>" data-variant="inline" async></script>
