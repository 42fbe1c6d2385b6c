#include "common/store/webhook_store.h"

#include <assert.h>

#include "common/core/fault.h"

const struct statement webhook_add_sql = {
    .name = "webhook_add",
    .params = 6,
    .text = "INSERT INTO webhook (gateway, event_id, event_type, body, received_at, look_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
};

static enum result add_work(struct db *db, void *context) {
    const struct webhook *webhook = context;
    struct bind binds[] = {
        bind_text(webhook->gateway),        bind_text(webhook->event_id),
        bind_text(webhook->type),           bind_bytes(webhook->body, webhook->length),
        bind_instant(webhook->received_at), bind_instant(webhook->received_at),
    };

    return db_run(db, &webhook_add_sql, binds, NULL, NULL);
}

enum result webhook_add(struct db *db, const struct webhook *webhook) {
    struct webhook copy = *webhook;

    assert(webhook->length <= WEBHOOK_BODY_MAX);
    FAULT_POINT("webhook.before_insert");
    enum result result = db_transaction(db, add_work, &copy);
    FAULT_POINT("webhook.after_insert");
    return result;
}
