// forms.test.mjs - what a form may hold, what is said when it may not, and that nothing comes of it then.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ROUNDS, World, assertFieldError, attribute, formKey, formPairs, outcomeOf, payFields, summaryOf, tagOf, until, words,
} from './world.mjs';

let world;

before(async () => {
  world = await World.open();
});
after(() => world?.close());

const values = (pairs, name) => pairs.filter(([each]) => each === name).map(([, value]) => value);

// Does `work`, and proves that nothing was made in the database and nothing asked of the gateway.
async function makesNothing(work) {
  const rows = world.rows();
  const requests = await world.gatewayRequests();
  const result = await work();
  assert.equal(world.rows(), rows, 'nothing is made');
  assert.equal(await world.gatewayRequests(), requests, 'nothing is sent to the gateway');
  return result;
}

// The page holds what was sent: the choice, its texts, ticks and amounts.
function assertKept(html, sent) {
  const shown = formPairs(html);
  for (const name of ['what', 'fixed_amount', 'invoice', 'listed', 'amount', 'method', 'note'])
    assert.deepEqual(values(shown, name), values(sent, name), `${name} is kept`);
}

// ---- the form's key ----

test('a form without a good key is told why, keeps what was typed, and makes nothing', async () => {
  const account = await world.account({ users: 2 });
  const client = await world.signIn(account.user);
  const other = await world.signIn(account.users[1]);
  const twin = await world.signIn(account.user);
  const [first, second] = account.invoices;
  const page = (await client.get(world.path('/pay'))).text;
  const review = await world.review(client, { what: 'total' });
  const loginKey = formKey((await world.demo.client().get(world.path('/login'))).text);
  const good = formKey(page);
  const flipped = (good.startsWith('A') ? 'B' : 'A') + good.slice(1);
  const foreign = /made for another sign-in/;
  const cases = [
    ['missing', null, /came without its key/],
    ['empty', '', /came without its key/],
    ['garbage', 'garbage', foreign],
    ['a bit flipped', flipped, foreign],
    ['cut short', good.slice(0, -1), foreign],
    ["another user's", formKey((await other.get(world.path('/pay'))).text), foreign],
    ["another session's of the same user", formKey((await twin.get(world.path('/pay'))).text), foreign],
    ["a confirm's", review.key, foreign],
    ["another program's", loginKey, foreign],
    ['very long', 'A'.repeat(60000), foreign],
  ];
  for (const [what, key, sentence] of cases) {
    const sent = payFields(page, {
      key, what: 'selected', fixed_amount: '12.34', invoice: [first.number, second.number],
      amounts: { [first.number]: '7.77', [second.number]: '1,0.0' }, note: 'Line 1\n<b>&"\' äß 支払',
    });
    const answer = await makesNothing(() => client.post(world.path('/pay'), sent));
    assert.equal(answer.status, 403, what);
    assert.match(summaryOf(answer.text), sentence, what);
    assert.match(summaryOf(answer.text), /Nothing was done\. Check what you entered and send it again from this page\./);
    assertKept(answer.text, sent);
    assert.notEqual(formKey(answer.text), key);
  }
});

test('the same page, sent again with the key it now has, goes through', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const page = (await client.get(world.path('/pay'))).text;
  const refused = await client.post(world.path('/pay'), payFields(page, { key: 'x', what: 'fixed', fixed_amount: '5', note: 'kept' }));
  assert.equal(refused.status, 403);
  const answer = await client.post(world.path('/pay'), formPairs(refused.text));
  assert.equal(answer.status, 303);
  assert.match((await client.get(answer.location)).text, /\$5\.00/);
  assert.equal(world.one(`SELECT note FROM payment WHERE reference = '${answer.location.split('/').pop()}'`), 'kept');
});

