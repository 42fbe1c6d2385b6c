// methods.test.mjs - Manage Payment Methods: what is saved, shown, renamed, replaced and removed, and
// that the gateway's vault holds what the list shows, and nothing else.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ROUNDS, World, assertFieldError, attribute, formKey, outcomeOf, summaryOf, tagOf, until, words } from './world.mjs';

const TIMEOUT_MS = 1500;
const VISA = '00000000-000000-000000-000000000000';
const DAY_S = 86400;

let world;

before(async () => {
  // All tests come from one address, and many of their cards are declined.
  const limits = ['User', 'Account', 'Address', 'Method'].map((name) => `Limit.${name}Payments = 100000`);
  world = await World.open({ settings: [...limits, 'Limit.DeclineMinimum = 100000', 'Payment.LeaseSeconds = 2', `Gateway.TimeoutMs = ${TIMEOUT_MS}`] });
});
after(() => world?.close());

// ---- tools ----

const page = (client, path) => client.get(world.path(path));
const addPath = (query = '') => `/methods/card${query}`;

// What the form of a new card would send: the page's hidden fields, and a card.
const cardFields = (html, change = {}) => {
  const fields = {
    key: formKey(html), payment_token: VISA, name_on_card: 'Ada Moss', street: '1 Main St', city: 'Chicago', state: 'IL', zip: '60601', terms: attribute(tagOf(html, 'terms'), 'value'),
  };
  for (const name of ['replace', 'next']) {
    const tag = html.match(new RegExp(`<input[^>]*name="${name}"[^>]*>`))?.[0];
    if (tag) fields[name] = attribute(tag, 'value');
  }
  return Object.fromEntries(Object.entries({ ...fields, ...change }).filter(([, value]) => value !== null));
};

const postCard = (client, fields) => client.post(world.path('/methods/card'), fields);

async function add(client, change, query) {
  return postCard(client, cardFields((await page(client, addPath(query))).text, change));
}

const idOf = (location) => Number(location.match(/\/methods\/(\d+)/)[1]);

// A new card that is saved: its id.
async function saved(client, token = 'test-mastercard') {
  const answer = await add(client, { payment_token: token });
  assert.equal(answer.status, 303, words(answer.text));
  return idOf(answer.location);
}

const methodsOf = (user) => world.sql(`SELECT id, brand, last_four, state FROM method WHERE user_id = ${user.id} AND state <> 'removed' ORDER BY id`).map((row) => row.join(' '));
const vaultId = (id) => world.one(`SELECT vault_id FROM method WHERE id = ${id}`);

function gatewayPost(path, fields) {
  const form = new URLSearchParams(fields).toString();
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(path, world.demo.json.sandbox_url), { method: 'POST', agent: false }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part));
      answer.on('end', () => resolve(text));
    });
    request.on('error', reject);
    request.setHeader('content-type', 'application/x-www-form-urlencoded');
    request.end(form);
  });
}

const query = (fields) => gatewayPost('/api/query.php', { security_key: world.demo.json.gateway_key, ...fields });

// What the hosted fields give for a card: a token for one use.
const tokenOnce = async (fields) => JSON.parse(await gatewayPost('/token/create', { tokenization_key: 'demo-tokenization-key', ...fields })).token;

// The vault's entry under an id as XML, or ''.
const vaultEntry = async (id) => (await query({ report_type: 'customer_vault', customer_vault_id: id })).match(/<customer\b[\s\S]*<\/customer>/)?.[0] ?? '';

const requests = async () => (await world.demo.gateway('GET', '/sandbox/requests')).by_kind;

// Does `work`, and proves that nothing was saved and nothing asked of the gateway.
async function savesNothing(work) {
  const rows = world.rows();
  const asked = await requests();
  const result = await work();
  assert.equal(world.rows(), rows, 'nothing is made');
  assert.deepEqual(await requests(), asked, 'nothing is sent to the gateway');
  return result;
}

async function settle() {
  const { code, out, err } = await world.demo.remit('settle', '--json');
  assert.equal(code, 0, `${out}${err}`);
}

// Settles as it will be so much later.
async function settleAfter(seconds) {
  try {
    world.demo.clock(`+${seconds}`);
    await settle();
  } finally {
    world.demo.clock('');
  }
}

// Runs `methods` with other settings for as long as `work` takes.
async function withSettings(lines, work) {
  const file = join(world.demo.run, 'remit.hdf');
  const kept = readFileSync(file);
  appendFileSync(file, `${lines.join('\n')}\n`);
  try {
    await world.demo.restart('methods');
    await work();
  } finally {
    writeFileSync(file, kept);
    await world.demo.restart('methods');
  }
}

const knobs = (values) => world.demo.knobs({ reset: true, ...values });

// The form again, with what was typed but the card, and another key.
function assertAskedAgain(answer, sent, sentence) {
  assert.equal(answer.status, 422, words(answer.text));
  assertFieldError(answer.text, 'card', sentence);
  for (const name of ['name_on_card', 'street', 'city', 'state', 'zip']) assert.equal(attribute(tagOf(answer.text, name), 'value'), sent[name], name);
  assert.notEqual(attribute(tagOf(answer.text, 'terms'), 'checked'), undefined);
  assert.equal(attribute(tagOf(answer.text, 'payment_token'), 'value') || '', '', 'the token is gone');
  assert.notEqual(formKey(answer.text), sent.key);
}

// ---- the list ----

