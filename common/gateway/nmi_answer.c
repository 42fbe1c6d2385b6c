/* What transact.php answers, and the one table of its response codes. */
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/gateway/nmi.h"
#include "common/money/money.h"

enum { HTTP_TOO_MANY_REQUESTS = 429, HTTP_SERVICE_UNAVAILABLE = 503 };

/*
 * 100 and 2xx come from the card network or bank, 3xx from the gateway before any of them heard
 * of it. 400, 420, 421 and 430 are faults or doubts behind the gateway: money may have moved.
 */
static const struct nmi_code codes[] = {
    {"100", GATEWAY_APPROVED, DECLINE_NONE},
    {"200", GATEWAY_DECLINED, DECLINE_SOFT},      /* declined by the processor */
    {"201", GATEWAY_DECLINED, DECLINE_SOFT},      /* do not honor */
    {"202", GATEWAY_DECLINED, DECLINE_SOFT},      /* insufficient funds */
    {"203", GATEWAY_DECLINED, DECLINE_SOFT},      /* over limit */
    {"204", GATEWAY_DECLINED, DECLINE_HARD},      /* transaction not allowed */
    {"220", GATEWAY_DECLINED, DECLINE_FIX_DATA},  /* incorrect payment information */
    {"221", GATEWAY_DECLINED, DECLINE_HARD},      /* no such issuer */
    {"222", GATEWAY_DECLINED, DECLINE_HARD},      /* no such number at the issuer */
    {"223", GATEWAY_DECLINED, DECLINE_FIX_DATA},  /* expired */
    {"224", GATEWAY_DECLINED, DECLINE_FIX_DATA},  /* wrong expiration date */
    {"225", GATEWAY_DECLINED, DECLINE_FIX_DATA},  /* wrong security code */
    {"226", GATEWAY_DECLINED, DECLINE_FIX_DATA},  /* wrong PIN */
    {"240", GATEWAY_DECLINED, DECLINE_SOFT},      /* call the issuer */
    {"250", GATEWAY_DECLINED, DECLINE_HARD},      /* pick up card */
    {"251", GATEWAY_DECLINED, DECLINE_HARD},      /* lost */
    {"252", GATEWAY_DECLINED, DECLINE_HARD},      /* stolen */
    {"253", GATEWAY_DECLINED, DECLINE_HARD},      /* fraudulent */
    {"260", GATEWAY_DECLINED, DECLINE_SOFT},      /* see the text */
    {"261", GATEWAY_DECLINED, DECLINE_HARD},      /* stop all recurring payments */
    {"262", GATEWAY_DECLINED, DECLINE_HARD},      /* stop this recurring program */
    {"263", GATEWAY_DECLINED, DECLINE_FIX_DATA},  /* newer card data available */
    {"264", GATEWAY_DECLINED, DECLINE_SOFT},      /* retry in a few days */
    {"300", GATEWAY_REFUSED, DECLINE_NONE},       /* see the text */
    {"301", GATEWAY_REFUSED, DECLINE_NONE},       /* rate limit */
    {"400", GATEWAY_UNKNOWN, DECLINE_NONE},       /* error at the processor */
    {"410", GATEWAY_MISCONFIGURED, DECLINE_NONE}, /* merchant configuration */
    {"411", GATEWAY_MISCONFIGURED, DECLINE_NONE}, /* merchant inactive */
    {"420", GATEWAY_UNKNOWN, DECLINE_NONE},       /* communication error */
    {"421", GATEWAY_UNKNOWN, DECLINE_NONE},       /* communication error with the issuer */
    {"430", GATEWAY_UNKNOWN, DECLINE_NONE},       /* duplicate at the processor */
    {"440", GATEWAY_REFUSED, DECLINE_NONE},       /* format error */
    {"441", GATEWAY_REFUSED, DECLINE_NONE},       /* invalid information */
    {"460", GATEWAY_REFUSED, DECLINE_NONE},       /* feature not available */
    {"461", GATEWAY_REFUSED, DECLINE_NONE},       /* card type not supported */
};

