// Each step that asks the gateway beside each thing that can happen to it: the database is killed or its answer is lost, the
// program is stopped until its lease is over, the gateway's answer is lost, late, or of something that is booked later.
// Whoever asked asks again; settling finds out what happened; nothing happened twice, and what did not happen can be done.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { top, until } from '../support/demo.mjs';
import { DatabaseGate, GatewayGate } from '../support/between.mjs';
import { World, formKey, payFields } from '../web/world.mjs';

const folder = mkdtempSync(join(tmpdir(), 'remit-matrix-'));
const DAY_S = 86400;
const TIMEOUT_MS = 1500;
const database = new DatabaseGate();
const gateway = new GatewayGate();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let world;

before(async () => {
  await gateway.open();
  world = await World.open({
    build: 'release',
    env: { NO_DRAFTER: '1' },
    settings: [`Gateway.ApiUrl = ${gateway.url}`, 'Payment.LeaseSeconds = 20', `Gateway.TimeoutMs = ${TIMEOUT_MS}`, 'Mail.PollMs = 60000'],
  });
  gateway.target = world.demo.json.sandbox_url;
  await database.open(join(folder, 'db.sock'), world.demo.json.database.socket);
  appendFileSync(join(world.demo.run, 'remit.hdf'), `Database.Hosts.0 = unix:${join(folder, 'db.sock')}\n`);
  for (const program of ['pay', 'methods', 'invoices']) await world.demo.restart(program);
});
after(async () => {
  await world?.close();
  gateway.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const recorded = (name) => Number(readFileSync(join(world.demo.run, 'pids', name), 'utf8').split(' ')[0]);
const workers = (pool) => readFileSync(`/proc/${recorded(pool)}/task/${recorded(pool)}/children`, 'utf8').trim().split(' ').map(Number);
const state = (reference) => world.state(reference);

// A program of the command line: { pid, ended: { code } }.
function program(name, ...args) {
  const child = spawn(`${top}/build/release/bin/${name}`, ['--settings', join(world.demo.run, 'remit.hdf'), ...args], { stdio: 'ignore' });
  return { pid: child.pid, ended: new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal }))) };
}

async function settle(clock = '') {
  world.demo.clock(clock);
  const { code, out, err } = await world.demo.remit('settle');
  world.demo.clock('');
  assert.equal(code, 0, out + err);
}

const leasesEnd = () => world.sql(`UPDATE payment SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing';
  UPDATE refund SET send_by = send_by - INTERVAL 1 HOUR WHERE state = 'processing';
  UPDATE method SET save_by = save_by - INTERVAL 1 HOUR WHERE state = 'saving'`);

const booked = async (type, reference) => (await world.demo.book()).filter((one) => one.type === type && one.order_id === reference && one.response === 1);

async function customer(options) {
  const account = await world.account(options);
  return { account, client: await world.signIn(account.user) };
}

// ---- the steps ----
// make: what it needs. begin: { ended, pids } of the step itself. asks: the gateway's requests of it. again: who asked asks
// again. end: after settling for two days, what has to be so.

async function payAgain({ client, account }) {
  const page = await client.get(world.path('/pay'));
  assert.equal(page.status, 200);
  const review = await world.review(client, { what: 'total', method: String(account.card) });
  assert.equal((await world.confirm(client, review)).status, 303);
  assert.equal(state(review.reference), 'succeeded');
}