test('an empty list says how to fill it', async () => {
  const account = await world.account();
  world.sql(`DELETE FROM method WHERE user_id = ${account.user.id}`);
  const client = await world.signIn(account.user);
  const answer = await page(client, '/methods');
  assert.equal(answer.status, 200);
  assert.match(words(answer.text), /Manage Payment Methods No payment method is saved yet\./);
  assert.match(answer.text, /href="\/billing\/methods\/card"/);
  assert.match(answer.text, /href="\/billing\/methods"[^>]*aria-current="page"|aria-current="page"[^>]*href="\/billing\/methods"/);
});

test('the list shows what is saved, and what needs the customer', async () => {
  const account = await world.account({ users: 2 });
  const client = await world.signIn(account.user);
  const month = (offset) => `LAST_DAY(CURDATE() + INTERVAL ${offset} MONTH)`;
  world.sql(`UPDATE method SET expires_on = ${month(1)}, holder = 'Ada <b>Moss</b>', label = 'Company & co' WHERE id = ${account.card};
    UPDATE method SET state = 'needs_attention', attention = '223' WHERE id = ${account.bank}`);
  const make = (brand, four, expires, more = '') =>
    world.one(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, created_at, used_at, state)
      VALUES (${account.id}, ${account.user.id}, 'card', 'nmi', '${brand}-${account.user.id}-${four}', '${brand}', '${four}', ${expires}, UTC_TIMESTAMP() - INTERVAL 40 DAY, ${more || 'NULL'}, 'active');
      SELECT LAST_INSERT_ID()`);
  const old = make('Mastercard', '0001', month(-1), 'UTC_TIMESTAMP() + INTERVAL 1 HOUR');
  make('Amex', '0002', month(2));
  make('JCB', '0003', month(0));
  make('Maestro', '0004', month(40));
  const { status, text } = await page(client, '/methods');
  assert.equal(status, 200);
  const rows = [...text.matchAll(/<tr role="row">([\s\S]*?)<\/tr>/g)].slice(1).map(([, row]) => ({ html: row, text: words(row) }));
  assert.equal(rows.length, 6);
  const row = (four) => rows.find((each) => each.text.includes(`ending ${four}`));
  assert.equal(rows[0], row('0001'), 'the last used one first');
  assert.match(row('0001').text, /Expired/);
  assert.match(row('0001').html, new RegExp(`/methods/card\\?replace=${old}"`));
  assert.doesNotMatch(row('0001').text, /First choice/, 'an expired card is no choice');
  assert.equal(rows.filter((each) => each.text.includes('First choice when you pay')).length, 1);
  assert.match(row('1111').text, /Company & co .*Expires soon.* Ada <b>Moss<\/b> .* by you Off/);
  assert.match(row('0003').text, /Expires soon/);
  assert.doesNotMatch(row('0002').text, /Expires soon|Expired/, 'the month after the next is not soon');
  assert.match(row('6789').text, /Its bank refused this account, so payments cannot use it\. Replace it by another account, or ask the bank why\./);
  assert.match(row('0004').text, /Maestro ending 0004 /);
  for (const [four, mark] of [['1111', 'VISA'], ['0001', 'MC'], ['0002', 'AMEX'], ['0003', 'JCB'], ['6789', 'BANK'], ['0004', 'CARD']])
    assert.match(row(four).html, new RegExp(`<span class="r-mark[^>]*>${mark}<`), mark);
  assert.ok(!text.includes(`/methods/${account.users[1].card}`), "another user's are not there");
  const attention = await page(client, `/methods/${account.bank}`);
  assert.match(words(attention.text), /Its bank refused this account/);
  assert.doesNotMatch(attention.text, /Make a Payment with it/);
  assert.match(attention.text, new RegExp(`/methods/bank\\?replace=${account.bank}"`));
  assert.doesNotMatch(attention.text, /card\?replace=/, 'a bank account is not replaced by a card');
});

// ---- adding ----

