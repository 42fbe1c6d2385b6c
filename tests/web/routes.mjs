// routes.mjs - the routes as the programs' tables have them, and how each is asked for: its address and, of a form, what
// its page would send.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../support/demo.mjs';
import { attribute, fieldsOf, payFields, tagOf } from './world.mjs';

const NEW_PASSWORD = 'a boat of green glass';

// Every route of every program: { program, name ("POST /pay"), method, path, access }. Of one that takes raw bytes, access
// is RAW: nobody is known there.
export function readRoutes() {
  const routes = [];
  for (const program of readdirSync(join(top, 'modules'))) {
    const file = join(top, 'modules', program, 'main.c');
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const found = [...text.matchAll(/\{METHOD_(\w+), "([^"]+)",\s+(?:ACCESS_(\w+)|"[a-z/]+", \w+_BODY_MAX)/g)];
    assert.equal(found.length, text.match(/METHOD_/g)?.length ?? 0, `${file}: a route that is not read here`);
    for (const [, method, path, access = 'RAW'] of found) routes.push({ program, method, path, access, name: `${method} ${path}` });
  }
  return routes;
}

const fits = (pattern, path) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path);

// What an address takes, as Allow has to say it.
export function methodsOf(routes, route, path) {
  const has = (method) => routes.some((each) => each.program === route.program && each.method === method && fits(each.path, path));
  return [...(has('GET') ? ['GET', 'HEAD'] : []), ...(has('POST') ? ['POST'] : [])];
}

// Where each route is, with what a team of Team.make() has. form: of a POST, what its page sends when the user of a client
// has filled it in; null: there is no page. done: where it then leads. missing: the same address with what is nobody's.
const there = (path, more) => ({ at: () => path, ...more });
const own = (at, missing, more) => ({ at, missing, ...more });
const below = (client, path) => `${client.base.pathname.replace(/\/$/, '')}${path}`;
const page = async (client, path) => (await client.get(below(client, path))).text;

const formOf = (where, change = {}) => async (client, team, action) =>
  fieldsOf(await page(client, where(team)), below(client, action), typeof change === 'function' ? change(team) : change);

const payForm = async (client) => payFields(await page(client, '/pay'), { what: 'fixed', fixed_amount: '3' });

const cardForm = async (client, team, action) => {
  const html = await page(client, action);
  const change = { payment_token: 'test-mastercard', name_on_card: 'Ada Moss', street: '1 Main St', city: 'Chicago', state: 'IL', zip: '60601', terms: attribute(tagOf(html, 'terms'), 'value') };
  return fieldsOf(html, below(client, action), change);
};

const bankForm = async (client, team, action) => {
  const html = await page(client, action);
  const account = `4${String(team.id).padStart(8, '0')}`;
  const change = { routing: '021000021', account, account_again: account, holder_type: 'personal', account_type: 'checking', name_on_account: 'Ada Moss', authorize: attribute(tagOf(html, 'authorize'), 'value') };
  return fieldsOf(html, below(client, action), change);
};

// By way of the preview, whose form is the one that saves.
const autopayForm = async (client, team, action) => {
  const chosen = fieldsOf(await page(client, action), below(client, action), { method: team.card, schedule: 'fifteenth', scope: 'all' });
  const preview = (await client.post(below(client, action), chosen)).text;
  return fieldsOf(preview, below(client, action), { step: 'save', agree: attribute(tagOf(preview, 'agree'), 'value') });
};

const linkForm = async (client, team, action) => {
  await client.get(below(client, `/login/link?token=${team.token}`));
  return formOf(() => '/login/password', { password: NEW_PASSWORD, again: NEW_PASSWORD })(client, team, action);
};

const NUMBER = 'none-such';
const REFERENCE = 'PAAAAAAAAAAAA';
const ID = '4294967295';
export const NO_TOKEN = 'A'.repeat(43);

