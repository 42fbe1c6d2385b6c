/* The requests of the NMI driver: transact.php for a sale, query.php for reports. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "common/core/date.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/nmi.h"
#include "common/money/money.h"

enum {
    BODY_MAX = 8 * 1024,
    DESCRIPTION_MAX = 255,
    /* Reports run to some 4 KB a transaction: a page stays well below HTTP_ANSWER_MAX. */
    PAGE_TRANSACTIONS = 250,
    PAGES_MAX = 4000,
    PAGE_ARENA_BYTES = 4 * HTTP_ANSWER_MAX,
};
static_assert((int)PAGE_TRANSACTIONS <= (int)NMI_PAGE_MAX, "a whole page can be read");

void nmi_call_begin(const struct gateway_options *options, struct arena *arena, const char *path,
                    struct http_call *out_call) {
    *out_call = (struct http_call){.url = arena_format(arena, "%s%s", options->api_url, path)};
    buffer_init(&out_call->body, arena, BODY_MAX);
    out_call->body.bytes = arena_alloc(arena, BODY_MAX + 1);
    out_call->body.capacity = BODY_MAX;
    buffer_url_pair(&out_call->body, "security_key", options->key);
}

void nmi_add_known(struct buffer *body, const char *name, const char *value) {
    if (*value)
        buffer_url_pair(body, name, value);
}

/* ---- sales ---- */

static void add_description(struct buffer *body, struct arena *arena, const char *text) {
    size_t length = 0, step;

    while ((step = text_utf8_length(text + length)) > 0 && text[length] &&
           length + step <= DESCRIPTION_MAX)
        length += step;
    nmi_add_known(body, "order_description", arena_copy(arena, text, length));
}

/* A bank account has no stored-credential rules, and the gateway refuses card and check fields
 * in one request. */
static void add_bank(struct buffer *body, const struct gateway_sale_ask *ask) {
    buffer_url_pair(body, "payment", "check");
    buffer_url_pair(body, "sec_code", ask->is_business ? "CCD" : "WEB");
    buffer_url_pair(body, "account_holder_type", ask->is_business ? "business" : "personal");
}

/* The first transaction's id goes only with what the merchant starts: it is bound to recurring
 * use, and a customer's own "pay now" is not that. A card that is not kept has no such rules. */
static void add_card(struct buffer *body, const struct gateway_sale_ask *ask) {
    bool is_merchant = ask->initiator == INITIATED_BY_MERCHANT;
    bool is_first = ask->credential == CREDENTIAL_FIRST;

    assert(!is_merchant || ask->credential == CREDENTIAL_LATER);
    if (ask->credential == CREDENTIAL_ONCE)
        return;
    if (is_merchant || is_first)
        buffer_url_pair(body, "billing_method", "recurring");
    buffer_url_pair(body, "initiated_by", is_merchant ? "merchant" : "customer");
    buffer_url_pair(body, "stored_credential_indicator", is_first ? "stored" : "used");
    if (is_merchant)
        nmi_add_known(body, "initial_transaction_id", ask->initial_transaction_id);
}

static void sale_write(const struct gateway_options *options, struct arena *arena,
                       const struct gateway_sale_ask *ask, struct http_call *out_call) {
    struct buffer *body = &out_call->body;
    char seconds[16];

    assert(*ask->reference && *ask->vault_id);
    assert(ask->amount_cents >= 1 && ask->amount_cents <= MONEY_MAX_CENTS);
    nmi_call_begin(options, arena, "/api/transact.php", out_call);
    out_call->answer_limit_bytes = NMI_ANSWER_MAX;
    snprintf(seconds, sizeof seconds, "%u", options->duplicate_seconds);

    buffer_url_pair(body, "type", "sale");
    buffer_url_pair(body, "amount", money_plain(arena, ask->amount_cents));
    buffer_url_pair(body, "currency", "USD");
    buffer_url_pair(body, "customer_vault_id", ask->vault_id);
    if (ask->is_bank)
        add_bank(body, ask);
    else
        add_card(body, ask);
    buffer_url_pair(body, "orderid", ask->reference);
    add_description(body, arena, ask->description);
    nmi_add_known(body, "ipaddress", ask->address);
    nmi_add_known(body, "email", ask->email);
    buffer_url_pair(body, "dup_seconds", seconds);
}

/* An approval that cannot be found again is none. */
static void sale_read(const struct gateway_sale_ask *ask, const struct http_call *call,
                      struct gateway_answer *out_answer) {
    const struct nmi_echo echo = {.order_id = ask->reference,
                                  .type = "sale",
                                  .cents = ask->amount_cents,
                                  .has_transaction = true};

    nmi_answer_read(call, &echo, out_answer);
    if (out_answer->outcome == GATEWAY_APPROVED && ask->is_bank)
        out_answer->outcome = GATEWAY_PENDING;
}

/* ---- reports ---- */

