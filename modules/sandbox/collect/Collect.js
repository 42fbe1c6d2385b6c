/*
 * Collect.js - the inline variant: one frame of the gateway for each field, in the merchant's page.
 *
 * The customer types into the frames (field.js). This script runs in the page and never sees what
 * is typed: it tells the frames how to look and when to collect, and hears from them whether a
 * field is valid and, in the end, a token. It works under a strict content security policy: no eval,
 * no style elements or attributes, no markup from text.
 */
(function () {
  'use strict';

  const script = document.currentScript;
  const gateway = new URL(script.src).origin;
  const preset = {
    ccnumber: { selector: '#ccnumber', title: 'Card number', placeholder: 'Card number' },
    ccexp: { selector: '#ccexp', title: 'Expiration date', placeholder: 'MM / YY' },
    cvv: { selector: '#cvv', title: 'CVV', placeholder: 'CVV', display: 'show' },
  };
  const noCheck = { name: null, account: null, hash: null, aba: null, transit: null, institution: null };
  const noWallet = { cardDetails: null, cardNetwork: null, email: null, billingInfo: null, shippingInfo: null };

  let settings = null;
  let fields = []; // { name, options, container, frame, isAvailable, clearing }
  let request = null; // { number, event, timer, isWaiting }
  let count = 0;

  function complain(text) {
    console.error(`Collect.js: ${text}`);
  }

  function call(name, ...values) {
    if (typeof settings[name] === 'function') settings[name](...values);
  }

  function tell(field, message) {
    field.frame.contentWindow?.postMessage(message, gateway);
  }

  // ---- setting up ----

  // Nobody else can join the channel on which the frames of this page talk.
  function newSession() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function addField(name, options, session) {
    const container = document.querySelector(options.selector);
    if (!container) {
      complain(`${options.selector} is not in the page`);
      return;
    }
    const frame = document.createElement('iframe');
    const facts = new URLSearchParams({ field: name, session, page: location.origin });
    frame.className = 'CollectJSInlineIframe';
    frame.id = `CollectJSInline${name}`;
    frame.title = options.title;
    frame.src = `${gateway}/token/field#${facts}`;
    Object.assign(frame.style, { display: 'block', width: '100%', height: '44px', border: '0' });
    container.classList.remove('CollectJSValid', 'CollectJSInvalid');
    container.replaceChildren(frame);
    fields.push({ name, options, container, frame, isAvailable: false, clearing: 0 });
  }

  function configure(options = {}) {
    const wanted = { variant: script.dataset.variant, paymentSelector: script.dataset.paymentSelector || '#payButton', ...options };
    if (wanted.variant !== 'inline') {
      complain('only the variant "inline" is here');
      return;
    }
    closePaymentRequest();
    settings = wanted;
    fields.forEach((field) => field.frame.remove());
    fields = [];
    const session = newSession();
    for (const [name, defaults] of Object.entries(preset)) {
      const its = { ...defaults, ...wanted.fields?.[name] };
      if (its.display !== 'hide') addField(name, its, session);
    }
  }

  function setUp(field) {
    const { title, placeholder, display, enableCardBrandPreviews } = field.options;
    const css = {};
    for (const name of ['customCss', 'invalidCss', 'validCss', 'placeholderCss', 'focusCss']) css[name] = { ...settings[name] };
    tell(field, {
      say: 'setup',
      key: script.dataset.tokenizationKey || '',
      fields: fields.map((each) => each.name),
      title: String(title),
      placeholder: String(placeholder ?? ''),
      isRequired: field.name !== 'cvv' || display === 'required',
      hasBrand: enableCardBrandPreviews === true,
      css,
    });
  }

  // ---- a payment request ----

  function startPaymentRequest(event) {
    if (!settings) {
      complain('startPaymentRequest before configure');
      return;
    }
    if (request?.isWaiting) return;
    closePaymentRequest();
    // Frames that are still loading would not hear of it.
    const isReady = fields.every((field) => field.isAvailable);
    request = { number: ++count, event, timer: null, isWaiting: isReady };
    // It runs until a token comes, whatever keeps it: an invalid field, a refusal, a slow network.
    if (settings.timeoutDuration > 0) request.timer = setTimeout(timeOut, settings.timeoutDuration);
    if (isReady) fields.forEach((field) => tell(field, { say: 'collect', request: request.number }));
    else complain('the fields are not there yet');
  }

  function closePaymentRequest() {
    clearTimeout(request?.timer);
    request = null;
  }

  function timeOut() {
    request = null;
    call('timeoutCallback');
  }

  function clearInputs() {
    fields.filter((field) => field.isAvailable).forEach((field) => {
      field.container.classList.remove('CollectJSValid', 'CollectJSInvalid');
      field.clearing++;
      tell(field, { say: 'clear' });
    });
  }

  function submitForm(token) {
    const button = document.querySelector(settings.paymentSelector) ?? fields[0].container;
    const form = button.closest('form');
    if (!form) {
      complain('no callback, and no form to submit');
      return;
    }
    const input = form.querySelector('input[name="payment_token"]') ?? document.createElement('input');
    Object.assign(input, { type: 'hidden', name: 'payment_token', value: token });
    form.append(input);
    HTMLFormElement.prototype.submit.call(form);
  }

  // ---- what the frames say ----

  // It came to nothing; a new one may start. Fields that were only left belong to none.
  function endWaiting(message) {
    if (request && request.number === message.request) request.isWaiting = false;
  }

  function onValidity(field, message) {
    if (!message.isValid) endWaiting(message);
    if (field.clearing) return; // it said so before it was cleared
    field.container.classList.toggle('CollectJSValid', message.isValid);
    field.container.classList.toggle('CollectJSInvalid', !message.isValid);
    call('validationCallback', field.name, message.isValid, message.text);
  }

  function onToken(message) {
    if (!request?.isWaiting || request.number !== message.request) return;
    const response = { tokenType: 'inline', token: message.token, initiatedBy: request.event, card: message.card, check: { ...noCheck }, wallet: { ...noWallet } };
    closePaymentRequest();
    if (typeof settings.callback === 'function') settings.callback(response);
    else submitForm(message.token);
  }

  function onRefusal(message) {
    complain(message.text);
    endWaiting(message);
  }

  function onAvailable(field) {
    field.isAvailable = true;
    if (fields.every((each) => each.isAvailable)) call('fieldsAvailableCallback');
  }

  window.addEventListener('message', (event) => {
    const field = event.origin === gateway && fields.find((each) => each.frame.contentWindow === event.source);
    if (!field) return;
    const message = event.data;
    if (message.say === 'ready') setUp(field);
    else if (message.say === 'available') onAvailable(field);
    else if (message.say === 'height') field.frame.style.height = `${message.height}px`;
    else if (message.say === 'cleared') field.clearing--;
    else if (message.say === 'validity') onValidity(field, message);
    else if (message.say === 'token') onToken(message);
    else if (message.say === 'refused') onRefusal(message);
  });

  document.addEventListener('click', (event) => {
    if (!settings || !(event.target instanceof Element) || !event.target.closest(settings.paymentSelector)) return;
    event.preventDefault();
    startPaymentRequest(event);
  });

  window.CollectJS = { configure, startPaymentRequest, closePaymentRequest, clearInputs };
})();
