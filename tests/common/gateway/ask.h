/*
 * ask.h - every question of a gateway as a table can name it, each with secrets of its own, and its
 * end as one word.
 */
#ifndef REMIT_TEST_ASK_H
#define REMIT_TEST_ASK_H

#include <stdbool.h>

#include "common/gateway/gateway.h"

#define ASK_KEY "KEY-of-the-shop"
#define ASK_VAULT_ID "m-Zk3v9Q-2xT7"
#define ASK_TOKEN "3455zJms-token"
#define ASK_HOLDER "Ada Moss"

enum question { ASK_SALE, ASK_SAVE, ASK_KEEP, ASK_VOID, ASK_REFUND, ASK_REMOVE, ASK_READ, ASKS };

static const char *const question_names[ASKS] = {"sale",   "save",   "keep", "void",
                                                 "refund", "remove", "read"};

/* What a gateway says when all is well. */
static const char *const question_goods[ASKS] = {
    [ASK_SALE] = "response=1&responsetext=SUCCESS&transactionid=91&orderid=P1&type=sale"
                 "&response_code=100",
    [ASK_SAVE] = "response=1&responsetext=SUCCESS&transactionid=92&orderid=&type=validate"
                 "&response_code=100&customer_vault_id=" ASK_VAULT_ID,
    [ASK_KEEP] = "response=1&responsetext=Customer+Added&transactionid=&orderid=&type="
                 "&response_code=100&customer_vault_id=" ASK_VAULT_ID,
    [ASK_VOID] = "response=1&responsetext=Transaction+Void+Successful&transactionid=91&orderid=P1"
                 "&type=void&response_code=100",
    [ASK_REFUND] = "response=1&responsetext=SUCCESS&transactionid=93&orderid=P1&type=refund"
                   "&response_code=100",
    [ASK_REMOVE] = "response=1&responsetext=Customer+Deleted&transactionid=&orderid=&type="
                   "&response_code=100&customer_vault_id=" ASK_VAULT_ID,
    [ASK_READ] = "<nm_response><customer_vault><customer id=\"" ASK_VAULT_ID "\">"
                 "<cc_number>4xxxxxxxxxxx1111</cc_number><cc_exp>1128</cc_exp>"
                 "<cc_type>visa</cc_type></customer></customer_vault></nm_response>",
};

static inline struct gateway_options ask_options(const char *url, unsigned timeout_ms,
                                                 const char *ca_file) {
    return (struct gateway_options){.driver = "nmi",
                                    .api_url = url,
                                    .key = ASK_KEY,
                                    .connect_timeout_ms = 20000,
                                    .timeout_ms = timeout_ms,
                                    .ca_file = ca_file};
}

/* *out_answer is written by all but ASK_REMOVE and ASK_READ. */
static inline const char *ask_answer(struct gateway *gateway, struct arena *arena,
                                     enum question question, struct gateway_answer *out_answer) {
    const struct gateway_sale_ask sale = {.reference = "P1",
                                          .vault_id = ASK_VAULT_ID,
                                          .amount_cents = 2500,
                                          .description = "",
                                          .address = "192.0.2.9",
                                          .email = "ada@example.test",
                                          .initial_transaction_id = ""};
    const struct gateway_save_ask save = {.token = ASK_TOKEN,
                                          .vault_id = ASK_VAULT_ID,
                                          .is_checked = question == ASK_SAVE,
                                          .holder = ASK_HOLDER,
                                          .street = "1 Elm St",
                                          .city = "Reno",
                                          .state = "NV",
                                          .zip = "89501",
                                          .email = "ada@example.test",
                                          .address = "192.0.2.9"};
    const struct gateway_reverse_ask reverse = {.reference = "P1",
                                                .transaction_id = "91",
                                                .amount_cents = question == ASK_REFUND ? 1250 : 0};
    struct gateway_vault_entry entry;

    switch (question) {
    case ASK_SALE:
        gateway_sale(gateway, arena, &sale, out_answer);
        break;
    case ASK_SAVE:
    case ASK_KEEP:
        gateway_save(gateway, arena, &save, out_answer);
        break;
    case ASK_VOID:
    case ASK_REFUND:
        gateway_reverse(gateway, arena, &reverse, out_answer);
        break;
    case ASK_REMOVE:
        return result_name(gateway_vault_remove(gateway, arena, ASK_VAULT_ID));
    case ASK_READ:
        return result_name(gateway_vault_read(gateway, arena, ASK_VAULT_ID, &entry));
    case ASKS:
        break;
    }
    return gateway_outcome_name(out_answer->outcome);
}

/* How a question ends that has no readable answer: asked, or never sent. */
static inline const char *ask_end(enum question question, bool is_sent) {
    if (question == ASK_REMOVE)
        return "unavailable";
    if (question == ASK_READ)
        return "uncertain";
    return is_sent ? "unknown" : "not_sent";
}

static inline const char *ask_good(enum question question) {
    return question == ASK_REMOVE || question == ASK_READ ? "ok" : "approved";
}

#endif
