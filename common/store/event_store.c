#include "common/store/event_store.h"

#include <stdio.h>

#include "common/billing/allocation.h"

const struct statement payment_event_add_sql = {
    .name = "payment_event_add",
    .params = 8,
    .text = "INSERT INTO payment_event (account_id, payment_id, at, from_state, to_state, actor,"
            " detail, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
};

enum result payment_event_add(struct db *db, const struct payment_event *event) {
    char user[32];

    snprintf(user, sizeof user, "user:%lld", (long long)event->actor_user_id);
    struct bind binds[] = {
        bind_int(event->account_id),
        bind_int(event->payment_id),
        bind_instant(event->at),
        bind_text(event->from),
        bind_text(payment_state_name(event->to)),
        bind_text(event->actor_user_id ? user
                  : event->actor       ? event->actor
                                       : ""),
        bind_text(event->detail ? event->detail : ""),
        bind_text(event->request_id ? event->request_id : ""),
    };

    return db_run(db, &payment_event_add_sql, binds, NULL, NULL);
}

const struct statement journal_entry_add_sql = {
    .name = "journal_entry_add",
    .params = 6,
    .text = "INSERT INTO journal_entry (account_id, event_key, kind, at, on_date, payment_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
};

const struct statement activity_add_sql = {
    .name = "activity_add",
    .params = 18,
    .text =
        "INSERT INTO activity (account_id, grain, on_date, kind, entries, balance_cents,"
        " money_cents, tax_cents) VALUES (?, 'd', ?, ?, 1, ?, ?, ?), (?, 'm', ?, ?, 1, ?, ?, ?),"
        " (?, 'y', ?, ?, 1, ?, ?, ?) ON DUPLICATE KEY UPDATE entries = entries + 1,"
        " balance_cents = balance_cents + VALUES(balance_cents),"
        " money_cents = money_cents + VALUES(money_cents),"
        " tax_cents = tax_cents + VALUES(tax_cents)",
};

/* Its day, its month and its year. */
static enum result activity_add(struct db *db, const struct journal_entry *entry) {
    struct date on = entry->on_date;
    const struct date days[] = {on, {on.year, on.month, 1}, {on.year, 1, 1}};
    enum { DAYS = sizeof days / sizeof *days, EACH = 6 };
    struct bind binds[DAYS * EACH];

    for (size_t at = 0; at < DAYS; at++) {
        struct bind *bind = &binds[at * EACH];

        bind[0] = bind_int(entry->account_id);
        bind[1] = bind_date(days[at]);
        bind[2] = bind_text(entry->kind);
        bind[3] = bind_int(entry->balance_cents);
        bind[4] = bind_int(entry->money_cents);
        bind[5] = bind_int(entry->tax_cents);
    }
    return db_run(db, &activity_add_sql, binds, NULL, NULL);
}

/* Told to the provider's systems in an order that is decided later (feed_store.h). */
const struct statement feed_add_sql = {
    .name = "feed_add",
    .params = 2,
    .text = "INSERT INTO feed (entry_id, account_id) VALUES (?, ?)",
};

enum result journal_entry_add(struct db *db, const struct journal_entry *entry,
                              int64_t *out_entry_id) {
    struct bind binds[] = {
        bind_int(entry->account_id), bind_text(entry->event_key),
        bind_text(entry->kind),      bind_instant(entry->at),
        bind_date(entry->on_date),   entry->payment_id ? bind_int(entry->payment_id) : bind_null(),
    };
    uint64_t id = 0;
    enum result result = db_run(db, &journal_entry_add_sql, binds, NULL, &id);

    if (result != RESULT_OK)
        return result;
    *out_entry_id = (int64_t)id;
    struct bind told[] = {bind_int((int64_t)id), bind_int(entry->account_id)};
    result = db_run(db, &feed_add_sql, told, NULL, NULL);
    return result == RESULT_OK ? activity_add(db, entry) : result;
}

const struct statement journal_post_sql = {
    .name = "journal_post",
    .params = 6,
    .text = "INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id,"
            " amount_cents) VALUES (?, ?, ?, ?, ?, ?)",
};

enum result journal_post(struct db *db, int64_t account_id, int64_t entry_id, int line,
                         const char *ledger, int64_t invoice_id, int64_t amount_cents) {
    struct bind binds[] = {bind_int(account_id),
                           bind_int(entry_id),
                           bind_int(line),
                           bind_text(ledger),
                           invoice_id ? bind_int(invoice_id) : bind_null(),
                           bind_int(amount_cents)};

    return db_run(db, &journal_post_sql, binds, NULL, NULL);
}

