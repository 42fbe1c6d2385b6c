#include "common/store/check_refund_store.h"

/* As in check_store.c: both sides below each other, one pass over each table. */

/* A void that took no money back took no credit either, and says nothing of what was to be. */
const struct statement check_refund_covers_sql = {
    .name = "check_refund_covers",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, reference AS name, amount_cents AS expected, credit_cents +"
            " adjustment_cents AS found FROM refund UNION ALL SELECT account_id, refund_id, NULL,"
            " 0, amount_cents FROM refund_allocation UNION ALL SELECT r.account_id, r.id, NULL, 0,"
            " p.credit_cents - p.moved_cents FROM refund r STRAIGHT_JOIN payment p ON p.account_id "
            "= r.account_id"
            " AND p.id = r.payment_id WHERE r.kind = 'void' AND (r.state <> 'succeeded' OR"
            " r.reopens = 0)) t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND"
            " SUM(expected) <> SUM(found)",
};

/* What a bank took back is all of it, whatever was refunded before. */
const struct statement check_refund_payment_sql = {
    .name = "check_refund_payment",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(IF(MAX(returned), MAX(total), SUM(expected)) AS SIGNED),"
            " CAST(SUM(found) AS SIGNED) FROM (SELECT account_id, id, reference AS name,"
            " amount_cents AS total, 0 AS returned, 0 AS expected, refunded_cents AS found FROM"
            " payment UNION ALL SELECT account_id, payment_id, NULL, 0, kind IN ('return', "
            "'chargeback'),"
            " IF(kind = 'refund', amount_cents, 0), 0 FROM refund WHERE state = 'succeeded') t"
            " GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND IF(MAX(returned),"
            " MAX(total), SUM(expected)) <> SUM(found)",
};

const struct statement check_refund_credit_sql = {
    .name = "check_refund_credit",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(IF(MAX(returned), MAX(total), SUM(expected)) AS SIGNED),"
            " CAST(SUM(found) AS SIGNED) FROM (SELECT account_id, id, reference AS name,"
            " credit_cents AS total, 0 AS returned, 0 AS expected, credit_refunded_cents AS found"
            " FROM payment UNION ALL SELECT account_id, payment_id, NULL, 0, kind IN ('return', "
            "'chargeback'),"
            " IF(kind = 'refund', credit_cents + adjustment_cents, 0), 0 FROM refund WHERE state = "
            "'succeeded') t"
            " GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND IF(MAX(returned),"
            " MAX(total), SUM(expected)) <> SUM(found)",
};

const struct statement check_refund_allocation_sql = {
    .name = "check_refund_allocation",
    .columns = 3,
    .text = "SELECT CONCAT('payment id ', payment_id, ' on invoice id ', invoice_id),"
            " CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT account_id,"
            " payment_id, invoice_id, 0 AS expected, refunded_cents AS found FROM"
            " payment_allocation UNION ALL SELECT f.account_id, r.payment_id, f.invoice_id,"
            " f.amount_cents, 0 FROM refund_allocation f STRAIGHT_JOIN refund r ON r.account_id ="
            " f.account_id AND r.id = f.refund_id WHERE r.kind <> 'void' AND r.state ="
            " 'succeeded') t GROUP BY account_id, payment_id, invoice_id HAVING SUM(expected) <>"
            " SUM(found)",
};

const struct statement check_refund_state_sql = {
    .name = "check_refund_state",
    .params = 1,
    .columns = 3,
    .text = "SELECT reference, wanted, state FROM (SELECT reference, state, IF(refunded_cents ="
            " 0, 'succeeded', IF(refunded_cents < amount_cents, 'partly_refunded', 'refunded'))"
            " AS wanted FROM payment WHERE FIND_IN_SET(state, ?) OR state = 'refunded') t WHERE"
            " state <> wanted",
};

const struct statement check_refund_void_sql = {
    .name = "check_refund_void",
    .columns = 3,
    .text = "SELECT p.reference, 'voided', p.state FROM refund r STRAIGHT_JOIN payment p ON"
            " p.account_id = r.account_id AND p.id = r.payment_id WHERE r.kind = 'void' AND"
            " r.state = 'succeeded' AND p.state <> 'voided'",
};

