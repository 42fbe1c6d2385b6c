#include "common/store/check_refund_store.h"

/* As in check_store.c: both sides below each other, one pass over each table. */

const struct statement check_refund_covers_sql = {
    .name = "check_refund_covers",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, reference AS name, amount_cents AS expected, 0 AS found"
            " FROM refund UNION ALL SELECT account_id, refund_id, NULL, 0, amount_cents FROM"
            " refund_allocation) t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND"
            " SUM(expected) <> SUM(found)",
};

const struct statement check_refund_payment_sql = {
    .name = "check_refund_payment",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, reference AS name, 0 AS expected, refunded_cents AS found"
            " FROM payment UNION ALL SELECT account_id, payment_id, NULL, amount_cents, 0 FROM"
            " refund WHERE kind = 'refund' AND state = 'succeeded') t GROUP BY account_id, id"
            " HAVING MAX(name) IS NOT NULL AND SUM(expected) <> SUM(found)",
};

const struct statement check_refund_allocation_sql = {
    .name = "check_refund_allocation",
    .columns = 3,
    .text = "SELECT CONCAT('payment id ', payment_id, ' on invoice id ', invoice_id),"
            " CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT account_id,"
            " payment_id, invoice_id, 0 AS expected, refunded_cents AS found FROM"
            " payment_allocation UNION ALL SELECT f.account_id, r.payment_id, f.invoice_id,"
            " f.amount_cents, 0 FROM refund_allocation f STRAIGHT_JOIN refund r ON r.account_id ="
            " f.account_id AND r.id = f.refund_id WHERE r.kind = 'refund' AND r.state ="
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

/* A void of what was pending moved no money: it reopened nothing. */
#define BOOKED "state = 'succeeded' AND (kind = 'refund' OR reopens = 1)"
#define REVERSALS "(e.kind = 'refund' OR (e.kind = 'void' AND e.payment_id IS NOT NULL))"

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
            " CONCAT('refund:', reference, ':credit') AS name, amount_cents AS expected, 0 AS"
            " found FROM refund WHERE state = 'succeeded' AND kind = 'refund' AND reopens = 0"
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
