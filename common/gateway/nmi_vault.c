/* The customer vault: a card into it by the token of the hosted fields, a bank account as it was
 * typed, out of it, and what is in it. One vault customer for each saved method. */
#include <assert.h>
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/nmi.h"

/* The last word is the last name; of one word, all of it. */
static void add_holder(struct buffer *body, struct arena *arena, const char *holder) {
    const char *name = text_trim(arena, holder), *last = name + strlen(name);

    while (last > name && last[-1] != ' ' && last[-1] != '\t')
        last--;
    nmi_add_known(body, "first_name",
                  text_trim(arena, arena_copy(arena, name, (size_t)(last - name))));
    nmi_add_known(body, "last_name", last);
}

static void add_address(struct buffer *body, const struct gateway_save_ask *ask) {
    nmi_add_known(body, "address1", ask->street);
    nmi_add_known(body, "city", ask->city);
    nmi_add_known(body, "state", ask->state);
    nmi_add_known(body, "zip", ask->zip);
    buffer_url_pair(body, "country", "US");
    nmi_add_known(body, "email", ask->email);
    nmi_add_known(body, "ipaddress", ask->address);
}

/* Card and check fields must not be mixed in one request. How it will be debited is kept with it,
 * as each sale says again. */
static void add_bank(struct buffer *body, const struct gateway_save_ask *ask) {
    const struct gateway_bank *bank = ask->bank;

    buffer_url_pair(body, "payment", "check");
    buffer_url_pair(body, "checkname", ask->holder);
    buffer_url_pair(body, "checkaba", bank->routing);
    buffer_url_pair(body, "checkaccount", bank->account);
    buffer_url_pair(body, "account_type", bank->is_savings ? "savings" : "checking");
    buffer_url_pair(body, "account_holder_type", bank->is_business ? "business" : "personal");
    buffer_url_pair(body, "sec_code", bank->is_business ? "CCD" : "WEB");
    nmi_add_known(body, "company", bank->company);
}

/* With a validation the gateway keeps the card only when the bank agrees. Its transaction is the
 * first of a recurring use: what the merchant starts later names it. */
void nmi_save_write(const struct gateway_options *options, struct arena *arena,
                    const struct gateway_save_ask *ask, struct http_call *out_call) {
    struct buffer *body = &out_call->body;

    /* Without an id the gateway makes one up, and we could not find the entry again. */
    assert(*ask->vault_id && (ask->bank ? !ask->is_checked : *ask->token));
    nmi_call_begin(options, arena, "/api/transact.php", out_call);
    out_call->answer_limit_bytes = NMI_ANSWER_MAX;
    if (ask->is_checked)
        buffer_url_pair(body, "type", "validate");
    buffer_url_pair(body, "customer_vault", "add_customer");
    buffer_url_pair(body, "customer_vault_id", ask->vault_id);
    if (ask->bank)
        add_bank(body, ask);
    else
        buffer_url_pair(body, "payment_token", ask->token);
    if (ask->is_checked) {
        buffer_url_pair(body, "billing_method", "recurring");
        buffer_url_pair(body, "initiated_by", "customer");
        buffer_url_pair(body, "stored_credential_indicator", "stored");
    }
    add_holder(body, arena, ask->holder);
    add_address(body, ask);
}

/* An approved check without its transaction id is half an answer: later sales could not name it.
 * An entry that was only kept has no transaction, whatever the answer says of one. */
void nmi_save_read(const struct gateway_save_ask *ask, const struct http_call *call,
                   struct gateway_answer *out_answer) {
    const struct nmi_echo echo = {.type = ask->is_checked ? "validate" : NULL,
                                  .vault_id = ask->vault_id,
                                  .has_transaction = ask->is_checked};

    nmi_answer_read(call, &echo, out_answer);
    if (!ask->is_checked)
        out_answer->transaction_id[0] = '\0';
}

/* The code of this refusal (300) is that of any other. */
static bool says_no_such_id(struct arena *arena, const struct gateway_answer *answer) {
    return answer->outcome == GATEWAY_REFUSED &&
           strstr(text_lower(arena, answer->text), "invalid customer vault id");
}

enum result nmi_vault_remove(struct gateway *gateway, struct arena *arena, const char *vault_id) {
    const struct nmi_echo echo = {.vault_id = vault_id};
    struct gateway_answer answer;
    struct http_call call;

    nmi_call_begin(gateway->options, arena, "/api/transact.php", &call);
    call.answer_limit_bytes = NMI_ANSWER_MAX;
    buffer_url_pair(&call.body, "customer_vault", "delete_customer");
    buffer_url_pair(&call.body, "customer_vault_id", vault_id);
    http_client_post(gateway->http, arena, &call);
    nmi_answer_read(&call, &echo, &answer);
    if (answer.outcome == GATEWAY_APPROVED || says_no_such_id(arena, &answer))
        return RESULT_OK;
    /* Neither the id, which charges the card, nor the gateway's words, which may name it. */
    LOG(LOG_LEVEL_WARNING, "gateway.vault_remove",
        LOG_TEXT("outcome", gateway_outcome_name(answer.outcome)), LOG_TEXT("code", answer.code),
        LOG_INT("http_status", call.status), LOG_INT("elapsed_ms", call.elapsed_ms),
        LOG_TEXT("failure", call.failure));
    return RESULT_UNAVAILABLE;
}

enum result nmi_vault_read(struct gateway *gateway, struct arena *arena, const char *vault_id,
                           struct gateway_vault_entry *out_entry) {
    enum result result = RESULT_UNCERTAIN;
    const char *reason = "";
    struct http_call call;

    nmi_call_begin(gateway->options, arena, "/api/query.php", &call);
    call.answer_limit_bytes = NMI_ANSWER_MAX;
    buffer_url_pair(&call.body, "report_type", "customer_vault");
    buffer_url_pair(&call.body, "customer_vault_id", vault_id);
    http_client_post(gateway->http, arena, &call);
    if (call.end == HTTP_ANSWERED && call.status == 200)
        result = nmi_entry_read(arena, vault_id, call.answer.bytes, call.answer.length, out_entry,
                                &reason);
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        LOG(LOG_LEVEL_WARNING, "gateway.query", LOG_TEXT("question", "vault"),
            LOG_INT("http_status", call.status), LOG_INT("elapsed_ms", call.elapsed_ms),
            LOG_TEXT("failure", *call.failure ? call.failure : reason));
    return result;
}