test('a page that lay open too long says so', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const form = payFields((await client.get(world.path('/pay'))).text, { what: 'total', note: 'late' });
  try {
    for (let at = 1700; at < 12 * 3600; at += 1700) {
      world.demo.clock(`+${at}`);
      assert.equal((await client.get(world.path('/'))).status, 200);
    }
    // The session's own end comes with the key's: a longer session keeps the two apart.
    world.sql(`UPDATE session SET ends_at = ends_at + INTERVAL 1 DAY WHERE user_id = ${account.user.id}`);
    world.demo.clock(`+${12 * 3600 + 60}`);
    const answer = await makesNothing(() => client.post(world.path('/pay'), form));
    assert.equal(answer.status, 403);
    assert.match(summaryOf(answer.text), /This page was open too long\. Nothing was done/);
    assertKept(answer.text, form);
    assert.equal((await client.post(world.path('/pay'), formPairs(answer.text))).status, 303);
  } finally {
    world.demo.clock('');
  }
});

test('a form sent twice is one payment; with other content it is refused', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const form = payFields((await client.get(world.path('/pay'))).text, { what: 'fixed', fixed_amount: '10', note: 'one' });
  const first = await client.post(world.path('/pay'), form);
  assert.equal(first.status, 303);
  const again = await makesNothing(() => client.post(world.path('/pay'), form));
  assert.equal(again.status, 303);
  assert.equal(again.location, `${first.location}?again=1`);
  const page = await client.get(again.location);
  assert.match(words(page.text), /This form was sent before\. This is the payment it made; nothing was paid twice\./);
  const changes = [{ fixed_amount: '11' }, { note: 'two' }, { method: account.bank }, { what: 'total' }, { note: 'one ' }];
  for (const change of changes) {
    const other = form.filter(([name]) => !(name in change)).concat(Object.entries(change).map(([n, v]) => [n, String(v)]));
    const answer = await makesNothing(() => client.post(world.path('/pay'), other));
    assert.equal(answer.status, 409, JSON.stringify(change));
    const reference = first.location.split('/').pop();
    assert.match(summaryOf(answer.text), new RegExp(`already sent and made payment ${reference}\\. Nothing more was done`));
    assertKept(answer.text, other);
  }
  await client.follow(await world.confirm(client, { path: first.location, key: formKey((await client.get(first.location)).text) }));
  const late = await makesNothing(() => client.post(world.path('/pay'), form));
  assert.equal(late.location, `${first.location}?again=1`, 'after it is paid, too');
  assert.equal((await world.sales(first.location.split('/').pop())).length, 1);
});

