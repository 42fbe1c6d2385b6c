/*
 * field.js - one field of a card, in a frame of the gateway's origin.
 *
 * The page around it is the merchant's. It is told whether the field is valid and, by the frame with
 * the card number, a token; never what was typed. The frames of one page hand expiry and code to the
 * one with the number, over a channel that only they know, and it asks the gateway for the token.
 */
(function () {
  'use strict';

  const facts = new URLSearchParams(location.hash.slice(1));
  const name = facts.get('field');
  const page = facts.get('page');
  const channel = new BroadcastChannel(`collect ${facts.get('session')}`);
  const { month: thisMonth, cards: cardList } = document.documentElement.dataset;
  const cards = cardList.split(' ').map((card) => {
    const [number, type, cvvDigits] = card.split(':');
    return { number, type, cvvDigits: Number(cvvDigits) };
  });
  const brands = [
    ['visa', 'Visa', /^4/, 3],
    ['mastercard', 'Mastercard', /^(5[1-5]|2[2-7])/, 3],
    ['amex', 'Amex', /^3[47]/, 4],
    ['discover', 'Discover', /^(6011|64[4-9]|65)/, 3],
    ['diners', 'Diners Club', /^3(0[0-5]|[689])/, 3],
    ['jcb', 'JCB', /^35/, 3],
  ].map(([type, label, start, cvvDigits]) => ({ type, label, start, cvvDigits }));

  const input = document.querySelector('input');
  let setup = null;
  let validity = null; // null: not looked at; then { isValid, text }
  let cvvDigits = 0; // of the brand that the number has; 0: not known
  let gathered = { request: 0, values: {} };
  let sending = null;

  function tell(message) {
    parent.postMessage(message, page);
  }

  // ---- each field: what is typed, and what of it is sent ----

  const digitsOf = (text) => text.replace(/[\s-]/g, '');
  const brandOf = (text) => brands.find((brand) => brand.start.test(digitsOf(text)));

  // MM / YY, MM/YY, MMYY, M/YY, MM/YYYY: to MMYY.
  function readExpiry(text) {
    const parts = /^\s*(\d{1,2})\s*[/-]?\s*(20)?(\d{2})\s*$/.exec(text);
    if (!parts) return null;
    const month = parts[1].padStart(2, '0');
    if (month < '01' || month > '12' || `20${parts[3]}${month}` < thisMonth) return null;
    return month + parts[3];
  }

  function spellExpiry(text) {
    const parts = /^\s*(\d{1,2})([\s/-]*)(\d{0,4})/.exec(text);
    if (!parts) return text;
    const [, month, gap, year] = parts;
    if (month.length === 1 && !gap && month < '2') return month;
    return `${month.padStart(2, '0')} / ${year}`;
  }

  function spellNumber(text) {
    const digits = digitsOf(text);
    const groups = brandOf(digits)?.type === 'amex' ? /^(\d{4})(\d{6})(\d*)$/ : null;
    const parts = groups?.exec(digits)?.slice(1) ?? digits.match(/.{1,4}/g) ?? [];
    return parts.join(' ').trim();
  }

  const kinds = {
    ccnumber: {
      autocomplete: 'cc-number',
      longest: 23,
      read: (text) => (cards.some((card) => card.number === digitsOf(text)) ? digitsOf(text) : null),
      spell: spellNumber,
      complaint: () => 'Invalid card number',
    },
    ccexp: {
      autocomplete: 'cc-exp',
      longest: 12,
      read: readExpiry,
      spell: spellExpiry,
      complaint: () => 'Expiration date must be a present or future month and year',
    },
    cvv: {
      autocomplete: 'cc-csc',
      longest: 4,
      read: (text) => (/^\d{3,4}$/.test(text) && (!cvvDigits || text.length === cvvDigits) ? text : null),
      spell: (text) => text,
      complaint: () => `CVV must be ${cvvDigits || '3 or 4'} digits`,
    },
  };
  const kind = kinds[name];

  // ---- looks ----

  const allowedCss = new Set(
    ('background-color border border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius ' +
      'border-bottom-style border-bottom-width border-color border-left border-left-color border-left-style ' +
      'border-left-width border-radius border-right border-right-color border-right-style border-right-width ' +
      'border-style border-top border-top-color border-top-left-radius border-top-right-radius border-top-style ' +
      'border-top-width border-width box-shadow color direction font-family font-kerning font-size font-stretch ' +
      'font-style font-variant-numeric font-weight height letter-spacing line-height margin margin-bottom ' +
      'margin-top max-height min-height opacity outline outline-color outline-offset outline-style outline-width ' +
      'padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent ' +
      'text-shadow text-transform transition word-spacing').split(' '),
  );
  const allowed = (css) => Object.entries(css ?? {}).filter(([property]) => allowedCss.has(property));

  function dress() {
    const { customCss, validCss, invalidCss, focusCss, placeholderCss } = setup.css;
    const layers = [customCss];
    if (validity) layers.push(validity.isValid ? validCss : invalidCss);
    if (document.activeElement === input) layers.push(focusCss);
    for (const property of allowedCss) input.style.removeProperty(property);
    for (const layer of layers) for (const [property, value] of allowed(layer)) input.style.setProperty(property, value);
    for (const [property, value] of allowed(placeholderCss)) input.style.setProperty(`--placeholder-${property}`, value);
  }

  function showBrand() {
    const brand = brandOf(input.value);
    if (setup.hasBrand) document.getElementById('brand').textContent = brand?.label ?? '';
    cvvDigits = brand?.cvvDigits ?? 0;
    channel.postMessage({ say: 'brand', cvvDigits });
  }

  // ---- is it valid? ----

  function judge() {
    if (!input.value.trim()) return { isValid: !setup.isRequired, text: setup.isRequired ? 'Field is empty' : 'Success', value: '' };
    const value = kind.read(input.value);
    return value === null ? { isValid: false, text: kind.complaint() } : { isValid: true, text: 'Success', value };
  }

  function show({ isValid, text }, request) {
    validity = { isValid, text };
    input.setAttribute('aria-invalid', String(!isValid));
    document.getElementById('message').textContent = isValid ? '' : text;
    dress();
    tell({ say: 'validity', isValid, text, request });
  }

  function clear() {
    input.value = '';
    validity = null;
    input.removeAttribute('aria-invalid');
    document.getElementById('message').textContent = '';
    if (name === 'ccnumber') showBrand();
    dress();
    tell({ say: 'cleared' });
  }

  // ---- collecting ----

  function collect(request) {
    const found = judge();
    show(found, request);
    const part = { say: 'part', request, field: name, value: found.isValid ? found.value : null };
    if (name === 'ccnumber') gather(part);
    else channel.postMessage(part);
  }

  // Only the frame with the number; a part may come before the page told us to collect.
  function gather({ request, field, value }) {
    if (request < gathered.request) return;
    if (request > gathered.request) gathered = { request, values: {} };
    gathered.values[field] = value;
    if (setup.fields.every((each) => typeof gathered.values[each] === 'string')) send(request, gathered.values);
  }

  async function send(request, values) {
    gathered = { request, values: {} };
    sending?.abort();
    sending = new AbortController();
    const body = new URLSearchParams({ tokenization_key: setup.key, ...values });
    try {
      const answer = await fetch('/token/create', { method: 'POST', body, credentials: 'omit', signal: sending.signal });
      const told = await answer.json();
      if (answer.ok) tell({ say: 'token', request, token: told.token, card: told.card });
      else if (told.field === name) show({ isValid: false, text: told.message }, request);
      else if (told.field) channel.postMessage({ say: 'invalid', request, field: told.field, text: told.message });
      else tell({ say: 'refused', request, text: told.message });
    } catch (error) {
      if (error.name !== 'AbortError') tell({ say: 'refused', request, text: 'the gateway cannot be reached' });
    }
  }

  // ---- who says what ----

  function begin(message) {
    setup = message;
    document.title = setup.title;
    Object.assign(input, { autocomplete: kind.autocomplete, maxLength: kind.longest, placeholder: setup.placeholder, name: kind.autocomplete });
    input.setAttribute('aria-label', setup.title);
    input.required = setup.isRequired;
    dress();
    new ResizeObserver(() => tell({ say: 'height', height: Math.ceil(document.body.getBoundingClientRect().height) })).observe(document.body);
    tell({ say: 'available' });
  }

  function listen() {
    window.addEventListener('message', ({ source, origin, data }) => {
      if (source !== parent || origin !== page) return;
      if (data.say === 'setup') begin(data);
      else if (data.say === 'collect') collect(data.request);
      else if (data.say === 'clear') clear();
    });
    channel.addEventListener('message', ({ data }) => {
      if (data.say === 'part' && name === 'ccnumber') gather(data);
      if (data.say === 'invalid' && data.field === name) show({ isValid: false, text: data.text }, data.request);
      if (data.say === 'brand' && name === 'cvv' && data.cvvDigits !== cvvDigits) {
        cvvDigits = data.cvvDigits;
        if (validity && input.value) show(judge());
      }
    });
    // Letters never get in; spaces do, and the slash of a date.
    input.addEventListener('beforeinput', (event) => {
      if (event.inputType === 'insertText' && /[^\d\s/-]/.test(event.data ?? '')) event.preventDefault();
    });
    input.addEventListener('input', (event) => {
      const isTypedOn = event.inputType?.startsWith('insert') && input.selectionStart === input.value.length;
      if (name === 'ccexp' && isTypedOn) input.value = spellExpiry(input.value);
      if (name === 'ccnumber') showBrand();
    });
    input.addEventListener('focus', dress);
    input.addEventListener('blur', () => {
      if (judge().isValid) input.value = kind.spell(input.value);
      show(judge());
    });
  }

  if (kind && parent !== window) {
    listen();
    tell({ say: 'ready' });
  }
})();
