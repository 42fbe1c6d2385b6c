/*
 * webhook_body.c - the body of an event as it is sent, with the fields of the vendor's examples.
 *
 * What the sandbox does not know is empty, as there. A refund has its minus, as in reports: the
 * examples show none.
 */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct pair {
    const char *name;
    enum text_field field;
};
#define PAIRS(list) list, sizeof(list) / sizeof((list)[0])

static void write_text(struct evbuffer *out, const char *name, const char *value) {
    evbuffer_add_printf(out, ",\"%s\":", name);
    text_write_json(out, value);
}

static void write_record(struct evbuffer *out, const struct record *record,
                         const struct pair *pairs, size_t count) {
    for (size_t i = 0; i < count; i++)
        write_text(out, pairs[i].name, record_get(record, pairs[i].field));
}

static void write_empty(struct evbuffer *out, const char *const *names) {
    for (size_t i = 0; names[i]; i++)
        evbuffer_add_printf(out, ",\"%s\":\"\"", names[i]);
}

/* The vendor is not of one mind about the type of the id. */
void webhook_write_merchant(const struct sandbox *sandbox, struct evbuffer *out, bool is_number) {
    const char *quote = is_number ? "" : "\"";

    evbuffer_add_printf(out, "\"merchant\":{\"id\":%s%" PRId64 "%s,\"name\":\"Sandbox Merchant\"}",
                        quote, sandbox->knobs.webhook_merchant_id, quote);
}

void webhook_write_processor(struct evbuffer *out) {
    evbuffer_add_printf(
        out, "\"processor\":{\"id\":\"sandboxcc\",\"name\":\"Sandbox Cards\",\"type\":\"cc\"}");
}

static void write_order(struct evbuffer *out, const struct transaction *transaction) {
    static const char *const empty[] = {"customerid",
                                        "customertaxid",
                                        "website",
                                        "shipping",
                                        "tax",
                                        "surcharge",
                                        "cash_discount",
                                        "tip",
                                        "shipping_carrier",
                                        "tracking_number",
                                        "shipping_date",
                                        "partial_payment_id",
                                        "partial_payment_balance",
                                        "platform_id",
                                        NULL};
    static const struct pair pairs[] = {
        {"ponumber", TEXT_PO_NUMBER},          {"order_description", TEXT_ORDER_DESCRIPTION},
        {"order_id", TEXT_ORDER_ID},           {"currency", TEXT_CURRENCY},
        {"authorization_code", TEXT_AUTHCODE}, {"customer_vault_id", TEXT_VAULT_ID}};
    char amount[CENTS_TEXT_BYTES];

    write_text(out, "processor_id", transaction->is_check ? "sandboxck" : "sandboxcc");
    write_record(out, &transaction->record, PAIRS(pairs));
    write_text(out, "requested_amount", cents_format(transaction->amount_cents, amount));
    write_empty(out, empty);
}

static void write_payer(struct evbuffer *out, const struct record *record) {
    static const struct pair pairs[] = {{"last_name", TEXT_LAST_NAME}, {"address_1", TEXT_ADDRESS1},
                                        {"address_2", TEXT_ADDRESS2},  {"company", TEXT_COMPANY},
                                        {"city", TEXT_CITY},           {"state", TEXT_STATE},
                                        {"postal_code", TEXT_ZIP},     {"country", TEXT_COUNTRY},
                                        {"email", TEXT_EMAIL},         {"phone", TEXT_PHONE}};

    evbuffer_add_printf(out, ",\"billing_address\":{\"first_name\":");
    text_write_json(out, record_get(record, TEXT_FIRST_NAME));
    write_record(out, record, PAIRS(pairs));
    evbuffer_add_printf(out, ",\"cell_phone\":\"\",\"fax\":\"\"}");
}

/* Events mask with stars where reports have an x. */
void webhook_write_number(struct evbuffer *out, const char *masked) {
    char stars[TEXT_LIMIT_BYTES + 1];

    snprintf(stars, sizeof(stars), "%s", masked);
    for (char *c = stars; *c; c++)
        if (*c == 'x' || *c == 'X')
            *c = '*';
    text_write_json(out, stars);
}