test('a form sent six times at once is one payment', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  for (let round = 1; round <= ROUNDS * 2; round++) {
    const form = payFields((await client.get(world.path('/pay'))).text, { what: 'total' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => client.post(world.path('/pay'), form)));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [303]);
    assert.equal(new Set(answers.map((answer) => answer.location.replace('?again=1', ''))).size, 1);
    assert.equal(answers.filter((answer) => !answer.location.includes('again')).length, 1);
    assert.equal(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id}`), String(round));
  }
});

test('the confirm wants its own key', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const twin = await world.signIn(account.user);
  const [one, two] = [await world.review(client, { what: 'fixed', fixed_amount: '1' }), await world.review(client, { what: 'fixed', fixed_amount: '2' })];
  const keys = [
    ['', /without its key/], ['x', /another sign-in/], [two.key, /another sign-in/],
    [formKey((await client.get(world.path('/pay'))).text), /another sign-in/],
    [formKey((await twin.get(one.path)).text), /another sign-in/],
  ];
  for (const [key, sentence] of keys) {
    const answer = await makesNothing(() => client.post(one.path, { key }));
    assert.equal(answer.status, 403);
    assert.match(summaryOf(answer.text), sentence);
    assert.match(words(answer.text), /Nothing has been charged yet/);
  }
  assert.equal(world.state(one.reference), 'review');
});

// ---- amounts ----

const WRONG_AMOUNTS = [
  ['0', /above zero/], ['0.00', /above zero/], ['-5', /negative/], ['-0.01', /negative/], ['−5', /negative/],
  ['0.005', /two digits after the point/], ['1.999', /two digits after the point/], ['1'.repeat(30), /larger than can be paid/],
  ['1' + '0'.repeat(30), /larger than can be paid/], ['9223372036854775807', /larger than can be paid/],
  ['92233720368547758.08', /larger than can be paid/], ['abc', /dollars and cents/], ['1e2', /dollars and cents/], ['0x10', /dollars and cents/],
  ['١٢٣', /dollars and cents/], ['１２', /dollars and cents/], ['1,23', /dollars and cents/], ['1.2.3', /dollars and cents/],
  ['1 000', /dollars and cents/], ['$', /dollars and cents/], ['NaN', /dollars and cents/], ['Infinity', /dollars and cents/],
  ['+5', /dollars and cents/], ["5'--", /dollars and cents/], ['<b>5</b>', /dollars and cents/], ['5%', /dollars and cents/],
  ['5 USD', /dollars and cents/], ['1'.repeat(41), /at most 40 characters/],
];

test('amounts that are none: Fixed Amount', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const page = (await client.get(world.path('/pay'))).text;
  const cases = [...WRONG_AMOUNTS, ['', /Enter an amount/], ['   ', /Enter an amount/], ['0.99', /smallest payment here is \$1\.00/]];
  for (const [text, sentence] of cases) {
    const sent = payFields(page, { what: 'fixed', fixed_amount: text, invoice: account.invoices[1].number, note: 'kept', method: account.bank });
    const answer = await makesNothing(() => client.post(world.path('/pay'), sent));
    assert.equal(answer.status, 422, JSON.stringify(text));
    assertFieldError(answer.text, 'fixed_amount', sentence);
    assert.equal(attribute(tagOf(answer.text, 'fixed_amount'), 'aria-invalid'), 'true');
    assertKept(answer.text, sent);
  }
});

test('amounts that are none: a selected invoice', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const page = (await client.get(world.path('/pay'))).text;
  const [first, second] = account.invoices;
  const cases = [...WRONG_AMOUNTS, ['45.01', /Only \$45\.00 can be paid on this invoice/]];
  for (const [text, sentence] of cases) {
    const sent = payFields(page, {
      what: 'selected', invoice: [first.number, second.number], amounts: { [second.number]: text }, note: 'kept',
    });
    const answer = await makesNothing(() => client.post(world.path('/pay'), sent));
    assert.equal(answer.status, 422, JSON.stringify(text));
    // Too long a text is wrong for the list as a whole; everything else for its row.
    if (text.length <= 40) {
      assertFieldError(answer.text, 'amount-1', sentence);
      assert.equal(attribute(tagOf(answer.text, 'amount-1'), 'aria-invalid'), 'true');
      assert.equal(tagOf(answer.text, 'amount-0-error'), undefined, 'the other row is right');
    }
    assertKept(answer.text, sent);
  }
});

test('amounts that are right', async () => {
  const account = await world.account({ invoices: [150000, 4500] });
  const client = await world.signIn(account.user);
  for (const [text, cents] of [['1234.5', 123450], ['1,234.50', 123450], ['$1,234.50', 123450], [' 7 ', 700], ['1.', 100], ['1545.00', 154500]]) {
    const review = await world.review(client, { what: 'fixed', fixed_amount: text });
    assert.equal(world.one(`SELECT amount_cents FROM payment WHERE reference = '${review.reference}'`), String(cents), text);
  }
  const [first] = account.invoices;
  const empty = await world.review(client, { what: 'selected', invoice: first.number, amounts: { [first.number]: '' } });
  assert.equal(world.one(`SELECT amount_cents FROM payment WHERE reference = '${empty.reference}'`), '150000', 'an empty amount pays in full');
  const unticked = await world.review(client, { what: 'selected', invoice: first.number, amounts: { [account.invoices[1].number]: 'nonsense' } });
  assert.equal(world.one(`SELECT amount_cents FROM payment WHERE reference = '${unticked.reference}'`), '150000', 'what is not ticked is not read');
});

test('limits of a payment', async () => {
  const account = await world.account({ invoices: [20_000_000, 50] });
  const client = await world.signIn(account.user);
  const small = account.invoices[1].number;
  const large = await makesNothing(() => world.pay(client, { what: 'total' }));
  assert.equal(large.status, 422);
  assertFieldError(large.text, 'what', /The largest payment here is \$100,000\.00/);
  const tiny = await makesNothing(() => world.pay(client, { what: 'selected', invoice: small }));
  assert.equal(tiny.status, 422);
  assertFieldError(tiny.text, 'what', /The smallest payment here is \$1\.00/);
});

// ---- the other fields ----

test('choices and methods that are none', async () => {
  const account = await world.account({ users: 2 });
  const stranger = await world.account();
  const client = await world.signIn(account.user);
  const number = account.invoices[0].number;
  world.sql(`UPDATE method SET expires_on = '2020-01-31' WHERE id = ${account.users[1].card};
             UPDATE method SET user_id = ${account.user.id} WHERE id = ${account.users[1].card}`);
  const cases = [
    [{ what: null }, 'what', /Choose what to pay/],
    [{ what: 'everything' }, 'what', /Choose what to pay/],
    [{ what: 'selected', invoice: null }, 'picker', /Select at Least One Invoice/],
    [{ what: 'selected', invoice: stranger.invoices[0].number }, 'picker', /was paid, changed or withdrawn/],
    [{ what: 'selected', invoice: [number, "x' OR 1=1 -- "] }, 'picker', /was paid, changed or withdrawn/],
    [{ method: null }, 'methods', /Choose a payment method/],
    [{ method: '' }, 'methods', /Choose a payment method/],
    [{ method: '0' }, 'methods', /Choose a payment method/],
    [{ method: 'abc' }, 'methods', /Choose a payment method/],
    [{ method: '99999999999999999999' }, 'methods', /Choose a payment method/],
    [{ method: stranger.card }, 'methods', /Choose a payment method/],
    [{ method: account.users[1].bank }, 'methods', /Choose a payment method/],
    [{ method: account.users[1].card }, 'methods', /This card has expired/],
    [{ note: 'a'.repeat(501) }, 'note', /at most 500 characters/],
    [{ note: 'bell \x07' }, 'note', /control characters/],
  ];
  for (const [change, id, sentence] of cases) {
    const answer = await makesNothing(() => world.pay(client, change));
    assert.equal(answer.status, 422, JSON.stringify(change));
    assertFieldError(answer.text, id, sentence);
  }
});

test('a note of 500 characters of any script is kept whole', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const note = '支'.repeat(499) + '𝕏';
  const review = await world.review(client, { what: 'total', note });
  assert.ok(review.html.includes(note));
  assert.equal(world.one(`SELECT note = '${note}' FROM payment WHERE reference = '${review.reference}'`), '1');
});

test('text is shown as text', async () => {
  const account = await world.account({ note: `<script>alert(1)</script>"'&amp;` });
  const client = await world.signIn(account.user);
  const note = `</textarea><script>alert(1)</script><img src=x onerror=alert(1)> <?cs var:Site.Name ?> %0d%0aSet-Cookie: a=b`;
  const review = await world.review(client, { what: 'total', note });
  const refused = await world.pay(client, { what: 'fixed', fixed_amount: `"><script>x</script>`, note });
  for (const html of [review.html, refused.text, (await client.get(world.path('/'))).text]) {
    assert.doesNotMatch(html, /<script>|<img src=x|<b>/);
    assert.match(html, /&lt;script&gt;/);
  }
  assert.ok(words(review.html).includes('<?cs var:Site.Name ?>'));
  assertKept(refused.text, payFields(refused.text, {}));
});

