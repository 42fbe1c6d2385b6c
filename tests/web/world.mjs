// world.mjs - what the tests of this folder share: a demo with accounts of the test's own, and how to
// read a page and a form.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { Client, formKey, words } from '../support/client.mjs';
import { Demo, until } from '../support/demo.mjs';
import { activitySql } from '../support/activity.mjs';

export { Client, formKey, until, words };

// FULL=1: every round. ROUNDS=N: as many as that. Otherwise few enough for every commit.
export const ROUNDS = Number(process.env.ROUNDS ?? (process.env.FULL === '1' ? 50 : 10));

// Argon2id of 'demo-password', as cheap as the library allows: these tests are not about hashing.
const PASSWORD = 'demo-password';
const PASSWORD_HASH =
  '$argon2id$v=19$m=8,t=1,p=1$27Tf6ywtWAfSTmLADB8Nxg$9Mfd3ePN4DtqloPPOZIfxawkR1ohdSRbfq59XZhTxXc';

const quote = (text) => `'${String(text).replace(/[\\']/g, '\\$&')}'`;

export class World {
  static async open(options) {
    const world = new this();
    world.demo = await Demo.start(options);
    world.base = world.demo.base;
    world.count = 0;
    world.demo.sql(`INSERT IGNORE INTO security_level (name, may_billing, may_autopay)
                    VALUES ('Test Manager', 1, 1), ('Test Reader', 0, 0)`);
    return world;
  }

  // Ends the demo. Whatever the programs said, no sanitizer may have found anything.
  async close() {
    try {
      this.assertNoSanitizer();
    } finally {
      await this.demo.stop();
    }
  }

  assertNoSanitizer() {
    for (const { name, text } of this.logs()) {
      const at = text.search(/ERROR: AddressSanitizer|runtime error|ERROR: LeakSanitizer/);
      assert.ok(at < 0, `${name}: ${text.slice(at, at + 2000)}`);
    }
  }