test('a card is added: in the vault, in the list, first at the next payment', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const form = await page(client, addPath());
  assert.equal(form.status, 200);
  assert.match(words(form.text), /Add Credit Card .*Accepted card types: Amex, Discover, Mastercard, and Visa/);
  assert.match(form.headers['content-security-policy'], /script-src 'self' http:\/\/127\.0\.0\.2:\d+;/);
  assert.doesNotMatch((await page(client, '/methods')).headers['content-security-policy'], /127\.0\.0\.2/);
  const before = await requests();
  const answer = await postCard(client, cardFields(form.text, { payment_token: 'test-mastercard' }));
  assert.equal(answer.status, 303, words(answer.text));
  assert.match(answer.location, /^\/billing\/methods\/\d+\?saved=1$/);
  const id = idOf(answer.location);
  const details = words((await client.get(answer.location)).text);
  assert.match(details, /The card was saved\. .*Mastercard ending 1111 .*Ada Moss Expires 12\/2049/);
  const after = await requests();
  assert.deepEqual([after.validate - before.validate, after.sale - before.sale], [1, 0], 'asked once, and nothing is charged');
  const entry = await vaultEntry(vaultId(id));
  for (const part of ['Ada', 'Moss', '1 Main St', 'Chicago', 'IL', '60601', account.user.email, '1111', '1249']) assert.ok(entry.includes(part), part);
  assert.deepEqual(world.sql(`SELECT kind, LENGTH(version), address, LENGTH(request_id) FROM consent WHERE method_id = ${id}`), [['card_terms', '16', '127.0.0.1', '32']]);
  assert.match(world.one(`SELECT text FROM consent WHERE method_id = ${id}`), /allow Northwind Hosting to charge it/);
  assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE kind = 'method_added' AND subject_id = ${id}`), '1');
  const first = words((await page(client, '/methods')).text).match(/(\S+) ending (\d+) First choice when you pay/);
  assert.deepEqual(first?.slice(1), ['Mastercard', '1111']);
  const { page: outcome } = await pay(client, id);
  assert.equal(outcomeOf(outcome.text), 'success');
  await world.assertClean();
});

async function pay(client, method) {
  const review = await world.review(client, { what: 'fixed', fixed_amount: '1', method });
  return { review, page: await client.follow(await world.confirm(client, review)) };
}

test('each brand is told apart', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  for (const [token, text] of [['test-discover', 'Discover ending 0009'], ['test-amex', 'Amex ending 1111'], ['test-visa', 'Visa ending 1111']]) {
    const id = await saved(client, token);
    assert.match(words((await page(client, `/methods/${id}`)).text), new RegExp(text));
  }
});

test('from Make a Payment and back, and nowhere else', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const form = await page(client, addPath('?next=/pay'));
  assert.match(form.text, /<a class="r-quiet-link" href="\/billing\/pay">Cancel/);
  const answer = await postCard(client, cardFields(form.text, { payment_token: 'test-discover' }));
  assert.equal(answer.status, 303);
  assert.equal(answer.location, world.path('/pay'));
  const tag = tagOf((await page(client, '/pay')).text, 'methods') ?? '';
  const id = world.one(`SELECT MAX(id) FROM method WHERE user_id = ${account.user.id}`);
  assert.match((await page(client, '/pay')).text, new RegExp(`value="${id}"[^>]*checked`), tag);
  for (const next of ['//evil.test', 'http://evil.test', '/pay/../..', '/invoices', '/pay?x=1', '/PAY', ' /pay']) {
    const cancel = await page(client, addPath(`?next=${encodeURIComponent(next)}`));
    assert.match(cancel.text, /href="\/billing\/methods">Cancel/, next);
    const sent = await add(client, { payment_token: 'test-amex', next });
    assert.match(sent.location, /^\/billing\/methods\/\d+\?/, next);
  }
});

test('a form sent twice saves one card, at once or one after the other', async () => {
  for (let round = 0; round < Math.max(3, ROUNDS / 2); round++) {
    const account = await world.account();
    const client = await world.signIn(account.user);
    await knobs({ only_kind: 'validate', latency_ms: [0, 30, 300][round % 3], book_before_latency: round % 2 === 0 });
    const fields = cardFields((await page(client, addPath())).text, { payment_token: 'test-mastercard' });
    const before = await requests();
    const answers = await Promise.all([postCard(client, fields), postCard(client, fields), postCard(client, fields)]);
    assert.deepEqual(answers.map((answer) => answer.status), [303, 303, 303], words(answers.map((answer) => answer.text).join()));
    answers.push(await postCard(client, fields));
    assert.equal(new Set(answers.map((answer) => idOf(answer.location))).size, 1, `round ${round}`);
    assert.equal((await requests()).validate - before.validate, 1, 'the gateway is asked once');
    assert.equal(methodsOf(account.user).length, 3);
    assert.equal(world.one(`SELECT COUNT(*) FROM method WHERE user_id = ${account.user.id} AND brand = 'Mastercard'`), '1');
    assert.ok(await vaultEntry(vaultId(idOf(answers[0].location))));
    assert.equal(world.one(`SELECT COUNT(*) FROM consent WHERE user_id = ${account.user.id}`), '1');
    assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE user_id = ${account.user.id}`), '1');
  }
  await knobs();
});

test('a form whose card takes long says so when it is sent again', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  await withSettings(['Gateway.TimeoutMs = 20000', 'Payment.LeaseSeconds = 60'], async () => {
    await knobs({ only_kind: 'validate', latency_ms: 6000 });
    const fields = cardFields((await page(client, addPath())).text, { payment_token: 'test-mastercard' });
    const first = postCard(client, fields);
    await until('the save on its way', async () => (await world.demo.gateway('GET', '/sandbox/requests')).in_flight > 0);
    const second = await postCard(client, fields);
    assert.equal(second.status, 409);
    assert.match(words(second.text), /Your card is being saved\. It is in this list as soon as that is done/);
    assert.match(words(second.text), /Manage Payment Methods/);
    for (let at = 0; at < 20; at++) assert.equal((await page(client, '/methods')).status, 200, 'pages do not wait for the gateway');
    assert.equal((await first).status, 303);
    const third = await postCard(client, fields);
    assert.equal(idOf(third.location), idOf((await first).location));
    await knobs();
  });
});

test('the same card again is known, and brought up to date', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const id = await saved(client);
  const old = vaultId(id);
  const fields = cardFields((await page(client, addPath())).text, { payment_token: 'test-mastercard', name_on_card: 'Grace Moss' });
  const answer = await postCard(client, fields);
  assert.equal(answer.location, world.path(`/methods/${id}?known=1`));
  assert.match(words((await client.get(answer.location)).text), /This card was saved already; its details were updated\. .*Grace Moss/);
  assert.equal(idOf((await postCard(client, fields)).location), id, 'sent twice');
  assert.equal(methodsOf(account.user).length, 3, 'and is still one');
  assert.notEqual(vaultId(id), old);
  assert.ok((await vaultEntry(vaultId(id))).includes('Grace'));
  await settleAfter(3600);
  assert.equal(await vaultEntry(old), '', 'the entry that was there is gone');
  assert.ok(await vaultEntry(vaultId(id)));
  assert.equal(outcomeOf((await pay(client, id)).page.text), 'success');
});