static void write_source(struct evbuffer *out, const struct transaction *transaction) {
    static const char *const empty[] = {"cavv",
                                        "cavv_result",
                                        "xid",
                                        "eci",
                                        "cardholder_auth",
                                        "cc_start_date",
                                        "entry_mode",
                                        "cc_bin",
                                        "cc_issue_number",
                                        "card_balance",
                                        "card_available_balance",
                                        NULL};
    static const struct pair card[] = {{"cc_exp", TEXT_CC_EXP},
                                       {"avs_response", TEXT_AVS_RESPONSE},
                                       {"csc_response", TEXT_CVV_RESPONSE},
                                       {"cc_type", TEXT_CC_TYPE}};
    static const struct pair check[] = {{"check_aba", TEXT_CHECK_ABA},
                                        {"check_name", TEXT_CHECK_NAME},
                                        {"account_holder_type", TEXT_ACCOUNT_HOLDER_TYPE},
                                        {"account_type", TEXT_ACCOUNT_TYPE},
                                        {"sec_code", TEXT_SEC_CODE}};
    const struct record *record = &transaction->record;

    if (transaction->is_check) {
        evbuffer_add_printf(out, ",\"check\":{\"check_account\":");
        text_write_json(out, record_get(record, TEXT_CHECK_ACCOUNT));
        write_record(out, record, PAIRS(check));
    } else {
        evbuffer_add_printf(out, ",\"card\":{\"cc_number\":");
        webhook_write_number(out, record_get(record, TEXT_CC_NUMBER));
        write_record(out, record, PAIRS(card));
        write_empty(out, empty);
    }
    evbuffer_add(out, "}", 1);
}

static void write_action(const struct sandbox *sandbox, struct evbuffer *out,
                         const struct transaction *transaction, const struct action *action) {
    static const char *const empty[] = {"device_license_number", "device_nickname", NULL};
    bool is_panel = action->source == ACTION_PANEL;
    bool is_bank = transaction->is_check && ach_is_action(action->type);
    char amount[CENTS_TEXT_BYTES], at[TIME_TEXT_BYTES];
    struct action_words words;

    ach_words(action, (int)sandbox->knobs.ach_code_in, &words);
    evbuffer_add_printf(out,
                        ",\"action\":{\"amount\":\"%s%s\",\"action_type\":\"%s\",\"date\":\"%s\","
                        "\"success\":\"%d\",\"response_code\":\"%d\"",
                        strcmp(action->type, "refund") == 0 ? "-" : "",
                        cents_format(action->amount_cents, amount), action->type,
                        time_format_nmi(action->at, at), action->success, action->response_code);
    write_text(out, "ip_address", is_bank ? "" : record_get(&transaction->record, TEXT_IP_ADDRESS));
    write_text(out, "source", action_source(transaction, action));
    write_text(out, "api_method", is_panel ? "virtual_terminal" : "");
    write_text(out, "username", is_panel ? "operator" : "");
    write_text(out, "response_text", words.text);
    write_text(out, "processor_response_text", words.processor_text);
    write_text(out, "processor_response_code", words.processor_code);
    write_empty(out, empty);
    evbuffer_add(out, "}", 1);
}

static void write_transaction(const struct sandbox *sandbox, struct evbuffer *out,
                              const struct webhook *webhook) {
    const struct transaction *transaction = webhook->transaction;

    evbuffer_add(out, "{", 1);
    webhook_write_merchant(sandbox, out, false);
    evbuffer_add_printf(out,
                        ",\"features\":{\"is_test_mode\":%s},\"transaction_id\":\"%" PRId64 "\","
                        "\"transaction_type\":\"%s\",\"condition\":\"%s\"",
                        sandbox->knobs.webhook_test_mode ? "true" : "false", transaction->id,
                        transaction->is_check ? "ck" : "cc", condition_names[webhook->condition]);
    write_order(out, transaction);
    write_payer(out, &transaction->record);
    write_source(out, transaction);
    evbuffer_add_printf(out, ",\"merchant_defined_fields\":{}");
    write_action(sandbox, out, transaction, &transaction->actions[webhook->action]);
    evbuffer_add(out, "}", 1);
}

void webhook_write_body(const struct sandbox *sandbox, struct evbuffer *out,
                        const struct webhook *webhook) {
    evbuffer_add_printf(out,
                        "{\"event_id\":\"%s\",\"event_type\":\"%s\",\"event_body\":", webhook->id,
                        webhook->type);
    if (webhook->transaction)
        write_transaction(sandbox, out, webhook);
    else
        evbuffer_add(out, webhook->body, strlen(webhook->body));
    evbuffer_add(out, "}", 1);
}
