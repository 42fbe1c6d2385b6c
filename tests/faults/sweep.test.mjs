// Each program of the release build dies at each system call of what it does with money or with the vault: a confirm, the
// save of a typed card, a draft, a refund, a settling, a removal. Whoever asked for it asks again at once; when all of them
// have died, settling finds out what happened. Nothing is charged twice, nothing is lost, and the books agree. The same when
// nobody dies and one call goes wrong.
// In `make check` a few of the calls; SWEEP=all: each (make faults).
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top } from '../support/demo.mjs';
import { World, formKey, payFields, summaryOf } from '../web/world.mjs';
import { Sweep } from './sweep.mjs';

const DAY_S = 86400;
const PER_ACCOUNT = 12; // few invoices, short pages
const WIDTH = 8;
const bin = (name) => `${top}/build/release/bin/${name}`;
const sweep = new Sweep();
let world;

before(async () => {
  world = await World.open({
    build: 'release',
    env: { NO_DRAFTER: '1' },
    settings: ['Payment.LeaseSeconds = 60', 'Gateway.TimeoutMs = 5000', 'Mail.PollMs = 60000'],
  });
});
after(async () => {
  await world?.close();
  sweep.close();
});

const settings = () => `${world.demo.run}/remit.hdf`;
const count = (list) => list.reduce((sums, one) => ({ ...sums, [one]: (sums[one] ?? 0) + 1 }), {});
const stateOf = (reference) => world.one(`SELECT state FROM payment WHERE reference = '${reference}'`);

async function settle(clock = '') {
  world.demo.clock(clock);
  const { code, out, err } = await world.demo.remit('settle');
  world.demo.clock('');
  assert.equal(code, 0, out + err);
}

// The leases of the dead are over.
function leasesEnd() {
  world.sql(`UPDATE payment SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing';
             UPDATE refund SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing';
             UPDATE method SET save_by = save_by - INTERVAL 1 HOUR WHERE state = 'saving'`);
}

// Accounts, each with a client of its own; the next of their invoices. They take turns, because who asks again waits for
// the answer of the dead, and meanwhile another account's turn comes.
class Accounts {
  made = [];
  #open = [];
  #at = 0;

  async next() {
    const turn = this.#at++ % WIDTH;
    if (!this.#open[turn]?.left.length) {
      await this.#open[turn]?.busy;
      const account = await world.account({ invoices: Array(PER_ACCOUNT).fill(1000) });
      this.#open[turn] = { account, client: await world.signIn(account.user), left: [...account.invoices], busy: null };
      this.made.push(this.#open[turn]);
    }
    const one = this.#open[turn];
    await one.busy;
    return { one, account: one.account, client: one.client, invoice: one.left.shift() };
  }

  // What a customer of that account does, not waited for here.
  meanwhile(one, work) {
    one.busy = work();
    one.busy.catch(() => {});
  }

  async done() {
    for (const { busy } of this.made) await busy;
  }
}

// What became of payments whose sender died, after the customer sent the same form again.
async function paymentsEnd(list, figures, { taken, label }) {
  const soon = count(list.map(stateOf));
  leasesEnd();
  await settle();
  const found = count(list.map(stateOf));
  await settle(`+${2 * DAY_S}`);
  const book = await world.demo.book();
  const ends = [];
  for (const reference of list) {
    const sales = book.filter((one) => one.type === 'sale' && one.order_id === reference && one.response === 1);
    const state = stateOf(reference);
    assert.ok(sales.length <= 1, `${reference} was charged ${sales.length} times`);
    assert.equal(state, sales.length ? taken : 'not_charged', reference);
    ends.push(sales.length ? 'charged' : 'not charged');
  }
  await world.assertClean();
  console.log(`${label}: ${JSON.stringify({ ...figures, 'after the death': soon, 'after settling': found, 'in the end': count(ends) })}`);
}

for (const [method, taken, fails] of [['card', 'succeeded'], ['bank', 'pending'], ['card', 'succeeded', true]])
  test(fails ? `a call goes wrong in the confirm of a ${method}` : `pay dies in the confirm of a ${method}`, async () => {
    const accounts = new Accounts();
    const references = [];
    const figures = await sweep.worker(bin('pay'), settings(), {
      fails,
      make: async () => {
        const { one, account, client, invoice } = await accounts.next();
        const review = await world.review(client, { what: 'selected', invoice: invoice.number, method: String(account[method]) });
        const shown = review.html.match(/name="authorization" value="([^"]*)"/)?.[1];
        references.push(review.reference);
        return { one, client, path: review.path, fields: { key: review.key, ...(shown ? { authorization: shown } : {}) } };
      },
      after: ({ one, client, path, fields }, answer) => {
        if (answer) assert.equal(answer.status, 303, answer.body);
        accounts.meanwhile(one, async () => {
          const again = await client.post(path, fields);
          assert.equal(again.status, 303, again.text);
          assert.equal((await client.follow(again)).status, 200);
        });
      },
    });
    await accounts.done();
    await paymentsEnd(references, figures, { taken, label: `${fails ? 'errors in a ' : ''}confirm of a ${method}` });
    // What was not charged can be paid, once.
    for (const { account, client } of accounts.made) {
      const open = account.invoices.filter(({ number }) => world.figures(number).paid + world.figures(number).pending === 0);
      if (!open.length) continue;
      const review = await world.review(client, { what: 'selected', invoice: open.map(({ number }) => number), method: String(account.card) });
      assert.equal((await world.confirm(client, review)).status, 303);
      assert.equal(stateOf(review.reference), 'succeeded');
    }
    for (const { account } of accounts.made)
      for (const { number } of account.invoices) {
        const { total, paid, pending } = world.figures(number);
        assert.equal(paid + pending, total, `${number} is paid once`);
      }
    await world.assertClean();
  });