test('a card the bank declines is not kept, and can be typed again', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const cases = [
    [200, /did not approve this card now/], [202, /did not approve/], [223, /incorrect or incomplete|not allow/], [225, /incorrect or incomplete/],
    [250, /does not allow this card/], [300, /could not be taken/],
  ];
  for (const [code, sentence] of cases) {
    await knobs({ only_kind: 'validate', decline_code: code, times: 1 });
    const fields = cardFields((await page(client, addPath())).text);
    const before = await requests();
    const answer = await postCard(client, fields);
    assertAskedAgain(answer, fields, sentence);
    assert.doesNotMatch(words(answer.text), /DECLINE|REFID|Sandbox/, 'no word from inside');
    assert.equal((await requests()).validate - before.validate, 1);
    const last = world.sql(`SELECT state, vault_id, vault_gone_at FROM method WHERE user_id = ${account.user.id} ORDER BY id DESC LIMIT 1`)[0];
    assert.equal(last[0], 'removed');
    assert.equal(await vaultEntry(last[1]), '');
    assert.equal(methodsOf(account.user).length, 2, 'the list is as it was');
    assert.equal((await postCard(client, { ...fields, payment_token: 'test-amex' })).status, 422, 'the old form is over');
    assert.equal((await requests()).validate - before.validate, 1);
    if (code === 300) assert.equal((await postCard(client, cardFields(answer.text, { payment_token: 'test-discover' }))).status, 303, 'the new one is not');
  }
});

test('a token that is used up, too old or none, and a card that has expired', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const once = await tokenOnce({ ccnumber: '5431111111111111', ccexp: '0530', cvv: '999' });
  const id = await saved(client, once);
  assert.match(words((await page(client, `/methods/${id}`)).text), /Mastercard ending 1111 .*Expires 05\/2030/);
  for (const [token, sentence] of [[once, /could not be taken/], ['nosuchtoken', /could not be taken\. Please enter the card again/], ['test-expired', /expired|incorrect/]]) {
    const fields = cardFields((await page(client, addPath())).text, { payment_token: token });
    assertAskedAgain(await postCard(client, fields), fields, sentence);
  }
  assert.equal(methodsOf(account.user).length, 3);
});

test('the gateway does not let us in, or is away: nothing is kept', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  await knobs({ only_kind: 'validate', answer: 'wrong_key', times: 1 });
  let fields = cardFields((await page(client, addPath())).text);
  assertAskedAgain(await postCard(client, fields), fields, /Cards cannot be taken right now\. Nothing was charged/);
  await withGatewayDown(async () => {
    fields = cardFields((await page(client, addPath())).text);
    assertAskedAgain(await postCard(client, fields), fields, /cannot be reached right now\. The card was not saved and nothing was charged/);
  });
  assert.equal(methodsOf(account.user).length, 2);
  assert.equal((await add(client, { payment_token: 'test-mastercard' })).status, 303);
});

async function withGatewayDown(work) {
  const [pid] = readFileSync(join(world.demo.run, 'pids/sandbox'), 'utf8').split(' ').map(Number);
  process.kill(pid, 'SIGKILL');
  await until('the sandbox to be gone', () => query({}).then(() => false, () => true));
  try {
    await work();
  } finally {
    await world.demo.restart('sandbox');
  }
}

test('the answer is lost after the booking: the vault is looked into, and the card is there', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  for (const fault of [{ lose: 'after' }, { answer: 'html', answer_booked: true }, { answer: 'empty', answer_booked: true }]) {
    world.sql(`UPDATE method SET state = 'removed' WHERE user_id = ${account.user.id} AND brand = 'Mastercard'`);
    await knobs({ only_kind: 'validate', times: 1, ...fault });
    const id = await saved(client);
    assert.ok(await vaultEntry(vaultId(id)));
    assert.equal(outcomeOf((await pay(client, id)).page.text), 'success', JSON.stringify(fault));
  }
});

test('the answer is lost before the booking, or it is booked late: no ghost in the list, nor in the vault for long', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const lost = [];
  for (const fault of [{ lose: 'before' }, { silent: true }, { lose: 'late', late_ms: 400 }]) {
    await knobs({ only_kind: 'validate', times: 1, ...fault });
    const fields = cardFields((await page(client, addPath())).text, { payment_token: 'test-mastercard' });
    assertAskedAgain(await postCard(client, fields), fields, /did not answer, so we cannot tell whether it took this card\. Nothing was charged, and the card is not kept/);
    assert.equal(methodsOf(account.user).length, 2);
    assert.doesNotMatch(words((await page(client, '/methods')).text), /Mastercard/);
    lost.push(world.one(`SELECT vault_id FROM method WHERE user_id = ${account.user.id} ORDER BY id DESC LIMIT 1`));
  }
  await until('the late booking', () => vaultEntry(lost.at(-1)));
  await settle();
  await settleAfter(3600);
  for (const id of lost) assert.equal(await vaultEntry(id), '');
  await settleAfter(2 * DAY_S);
  assert.equal(world.one(`SELECT COUNT(*) FROM method WHERE user_id = ${account.user.id} AND state = 'removed' AND vault_gone_at IS NULL`), '0', 'nothing is left to look for');
  assert.deepEqual(methodsOf(account.user).length, 2);
});

