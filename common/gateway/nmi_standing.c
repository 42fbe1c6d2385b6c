#include "common/gateway/nmi_standing.h"

#include <stdio.h>
#include <string.h>

#include "common/core/date.h"
#include "common/core/text.h"
#include "common/money/money.h"

enum { NMI_DATE_DIGITS = 14 };

/* YYYYMMDDhhmmss, UTC. */
static bool date_read(const char *text, int64_t *out_instant) {
    char plain[INSTANT_TEXT_SIZE];

    if (!text_is_digits(text, NMI_DATE_DIGITS) || strlen(text) != NMI_DATE_DIGITS)
        return false;
    snprintf(plain, sizeof plain, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", text, text + 4, text + 6,
             text + 8, text + 10, text + 12);
    return instant_parse(plain, out_instant);
}

static bool amount_read(const char *text, int64_t *out_cents) {
    return money_from_plain(text, out_cents) == RESULT_OK && *out_cents >= 1 &&
           *out_cents <= MONEY_MAX_CENTS;
}

static void add_sold(struct nmi_transaction *transaction, const struct nmi_action *action) {
    int64_t cents = 0;

    if (!amount_read(action->amount, &cents) ||
        (transaction->is_sold && transaction->sold_cents != cents))
        transaction->is_odd = true;
    else
        transaction->sold_cents = cents;
    transaction->is_sold = true;
}

/* Reports show money that goes back with a minus. */
static void add_refund(struct nmi_transaction *transaction, const struct nmi_action *action) {
    int64_t cents = 0;

    if (!amount_read(action->amount + (*action->amount == '-'), &cents))
        transaction->is_odd = true;
    else
        transaction->refunded_cents = money_add(transaction->refunded_cents, cents);
    transaction->is_refunded = true;
}

/* What a bank took back, shown with or without a minus; in parts, it may be. */
static void add_returned(struct nmi_transaction *transaction, const struct nmi_action *action) {
    int64_t cents = 0;

    if (amount_read(action->amount + (*action->amount == '-'), &cents))
        transaction->returned_cents = money_add(transaction->returned_cents, cents);
    transaction->is_returned = true;
    transaction->returned = *action;
}

static bool is_one_of(const char *word, const char *const *words) {
    while (*words && !text_equal(*words, word))
        words++;
    return *words;
}

void nmi_standing_add(struct nmi_transaction *transaction, const struct nmi_action *action) {
    /* "return" is how a query names returned checks and chargebacks alike. */
    static const char *const returns[] = {"check_return", "check_late_return", "return",
                                          "chargeback", NULL};
    static const char *const sales[] = {"sale", "capture", NULL};
    bool is_success = text_equal(action->success, "1");
    bool is_auth = text_equal(action->type, "auth");
    int64_t at = 0;

    if (!date_read(action->date, &at) || (!is_success && !text_equal(action->success, "0")))
        transaction->is_odd = true;
    transaction->actions++;
    if (at >= transaction->modified_at) {
        transaction->modified_at = at;
        transaction->last = *action;
    }
    if (is_one_of(action->type, sales) || is_auth)
        transaction->is_tried = true;
    if (is_one_of(action->type, returns))
        add_returned(transaction, action);
    if (text_equal(action->type, "validate"))
        transaction->checks++;
    if (!is_success)
        return;
    if (is_one_of(action->type, sales))
        add_sold(transaction, action);
    else if (is_auth)
        transaction->is_authorized = true;
    else if (text_equal(action->type, "refund"))
        add_refund(transaction, action);
    else if (text_equal(action->type, "credit"))
        transaction->is_odd = true; /* money out without a sale: we never ask for it */
}

bool nmi_standing_is_check(const struct nmi_transaction *transaction) {
    return transaction->actions > 0 && transaction->actions == transaction->checks;
}

/* Amounts are dollars everywhere else; a gateway that does not tell has only those. */
static bool is_foreign(const struct nmi_transaction *transaction) {
    return *transaction->currency && !text_equal(transaction->currency, "USD");
}

/* The gateway reports "failed" for what the processor never answered either; it only repeats its
 * own doubt then. */
static bool is_doubted(const struct nmi_transaction *transaction) {
    const struct nmi_code *known = nmi_code_find(transaction->last.code);

    return known && known->outcome == GATEWAY_UNKNOWN;
}

