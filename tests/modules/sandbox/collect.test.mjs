// Collect.js in Chromium, in a page of another origin with a strict policy of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { launch } from '../../browser/support.mjs';
import { PUBLIC_KEY, sandbox, until } from './harness.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FIELDS = ['ccnumber', 'ccexp', 'cvv'];
const CARD = { ccnumber: '4111 1111 1111 1111', ccexp: '12/30', cvv: '999' };
const BAD_DATE = 'Expiration date must be a present or future month and year';
let browser;

before(async () => (browser = await launch()));
after(() => browser.close());

const HTML = (gateway, key) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Save a card</title>
<link rel="stylesheet" href="/page.css"><script src="/page.js"></script>
<script src="${gateway}/token/Collect.js" data-tokenization-key="${key}" data-variant="inline"></script></head>
<body><main><h1>Save a card</h1><a href="#before">Before</a><form method="post" action="/saved"><input type="hidden" name="key" value="form-key">
<p>Card number</p><div id="ccnumber"></div><p>Expiration</p><div id="ccexp"></div><p>Code</p><div id="cvv"></div>
<button type="submit" id="payButton">Save card</button></form></main></body></html>`;

// Before Collect.js: everything the page can see.
const PAGE_JS = `
window.seen = { messages: [], violations: [], validations: [], responses: [], timeouts: 0, available: 0 };
addEventListener('message', (event) => seen.messages.push(JSON.stringify([event.origin, event.data])), true);
document.addEventListener('securitypolicyviolation', (event) => seen.violations.push(event.violatedDirective + ' ' + event.blockedURI));
window.options = () => ({
  variant: 'inline', paymentSelector: '#payButton', timeoutDuration: 0,
  fields: {
    ccnumber: { selector: '#ccnumber', title: 'Card number', placeholder: '0000 0000 0000 0000', enableCardBrandPreviews: true },
    ccexp: { selector: '#ccexp', title: 'Expiration', placeholder: 'MM / YY' },
    cvv: { selector: '#cvv', title: 'Security code', placeholder: '123', display: 'required' },
  },
  fieldsAvailableCallback: () => seen.available++,
  validationCallback: (field, ok, message) => seen.validations.push([field, ok, message]),
  timeoutCallback: () => seen.timeouts++,
  callback: (response) => seen.responses.push({ ...response, initiatedBy: response.initiatedBy?.type ?? null }),
});`;

// The merchant: one page, its files, and a note of what its form posts.
async function merchant(t, gateway) {
    const posted = [];
    const policy = `default-src 'none'; script-src 'self' ${gateway}; style-src 'self'; frame-src ${gateway}; connect-src 'self' ${gateway}; ` +
        "form-action 'self'; base-uri 'none'";
    const server = http.createServer((req, res) => {
        const { pathname, searchParams } = new URL(req.url, 'http://x');
        const send = (type, text) => res.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(text);
        if (pathname === '/page.js') send('text/javascript', PAGE_JS);
        else if (pathname === '/page.css') send('text/css', 'body { margin: 8px; font: 16px sans-serif } #ccexp, #cvv { max-width: 100px }');
        else if (pathname === '/saved') {
            let body = '';
            req.on('data', (data) => (body += data)).on('end', () => {
                posted.push(body);
                send('text/html', '<!doctype html><title>Saved</title>');
            });
        } else if (pathname === '/') send('text/html', HTML(gateway, searchParams.get('key') ?? PUBLIC_KEY));
        else res.writeHead(404).end();
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    t.after(() => {
        server.closeAllConnections();
        server.close();
    });
    return { url: `http://127.0.0.1:${server.address().port}`, posted };
}