test('a brand that is not taken leaves the vault again', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  await withSettings(['Payment.Brands = Mastercard, Visa'], async () => {
    const fields = cardFields((await page(client, addPath())).text, { payment_token: 'test-amex' });
    assertAskedAgain(await postCard(client, fields), fields, /Amex cards are not accepted here\. Accepted card types: Mastercard and Visa\./);
    const id = world.one(`SELECT vault_id FROM method WHERE user_id = ${account.user.id} ORDER BY id DESC LIMIT 1`);
    await until('the entry to be gone', async () => (await vaultEntry(id)) === '');
    assert.equal((await add(client, { payment_token: 'test-mastercard' })).status, 303);
  });
});

test('cards are switched off: said, and nothing is sent', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const form = await page(client, addPath());
  await withSettings(['Payment.Cards = 0'], async () => {
    const list = await page(client, '/methods');
    assert.doesNotMatch(list.text, /methods\/card/);
    const door = await page(client, addPath());
    assert.equal(door.status, 200);
    assert.match(words(door.text), /Cards cannot be added here right now\. .*Manage Payment Methods/);
    const details = await page(client, `/methods/${account.card}`);
    assert.doesNotMatch(details.text, /replace=/);
    const fields = cardFields(form.text);
    const answer = await savesNothing(() => postCard(client, fields));
    assert.equal(answer.status, 422);
    assert.match(summaryOf(answer.text), /Cards cannot be added here right now\. Nothing was saved\./);
    for (const name of ['name_on_card', 'street', 'city', 'state', 'zip']) assert.equal(attribute(tagOf(answer.text, name), 'value'), fields[name], name);
    assert.equal(attribute(tagOf(answer.text, 'payment_token'), 'value'), VISA, 'the token was not used');
  });
});

test('what is missing or wrong is said beside its field, and the card need not be typed again', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const html = (await page(client, addPath())).text;
  const cases = [
    [{ payment_token: null }, 'card', /Enter the card number/], [{ payment_token: '' }, 'card', /Enter the card number/], [{ payment_token: 'a b' }, 'card', /Enter the card number/],
    [{ payment_token: 'a'.repeat(201) }, 'card', /at most 200|Enter the card number/],
    [{ name_on_card: '' }, 'name_on_card', /exactly as it is on the card/], [{ name_on_card: '  ' }, 'name_on_card', /exactly as it is/],
    [{ name_on_card: 'x'.repeat(101) }, 'name_on_card', /at most 100 characters/],
    [{ zip: '' }, 'zip', /Zip Code/], [{ zip: '6060' }, 'zip', /five digits/], [{ zip: '60601-12' }, 'zip', /five digits/], [{ zip: 'ABCDE' }, 'zip', /five digits/],
    [{ street: 'x'.repeat(101) }, 'street', /at most 100/], [{ city: 'x'.repeat(61) }, 'city', /at most 60/], [{ state: 'x'.repeat(31) }, 'state', /at most 30/],
    [{ terms: null }, 'terms', /read and understood/], [{ terms: '0' }, 'terms', /The terms changed/],
  ];
  for (const [change, id, sentence] of cases) {
    const fields = cardFields(html, { name_on_card: 'Ada <i>&"\' 支払', ...change });
    const answer = await savesNothing(() => postCard(client, fields));
    assert.equal(answer.status, 422, JSON.stringify(change));
    assertFieldError(answer.text, id, sentence);
    for (const name of ['name_on_card', 'street', 'city', 'state', 'zip']) assert.equal(attribute(tagOf(answer.text, name), 'value') ?? '', fields[name] ?? '', `${id}: ${name}`);
    if (!('payment_token' in change)) {
      assert.equal(attribute(tagOf(answer.text, 'payment_token'), 'value'), VISA);
      assert.match(answer.headers['content-security-policy'], /127\.0\.0\.2/);
    }
  }
  for (const zip of ['60601', '60601-1234']) assert.equal((await add(client, { zip, payment_token: 'test-discover' })).status, 303, zip);
});

test('a form without a good key saves nothing', async () => {
  const account = await world.account({ users: 2 });
  const client = await world.signIn(account.user);
  const twin = await world.signIn(account.user);
  const other = await world.signIn(account.users[1]);
  const foreign = /made for another sign-in/;
  const html = (await page(client, addPath())).text;
  const keyOf = async (who, path) => formKey((await page(who, path)).text);
  const keys = [
    [null, /came without its key/], ['', /came without its key/], ['x', foreign], [`${formKey(html).slice(0, -1)}`, foreign],
    [await keyOf(twin, addPath()), foreign], [await keyOf(other, addPath()), foreign], [await keyOf(client, '/pay'), foreign],
    [await keyOf(client, `/methods/${account.card}`), foreign], [await keyOf(client, `/methods/${account.card}/remove`), foreign],
    [await keyOf(client, addPath(`?replace=${account.card}`)), foreign],
  ];
  for (const [key, sentence] of keys) {
    const fields = cardFields(html, { key });
    const answer = await savesNothing(() => postCard(client, fields));
    assert.equal(answer.status, 403);
    assert.match(summaryOf(answer.text), sentence);
    assert.equal(attribute(tagOf(answer.text, 'name_on_card'), 'value'), 'Ada Moss');
    assert.equal(attribute(tagOf(answer.text, 'payment_token'), 'value'), VISA, 'the token was not used');
  }
  const again = cardFields((await savesNothing(() => postCard(client, cardFields(html, { key: 'x' })))).text, { payment_token: 'test-discover' });
  assert.equal((await postCard(client, again)).status, 303, 'the page that came back goes through');
  for (const path of [`/methods/${account.card}`, `/methods/${account.card}/remove`])
    for (const key of ['', 'x', formKey(html), await keyOf(twin, path), await keyOf(client, path === `/methods/${account.card}` ? `${path}/remove` : `/methods/${account.card}`)]) {
      const answer = await savesNothing(() => client.post(world.path(path), { key, label: 'new' }));
      assert.equal(answer.status, 403, path);
      assert.match(summaryOf(answer.text), key ? foreign : /came without its key/);
    }
  assert.equal(world.one(`SELECT CONCAT(state, label) FROM method WHERE id = ${account.card}`), 'active');
});