test('lists take 500 values and no more', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const [first] = account.invoices;
  const page = (await client.get(world.path('/pay'))).text;
  const base = payFields(page, { what: 'selected', invoice: null, listed: null, amount: null });
  const list = (name, count, value) => Array.from({ length: count }, () => [name, value]);
  for (const name of ['invoice', 'listed', 'amount']) {
    const many = (count) => base.concat(name === 'invoice' ? [] : [['invoice', first.number]], list(name, count, name === 'amount' ? '5' : first.number));
    const over = await makesNothing(() => client.post(world.path('/pay'), many(501)));
    assert.equal(over.status, 400, `501 of ${name}`);
    assert.match(words(over.text), /sent more often than this form takes|too many|cannot be read/i);
    const full = await client.post(world.path('/pay'), many(500).map(([n, v]) => (n === 'key' ? [n, formKey(over.text) ?? v] : [n, v])));
    assert.ok(full.status === 303 || full.status === 409, `500 of ${name}: ${full.status}`);
  }
  const three = base.concat(list('invoice', 500, first.number), list('listed', 500, first.number), list('amount', 500, '5'));
  const fresh = formKey((await client.get(world.path('/pay'))).text);
  const answer = await client.post(world.path('/pay'), three.map(([n, v]) => (n === 'key' ? [n, fresh] : [n, v])));
  assert.equal(answer.status, 303, 'three lists of 500');
  assert.equal(world.one(`SELECT amount_cents FROM payment WHERE reference = '${answer.location.split('/').pop()}'`), '500', 'one invoice is paid once, however often it is ticked');
  const names = await client.post(world.path('/pay'), list('a', 1601, '1'));
  assert.equal(names.status, 400, 'more fields than any form has');
});

