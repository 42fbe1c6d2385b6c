#include "common/store/check_store.h"

#include <assert.h>

/* Sums are compared by putting both sides below each other and adding them up: one pass over each
 * table, whatever its statistics say. Joining sums to rows is made row by row by the optimizer
 * (10.11) while the statistics lag behind an import, and then takes hours. */

/* ---- the journal ---- */

const struct statement check_journal_empty_sql = {
    .name = "check_journal_empty",
    .columns = 3,
    .text = "SELECT e.event_key, 'postings', 'none' FROM journal_entry e LEFT JOIN"
            " journal_posting p ON p.account_id = e.account_id AND p.entry_id = e.id WHERE"
            " p.entry_id IS NULL",
};

const struct statement check_journal_orphan_sql = {
    .name = "check_journal_orphan",
    .columns = 3,
    .text = "SELECT CONCAT('entry ', p.entry_id, ' line ', p.line), 'an entry', 'none' FROM"
            " journal_posting p LEFT JOIN journal_entry e ON e.account_id = p.account_id AND"
            " e.id = p.entry_id WHERE e.id IS NULL",
};

const struct statement check_journal_balance_sql = {
    .name = "check_journal_balance",
    .columns = 3,
    .text = "SELECT e.event_key, 0, s.balance FROM (SELECT account_id, entry_id,"
            " CAST(SUM(amount_cents) AS SIGNED) AS balance FROM journal_posting GROUP BY"
            " account_id, entry_id HAVING balance <> 0) s STRAIGHT_JOIN journal_entry e ON"
            " e.account_id = s.account_id AND e.id = s.entry_id",
};

const struct statement check_journal_invoice_sql = {
    .name = "check_journal_invoice",
    .columns = 3,
    .text = "SELECT CONCAT('entry ', p.entry_id, ' line ', p.line), 'an invoice', 'none' FROM"
            " journal_posting p LEFT JOIN invoice i ON i.account_id = p.account_id AND i.id ="
            " p.invoice_id WHERE p.ledger = 'receivable' AND i.id IS NULL",
};

const struct statement check_journal_payment_sql = {
    .name = "check_journal_payment",
    .columns = 3,
    .text = "SELECT e.event_key, 'a payment', 'none' FROM journal_entry e LEFT JOIN payment p"
            " ON p.account_id = e.account_id AND p.id = e.payment_id WHERE e.kind = 'payment'"
            " AND p.id IS NULL",
};

/* ---- invoices ---- */

const struct statement check_invoice_paid_sql = {
    .name = "check_invoice_paid",
    .params = 1,
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, number AS name, 0 AS expected, paid_cents AS found FROM"
            " invoice UNION ALL SELECT a.account_id, a.invoice_id, NULL, a.amount_cents -"
            " a.refunded_cents, 0 FROM payment_allocation a STRAIGHT_JOIN payment p ON"
            " p.account_id = a.account_id AND p.id = a.payment_id WHERE FIND_IN_SET(p.state, ?))"
            " t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND SUM(expected) <>"
            " SUM(found)",
};

const struct statement check_invoice_pending_sql = {
    .name = "check_invoice_pending",
    .params = 1,
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, number AS name, 0 AS expected, pending_cents AS found FROM"
            " invoice UNION ALL SELECT a.account_id, a.invoice_id, NULL, a.amount_cents, 0 FROM"
            " payment_allocation a STRAIGHT_JOIN payment p ON p.account_id = a.account_id AND"
            " p.id = a.payment_id WHERE FIND_IN_SET(p.state, ?)) t GROUP BY account_id, id"
            " HAVING MAX(name) IS NOT NULL AND SUM(expected) <> SUM(found)",
};

const struct statement check_invoice_credited_sql = {
    .name = "check_invoice_credited",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, number AS name, 0 AS expected, credited_cents AS found"
            " FROM invoice UNION ALL SELECT q.account_id, q.invoice_id, NULL, -q.amount_cents, 0"
            " FROM journal_posting q STRAIGHT_JOIN journal_entry e ON e.account_id ="
            " q.account_id AND e.id = q.entry_id WHERE q.ledger = 'receivable' AND e.kind ="
            " 'credit') t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND SUM(expected)"
            " <> SUM(found)",
};