test('a POST needs the cookie of `methods`', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const name = `__Secure-remit-methods-${world.demo.port}`;
  const fields = cardFields((await page(client, addPath())).text);
  const good = client.cookies.get(name);
  for (const cookie of [null, { ...good, value: client.cookies.get(name.replace('methods', 'pay')).value }]) {
    if (cookie) client.cookies.set(name, cookie);
    else client.cookies.delete(name);
    const answer = await savesNothing(() => postCard(client, fields));
    assert.equal(answer.status, 403);
    assert.match(words(answer.text), /did not send this page's own cookie, so nothing was done/);
  }
});

// ---- the name ----

test('a method is named, renamed, and its name taken away', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const path = world.path(`/methods/${account.card}`);
  const rename = async (label) => client.post(path, { key: formKey((await client.get(path)).text), label });
  const label = () => world.one(`SELECT label FROM method WHERE id = ${account.card}`);
  for (const [typed, kept] of [
    ['Company card', 'Company card'], ['  around  ', 'around'], ['x'.repeat(100), 'x'.repeat(100)], ['支'.repeat(100), '支'.repeat(100)],
    [`<script>alert(1)</script>&amp;"'`, `<script>alert(1)</script>&amp;"'`], ["'; DROP TABLE method; --", "'; DROP TABLE method; --"], ['', undefined],
  ]) {
    const answer = await rename(typed);
    assert.equal(answer.status, 303, typed);
    assert.equal(answer.location, `${path}?renamed=1`);
    assert.equal(label(), kept, 'the empty one is an empty row');
    const html = (await client.get(answer.location)).text;
    assert.match(words(html), /The name was saved\./);
    assert.equal(attribute(tagOf(html, 'label'), 'value'), kept ?? '');
    assert.doesNotMatch(html, /<script>alert/);
    assert.doesNotMatch((await page(client, '/methods')).text, /<script>alert/);
  }
  await rename('kept');
  for (const [typed, sentence] of [['x'.repeat(101), /at most 100 characters/], ['bell \x07', /control characters/]]) {
    const answer = await rename(typed);
    assert.equal(answer.status, 422);
    assertFieldError(answer.text, 'label', sentence);
    if (typed.length === 101) assert.equal(attribute(tagOf(answer.text, 'label'), 'value'), typed);
    assert.equal(label(), 'kept');
  }
  const key = formKey((await client.get(path)).text);
  const answers = await Promise.all([1, 2, 3].map(() => client.post(path, { key, label: 'once' })));
  assert.deepEqual(answers.map((answer) => answer.status), [303, 303, 303]);
  assert.equal(label(), 'once');
  const guarded = await client.post(path, { key, label: 'card 4111111111111111' });
  assert.equal(guarded.status, 400);
  assert.match(words(guarded.text), /Card numbers are not accepted here/);
  assert.equal(label(), 'once');
});

// ---- removing ----

const removePath = (id) => world.path(`/methods/${id}/remove`);
const removeKey = async (client, id) => formKey((await client.get(removePath(id))).text);