// A page with the fields in it, unless asked to wait; `troubles` is what the browser complains of.
async function shop(t, { change = '', key, width = 800, is_waiting = false, is_timed = false, clock } = {}) {
    const it = await sandbox(t);
    if (clock) it.clock(clock);
    const gateway = `http://127.0.0.2:${it.port}`;
    const { url, posted } = await merchant(t, gateway);
    const context = await browser.newContext({ viewport: { width, height: 700 } });
    t.after(() => context.close());
    context.setDefaultTimeout(15000);
    const requests = [], troubles = [];
    context.on('request', (request) => requests.push({ url: request.url(), method: request.method(), body: request.postData() ?? '', headers: request.headers() }));
    context.on('console', (message) => message.type() === 'log' || troubles.push(message.text()));
    context.on('weberror', (error) => troubles.push(String(error.error())));
    const page = await context.newPage();
    if (is_timed) await page.clock.install();
    await page.goto(`${url}/${key ? `?key=${key}` : ''}`);
    const world = {
        it, gateway, url, posted, page, context, requests, troubles,
        input: (field) => page.frameLocator(`#${field} iframe`).locator('input'),
        seen: () => page.evaluate('seen'),
        configure: (how) => page.evaluate(`CollectJS.configure({ ...options(), ${how} })`),
        start: () => page.evaluate('CollectJS.startPaymentRequest()'),
        async fill(card) {
            for (const [field, text] of Object.entries(card)) {
                await world.input(field).fill('');
                await world.input(field).pressSequentially(text);
            }
        },
        // How the last look at each field ended.
        async validity() {
            return Object.fromEntries((await world.seen()).validations.map(([field, ok, message]) => [field, ok ? true : message]));
        },
    };
    if (is_waiting) return world;
    await world.configure(change);
    await until('the fields are there', async () => (await world.seen()).available === 1);
    return world;
}

test('a card becomes a token, and the page never sees its number', async (t) => {
    const world = await shop(t);
    const { it, page } = world;

    await world.fill(CARD);
    await page.getByRole('button', { name: 'Save card' }).click();
    await until('the token', async () => (await world.seen()).responses.length === 1);
    const seen = await world.seen(), [response] = seen.responses;
    assert.deepEqual(response, {
        tokenType: 'inline', token: response.token, initiatedBy: 'click',
        card: { number: '411111******1111', bin: '411111', exp: '1230', hash: response.card.hash, type: 'visa' },
        check: { name: null, account: null, hash: null, aba: null, transit: null, institution: null },
        wallet: { cardDetails: null, cardNetwork: null, email: null, billingInfo: null, shippingInfo: null },
    });
    assert.match(response.card.hash, /^[0-9a-f]{32}$/);
    assert.equal((await it.sale({ customer_vault_id: '', payment_token: response.token })).cvvresponse, 'M');
    assert.deepEqual(await world.validity(), { ccnumber: true, ccexp: true, cvv: true });
    assert.ok(seen.validations.every(([, , message]) => message === 'Success'));
    for (const field of FIELDS) assert.match(await page.locator(`#${field}`).getAttribute('class'), /CollectJSValid/);

    // Where the number went: to the gateway, once.
    const number = /4111[ -]?1111[ -]?1111[ -]?1111/;
    const carriers = world.requests.filter((request) => number.test(decodeURIComponent(JSON.stringify(request).replaceAll('%"', '"'))));
    assert.deepEqual(carriers.map((request) => [request.method, request.url]), [['POST', `${world.gateway}/token/create`]]);
    const heard = JSON.stringify(seen) + (await page.content());
    assert.doesNotMatch(heard, number);
    assert.doesNotMatch(heard, /12 ?\/ ?30|"999"/);
    assert.ok(seen.messages.length > 6 && seen.messages.every((one) => one.startsWith(`["${world.gateway}"`)));
    // And it cannot look.
    for (const field of FIELDS)
        assert.equal(await page.evaluate((name) => document.querySelector(`#${name} iframe`).contentDocument, field), null);
    assert.deepEqual([seen.violations, world.troubles], [[], []]);
});