  // Every log file of the demo.
  logs() {
    const folder = join(this.demo.run, 'log');
    return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'latin1') }));
  }

  sql(statement) {
    return this.demo.sql(statement);
  }

  one(statement) {
    return this.sql(statement)[0]?.[0];
  }

  async vaultAdd(fields) {
    const form = new URLSearchParams({
      security_key: this.demo.json.gateway_key,
      customer_vault: 'add_customer',
      ...fields,
    });
    const url = new URL('/api/transact.php', this.demo.json.sandbox_url);
    const text = await new Promise((resolve, reject) => {
      const request = http.request(url, { method: 'POST', agent: false }, (answer) => {
        let body = '';
        answer.on('data', (part) => (body += part));
        answer.on('end', () => resolve(body));
      });
      request.on('error', reject);
      request.setHeader('content-type', 'application/x-www-form-urlencoded');
      request.end(form.toString());
    });
    if (!text.startsWith('response=1&')) throw new Error(`vault: ${text}`);
  }

  // A new account: its users (Managers, each with a card, which is the default, and a bank account) and open
  // invoices of so many cents, the first due first. readers: users without the billing permission.
  async account({ invoices = [3000, 4500, 1250], users = 1, readers = 0, note = '' } = {}) {
    const tag = `w${process.pid}-${++this.count}`;
    const account = { number: `7${process.pid}${String(this.count).padStart(4, '0')}`, users: [], readers: [] };
    const statements = [
      `INSERT INTO account (number, organization, created_at, due_cents) VALUES
       (${quote(account.number)}, ${quote(`Firm ${tag} ${note}`)}, UTC_TIMESTAMP(), ${invoices.reduce((a, b) => a + b, 0)})`,
      'SET @account = LAST_INSERT_ID()',
      'SELECT @account',
    ];
    for (let at = 0; at < users + readers; at++) {
      const user = { email: `${tag}-${at}@example.test`, password: PASSWORD };
      statements.push(
        `INSERT INTO user (email, name, created_at) VALUES (${quote(user.email)}, ${quote(`User ${tag}-${at}`)}, UTC_TIMESTAMP())`,
        'SET @user = LAST_INSERT_ID()',
        `INSERT INTO user_password VALUES (@user, ${quote(PASSWORD_HASH)}, UTC_TIMESTAMP())`,
        `INSERT INTO account_user SELECT @account, @user, id, UTC_TIMESTAMP() FROM security_level
         WHERE name = ${at < users ? "'Test Manager'" : "'Test Reader'"}`,
        'SELECT @user',
      );
      if (at < users) {
        account.users.push(user);
        await this.vaultAdd({ customer_vault_id: `${tag}-${at}-card`, ccnumber: '4111111111111111', ccexp: '1230' });
        await this.vaultAdd({
          customer_vault_id: `${tag}-${at}-bank`,
          payment: 'check',
          checkname: 'A Tester',
          checkaba: '021000021',
          checkaccount: '123456789',
          account_type: 'checking',
          account_holder_type: 'personal',
        });
        for (const [kind, brand, four, expires] of [
          ['bank', 'Checking', '6789', 'NULL'],
          ['card', 'Visa', '1111', "'2030-12-31'"],
        ])
          statements.push(
            `INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, holder_type, created_at)
             VALUES (@account, @user, '${kind}', 'nmi', ${quote(`${tag}-${at}-${kind}`)}, '${brand}', '${four}', ${expires}, 'personal', UTC_TIMESTAMP())`,
            'SELECT LAST_INSERT_ID()',
          );
      } else {
        account.readers.push(user);
      }
    }
    account.invoices = invoices.map((cents, at) => {
      const number = `${tag}-${String(at + 1).padStart(3, '0')}`;
      statements.push(...issue(number, cents, at));
      return { number, cents };
    });
    statements.push(activitySql('@account'));
    const ids = this.sql(`START TRANSACTION; ${statements.join(';\n')}; COMMIT`).map(([id]) => Number(id));
    account.id = ids.shift();
    for (const user of account.users) [user.id, user.bank, user.card] = ids.splice(0, 3);
    for (const user of account.readers) user.id = ids.shift();
    [account.user, account.card, account.bank] = [account.users[0], account.users[0]?.card, account.users[0]?.bank];
    return account;
  }

  async signIn(user) {
    const client = this.demo.client();
    await client.signIn(user);
    return client;
  }

  path(path) {
    return `${this.base}${path}`;
  }

  // Sends Make a Payment as the page has it; `change` replaces fields, null takes one away.
  async pay(client, change, headers) {
    const page = await client.get(this.path('/pay'));
    assert.equal(page.status, 200);
    return client.post(this.path('/pay'), payFields(page.text, change), headers);
  }

  // A review of the given choice: { path, reference, key, html }.
  async review(client, change) {
    const answer = await this.pay(client, change);
    assert.equal(answer.status, 303, words(answer.text));
    const page = await client.get(answer.location);
    assert.equal(page.status, 200, words(page.text));
    return { path: answer.location, reference: answer.location.split('/').pop(), key: formKey(page.text), html: page.text };
  }

  // As the page has it: with the versions of the authorizations that were shown.
  confirm(client, review) {
    const shown = ['authorization', 'autopay'].map((name) => [name, review.html?.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1]]);
    return client.post(review.path, { key: review.key, ...Object.fromEntries(shown.filter(([, value]) => value)) });
  }

  // The state a payment is in.
  state(reference) {
    return this.one(`SELECT state FROM payment WHERE reference = '${reference}'`);
  }

  figures(number) {
    const [total, paid, pending] = this.sql(
      `SELECT total_cents, paid_cents, pending_cents FROM invoice WHERE number = '${number}'`,
    )[0].map(Number);
    return { total, paid, pending };
  }

  async sales(reference) {
    return (await this.demo.book()).filter((t) => t.type === 'sale' && t.order_id === reference);
  }

  // The database, table by table: a sum over what every row holds changes when anything does. CHECKSUM TABLE does not
  // do: in MariaDB 10.11 its answer for a table changed within a second after an update while no row was another.
  // except: columns that are left out ("session.seen_at"), always the same ones in a file.
  checksums(except = []) {
    if (!this.sums) {
      const columns = this.sql(`SELECT table_name, GROUP_CONCAT('COALESCE(HEX(CONCAT(\`', column_name, '\`)), "-")' ORDER BY ordinal_position)
        FROM information_schema.columns WHERE table_schema = DATABASE() AND CONCAT(table_name, '.', column_name) NOT IN ('', ${except.map(quote).join() || "''"}) GROUP BY table_name`);
      this.sums = columns.map(([table, list]) => `SELECT '${table}', COUNT(*), COALESCE(SUM(CRC32(CONCAT_WS(',', ${list}))), 0) FROM \`${table}\``);
    }
    return this.sql(this.sums.join(' UNION ALL '))
      .map((row) => row.join(' '))
      .sort()
      .join('\n');
  }

  // Rows of everything a form could make.
  rows() {
    const tables = ['payment', 'payment_allocation', 'payment_event', 'journal_entry', 'journal_posting', 'activity', 'outbox', 'queue_item', 'method', 'consent', 'enrolment', 'enrolment_cover', 'draft'];
    return this.sql(tables.map((name) => `SELECT '${name}', COUNT(*) FROM ${name}`).join(' UNION ALL '))
      .map((row) => row.join(' '))
      .join(', ');
  }

  // How many requests the gateway got, other than the vault's entries that tests make.
  async gatewayRequests() {
    const { by_kind: kinds } = await this.demo.gateway('GET', '/sandbox/requests');
    return Object.entries(kinds).reduce((sum, [kind, n]) => sum + (kind === 'customer_vault' ? 0 : n), 0);
  }

  // Books and gateway agree.
  async assertClean() {
    const { code, out, err } = await this.demo.remit('check', '--gateway');
    assert.equal(code, 0, `remit check --gateway: ${out}${err}`);
  }
}