test('fields nobody asked for change nothing', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const extra = {
    amount_cents: '1', account_id: '1', user_id: '1', state: 'succeeded', reference: 'PAAAAAAAAAAAA', total: '1', price: '0.01',
    currency: 'JPY', Query: 'x', Site: 'x', gateway: 'none',
  };
  const review = await world.review(client, { what: 'total', ...extra });
  assert.deepEqual(
    world.sql(`SELECT amount_cents, account_id, user_id, state FROM payment WHERE reference = '${review.reference}'`)[0],
    ['8750', String(account.id), String(account.user.id), 'review'],
  );
  const answer = await client.follow(await client.post(review.path, { key: review.key, amount: '1.00', method: account.bank }));
  assert.equal(outcomeOf(answer.text), 'success');
  assert.deepEqual((await world.sales(review.reference)).map((t) => [t.amount_cents, t.transaction_type]), [[8750, 'cc']]);
});

test('a single field sent twice, and names or values that are broken, are refused whole', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const page = (await client.get(world.path('/pay'))).text;
  const form = payFields(page, { what: 'total', fixed_amount: '', note: '' });
  for (const name of ['key', 'seen_balance', 'what', 'fixed_amount', 'method', 'note']) {
    const answer = await makesNothing(() => client.post(world.path('/pay'), form.concat([[name, values(form, name)[0] ?? '']])));
    assert.equal(answer.status, 400, name);
    assert.match(words(answer.text), /A field was sent more often than this form takes\. Nothing was done/);
  }
  const text = new URLSearchParams(form).toString();
  for (const broken of ['a.b=1', '.x=1', '=v', `${'n'.repeat(33)}=1`, 'a%2Eb=1', 'note2=%ff', 'note2=%', 'note2=%0', 'note2=a%00b', 'n%00=1', 'ä=1', 'x=%ed%a0%80']) {
    const answer = await makesNothing(() => client.post(world.path('/pay'), `${text}&${broken}`));
    assert.equal(answer.status, 400, broken);
  }
});

// ---- where a form comes from ----

test('a form from elsewhere is refused', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const own = new URL(world.demo.url).origin;
  const form = payFields((await client.get(world.path('/pay'))).text, { what: 'total' });
  const review = await world.review(client, { what: 'total' });
  const bad = [
    { origin: 'http://evil.test' }, { origin: 'null' }, { origin: `${own}.evil.test` }, { origin: `${own}0` }, { origin: own.replace('http:', 'https:') },
    { origin: own.replace('127.0.0.1', 'localhost') }, { origin: `http://user@${new URL(own).host}` }, { origin: `${own}/` },
    { origin: null }, // nothing at all
    { origin: null, 'sec-fetch-site': 'cross-site' }, { origin: null, 'sec-fetch-site': 'same-site' }, { origin: null, 'sec-fetch-site': 'none' },
    { origin: null, referer: 'http://evil.test/' }, { origin: null, referer: `${own}.evil.test/` }, { origin: null, referer: `http://evil.test/?${own}/` },
    { origin: null, referer: `${own}@evil.test/` }, { origin: null, 'sec-fetch-site': 'cross-site', referer: `${own}/billing/pay` },
    { origin: 'http://evil.test', 'sec-fetch-site': 'same-origin', referer: `${own}/` },
  ];
  for (const headers of bad)
    for (const [path, body] of [[world.path('/pay'), form], [review.path, { key: review.key }]]) {
      const answer = await makesNothing(() => client.post(path, body, headers));
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.match(words(answer.text), /came from another site Nothing was done/);
    }
  for (const headers of [{ origin: null, 'sec-fetch-site': 'same-origin' }, { origin: null, referer: `${own}/billing/pay` }, { origin: null, referer: own }]) {
    const answer = await world.pay(client, { what: 'total' }, headers);
    assert.equal(answer.status, 303, JSON.stringify(headers));
  }
  const door = world.demo.client();
  const key = formKey((await door.get(world.path('/login'))).text);
  const login = await door.post(world.path('/login'), { key, next: '/', ...account.user }, { origin: 'http://evil.test' });
  assert.equal(login.status, 403, 'nor does a sign-in come from elsewhere');
});