test('empty and invalid fields', async (t) => {
    const world = await shop(t, { clock: '2027-03-15T00:00:00Z' });
    const { page } = world;

    await world.start();
    await until('three complaints', async () => (await world.seen()).validations.length === 3);
    assert.deepEqual(await world.validity(), { ccnumber: 'Field is empty', ccexp: 'Field is empty', cvv: 'Field is empty' });
    for (const field of FIELDS) {
        assert.match(await page.locator(`#${field}`).getAttribute('class'), /CollectJSInvalid/);
        assert.equal(await world.input(field).getAttribute('aria-invalid'), 'true');
    }
    // field, text, what is said when the field is left
    const cases = [
        ['ccnumber', '4242424242424242', 'Invalid card number'],
        ['ccnumber', '4111', 'Invalid card number'],
        ['ccnumber', '4111-1111-1111-1111', true],
        ['ccnumber', '4111abc111111111111', true],
        ['ccexp', '0227', BAD_DATE],
        ['ccexp', '0327', true],
        ['ccexp', '1327', BAD_DATE],
        ['ccexp', '12', BAD_DATE],
        ['ccexp', '12/2', BAD_DATE],
        ['ccexp', '1/28', true],
        ['cvv', '12', 'CVV must be 3 digits'],
        ['cvv', '1234', 'CVV must be 3 digits'],
        ['cvv', '123', true],
        ['ccnumber', '341111111111111', true],
        ['cvv', '123', 'CVV must be 4 digits'],
        ['cvv', '1234', true],
    ];
    for (const [field, text, said] of cases) {
        if (field === 'cvv' && said === 'CVV must be 3 digits') await world.fill({ ccnumber: '4111111111111111' });
        await world.fill({ [field]: text });
        await world.input(field).blur();
        await until(`${field} ${text}: ${said}`, async () => (await world.validity())[field] === said);
        assert.equal(await world.input(field).getAttribute('aria-invalid'), String(said !== true));
        const message = page.frameLocator(`#${field} iframe`).locator('#message');
        assert.equal(await message.textContent(), said === true ? '' : said);
    }
    // Of another brand, the code is looked at again.
    await world.fill({ ccnumber: '5431111111111111' });
    await until('the code does not fit', async () => (await world.validity()).cvv === 'CVV must be 3 digits');
    assert.deepEqual([(await world.seen()).responses, (await world.it.counters()).tokens], [[], 0]);
    // One bad field keeps the others from leaving.
    await world.fill({ ccnumber: '4242 4242 4242 4242', ccexp: '1230', cvv: '123' });
    await world.start();
    await until('it says so', async () => (await world.validity()).ccnumber === 'Invalid card number');
    await world.fill({ ccnumber: '4111111111111111' });
    await world.start();
    await until('the token', async () => (await world.seen()).responses.length === 1);
    assert.equal(world.requests.filter((request) => request.url.endsWith('/token/create')).length, 1);
    assert.deepEqual([(await world.seen()).violations, world.troubles], [[], []]);
});

test('dates and numbers as people type them', async (t) => {
    const world = await shop(t, { clock: '2027-03-15T00:00:00Z' });
    const cases = [['1230', '12 / 30'], ['12/30', '12 / 30'], ['12 / 30', '12 / 30'], ['12/2030', '12 / 2030'], ['5/30', '05 / 30'], ['0530', '05 / 30'],
        ['1/30', '01 / 30'], ['1 30', '01 / 30'], ['12-30', '12 / 30'], ['1', '1'], ['12', '12 / '], ['12x3', '12 / 3']];

    for (const [typed, shown] of cases) {
        await world.fill({ ccexp: typed });
        assert.equal(await world.input('ccexp').inputValue(), shown, typed);
    }
    // Going back over the slash is possible.
    await world.fill({ ccexp: '12' });
    for (let n = 0; n < 4; n++) await world.input('ccexp').press('Backspace');
    assert.equal(await world.input('ccexp').inputValue(), '1');
    for (const [typed, shown] of [['4111111111111111', '4111 1111 1111 1111'], ['341111111111111', '3411 111111 11111'], ['30205252489926', '3020 5252 4899 26']]) {
        await world.fill({ ccnumber: typed });
        await world.input('ccnumber').blur();
        await until(shown, async () => (await world.input('ccnumber').inputValue()) === shown);
    }
    // Pasted, as a browser fills it in.
    await world.input('ccnumber').fill('4111-1111 11111111');
    await world.input('ccexp').fill('12/2030');
    await world.input('cvv').fill('123');
    await world.start();
    await until('the token', async () => (await world.seen()).responses[0]?.card.exp === '1230');
});

test('clearInputs', async (t) => {
    const world = await shop(t);

    await world.fill({ ...CARD, cvv: '12' });
    await world.start();
    await until('it is looked at', async () => Object.keys(await world.validity()).length === 3);
    // What is still on its way to the page is about fields that are empty now.
    await world.start();
    const before = await world.page.evaluate('CollectJS.clearInputs(), seen.validations.length');
    for (const field of FIELDS) {
        await until(`${field} is empty`, async () => (await world.input(field).inputValue()) === '');
        assert.equal(await world.input(field).getAttribute('aria-invalid'), null);
        assert.doesNotMatch((await world.page.locator(`#${field}`).getAttribute('class')) ?? '', /CollectJS/);
    }
    assert.equal((await world.seen()).validations.length, before);
    await world.fill(CARD);
    await world.start();
    await until('the token', async () => (await world.seen()).responses.length === 1);
});

