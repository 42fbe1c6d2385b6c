// A mailer dies as by kill -9 at each step of writing reminders: the next one goes on, and everybody is reminded once.
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

process.env.MAILER_BIN ??= new URL('../../build/faults/bin/mailer', import.meta.url).pathname;
const { Database, Office, SmtpServer } = await import('../modules/mailer/harness.mjs');
const ACCOUNTS = 600; // three pages
let database, server, office, fault;

before(async () => {
  database = await Database.start();
  server = await SmtpServer.start();
  office = Office.open(database, 'mail_reminder_faults', server);
  office.sql(`INSERT INTO account (number, organization, created_at) SELECT CONCAT('K', seq), 'K', '2026-01-01' FROM seq_1_to_${ACCOUNTS};
    INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, fingerprint, created_at)
    SELECT id, CONCAT('K-', number), 'VPS', '2026-10-01', '2026-11-21', 100, REPEAT('f', 32), '2026-10-01' FROM account WHERE organization = 'K'`);
  fault = join(office.at.folder, 'fault');
  process.env.REMIT_FAULT_FILE = fault;
});
after(async () => {
  delete process.env.REMIT_FAULT_FILE;
  await office?.close();
  await server?.stop();
  await database?.stop();
});
beforeEach(() => {
  office.clear();
  rmSync(fault, { force: true });
});

const written = () => office.sql("SELECT account_id FROM outbox WHERE mail_key LIKE 'overdue:%:2026-11-21:1'").length;

for (const [step, first] of [['db.before_commit', 0], ['db.after_commit', 256], ['remind.after_write', 256]])
  test(`killed at ${step}`, async () => {
    writeFileSync(fault, step);
    const { signal } = await office.once();
    assert.equal(signal, 'SIGKILL');
    assert.equal(existsSync(fault), false);
    assert.equal(written(), first);
    assert.equal((await office.once()).code, 0);
    assert.equal(written(), ACCOUNTS);
    assert.equal(Number(office.one("SELECT COUNT(DISTINCT account_id) FROM outbox WHERE kind = 'invoice_overdue'")), ACCOUNTS);
    assert.equal((await office.once()).code, 0);
    assert.equal(Number(office.one('SELECT COUNT(*) FROM outbox')), ACCOUNTS);
  });
