/* Money back: type=void takes back a whole transaction before it settled, type=refund cents of it.
 */
#include <assert.h>

#include "common/gateway/nmi.h"
#include "common/money/money.h"

static const char *type_of(const struct gateway_reverse_ask *ask) {
    return ask->amount_cents ? "refund" : "void";
}

void nmi_reverse_write(const struct gateway_options *options, struct arena *arena,
                       const struct gateway_reverse_ask *ask, struct http_call *out_call) {
    struct buffer *body = &out_call->body;

    /* A refund of 0.00 is one of all that is left: never by accident. */
    assert(ask->amount_cents >= 0 && ask->amount_cents <= MONEY_MAX_CENTS);
    assert(*ask->transaction_id);
    nmi_call_begin(options, arena, "/api/transact.php", out_call);
    out_call->answer_limit_bytes = NMI_ANSWER_MAX;
    buffer_url_pair(body, "type", type_of(ask));
    if (ask->is_bank)
        buffer_url_pair(body, "payment", "check");
    buffer_url_pair(body, "transactionid", ask->transaction_id);
    if (ask->amount_cents)
        buffer_url_pair(body, "amount", money_plain(arena, ask->amount_cents));
}

/* A refund is a transaction of its own, and without its id nobody finds it again; a void is one
 * more action of the sale. What a void says of amounts is the sale's. */
void nmi_reverse_read(const struct gateway_reverse_ask *ask, const struct http_call *call,
                      struct gateway_answer *out_answer) {
    const struct nmi_echo echo = {.order_id = ask->reference,
                                  .type = type_of(ask),
                                  .cents = ask->amount_cents,
                                  .has_transaction = ask->amount_cents > 0};

    nmi_answer_read(call, &echo, out_answer);
}
