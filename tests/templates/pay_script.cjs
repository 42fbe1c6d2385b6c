// pay_script.cjs RENDERED: what static/pay.js does on Make a Payment, and that the page is whole without it.
// Needs what look.cjs needs.
"use strict";
const assert = require("assert");
const { answerFrom, launch, origin } = require("./serve.cjs");

const rendered = process.argv[2];

async function open(browser, name, options) {
  const context = await browser.newContext(options);
  await context.route("**/*", answerFrom(rendered));
  const page = await context.newPage();
  await page.goto(`${origin}/${name}.html`);
  return page;
}

async function withScript(browser) {
  const page = await open(browser, "pay_make.total");
  const total = page.locator("#payment-total");
  const selected = page.locator("#selected-total");
  const picker = page.getByRole("group", { name: "Select Invoice To Pay" });
  const choose = page.getByText("Select at Least One Invoice");

  assert.equal(await total.textContent(), "$856.61");
  assert.equal(await picker.isVisible(), false, "folded while Total Balance is chosen");

  await page.getByLabel("Current Charges").check();
  assert.equal(await total.textContent(), "$346.18");

  for (const [typed, shown] of [["1,234.5", "$1,234.50"], ["$0.07", "$0.07"], ["19.99", "$19.99"], ["1.005", "$0.00"], ["-5", "$0.00"],
    ["1e3", "$0.00"], ["12,34", "$0.00"], ["99999999999", "$99,999,999,999.00"], [" 1000 ", "$1,000.00"]]) {
    await page.getByRole("textbox", { name: "Fixed Amount" }).fill(typed);
    assert.equal(await total.textContent(), shown, `Fixed Amount ${typed}`);
  }
  assert.ok(await page.getByRole("radio", { name: "Fixed Amount" }).isChecked(), "typing chooses it");

  await page.locator("#selected-count").click();
  assert.ok(await page.getByRole("radio", { name: "Selected Invoices" }).isChecked(), "the count opens the picker");
  assert.ok(await picker.isVisible());
  assert.ok(await choose.isVisible());
  assert.equal(await total.textContent(), "$0.00");
  assert.equal(await picker.getByRole("checkbox").count(), 3, "the blocked row has no box");

  await page.getByRole("checkbox", { name: "Invoice INV-10482" }).check();
  await page.getByRole("checkbox", { name: "Invoice INV-10397" }).check();
  assert.equal(await selected.textContent(), "$376.61");
  assert.equal(await total.textContent(), "$376.61");
  assert.equal(await page.locator("#selected-number").textContent(), "2");
  assert.equal(await choose.isVisible(), false);

  await page.getByRole("textbox", { name: "Amount to pay on invoice INV-10311" }).fill("0.10");
  assert.equal(await total.textContent(), "$376.71", "a typed amount ticks its row");
  await page.getByRole("checkbox", { name: "Invoice INV-10397" }).uncheck();
  assert.equal(await total.textContent(), "$346.28");

  await page.getByLabel("Total Balance").check();
  assert.equal(await total.textContent(), "$856.61");
  assert.equal(await picker.isVisible(), false);
  const sent = await page.evaluate(() => [...new FormData(document.getElementById("pay-form"))].map((f) => f[0]));
  assert.equal(sent.filter((n) => n === "listed").length, 3, "folded rows are still sent");
  assert.equal(sent.filter((n) => n === "amount").length, 3);

  const wrong = await open(browser, "pay_make.errors");
  await wrong.getByLabel("Total Balance").check();
  await wrong.getByRole("link", { name: /up to \$30\.43/ }).click();
  assert.equal(await wrong.evaluate(() => document.activeElement.id), "amount-1", "the error summary reaches into the folded picker");

  const empty = await open(browser, "pay_make.nothing");
  assert.equal(await empty.getByText("There is nothing to pay right now.").isVisible(), true);

  const many = await open(browser, "pay_make.many");
  await many.locator("#what-selected").check();
  const started = Date.now();
  await many.locator('input[name="invoice"]').last().check();
  assert.equal(await many.locator("#payment-total").textContent(), "$200.99");
  assert.ok(Date.now() - started < 2000);
}

async function withoutScript(browser) {
  const page = await open(browser, "pay_make.total", { javaScriptEnabled: false });
  for (const label of ["Total Balance", "Current Charges", "Selected Invoices"]) assert.ok(await page.getByLabel(label).first().isVisible(), label);
  assert.ok(await page.getByRole("group", { name: "Select Invoice To Pay" }).isVisible(), "the picker is open");
  await page.getByRole("checkbox", { name: "Invoice INV-10482" }).check();
  assert.ok(await page.getByRole("button", { name: "Process Payment" }).isEnabled());
}

(async () => {
  const browser = await launch();
  try {
    await withScript(browser);
    await withoutScript(browser);
    console.log("pay_script: passed");
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  await browser.close();
})();