test('time-outs', async (t) => {
    const world = await shop(t, { change: 'timeoutDuration: 60000', is_timed: true });
    const passes = (ms) => world.page.clock.runFor(ms);
    const timeouts = async () => (await world.seen()).timeouts;

    // The gateway is slow.
    await world.it.knobs({ collect: 'slow' });
    await world.fill(CARD);
    await world.start();
    await passes(40000);
    assert.equal(await timeouts(), 0);
    await passes(20000);
    assert.equal(await timeouts(), 1);
    // A field is invalid; as NMI's manual says. A new start begins anew.
    await world.it.knobs({ collect: 'normal' });
    await world.fill({ cvv: '1' });
    for (let n = 0; n < 2; n++) {
        await world.start();
        await until('it is looked at', async () => (await world.validity()).cvv === 'CVV must be 3 digits');
        await passes(40000);
    }
    assert.equal(await timeouts(), 1);
    await passes(20000);
    assert.equal(await timeouts(), 2);
    // In time there is none.
    await world.fill({ cvv: '123' });
    await world.start();
    await until('the token', async () => (await world.seen()).responses.length === 1);
    await passes(120000);
    assert.equal(await timeouts(), 2);
    // What comes too late is dropped, and the next one is not mixed up with it.
    let open;
    const gate = new Promise((done) => (open = done));
    await world.page.route('**/token/create', async (route) => {
        await gate;
        await route.continue();
    }, { times: 1 });
    await world.start();
    await passes(60000);
    assert.equal(await timeouts(), 3);
    open();
    await until('it was made', async () => (await world.it.counters()).tokens === 2);
    await until('it was told', async () => (await world.seen()).messages.filter((one) => one.includes('"say":"token"')).length === 2);
    assert.equal((await world.seen()).responses.length, 1);
    await world.start();
    await until('the next token', async () => (await world.seen()).responses.length === 2);
    assert.equal(await timeouts(), 3);
});

test('a wrong key is a line in the console, then a time-out', async (t) => {
    const world = await shop(t, { key: 'wrong', change: 'timeoutDuration: 60000', is_timed: true });

    await world.fill(CARD);
    await world.start();
    await until('the console', () => world.troubles.includes('Collect.js: Authentication Failed'));
    assert.equal((await world.seen()).timeouts, 0);
    await world.page.clock.runFor(60000);
    assert.equal((await world.seen()).timeouts, 1);
    assert.deepEqual([(await world.seen()).responses, (await world.it.counters()).tokens], [[], 0]);
});

test('the gateway is down', async (t) => {
    const world = await shop(t, { is_waiting: true });

    await world.it.knobs({ collect: 'down' });
    await world.page.reload();
    assert.equal(await world.page.evaluate('typeof window.CollectJS'), 'undefined');
    await world.it.knobs({ collect: 'normal' });
    await world.page.reload();
    // Too early: nothing but a line in the console, and the next one is not kept from starting.
    await world.page.evaluate("CollectJS.configure({ ...options(), timeoutDuration: 500 }), CollectJS.clearInputs(), CollectJS.startPaymentRequest()");
    assert.ok(world.troubles.includes('Collect.js: the fields are not there yet'));
    await until('the time-out', async () => (await world.seen()).timeouts === 1);
    await until('the fields are there', async () => (await world.seen()).available === 1);
    await world.fill(CARD);
    await world.it.stop();
    await world.start();
    await until('the time-out', async () => (await world.seen()).timeouts === 2);
    await until('the console', () => world.troubles.includes('Collect.js: the gateway cannot be reached'));
});