/*
 * The condition alone does not tell a decline from a return (both are "failed"), nor an action
 * alone what became of it. Where the two do not fit together, a person decides.
 */
static enum gateway_standing standing_of(const struct nmi_transaction *transaction) {
    const char *condition = transaction->condition;
    bool is_money = transaction->is_sold || transaction->is_refunded;
    bool is_returned = transaction->is_returned &&
                       (transaction->is_sold ||
                        (transaction->is_refunded && !transaction->is_tried));

    if (transaction->is_odd || is_foreign(transaction) ||
        (transaction->is_returned && !is_returned))
        return STANDING_OTHER;
    if (text_equal(condition, "pendingsettlement"))
        return is_money && !is_returned ? STANDING_APPROVED : STANDING_OTHER;
    if (text_equal(condition, "pending"))
        return (is_money || transaction->is_authorized) && !is_returned ? STANDING_APPROVED
                                                                        : STANDING_OTHER;
    if (text_equal(condition, "complete"))
        return is_returned ? STANDING_RETURNED : is_money ? STANDING_SETTLED : STANDING_OTHER;
    /* A refund that failed or was voided is no word about its sale. */
    if (!transaction->is_tried)
        return is_returned && text_equal(condition, "failed") ? STANDING_RETURNED : STANDING_OTHER;
    if (text_equal(condition, "canceled"))
        return is_returned ? STANDING_OTHER : STANDING_VOIDED;
    if (text_equal(condition, "failed"))
        return is_returned                           ? STANDING_RETURNED
               : is_money || is_doubted(transaction) ? STANDING_OTHER
                                                     : STANDING_DECLINED;
    return STANDING_OTHER;
}

/* "R01" as a word of its own; false: none. */
static bool return_code_find(const char *text, char *out) {
    for (const char *at = text; *at; at++) {
        if (*at == 'R' && (at == text || !text_is_alnum(at[-1])) && text_is_digit(at[1]) &&
            text_is_digit(at[2]) && !text_is_alnum(at[3])) {
            memcpy(out, at, 3);
            out[3] = '\0';
            return true;
        }
    }
    return false;
}

static void write_words(const struct nmi_transaction *transaction,
                        struct gateway_transaction *out) {
    bool is_returned = out->standing == STANDING_RETURNED;
    const struct nmi_action *action = is_returned ? &transaction->returned : &transaction->last;
    const char *text = *action->text ? action->text : action->processor_text;
    const struct nmi_code *known;

    gateway_words(text, strlen(text), out->text, sizeof out->text);
    if (is_returned) {
        /* Where it stands depends on the ACH processor behind the gateway. */
        if (!return_code_find(action->processor_code, out->code) &&
            !return_code_find(action->processor_text, out->code))
            (void)return_code_find(action->text, out->code);
        return;
    }
    if (!gateway_token(action->code, out->code, sizeof out->code))
        return;
    known = nmi_code_find(out->code);
    if (out->standing == STANDING_DECLINED && known && known->outcome == GATEWAY_DECLINED)
        out->decline = known->decline;
}

bool nmi_standing_read(const struct nmi_transaction *transaction,
                       struct gateway_transaction *out_transaction) {
    struct gateway_transaction told = {.standing = standing_of(transaction)};

    if (!gateway_token(transaction->id, told.transaction_id, sizeof told.transaction_id) ||
        !*told.transaction_id)
        return false;
    /* Foreign order ids may be any text; ours is a token, so words cannot be taken for it. */
    if (!gateway_token(transaction->order_id, told.order_id, sizeof told.order_id))
        gateway_words(transaction->order_id, strlen(transaction->order_id), told.order_id,
                      sizeof told.order_id);
    (void)gateway_token(transaction->original_id, told.original_id, sizeof told.original_id);
    told.is_bank = text_equal(transaction->type, "ck");
    told.has_sale = transaction->is_tried;
    told.amount_cents = transaction->sold_cents;
    /* A refund that was voided never left. */
    if (transaction->is_tried || !text_equal(transaction->condition, "canceled"))
        told.refunded_cents = transaction->refunded_cents;
    if (told.standing == STANDING_RETURNED)
        told.returned_cents = transaction->returned_cents;
    told.modified_at = transaction->modified_at;
    write_words(transaction, &told);
    *out_transaction = told;
    return true;
}
