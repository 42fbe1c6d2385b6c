/* webhooks - takes what the gateway tells by itself, and keeps it. Nothing is decided here: the
 * settler takes it up and asks the gateway. */
#include "common/core/log.h"
#include "common/program/raw.h"
#include "common/store/webhook_store.h"
#include "modules/webhooks/webhooks.h"

static const struct raw_route routes[] = {
    {METHOD_POST, "/webhooks/nmi", "application/json", WEBHOOK_BODY_MAX, webhooks_nmi},
};

static const struct statement *const statements[] = {&webhook_add_sql};

/* With no key nothing would be theirs, and every event be lost. */
static enum result key_check(struct running *running) {
    if (*running->settings.webhook_key)
        return RESULT_OK;
    LOG(LOG_LEVEL_ERROR, "settings.wrong", LOG_TEXT("setting", "Secret.WebhookKey"),
        LOG_TEXT("why", "is missing"));
    return RESULT_INVALID;
}

int main(int argc, char **argv) {
    static const struct program webhooks = {
        .name = "webhooks",
        .raw_routes = routes,
        .raw_route_count = sizeof routes / sizeof *routes,
        .statements = statements,
        .statement_count = sizeof statements / sizeof *statements,
        .open = key_check,
    };

    return raw_run(&webhooks, argc, argv);
}
