#include "common/store/outbox_list_store.h"

#include <stdio.h>

#include "common/core/text.h"
#include "common/store/user_store.h"

enum { PIECE_ROWS = 500, SUBJECT_SIZE = 65 };

const struct statement outbox_list_sql = {
    .name = "outbox_list",
    .params = 2,
    .columns = 11,
    .text = "SELECT o.mail_key, o.kind, a.number, COALESCE(u.email, ''), o.state, o.tries,"
            " o.created_at, IF(o.state = 'waiting' AND o.tries > 0, o.next_at, NULL), o.sent_at,"
            " o.given_up_at, o.last_error FROM outbox o LEFT JOIN account a ON a.id = o.account_id"
            " LEFT JOIN user u ON u.id = o.user_id WHERE ? = '' OR FIND_IN_SET(o.state, ?)"
            " ORDER BY o.id DESC",
};

enum result outbox_list(struct db *db, const char *states, db_each_row each, void *context) {
    struct bind binds[] = {bind_text(states), bind_text(states)};

    return db_each(db, &outbox_list_sql, binds, each, context);
}

const struct statement outbox_retry_find_sql = {
    .name = "outbox_retry_find",
    .params = 1,
    .columns = 2,
    .text = "SELECT id, state = 'waiting' FROM outbox WHERE mail_key = ?",
};

const struct statement outbox_retry_sql = {
    .name = "outbox_retry",
    .params = 2,
    .text = "UPDATE outbox SET state = 'waiting', given_up_at = NULL, retried_at = ?,"
            " next_at = '2000-01-01' WHERE id = ? AND state IN ('waiting', 'given_up')",
};

/* As `mailer` names its items. */
const struct statement outbox_retry_close_sql = {
    .name = "outbox_retry_close",
    .params = 2,
    .text = "UPDATE queue_item SET closed_at = ? WHERE kind = 'mail_given_up'"
            " AND closed_at IS NULL AND queue_key LIKE CONCAT('mail\\_given\\_up:', ?, ':%')",
};

struct retrying {
    const struct provider_act *act;
    const char *key; /* "" : all */
    int64_t id;
    bool was_waiting;
    uint64_t changed;
};

static enum result audit(struct db *db, const struct retrying *retrying) {
    char subject[SUBJECT_SIZE];

    snprintf(subject, sizeof subject, "%s", *retrying->key ? retrying->key : "all");
    return audit_add(db, &(struct audit){.at = retrying->act->now,
                                         .actor = retrying->act->actor,
                                         .action = "mail.retry",
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

static enum result retry_work(struct db *db, void *context) {
    struct retrying *retrying = context;
    struct bind binds[] = {bind_instant(retrying->act->now), bind_int(retrying->id)};
    struct bind closing[] = {bind_instant(retrying->act->now), bind_int(retrying->id)};
    enum result result = db_run(db, &outbox_retry_sql, binds, &retrying->changed, NULL);

    /* One that waits may be as it should be already. */
    if (result == RESULT_OK && retrying->changed != 1 && !retrying->was_waiting)
        return RESULT_CONFLICT;
    if (result == RESULT_OK)
        result = db_run(db, &outbox_retry_close_sql, closing, NULL, NULL);
    return result == RESULT_OK ? audit(db, retrying) : result;
}

enum result outbox_retry(struct db *db, struct arena *arena, const struct provider_act *act,
                         const char *key) {
    struct retrying retrying = {.act = act, .key = key};
    struct bind binds[] = {bind_text(key)};
    struct rows rows;
    enum result result = db_query(db, arena, &outbox_retry_find_sql, binds, &rows);

    if (result != RESULT_OK)
        return result;
    if (rows.count == 0)
        return RESULT_NOT_FOUND;
    retrying.id = row_int(&rows, 0, 0);
    retrying.was_waiting = row_int(&rows, 0, 1);
    return db_transaction(db, retry_work, &retrying);
}

const struct statement outbox_retry_all_sql = {
    .name = "outbox_retry_all",
    .params = 2,
    .text = "UPDATE outbox SET state = 'waiting', given_up_at = NULL, retried_at = ?,"
            " next_at = '2000-01-01' WHERE state = 'given_up'"
            " OR (state = 'waiting' AND next_at > '2000-01-01') ORDER BY id LIMIT ?",
};

const struct statement outbox_retry_close_all_sql = {
    .name = "outbox_retry_close_all",
    .params = 2,
    .text = "UPDATE queue_item SET closed_at = ? WHERE kind = 'mail_given_up'"
            " AND closed_at IS NULL LIMIT ?",
};

static enum result retry_all_work(struct db *db, void *context) {
    struct retrying *retrying = context;
    struct bind binds[] = {bind_instant(retrying->act->now), bind_int(PIECE_ROWS)};
    struct bind closing[] = {bind_instant(retrying->act->now), bind_int(PIECE_ROWS)};
    enum result result = db_run(db, &outbox_retry_all_sql, binds, &retrying->changed, NULL);

    if (result == RESULT_OK && !retrying->changed)
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = db_run(db, &outbox_retry_close_all_sql, closing, NULL, NULL);
    return result == RESULT_OK ? audit(db, retrying) : result;
}

enum result outbox_retry_all(struct db *db, const struct provider_act *act, uint64_t *out_count) {
    struct retrying retrying = {.act = act, .key = ""};
    enum result result;

    *out_count = 0;
    do {
        result = db_transaction(db, retry_all_work, &retrying);
        if (result == RESULT_OK)
            *out_count += retrying.changed;
    } while (result == RESULT_OK);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}