test('one start at a time, one callback', async (t) => {
    const world = await shop(t);

    await world.fill(CARD);
    await world.page.evaluate('for (let n = 0; n < 5; n++) CollectJS.startPaymentRequest()');
    await until('a token', async () => (await world.seen()).responses.length > 0);
    await world.page.getByRole('button').dblclick();
    await until('two tokens', async () => (await world.seen()).responses.length > 1);
    await until('each token is told', async () => (await world.it.counters()).tokens === (await world.seen()).responses.length);
    const { responses } = await world.seen();
    assert.ok(responses.length <= 3, `${responses.length}`);
    assert.equal(new Set(responses.map((one) => one.token)).size, responses.length);
    // Closed while it runs: no callback.
    await world.page.evaluate('CollectJS.startPaymentRequest(), CollectJS.closePaymentRequest()');
    await until('it was made', async () => (await world.it.counters()).tokens === responses.length + 1);
    await new Promise((done) => setTimeout(done, 200));
    assert.equal((await world.seen()).responses.length, responses.length);
});

test('without a callback the form is submitted with the token', async (t) => {
    const world = await shop(t, { change: 'callback: undefined' });

    await world.fill(CARD);
    await world.page.getByRole('button').click();
    await world.page.waitForURL('**/saved');
    const form = new URLSearchParams(world.posted[0]);
    assert.deepEqual([...form.keys()], ['key', 'payment_token']);
    assert.equal((await world.it.sale({ customer_vault_id: '', payment_token: form.get('payment_token') })).response, '1');
    assert.equal(world.posted.length, 1);
});

test('the keyboard alone is enough', async (t) => {
    const world = await shop(t);
    const { page } = world;
    const isIn = async (field) => (await page.evaluate('document.activeElement.parentElement?.id')) === field;

    await page.getByRole('link').focus();
    for (const field of FIELDS) {
        await page.keyboard.press('Tab');
        await until(`${field} has the focus`, () => isIn(field));
        await page.keyboard.type(CARD[field]);
    }
    await page.keyboard.press('Tab');
    await until('the button has the focus', async () => (await page.evaluate('document.activeElement.id')) === 'payButton');
    await page.keyboard.press('Enter');
    await until('the token', async () => (await world.seen()).responses.length === 1);
    await page.keyboard.press('Shift+Tab');
    await until('the code has the focus', () => isIn('cvv'));
});

test('names, hints and axe', async (t) => {
    const world = await shop(t);
    const { page } = world;
    const titles = { ccnumber: 'Card number', ccexp: 'Expiration', cvv: 'Security code' };
    const autocomplete = { ccnumber: 'cc-number', ccexp: 'cc-exp', cvv: 'cc-csc' };
    const check = async (when) => {
        for (const frame of page.frames()) {
            await frame.evaluate(axeSource);
            await frame.evaluate("axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] })");
        }
        const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'], preload: false })");
        assert.equal(found.testEngine.name, 'axe-core');
        assert.deepEqual(found.violations.map((one) => `${one.id} ${one.nodes[0].target} ${one.nodes[0].failureSummary}`), [], when);
    };

    for (const field of FIELDS) {
        const input = world.input(field);
        assert.equal(await page.locator(`#${field} iframe.CollectJSInlineIframe`).getAttribute('title'), titles[field]);
        assert.deepEqual(await input.evaluate((one) => [one.getAttribute('aria-label'), one.inputMode, one.autocomplete, one.placeholder, one.required, document.title, document.documentElement.lang]),
            [titles[field], 'numeric', autocomplete[field], (await page.evaluate('options()')).fields[field].placeholder, true, titles[field], 'en']);
    }
    await check('empty');
    await world.start();
    await until('three complaints', async () => (await world.seen()).validations.length === 3);
    await check('invalid');
    await world.fill(CARD);
    assert.equal(await page.frameLocator('#ccnumber iframe').locator('#brand').textContent(), 'Visa');
    await world.input('ccnumber').focus();
    await check('filled');
});