const struct statement journal_post_allocations_sql = {
    .name = "journal_post_allocations",
    .params = 4,
    .text = "INSERT INTO journal_posting (account_id, entry_id, line, ledger, invoice_id,"
            " amount_cents)"
            " SELECT a.account_id, ?, ROW_NUMBER() OVER (ORDER BY a.invoice_id), 'receivable',"
            " a.invoice_id, ? * a.amount_cents FROM payment_allocation a"
            " WHERE a.account_id = ? AND a.payment_id = ?",
};

enum result journal_post_allocations(struct db *db, int64_t account_id, int64_t entry_id,
                                     int64_t payment_id, int sign) {
    struct bind binds[] = {bind_int(entry_id), bind_int(sign), bind_int(account_id),
                           bind_int(payment_id)};

    return db_run(db, &journal_post_allocations_sql, binds, NULL, NULL);
}

enum { CREDIT_LINE = ALLOCATIONS_MAX + 1, KEY_SIZE = 64 };

enum result journal_payment_add(struct db *db, const struct journal_payment *payment) {
    int64_t account_id = payment->account_id, entry_id = 0;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "payment:%s:paid", payment->reference);
    enum result result = journal_entry_add(
        db,
        &(struct journal_entry){.account_id = account_id,
                                .event_key = key,
                                .kind = "payment",
                                .at = payment->at,
                                .on_date = instant_date(payment->at),
                                .payment_id = payment->payment_id,
                                .balance_cents = -payment->amount_cents,
                                .money_cents = payment->amount_cents},
        &entry_id);
    if (result == RESULT_OK)
        result = journal_post(db, account_id, entry_id, 0, "money", 0, payment->amount_cents);
    if (result == RESULT_OK)
        result = journal_post_allocations(db, account_id, entry_id, payment->payment_id, -1);
    if (result == RESULT_OK && payment->credit_cents)
        result = journal_post(db, account_id, entry_id, CREDIT_LINE, "credit", 0,
                              -payment->credit_cents);
    return result;
}

const struct statement outbox_add_sql = {
    .name = "outbox_add",
    .params = 6,
    .text = "INSERT IGNORE INTO outbox (mail_key, kind, account_id, user_id, subject_id,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?)",
};

enum result outbox_add(struct db *db, const char *mail_key, const char *kind, int64_t account_id,
                       int64_t user_id, int64_t subject_id, int64_t now) {
    struct bind binds[] = {bind_text(mail_key),
                           bind_text(kind),
                           account_id ? bind_int(account_id) : bind_null(),
                           user_id ? bind_int(user_id) : bind_null(),
                           bind_int(subject_id),
                           bind_instant(now)};

    return db_run(db, &outbox_add_sql, binds, NULL, NULL);
}

const struct statement queue_add_sql = {
    .name = "queue_add",
    .params = 6,
    .text = "INSERT IGNORE INTO queue_item (queue_key, kind, account_id, payment_id, detail,"
            " opened_at) VALUES (?, ?, ?, ?, ?, ?)",
};

const struct statement queue_add_silent_sql = {
    .name = "queue_add_silent",
    .params = 7,
    .text = "INSERT IGNORE INTO queue_item (queue_key, kind, account_id, payment_id, detail,"
            " opened_at, told_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
};

/* With one value more, when it was told, for the statement that has it. */
static enum result item_add(struct db *db, const struct statement *statement, const char *queue_key,
                            const char *kind, int64_t account_id, int64_t payment_id,
                            const char *detail, int64_t now) {
    struct bind binds[] = {bind_text(queue_key),
                           bind_text(kind),
                           account_id ? bind_int(account_id) : bind_null(),
                           payment_id ? bind_int(payment_id) : bind_null(),
                           bind_text(detail),
                           bind_instant(now),
                           bind_instant(now)};

    return db_run(db, statement, binds, NULL, NULL);
}

enum result queue_add(struct db *db, const char *queue_key, const char *kind, int64_t account_id,
                      int64_t payment_id, const char *detail, int64_t now) {
    return item_add(db, &queue_add_sql, queue_key, kind, account_id, payment_id, detail, now);
}

enum result queue_add_silent(struct db *db, const char *queue_key, const char *kind,
                             int64_t account_id, int64_t payment_id, const char *detail,
                             int64_t now) {
    return item_add(db, &queue_add_silent_sql, queue_key, kind, account_id, payment_id, detail,
                    now);
}
