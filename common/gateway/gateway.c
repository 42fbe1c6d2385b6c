#include "common/gateway/gateway.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/driver.h"
#include "common/gateway/gateway_url.h"

/* Every gateway we can talk to, one line each. */
static const struct gateway_driver *const drivers[] = {
    &gateway_nmi,
};

static const struct gateway_driver *driver_find(const char *name) {
    for (size_t at = 0; at < sizeof drivers / sizeof drivers[0]; at++)
        if (text_equal(drivers[at]->name, name))
            return drivers[at];
    return NULL;
}

/* ---- open and close ---- */

enum result gateway_open(const struct gateway_options *options, struct gateway **out_gateway) {
    const struct gateway_driver *driver = driver_find(options->driver);

    /* libcurl takes 0 for "no limit". */
    if (!driver || !gateway_url_is_valid(options->api_url) || !*options->key ||
        !options->timeout_ms || !options->connect_timeout_ms)
        return RESULT_INVALID;

    struct gateway *gateway = calloc(1, sizeof *gateway);
    if (!gateway)
        return RESULT_FAILED;
    gateway->driver = driver;
    gateway->options = options;
    gateway->http = http_client_new(options->connect_timeout_ms, options->timeout_ms,
                                    options->ca_file);
    *out_gateway = gateway;
    return RESULT_OK;
}

void gateway_close(struct gateway *gateway) {
    if (!gateway)
        return;
    http_client_free(gateway->http);
    free(gateway);
}

void gateway_limit(struct gateway *gateway, unsigned timeout_ms) {
    unsigned most_ms = gateway->options->timeout_ms;

    http_client_limit(gateway->http, timeout_ms && timeout_ms < most_ms ? timeout_ms : most_ms);
}

/* ---- questions ---- */

static enum log_level outcome_level(enum gateway_outcome outcome) {
    switch (outcome) {
    case GATEWAY_APPROVED:
    case GATEWAY_PENDING:
    case GATEWAY_DECLINED:
        return LOG_LEVEL_INFO;
    case GATEWAY_REFUSED:
    case GATEWAY_UNKNOWN:
    case GATEWAY_NOT_SENT:
        return LOG_LEVEL_WARNING;
    case GATEWAY_MISCONFIGURED:
        break;
    }
    return LOG_LEVEL_ERROR;
}

void gateway_sale_log(const struct gateway_sale_ask *ask, const struct http_call *call,
                      const struct gateway_answer *answer) {
    /* Fields are chosen: the body holds the key, the vault id charges a card. */
    LOG(outcome_level(answer->outcome), "gateway.sale", LOG_TEXT("reference", ask->reference),
        LOG_TEXT("outcome", gateway_outcome_name(answer->outcome)), LOG_TEXT("code", answer->code),
        LOG_TEXT("transaction_id", answer->transaction_id), LOG_INT("http_status", call->status),
        LOG_INT("elapsed_ms", call->elapsed_ms), LOG_TEXT("failure", call->failure));
}

void gateway_sale(struct gateway *gateway, struct arena *arena, const struct gateway_sale_ask *ask,
                  struct gateway_answer *out_answer) {
    struct http_call call = {0};

    gateway->driver->sale_write(gateway->options, arena, ask, &call);
    http_client_post(gateway->http, arena, &call);
    gateway->driver->sale_read(ask, &call, out_answer);
    gateway_sale_log(ask, &call, out_answer);
}

static void log_save(const struct gateway_save_ask *ask, const struct http_call *call,
                     const struct gateway_answer *answer) {
    /* Neither token nor vault id, nor whose card it is. */
    LOG(outcome_level(answer->outcome), "gateway.save",
        LOG_TEXT("kind", ask->is_checked ? "checked" : "unchecked"),
        LOG_TEXT("outcome", gateway_outcome_name(answer->outcome)), LOG_TEXT("code", answer->code),
        LOG_TEXT("transaction_id", answer->transaction_id), LOG_INT("http_status", call->status),
        LOG_INT("elapsed_ms", call->elapsed_ms), LOG_TEXT("failure", call->failure));
}