test('a method is removed: asked, gone from the list at once, gone from the vault after that', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const id = await saved(client);
  const vault = vaultId(id);
  const asked = await client.get(removePath(id));
  assert.match(words(asked.text), /Remove Mastercard ending 1111 ?\? .*Remove Cancel/);
  assert.doesNotMatch(words(asked.text), /not finished yet/);
  assert.equal(methodsOf(account.user).length, 3, 'asking removes nothing');
  const version = world.one(`SELECT version FROM account WHERE id = ${account.id}`);
  const key = formKey(asked.text);
  const answers = [...(await Promise.all([1, 2, 3].map(() => client.post(removePath(id), { key })))), await client.post(removePath(id), { key })];
  for (const answer of answers) {
    assert.equal(answer.status, 303);
    assert.equal(answer.location, world.path('/methods?removed=1'));
  }
  const list = await client.get(answers[0].location);
  assert.match(words(list.text), /The payment method was removed\./);
  assert.doesNotMatch(words(list.text), /Mastercard/);
  await until('the entry to leave the vault', async () => (await vaultEntry(vault)) === '');
  await until('that to be written', () => world.one(`SELECT vault_gone_at IS NOT NULL FROM method WHERE id = ${id}`) === '1');
  assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE mail_key = 'method_removed:${id}'`), '1');
  assert.deepEqual(world.sql(`SELECT action, actor, account_id FROM audit_event WHERE subject = 'method:${id}' AND action = 'method.removed'`), [['method.removed', `user:${account.user.id}`, String(account.id)]]);
  assert.ok(Number(world.one(`SELECT version FROM account WHERE id = ${account.id}`)) > Number(version));
  for (const path of [`/methods/${id}`, `/methods/${id}/remove`, `/methods/card?replace=${id}`]) assert.equal((await page(client, path)).status, 404, path);
  assert.equal((await client.post(world.path(`/methods/${id}`), { key, label: 'x' })).status, 404);
  assert.equal((await client.post(removePath(id), { key: 'x' })).status, 404, 'without its key there is no such page');
  assert.equal((await world.pay(client, { what: 'total', method: id })).status, 422);
  assert.ok(await vaultEntry(vaultId(account.card)), 'the others stay');
});

test('a review with a method that is removed meanwhile charges nothing', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const review = await world.review(client, { what: 'total' });
  await client.post(removePath(account.card), { key: await removeKey(client, account.card) });
  const answer = await client.follow(await world.confirm(client, review));
  assert.match(words(answer.text), /This payment method cannot be used any more .*Nothing was charged/);
  assert.equal((await world.sales(review.reference)).length, 0);
  await world.assertClean();
});

test('removed while the gateway is away: gone for the customer, and from the vault once it is back', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const id = await saved(client);
  const vault = vaultId(id);
  await withGatewayDown(async () => {
    const answer = await client.post(removePath(id), { key: await removeKey(client, id) });
    assert.equal(answer.status, 303);
    assert.doesNotMatch(words((await client.get(answer.location)).text), /Mastercard/);
    await until('the first try', () => world.one(`SELECT vault_looks FROM method WHERE id = ${id}`) === '1');
  });
  assert.ok(await vaultEntry(vault));
  await settleAfter(120);
  assert.equal(await vaultEntry(vault), '');
  assert.equal(world.one(`SELECT vault_gone_at IS NOT NULL FROM method WHERE id = ${id}`), '1');
});

test('a payment that is not over keeps the entry, and the customer is told', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  await knobs({ ach_settle_days: 0 }); // the bank takes its time
  const { review } = await pay(client, account.bank);
  await knobs();
  assert.equal(world.state(review.reference), 'pending');
  const asked = await client.get(removePath(account.bank));
  assert.match(words(asked.text), /A payment with this method is not finished yet\. Removing the method does not stop it\./);
  assert.equal((await client.post(removePath(account.bank), { key: formKey(asked.text) })).status, 303);
  await settleAfter(2 * DAY_S);
  assert.ok(await vaultEntry(vaultId(account.bank)), 'still needed');
  assert.equal(world.state(review.reference), 'pending');
  assert.doesNotMatch(words((await page(client, '/methods')).text), /ending 6789/);
  await world.assertClean();
});

// ---- replacing ----

test('a card is replaced in place: the same method, another card', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const id = account.card;
  const old = vaultId(id);
  world.sql(`UPDATE method SET expires_on = '2020-01-31', label = 'My card', state = 'needs_attention', attention = '223' WHERE id = ${id}`);
  const details = await page(client, `/methods/${id}`);
  assert.match(words(details.text), /Expired .*Its bank refused this card for good, so payments cannot use it\. Replace it by another card/);
  assert.doesNotMatch(details.text, /Make a Payment with it/);
  const form = await page(client, addPath(`?replace=${id}`));
  assert.match(words(form.text), /Replace Visa ending 1111 /);
  assert.match(form.text, new RegExp(`href="/billing/methods/${id}">Cancel`));
  const fields = cardFields(form.text, { payment_token: 'test-discover', name_on_card: 'Grace Moss' });
  assert.equal(fields.replace, String(id));
  const answers = await Promise.all([postCard(client, fields), postCard(client, fields)]);
  for (const answer of answers) assert.equal(answer.location, world.path(`/methods/${id}?saved=1`), words(answer.text));
  const now = words((await client.get(answers[0].location)).text);
  assert.match(now, /Discover ending 0009 .*My card .*Grace Moss Expires 12\/2049/);
  assert.doesNotMatch(now, /refused|Expired/);
  assert.equal(methodsOf(account.user).length, 2, 'no second method');
  assert.notEqual(vaultId(id), old);
  assert.ok(await vaultEntry(vaultId(id)));
  await settleAfter(3600);
  assert.equal(await vaultEntry(old), '', 'the old entry is gone');
  const { review, page: outcome } = await pay(client, id);
  assert.equal(outcomeOf(outcome.text), 'success');
  assert.equal((await world.sales(review.reference))[0].customer_vault_id, vaultId(id));
  await world.assertClean();
});

test('a replacement that is declined leaves the card as it was', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const old = vaultId(account.card);
  await knobs({ only_kind: 'validate', decline_code: 200, times: 1 });
  const fields = cardFields((await page(client, addPath(`?replace=${account.card}`))).text);
  const answer = await postCard(client, fields);
  assertAskedAgain(answer, fields, /did not approve/);
  assert.match(words(answer.text), /Replace Visa ending 1111/);
  assert.equal(vaultId(account.card), old);
  assert.ok(await vaultEntry(old));
  assert.equal((await postCard(client, cardFields(answer.text, { payment_token: 'test-amex' }))).location, world.path(`/methods/${account.card}?saved=1`));
});

test('what cannot be replaced', async () => {
  const account = await world.account({ users: 2 });
  const stranger = await world.account();
  const client = await world.signIn(account.user);
  const html = (await page(client, addPath(`?replace=${account.card}`))).text;
  for (const id of [account.bank, account.users[1].card, stranger.card, '0', 'x', '-1', '1e3', '99999999999999999999', `${account.card} `]) {
    assert.equal((await page(client, addPath(`?replace=${encodeURIComponent(id)}`))).status, 404, String(id));
    assert.equal((await savesNothing(() => postCard(client, cardFields(html, { replace: String(id) })))).status, 404, String(id));
  }
  assert.equal((await savesNothing(() => postCard(client, cardFields(html, { replace: null })))).status, 403, 'the key is for this card');
});

// ---- whose ----

test('methods are their user’s alone', async () => {
  const account = await world.account({ users: 2, readers: 1 });
  const stranger = await world.account();
  const colleague = await world.signIn(account.users[1]);
  const other = await world.signIn(stranger.user);
  const reader = await world.signIn(account.readers[0]);
  const owner = await world.signIn(account.user);
  const key = formKey((await page(owner, `/methods/${account.card}`)).text);
  const paths = [`/methods/${account.card}`, `/methods/${account.card}/remove`];
  await savesNothing(async () => {
    for (const path of paths) {
      for (const who of [colleague, other]) {
        assert.equal((await page(who, path)).status, 404);
        assert.equal((await who.post(world.path(path), { key, label: 'x' })).status, 404);
      }
      assert.equal((await page(reader, path)).status, 403);
      assert.equal((await reader.post(world.path(path), { key, label: 'x' })).status, 403);
    }
    for (const path of ['/methods', '/methods/card']) assert.equal((await page(reader, path)).status, 403);
    for (const path of ['/methods/0', '/methods/abc', '/methods/-1', '/methods/1.0', '/methods/99999999999999999999', '/methods/999999999', "/methods/1'", '/methods/card/remove', '/methods/abc/remove']) {
      const answer = await page(owner, path);
      assert.equal(answer.status, 404, path);
    }
  });
  // Where the user is a member of both accounts, each account has its own list.
  world.sql(`INSERT INTO account_user SELECT ${stranger.id}, ${account.user.id}, id, UTC_TIMESTAMP() FROM security_level WHERE name = 'Test Manager';
    UPDATE session SET account_id = ${stranger.id} WHERE user_id = ${account.user.id}`);
  for (const path of paths) assert.equal((await page(owner, path)).status, 404, 'in another account');
  assert.match(words((await page(owner, '/methods')).text), /No payment method is saved yet/);
  assert.equal(world.one(`SELECT CONCAT(state, label) FROM method WHERE id = ${account.card}`), 'active');
});

// ---- limits ----

test('at most 50: the 51st is refused before anything is sent', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const form = (await page(client, addPath())).text;
  const values = Array.from({ length: 47 }, (_, at) => `(${account.id}, ${account.user.id}, 'card', 'nmi', 'fill-${account.user.id}-${at}', 'Visa', '${String(at).padStart(4, '0')}', '2040-12-31', UTC_TIMESTAMP())`);
  world.sql(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, brand, last_four, expires_on, created_at) VALUES ${values}`);
  const last = cardFields((await page(client, addPath())).text, { payment_token: 'test-mastercard' });
  const fifty = await postCard(client, last);
  assert.equal(fifty.status, 303, words(fifty.text));
  assert.equal((await postCard(client, last)).location, fifty.location, 'the 50th sent again is the 50th');
  const list = await page(client, '/methods');
  assert.match(words(list.text), /You have 50 saved payment methods, as many as can be kept\. Remove one before you add another\./);
  assert.doesNotMatch(list.text, /href="\/billing\/methods\/card"/);
  assert.match(words((await page(client, addPath())).text), /Manage Payment Methods .*You have 50 saved payment methods/);
  const answer = await savesNothing(() => postCard(client, cardFields(form, { payment_token: 'test-discover' })));
  assert.equal(answer.status, 422);
  assert.match(summaryOf(answer.text), /as many payment methods as can be kept.*Remove one first\./);
  assert.equal((await page(client, addPath(`?replace=${account.card}`))).status, 200, 'replacing one needs no room');
  await client.post(removePath(account.bank), { key: await removeKey(client, account.bank) });
  assert.equal((await postCard(client, cardFields(answer.text, { payment_token: 'test-discover' }))).status, 303, 'after removing one');
});