export const ADDRESSES = {
  'GET /': there('/'),
  'GET /calendar': there('/calendar'),
  'GET /tile': there('/tile'),
  'GET /invoices': there('/invoices'),
  'GET /invoices/:number': own((team) => `/invoices/${team.invoices[0].number}`, `/invoices/${NUMBER}`),
  'GET /payments': there('/payments'),
  'GET /payments/:reference': own((team) => `/payments/${team.paid}`, `/payments/${REFERENCE}`),
  'GET /documents': there('/documents'),
  'GET /documents/statements/:month': there('/documents/statements/2026-01'),
  'GET /documents/years/:year': there('/documents/years/2026'),
  'GET /invoices/:file': own((team) => `/invoices/${team.invoices[0].number}.pdf`, `/invoices/${NUMBER}.pdf`),
  'GET /payments/:file': own((team) => `/payments/${team.paid}.pdf`, `/payments/${REFERENCE}.pdf`),
  'GET /pay': there('/pay'),
  'POST /pay': there('/pay', { form: payForm, done: /\/pay\/P\w+$/ }),
  'GET /pay/:reference': own((team) => `/pay/${team.review}`, `/pay/${REFERENCE}`),
  'POST /pay/:reference': own((team) => `/pay/${team.review}`, `/pay/${REFERENCE}`, { form: formOf((team) => `/pay/${team.review}`), done: /\/pay\/P\w+$/ }),
  'GET /methods': there('/methods'),
  'GET /methods/card': there('/methods/card'),
  'POST /methods/card': there('/methods/card', { form: cardForm, done: /\/methods\/\d+\?saved=1$/ }),
  'GET /methods/bank': there('/methods/bank'),
  'POST /methods/bank': there('/methods/bank', { form: bankForm, done: /\/methods\/\d+\?saved=1$/ }),
  'GET /methods/:id': own((team) => `/methods/${team.card}`, `/methods/${ID}`),
  'POST /methods/:id': own((team) => `/methods/${team.card}`, `/methods/${ID}`, { form: formOf((team) => `/methods/${team.card}`, { label: 'Mine now' }), done: /\?renamed=1$/ }),
  'GET /methods/:id/remove': own((team) => `/methods/${team.card}/remove`, `/methods/${ID}/remove`),
  'POST /methods/:id/remove': own((team) => `/methods/${team.card}/remove`, `/methods/${ID}/remove`, { form: formOf((team) => `/methods/${team.card}/remove`), done: /\/methods\?/ }),
  'GET /autopay': there('/autopay'),
  'GET /autopay/new': there('/autopay/new'),
  'POST /autopay/new': there('/autopay/new', { form: autopayForm, done: /\/autopay\?saved=1$/ }),
  'GET /autopay/:id': own((team) => `/autopay/${team.enrolment}`, `/autopay/${ID}`),
  'POST /autopay/:id': own((team) => `/autopay/${team.enrolment}`, `/autopay/${ID}`, { form: autopayForm, done: /\/autopay\?saved=1$/ }),
  'GET /autopay/:id/off': own((team) => `/autopay/${team.enrolment}/off`, `/autopay/${ID}/off`),
  'POST /autopay/:id/off': own((team) => `/autopay/${team.enrolment}/off`, `/autopay/${ID}/off`, { form: formOf((team) => `/autopay/${team.enrolment}/off`), done: /\/autopay\?off=1$/ }),
  'POST /autopay/:id/skip': own((team) => `/autopay/${team.enrolment}/skip`, `/autopay/${ID}/skip`, { form: formOf(() => '/autopay'), done: /\/autopay\?skipped=1$/ }),
  'GET /login': there('/login'),
  'POST /login': there('/login', { form: formOf(() => '/login', (team) => ({ email: team.user.email, password: team.user.password })), done: /\/billing\/$/ }),
  'POST /logout': there('/logout', { form: async () => [], done: /\/login$/ }),
  'GET /login/site': there('/login/site'),
  'GET /login/reset': there('/login/reset'),
  'POST /login/reset': there('/login/reset', { form: formOf(() => '/login/reset', (team) => ({ email: team.user.email })), done: /\/login\/reset\?sent=1$/ }),
  'GET /login/link': own((team) => `/login/link?token=${team.token}`, `/login/link?token=${NO_TOKEN}`),
  'GET /login/password': there('/login/password'),
  'POST /login/password': there('/login/password', { form: linkForm, done: /\/login\?done=password$/ }),
  'GET /account': there('/account'),
  'POST /account': there('/account', { form: formOf(() => '/account', { name: 'Mallory' }), done: /\/account\?done=1$/ }),
  'GET /account/password': there('/account/password'),
  'POST /account/password': there('/account/password', {
    form: formOf(() => '/account/password', (team) => ({ current: team.user.password, password: NEW_PASSWORD, again: NEW_PASSWORD })), done: /\/account\/password\?done=1$/,
  }),
  'GET /account/sessions': there('/account/sessions'),
  'POST /account/sessions': there('/account/sessions', { form: formOf(() => '/account/sessions', { session: null, everywhere: '1' }), done: /\/login\?done=everywhere$/ }),
  'GET /account/switch': there('/account/switch'),
  'POST /account/switch': there('/account/switch', { form: formOf(() => '/account/switch', (team) => ({ account: team.second })), done: /\/billing\/$/ }),
  'GET /account/access': there('/account/access'),
};

// What a form or a query names beside its address: [route, what is sent, the field, which of a team's it is, what nobody has].
export const NAMED = [
  ['GET /pay', {}, 'invoice', (team) => team.invoices[0].number, NUMBER],
  ['GET /methods/card', {}, 'replace', (team) => team.card, ID],
  ['GET /methods/bank', {}, 'replace', (team) => team.bank, ID],
  ['GET /autopay/new', {}, 'method', (team) => team.card, ID],
  ['GET /autopay/new', { schedule: 'off' }, 'method', (team) => team.card, ID],
  ['POST /pay', { what: 'selected' }, 'invoice', (team) => team.invoices[0].number, NUMBER],
  ['POST /pay', {}, 'method', (team) => team.card, ID],
  ['POST /methods/card', {}, 'replace', (team) => team.card, ID],
  ['POST /methods/bank', {}, 'replace', (team) => team.bank, ID],
  ['POST /autopay/new', {}, 'method', (team) => team.card, ID],
  ['POST /autopay/new', {}, 'backup', (team) => team.bank, ID],
  ['POST /autopay/new', { scope: 'invoices' }, 'invoice', (team) => team.invoices[0].number, NUMBER],
  ['POST /account/switch', {}, 'account', (team) => team.number, NUMBER],
  ['POST /account/sessions', { everywhere: null }, 'session', (team) => team.handle, 'A'.repeat(22)],
];
