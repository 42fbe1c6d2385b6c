/*
 * chargeback.c - /sandbox/chargeback: a cardholder's bank takes money back.
 *
 * The sale keeps its condition and has one more action. The event tells card, amount and reason,
 * but names no transaction, as the vendor's does.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BY_ID, BY_ORDER, AMOUNT, REASON, AT };

#define REASON_PRESET "4853: Cardholder dispute"

static int64_t taken_back_cents(const struct transaction *sale) {
    int64_t cents = 0;

    for (size_t i = 0; i < sale->action_count; i++)
        if (strcmp(sale->actions[i].type, "chargeback") == 0)
            cents += sale->actions[i].amount_cents;
    return cents;
}

/* NULL, or why not. */
static const char *find_disputed(const struct book *book, const struct errand *errand,
                                 struct transaction **out_sale) {
    const char *wrong = errand_find(book, errand->values[BY_ID], errand->values[BY_ORDER],
                                    ERRAND_OF_CARD, out_sale);
    const struct transaction *sale = *out_sale;

    if (wrong)
        return wrong;
    if (sale->is_check || strcmp(transaction_type(sale), "sale") != 0)
        return "It is no sale on a card";
    if (sale->response != 1)
        return "It was never accepted";
    if (sale->condition == CONDITION_CANCELED)
        return "It was voided and never charged";
    return sale->condition == CONDITION_COMPLETE ? NULL : "It has not settled";
}

/* NULL, or what is wrong. */
static const char *read_amount(const struct errand *errand, const struct transaction *sale,
                               int64_t *out_cents) {
    int64_t left = sale->amount_cents - taken_back_cents(sale);

    *out_cents = left;
    if (*errand->values[AMOUNT] && (!cents_parse(errand->values[AMOUNT], out_cents) || !*out_cents))
        return "amount is money, as 25.00";
    return *out_cents > 0 && *out_cents <= left ? NULL : "No more than the sale can be taken back";
}

/* A bank's word may be days old when the gateway hears it. */
static const char *read_time(const struct errand *errand, const struct transaction *sale,
                             int64_t now, int64_t *out_at) {
    *out_at = now;
    if (*errand->values[AT] && (!time_parse_iso(errand->values[AT], out_at) || *out_at > now ||
                                *out_at < sale->modified_at))
        return "at is a time since the last action and up to now, as 2027-03-01T10:15:00Z";
    return NULL;
}

static void write_event(const struct sandbox *sandbox, struct evbuffer *out,
                        const struct transaction *sale, const struct action *action) {
    const struct record *record = &sale->record;
    char amount[CENTS_TEXT_BYTES], name[2 * TEXT_LIMIT_BYTES + 2];
    time_t at = action->at;
    struct tm day = {0};

    gmtime_r(&at, &day);
    cents_format(action->amount_cents, amount);
    evbuffer_add(out, "{", 1);
    webhook_write_merchant(sandbox, out, false);
    evbuffer_add(out, ",", 1);
    webhook_write_processor(out);
    evbuffer_add_printf(out,
                        ",\"count\":1,\"chargeback_amount\":\"%s\",\"chargebacks\":[{"
                        "\"id\":\"%" PRId64 "%02zu\",\"date\":\"%d/%d/%d\",\"customer_name\":",
                        amount, sale->id, sale->action_count, day.tm_mon + 1, day.tm_mday,
                        day.tm_year + 1900);
    snprintf(name, sizeof(name), "%s%s%s", record_get(record, TEXT_FIRST_NAME),
             record->text[TEXT_FIRST_NAME] && record->text[TEXT_LAST_NAME] ? " " : "",
             record_get(record, TEXT_LAST_NAME));
    text_write_json(out, name);
    evbuffer_add_printf(out, ",\"cc_number\":");
    webhook_write_number(out, record_get(record, TEXT_CC_NUMBER));
    evbuffer_add_printf(out, ",\"amount\":\"%s\",\"reason\":", amount);
    text_write_json(out, action->response_text);
    evbuffer_add_printf(out, "}]}");
}

static void take_back(struct sandbox *sandbox, struct transaction *sale, int64_t cents,
                      const char *reason, int64_t at) {
    struct evbuffer *body = evbuffer_new();
    struct action *action;

    transaction_act(sale, "chargeback", cents, at);
    action = transaction_last(sale);
    snprintf(action->response_text, sizeof(action->response_text), "%.*s", RESPONSE_TEXT_BYTES - 1,
             *reason ? reason : REASON_PRESET);
    action->source = ACTION_INTERNAL;
    book_change(sandbox, sale);
    write_event(sandbox, body, sale, action);
    webhook_tell_body(sandbox, "chargeback.batch.complete", body);
    evbuffer_free(body);
}

static const char *do_errand(struct sandbox *sandbox, const struct errand *errand,
                             struct transaction **out_sale) {
    const char *wrong = find_disputed(&sandbox->book, errand, out_sale);
    int64_t cents = 0, at = 0;

    if (wrong == NULL)
        wrong = read_amount(errand, *out_sale, &cents);
    if (wrong == NULL)
        wrong = read_time(errand, *out_sale, clock_now(sandbox), &at);
    if (wrong == NULL && strlen(errand->values[REASON]) >= RESPONSE_TEXT_BYTES)
        wrong = "A field is too long";
    if (wrong == NULL)
        take_back(sandbox, *out_sale, cents, errand->values[REASON], at);
    return wrong;
}

void chargeback_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct errand errand = {
        .names = {"transaction_id", "order_id", "amount", "reason", "at"},
        .unknown = "The fields are transaction_id, order_id, amount, reason and at"};
    struct transaction *sale = NULL;
    const char *wrong = errand_read(req, &errand);

    if (wrong == NULL)
        wrong = do_errand(sandbox, &errand, &sale);
    errand_answer(sandbox, req, wrong, errand_write_transaction, sale);
}