test('too many tries in an hour: 429, and nothing is sent', async () => {
  const account = await world.account();
  const other = await world.account();
  const client = await world.signIn(account.user);
  await withSettings(['Limit.UserPayments = 3'], async () => {
    await knobs({ only_kind: 'validate', decline_code: 200 });
    for (let at = 0; at < 3; at++) assert.equal((await add(client)).status, 422);
    const fields = cardFields((await page(client, addPath())).text);
    const answer = await savesNothing(() => postCard(client, fields));
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    assert.match(words(answer.text), /Please wait before you try again/);
    await knobs();
    assert.equal((await add(await world.signIn(other.user), { payment_token: 'test-mastercard' })).status, 303, 'others are not held up');
    try {
      world.demo.clock('+3700');
      assert.equal((await add(await world.signIn(account.user), { payment_token: 'test-mastercard' })).status, 303, 'an hour later');
    } finally {
      world.demo.clock('');
    }
  });
});

// ---- what must not be written ----

test('no card field is taken, and no token is logged', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const html = (await page(client, addPath())).text;
  for (const change of [{ ccnumber: '4111111111111111' }, { cvv: '123' }, { name_on_card: '4111 1111 1111 1111' }, { street: '4111111111111111' }]) {
    const answer = await savesNothing(() => postCard(client, cardFields(html, change)));
    assert.equal(answer.status, 400, JSON.stringify(change));
    assert.match(words(answer.text), /Card numbers are not accepted here/);
  }
  for (const { name, text } of world.logs()) {
    if (name.startsWith('mariadb') || name === 'sandbox.log') continue;
    assert.doesNotMatch(text, /00000000-000000-000000|test-mastercard|nosuchtoken/, name);
    assert.doesNotMatch(text, /"r[0-9a-f]{32}"/, `${name}: a vault id charges the card`);
  }
});
