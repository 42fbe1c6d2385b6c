#include "common/store/check_credit_store.h"

/* As in check_store.c: both sides below each other, one pass over each table. */

const struct statement check_credit_booked_sql = {
    .name = "check_credit_booked",
    .columns = 3,
    .text = "SELECT name, CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT"
            " CONCAT('credit:', reference) AS name, IF(kind = 'given', amount_cents,"
            " -amount_cents) AS expected, 0 AS found FROM credit UNION ALL SELECT e.event_key, 0,"
            " -q.amount_cents FROM journal_entry e STRAIGHT_JOIN journal_posting q ON q.account_id"
            " = e.account_id AND q.entry_id = e.id WHERE e.kind = 'credit' AND e.event_key LIKE"
            " 'credit:%' AND q.ledger = 'credit') t GROUP BY name HAVING SUM(expected) <>"
            " SUM(found)",
};

/* What is applied goes to invoices, and nothing else does. */
const struct statement check_credit_invoice_sql = {
    .name = "check_credit_invoice",
    .columns = 3,
    .text = "SELECT name, CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT"
            " CONCAT('credit:', reference) AS name, IF(kind = 'applied', amount_cents, 0) AS"
            " expected, 0 AS found FROM credit UNION ALL SELECT e.event_key, 0, -q.amount_cents"
            " FROM journal_entry e STRAIGHT_JOIN journal_posting q ON q.account_id = e.account_id"
            " AND q.entry_id = e.id WHERE e.kind = 'credit' AND e.event_key LIKE 'credit:%' AND"
            " q.ledger = 'receivable') t GROUP BY name HAVING SUM(expected) <> SUM(found)",
};

const struct statement check_twice_credit_sql = {
    .name = "check_twice_credit",
    .columns = 3,
    .text = "SELECT reference AS used, 1, COUNT(*) AS times FROM credit GROUP BY used HAVING"
            " times > 1",
};

const struct statement check_twice_credit_request_sql = {
    .name = "check_twice_credit_request",
    .columns = 3,
    .text = "SELECT CONCAT('account id ', account_id, ' ', request_key) AS used, 1, COUNT(*) AS"
            " times FROM credit WHERE request_key IS NOT NULL GROUP BY used HAVING times > 1",
};