// One issued invoice with its line and its journal entry. Uses @account.
function issue(number, cents, at) {
  return [
    `INSERT INTO invoice (account_id, number, issued_on, due_on, total_cents, fingerprint, created_at) VALUES
     (@account, ${quote(number)}, CURDATE() - INTERVAL ${60 - at} DAY, CURDATE() - INTERVAL ${30 - at} DAY,
      ${cents}, UNHEX(SHA2(${quote(number)}, 256)), UTC_TIMESTAMP())`,
    'SET @invoice = LAST_INSERT_ID()',
    `INSERT INTO invoice_line VALUES (@account, @invoice, 1, 'Hosting', '1', ${cents}, ${cents})`,
    `INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) VALUES
     (@account, ${quote(`invoice:${number}:issued`)}, 'invoice', UTC_TIMESTAMP(), CURDATE())`,
    'SET @entry = LAST_INSERT_ID()',
    `INSERT INTO journal_posting VALUES (@account, @entry, 0, 'receivable', @invoice, ${cents}),
     (@account, @entry, 1, 'revenue', @invoice, -${cents})`,
  ];
}

const unescape = (text) =>
  text.replace(/&#39;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

// An attribute's value in a tag's text, or undefined; '' for one without a value.
export function attribute(tag, name) {
  const found = tag?.match(new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s>])`));
  return found ? unescape(found[1] ?? '') : undefined;
}

// The start tag of the element with an id.
export const tagOf = (html, id) => html.match(new RegExp(`<[^<>]*\\sid="${id}"[^<>]*>`))?.[0];

// The words inside the element with an id (which holds none of its own kind).
export function wordsOf(html, id) {
  const found = html.match(new RegExp(`<(\\w+)[^<>]*\\sid="${id}"[^<>]*>([\\s\\S]*?)</\\1>`));
  return found && words(found[2]);
}

// What a form on the page would send, as pairs.
export function formPairs(html) {
  const form = html.match(/<form[^>]*id="pay-form"[\s\S]*?<\/form>/)?.[0] ?? '';
  const pairs = [];
  for (const [tag, kind, inner] of form.matchAll(/<(input|textarea)\b[^>]*>(?:([^<]*)<\/textarea>)?/g)) {
    const name = attribute(tag, 'name');
    const type = attribute(tag, 'type');
    if (!name || ((type === 'radio' || type === 'checkbox') && attribute(tag, 'checked') === undefined)) continue;
    pairs.push([name, kind === 'textarea' ? unescape(inner ?? '').replace(/^\n/, '') : (attribute(tag, 'value') ?? '')]);
  }
  return pairs;
}

// The pairs of Make a Payment, changed: { name: value }, a list for several values, null for none;
// amounts: { invoice number: text typed into its row }.
export function payFields(html, { amounts = {}, ...change } = {}) {
  // The box of the terms says which text was on the page.
  if (change.terms === '1') change.terms = attribute(tagOf(html, 'terms'), 'value');
  const pairs = formPairs(html).filter(([name]) => !(name in change));
  for (const [name, value] of Object.entries(change))
    if (value !== null) for (const each of [value].flat()) pairs.push([name, String(each)]);
  for (let at = 0; at + 1 < pairs.length; at++)
    if (pairs[at][0] === 'listed' && pairs[at][1] in amounts) pairs[at + 1] = ['amount', amounts[pairs[at][1]]];
  return pairs;
}

// What the form with an action would send when its first button is pressed, as pairs.
export function fieldsOf(html, action, change = {}) {
  const form = html.match(new RegExp(`<form[^>]*action="${action}"[\\s\\S]*?</form>`))?.[0];
  assert.ok(form, `no form for ${action}: ${words(html).slice(0, 400)}`);
  let pairs = [];
  for (const [whole] of form.matchAll(/<input\b[^>]*>|<select\b[\s\S]*?<\/select>/g)) {
    const tag = whole.match(/^<[^>]*>/)[0];
    const name = attribute(tag, 'name');
    const type = attribute(tag, 'type');
    if (!name || ((type === 'radio' || type === 'checkbox') && attribute(tag, 'checked') === undefined)) continue;
    const chosen = whole === tag ? tag : (whole.match(/<option[^>]*\sselected[^>]*>/)?.[0] ?? '');
    pairs.push([name, attribute(chosen, 'value') ?? '']);
  }
  pairs = pairs.filter(([name]) => !(name in change));
  for (const [name, value] of Object.entries(change))
    if (value !== null) for (const each of [value].flat()) pairs.push([name, String(each)]);
  return pairs;
}

// What the page says about a field: beside it, tied to it, and in the summary on top.
export function assertFieldError(html, id, pattern, describes = id) {
  const said = wordsOf(html, `${id}-error`);
  assert.ok(said, `nothing is said beside ${id}`);
  assert.match(said, pattern);
  const tag = tagOf(html, describes);
  assert.ok((attribute(tag, 'aria-describedby') ?? '').split(' ').includes(`${id}-error`), `${describes}: ${tag}`);
  const summary = html.match(/<div class="r-summary"[\s\S]*?<\/div>/)?.[0] ?? '';
  assert.match(summary, new RegExp(`href="#${id}"`), 'the summary links to it');
}

// What the summary on top says.
export const summaryOf = (html) => words(html.match(/<div class="r-summary"[\s\S]*?<\/div>/)?.[0] ?? '');

export const outcomeOf = (html) => html.match(/r-outcome r-outcome-(\w+)/)?.[1];
