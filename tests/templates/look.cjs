// look.cjs RENDERED OUT [NAME...]: opens what render.sh made in a real browser, under the Content-Security-Policy the
// pages live with; runs axe on each (not at 768 px: it would repeat itself), fails on any finding, any refusal by the policy, any sideways scrolling,
// and takes a screenshot at 320, 768 and 1280 px into OUT.
// Needs playwright-core and axe-core where NODE_PATH says, and Chromium (CHROMIUM=, default /usr/bin/chromium).
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [rendered, out, ...only] = process.argv.slice(2);
const templates = path.join(__dirname, "../../templates");
const fragments = ["invoices_tile.alone"];
const origin = "http://remit.test";
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const gateway = "http://gateway.test";
const cardPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; " +
  `object-src 'none'; script-src 'self' ${gateway}; connect-src 'self' ${gateway}; frame-src ${gateway}`;
const types = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8" };

function answer(route) {
  const where = new URL(route.request().url()).pathname;
  if (route.request().url().startsWith(gateway + "/")) {
    const file = where === "/token/Collect.js" ? "collect_double.js" : "collect_field.html";
    return route.fulfill({ contentType: types[path.extname(file)], body: fs.readFileSync(path.join(__dirname, file)) });
  }
  const inside = "/billing/static/";
  if (where === inside + "brand.css")
    return route.fulfill({ contentType: "text/css", body: ":root{--accent:#0b5fff;--accent-dark:#8ab4ff}" });
  const file = where.startsWith(inside) ? path.join(templates, "static", where.slice(inside.length)) : path.join(rendered, where);
  if (!fs.existsSync(file)) return route.fulfill({ status: 404, body: "" });
  const body = fs.readFileSync(file);
  const hasCard = file.endsWith(".html") && body.includes('id="gateway-script"');
  const headers = { "Content-Type": types[path.extname(file)] || "text/plain", "Content-Security-Policy": hasCard ? cardPolicy : policy };
  return route.fulfill({ headers, body });
}

async function main() {
  fs.mkdirSync(out, { recursive: true });
  const pages = fs.readdirSync(rendered).filter((f) => f.endsWith(".html")).map((f) => [f.slice(0, -5), "/" + f]);
  for (const f of fs.readdirSync(path.join(templates, "static/errors"))) pages.push(["nginx_" + f.slice(0, -5), "/billing/static/errors/" + f]);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  let faults = 0;
  const fault = (text) => { faults++; console.log(text); };

  const look = async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    await context.route("**/*", answer);
    for (const [name, url] of pages) {
      if (only.length && !only.includes(name)) continue;
      const page = await context.newPage();
      const at = `${name} ${width} ${colorScheme}`;
      page.on("console", (m) => { if (m.type() === "error") fault(`${at}: ${m.text()}`); });
      page.on("pageerror", (e) => fault(`${at}: ${e.message}`));
      page.on("dialog", (d) => { fault(`${at}: a dialog opened: ${d.message()}`); d.dismiss(); });
      await page.goto(origin + url);
      if (await page.locator("#ccnumber:visible").count()) {
        await page.locator("#cvv iframe").waitFor();
        for (const frame of page.frames()) await frame.waitForLoadState();
      }
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