test('looks: what is honoured, and room on a small screen', async (t) => {
    const world = await shop(t, {
        width: 320,
        change: `customCss: { 'font-size': '20px', color: 'rgb(1, 2, 3)', position: 'fixed', 'background-image': 'url(https://example.test/x)', '-webkit-text-security': 'disc' },
            invalidCss: { color: 'rgb(200, 0, 0)' }, validCss: { color: 'rgb(0, 100, 0)' }, focusCss: { 'background-color': 'rgb(255, 255, 200)' },
            placeholderCss: { color: 'rgb(90, 90, 90)', content: '"x"' }`,
    });
    const { page } = world;
    const style = (names) => world.input('ccnumber').evaluate((one, wanted) => wanted.map((name) => getComputedStyle(one).getPropertyValue(name)), names);

    assert.deepEqual(await style(['font-size', 'color', 'position', 'background-image', '-webkit-text-security']), ['20px', 'rgb(1, 2, 3)', 'static', 'none', 'none']);
    assert.equal(await world.input('ccnumber').evaluate((one) => getComputedStyle(one, '::placeholder').color), 'rgb(90, 90, 90)');
    await world.input('ccnumber').focus();
    await until('focused', async () => (await style(['background-color']))[0] === 'rgb(255, 255, 200)');
    await world.input('ccnumber').blur();
    await until('invalid', async () => (await style(['color']))[0] === 'rgb(200, 0, 0)');
    await world.fill({ ccnumber: CARD.ccnumber });
    await world.input('ccnumber').blur();
    await until('valid', async () => (await style(['color']))[0] === 'rgb(0, 100, 0)');
    for (const field of FIELDS) {
        const frame = await page.locator(`#${field} iframe`).boundingBox(), input = await world.input(field).boundingBox();
        assert.ok(input.height >= 44 && Math.abs(frame.height - input.height) < 1, `${field}: ${frame.height} ${input.height}`);
        assert.ok(frame.x >= 0 && frame.x + frame.width <= 320 && Math.abs(frame.width - input.width) < 1);
    }
    // The whole number is to be read.
    assert.ok(await world.input('ccnumber').evaluate((one) => one.scrollWidth <= one.clientWidth));
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
    assert.deepEqual([(await world.seen()).violations, world.troubles], [[], []]);
    assert.ok(!world.requests.some((request) => request.url.includes('example.test')));
});

test('the code: optional, hidden; configured again, and wrongly', async (t) => {
    const world = await shop(t, { change: "fields: { cvv: { title: 'Code' } }" });
    const token = async (count) => {
        await world.start();
        await until('the token', async () => (await world.seen()).responses.length === count);
    };

    await world.fill({ ccnumber: CARD.ccnumber, ccexp: '1230' });
    await token(1);
    assert.equal((await world.it.sale({ customer_vault_id: '', payment_token: (await world.seen()).responses[0].token })).cvvresponse, '');
    await world.configure("fields: { cvv: { display: 'hide' } }");
    await until('the fields are there', async () => (await world.seen()).available === 2);
    assert.equal(await world.page.locator('iframe').count(), 2);
    await world.fill({ ccnumber: CARD.ccnumber, ccexp: '1230' });
    await token(2);
    assert.deepEqual(world.troubles, []);
    await world.configure("variant: 'lightbox'");
    await world.configure("fields: { cvv: { selector: '#nowhere' } }");
    assert.deepEqual(world.troubles, ['Collect.js: only the variant "inline" is here', 'Collect.js: #nowhere is not in the page']);
});

test('strangers are not listened to', async (t) => {
    const world = await shop(t);

    await world.fill(CARD);
    // The page itself, and a window of another origin, as if they were a frame.
    const forged = { say: 'token', request: 1, token: 'forged', card: {} };
    await world.it.knobs({ collect: 'slow' });
    await world.start();
    await world.page.evaluate((message) => window.postMessage(message, '*'), forged);
    await world.page.evaluate((message) => window.dispatchEvent(new MessageEvent('message', { data: message, origin: 'http://127.0.0.2:1', source: document.querySelector('iframe').contentWindow })), forged);
    await world.page.evaluate((message) => window.dispatchEvent(new MessageEvent('message', { data: message, origin: new URL(document.querySelector('iframe').src).origin, source: window })), forged);
    await new Promise((done) => setTimeout(done, 200));
    assert.deepEqual((await world.seen()).responses, []);
    // A frame obeys only the page that it was opened for, whoever claims to be it.
    const other = await world.context.newPage();
    await other.goto(`${world.url}/page.css`);
    await other.goto(`${world.gateway}/token/field#field=ccnumber&session=x&page=${encodeURIComponent(world.url)}`);
    await other.evaluate((message) => window.postMessage(message, '*'), { say: 'setup', title: 'Forged', fields: [], css: {} });
    assert.equal(await other.title(), 'Card details');
});
