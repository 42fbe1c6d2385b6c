// card_script.cjs RENDERED: what static/card.js does with a new card, against collect_double.js: the test says what the
// gateway would. Needs what look.cjs needs.
"use strict";
const assert = require("assert");
const fs = require("fs");
const { answerFrom, fieldsReady, gateway, launch, origin } = require("./serve.cjs");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const rendered = process.argv[2];
const UNAVAILABLE = /The card fields cannot be loaded right now\. Nothing was charged\./;
const TOO_LATE = "The card service did not answer in time. Nothing was charged. Try again.";
let browser;

// A page, the forms it sent and what the browser said to its console.
async function open(name, options = {}) {
  const { script, clock, ...contextOptions } = options;
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...contextOptions });
  const sent = [];
  const said = [];
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  await context.route("**/*", answerFrom(rendered));
  await context.route((url) => url.origin === origin && !url.pathname.includes(".") , (route) => {
    if (route.request().method() === "POST") sent.push(new URLSearchParams(route.request().postData()));
    return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>sent</title><h1>Sent</h1>" });
  });
  if (script) await context.route(gateway + "/token/Collect.js", script);
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  if (clock) await page.clock.install();
  await page.goto(`${origin}/${name}.html`, { waitUntil: script ? "commit" : "load" });
  if (!script && contextOptions.javaScriptEnabled !== false && (await page.locator("#ccnumber:visible").count())) await fieldsReady(page);
  return { context, page, sent, said };
}

const asked = (page) => page.evaluate(() => window.double.asked);
const send = (page) => page.getByRole("button", { name: /^(Process Payment|Save)$/ });
const status = (page) => page.locator("#card-status");
const focused = (page) => page.evaluate(() => document.activeElement.id);
const answer = (page, token = "token-1") => page.evaluate((t) => window.double.options.callback({ token: t, card: { number: "411111******1111" } }), token);
const valid = (page, field, ok, message) => page.evaluate((m) => window.double.options.validationCallback(...m), [field, ok, message]);
const timeOut = (page) => page.evaluate(() => window.double.options.timeoutCallback());

async function fill(page) {
  await page.getByLabel("Name on Card").fill("Ashley Palacol");
  await page.getByLabel("Zip Code").fill("20170");
  await page.getByLabel("I have read and understand the terms").check();
}

async function arrived(page) {
  await page.getByRole("heading", { name: "Sent" }).waitFor();
}

