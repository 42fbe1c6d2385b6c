// A double of the gateway's Collect.js for these tests: frames of another origin, looks as they were asked for, and no
// card ever goes anywhere. window.double holds what was asked, and the callbacks that a test calls as the gateway would.
"use strict";
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const key = document.currentScript.dataset.tokenizationKey;
  const double = { configured: 0, asked: 0, options: null, key };

  window.double = double;
  window.CollectJS = {
    configure(options) {
      double.configured++;
      double.options = options;
      for (const [name, field] of Object.entries(options.fields)) {
        const frame = document.createElement("iframe");
        const wish = { title: field.title, placeholder: field.placeholder, css: options.customCss, dim: options.placeholderCss };
        frame.className = "CollectJSInlineIframe";
        frame.title = field.title;
        frame.src = origin + "/field#" + encodeURIComponent(JSON.stringify({ name, ...wish }));
        document.querySelector(field.selector).replaceChildren(frame);
      }
      options.fieldsAvailableCallback();
    },
    startPaymentRequest() {
      double.asked++;
    },
  };
})();
