// `remit purge`: what is old and over goes, what is younger, open, confirmed or agreed to stays; nobody may delete more.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Database, Installation } from './harness.mjs';

let database, at;

before(async () => {
    database = await Database.start();
    at = new Installation(database, 'remit_purge');
    at.ok(['migrate']);
    at.ok(['account', 'add', '--number', '100', '--organization', 'X']);
    at.ok(['invoice', 'import', at.file('in.json', Array.from({ length: 200 }, (_, index) => ({ account: '100', number: `N${index}`, issued_on: '2026-10-01',
        due_on: '2026-10-31', lines: [{ description: 'x', amount: '10.00' }] })))]);
    at.ok(['level', 'add', 'Manager', '--billing']);
    at.ok(['user', 'add', '--email', 'a@example.com', '--name', 'A', '--account', '100', '--level', 'Manager']);
    at.sql(`INSERT INTO method (account_id, user_id, kind, gateway, vault_id, last_four, created_at) VALUES (1, 1, 'bank', 'nmi', 'v1', '6789', NOW())`);
});
after(() => database?.stop());
afterEach(() => assert.deepEqual(at.json(['check']).faults, [], 'the books agree'));

const one = (text) => Number(at.sql(text)[0][0]);
// now is 2026-11-22; days ago
const ago = (days) => `DATE_SUB('2026-11-22 15:00:00', INTERVAL ${days} DAY)`;
let count = 0;
function payment(state, days, { confirmed = 'NULL', covers = 1 } = {}) {
    const reference = `P${String(++count).padStart(12, '0')}`;
    at.sql(`INSERT INTO payment (account_id, reference, source, kind, amount_cents, state, created_at, confirmed_at) VALUES (1, '${reference}', 'customer', 'card',
        ${100 * covers}, '${state}', ${ago(days)}, ${confirmed}); SET @payment = LAST_INSERT_ID();
        INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) SELECT 1, @payment, id, 100 FROM invoice ORDER BY id LIMIT ${covers};
        INSERT INTO payment_event (account_id, payment_id, at, to_state, actor) VALUES (1, @payment, ${ago(days)}, '${state}', 'user:1')`);
    return reference;
}
const there = () => at.sql('SELECT reference FROM payment ORDER BY id').map(([reference]) => reference);

test('reviews nobody confirmed, and no other payment', () => {
    const gone = [payment('review', 31), payment('expired', 400, { covers: 200 }), payment('expired', 31, { covers: 200 })];
    const young = [payment('review', 29), payment('expired', 1)];
    const kept = [payment('declined', 400, { confirmed: ago(400) }), payment('not_charged', 400, { confirmed: ago(400) }), payment('failed', 400, { confirmed: ago(400) })];
    const agreed = payment('review', 400);
    at.sql(`INSERT INTO consent (account_id, user_id, method_id, payment_id, version, text, accepted_at, address, kind) SELECT 1, 1, 1, id, 'v', 't', ${ago(400)}, '::1',
        'ach_authorization' FROM payment WHERE reference = '${agreed}'`);
    const journal = one('SELECT COUNT(*) FROM journal_posting'), version = one('SELECT version FROM account');
    const dry = at.json(['purge', '--dry-run']);
    assert.deepEqual([dry.dry_run, dry.reviews], [true, 3]);
    assert.ok(gone.every((reference) => there().includes(reference)), 'a dry run removes nothing');
    const done = at.json(['purge']);
    assert.deepEqual([done.dry_run, done.reviews], [false, 3]);
    assert.deepEqual(there(), [...young, ...kept, agreed]);
    assert.deepEqual(at.sql(`SELECT (SELECT COUNT(*) FROM payment_allocation a LEFT JOIN payment p ON p.id = a.payment_id WHERE p.id IS NULL),
        (SELECT COUNT(*) FROM payment_event e LEFT JOIN payment p ON p.id = e.payment_id WHERE p.id IS NULL), (SELECT COUNT(*) FROM payment_event)`), [['0', '0', '6']]);
    assert.equal(one('SELECT COUNT(*) FROM journal_posting'), journal);
    assert.equal(one('SELECT COUNT(*) FROM consent'), 1, 'what was agreed to stays');
    assert.ok(one('SELECT version FROM account') > version, 'the account first');
    assert.match(at.sql("SELECT subject FROM audit_event WHERE action = 'purge'")[0][0], /^rows:3$/);
    assert.equal(at.json(['purge']).reviews, 0);
    assert.equal(one("SELECT COUNT(*) FROM audit_event WHERE action = 'purge'"), 1, 'nothing was removed, nothing is told');
});