const tests = {
  async "asks the gateway for nothing but what it documents, in the page's colours"() {
    for (const [colorScheme, color, background] of [["light", "#1b1f26", "#fff"], ["dark", "#e9ecf1", "#1a1e25"]]) {
      const { page, said } = await open("methods_card.new", { colorScheme });
      const { options, key } = await page.evaluate(() => ({ key: window.double.key, options: { ...window.double.options, keys: Object.keys(window.double.options) } }));
      assert.equal(key, "looks-only");
      assert.deepEqual(options.keys.sort(), ["callback", "customCss", "fields", "fieldsAvailableCallback", "focusCss", "invalidCss",
        "paymentSelector", "placeholderCss", "styleSniffer", "timeoutCallback", "timeoutDuration", "validCss", "validationCallback", "variant"]);
      assert.equal(options.variant, "inline");
      assert.equal(options.styleSniffer, false);
      assert.equal(options.timeoutDuration, 10000);
      assert.deepEqual(Object.entries(options.fields).map(([name, field]) => [name, field.selector, field.title, field.display]),
        [["ccnumber", "#ccnumber", "Card Number", undefined], ["ccexp", "#ccexp", "Expires", undefined], ["cvv", "#cvv", "CVV", "required"]]);
      assert.equal(options.customCss.color, color);
      assert.equal(options.customCss["background-color"], background);
      assert.ok(!/["']/.test(options.customCss["font-family"]) && options.customCss["font-family"].includes("sans-serif"));
      assert.equal(await page.locator(options.paymentSelector).isVisible(), false, "the button the gateway watches is never pressed");
      const [input, container] = [page.getByLabel("Name on Card"), page.locator("#ccnumber")];
      assert.equal((await container.boundingBox()).height, (await input.boundingBox()).height, "as high as our own fields");
      assert.deepEqual(said, []);
    }
  },

  async "the frames are made when the new card is chosen, once, and show where the keyboard is"() {
    const { page } = await open("pay_make.card");
    assert.equal(await page.getByLabel("Name on Card").isVisible(), false, "folded");
    assert.equal(await page.evaluate(() => window.double.configured), 0);
    await page.getByRole("radio", { name: "Checking account ending 6789" }).focus();
    await page.keyboard.press("ArrowDown");
    assert.ok(await page.getByRole("radio", { name: "Credit Card" }).isChecked());
    await fieldsReady(page);
    const ringed = async (id) => page.waitForFunction((i) => [...document.querySelectorAll(".r-frame")]
      .filter((place) => getComputedStyle(place).outlineStyle !== "none").map((place) => place.id).join() === i, id);
    for (const id of ["ccnumber", "ccexp", "cvv", ""]) {
      await page.keyboard.press("Tab");
      await ringed(id);
    }
    assert.equal(await focused(page), "name_on_card");
    await page.getByRole("radio", { name: "Visa ending 4242" }).check();
    assert.equal(await page.locator("#card").isVisible(), false);
    await page.getByRole("radio", { name: "Credit Card" }).check();
    assert.equal(await page.evaluate(() => window.double.configured), 1);
    assert.equal(await page.getByLabel("Remember this credit card for your next payment").isChecked(), false);
  },

  async "a saved method is sent without a word to the gateway"() {
    const { page, sent } = await open("pay_make.card");
    await send(page).click();
    await arrived(page);
    assert.equal(sent[0].get("method"), "m1");
    assert.equal(sent[0].get("payment_token"), "");
  },

  async "what is missing is said beside its field, like the server does, before the gateway is asked"() {
    const { page, sent } = await open("methods_card.new");
    await send(page).click();
    assert.equal(await focused(page), "name_on_card");
    assert.equal(await asked(page), 0);
    const name = page.getByLabel("Name on Card");
    assert.equal(await name.getAttribute("aria-invalid"), "true");
    assert.equal(await name.getAttribute("aria-describedby"), "name_on_card-hint name_on_card-error");
    await page.getByText("Enter the name exactly as it is on the card.").waitFor();
    await page.getByText("Enter the Zip Code of the card's billing address.").waitFor();
    await page.getByText("Tick this box once you have read and understood the terms.").waitFor();
    await name.fill("Ashley Palacol");
    await page.getByLabel("Zip Code").fill("20170");
    await page.keyboard.press("Enter");
    assert.equal(await focused(page), "terms");
    assert.equal(await name.getAttribute("aria-invalid"), null);
    assert.equal(await name.getAttribute("aria-describedby"), "name_on_card-hint");
    await page.keyboard.press("Space");
    await page.getByLabel("Zip Code").press("Enter");
    assert.equal(await asked(page), 1, "the keyboard sends it");
    assert.equal(await page.locator(".r-newcard .r-error:visible").count(), 0);
    assert.deepEqual(sent, []);
  },

  async "after an error of the server, what was wrong goes away as well"() {
    const { page } = await open("methods_card.errors");
    await fill(page);
    await send(page).click();
    assert.equal(await page.locator(".r-newcard .r-error:visible").count(), 0);
    assert.equal(await page.getByLabel("Zip Code").getAttribute("aria-describedby"), null);
    assert.equal(await asked(page), 1);
  },

  async "a token goes with the form, once, however often the button is pressed"() {
    const { page, sent, said } = await open("pay_make.card");
    await page.getByRole("radio", { name: "Credit Card" }).check();
    await fieldsReady(page);
    await fill(page);
    await page.getByLabel("Remember this credit card for your next payment").check();
    await send(page).dblclick();
    await send(page).press("Enter");
    assert.equal(await asked(page), 1);
    assert.equal(await status(page).textContent(), "Checking the card…");
    assert.equal(await send(page).getAttribute("aria-disabled"), "true");
    assert.ok(await send(page).isVisible() && !(await send(page).evaluate((b) => b.disabled)));
    const terms = await page.locator("#terms").getAttribute("value");
    await page.evaluate(() => {
      window.double.options.callback({ token: "token-1" });
      window.double.options.callback({ token: "token-2" });
      document.querySelector("button:not([type])").click();
    });
    await arrived(page);
    assert.equal(sent.length, 1);
    assert.deepEqual(["payment_token", "method", "name_on_card", "zip", "terms", "remember"].map((n) => sent[0].get(n)),
      ["token-1", "card", "Ashley Palacol", "20170", terms, "1"]);
    assert.deepEqual(said, [], "nothing is written to the console");
  },

  async "what the gateway refuses is said beside its field, and can be put right"() {
    const { page, sent } = await open("methods_card.new", { clock: true });
    await fill(page);
    await send(page).click();
    await valid(page, "ccnumber", true, "Success");
    await valid(page, "cvv", false, "Field is empty");
    await valid(page, "ccexp", false, "Field is empty");
    assert.equal(await page.locator("#ccexp-error").textContent(), "Enter the month and year on the card. They must not be over.");
    assert.equal(await page.locator("#cvv-error").textContent(), "Enter the three or four digits of the card's security code.");
    assert.equal(await page.locator("#cvv-error").getAttribute("aria-live"), "assertive");
    assert.equal(await send(page).getAttribute("aria-disabled"), null);
    assert.equal(await status(page).textContent(), "");
    await page.clock.runFor(200);
    assert.equal(await focused(page), "ccexp", "the first wrong one in the order of the page");
    await valid(page, "ccexp", true, "Success");
    await valid(page, "cvv", true, "Success");
    assert.equal(await page.locator(".r-newcard .r-error:visible").count(), 0);

    await page.clock.runFor(4000);
    await send(page).click();
    assert.equal(await asked(page), 2);
    await timeOut(page); // of the first request
    assert.equal(await status(page).textContent(), "Checking the card…", "an old timeout ends no new request");
    await answer(page);
    await page.clock.runFor(10);
    await arrived(page);
    assert.equal(sent.length, 1);
  },

  async "leaving a field empty is no mistake yet, a wrong number is, and nothing moves under a finger"() {
    const { page } = await open("methods_card.new");
    await valid(page, "ccnumber", false, "Field is empty");
    assert.equal(await page.locator("#ccnumber-error").isVisible(), false);
    await page.getByText("Billing address").hover();
    await page.mouse.down();
    await valid(page, "ccnumber", false, "Card number must be 13-19 digits");
    assert.equal(await page.locator("#ccnumber-error").isVisible(), false);
    await page.mouse.up();
    await page.getByText("Enter the whole card number and check its digits.").waitFor();
    assert.notEqual(await focused(page), "ccnumber", "the focus stays where it is");
    await valid(page, "ccnumber", true, "Success");
    assert.equal(await page.locator("#ccnumber-error").isVisible(), false);
    await valid(page, "checkname", false, "of a field that is not here");
  },

  async "no answer in time: said, unlocked, and a token that comes too late is not used"() {
    const { page, sent } = await open("methods_card.new", { clock: true });
    await fill(page);
    for (const silence of [() => timeOut(page), () => page.clock.runFor(12100), () => page.evaluate(() => window.double.options.callback({}))]) {
      await send(page).click();
      assert.equal(await status(page).textContent(), "Checking the card…");
      assert.equal(await page.locator("#card-error").textContent(), "");
      await silence();
      assert.equal(await page.locator("#card-error").textContent(), TOO_LATE);
      assert.equal(await focused(page), "card");
      assert.equal(await send(page).getAttribute("aria-disabled"), null);
      await answer(page);
      assert.equal(await page.locator("#payment_token").inputValue(), "");
    }
    assert.equal(await asked(page), 3);
    await page.evaluate(() => { window.CollectJS.startPaymentRequest = () => { throw new Error("broken"); }; });
    await send(page).click();
    assert.equal(await page.locator("#card-error").textContent(), TOO_LATE);
    assert.deepEqual(sent, []);
  },

  async "a form that is long under way may be sent again"() {
    const { page } = await open("methods_card.new", { clock: true });
    await page.evaluate(() => { HTMLFormElement.prototype.submit = () => {}; });
    await fill(page);
    await send(page).click();
    await answer(page);
    await page.clock.runFor(59000);
    assert.equal(await status(page).textContent(), "Sending…");
    await page.clock.runFor(2000);
    assert.match(await status(page).textContent(), /takes longer than usual/);
    assert.equal(await send(page).getAttribute("aria-disabled"), null);
  },

  async "without the gateway's script it says so, and saved methods go on"() {
    for (const script of [(route) => route.fulfill({ status: 404, body: "" }), (route) => route.abort(), (route) => route.fulfill({ contentType: "text/javascript", body: "" })]) {
      const { page, sent } = await open("pay_make.card", { script });
      await page.getByRole("radio", { name: "Credit Card" }).check();
      await page.getByText(UNAVAILABLE).waitFor();
      assert.equal(await page.locator("#card-typed").isVisible(), false);
      await fill(page);
      await send(page).click();
      assert.equal(await focused(page), "card");
      assert.deepEqual(sent, []);
      await page.getByRole("radio", { name: "Visa ending 4242" }).check();
      await send(page).click();
      await arrived(page);
      assert.equal(sent[0].get("method"), "m1");
    }
  },

  async "a script that is slow is waited for, then given up, and taken when it comes after all"() {
    let route;
    const { page, sent } = await open("methods_card.new", { clock: true, script: (r) => { route = r; } });
    await page.getByRole("button", { name: "Save" }).waitFor();
    await page.waitForFunction(() => document.readyState === "interactive" || document.readyState === "complete");
    await fill(page);
    await send(page).click();
    assert.equal(await status(page).textContent(), "The card fields are still loading. Try again in a moment.");
    await page.clock.runFor(10500);
    await page.getByText(UNAVAILABLE).waitFor();
    await route.fallback();
    await page.locator("#cvv iframe").waitFor();
    assert.equal(await page.getByText(UNAVAILABLE).isVisible(), false);
    await send(page).click();
    assert.equal(await asked(page), 1);
    assert.deepEqual(sent, []);
  },

  async "a gateway that refuses to be set up is a gateway that is not there"() {
    const script = (route) => route.fulfill({ contentType: "text/javascript", body: 'window.CollectJS = { configure() { throw new Error("no"); }, startPaymentRequest() {} };' });
    const { page, said } = await open("methods_card.new", { script });
    await page.getByText(UNAVAILABLE).waitFor();
    assert.deepEqual(said, []);
  },

  async "a double with nothing but configure, startPaymentRequest and callbacks is enough"() {
    const body = "window.CollectJS = { configure(o) { window.o = o; }, startPaymentRequest() { setTimeout(() => window.o.callback({ token: 'plain' }), 50); } };";
    const { page, sent } = await open("methods_card.replace", { script: (route) => route.fulfill({ contentType: "text/javascript", body }) });
    await page.waitForFunction(() => window.o);
    await fill(page);
    await send(page).click();
    await arrived(page);
    assert.deepEqual(["payment_token", "replace", "next", "key"].map((n) => sent[0].get(n)), ["plain", "17", "/pay", "k1"]);
  },

  async "a card that is kept is not typed again"() {
    const { page, sent } = await open("pay_make.card_kept");
    await page.getByText("The card you typed is kept for this form.").waitFor();
    assert.equal(await page.locator("#card-typed").isVisible(), false);
    await page.getByLabel("I have read and understand the terms").uncheck();
    await send(page).click();
    assert.equal(await focused(page), "terms");
    await page.keyboard.press("Space");
    await send(page).dblclick();
    await arrived(page);
    assert.equal(await page.evaluate(() => document.querySelectorAll("iframe").length), 0);
    assert.equal(sent.length, 1);
    assert.equal(sent[0].get("payment_token"), "2Gkv8-kept-token");
  },

  async "or it is, when the customer wants another"() {
    const { page, sent } = await open("methods_card.kept");
    await page.getByRole("button", { name: "Type another card" }).click();
    await fieldsReady(page);
    assert.equal(await focused(page), "ccnumber");
    assert.equal(await page.getByText("The card you typed is kept").isVisible(), false);
    await send(page).click();
    assert.equal(await asked(page), 1);
    await answer(page, "token-2");
    await arrived(page);
    assert.equal(sent[0].get("payment_token"), "token-2");
  },

  async "back from the next page, an old token is not used again"() {
    for (const name of ["methods_card.new", "methods_card.kept"]) {
      const { page, sent } = await open(name);
      const isKept = name.endsWith("kept");
      await fill(page);
      // As a browser brings a page back that it had kept whole, right after it was sent.
      await page.evaluate(() => document.querySelector("form.r-newcard-form").addEventListener("submit", (event) => event.preventDefault()));
      await page.evaluate(() => { HTMLFormElement.prototype.submit = () => {}; });
      await send(page).click();
      if (!isKept) await answer(page);
      assert.equal(await status(page).textContent(), "Sending…");
      await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
      assert.equal(await page.locator("#payment_token").inputValue(), "");
      assert.equal(await send(page).getAttribute("aria-disabled"), null);
      assert.equal(await status(page).textContent(), "");
      await fieldsReady(page);
      await send(page).click();
      assert.equal(await asked(page), isKept ? 1 : 2);
      assert.deepEqual(sent, []);
    }
    const { page, sent } = await open("methods_card.new");
    await fill(page);
    await send(page).click();
    await answer(page);
    await arrived(page);
    await page.goBack();
    await fieldsReady(page);
    assert.equal(await page.locator("#payment_token").inputValue(), "");
    await fill(page);
    await send(page).click();
    await answer(page, "token-3");
    await arrived(page);
    assert.deepEqual(sent.map((s) => s.get("payment_token")), ["token-1", "token-3"]);
  },

  async "links lead into the folded card, and to the terms without losing what was typed"() {
    const { page } = await open("pay_make.card_errors");
    await page.getByRole("radio", { name: "Visa ending 4242" }).check();
    await page.getByRole("link", { name: "Enter the name exactly as it is on the card." }).click();
    assert.ok(await page.getByRole("radio", { name: "Credit Card" }).isChecked());
    assert.equal(await focused(page), "name_on_card");
    await page.getByLabel("Name on Card").fill("Ashley Palacol");
    await page.getByRole("link", { name: "View Terms" }).click();
    assert.ok(await page.getByRole("heading", { name: "Credit card terms" }).isVisible());
    await page.getByRole("link", { name: "Back to the card" }).click();
    assert.equal(await focused(page), "terms");
    assert.equal(await page.getByLabel("Name on Card").inputValue(), "Ashley Palacol");
  },

  async "without JavaScript: why, whom to ask, and a saved method works"() {
    const { page, sent } = await open("pay_make.card", { javaScriptEnabled: false });
    assert.ok(await page.locator("noscript p", { hasText: "To type a new card, switch on JavaScript in your browser." }).isVisible());
    assert.ok(await page.getByRole("link", { name: "billing@northfork.example" }).first().isVisible());
    assert.equal(await page.getByLabel("Name on Card").isVisible(), false);
    await send(page).click();
    await page.waitForURL("**/billing/pay");
    assert.equal(sent[0].get("method"), "m1");
    const alone = await open("methods_card.new", { javaScriptEnabled: false });
    assert.equal(await alone.page.getByRole("button", { name: "Save" }).isVisible(), false);
    assert.ok(await alone.page.getByRole("link", { name: "Cancel" }).isVisible());
  },

  async "everything said fits the page and is accessible, narrow and wide, light and dark"() {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [320, 768, 1280]) {
        const { page, said } = await open("pay_make.card_first", { colorScheme, viewport: { width, height: 900 } });
        const check = async (what) => {
          const where = `${what} at ${width} px, ${colorScheme}`;
          await page.evaluate(axe);
          assert.deepEqual(await page.evaluate(async () => (await axe.run(document)).violations.map((v) => v.id + " " + v.nodes[0].target)), [], where);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, where);
          if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/card_script.${what}.${width}.${colorScheme}.png`, fullPage: true });
        };
        await send(page).click();
        await check("missing");
        await fill(page);
        await send(page).click();
        await check("asking");
        for (const field of ["ccnumber", "ccexp", "cvv"]) await valid(page, field, false, "Field is empty");
        await check("refused");
        await send(page).click();
        await page.evaluate(() => window.double.options.callback(null));
        await check("silent");
        assert.deepEqual(said, []);
      }
    }
  },
};

(async () => {
  browser = await launch();
  const only = process.argv[3];
  let failed = 0;
  let count = 0;
  for (const [name, run] of Object.entries(tests)) {
    if (only && !name.includes(only)) continue;
    count++;
    try {
      await run();
    } catch (error) {
      failed++;
      console.error(`card_script: ${name}:`, error);
    }
    for (const context of browser.contexts()) await context.close();
  }
  await browser.close();
  if (!failed) console.log(`card_script: passed, ${count} tests`);
  process.exitCode = failed ? 1 : 0;
})();
