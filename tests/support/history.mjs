// history.mjs - an account with a long past, made by sets of rows: invoices over twenty years, the oldest of them paid one
// by one, the latest open, with allocations, events, journal and its sums.
import { activitySql } from './activity.mjs';

const CHUNK = 50_000;

// Adds to an account (its id): `count` invoices of $10, the last `open` of them open, and `payments` payments of the
// first ones. tag begins their numbers and is nobody else's. books: false leaves the journal and the payments out.
export function historySql(account, tag, { count, open = 0, payments = 0, books = true }) {
  const statements = [];
  for (let from = 1; from <= count; from += CHUNK)
    statements.push(`INSERT INTO invoice (account_id, number, billing_type, issued_on, due_on, total_cents, paid_cents, fingerprint, created_at)
      SELECT ${account}, CONCAT('${tag}-', LPAD(seq, 7, '0')), 'Hosting', CURDATE() - INTERVAL (${count} - seq) * 7300 DIV ${count} DAY,
        CURDATE() - INTERVAL (${count} - seq) * 7300 DIV ${count} DAY + INTERVAL 30 DAY, 1000, IF(seq > ${count - open}, 0, 1000), UNHEX(SHA2(seq, 256)), UTC_TIMESTAMP()
      FROM seq_${from}_to_${Math.min(count, from + CHUNK - 1)}`);
  statements.push(`UPDATE account SET due_cents = due_cents + ${open * 1000} WHERE id = ${account}`);
  if (!books) return statements.join(';\n');
  const paid = `JOIN payment p ON p.account_id = i.account_id AND p.external_reference = i.number`;
  const mine = `i.account_id = ${account} AND i.number LIKE '${tag}-%'`;
  statements.push(
    `INSERT INTO payment (account_id, reference, source, kind, method_text, amount_cents, state, external_reference, created_at, confirmed_at, closed_at)
      SELECT account_id, CONCAT('P', LPAD(id, 12, '0')), 'provider', 'check', CONCAT('Check ', number), 1000, 'succeeded', number,
        CAST(issued_on AS DATETIME) + INTERVAL 10 DAY, CAST(issued_on AS DATETIME) + INTERVAL 10 DAY, CAST(issued_on AS DATETIME) + INTERVAL 10 DAY
      FROM invoice i WHERE ${mine} AND paid_cents > 0 ORDER BY id LIMIT ${payments}`,
    `INSERT INTO payment_allocation (account_id, payment_id, invoice_id, amount_cents) SELECT i.account_id, p.id, i.id, 1000 FROM invoice i ${paid} WHERE ${mine}`,
    `INSERT INTO payment_event (account_id, payment_id, at, to_state, actor) SELECT i.account_id, p.id, p.created_at, 'succeeded', 'provider' FROM invoice i ${paid} WHERE ${mine}`,
    `INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) SELECT account_id, CONCAT('invoice:', number, ':issued'), 'invoice', created_at, issued_on FROM invoice i WHERE ${mine}`,
    `INSERT INTO journal_entry (account_id, event_key, kind, at, on_date, payment_id) SELECT p.account_id, CONCAT('payment:', p.reference, ':paid'), 'payment', p.created_at, DATE(p.created_at), p.id FROM invoice i ${paid} WHERE ${mine}`,
    `INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id, amount_cents)
      SELECT e.account_id, e.id, l.seq, IF(l.seq, 'revenue', 'receivable'), IF(l.seq, NULL, i.id), IF(l.seq, -1000, 1000)
      FROM invoice i JOIN journal_entry e ON e.event_key = CONCAT('invoice:', i.number, ':issued') JOIN seq_0_to_1 l WHERE ${mine}`,
    `INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id, amount_cents)
      SELECT e.account_id, e.id, l.seq, IF(l.seq, 'receivable', 'money'), IF(l.seq, i.id, NULL), IF(l.seq, -1000, 1000)
      FROM invoice i ${paid} JOIN journal_entry e ON e.event_key = CONCAT('payment:', p.reference, ':paid') JOIN seq_0_to_1 l WHERE ${mine}`,
  );
  // What else was paid: one entry, so that the books come to what the account owes.
  const rest = 1000 * Math.max(0, count - open - payments);
  if (rest)
    statements.push(
      `INSERT INTO journal_entry (account_id, event_key, kind, at, on_date) VALUES (${account}, 'rest:${tag}:${account}', 'credit', UTC_TIMESTAMP(), CURDATE() - INTERVAL 7300 DAY)`,
      `INSERT INTO journal_posting VALUES (${account}, LAST_INSERT_ID(), 0, 'receivable', NULL, -${rest}), (${account}, LAST_INSERT_ID(), 1, 'adjustment', NULL, ${rest})`,
    );
  statements.push(activitySql(String(account)));
  return statements.join(';\n');
}