const STEPS = {
  charge: {
    kind: 'sale',
    async make() {
      const who = await customer({ invoices: [3000] });
      return { ...who, review: await world.review(who.client, { what: 'total' }) };
    },
    begin: ({ client, review }) => ({ ended: world.confirm(client, review).catch((error) => error), pids: workers('pay-confirm') }),
    asks: (form, { review }) => form.get('type') === 'sale' && form.get('orderid') === review.reference,
    again: async ({ client, review }) => {
      const page = await client.follow(await world.confirm(client, review));
      assert.equal(page.status, 200, 'there is a page that says how it stands');
    },
    async end(made) {
      const { review, account } = made;
      const sales = await booked('sale', review.reference);
      assert.ok(sales.length <= 1, `charged ${sales.length} times`);
      assert.ok((sales.length ? ['succeeded'] : ['not_charged', 'expired', 'review', 'failed']).includes(state(review.reference)), `${state(review.reference)}, charged ${sales.length} times`);
      if (!sales.length) await payAgain(made);
      assert.deepEqual(world.figures(account.invoices[0].number), { total: 3000, paid: 3000, pending: 0 });
    },
  },
  draft: {
    kind: 'sale',
    async make() {
      const who = await customer({ invoices: [3000] });
      world.sql(`INSERT INTO enrolment (account_id, user_id, method_id, schedule, scope, began_on, next_on, created_at, changed_at)
        VALUES (${who.account.id}, ${who.account.user.id}, ${who.account.card}, 'due_date', 'all', CURDATE() - INTERVAL 90 DAY, CURDATE() - INTERVAL 1 DAY, UTC_TIMESTAMP(), UTC_TIMESTAMP());
        INSERT INTO enrolment_cover VALUES (${who.account.id}, LAST_INSERT_ID(), 'all', 1)`);
      return who;
    },
    begin() {
      const run = program('drafter', '--once');
      return { ...run, pids: [run.pid] };
    },
    asks: (form) => form.get('type') === 'sale',
    again: async () => assert.equal((await program('drafter', '--once').ended).code, 0),
    async end(made) {
      const references = world.sql(`SELECT reference FROM payment WHERE account_id = ${made.account.id}`).flat();
      const sales = (await Promise.all(references.map((reference) => booked('sale', reference)))).flat();
      assert.ok(sales.length <= 1, `charged ${sales.length} times`);
      assert.equal(references.filter((reference) => state(reference) === 'succeeded').length, sales.length);
      world.sql(`UPDATE enrolment SET state = 'off', off_reason = 'user', off_at = UTC_TIMESTAMP(), next_on = NULL WHERE account_id = ${made.account.id};
        UPDATE enrolment_cover SET active = NULL WHERE account_id = ${made.account.id}`);
      if (!sales.length) await payAgain(made);
      assert.deepEqual(world.figures(made.account.invoices[0].number), { total: 3000, paid: 3000, pending: 0 });
    },
  },
  refund: {
    kind: 'refund',
    async make() {
      const who = await customer({ invoices: [3000] });
      const review = await world.review(who.client, { what: 'total' });
      assert.equal((await world.confirm(who.client, review)).status, 303);
      return { ...who, reference: review.reference };
    },
    begin({ reference }) {
      const run = program('remit', 'payment', 'refund', reference);
      return { ...run, pids: [run.pid] };
    },
    asks: (form) => form.get('type') === 'refund',
    again: async ({ reference }) => assert.ok([0, 1].includes((await program('remit', 'payment', 'refund', reference).ended).code)),
    async end({ reference }) {
      let back = await booked('refund', reference);
      assert.ok(back.length <= 1, `it went back ${back.length} times`);
      if (!back.length) {
        const { code, err } = await world.demo.remit('payment', 'refund', reference);
        assert.equal(code, 0, err);
        back = await booked('refund', reference);
      }
      assert.equal(back.length, 1);
      assert.equal(state(reference), 'refunded');
    },
  },
  save: {
    kind: 'vault',
    async make() {
      const who = await customer({ invoices: [3000] });
      const html = (await who.client.get(world.path('/pay'))).text;
      return { ...who, form: payFields(html, { method: 'card', payment_token: 'test-mastercard', name_on_card: 'Ada Moss', zip: '89501', terms: '1', remember: '1', what: 'total' }) };
    },
    begin: ({ client, form }) => ({ ended: client.post(world.path('/pay'), form).catch((error) => error), pids: workers('pay') }),
    asks: (form) => form.has('customer_vault') && form.get('customer_vault') !== 'delete_customer',
    again: async ({ client, form }) => {
      const answer = await client.post(world.path('/pay'), form);
      assert.ok([303, 409, 422, 429].includes(answer.status), `${answer.status}`);
    },
    async end(made) {
      const { account } = made;
      const methods = world.sql(`SELECT vault_id, state FROM method WHERE account_id = ${account.id} AND vault_id LIKE 'r%'`);
      const alive = methods.filter(([, each]) => each === 'new' || each === 'active').map(([id]) => id);
      assert.ok(alive.length <= 1, 'saved once');
      assert.ok(methods.every(([, each]) => each !== 'saving'));
      const vault = await world.demo.gateway('GET', '/sandbox/vault');
      const entries = (vault.entries ?? vault.vault ?? vault).map((one) => one.customer_vault_id).filter((id) => methods.some(([ours]) => ours === id));
      assert.deepEqual(entries, alive, 'the vault holds what a method tells of');
      assert.equal(world.one(`SELECT COUNT(*) FROM payment WHERE account_id = ${account.id} AND state NOT IN ('review', 'expired')`), '0', 'nothing was charged');
      await payAgain(made);
    },
  },
  remove: {
    kind: 'vault',
    async make() {
      const who = await customer({ invoices: [3000] });
      const path = world.path(`/methods/${who.account.bank}/remove`);
      return { ...who, path, key: formKey((await who.client.get(path)).text) };
    },
    begin: ({ client, path, key }) => ({ ended: client.post(path, { key }).catch((error) => error), pids: workers('methods-save') }),
    asks: (form) => form.get('customer_vault') === 'delete_customer',
    again: async ({ client, path, key }) => assert.equal((await client.post(path, { key })).status, 303),
    async end(made) {
      assert.deepEqual(world.sql(`SELECT state, vault_gone_at IS NOT NULL FROM method WHERE id = ${made.account.bank}`), [['removed', '1']]);
      const vault = JSON.stringify(await world.demo.gateway('GET', '/sandbox/vault'));
      assert.ok(!vault.includes(`"${world.one(`SELECT vault_id FROM method WHERE id = ${made.account.bank}`)}"`), 'its entry is gone');
      await payAgain(made);
    },
  },
  settling: {
    kind: null,
    async make() {
      const who = await customer({ invoices: [3000] });
      const review = await world.review(who.client, { what: 'total' });
      await world.demo.knobs({ reset: true, lose: 'after', times: 1 });
      assert.equal((await world.confirm(who.client, review)).status, 303);
      assert.equal(state(review.reference), 'unknown');
      return { ...who, review };
    },
    begin() {
      const run = program('remit', 'settle');
      return { ...run, pids: [run.pid] };
    },
    asks: (form, { review }) => form.get('order_id') === review.reference,
    again: async () => void (await program('remit', 'settle').ended),
    async end({ review, account }) {
      assert.equal((await booked('sale', review.reference)).length, 1);
      assert.equal(state(review.reference), 'succeeded');
      assert.deepEqual(world.figures(account.invoices[0].number), { total: 3000, paid: 3000, pending: 0 });
    },
  },
};