const struct nmi_code *nmi_code_find(const char *code) {
    for (size_t at = 0; at < sizeof codes / sizeof *codes; at++)
        if (text_equal(codes[at].code, code))
            return &codes[at];
    return NULL;
}

enum field {
    FIELD_RESPONSE,
    FIELD_CODE,
    FIELD_TRANSACTION,
    FIELD_ORDER,
    FIELD_TYPE,
    FIELD_VAULT,
    FIELD_AMOUNT,
    FIELD_ADVICE,
    FIELD_TEXT,
    FIELD_COUNT
};

static const char *const field_names[FIELD_COUNT] = {
    [FIELD_RESPONSE] = "response",
    [FIELD_CODE] = "response_code",
    [FIELD_TRANSACTION] = "transactionid",
    [FIELD_ORDER] = "orderid",
    [FIELD_TYPE] = "type",
    [FIELD_VAULT] = "customer_vault_id",
    [FIELD_AMOUNT] = "amount_authorized",
    [FIELD_ADVICE] = "merchant_advice_code",
    [FIELD_TEXT] = "responsetext",
};

struct reply {
    const char *values[FIELD_COUNT]; /* "" for absent; the first of several */
    bool is_odd;                     /* a field that decides is broken or contradicts itself */
};

static void reply_take(struct reply *reply, struct arena *arena, enum field field,
                       const char *bytes, size_t length) {
    size_t decoded_length = 0;
    const char *value = text_url_decode(arena, bytes, length, &decoded_length);

    if (field == FIELD_TEXT) {
        /* Words only: what cannot be decoded is shown as it came. */
        char *words = arena_alloc(arena, GATEWAY_TEXT_SIZE);

        gateway_words(value ? value : bytes, value ? decoded_length : length, words,
                      GATEWAY_TEXT_SIZE);
        value = words;
    } else if (!value || strlen(value) != decoded_length) {
        reply->is_odd = true;
        return;
    }
    if (!reply->values[field])
        reply->values[field] = value;
    else if (field != FIELD_TEXT && !text_equal(reply->values[field], value))
        reply->is_odd = true;
}

static void reply_pair(struct reply *reply, struct arena *arena, const char *pair, size_t length) {
    const char *equals = memchr(pair, '=', length);
    size_t name_length = equals ? (size_t)(equals - pair) : length;

    if (!equals)
        return;
    for (enum field field = 0; field < FIELD_COUNT; field++)
        if (strlen(field_names[field]) == name_length &&
            memcmp(field_names[field], pair, name_length) == 0)
            reply_take(reply, arena, field, equals + 1, length - name_length - 1);
}

static struct reply reply_parse(const struct buffer *answer) {
    struct reply reply = {.is_odd = false};
    const char *at = answer->bytes, *end = at + answer->length;

    while (end > at && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    while (at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));
        size_t length = (size_t)((next ? next : end) - at);

        reply_pair(&reply, answer->arena, at, length);
        at += length + (next ? 1 : 0);
    }
    for (enum field field = 0; field < FIELD_COUNT; field++)
        if (!reply.values[field])
            reply.values[field] = "";
    return reply;
}

/* Words that decide something: the code (300) is that of any other refusal. */
static bool says_wrong_key(struct arena *arena, const char *text) {
    const char *lower = text_lower(arena, text);

    return strstr(lower, "authentication failed") || strstr(lower, "api key");
}

static bool is_other(const struct reply *reply, enum field field, const char *expected) {
    return expected && *reply->values[field] && !text_equal(reply->values[field], expected);
}

/* Less than asked was moved, or more. A figure that is no amount says nothing. */
static bool is_other_amount(const struct reply *reply, int64_t expected_cents) {
    int64_t cents;

    return expected_cents && money_from_plain(reply->values[FIELD_AMOUNT], &cents) == RESULT_OK &&
           cents != 0 && cents != expected_cents;
}

