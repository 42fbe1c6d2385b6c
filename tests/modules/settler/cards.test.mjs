// Cards that change at the gateway: its events, and the reading that does without them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUR_S, Office, until } from './world.mjs';

let office;
before(async () => {
  office = await Office.open({ events: true });
  // Cards of the demo's own are read as well: not here.
  office.sql(`UPDATE method SET read_at = UTC_TIMESTAMP() + INTERVAL 20 YEAR`);
});
after(() => office?.close());

const tell = (fields) => office.demo.gateway('POST', '/sandbox/updater', fields);
const vaultOf = (account) => office.one(`SELECT vault_id FROM method WHERE id = ${account.card}`);
const card = (account) => office.one(`SELECT CONCAT_WS(' ', last_four, expires_on, state) FROM method WHERE id = ${account.card}`);
const news = (account) => office.number(`SELECT COUNT(*) FROM outbox WHERE kind = 'method_updated' AND subject_id = ${account.card} AND mail_key NOT LIKE '%/%'`);
async function took() {
  await until('events sent', async () => {
    const now = await office.demo.gateway('GET', '/sandbox/webhooks?limit=0');
    return now.waiting + now.in_flight === 0;
  });
  office.quiet();
  await office.round();
}

test('a new number, a closed account, one to be asked: at once, told once, however often they come', async () => {
  const accounts = [await office.account(), await office.account(), await office.account()];
  office.sql(`UPDATE method SET read_at = ${office.now} WHERE id IN (${accounts.map((one) => one.card).join()})`);
  await office.knobs({ webhook_repeat: 3, webhook_shuffle: true });
  await tell({ customer_vault_id: vaultOf(accounts[0]), last_four: '7788', exp: '0232', brand: 'visa' });
  await tell({ customer_vault_id: vaultOf(accounts[1]), closed: 'true' });
  await tell({ customer_vault_id: vaultOf(accounts[2]), contact: 'true' });
  await took();
  await took();
  assert.deepEqual(accounts.map(card), ['7788 2032-02-29 active', '1111 2030-12-31 needs_attention', '1111 2030-12-31 needs_attention']);
  assert.deepEqual(accounts.map(news), [1, 1, 1]);
  assert.equal(office.number("SELECT COUNT(*) FROM webhook WHERE state = 'waiting'"), 0);
  await office.knobs();
});

test('somebody else\'s entries change nothing', async () => {
  const account = await office.account();
  office.sql(`UPDATE method SET read_at = ${office.now} WHERE id = ${account.card}`);
  await office.vaultAdd({ customer_vault_id: `theirs-${process.pid}`, ccnumber: '4111111111111111', ccexp: '1230' });
  await tell({ customer_vault_id: `theirs-${process.pid}`, closed: 'true' });
  await took();
  assert.equal(card(account), '1111 2030-12-31 active');
  assert.equal(office.one("SELECT CONCAT(state, ' ', outcome) FROM webhook ORDER BY id DESC LIMIT 1"), 'ignored no card of ours, or nothing new');
});

test('one that cannot be read is not the first of every round', async () => {
  const [first, second] = [await office.account(), await office.account()];
  office.sql(`UPDATE method SET read_at = ${office.now} - INTERVAL 90 DAY WHERE id = ${first.card};
    UPDATE method SET read_at = ${office.now} - INTERVAL 89 DAY WHERE id = ${second.card}`);
  await office.knobs({ webhooks: 'drop' });
  await tell({ customer_vault_id: vaultOf(second), exp: '0131' });
  office.quiet();
  await office.knobs({ query_latency_ms: 5000 });
  await office.round();
  assert.equal(card(second), '1111 2030-12-31 active');
  // From now on only the first would have no answer; the second is asked before it.
  assert.ok(office.number(`SELECT (SELECT read_at FROM method WHERE id = ${first.card}) > (SELECT read_at FROM method WHERE id = ${second.card})`));
  await office.knobs();
  await office.round();
  assert.equal(card(second), '1111 2031-01-31 active');
  assert.equal(office.number(`SELECT read_at < ${office.now} - INTERVAL 1 DAY FROM method WHERE id = ${first.card}`), 1, 'not yet again');
  office.pass(HOUR_S + 60);
  await office.round();
  assert.equal(office.number(`SELECT read_at > ${office.now} - INTERVAL 1 DAY FROM method WHERE id = ${first.card}`), 1);
});

test('the vault does not tell: an event about cards is looked at again', async () => {
  const account = await office.account();
  office.sql(`UPDATE method SET read_at = ${office.now} WHERE id = ${account.card}`);
  await tell({ customer_vault_id: vaultOf(account), exp: '0331' });
  await office.knobs({ query_latency_ms: 5000 });
  await took();
  assert.equal(office.one("SELECT CONCAT(state, ' ', looks) FROM webhook ORDER BY id DESC LIMIT 1"), 'waiting 1');
  await office.knobs();
  office.pass(61);
  await office.round();
  assert.equal(card(account), '1111 2031-03-31 active');
});

test('without events the daily report tells of closed accounts and of those to be asked, once', async () => {
  const accounts = [await office.account(), await office.account(), await office.account()];
  office.sql(`UPDATE method SET read_at = ${office.now} WHERE id IN (${accounts.map((one) => one.card).join()})`);
  await office.knobs({ webhooks: 'drop' });
  await tell({ customer_vault_id: vaultOf(accounts[0]), closed: 'true' });
  await tell({ customer_vault_id: vaultOf(accounts[1]), contact: 'true' });
  await tell({ customer_vault_id: vaultOf(accounts[2]), exp: '0431' });
  office.quiet();
  await office.round();
  assert.deepEqual(accounts.map(card), Array(3).fill('1111 2030-12-31 active'), 'the report was read today');
  for (let day = 0; day < 2; day++) {
    office.pass(25 * HOUR_S);
    office.sql(`UPDATE method SET read_at = ${office.now} WHERE id IN (${accounts.map((one) => one.card).join()})`);
    await office.round();
    assert.deepEqual(accounts.map(card), ['1111 2030-12-31 needs_attention', '1111 2030-12-31 needs_attention', '1111 2031-04-30 active']);
    assert.deepEqual(accounts.map(news), [1, 1, 1]);
  }
  await office.knobs();
});