// ---- what happens ----

function databaseDies() {
  process.kill(recorded('mariadb'), 'SIGKILL');
}

// At the nth COMMIT of the step; `what` happens to it, and `also` is done before.
const atCommit = (nth, what, also = () => {}) => async () => {
  let commits = 0;
  database.commit = async () => {
    if (++commits !== nth) return undefined;
    also();
    return what;
  };
  return () => commits >= nth;
};

// When the gateway has a request of the step: before it is done, or before it is answered.
const atGateway = (where, work) => async (step, made, step_) => {
  let times = 0;
  const hook = async (form) => {
    if (step.asks(form, made) && times++ === 0) await work(step_);
  };
  if (where === 'arrives') gateway.arrives = hook;
  else gateway.answers = async (form, text) => (await hook(form), text);
  return () => times > 0;
};

const knobs = (values) => async (step) => {
  await world.demo.knobs({ reset: true, only_kind: step.kind === 'sale' ? '' : step.kind, times: 1, ...values });
  return async () => true;
};

const FAULTS = {
  'the COMMIT of the claim does not arrive': { does: atCommit(1, 'never') },
  'the COMMIT of the claim arrives without an answer': { does: atCommit(1, 'lost') },
  'the second COMMIT does not arrive': { does: atCommit(2, 'never'), mayMiss: true },
  'the second COMMIT arrives without an answer': { does: atCommit(2, 'lost'), mayMiss: true },
  'the database is killed at the COMMIT of the claim': { does: atCommit(1, 'never', databaseDies) },
  'the database is killed at the second COMMIT': { does: atCommit(2, 'never', databaseDies), mayMiss: true },
  'the database is killed while the gateway is asked': { does: atGateway('arrives', databaseDies) },
  'the program is killed while the gateway is asked': {
    does: atGateway('arrives', (running) => running.pids.forEach((pid) => process.kill(pid, 'SIGKILL'))),
  },
  'the program is stopped until its lease is over and others have settled': {
    does: atGateway('answers', async (running) => {
      running.pids.forEach((pid) => process.kill(pid, 'SIGSTOP'));
      running.isStopped = true;
    }),
  },
  'the answer comes after the time-out': { does: atGateway('answers', () => pause(TIMEOUT_MS + 300)) },
  'the answer is lost, and nothing is booked': { does: knobs({ lose: 'before' }), only: 'knobs' },
  'the answer is lost, and it is booked': { does: knobs({ lose: 'after' }), only: 'knobs' },
  'the answer is lost, and it is booked late': { does: knobs({ lose: 'late', late_ms: 700 }), only: 'knobs', isLate: true },
  'the answer is HTTP 500, and it is booked': { does: knobs({ answer: 'http_500', answer_booked: true }), only: 'knobs' },
};

const FEW = process.env.MATRIX !== 'all';
let cell = 0;

for (const [what, fault] of Object.entries(FAULTS))
  for (const [name, step] of Object.entries(STEPS)) {
    if (fault.only === 'knobs' && !step.kind) continue;
    // A few of them in each run of the whole suite; MATRIX=all: each.
    if (FEW && cell++ % 9 !== 0) continue;
    test(`${name}: ${what}`, async () => {
      const made = await step.make();
      const running = { pids: [] };
      const happened = await fault.does(step, made, running);
      const begun = step.begin(made);
      running.pids = begun.pids;
      let isOver = false;
      begun.ended.then(() => (isOver = true));
      await until('its end, or the fault', async () => isOver || running.isStopped);
      if (running.isStopped) {
        leasesEnd();
        await settle();
        running.pids.forEach((pid) => process.kill(pid, 'SIGCONT'));
      }
      await begun.ended;
      const did = await happened();
      database.commit = async () => undefined;
      gateway.reset();
      await world.demo.resetKnobs();
      assert.ok(did || fault.mayMiss, 'the fault happened');
      if (what.includes('database is killed') && did) await world.demo.restart('mariadb');
      await until('pages', async () => (await made.client.get(world.path('/pay'))).status === 200);
      await step.again(made);
      if (fault.isLate) await pause(800);
      leasesEnd();
      await settle();
      await settle('+1000');
      await settle(`+${2 * DAY_S}`);
      await step.end(made);
      await world.assertClean();
    });
  }
