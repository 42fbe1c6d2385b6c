// A new card. The fields are frames of the gateway, made by its Collect.js; what is typed there never comes here, only a
// token that the server can use once. Works with whatever keeps to Collect.js as documented: configure,
// startPaymentRequest and the callbacks. On submit: what is missing beside the frames, then the token, then the form goes.
(() => {
  "use strict";

  const card = document.getElementById("card");
  const form = card && card.closest("form");
  if (!form) return;

  const PATIENCE = 10000; // milliseconds, for the gateway's script and for each token

  const byId = (id) => document.getElementById(id);
  const script = byId("gateway-script");
  const token = byId("payment_token");
  const typed = byId("card-typed");
  const kept = byId("card-kept"); // absent: the server holds no card of this form
  const radio = byId("method-card"); // absent: there is nothing else to choose
  const status = byId("card-status"); // what is said stands there too, in the page's language
  const button = form.querySelector("button:not([type])");
  const frames = ["ccnumber", "ccexp", "cvv"];
  const required = [...card.querySelectorAll("[data-missing]")];

  let state = "idle"; // asking: the gateway, for a token; sent: the form is under way
  let isConfigured = false;
  let isBroken = false;
  let wasTried = false; // before that, fields left empty are no mistake
  let isPressing = false;
  const held = []; // what waits until nobody presses
  let askedAt = 0;
  let doubtUntil = 0; // until then a timeout may belong to an earlier request
  let timer = 0;
  let watch = 0;

  // ---- what is said ----

  function say(id, text) {
    const place = byId(id);
    if (place.textContent !== text) place.textContent = text;
  }

  const words = (name) => status?.dataset[name] ?? "";
  // A field's own, without the mark that it is required.
  const labelOf = (id) => byId(id + "-label").firstChild.textContent.trim();

  function sayStatus(text) {
    if (status) status.textContent = text;
  }

  // As the server says it: above the field, tied to it.
  function sayField(field, text) {
    const id = field.id + "-error";
    const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((word) => word && word !== id);
    let line = byId(id);

    if (line) line.remove();
    if (text) {
      line = document.createElement("p");
      line.className = "r-error";
      line.id = id;
      line.textContent = text;
      field.before(line);
      others.push(id);
    }
    field.closest(".r-field, .r-check").classList.toggle("r-field-wrong", Boolean(text));
    if (text) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (others.length) field.setAttribute("aria-describedby", others.join(" "));
    else field.removeAttribute("aria-describedby");
  }

  function sayFrame(id, text) {
    say(id + "-error", text);
    byId(id).closest(".r-field").classList.toggle("r-field-wrong", Boolean(text));
  }

  // Beside the card as a whole, which is where the customer looks then.
  function sayCard(text) {
    say("card-error", text);
    if (text && isChosen()) card.focus();
  }

  // Nothing moves under a finger on its way to the button; what comes later is said later.
  function whenReleased(work) {
    if (isPressing || held.length) held.push(work);
    else work();
  }

  function press(event) {
    isPressing = event.type === "pointerdown";
    if (!isPressing) setTimeout(() => held.splice(0).forEach((work) => work()), 100); // its click comes first
  }

  // ---- the frames ----

  function isChosen() {
    return !radio || radio.checked;
  }

  function isKept() {
    return Boolean(kept) && !kept.hidden;
  }

  // The gateway takes finished values only, and but a few properties.
  function looks() {
    const style = getComputedStyle(byId("ccnumber"));
    const value = (name) => style.getPropertyValue(name).trim();
    const size = parseFloat(style.fontSize);
    return {
      customCss: {
        "color": value("--r-text"),
        "background-color": value("--r-card"),
        // Only what every machine has: names in quotes are files of this site.
        "font-family": style.fontFamily.split(",").filter((name) => !/["']/.test(name)).join(","),
        "font-size": size + "px",
        "height": Math.round(size * 2.75) - 2 + "px",
        "padding": "0px 10px",
        "border-style": "none",
      },
      invalidCss: { "color": value("--r-red") },
      validCss: { "color": value("--r-text") },
      placeholderCss: { "color": value("--r-muted") },
      focusCss: {},
    };
  }

  // Once, when the script is there and the fields are seen: a frame in a folded part has no size.
  function prepare() {
    if (isConfigured || isBroken || !window.CollectJS || !typed.getClientRects().length) return;
    isConfigured = true;
    try {
      window.CollectJS.configure({
        variant: "inline",
        paymentSelector: "#card-request", // never pressed; without one some versions do not answer
        styleSniffer: false,
        ...looks(),
        fields: {
          ccnumber: { selector: "#ccnumber", title: labelOf("ccnumber"), placeholder: "1234 1234 1234 1234", enableCardBrandPreviews: true },
          ccexp: { selector: "#ccexp", title: labelOf("ccexp"), placeholder: words("expiry") },
          cvv: { selector: "#cvv", title: labelOf("cvv"), placeholder: "123", display: "required" },
        },
        fieldsAvailableCallback: () => {},
        validationCallback: validated,
        timeoutDuration: PATIENCE,
        timeoutCallback: () => {
          if (performance.now() >= doubtUntil) noAnswer();
        },
        callback: answered,
      });
    } catch {
      broken();
    }
  }

  // No event tells which frame the keyboard is in; while it is in none of our own fields, somebody has to look.
  function watchFocus(event) {
    clearInterval(watch);
    if (event.type === "blur") watch = setInterval(markFocus, 100);
    markFocus();
  }

  function markFocus() {
    for (const id of frames) byId(id).classList.toggle("r-frame-focus", byId(id) === document.activeElement?.parentElement);
  }

  function show() {
    typed.hidden = isKept() || isBroken;
    prepare();
  }

  function broken() {
    isBroken = true;
    show();
    if (!isKept()) say("card-error", words("unavailable"));
  }

  function loaded() {
    if (!window.CollectJS) return broken();
    if (isBroken && !isKept()) sayCard("");
    isBroken = false;
    show();
  }

  // ---- asking for a token ----

  function lock(next, text) {
    state = next;
    if (button) button.setAttribute("aria-disabled", "true");
    sayStatus(text);
  }

  function unlock(text) {
    clearTimeout(timer);
    state = "idle";
    if (button) button.removeAttribute("aria-disabled");
    sayStatus(text || "");
  }

  function ask() {
    lock("asking", words("asking"));
    askedAt = performance.now();
    timer = setTimeout(noAnswer, PATIENCE + 2000); // should nothing at all come back
    try {
      window.CollectJS.startPaymentRequest();
    } catch {
      noAnswer();
    }
  }

  function noAnswer() {
    if (state !== "asking") return;
    unlock();
    sayCard(words("late"));
  }

  function focusFirstWrong() {
    const wrong = frames.find((id) => byId(id + "-error").textContent);
    if (wrong && state === "idle") byId(wrong).focus();
  }

  function validated(field, ok, message) {
    if (!frames.includes(field)) return;
    if (state === "asking" && !ok) {
      doubtUntil = askedAt + PATIENCE + 1000;
      unlock();
      setTimeout(focusFirstWrong, 100); // the others report too
    }
    if (!ok && !wasTried && /empty|blank|required/i.test(message)) return;
    whenReleased(() => sayFrame(field, ok ? "" : byId(field).dataset.wrong));
  }

  // Only the token is taken. One that comes after the customer was told otherwise is not used.
  function answered(response) {
    if (state !== "asking") return;
    if (!response || !response.token) return noAnswer();
    clearTimeout(timer);
    token.value = response.token;
    send();
    setTimeout(() => form.submit()); // outside of the gateway's script
  }

  function send() {
    lock("sent", words("sending"));
    timer = setTimeout(() => unlock(words("slow")), 60000);
  }

  function isMissing(field) {
    return field.type === "checkbox" ? !field.checked : field.value.trim() === "";
  }

  form.addEventListener("submit", (event) => {
    if (!isChosen()) return;
    if (state !== "idle") return event.preventDefault();
    wasTried = true;
    if (!isBroken) sayCard("");
    for (const field of required) sayField(field, isMissing(field) ? field.dataset.missing : "");
    const wrong = required.find(isMissing);
    if (wrong) {
      event.preventDefault();
      sayStatus("");
      return wrong.focus();
    }
    if (token.value) return send();
    event.preventDefault();
    if (isBroken) sayCard(words("unavailable"));
    else if (!isConfigured) sayStatus(words("loading"));
    else ask();
  });

  // ---- the card typed before ----

  function forget() {
    token.value = "";
    if (kept) kept.hidden = true;
    if (isBroken) say("card-error", words("unavailable"));
    show();
  }

  if (kept) {
    byId("card-again").addEventListener("click", () => {
      forget();
      (typed.hidden ? card : byId("ccnumber")).focus();
    });
  } else {
    token.value = ""; // a browser may have brought back an old one
  }

  // Back from the next page: its token was used.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    forget();
    unlock();
  });

  for (const type of ["pointerdown", "pointerup", "pointercancel"]) window.addEventListener(type, press, true);

  window.addEventListener("blur", watchFocus);
  window.addEventListener("focus", watchFocus);

  new ResizeObserver(prepare).observe(typed);
  script.addEventListener("load", loaded);
  script.addEventListener("error", broken);
  if (window.CollectJS) {
    loaded();
  } else {
    // A script that ended before this one ran has told nobody.
    const hasEnded = performance.getEntriesByName(script.src).length > 0;
    setTimeout(() => window.CollectJS || broken(), hasEnded ? 1000 : PATIENCE);
  }
})();