void gateway_save(struct gateway *gateway, struct arena *arena, const struct gateway_save_ask *ask,
                  struct gateway_answer *out_answer) {
    struct http_call call = {0};

    gateway->driver->save_write(gateway->options, arena, ask, &call);
    http_client_post(gateway->http, arena, &call);
    gateway->driver->save_read(ask, &call, out_answer);
    log_save(ask, &call, out_answer);
}

static void log_reverse(const struct gateway_reverse_ask *ask, const struct http_call *call,
                        const struct gateway_answer *answer) {
    LOG(outcome_level(answer->outcome), "gateway.reverse", LOG_TEXT("reference", ask->reference),
        LOG_TEXT("kind", ask->amount_cents ? "refund" : "void"),
        LOG_TEXT("sale_id", ask->transaction_id), LOG_INT("amount_cents", ask->amount_cents),
        LOG_TEXT("outcome", gateway_outcome_name(answer->outcome)), LOG_TEXT("code", answer->code),
        LOG_TEXT("transaction_id", answer->transaction_id), LOG_INT("http_status", call->status),
        LOG_INT("elapsed_ms", call->elapsed_ms), LOG_TEXT("failure", call->failure));
}

void gateway_reverse(struct gateway *gateway, struct arena *arena,
                     const struct gateway_reverse_ask *ask, struct gateway_answer *out_answer) {
    struct http_call call = {0};

    gateway->driver->reverse_write(gateway->options, arena, ask, &call);
    http_client_post(gateway->http, arena, &call);
    gateway->driver->reverse_read(ask, &call, out_answer);
    log_reverse(ask, &call, out_answer);
}

enum result gateway_vault_remove(struct gateway *gateway, struct arena *arena,
                                 const char *vault_id) {
    assert(*vault_id);
    return gateway->driver->vault_remove(gateway, arena, vault_id);
}

enum result gateway_vault_read(struct gateway *gateway, struct arena *arena, const char *vault_id,
                               struct gateway_vault_entry *out_entry) {
    /* An empty id would ask for everybody's. */
    assert(*vault_id);
    return gateway->driver->vault_read(gateway, arena, vault_id, out_entry);
}

enum result gateway_lookup(struct gateway *gateway, struct arena *arena, const char *reference,
                           gateway_each each, void *context) {
    /* An empty order id would ask for everything. */
    assert(*reference);
    return gateway->driver->lookup(gateway, arena, reference, each, context);
}

enum result gateway_report(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                           gateway_each each, void *context) {
    assert(from <= to);
    return gateway->driver->report(gateway, arena, from, to, each, context);
}

enum result gateway_updates(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                            gateway_each_card each, void *context) {
    assert(from <= to);
    return gateway->driver->updates(gateway, arena, from, to, each, context);
}

/* ---- names ---- */

const char *gateway_name(const struct gateway *gateway) {
    return gateway->driver->name;
}

const struct gateway_options *gateway_options_of(const struct gateway *gateway) {
    return gateway->options;
}

const char *gateway_decline_name(enum gateway_decline decline) {
    switch (decline) {
    case DECLINE_NONE:
        return "";
    case DECLINE_SOFT:
        return "soft";
    case DECLINE_HARD:
        return "hard";
    case DECLINE_FIX_DATA:
        return "fix_data";
    }
    return "";
}

const char *gateway_outcome_name(enum gateway_outcome outcome) {
    switch (outcome) {
    case GATEWAY_APPROVED:
        return "approved";
    case GATEWAY_PENDING:
        return "pending";
    case GATEWAY_DECLINED:
        return "declined";
    case GATEWAY_REFUSED:
        return "refused";
    case GATEWAY_MISCONFIGURED:
        return "misconfigured";
    case GATEWAY_UNKNOWN:
        return "unknown";
    case GATEWAY_NOT_SENT:
        return "not_sent";
    }
    return "unknown";
}
