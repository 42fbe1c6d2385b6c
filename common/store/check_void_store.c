#include "common/store/check_void_store.h"

/* As in check_store.c: both sides below each other, one pass over each table. */

#define VOID_KEY "CONCAT('invoice:', number, ':void')"
#define VOID_ENTRIES "e.kind = 'void' AND e.event_key LIKE 'invoice:%:void'"

const struct statement check_void_booked_sql = {
    .name = "check_void_booked",
    .columns = 3,
    .text = "SELECT name, CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT"
            " " VOID_KEY " AS name, 1 AS expected, 0 AS found FROM invoice WHERE state = 'void'"
            " UNION ALL SELECT e.event_key, 0, 1 FROM journal_entry e WHERE " VOID_ENTRIES
            ") t GROUP BY name HAVING SUM(expected) <> SUM(found)",
};

const struct statement check_void_reversed_sql = {
    .name = "check_void_reversed",
    .columns = 3,
    .text = "SELECT number, 0, CAST(SUM(q.amount_cents) AS SIGNED) FROM (SELECT number,"
            " account_id, CONCAT('invoice:', number, ':issued') AS event_key FROM invoice WHERE"
            " state = 'void' UNION ALL SELECT number, account_id, " VOID_KEY " FROM invoice WHERE"
            " state = 'void') i STRAIGHT_JOIN journal_entry e ON e.event_key = i.event_key"
            " STRAIGHT_JOIN journal_posting q ON q.account_id = e.account_id AND q.entry_id ="
            " e.id WHERE q.ledger IN ('revenue', 'tax') GROUP BY i.account_id, number HAVING"
            " SUM(q.amount_cents) <> 0",
};

/* What was paid on it, and what of the account's credit was applied to it, is credit again. */
const struct statement check_void_credit_sql = {
    .name = "check_void_credit",
    .columns = 3,
    .text = "SELECT name, CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT"
            " " VOID_KEY " AS name, a.moved_cents AS expected, 0 AS found FROM payment_allocation"
            " a STRAIGHT_JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id"
            " WHERE a.moved_cents > 0 UNION ALL SELECT " VOID_KEY ", -q.amount_cents, 0 FROM"
            " invoice i STRAIGHT_JOIN journal_posting q ON q.account_id = i.account_id AND"
            " q.invoice_id = i.id STRAIGHT_JOIN journal_entry e ON e.account_id = q.account_id AND"
            " e.id = q.entry_id WHERE i.state = 'void' AND i.credited_cents > 0 AND q.ledger ="
            " 'receivable' AND e.kind = 'credit' AND e.event_key LIKE 'credit:%' UNION ALL SELECT"
            " e.event_key, 0, -q.amount_cents FROM journal_entry e STRAIGHT_JOIN journal_posting q"
            " ON q.account_id = e.account_id AND q.entry_id = e.id WHERE " VOID_ENTRIES
            " AND q.ledger = 'credit') t GROUP BY name HAVING SUM(expected) <> SUM(found)",
};

const struct statement check_payment_moved_sql = {
    .name = "check_payment_moved",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, reference AS name, 0 AS expected, moved_cents AS found FROM"
            " payment UNION ALL SELECT account_id, payment_id, NULL, moved_cents, 0 FROM"
            " payment_allocation) t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND"
            " SUM(expected) <> SUM(found)",
};

const struct statement check_feed_sql = {
    .name = "check_feed",
    .columns = 3,
    .text = "SELECT CONCAT('entry id ', id), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS"
            " SIGNED) FROM (SELECT id, account_id, 1 AS expected, 0 AS found FROM journal_entry"
            " UNION ALL SELECT entry_id, account_id, 0, 1 FROM feed) t GROUP BY id, account_id"
            " HAVING SUM(expected) <> SUM(found)",
};
