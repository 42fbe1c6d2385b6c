// A worker of `pay` dies as by kill -9 at every step of saving a new card. Whatever the step: the same
// form saves it once at most, nothing is charged, and no entry is left in the vault that nobody sees.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { World, formKey, outcomeOf, payFields, summaryOf, until } from '../web/world.mjs';

const folder = mkdtempSync(join(tmpdir(), 'remit-fault-'));
const faultFile = join(folder, 'fault');
const CARD = { method: 'card', payment_token: 'test-mastercard', name_on_card: 'Ada Moss', zip: '89501', terms: '1', remember: '1', what: 'total' };
let world;

before(async () => {
  world = await World.open({
    build: process.env.BUILD ?? 'faults',
    env: { REMIT_FAULT_FILE: faultFile },
    settings: ['Payment.LeaseSeconds = 2', 'Gateway.TimeoutMs = 1000', 'Gateway.ConnectTimeoutMs = 1000'],
  });
});

after(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const methods = (account) =>
  world.sql(`SELECT state, vault_id, vault_gone_at IS NOT NULL FROM method WHERE account_id = ${account.id} AND vault_id LIKE 'r%'`)
    .map(([state, vault, gone]) => ({ state, vault, gone: gone === '1' }));

// Entries of the vault that are ours.
async function entries(account) {
  const list = await world.demo.gateway('GET', '/sandbox/vault');
  const ids = new Set(methods(account).map(({ vault }) => vault));
  return (list.entries ?? list.vault ?? list).filter((entry) => ids.has(entry.customer_vault_id)).length;
}

async function settle(clock = '') {
  world.demo.clock(clock);
  const { code, out, err } = await world.demo.remit('settle');
  world.demo.clock('');
  assert.equal(code, 0, `${out}${err}`);
}

for (const point of ['save.before_claim', 'db.before_commit', 'db.after_commit', 'save.after_claim', 'save.after_answer', 'save.after_record'])
  test(`pay killed at ${point} of a save`, async () => {
    const account = await world.account({ invoices: [3000] });
    const client = await world.signIn(account.user);
    const form = payFields((await client.get(world.path('/pay'))).text, { ...CARD });
    writeFileSync(faultFile, `${point}\n`);
    const died = await client.post(world.path('/pay'), form).catch(() => ({ status: 0 }));
    assert.notEqual(died.status, 303, 'the worker died before it could answer');
    assert.equal(existsSync(faultFile), false, 'the fault happened');

    // The customer sends the same form again.
    const again = await client.post(world.path('/pay'), form);
    let place = again.location;
    if (again.status !== 303) {
      assert.equal(again.status, 409, summaryOf(again.text));
      assert.match(summaryOf(again.text), /still being checked\. Nothing was charged/);
      await until('the dead save to be given up', async () => {
        await settle();
        return methods(account).every(({ state }) => state === 'removed');
      });
      await settle('+1000');
      assert.equal(await entries(account), 0, 'nothing is left in the vault');
      const page = await client.get(world.path('/pay'));
      const fresh = await client.post(world.path('/pay'), payFields(page.text, { ...CARD }));
      assert.equal(fresh.status, 303, summaryOf(fresh.text));
      place = fresh.location;
    }
    assert.equal(await entries(account), 1);
    const review = await client.get(place);
    const page = await client.follow(await client.post(place.replace('?again=1', ''), { key: formKey(review.text) }));
    assert.equal(outcomeOf(page.text), 'success');
    const reference = place.split('/').pop().replace('?again=1', '');
    assert.equal((await world.sales(reference)).length, 1);
    assert.deepEqual(methods(account).filter(({ state }) => state !== 'removed').map(({ state }) => state), ['active']);
    await world.assertClean();
  });