test('the command itself may delete no confirmed payment, no journal, no consent', () => {
    const reference = payment('declined', 400, { confirmed: ago(400) });
    const as = (text) => database.client(['-uremit_remit', '-psecret', at.name], text);
    for (const table of ['payment', 'payment_event', 'payment_allocation', 'journal_entry', 'journal_posting', 'consent', 'invoice', 'audit_event'])
        assert.match(as(`DELETE FROM ${table}`).stderr, /denied/, table);
const [[id]] = at.sql(`SELECT id FROM payment WHERE reference = '${reference}'`);
    for (const [view, column] of [['payment', 'id'], ['allocation', 'payment_id'], ['event', 'payment_id']])
        assert.equal(as(`DELETE FROM purgeable_${view} WHERE ${column} = ${id}; SELECT ROW_COUNT()`).stdout, '0\n', view);
});

test('sessions, counters, mail, imports', () => {
    at.sql(`INSERT INTO session (token_hash, user_id, account_id, created_at, seen_at, ends_at) VALUES (REPEAT('a', 32), 1, 1, NOW(), NOW(), ${ago(8)}),
        (REPEAT('b', 32), 1, 1, NOW(), NOW(), ${ago(6)}), (REPEAT('c', 32), 1, 1, NOW(), NOW(), ${ago(-1)});
        INSERT INTO session (token_hash, user_id, account_id, created_at, seen_at, ends_at) VALUES
        (REPEAT('d', 32), 1, 1, NOW(), DATE_SUB(${ago(7)}, INTERVAL 1801 SECOND), DATE_ADD(${ago(7)}, INTERVAL 11 HOUR)),
        (REPEAT('e', 32), 1, 1, NOW(), DATE_SUB(${ago(7)}, INTERVAL 1799 SECOND), DATE_ADD(${ago(7)}, INTERVAL 11 HOUR));
        INSERT INTO user_link (user_id, account_id, kind, salt, token_hash, created_at, ends_at, state, used_at) VALUES
        (1, 1, 'reset', REPEAT('s', 16), REPEAT('1', 32), ${ago(40)}, ${ago(31)}, 'open', NULL), (1, 1, 'reset', REPEAT('s', 16), REPEAT('2', 32), ${ago(40)}, ${ago(29)}, 'open', NULL),
        (1, 1, 'invitation', REPEAT('s', 16), REPEAT('3', 32), ${ago(400)}, ${ago(393)}, 'used', ${ago(399)}), (1, 1, 'invitation', REPEAT('s', 16), REPEAT('4', 32), ${ago(40)}, ${ago(-1)}, 'over', NULL);
        INSERT INTO session_program (session_hash, program, token_hash) SELECT token_hash, p.program, token_hash FROM session, (SELECT 'pay' program UNION SELECT 'login') p;
        INSERT INTO counter VALUES ('x', REPEAT('a', 32), ${ago(8)}, 1), ('x', REPEAT('a', 32), ${ago(6)}, 1);
        INSERT INTO counter SELECT 'y', UNHEX(SHA2(seq, 256)), ${ago(30)}, 1 FROM seq_1_to_2500;
        DELETE FROM outbox;
        INSERT INTO outbox (mail_key, kind, account_id, created_at, state, sent_at) VALUES ('old', 'x', 1, ${ago(401)}, 'sent', ${ago(401)}), ('new', 'x', 1, ${ago(399)}, 'sent', NOW());
        INSERT INTO outbox (mail_key, kind, account_id, created_at, state, given_up_at, retried_at) VALUES ('given', 'x', 1, ${ago(401)}, 'given_up', NOW(), NULL),
            ('retried', 'x', 1, ${ago(401)}, 'given_up', NOW(), ${ago(1)});
        INSERT INTO outbox (mail_key, kind, account_id, created_at) VALUES ('waiting', 'x', 1, ${ago(401)})`);
    at.sql(`UPDATE import SET changed_at = ${ago(401)}; INSERT INTO import (kind, file_name, actor, created_at, changed_at) VALUES ('invoice', 'left', 'x', ${ago(3)}, ${ago(3)}),
        ('invoice', 'live', 'x', ${ago(0)}, ${ago(0)}); INSERT INTO import_row SELECT id, 0, 1, 0, 1, 1, 'x', '', 5, 'x' FROM import WHERE state = 'staging';
        INSERT INTO import (kind, state, open, file_hash, file_name, items, actor, created_at, changed_at) VALUES ('invoice', 'applying', 1, REPEAT('h', 32), 'stopped', 1, 'x', ${ago(500)}, ${ago(500)})`);
    const dry = at.json(['purge', '--dry-run']);
    assert.deepEqual([dry.sessions, dry.links, dry.counters, dry.mail, dry.imports], [2, 2, 2501, 2, 1]);
    const done = at.json(['purge']);
    assert.deepEqual({ ...done, dry_run: true }, { ...dry, dry_run: true });
    assert.deepEqual(at.sql('SELECT LEFT(token_hash, 1) FROM session ORDER BY 1').flat(), ['b', 'c', 'e'], 'not seen for long, or ended');
    assert.equal(one('SELECT COUNT(*) FROM session_program'), 6);
    assert.deepEqual(at.sql('SELECT LEFT(token_hash, 1) FROM user_link ORDER BY 1').flat(), ['2', '4']);
    assert.equal(one('SELECT COUNT(*) FROM counter'), 1);
    assert.deepEqual(at.sql('SELECT mail_key FROM outbox ORDER BY mail_key').flat(), ['new', 'retried', 'waiting']);
    assert.deepEqual(at.sql('SELECT file_name FROM import ORDER BY file_name').flat(), ['live', 'stopped'], 'one that waits to be gone on with is kept');
    assert.equal(one('SELECT COUNT(*) FROM import_row'), 1);
});

