// banks.test.mjs - a bank account typed on Make a Payment or under Payment Methods, without a browser: checked, into the
// vault once, debited with the authorization that was shown, kept only when asked. Where the number goes: bank_number.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from '../modules/mailer/smtp_server.mjs';
import { World, assertFieldError, attribute, formKey, outcomeOf, payFields, summaryOf, tagOf, until, words } from './world.mjs';

let made = 0;
// A number of its own for each: the accounts of this file are known apart by the vault.
const number = () => `40009${String(++made).padStart(4, '0')}5555`;
const BANK = { method: 'bank', routing: '021000021', holder_type: 'personal', account_type: 'checking', name_on_account: 'Ada Moss' };
const typed = (account, change = {}) => ({ ...BANK, account, account_again: account, ...change });

let world;
before(async () => {
  world = await World.open({ settings: ['Payment.LeaseSeconds = 4', 'Gateway.TimeoutMs = 1500'] });
});
after(() => world?.close());

async function someone(invoices = [5000, 7000]) {
  const account = await world.account({ invoices });
  return { account, client: await world.signIn(account.user) };
}

const methodsOf = (account) =>
  world.sql(`SELECT id, state, is_remembered, brand, last_four, holder, holder_type, vault_id, vault_gone_at IS NOT NULL
             FROM method WHERE account_id = ${account.id} AND vault_id LIKE 'r%' AND kind = 'bank' ORDER BY id`)
    .map(([id, state, remembered, brand, four, holder, type, vault, gone]) => ({ id, state, remembered: remembered === '1', brand, four, holder, type, vault, gone: gone === '1' }));