const struct statement check_refund_return_sql = {
    .name = "check_refund_return",
    .columns = 3,
    .text = "SELECT p.reference, IF(r.kind = 'return', 'returned', 'charged_back'), p.state FROM"
            " refund r STRAIGHT_JOIN payment p ON p.account_id = r.account_id AND p.id ="
            " r.payment_id WHERE r.kind IN ('return', 'chargeback') AND (r.state <> 'succeeded' OR"
            " p.state <> IF(r.kind = 'return', 'returned', 'charged_back'))",
};

/* One that was still pending was not money, and has no refund of its return. */
const struct statement check_refund_returned_sql = {
    .name = "check_refund_returned",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, IF(state IN ('returned', 'charged_back'), reference, NULL) "
            "AS name, 0 AS"
            " expected, 0 AS found FROM payment UNION ALL SELECT account_id, payment_id, NULL, 1,"
            " 0 FROM journal_entry WHERE kind = 'payment' UNION ALL SELECT account_id, payment_id,"
            " NULL, 0, 1 FROM refund WHERE kind IN ('return', 'chargeback')) t GROUP BY "
            "account_id, id HAVING"
            " MAX(name) IS NOT NULL AND SUM(expected) <> SUM(found)",
};

/* A void of what was pending moved no money: it reopened nothing. */
#define BOOKED "state = 'succeeded' AND (kind = 'refund' OR reopens = 1)"
#define REVERSALS                                                                                  \
    "(e.kind IN ('refund', 'return') OR (e.kind = 'void' AND e.payment_id IS NOT NULL))"

const struct statement check_refund_booked_sql = {
    .name = "check_refund_booked",
    .columns = 3,
    .text = "SELECT name, CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT"
            " CONCAT(kind, ':', reference) AS name, amount_cents AS expected, 0 AS found FROM"
            " refund WHERE " BOOKED " UNION ALL SELECT e.event_key, 0, -q.amount_cents FROM"
            " journal_entry e STRAIGHT_JOIN journal_posting q ON q.account_id = e.account_id AND"
            " q.entry_id = e.id WHERE " REVERSALS " AND q.ledger = 'money') t GROUP BY name"
            " HAVING SUM(expected) <> SUM(found)",
};

const struct statement check_refund_credited_sql = {
    .name = "check_refund_credited",
    .columns = 3,
    .text = "SELECT name, CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT"
            " CONCAT('refund:', reference, ':credit') AS name, amount_cents - credit_cents -"
            " adjustment_cents AS expected, 0 AS found FROM refund WHERE state = 'succeeded' AND "
            "kind = 'refund' AND reopens = 0"
            " UNION ALL SELECT e.event_key, 0, q.amount_cents FROM journal_entry e STRAIGHT_JOIN"
            " journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id WHERE e.kind"
            " = 'credit' AND e.event_key LIKE 'refund:%' AND q.ledger = 'adjustment') t GROUP BY"
            " name HAVING SUM(expected) <> SUM(found)",
};

const struct statement check_refund_invoice_sql = {
    .name = "check_refund_invoice",
    .columns = 3,
    .text = "SELECT CONCAT(name, ' on invoice id ', invoice_id), CAST(SUM(expected) AS SIGNED),"
            " CAST(SUM(found) AS SIGNED) FROM (SELECT CONCAT(r.kind, ':', r.reference) AS name,"
            " f.invoice_id, f.amount_cents AS expected, 0 AS found FROM refund_allocation f"
            " STRAIGHT_JOIN refund r ON r.account_id = f.account_id AND r.id = f.refund_id WHERE"
            " r.state = 'succeeded' AND (r.kind = 'refund' OR r.reopens = 1) UNION ALL SELECT"
            " e.event_key, q.invoice_id, 0, q.amount_cents FROM journal_entry e STRAIGHT_JOIN"
            " journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id WHERE"
            " " REVERSALS " AND q.ledger = 'receivable') t GROUP BY name, invoice_id HAVING"
            " SUM(expected) <> SUM(found)",
};