test('bodies of webhooks that are over; that they came is kept', () => {
    const webhook = (id, state, days, count = 1) => at.sql(`INSERT INTO webhook (gateway, event_id, event_type, body, received_at, state, look_at, done_at)
        SELECT 'nmi', CONCAT('${id}', seq), 'x.y', CONCAT('{"of":"', '${id}', '"}'), ${ago(days)}, '${state}', ${state === 'waiting' ? 'NOW()' : 'NULL'}, ${state === 'waiting' ? 'NULL' : 'NOW()'} FROM seq_1_to_${count}`);
    webhook('done', 'done', 91, 250);
    for (const state of ['ignored', 'given_up']) webhook(state, state, 400);
    webhook('waits', 'waiting', 400);
    webhook('young', 'done', 89);
    const dry = at.json(['purge', '--dry-run']);
    assert.equal(dry.webhooks, 252);
    assert.equal(one('SELECT COUNT(*) FROM webhook WHERE body IS NULL'), 0, 'a dry run removes nothing');
    assert.equal(at.json(['purge']).webhooks, 252);
    assert.deepEqual(at.sql('SELECT event_id, body FROM webhook WHERE body IS NOT NULL ORDER BY event_id'), [['waits1', '{"of":"waits"}'], ['young1', '{"of":"young"}']]);
    assert.equal(one('SELECT COUNT(*) FROM webhook'), 254, 'an event is known when it comes again');
    assert.equal(one("SELECT COUNT(*) FROM webhook WHERE purged_at = '2026-11-22 15:00:00'"), 252);
    assert.equal(at.json(['purge']).webhooks, 0);
    const as = (text) => database.client(['-uremit_remit', '-psecret', at.name], text).stderr;
    for (const text of ['SELECT body FROM webhook', 'DELETE FROM webhook', "UPDATE webhook SET state = 'done'", "UPDATE webhook SET event_id = 'x'"]) assert.match(as(text), /denied/, text);
});

test('what is kept how long is a setting, within limits', () => {
    const wrong = (line) => new Installation(database, `remit_keep${++count}`, line).run(['config', 'check']).out;
    for (const line of ['Retention.ReviewDays = 1', 'Retention.MailDays = 89', 'Retention.SessionDays = -1', 'Retention.CounterDays = 0', 'Retention.LinkDays = 0', 'Retention.WebhookDays = 0'])
        assert.match(wrong(line), new RegExp(line.split(' ')[0]));
    assert.doesNotMatch(wrong('Retention.MailDays = 90'), /Retention/);
});