// The vault's entries of an account's forms, whether or not a method of it tells of them.
async function entriesOf(account) {
  const list = await world.demo.gateway('GET', '/sandbox/vault');
  const ids = new Set(world.sql(`SELECT vault_id FROM method WHERE account_id = ${account.id} AND vault_id LIKE 'r%'`).flat());
  return (list.entries ?? list.vault ?? list).map((entry) => entry.customer_vault_id).filter((id) => ids.has(id));
}

for (const fails of [false, true])
test(fails ? 'a call goes wrong while a typed card is saved' : 'pay dies while it saves a typed card', async () => {
  const made = [];
  const again = [];
  const figures = await sweep.worker(bin('pay'), settings(), {
    fails,
    make: async () => {
      const account = await world.account({ invoices: [3000] });
      const client = await world.signIn(account.user);
      const html = (await client.get(world.path('/pay'))).text;
      const fields = payFields(html, { method: 'card', payment_token: 'test-mastercard', name_on_card: 'Ada Moss', zip: '89501', terms: '1', remember: '1', what: 'total' });
      made.push({ account, client });
      return { account, client, path: world.path('/pay'), fields };
    },
    after: ({ client, path, fields }, answer) => {
      if (answer) assert.equal(answer.status, 303, answer.body);
      again.push(client.post(path, fields));
    },
  });
  const ends = [];
  for (const { status, text } of await Promise.all(again)) {
    ends.push(status);
    if (status === 303) continue;
    // Still open, or what went wrong was told and its form is used up.
    assert.ok(status === 409 || (fails && status === 422), summaryOf(text));
    assert.match(summaryOf(text), status === 409 ? /still being checked\. Nothing was charged/ : /was sent before. Please enter the card again/);
  }
  leasesEnd();
  await settle();
  await settle('+1000');
  for (const { account } of made) {
    const alive = world.sql(`SELECT vault_id FROM method WHERE account_id = ${account.id} AND vault_id LIKE 'r%' AND state IN ('new', 'active')`).flat();
    assert.deepEqual(await entriesOf(account), alive, 'the vault holds what a method tells of, and nothing else');
    assert.ok(alive.length <= 1, 'one form saves once');
    assert.equal(world.one(`SELECT COUNT(*) FROM method WHERE account_id = ${account.id} AND state = 'saving'`), '0');
    assert.equal(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id} AND state <> 'review'`), '0');
    // What came to nothing is typed again.
  }
  for (const { account, client } of made) {
    const page = await client.get(world.path('/pay'));
    const fresh = await client.post(world.path('/pay'), payFields(page.text, { method: String(account.card), terms: '1', what: 'total' }));
    assert.equal(fresh.status, 303, summaryOf(fresh.text));
    const review = await client.get(fresh.location);
    assert.equal((await client.post(fresh.location.replace(/\?.*/, ''), { key: formKey(review.text) })).status, 303);
    assert.equal(world.figures(account.invoices[0].number).paid, 3000);
  }
  await world.assertClean();
  console.log(`${fails ? 'errors in a ' : ''}save of a typed card: ${JSON.stringify({ ...figures, 'sent again': count(ends) })}`);
});

test('methods dies while it removes a method', async () => {
  const made = [];
  const figures = await sweep.worker(bin('methods'), settings(), {
    make: async () => {
      if (made.length % 8 === 0) {
        const account = await world.account({ users: 4 });
        const list = [];
        for (const user of account.users) {
          const client = await world.signIn(user);
          list.push({ client, id: user.card }, { client, id: user.bank });
        }
        made.push(...list.map((one) => ({ ...one, isUsed: false })));
      }
      const one = made.find(({ isUsed }) => !isUsed);
      one.isUsed = true;
      const path = world.path(`/methods/${one.id}/remove`);
      return { client: one.client, path, fields: { key: formKey((await one.client.get(path)).text) } };
    },
    after: async ({ client, path, fields }, answer) => {
      if (answer) assert.equal(answer.status, 303, answer.body);
      const again = await client.post(path, fields);
      assert.equal(again.status, 303, again.text);
    },
  });
  await settle();
  await settle('+1000');
  const vault = JSON.stringify(await world.demo.gateway('GET', '/sandbox/vault'));
  for (const { id } of made.filter(({ isUsed }) => isUsed)) {
    const [[state, entry, gone]] = world.sql(`SELECT state, vault_id, vault_gone_at IS NOT NULL FROM method WHERE id = ${id}`);
    assert.deepEqual([state, gone], ['removed', '1'], `method ${id}`);
    assert.ok(!vault.includes(`"${entry}"`), `the entry of method ${id} is gone`);
    assert.equal(world.one(`SELECT COUNT(*) FROM outbox WHERE mail_key = 'method_removed:${id}'`), '1', 'told once');
  }
  await world.assertClean();
  console.log(`removal of a method: ${JSON.stringify(figures)}`);
});

async function paid(accounts) {
  const { account, client, invoice } = await accounts.next();
  const review = await world.review(client, { what: 'selected', invoice: invoice.number, method: String(account.card) });
  assert.equal((await world.confirm(client, review)).status, 303);
  return review.reference;
}

for (const fails of [false, true])
test(fails ? 'a call goes wrong in a refund' : 'remit dies in a refund', async () => {
  const accounts = new Accounts();
  const references = [];
  const figures = await sweep.command({
    fails,
    make: async () => {
      references.push(await paid(accounts));
      return { command: [bin('remit'), '--settings', settings(), 'payment', 'refund', references.at(-1)] };
    },
    // Who asks again is refused while it is open, or done.
    after: async () => {
      const again = await world.demo.remit('payment', 'refund', references.at(-1));
      assert.ok([0, 1].includes(again.code), again.err);
    },
  });
  leasesEnd();
  await settle();
  await settle(`+${2 * DAY_S}`);
  const backs = [];
  for (const reference of references) {
    if (stateOf(reference) === 'succeeded') assert.equal((await world.demo.remit('payment', 'refund', reference)).code, 0);
    const back = (await world.demo.book()).filter((one) => one.type === 'refund' && one.order_id === reference && one.response === 1);
    assert.equal(back.length, 1, `${reference} went back ${back.length} times`);
    assert.equal(stateOf(reference), 'refunded');
    backs.push(world.one(`SELECT GROUP_CONCAT(r.state ORDER BY r.id) FROM refund r JOIN payment p ON p.id = r.payment_id WHERE p.reference = '${reference}'`));
  }
  await world.assertClean();
  console.log(`${fails ? 'errors in a ' : ''}refund: ${JSON.stringify({ ...figures, refunds: count(backs) })}`);
});

test('remit dies while it settles', async () => {
  const accounts = new Accounts();
  const references = [];
  const figures = await sweep.command({
    make: async () => {
      await world.demo.knobs({ reset: true, lose: 'after', times: 1 });
      const reference = await paid(accounts);
      assert.equal(stateOf(reference), 'unknown');
      references.push(reference);
      return { command: [bin('remit'), '--settings', settings(), 'settle'] };
    },
    after: async () => {
      await settle();
      assert.equal(stateOf(references.at(-1)), 'succeeded');
    },
  });
  const book = await world.demo.book();
  for (const reference of references) assert.equal(book.filter((one) => one.type === 'sale' && one.order_id === reference).length, 1);
  await world.assertClean();
  console.log(`settling: ${JSON.stringify(figures)}`);
});

// Enrolled in Auto Pay, with one invoice that is due.
function enrol(account) {
  world.sql(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
    VALUES (${account.id}, ${account.user.id}, ${account.card}, 'due_date', 'all', CURDATE() - INTERVAL 90 DAY, CURDATE() - INTERVAL 1 DAY, UTC_TIMESTAMP(), UTC_TIMESTAMP());
    INSERT INTO enrolment_cover VALUES (${account.id}, LAST_INSERT_ID(), 'all', 1)`);
}

for (const fails of [false, true])
test(fails ? 'a call goes wrong in a draft' : 'drafter dies in a draft', async () => {
  const accounts = [];
  const once = [bin('drafter'), '--settings', settings(), '--once'];
  const figures = await sweep.command({
    fails,
    make: async () => {
      const account = await world.account({ invoices: [1000] });
      enrol(account);
      accounts.push(account);
      return { command: once };
    },
    // The next drafter takes what nobody claimed.
    after: async () => {
      const again = await sweep.run(once);
      assert.equal(again.code, 0, again.err);
    },
  });
  const of = (account) => world.sql(`SELECT reference FROM payment WHERE account_id = ${account.id} ORDER BY id`).flat();
  const soon = count(accounts.flatMap(of).map(stateOf));
  leasesEnd();
  await settle();
  const found = count(accounts.flatMap(of).map(stateOf));
  await settle(`+${2 * DAY_S}`);
  const book = await world.demo.book();
  for (const account of accounts) {
    const references = of(account);
    const sales = book.filter((one) => one.type === 'sale' && one.response === 1 && references.includes(one.order_id));
    assert.ok(sales.length <= 1, `${account.number} was charged ${sales.length} times`);
    assert.equal(world.figures(account.invoices[0].number).paid, sales.length * 1000);
    // What is known not to have been sent is an attempt of its own.
    assert.equal(references.filter((reference) => !['not_charged', 'failed'].includes(stateOf(reference))).length, sales.length);
    assert.ok(references.length <= (fails ? 2 : 1), 'one attempt');
    assert.equal(world.one(`SELECT COUNT(*) FROM draft WHERE account_id = ${account.id}`), '1', 'one draft');
  }
  await world.assertClean();
  console.log(`${fails ? 'errors in a ' : ''}draft: ${JSON.stringify({ ...figures, 'after the death': soon, 'after settling': found })}`);
});

test('mailer dies in a round', async () => {
  process.kill(Number(readFileSync(join(world.demo.run, 'pids/mailer'), 'utf8').split(' ')[0]), 'SIGTERM');
  const once = [bin('mailer'), '--settings', settings(), '--once'];
  assert.equal((await sweep.run(once)).code, 0, 'what the others left');
  const accounts = [];
  const figures = await sweep.command({
    make: async () => {
      const account = await world.account({ invoices: [1000] });
      world.sql(`INSERT INTO outbox (mail_key, kind, account_id, user_id, subject_id, created_at)
        VALUES ('method_added:${account.card}', 'method_added', ${account.id}, ${account.user.id}, ${account.card}, UTC_TIMESTAMP())`);
      accounts.push(account);
      return { command: once };
    },
    // The next round takes up what the dead one had in hand once its lease is over.
    after: async () => {
      world.sql("UPDATE outbox SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'sending'");
      assert.equal((await sweep.run(once)).code, 0);
    },
  });
  const mails = readdirSync(world.demo.json.mail_dir).map((name) => readFileSync(join(world.demo.json.mail_dir, name), 'utf8'));
  let twice = 0;
  for (const { user, card } of accounts) {
    assert.equal(world.one(`SELECT state FROM outbox WHERE mail_key = 'method_added:${card}'`), 'sent');
    const ids = mails.filter((text) => text.includes(user.email)).map((text) => text.match(/^Message-ID: (.*)$/im)?.[1]);
    assert.ok(ids.length >= 1, 'a mail is never lost');
    assert.equal(new Set(ids).size, 1, 'sent again it has the same Message-ID');
    twice += ids.length > 1;
  }
  console.log(`a round of mail: ${JSON.stringify({ ...figures, 'sent twice': twice })}`);
});