const struct statement check_invoice_due_sql = {
    .name = "check_invoice_due",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, number AS name, 0 AS expected, IF(state = 'void', 0,"
            " total_cents - paid_cents - credited_cents) AS found FROM invoice UNION ALL SELECT"
            " account_id, invoice_id, NULL, amount_cents, 0 FROM journal_posting WHERE ledger ="
            " 'receivable') t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND"
            " SUM(expected) <> SUM(found)",
};

const struct statement check_invoice_void_sql = {
    .name = "check_invoice_void",
    .columns = 3,
    .text = "SELECT number, 0, paid_cents + pending_cents FROM invoice WHERE state = 'void' AND"
            " (paid_cents <> 0 OR pending_cents <> 0)",
};

const struct statement check_invoice_parts_sql = {
    .name = "check_invoice_parts",
    .columns = 3,
    .text = "SELECT number, total_cents, paid_cents + credited_cents + pending_cents FROM"
            " invoice WHERE paid_cents < 0 OR credited_cents < 0 OR pending_cents < 0 OR"
            " paid_cents + credited_cents + pending_cents > total_cents",
};

const struct statement check_invoice_state_sql = {
    .name = "check_invoice_state",
    .columns = 3,
    .text = "SELECT number, 'issued or void', state FROM invoice WHERE state NOT IN ('issued',"
            " 'void')",
};

/* ---- accounts ---- */

const struct statement check_account_due_sql = {
    .name = "check_account_due",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT id, number AS name, 0 AS expected, due_cents AS found FROM account UNION"
            " ALL SELECT account_id, NULL, total_cents - paid_cents - credited_cents, 0 FROM"
            " invoice WHERE state <> 'void') t GROUP BY id HAVING MAX(name) IS NOT NULL AND"
            " SUM(expected) <> SUM(found)",
};

const struct statement check_account_pending_sql = {
    .name = "check_account_pending",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT id, number AS name, 0 AS expected, pending_cents AS found FROM account"
            " UNION ALL SELECT account_id, NULL, pending_cents, 0 FROM invoice) t GROUP BY id"
            " HAVING MAX(name) IS NOT NULL AND SUM(expected) <> SUM(found)",
};

const struct statement check_account_receivable_sql = {
    .name = "check_account_receivable",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT id, number AS name, 0 AS expected, due_cents AS found FROM account UNION"
            " ALL SELECT account_id, NULL, amount_cents, 0 FROM journal_posting WHERE ledger ="
            " 'receivable') t GROUP BY id HAVING MAX(name) IS NOT NULL AND SUM(expected) <>"
            " SUM(found)",
};

const struct statement check_account_credit_sql = {
    .name = "check_account_credit",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT id, number AS name, 0 AS expected, credit_cents AS found FROM account"
            " UNION ALL SELECT account_id, NULL, -amount_cents, 0 FROM journal_posting WHERE"
            " ledger = 'credit' UNION ALL SELECT account_id, NULL, -credit_cents, 0 FROM refund"
            " WHERE open = 1) t GROUP BY id HAVING MAX(name) IS NOT NULL AND SUM(expected) <>"
            " SUM(found)",
};

/* ---- payments ---- */

const struct statement check_allocation_open_sql = {
    .name = "check_allocation_open",
    .params = 2,
    .columns = 3,
    .text = "SELECT CONCAT(p.reference, ' on invoice id ', a.invoice_id), FIND_IN_SET(p.state,"
            " ?) > 0, COALESCE(a.open, 0) FROM payment_allocation a JOIN payment p ON"
            " p.account_id = a.account_id AND p.id = a.payment_id WHERE (FIND_IN_SET(p.state, ?)"
            " > 0) <> COALESCE(a.open, 0)",
};

const struct statement check_allocation_orphan_sql = {
    .name = "check_allocation_orphan",
    .columns = 3,
    .text = "SELECT CONCAT('payment id ', a.payment_id, ' on invoice id ', a.invoice_id), 'a"
            " payment and an invoice', IF(p.id IS NULL, 'no payment', 'no invoice') FROM"
            " payment_allocation a LEFT JOIN payment p ON p.account_id = a.account_id AND p.id ="
            " a.payment_id LEFT JOIN invoice i ON i.account_id = a.account_id AND i.id ="
            " a.invoice_id WHERE p.id IS NULL OR i.id IS NULL",
};

const struct statement check_payment_covers_sql = {
    .name = "check_payment_covers",
    .params = 1,
    .columns = 3,
    .text =
        "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
        " (SELECT account_id, id, IF(FIND_IN_SET(state, ?), reference, NULL) AS name,"
        " amount_cents AS expected, credit_cents AS found FROM payment UNION ALL SELECT account_id,"
        " payment_id, NULL, 0, amount_cents FROM payment_allocation) t GROUP BY account_id,"
        " id HAVING MAX(name) IS NOT NULL AND SUM(expected) <> SUM(found)",
};

const struct statement check_payment_refunded_sql = {
    .name = "check_payment_refunded",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT account_id, id, reference AS name, credit_refunded_cents AS expected,"
            " refunded_cents AS found"
            " FROM payment UNION ALL SELECT account_id, payment_id, NULL, refunded_cents, 0 FROM"
            " payment_allocation) t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND"
            " SUM(expected) <> SUM(found)",
};

const struct statement check_payment_open_credit_sql = {
    .name = "check_payment_open_credit",
    .params = 2,
    .columns = 3,
    .text =
        "SELECT reference, FIND_IN_SET(state, ?) > 0 AND credit_cents > 0, COALESCE(open_credit,"
        " 0) FROM payment WHERE (FIND_IN_SET(state, ?) > 0 AND credit_cents > 0) <>"
        " COALESCE(open_credit, 0)",
};

const struct statement check_payment_credit_sql = {
    .name = "check_payment_credit",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT e.account_id, e.id, p.reference AS name, p.credit_cents - p.moved_cents AS"
            " expected, 0 AS found FROM journal_entry e STRAIGHT_JOIN payment p ON p.account_id = "
            "e.account_id"
            " AND p.id = e.payment_id WHERE e.kind = 'payment' UNION ALL SELECT account_id,"
            " entry_id, NULL, 0, -amount_cents FROM journal_posting WHERE ledger = 'credit') t"
            " GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND SUM(expected) <>"
            " SUM(found)",
};

const struct statement check_payment_booked_sql = {
    .name = "check_payment_booked",
    .params = 5,
    .columns = 3,
    .text = "SELECT MAX(name), FIND_IN_SET(MAX(state), ?) > 0, CAST(SUM(entries) AS SIGNED)"
            " FROM (SELECT account_id, id, reference AS name, state, 0 AS entries FROM payment"
            " UNION ALL SELECT account_id, payment_id, NULL, NULL, 1 FROM journal_entry WHERE"
            " kind = 'payment') t GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND"
            " ((FIND_IN_SET(MAX(state), ?) AND SUM(entries) <> 1) OR (FIND_IN_SET(MAX(state), ?)"
            " AND SUM(entries) > 1) OR (NOT FIND_IN_SET(MAX(state), ?) AND NOT"
            " FIND_IN_SET(MAX(state), ?) AND SUM(entries) > 0))",
};

const struct statement check_payment_amount_sql = {
    .name = "check_payment_amount",
    .columns = 3,
    .text = "SELECT MAX(name), CAST(SUM(expected) AS SIGNED), CAST(SUM(found) AS SIGNED) FROM"
            " (SELECT e.account_id, e.id, p.reference AS name, p.amount_cents AS expected, 0 AS"
            " found FROM journal_entry e STRAIGHT_JOIN payment p ON p.account_id = e.account_id"
            " AND p.id = e.payment_id WHERE e.kind = 'payment' UNION ALL SELECT account_id,"
            " entry_id, NULL, 0, amount_cents FROM journal_posting WHERE ledger = 'money') t"
            " GROUP BY account_id, id HAVING MAX(name) IS NOT NULL AND SUM(expected) <>"
            " SUM(found)",
};

const struct statement check_payment_state_sql = {
    .name = "check_payment_state",
    .params = 1,
    .columns = 3,
    .text = "SELECT p.reference, 'a known state', p.state FROM payment p WHERE NOT"
            " FIND_IN_SET(p.state, ?)",
};

/* ---- keys: these hold even where somebody dropped the unique key ---- */

const struct statement check_twice_account_sql = {
    .name = "check_twice_account",
    .columns = 3,
    .text = "SELECT number AS used, 1, COUNT(*) AS times FROM account GROUP BY used HAVING"
            " times > 1",
};

const struct statement check_twice_invoice_sql = {
    .name = "check_twice_invoice",
    .columns = 3,
    .text = "SELECT number AS used, 1, COUNT(*) AS times FROM invoice GROUP BY used HAVING"
            " times > 1",
};

const struct statement check_twice_reference_sql = {
    .name = "check_twice_reference",
    .columns = 3,
    .text = "SELECT reference AS used, 1, COUNT(*) AS times FROM payment GROUP BY used HAVING"
            " times > 1",
};

const struct statement check_twice_form_sql = {
    .name = "check_twice_form",
    .columns = 3,
    .text = "SELECT HEX(form_key) AS used, 1, COUNT(*) AS times FROM payment WHERE form_key IS"
            " NOT NULL GROUP BY used HAVING times > 1",
};

const struct statement check_twice_external_sql = {
    .name = "check_twice_external",
    .columns = 3,
    .text = "SELECT CONCAT(kind, ' ', external_reference) AS used, 1, COUNT(*) AS times FROM"
            " payment WHERE external_reference IS NOT NULL GROUP BY account_id, used HAVING times"
            " > 1",
};

const struct statement check_twice_open_credit_sql = {
    .name = "check_twice_open_credit",
    .columns = 3,
    .text = "SELECT CONCAT('account id ', account_id) AS used, 1, COUNT(*) AS times FROM payment"
            " WHERE open_credit = 1 GROUP BY used HAVING times > 1",
};

const struct statement check_twice_transaction_sql = {
    .name = "check_twice_transaction",
    .columns = 3,
    .text = "SELECT CONCAT(gateway, ' ', transaction_id) AS used, 1, COUNT(*) AS times FROM"
            " payment WHERE transaction_id IS NOT NULL GROUP BY used HAVING times > 1",
};

const struct statement check_twice_open_sql = {
    .name = "check_twice_open",
    .columns = 3,
    .text = "SELECT CONCAT('invoice id ', invoice_id) AS used, 1, COUNT(*) AS times FROM"
            " payment_allocation WHERE open = 1 GROUP BY used HAVING times > 1",
};

const struct statement check_twice_event_sql = {
    .name = "check_twice_event",
    .columns = 3,
    .text = "SELECT event_key AS used, 1, COUNT(*) AS times FROM journal_entry GROUP BY used"
            " HAVING times > 1",
};

enum result check_each(struct db *db, const struct check *check,
                       const char *const states[CHECK_STATES_COUNT], db_each_row each,
                       void *context) {
    struct bind binds[CHECK_BINDS_MAX];

    assert(check->statement->params <= CHECK_BINDS_MAX);
    for (unsigned at = 0; at < check->statement->params; at++)
        binds[at] = bind_text(states[check->binds[at]]);
    return db_each(db, check->statement, binds, each, context);
}

const struct statement check_counts_sql = {
    .name = "check_counts",
    .columns = 6,
    .text = "SELECT (SELECT COUNT(*) FROM account), (SELECT COUNT(*) FROM invoice),"
            " (SELECT COUNT(*) FROM payment), (SELECT COUNT(*) FROM refund),"
            " (SELECT COUNT(*) FROM journal_entry), (SELECT COUNT(*) FROM journal_posting)",
};

enum result check_counts(struct db *db, struct arena *arena, struct check_counts *out_counts) {
    struct rows rows;
    enum result result = db_query(db, arena, &check_counts_sql, NULL, &rows);

    if (result == RESULT_OK)
        *out_counts = (struct check_counts){row_int(&rows, 0, 0), row_int(&rows, 0, 1),
                                            row_int(&rows, 0, 2), row_int(&rows, 0, 3),
                                            row_int(&rows, 0, 4), row_int(&rows, 0, 5)};
    return result;
}

const struct statement check_open_sql = {
    .name = "check_open",
    .params = 1,
    .columns = 5,
    .text = "SELECT p.reference, a.number, p.state, p.amount_cents, p.confirmed_at"
            " FROM payment p JOIN account a ON a.id = p.account_id"
            " WHERE FIND_IN_SET(p.state, ?) ORDER BY p.id",
};

enum result check_open(struct db *db, const char *states, db_each_row each, void *context) {
    struct bind binds[] = {bind_text(states)};

    return db_each(db, &check_open_sql, binds, each, context);
}