static void read_approval(const struct reply *reply, const struct nmi_echo *echo,
                          const struct nmi_code *known, struct gateway_answer *out) {
    if (known && known->outcome == GATEWAY_APPROVED &&
        (*out->transaction_id || !echo->has_transaction) && !is_other_amount(reply, echo->cents))
        out->outcome = GATEWAY_APPROVED;
}

static void read_refusal(const struct reply *reply, struct arena *arena,
                         const struct nmi_code *known, struct gateway_answer *out) {
    bool is_decline = text_equal(reply->values[FIELD_RESPONSE], "2");
    const char *advice = reply->values[FIELD_ADVICE];

    if (!is_decline && (!*out->code || text_equal(out->code, "300")) &&
        says_wrong_key(arena, reply->values[FIELD_TEXT])) {
        out->outcome = GATEWAY_MISCONFIGURED;
    } else if (known && known->outcome != GATEWAY_APPROVED) {
        out->outcome = known->outcome;
        out->decline = known->decline;
    } else if (!known && is_decline && strlen(out->code) == 3 && *out->code == '2') {
        /* A decline newer than our table. */
        out->outcome = GATEWAY_DECLINED;
        out->decline = DECLINE_SOFT;
    }
    /* Mastercard: never again, and stop recurring; a fine for each further try. */
    if (out->outcome == GATEWAY_DECLINED && (text_equal(advice, "03") || text_equal(advice, "21")))
        out->decline = DECLINE_HARD;
}

/* Code or words: it decides about no money, so either will do. */
static bool says_slow_down(struct arena *arena, const struct gateway_answer *answer) {
    return text_equal(answer->code, "301") || strstr(text_lower(arena, answer->text), "rate limit");
}

/*
 * GATEWAY_UNKNOWN stands until every part of the answer agrees. HTTP 429, too: the manual counts
 * it as a rate limit, but anything in front of the gateway can send it, and a look-up is cheaper
 * than a second charge. The rate limit that the gateway itself words (301) is a refusal.
 */
void nmi_answer_read(const struct http_call *call, const struct nmi_echo *echo,
                     struct gateway_answer *out_answer) {
    *out_answer = (struct gateway_answer){.outcome = GATEWAY_UNKNOWN};
    if (call->end == HTTP_NOT_SENT)
        out_answer->outcome = GATEWAY_NOT_SENT;
    if (call->end != HTTP_ANSWERED)
        return;
    out_answer->slow_down = call->status == HTTP_TOO_MANY_REQUESTS ||
                            call->status == HTTP_SERVICE_UNAVAILABLE;
    if (call->status != 200)
        return;

    struct reply reply = reply_parse(&call->answer);
    const char *response = reply.values[FIELD_RESPONSE];

    /* An answer to something else: its transaction must not be kept as ours. */
    if (is_other(&reply, FIELD_ORDER, echo->order_id) || is_other(&reply, FIELD_TYPE, echo->type) ||
        is_other(&reply, FIELD_VAULT, echo->vault_id))
        return;
    snprintf(out_answer->text, sizeof out_answer->text, "%s", reply.values[FIELD_TEXT]);
    bool is_clean = gateway_token(reply.values[FIELD_CODE], out_answer->code,
                                  sizeof out_answer->code) &&
                    gateway_token(reply.values[FIELD_TRANSACTION], out_answer->transaction_id,
                                  sizeof out_answer->transaction_id);
    if (reply.is_odd || !is_clean)
        return;

    const struct nmi_code *known = nmi_code_find(out_answer->code);
    if (text_equal(response, "1")) {
        read_approval(&reply, echo, known, out_answer);
    } else if (text_equal(response, "2") || text_equal(response, "3")) {
        read_refusal(&reply, call->answer.arena, known, out_answer);
        out_answer->slow_down = text_equal(response, "3") &&
                                says_slow_down(call->answer.arena, out_answer);
    }
}