/* One page, in words. The caller's page lives in arena. */
static enum result page_ask(struct gateway *gateway, struct arena *arena, struct http_call *call,
                            const char *question, struct nmi_page *out_page) {
    enum result result = RESULT_UNCERTAIN;

    *out_page = (struct nmi_page){0};
    http_client_post(gateway->http, arena, call);
    if (call->end == HTTP_ANSWERED && call->status == 200)
        result = nmi_report_read(arena, call->answer.bytes, call->answer.length, out_page);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "gateway.query", LOG_TEXT("question", question),
            LOG_INT("http_status", call->status), LOG_INT("elapsed_ms", call->elapsed_ms),
            LOG_TEXT("failure", *call->failure ? call->failure : out_page->reason));
    return result;
}

/* What we asked for by order id we also check: a gateway that searches by part of a name, or
 * ignores the field, must not hand us another payment. reference NULL: all. */
static enum result page_tell(const struct nmi_page *page, const char *reference, gateway_each each,
                             void *context) {
    enum result result = RESULT_OK;

    for (size_t at = 0; at < page->count && result == RESULT_OK; at++)
        if (!reference || text_equal(page->transactions[at].order_id, reference))
            result = each(&page->transactions[at], context);
    return result;
}

static enum result lookup(struct gateway *gateway, struct arena *arena, const char *reference,
                          gateway_each each, void *context) {
    struct arena *own = arena_new(PAGE_ARENA_BYTES);
    struct http_call call;
    struct nmi_page page;

    (void)arena;
    nmi_call_begin(gateway->options, own, "/api/query.php", &call);
    buffer_url_pair(&call.body, "order_id", reference);
    enum result result = page_ask(gateway, own, &call, "lookup", &page);
    if (result == RESULT_OK)
        result = page_tell(&page, reference, each, context);
    arena_free(own);
    return result;
}

void nmi_add_instant(struct buffer *body, const char *name, int64_t instant) {
    char text[INSTANT_TEXT_SIZE], digits[INSTANT_TEXT_SIZE];
    size_t count = 0;

    instant_format(instant, text);
    for (const char *at = text; *at; at++)
        if (text_is_digit(*at))
            digits[count++] = *at;
    digits[count] = '\0';
    buffer_url_pair(body, name, digits);
}

static void page_write(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                       unsigned number, struct http_call *out_call) {
    struct buffer *body = &out_call->body;

    nmi_call_begin(gateway->options, arena, "/api/query.php", out_call);
    nmi_add_instant(body, "start_date", from);
    nmi_add_instant(body, "end_date", to);
    buffer_url_pair(body, "result_limit", arena_format(arena, "%d", PAGE_TRANSACTIONS));
    buffer_url_pair(body, "page_number", arena_format(arena, "%u", number));
}

/* A gateway that pays no heed to page_number would be asked for the same page without end. */
static bool is_same_page(const struct nmi_page *page, char *last_first_id) {
    const char *first_id = page->count ? page->transactions[0].transaction_id : "";
    bool is_same = *first_id && text_equal(first_id, last_first_id);

    snprintf(last_first_id, GATEWAY_ID_SIZE, "%s", first_id);
    return is_same;
}

static enum result report_fault(const char *failure, unsigned number) {
    LOG(LOG_LEVEL_WARNING, "gateway.query", LOG_TEXT("question", "report"),
        LOG_TEXT("failure", failure), LOG_INT("page", number));
    return RESULT_UNCERTAIN;
}

/* Up to the first empty page. A short one is no proof of the end: the gateway may allow fewer to
 * a page than we ask for, and the rest would be missed without a word. */
static enum result report(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                          gateway_each each, void *context) {
    char first_id[GATEWAY_ID_SIZE] = "";

    (void)arena;
    for (unsigned number = 0; number < PAGES_MAX; number++) {
        struct arena *own = arena_new(PAGE_ARENA_BYTES);
        struct http_call call;
        struct nmi_page page;

        page_write(gateway, own, from, to, number, &call);
        enum result result = page_ask(gateway, own, &call, "report", &page);
        if (result == RESULT_OK && is_same_page(&page, first_id))
            result = report_fault("the same page again", number);
        if (result == RESULT_OK)
            result = page_tell(&page, NULL, each, context);
        arena_free(own);
        if (result != RESULT_OK || !page.told)
            return result;
    }
    return report_fault("more pages than we read", PAGES_MAX);
}

const struct gateway_driver gateway_nmi = {
    .name = "nmi",
    .sale_write = sale_write,
    .sale_read = sale_read,
    .save_write = nmi_save_write,
    .save_read = nmi_save_read,
    .reverse_write = nmi_reverse_write,
    .reverse_read = nmi_reverse_read,
    .vault_remove = nmi_vault_remove,
    .vault_read = nmi_vault_read,
    .lookup = lookup,
    .report = report,
    .updates = nmi_updates,
};
