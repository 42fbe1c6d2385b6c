// look.cjs RENDERED OUT [NAME...]: opens what render.sh made in a real browser, under the Content-Security-Policy the
// pages live with; runs axe on each (not at 768 px: it would repeat itself), fails on any finding, any refusal by the policy, any sideways scrolling,
// and takes a screenshot at 320, 768 and 1280 px into OUT.
// Needs playwright-core and axe-core where NODE_PATH says, and Chromium (CHROMIUM=, default /usr/bin/chromium).
"use strict";
const fs = require("fs");
const path = require("path");
const { answerFrom, fieldsReady, launch, origin, templates } = require("./serve.cjs");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [rendered, out, ...only] = process.argv.slice(2);
const fragments = ["invoices_tile.alone", "invoices_tile.nobody", "invoices_tile.refused", "nginx_tile"];

async function main() {
  fs.mkdirSync(out, { recursive: true });
  const pages = fs.readdirSync(rendered).filter((f) => f.endsWith(".html")).map((f) => [f.slice(0, -5), "/" + f]);
  for (const f of fs.readdirSync(path.join(templates, "static/errors"))) pages.push(["nginx_" + f.slice(0, -5), "/billing/static/errors/" + f]);
  const browser = await launch();
  let faults = 0;
  const fault = (text) => { faults++; console.log(text); };

  const look = async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    await context.route("**/*", answerFrom(rendered));
    for (const [name, url] of pages) {
      if (only.length && !only.includes(name)) continue;
      const page = await context.newPage();
      const at = `${name} ${width} ${colorScheme}`;
      page.on("console", (m) => { if (m.type() === "error") fault(`${at}: ${m.text()}`); });
      page.on("pageerror", (e) => fault(`${at}: ${e.message}`));
      page.on("dialog", (d) => { fault(`${at}: a dialog opened: ${d.message()}`); d.dismiss(); });
      await page.goto(origin + url);
      if (await page.locator("#ccnumber:visible").count()) await fieldsReady(page);
      await page.screenshot({ path: path.join(out, `${name}.${width}.${colorScheme}.png`), fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) fault(`${at}: scrolls sideways by ${wide} px`);
      const small = await page.evaluate(() => [...document.querySelectorAll(".remit *")].filter((e) =>
        e.firstChild && e.firstChild.nodeType === 3 && e.firstChild.data.trim() && parseFloat(getComputedStyle(e).fontSize) < 16).map((e) => e.outerHTML.slice(0, 80)));
      if (small.length) fault(`${at}: text under 16 px: ${small[0]}`);
      if (width !== 768 && !fragments.includes(name)) {
        await page.evaluate(axe);
        const report = await page.evaluate(() => axe.run(document));
        for (const v of report.violations)
          fault(`${at}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target + " " + (n.any[0] ? n.any[0].message : "")).join(" | ")}`);
      }
      await page.close();
    }
    await context.close();
  };
  await Promise.all(["light", "dark"].flatMap((scheme) => [320, 768, 1280].map((width) => look(scheme, width))));
  await browser.close();
  console.log(faults ? `${faults} faults` : "no faults");
  process.exit(faults ? 1 : 0);
}
main();