test('the sign-in wants its key too', async () => {
  const account = await world.account();
  const door = world.demo.client();
  const stranger = formKey((await world.demo.client().get(world.path('/login'))).text);
  await door.get(world.path('/login'));
  for (const [key, sentence] of [['', /without its key/], ['x', /another sign-in/], [stranger, /another sign-in/]]) {
    const answer = await door.post(world.path('/login'), { key, next: '/', ...account.user });
    assert.equal(answer.status, 403);
    assert.match(summaryOf(answer.text), sentence);
    assert.equal(attribute(tagOf(answer.text, 'email'), 'value'), account.user.email, 'the email is kept');
    assert.ok(!answer.text.includes(account.user.password), 'the password is not');
  }
  assert.equal(world.one(`SELECT COUNT(*) FROM session WHERE user_id = ${account.user.id}`), '0');
});

// ---- things change while a page is open ----

test('an invoice that was paid between the form and its sending', async () => {
  const account = await world.account();
  const client = await world.signIn(account.user);
  const [first, second] = account.invoices;
  const open = (await client.get(world.path('/pay'))).text;
  const review = await world.review(client, { what: 'selected', invoice: first.number });
  await client.follow(await world.confirm(client, review));
  const sent = payFields(open, { what: 'selected', invoice: [first.number, second.number], note: 'kept' });
  const selected = await makesNothing(() => client.post(world.path('/pay'), sent));
  assert.equal(selected.status, 422);
  assertFieldError(selected.text, 'picker', /was paid, changed or withdrawn while this page was open/);
  assert.deepEqual(values(formPairs(selected.text), 'invoice'), [second.number]);
  const total = await makesNothing(() => client.post(world.path('/pay'), payFields(open, { what: 'total', note: 'kept' })));
  assert.equal(total.status, 422);
  assertFieldError(total.text, 'what', /Your balance changed while this page was open/);
  assert.deepEqual(values(formPairs(total.text), 'note'), ['kept']);
  assert.equal((await client.post(world.path('/pay'), formPairs(total.text))).status, 303, 'seen, and sent again');
});

test('an invoice that was paid between the review and the confirm', async () => {
  const account = await world.account({ users: 2 });
  const client = await world.signIn(account.user);
  const other = await world.signIn(account.users[1]);
  const [first] = account.invoices;
  const mine = await world.review(client, { what: 'total' });
  const theirs = await world.review(other, { what: 'selected', invoice: first.number, amounts: { [first.number]: '1.00' } });
  assert.equal(outcomeOf((await other.follow(await world.confirm(other, theirs))).text), 'success');
  const requests = await world.gatewayRequests();
  for (let twice = 0; twice < 2; twice++) {
    const answer = await client.follow(await world.confirm(client, mine));
    assert.equal(outcomeOf(answer.text), 'conflict');
    assert.match(words(answer.text), /invoices changed since you reviewed them.*Nothing was charged by this one/);
  }
  assert.equal(await world.gatewayRequests(), requests, 'nothing is sent');
  assert.equal(world.state(mine.reference), 'review');
  assert.deepEqual(world.figures(first.number), { total: 3000, paid: 100, pending: 0 });
});

