#include "common/store/check_activity_store.h"

/* As in check_store.c: both sides below each other, one pass over each table. journal: account_id,
 * on_date, kind and what they come to. */
#define ACTIVITY_TEXT(journal, found)                                                              \
    "SELECT CONCAT('account id ', account_id, ' ', grain, ' ', first_on, ' ', kind) AS name,"      \
    " CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM (SELECT s.account_id,"        \
    " g.grain, CASE g.grain WHEN 'd' THEN s.on_date WHEN 'm' THEN DATE_FORMAT(s.on_date,"          \
    " '%Y-%m-01') ELSE DATE_FORMAT(s.on_date, '%Y-01-01') END AS first_on, s.kind, s.expected,"    \
    " 0 AS found FROM (" journal " GROUP BY e.account_id, e.on_date, e.kind) s JOIN (SELECT 'd'"   \
    " AS grain UNION ALL SELECT 'm' UNION ALL SELECT 'y') g UNION ALL SELECT account_id, grain,"   \
    " on_date, kind, 0, " found " FROM activity) t GROUP BY account_id, grain, first_on, kind"     \
    " HAVING SUM(expected) <> SUM(found)"

#define POSTINGS(cents)                                                                            \
    "SELECT e.account_id, e.on_date, e.kind, SUM(" cents ") AS expected FROM journal_entry e"      \
    " STRAIGHT_JOIN journal_posting q ON q.account_id = e.account_id AND q.entry_id = e.id"

const struct statement check_activity_entries_sql = {
    .name = "check_activity_entries",
    .columns = 3,
    .text = ACTIVITY_TEXT("SELECT e.account_id, e.on_date, e.kind, COUNT(*) AS expected FROM"
                          " journal_entry e",
                          "entries"),
};

const struct statement check_activity_balance_sql = {
    .name = "check_activity_balance",
    .columns = 3,
    .text = ACTIVITY_TEXT(POSTINGS("IF(q.ledger IN ('receivable', 'credit'), q.amount_cents, 0)"),
                          "balance_cents"),
};

const struct statement check_activity_money_sql = {
    .name = "check_activity_money",
    .columns = 3,
    .text = ACTIVITY_TEXT(POSTINGS("IF(q.ledger = 'money', q.amount_cents, 0)"), "money_cents"),
};

const struct statement check_activity_tax_sql = {
    .name = "check_activity_tax",
    .columns = 3,
    .text = ACTIVITY_TEXT(POSTINGS("IF(q.ledger = 'tax', -q.amount_cents, 0)"), "tax_cents"),
};