const paymentsOf = (account) => Number(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id}`));
const consentsOf = (account) =>
  world.sql(`SELECT c.id, c.user_id, c.method_id, COALESCE(p.reference, ''), c.kind, c.version, c.text, c.accepted_at > UTC_TIMESTAMP() - INTERVAL 10 MINUTE, c.address, c.agent
             FROM consent c LEFT JOIN payment p ON p.id = c.payment_id WHERE c.account_id = ${account.id} ORDER BY c.id`)
    .map(([id, user, method, reference, kind, version, text, recent, address, agent]) => ({ id, user: Number(user), method, reference, kind, version, text, recent, address, agent }));
const mailsOf = (account, kind) => world.sql(`SELECT mail_key, user_id, subject_id FROM outbox WHERE account_id = ${account.id} AND kind = '${kind}' ORDER BY id`);
const kinds = async () => (await world.demo.gateway('GET', '/sandbox/requests')).by_kind;

async function vaultEntry(id) {
  const answer = await fetch(new URL('/api/query.php', world.demo.json.sandbox_url), {
    method: 'POST',
    body: new URLSearchParams({ security_key: world.demo.json.gateway_key, report_type: 'customer_vault', customer_vault_id: id }),
  });
  return (await answer.text()).match(/<customer\b[\s\S]*<\/customer>/)?.[0] ?? '';
}

async function settle(clock) {
  if (clock) world.demo.clock(clock);
  const { code, out, err } = await world.demo.remit('settle', '--json');
  assert.equal(code, 0, `${out}${err}`);
  if (clock) world.demo.clock('');
}

// Does `work`, and proves that nothing was made and nothing asked of the gateway.
async function makesNothing(work) {
  const before = [world.rows(), await kinds()];
  const result = await work();
  assert.deepEqual([world.rows(), await kinds()], before);
  return result;
}

async function withSettings(programs, lines, work) {
  const file = join(world.demo.run, 'remit.hdf');
  const kept = readFileSync(file);
  appendFileSync(file, `${lines.join('\n')}\n`);
  try {
    for (const program of programs) await world.demo.restart(program);
    return await work();
  } finally {
    writeFileSync(file, kept);
    for (const program of programs) await world.demo.restart(program);
  }
}

const authorizationOf = (html) => words(html.match(/<section class="r-authorization"[\s\S]*?<\/section>/)?.[0].match(/<p class="r-lines-kept"[^>]*>([\s\S]*?)<\/p>/)?.[1] ?? '');

// ---- Make a Payment ----

test('a new account for one payment: authorized, debited as WEB, and gone from the vault when it is over', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, typed(number(), { what: 'total' }));
  const [method] = methodsOf(account);
  assert.deepEqual([method.state, method.remembered, method.brand, method.four, method.holder, method.type], ['new', false, 'Checking', '5555', 'Ada Moss', 'personal']);
  const shown = authorizationOf(review.html);
  for (const part of [/I, User w\S+,/, /authorize Northwind Hosting to debit/, /\(Checking ending 5555\) electronically \(ACH\) once, for \$120\.00, on or after [A-Z]\w+ \d+, 20\d\d/, /revoke this authorization by contacting billing@northwind\.example or \+1 555 0100/, /correct errors/])
    assert.match(shown, part);
  assert.match(words(review.html), new RegExp(`you agree to this\\. A copy is sent to ${account.user.email}`));
  assert.equal(consentsOf(account).length, 0, 'nothing is agreed to before the confirm');

  const page = await client.follow(await world.confirm(client, review));
  assert.equal(outcomeOf(page.text), 'pending');
  const [sale, ...more] = await world.sales(review.reference);
  assert.equal(more.length, 0);
  assert.deepEqual([sale.amount_cents, sale.sec_code, sale.account_holder_type], [12000, 'WEB', 'personal']);
  const [consent, ...others] = consentsOf(account);
  assert.equal(others.length, 0);
  assert.deepEqual([consent.user, consent.method, consent.reference, consent.kind, consent.recent, consent.address], [account.user.id, method.id, review.reference, 'ach_authorization', '1', '127.0.0.1']);
  assert.equal(consent.text, shown, 'kept as it was shown');
  assert.match(consent.version, /^[0-9a-f]{16}$/);
  assert.deepEqual(mailsOf(account, 'authorization'), [[`authorization:${review.reference}`, String(account.user.id), consent.id]]);

  assert.ok(await vaultEntry(method.vault), 'the bank has not paid yet');
  await world.demo.gateway('POST', '/sandbox/ach', { order_id: review.reference, action: 'settle' });
  await settle();
  await settle();
  assert.equal(world.state(review.reference), 'succeeded');
  assert.deepEqual([methodsOf(account)[0].state, methodsOf(account)[0].gone], ['removed', true]);
  assert.equal(await vaultEntry(method.vault), '');
  const list = await client.get(world.path('/methods'));
  assert.doesNotMatch(words(list.text), /ending 5555/);
  await world.assertClean();
});

test('a business account that is remembered: debited as CCD, offered first next time, authorized each time', async () => {
  const { account, client } = await someone();
  const [first] = account.invoices;
  const business = typed(number(), { holder_type: 'business', account_type: 'savings', company: 'Moss & Co', bank_street: '1 Main St', bank_city: 'Reno', bank_state: 'NV', bank_zip: '89501' });
  const review = await world.review(client, { ...business, remember_account: '1', what: 'selected', invoice: first.number });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, review))).text), 'pending');
  const [method] = methodsOf(account);
  assert.deepEqual([method.state, method.remembered, method.brand, method.type], ['active', true, 'Savings', 'business']);
  const [sale] = await world.sales(review.reference);
  assert.deepEqual([sale.sec_code, sale.account_holder_type], ['CCD', 'business']);
  const entry = await vaultEntry(method.vault);
  for (const part of [/<company>Moss &#38; Co</, /<account_type>savings</, /<address_1>1 Main St</, /<postal_code>89501</, /<check_name>Ada Moss</]) assert.match(entry, part);

  const page = await client.get(world.path('/pay'));
  assert.match(page.text, new RegExp(`name="method" value="${method.id}"[^>]* checked`));
  const later = await world.review(client, { method: method.id, what: 'total' });
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, later))).text), 'pending');
  assert.equal((await world.sales(later.reference))[0].sec_code, 'CCD');
  assert.deepEqual(consentsOf(account).map((each) => each.reference), [review.reference, later.reference]);
  assert.deepEqual(mailsOf(account, 'method_added').length, 1);
  await world.assertClean();
});

test('a company left from before Personal was chosen goes nowhere', async () => {
  const { account, client } = await someone();
  await world.review(client, typed(number(), { what: 'total', company: 'Moss & Co' }));
  const entry = await vaultEntry(methodsOf(account)[0].vault);
  assert.match(entry, /<check_name>Ada Moss</);
  assert.doesNotMatch(entry, /<company>/);
});

test('what is wrong is said beside its field; what was typed stays, the numbers do not; nothing is sent', async () => {
  const { client } = await someone();
  const good = typed('480011223', { what: 'total', note: 'kept', company: 'Moss <b>' });
  const cases = [
    ['routing', { routing: '' }, /nine digits/],
    ['routing', { routing: '021000022' }, /not a routing number/],
    ['routing', { routing: '02100002' }, /not a routing number/],
    ['routing', { routing: '0210000210' }, /not a routing number/],
    ['routing', { routing: '02100002x' }, /not a routing number/],
    ['routing', { routing: '000000000' }, /not a routing number/],
    ['routing', { routing: '130000009' }, /not a routing number/],
    ['account', { account: '', account_again: '' }, /Enter the account number/],
    ['account', { account: '907', account_again: '907' }, /4 to 17 digits/],
    ['account', { account: '123456789012345678', account_again: '123456789012345678' }, /4 to 17 digits/],
    ['account', { account: '12345x', account_again: '12345x' }, /digits only/],
    ['account', { account: '1'.repeat(41), account_again: '1' }, /at most 40/],
    ['account_again', { account_again: '' }, /once more/],
    ['account_again', { account_again: '480011224' }, /not the same/],
    ['holder_type', { holder_type: null }, /Personal or Business/],
    ['holder_type', { holder_type: 'other' }, /Personal or Business/],
    ['account_type', { account_type: null }, /Checking or Savings/],
    ['name_on_account', { name_on_account: ' ' }, /name on the account/],
    ['name_on_account', { name_on_account: 'A'.repeat(101) }, /at most 100/],
    ['company', { holder_type: 'business', company: ' ' }, /the company/],
    ['bank_zip', { bank_zip: '8950' }, /five digits/],
  ];
  for (const [field, change, sentence] of cases) {
    const answer = await makesNothing(() => world.pay(client, { ...good, ...change }));
    assert.equal(answer.status, 422, field);
    assertFieldError(answer.text, field, sentence);
    assert.ok(answer.text.includes('kept'), 'the note stays');
    for (const name of ['routing', 'account', 'account_again']) assert.equal(attribute(tagOf(answer.text, name), 'value'), undefined, `${name} is not sent back`);
    const number = (change.account ?? good.account) || good.account;
    if (number.length > 8) assert.ok(!answer.text.includes(number), 'nor anywhere in the page');
    if (!('company' in change)) assert.equal(attribute(tagOf(answer.text, 'company'), 'value'), 'Moss <b>');
    if (!('name_on_account' in change)) assert.equal(attribute(tagOf(answer.text, 'name_on_account'), 'value'), 'Ada Moss');
    assert.notEqual(attribute(tagOf(answer.text, 'method-bank'), 'checked'), undefined, 'the choice stays');
  }
});

test('at the limits: 4 and 17 digits, with the spaces and hyphens of a check', async () => {
  const { account, client } = await someone();
  await world.review(client, typed('4821', { what: 'total' }));
  await world.review(client, typed('98765432109876543', { what: 'total', account_again: '9876 5432-1098 76543', routing: '0210 0002-1' }));
  assert.deepEqual(methodsOf(account).map(({ four }) => four), ['4821', '6543']);
});

test('an account number that looks like a card is an account number; anywhere else it is refused', async () => {
  const { account, client } = await someone();
  await world.review(client, typed('4111111111111111', { what: 'total' }));
  assert.equal(methodsOf(account)[0].four, '1111');
  for (const field of ['routing', 'name_on_account', 'company', 'bank_street', 'note'])
    assert.equal((await makesNothing(() => world.pay(client, typed('123456789', { what: 'total', [field]: '4111 1111 1111 1111' })))).status, 400, field);
});

test('the same form sent five times at once: one entry, one payment; another tab is another payment', async () => {
  const { account, client } = await someone();
  const saves = (await kinds()).customer_vault;
  const form = payFields((await client.get(world.path('/pay'))).text, typed(number(), { what: 'total' }));
  await world.demo.knobs({ reset: true, latency_ms: 300, only_kind: 'vault' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.post(world.path('/pay'), form)));
  await world.demo.resetKnobs();
  for (const answer of answers) assert.equal(answer.status, 303, summaryOf(answer.text));
  assert.equal(new Set(answers.map(({ location }) => location.replace('?again=1', ''))).size, 1);
  assert.deepEqual([methodsOf(account).length, paymentsOf(account), (await kinds()).customer_vault], [1, 1, saves + 1]);

  const changed = form.map(([name, value]) => [name, name.startsWith('account') && name !== 'account_type' ? '555512345' : value]);
  const other = await client.post(world.path('/pay'), changed);
  assert.equal(other.status, 409, 'the key was used for another account');
  assert.match(summaryOf(other.text), /already sent and made payment/);

  const tab = await world.review(client, typed(number(), { what: 'total' }));
  const [first] = [await client.get(answers[0].location)];
  const one = { path: answers[0].location.replace('?again=1', ''), key: formKey(first.text), html: first.text };
  const ends = await Promise.all([world.confirm(client, one), world.confirm(client, tab)]);
  const outcomes = [];
  for (const end of ends) outcomes.push(outcomeOf((await client.follow(end)).text));
  assert.deepEqual(outcomes.sort(), ['conflict', 'pending']);
  assert.equal(consentsOf(account).length, 1, 'only what was claimed is authorized');
  await world.assertClean();
});

test('a confirm sent ten times at once: one debit, one authorization, one copy', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, typed(number(), { what: 'total' }));
  const answers = await Promise.all(Array.from({ length: 10 }, () => world.confirm(client, review)));
  for (const answer of answers) assert.equal(outcomeOf((await client.follow(answer)).text), 'pending');
  assert.deepEqual([(await world.sales(review.reference)).length, consentsOf(account).length, mailsOf(account, 'authorization').length], [1, 1, 1]);
});

test('what was not shown is not agreed to: without its version, or another day, nothing is debited', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, typed(number(), { what: 'total' }));
  for (const body of [{ key: review.key }, { key: review.key, authorization: '0123456789abcdef' }]) {
    const answer = await client.post(review.path, body);
    assert.equal(answer.status, 409);
    assert.match(summaryOf(answer.text), /The authorization changed while this page was open\. Nothing was charged/);
    assert.match(answer.text, /href="#authorization"/);
  }
  await withSettings(['pay'], ['Payment.BankAuthorization = {name} lets {provider} take {amount} from {account} on {date}; ask {contact}.'], async () => {
    const late = await world.confirm(client, review);
    assert.equal(late.status, 409, 'another wording is another text');
    const now = authorizationOf(late.text);
    assert.match(now, /^User \S+ lets Northwind Hosting take \$120\.00 from Checking ending 5555 on \w+ \d+, 20\d\d; ask billing@/);
    assert.equal(consentsOf(account).length, 0);
    const done = await world.confirm(client, { ...review, html: late.text, key: formKey(late.text) });
    assert.equal(outcomeOf((await client.follow(done)).text), 'pending');
    assert.equal(consentsOf(account)[0].text, now);
  });
});

test('declined by the gateway: told, nothing charged, and the account leaves the vault', async () => {
  for (const [code, says] of [[200, /did not approve it this time/], [251, /does not allow this method/], [220, /bank information was incorrect or incomplete.*routing and account number/]]) {
    const { account, client } = await someone();
    const review = await world.review(client, typed(number(), { what: 'total' }));
    await world.demo.knobs({ reset: true, decline_code: code, times: 1 });
    const page = await client.follow(await world.confirm(client, review));
    await world.demo.resetKnobs();
    assert.equal(outcomeOf(page.text), 'declined', String(code));
    assert.match(words(page.text), says);
    for (const { number: invoice } of account.invoices) assert.equal(world.figures(invoice).pending, 0);
    await until('the vault entry to go', () => methodsOf(account)[0].gone);
    assert.equal(await vaultEntry(methodsOf(account)[0].vault), '');
    assert.equal(consentsOf(account).length, 1, 'what was agreed to stays known');
  }
  await world.assertClean();
});

test('the vault does not answer a save, or refuses it: asked again, nothing charged, no ghost', async () => {
  const LOST = /cannot tell whether it took this account\. Nothing was charged/;
  for (const [knobs, says] of [
    [{ answer: 'http_500' }, LOST],
    [{ lose: 'before' }, LOST],
    [{ silent: true }, LOST],
    [{ answer: 'rate_limit' }, /bank information is incorrect or incomplete/],
    [{ answer: 'wrong_key' }, /Bank accounts cannot be taken right now/],
  ]) {
    const { account, client } = await someone();
    await world.demo.knobs({ reset: true, only_kind: 'vault', times: 1, ...knobs });
    const answer = await world.pay(client, typed(number(), { what: 'total', note: 'kept' }));
    await world.demo.resetKnobs();
    assert.equal(answer.status, 422);
    assertFieldError(answer.text, 'routing', says);
    assert.ok(answer.text.includes('kept') && answer.text.includes('Ada Moss'));
    assert.deepEqual([methodsOf(account).map(({ state, gone }) => [state, gone]), paymentsOf(account)], [[['removed', says !== LOST]], 0]);
    const second = await client.post(world.path('/pay'), payFields(answer.text, typed(number(), { what: 'total' })));
    assert.equal(second.status, 303, summaryOf(second.text));
  }
});

test('an answer that is lost after the booking is read back; one that lands late is taken away', async () => {
  const { account, client } = await someone();
  await world.demo.knobs({ reset: true, only_kind: 'vault', lose: 'after', times: 1 });
  assert.match(words((await world.review(client, typed(number(), { what: 'total' }))).html), /Checking ending 5555/);
  assert.equal(methodsOf(account).length, 1);

  const other = await someone();
  await world.demo.knobs({ reset: true, only_kind: 'vault', lose: 'late', late_ms: 2500, times: 1 });
  assert.equal((await world.pay(other.client, typed(number(), { what: 'total' }))).status, 422);
  const [ghost] = methodsOf(other.account);
  await until('the late save to land', () => vaultEntry(ghost.vault));
  await settle('+1000');
  assert.equal(await vaultEntry(ghost.vault), '');
});

test('the answer of the debit is lost: unknown, then found; debited and authorized once', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, typed(number(), { what: 'total' }));
  await world.demo.knobs({ reset: true, lose: 'after', times: 1 });
  const page = await client.follow(await world.confirm(client, review));
  await world.demo.resetKnobs();
  assert.equal(outcomeOf(page.text), 'unknown');
  await settle('+120');
  assert.equal(world.state(review.reference), 'pending');
  assert.deepEqual([(await world.sales(review.reference)).length, consentsOf(account).length], [1, 1]);
});

test('an account that is known by the vault is not saved twice; under another holder type it is not paid with as it is', async () => {
  const { account, client } = await someone([1000, 2000, 3000]);
  const same = number();
  const choose = (at) => ({ what: 'selected', invoice: account.invoices[at].number, remember_account: '1' });
  const first = await world.review(client, typed(same, choose(0)));
  await client.follow(await world.confirm(client, first));
  const [saved] = methodsOf(account);
  const again = await world.review(client, typed(same, choose(1)));
  assert.equal(world.one(`SELECT method_id FROM payment WHERE reference = '${again.reference}'`), saved.id, 'paid with what is saved');
  const business = await world.review(client, typed(same, { ...choose(2), holder_type: 'business', company: 'Moss & Co' }));
  const used = world.one(`SELECT method_id FROM payment WHERE reference = '${business.reference}'`);
  assert.notEqual(used, saved.id);
  // The same last four at the same bank, but another number.
  const other = await world.review(client, typed(`9${same}`, choose(1)));
  assert.notEqual(world.one(`SELECT method_id FROM payment WHERE reference = '${other.reference}'`), saved.id);
  assert.match(words(other.html), /Checking ending 5555/);
});

// ---- who may, and whether it is offered ----

test('without the permission, or signed out, nothing happens', async () => {
  const account = await world.account({ readers: 1 });
  const reader = await world.signIn(account.readers[0]);
  const stranger = world.demo.client();
  const form = { key: 'x', ...typed('123456789', { what: 'total' }) };
  for (const [who, status] of [[reader, 403], [stranger, 303]])
    for (const path of ['/pay', '/methods/bank'])
      assert.equal((await makesNothing(() => who.post(world.path(path), form))).status, status, path);
  assert.equal((await reader.get(world.path('/methods/bank'))).status, 403);
});

test('a form without a good key saves nothing', async () => {
  const { client } = await someone();
  const other = await someone();
  const theirs = formKey((await other.client.get(world.path('/methods/bank'))).text);
  for (const key of ['', 'made up', theirs]) {
    const answer = await makesNothing(() => client.post(world.path('/methods/bank'), { key, ...typed('123456789'), method: '' }));
    assert.equal(answer.status, 403);
    assert.ok(!answer.text.includes('123456789'));
  }
});

test('banks switched off: not offered, refused between form and review, and between review and confirm', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, { method: account.bank, what: 'total' });
  const form = payFields((await client.get(world.path('/pay'))).text, typed(number(), { what: 'total', note: 'still here' }));
  const saving = await fieldsOf(client);
  await withSettings(['pay', 'methods'], ['Payment.Banks = 0'], async () => {
    const page = await client.get(world.path('/pay'));
    assert.doesNotMatch(page.text, /Automated ACH|methods\/bank/);
    assert.match(words(page.text), /Checking ending 6789 Bank account Bank accounts are not accepted any more\./);
    assert.match(page.text, /id="method-card"/);
    const answer = await makesNothing(() => client.post(world.path('/pay'), form));
    assert.equal(answer.status, 422);
    assert.match(summaryOf(answer.text), /Bank accounts are not accepted any more/);
    assert.ok(answer.text.includes('still here'));
    const confirm = await makesNothing(() => world.confirm(client, review));
    assert.equal(confirm.status, 409);
    assert.match(words(confirm.text), /Bank accounts are not accepted any more .*Nothing was charged/);
    assert.match(words((await client.get(world.path('/methods/bank'))).text), /Bank accounts cannot be added here right now/);
    assert.doesNotMatch((await client.get(world.path('/methods'))).text, /methods\/bank/);
    const save = await makesNothing(() => client.post(world.path('/methods/bank'), saving));
    assert.equal(save.status, 422);
    assert.match(summaryOf(save.text), /Bank accounts cannot be added here right now/);
  });
});

test('cards switched off leaves the bank alone; both off says so', async () => {
  const { client } = await someone();
  world.sql(`UPDATE method SET state = 'removed' WHERE user_id = (SELECT user_id FROM session ORDER BY created_at DESC LIMIT 1)`);
  await withSettings(['pay', 'methods'], ['Payment.Cards = 0'], async () => {
    const page = await client.get(world.path('/pay'));
    assert.match(page.text, /id="method-bank"[^>]* checked/);
    assert.doesNotMatch(page.text, /method-card|gateway-script/);
    const list = await client.get(world.path('/methods'));
    assert.match(list.text, /methods\/bank">Add Bank Information \(eCheck\)/);
    assert.doesNotMatch(list.text, /methods\/card/);
    assert.equal((await world.demo.remit('config', 'check')).code, 0);
  });
  await withSettings(['pay', 'methods'], ['Payment.Cards = 0', 'Payment.Banks = 0'], async () => {
    assert.match(words((await client.get(world.path('/pay'))).text), /Online payment is not offered/);
    const sent = await client.post(world.path('/pay'), { ...typed('123456789', { what: 'total' }), key: 'x' });
    assert.equal(sent.status, 403);
  });
});

// ---- Payment Methods ----

// What the form of a new account would send.
async function fieldsOf(client, change = {}, query = '') {
  const { text } = await client.get(world.path(`/methods/bank${query}`));
  const account = change.account ?? number();
  const fields = { key: formKey(text), ...typed(account), authorize: attribute(tagOf(text, 'authorize'), 'value') };
  delete fields.method;
  for (const name of ['replace', 'next']) {
    const tag = text.match(new RegExp(`<input[^>]*name="${name}"[^>]*>`))?.[0];
    if (tag) fields[name] = attribute(tag, 'value');
  }
  return Object.fromEntries(Object.entries({ ...fields, ...change }).filter(([, value]) => value !== null));
}

const save = (client, fields) => client.post(world.path('/methods/bank'), fields);

test('an account is added: authorized by a tick, in the vault, in the list, and a copy goes out', async () => {
  const { account, client } = await someone();
  const form = await client.get(world.path('/methods/bank'));
  assert.match(words(form.text), /Add Bank Information \(eCheck\) Nothing is taken from the account now/);
  const shown = authorizationOf(form.text);
  assert.match(shown, /I, User \S+, authorize Northwind Hosting to debit .*payments that I start later/);
  const answers = [];
  const fields = await fieldsOf(client, { account_type: 'savings' });
  for (let at = 0; at < 2; at++) answers.push(await save(client, fields));
  assert.match(answers[0].location ?? words(answers[0].text), /\/methods\/\d+\?saved=1$/);
  assert.equal(answers[1].location, answers[0].location, 'sent twice is saved once');
  const page = await client.get(answers[0].location);
  assert.match(words(page.text), /The account was saved\. .*Savings ending 5555 .*Name on Account Ada Moss .*Replace this account/);
  const [method, ...more] = methodsOf(account);
  assert.equal(more.length, 0);
  const [consent, ...others] = consentsOf(account);
  assert.equal(others.length, 0);
  assert.deepEqual([consent.method, consent.reference, consent.kind, consent.text], [method.id, '', 'ach_authorization', shown]);
  assert.deepEqual(mailsOf(account, 'authorization'), [[`authorization:method:${method.id}`, String(account.user.id), consent.id]]);
  assert.equal(mailsOf(account, 'method_added').length, 1);
  assert.match((await client.get(world.path('/pay'))).text, new RegExp(`name="method" value="${method.id}"[^>]* checked`));
});

test('the form of an account that was saved, sent again with another one: asked again, and nothing is said to be saved', async () => {
  const { account, client } = await someone();
  const fields = await fieldsOf(client);
  assert.match((await save(client, fields)).location ?? '', /\?saved=1$/);
  const other = '700012349876';
  const answer = await makesNothing(() => save(client, { ...fields, account: other, account_again: other }));
  assert.equal(answer.status, 422, answer.location);
  assertFieldError(answer.text, 'routing', /This form was sent before\. Please enter the account again/);
  assert.match((await save(client, { ...fields, key: formKey(answer.text), account: other, account_again: other })).location ?? '', /\?saved=1$/);
  assert.deepEqual(methodsOf(account).map((method) => method.four), ['5555', '9876']);
});

test('the tick is needed, and only for what was on the page', async () => {
  const { client } = await someone();
  for (const [authorize, sentence] of [[null, /tick this box/], ['0123456789abcdef', /changed while this page was open/]]) {
    const fields = await fieldsOf(client, { authorize, bank_city: 'Reno' });
    const answer = await makesNothing(() => save(client, fields));
    assert.equal(answer.status, 422);
    assertFieldError(answer.text, 'authorize', sentence);
    assert.equal(attribute(tagOf(answer.text, 'authorize'), 'checked'), undefined);
    assert.equal(attribute(tagOf(answer.text, 'bank_city'), 'value'), 'Reno');
    assert.ok(!answer.text.includes(fields.account));
  }
});

test('the same account again is known and brought up to date; another takes the place of one, as the same method', async () => {
  const { account, client } = await someone();
  const same = number();
  const first = await save(client, await fieldsOf(client, { account: same }));
  const id = first.location.match(/methods\/(\d+)/)[1];
  const second = await save(client, await fieldsOf(client, { account: same, holder_type: 'business', company: 'Moss & Co', name_on_account: 'Grace Moss' }));
  assert.equal(second.location, world.path(`/methods/${id}?known=1`));
  assert.match(words((await client.get(second.location)).text), /This account was saved already; its details were updated\. .*Grace Moss/);
  assert.equal(world.one(`SELECT holder_type FROM method WHERE id = ${id}`), 'business');
  const review = await world.review(client, { method: id, what: 'total' });
  await client.follow(await world.confirm(client, review));
  assert.equal((await world.sales(review.reference))[0].sec_code, 'CCD', 'debited as what it is now');

  world.sql(`UPDATE method SET state = 'needs_attention', attention = 'R02' WHERE id = ${account.bank}`);
  const fields = await fieldsOf(client, { account: '770077009988' }, `?replace=${account.bank}&next=/pay`);
  assert.equal(fields.replace, String(account.bank));
  const answer = await save(client, fields);
  assert.equal(answer.location, world.path('/pay'));
  const [[state, four]] = world.sql(`SELECT state, last_four FROM method WHERE id = ${account.bank}`);
  assert.deepEqual([state, four], ['active', '9988']);
});

test('what cannot be replaced', async () => {
  const { account, client } = await someone();
  const other = await world.account();
  const fields = await fieldsOf(client);
  for (const id of [account.card, other.bank, 0, 'x']) {
    assert.equal((await client.get(world.path(`/methods/bank?replace=${id}`))).status, 404, String(id));
    assert.equal((await makesNothing(() => save(client, { ...fields, replace: id }))).status, 404, String(id));
  }
  assert.equal((await client.get(world.path(`/methods/card?replace=${account.bank}`))).status, 404);
});

// ---- the mail ----

test('the copy holds the text, and goes to the customer', async () => {
  const { account, client } = await someone();
  const review = await world.review(client, typed(number(), { what: 'total' }));
  await client.follow(await world.confirm(client, review));
  const [consent] = consentsOf(account);
  const folder = world.demo.json.mail_dir;
  const mails = () => readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => parse(readFileSync(join(folder, name), 'latin1')));
  const mail = await until('the copy', () => mails().find((each) => each.header('To').includes(account.user.email) && /authorization/.test(each.header('Subject'))));
  assert.equal(mail.header('Subject'), 'Your authorization for Checking ending 5555');
  assert.ok(mail.text.replace(/\s+/g, ' ').includes(consent.text), mail.text);
  assert.ok(words(mail.html).includes(consent.text), mail.html);
});