/* Out of the account's credit, and out of nothing. */
const struct statement check_refund_parts_sql = {
    .name = "check_refund_parts",
    .columns = 3,
    .text = "SELECT CONCAT(name, ' from ', ledger), CAST(SUM(expected) AS SIGNED),"
            " CAST(SUM(found) AS SIGNED) FROM (SELECT CONCAT(kind, ':', reference) AS name,"
            " 'credit' AS ledger, credit_cents AS expected, 0 AS found FROM refund WHERE " BOOKED
            " UNION ALL SELECT CONCAT(kind, ':', reference), 'adjustment', adjustment_cents, 0"
            " FROM refund WHERE " BOOKED " UNION ALL SELECT e.event_key, q.ledger, 0,"
            " q.amount_cents FROM journal_entry e STRAIGHT_JOIN journal_posting q ON q.account_id"
            " = e.account_id AND q.entry_id = e.id WHERE " REVERSALS " AND q.ledger IN ('credit',"
            " 'adjustment')) t GROUP BY name, ledger HAVING SUM(expected) <> SUM(found)",
};

/* Of invoices that no import made: see issue_store.c. */
#define OURS "HEX(fingerprint) = REPEAT('0', 64)"

const struct statement check_refund_adjustment_sql = {
    .name = "check_refund_adjustment",
    .columns = 3,
    .text = "SELECT name, CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT"
            " CONCAT('ADJ-', reference) AS name, adjustment_cents AS expected, 0 AS found FROM"
            " refund WHERE state = 'succeeded' UNION ALL SELECT number, 0, total_cents FROM"
            " invoice WHERE number LIKE 'ADJ-%' AND " OURS ") t GROUP BY name HAVING"
            " SUM(expected) <> SUM(found)",
};

const struct statement check_fee_returned_sql = {
    .name = "check_fee_returned",
    .columns = 3,
    .text = "SELECT i.number, 'returned', COALESCE(p.state, 'no payment') FROM (SELECT account_id,"
            " number, SUBSTRING(number, 5) AS reference FROM invoice WHERE number LIKE 'FEE-%' AND"
            " " OURS ") i LEFT JOIN payment p ON p.account_id = i.account_id AND p.reference ="
            " i.reference WHERE COALESCE(p.state, '') <> 'returned'",
};

/* ---- keys: these hold even where somebody dropped the unique key ---- */

const struct statement check_twice_refund_sql = {
    .name = "check_twice_refund",
    .columns = 3,
    .text = "SELECT reference AS used, 1, COUNT(*) AS times FROM refund GROUP BY used HAVING"
            " times > 1",
};

const struct statement check_twice_refund_transaction_sql = {
    .name = "check_twice_refund_transaction",
    .columns = 3,
    .text = "SELECT CONCAT(gateway, ' ', transaction_id) AS used, 1, COUNT(*) AS times FROM"
            " refund WHERE transaction_id IS NOT NULL GROUP BY used HAVING times > 1",
};

const struct statement check_twice_refund_open_sql = {
    .name = "check_twice_refund_open",
    .columns = 3,
    .text = "SELECT CONCAT('payment id ', payment_id) AS used, 1, COUNT(*) AS times FROM refund"
            " WHERE open = 1 GROUP BY used HAVING times > 1",
};

const struct statement check_twice_refund_request_sql = {
    .name = "check_twice_refund_request",
    .columns = 3,
    .text = "SELECT CONCAT('account id ', account_id, ' ', request_key) AS used, 1, COUNT(*) AS"
            " times FROM refund WHERE request_key IS NOT NULL GROUP BY used HAVING times > 1",
};

const struct statement check_refund_open_sql = {
    .name = "check_refund_open",
    .columns = 7,
    .text = "SELECT r.reference, p.reference, a.number, r.kind, r.state, r.amount_cents,"
            " r.created_at FROM refund r JOIN payment p ON p.account_id = r.account_id AND p.id ="
            " r.payment_id JOIN account a ON a.id = r.account_id WHERE r.open = 1 ORDER BY r.id",
};

enum result check_refund_open(struct db *db, db_each_row each, void *context) {
    return db_each(db, &check_refund_open_sql, NULL, each, context);
}
