// serve.cjs: what render.sh made, static/, and the gateway's double, for a browser of a test; each page under the
// Content-Security-Policy it lives with. Nothing listens: the browser's requests are answered in place.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const templates = path.join(__dirname, "../../templates");
const origin = "http://remit.test";
const gateway = "http://gateway.test";
const common = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; ";
const policy = common + "script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";
const cardPolicy = common + `script-src 'self' ${gateway}; connect-src 'self' ${gateway}; frame-src ${gateway}`;
const types = { ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8" };

// A route handler for context.route().
function answerFrom(rendered) {
  return (route) => {
    const url = new URL(route.request().url());
    const inside = "/billing/static/";
    let file = path.join(rendered, url.pathname);

    if (url.origin === gateway) file = path.join(__dirname, url.pathname === "/token/Collect.js" ? "collect_double.js" : "collect_field.html");
    else if (url.pathname === inside + "brand.css")
      return route.fulfill({ contentType: "text/css", body: ":root{--accent:#0b5fff;--accent-dark:#8ab4ff}" });
    else if (url.pathname.startsWith(inside)) file = path.join(templates, "static", url.pathname.slice(inside.length));
    if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return route.fulfill({ status: 404, body: "" });
    let body = fs.readFileSync(file);
    // As `remit config nginx` does.
    if (file.endsWith(".html")) body = Buffer.from(body.toString().replaceAll("@BASE@", "/billing"));
    const headers = { "Content-Type": types[path.extname(file)] || "text/plain" };
    if (url.origin === origin) headers["Content-Security-Policy"] = body.includes('id="gateway-script"') ? cardPolicy : policy;
    return route.fulfill({ headers, body });
  };
}

// The double's frames are there.
async function fieldsReady(page) {
  await page.locator("#cvv iframe").waitFor();
  for (const frame of page.frames()) await frame.waitForLoadState();
}

function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
}

module.exports = { answerFrom, fieldsReady, gateway, launch, origin, templates };