test('an invoice that was voided, a method removed, a permission taken, a review too old: nothing is charged', async () => {
  const account = await world.account({ invoices: [3000, 3000, 3000, 3000, 3000] });
  const client = await world.signIn(account.user);
  const reviews = [];
  for (const { number } of account.invoices) reviews.push(await world.review(client, { what: 'selected', invoice: number }));
  const requests = await world.gatewayRequests();
  world.sql(`UPDATE invoice SET state = 'void' WHERE number = '${account.invoices[0].number}'`);
  const voided = await client.follow(await world.confirm(client, reviews[0]));
  assert.equal(outcomeOf(voided.text), 'conflict');
  world.sql(`UPDATE method SET state = 'removed' WHERE id = ${account.card}`);
  const removed = await world.confirm(client, reviews[1]);
  assert.equal(removed.status, 409);
  assert.match(words(removed.text), /payment method was removed Nothing was charged|Nothing was charged/);
  world.sql(`UPDATE method SET state = 'active' WHERE id = ${account.card};
             UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = 'Test Reader') WHERE user_id = ${account.user.id}`);
  const reader = await world.confirm(client, reviews[2]);
  assert.equal(reader.status, 403);
  world.sql(`UPDATE account_user SET level_id = (SELECT id FROM security_level WHERE name = 'Test Manager') WHERE user_id = ${account.user.id}`);
  try {
    for (const at of [1700, 3400, 3700]) {
      world.demo.clock(`+${at}`);
      await client.get(world.path('/'));
    }
    const old = await client.follow(await world.confirm(client, reviews[3]));
    assert.equal(outcomeOf(old.text), 'expired');
    assert.match(words(old.text), /review has expired.*Nothing was charged/);
  } finally {
    world.demo.clock('');
  }
  assert.equal(await world.gatewayRequests(), requests);
  world.sql(`UPDATE invoice SET state = 'issued' WHERE number = '${account.invoices[0].number}'`);
  assert.equal(outcomeOf((await client.follow(await world.confirm(client, reviews[4]))).text), 'success', 'and one that is right goes through');
});

// ---- GET ----

test('GET changes nothing', async () => {
  const account = await world.account({ readers: 1 });
  const client = await world.signIn(account.user);
  const reader = await world.signIn(account.readers[0]);
  const nobody = world.demo.client();
  const review = await world.review(client, { what: 'fixed', fixed_amount: '2' });
  const paid = await world.review(client, { what: 'fixed', fixed_amount: '1' });
  await world.confirm(client, paid);
  const number = account.invoices[0].number;
  const form = new URLSearchParams(payFields((await client.get(world.path('/pay'))).text, { what: 'total' })).toString();
  const paths = [
    '/', '/tile', '/invoices', '/invoices?status=paid', '/invoices?status=all&after=2026-01-01.1', '/invoices?status=overdue', `/invoices?number=${number}`, `/invoices/${number}`, '/payments', '/payments?status=declined', `/payments/${paid.reference}`, '/calendar',
    '/documents', '/pay', `/pay?invoice=${number}`, `/pay?${form}`, `/pay/${review.reference}`, `/pay/${review.reference}?key=${review.key}`,
    `/pay/${paid.reference}?again=1`, '/methods', '/methods/card', `/methods/card?replace=${account.card}&next=/pay`, `/methods/${account.card}?saved=1`, `/methods/${account.card}/remove`, '/autopay', '/login', '/login?next=/pay', '/logout', '/account', '/static/remit.css',
  ];
  await until('the mail is sent', () => world.one("SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'sending')") === '0');
  const before = world.checksums();
  const requests = await world.gatewayRequests();
  for (const path of paths)
    for (const who of [client, reader, nobody])
      for (const method of ['GET', 'HEAD']) {
        const answer = await who.request(method, world.path(path));
        assert.ok(answer.status < 500, `${path}: ${answer.status}`);
      }
  assert.equal(world.checksums(), before);
  assert.equal(await world.gatewayRequests(), requests);
  assert.equal((await client.get(world.path('/'))).status, 200, 'nor was anybody signed out');
});
