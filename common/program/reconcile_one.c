/* reconcile_one.c - one reference: what the gateway has under it, what our books say, and what
 * follows. */
#include "common/program/reconcile_decide.h"

#include <stdio.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/refund.h"
#include "common/store/event_store.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, KEY_SIZE = 80, DETAIL_SIZE = 300 };

static bool standing_is_money(enum gateway_standing standing) {
    return standing == STANDING_APPROVED || standing == STANDING_SETTLED;
}

/* ---- what there is ---- */

static enum result seen_add(const struct gateway_transaction *transaction, void *context) {
    struct seen *seen = context;
    size_t at = 0;

    if (seen->reference && !text_equal(transaction->order_id, seen->reference))
        return RESULT_OK;
    while (at < seen->count &&
           !text_equal(seen->list[at].transaction_id, transaction->transaction_id))
        at++;
    if (at == RECONCILE_SEEN_MAX) {
        seen->is_too_many = true;
        return RESULT_OK;
    }
    /* Told twice, the last word counts. */
    if (at < seen->count && seen->list[at].modified_at > transaction->modified_at)
        return RESULT_OK;
    seen->list[at] = *transaction;
    if (at == seen->count)
        seen->count++;
    return RESULT_OK;
}

static struct gateway_transaction transaction_of(const struct told_transaction *told) {
    struct gateway_transaction transaction = {.standing = told->standing,
                                              .is_bank = told->is_bank,
                                              .has_sale = told->has_sale,
                                              .amount_cents = told->amount_cents,
                                              .refunded_cents = told->refunded_cents,
                                              .returned_cents = told->returned_cents,
                                              .modified_at = told->modified_at};

    snprintf(transaction.transaction_id, sizeof transaction.transaction_id, "%s",
             told->transaction_id);
    snprintf(transaction.order_id, sizeof transaction.order_id, "%s", told->order_id);
    snprintf(transaction.original_id, sizeof transaction.original_id, "%s", told->original_id);
    snprintf(transaction.code, sizeof transaction.code, "%s", told->code);
    return transaction;
}

/* The payment's own sale, else one that took money, else the last one. */
static void seen_sum(struct deciding *deciding) {
    const struct seen *seen = &deciding->seen;

    for (size_t at = 0; at < seen->count; at++) {
        const struct gateway_transaction *one = &seen->list[at];
        const struct gateway_transaction *sale = deciding->sale;

        deciding->refunded_cents = money_add(deciding->refunded_cents, one->refunded_cents);
        if (!one->has_sale)
            continue;
        deciding->sales_money += standing_is_money(one->standing);
        bool is_own = text_equal(one->transaction_id, deciding->payment.transaction_id);
        bool has_own = sale && text_equal(sale->transaction_id, deciding->payment.transaction_id);
        if (is_own || (!has_own && (!sale || standing_is_money(one->standing))))
            deciding->sale = one;
    }
}

/* ---- telling ---- */

/* From what matters least on. */
static int weight(enum reconcile_end end) {
    static const int weights[RECONCILE_END_COUNT] = {
        [RECONCILE_SAME] = 0,   [RECONCILE_FOREIGN] = 1, [RECONCILE_RECORDED] = 2,
        [RECONCILE_QUEUED] = 3, [RECONCILE_WAITING] = 4, [RECONCILE_FAILED] = 5};

    return weights[end];
}

void deciding_news(struct deciding *deciding, enum reconcile_what what, enum reconcile_end end,
                   const struct gateway_transaction *seen, int64_t amount_cents, const char *why) {
    reconcile_tell(deciding->reading,
                   &(struct reconcile_news){.what = what,
                                            .payment_reference = deciding->reference,
                                            .transaction_id = seen ? seen->transaction_id : "",
                                            .code = seen ? seen->code : "",
                                            .why = why,
                                            .amount_cents = amount_cents},
                   end);
    deciding->has_news = true;
    if (weight(end) > weight(deciding->end))
        deciding->end = end;
}

struct item {
    const char *key, *kind, *detail;
    int64_t account_id, payment_id, now;
};

static enum result item_work(struct db *db, void *context) {
    const struct item *item = context;

    return queue_add(db, item->key, item->kind, item->account_id, item->payment_id, item->detail,
                     item->now);
}

/* For a person, once: key says of what. */
void deciding_queue(struct deciding *deciding, enum reconcile_what what, const char *kind,
                    const char *key, const struct gateway_transaction *seen, const char *why) {
    char detail[DETAIL_SIZE];
    struct item item = {.key = key,
                        .kind = kind,
                        .detail = detail,
                        .account_id = deciding->payment.account_id,
                        .payment_id = deciding->payment.id,
                        .now = deciding->reading->now};

    snprintf(detail, sizeof detail, "%s%s%s%s%s", seen ? seen->code : "",
             seen && *seen->code ? " " : "", seen ? seen->transaction_id : "", seen ? ": " : "",
             why);
    LOG(LOG_LEVEL_ERROR, "reconcile.queued", LOG_TEXT("reference", deciding->reference),
        LOG_TEXT("why", why));
    enum result result = db_transaction(deciding->reading->running->db, item_work, &item);
    deciding_news(deciding, what, result == RESULT_OK ? RECONCILE_QUEUED : RECONCILE_FAILED, seen,
                  seen ? seen->amount_cents : 0, why);
}

/* word: what about it does not fit; each is told once. */
void deciding_disagree(struct deciding *deciding, const char *word,
                       const struct gateway_transaction *seen, const char *why) {
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "disagreement:%s:%s", deciding->reference, word);
    deciding_queue(deciding, RECONCILE_DISAGREEMENT, "disagreement", key, seen, why);
}

/* ---- by the payment's state ---- */

static void missing(struct deciding *deciding) {
    char key[KEY_SIZE];

    if (deciding->reading->now < deciding->back.confirmed_at + RECONCILE_MISSING_AFTER_S) {
        deciding_news(deciding, RECONCILE_MISSING, RECONCILE_WAITING, NULL,
                      deciding->payment.figures.amount_cents, "");
        return;
    }
    snprintf(key, sizeof key, "missing:%s", deciding->reference);
    deciding_queue(deciding, RECONCILE_MISSING, "missing_at_gateway", key, NULL,
                   "the gateway has no transaction of it");
}

/* false: a person has to look at the sale itself. */
static bool sale_fits(struct deciding *deciding) {
    const struct refund_payment *payment = &deciding->payment;
    const struct gateway_transaction *sale = deciding->sale;
    bool is_own = sale && (!*payment->transaction_id ||
                           text_equal(sale->transaction_id, payment->transaction_id));
    size_t own_money = sale && standing_is_money(sale->standing);

    if (!sale)
        deciding_disagree(deciding, "sale", &deciding->seen.list[0],
                          "the gateway has something under its reference, and not the payment");
    else if (sale->standing == STANDING_RETURNED &&
             (!is_own || sale->amount_cents != payment->figures.amount_cents))
        deciding_taken_unlike(deciding);
    else if (!is_own || deciding->sales_money > own_money)
        deciding_disagree(deciding, "transaction", sale,
                          "the gateway has another transaction under its reference than we made");
    else if (sale->standing == STANDING_OTHER || sale->standing == STANDING_DECLINED)
        deciding_disagree(deciding, "standing", sale,
                          "the books say money, and the gateway does not, or not in dollars");
    else if (sale->amount_cents != payment->figures.amount_cents)
        deciding_disagree(deciding, "amount", sale,
                          "the gateway has another amount under its reference");
    else
        return true;
    return false;
}

static enum reconcile_what what_of(const struct deciding *deciding) {
    if (deciding->sale->standing == STANDING_RETURNED)
        return deciding->payment.figures.is_bank ? RECONCILE_RETURN : RECONCILE_CHARGEBACK;
    return deciding->sale->standing == STANDING_VOIDED ? RECONCILE_VOID : RECONCILE_REFUND;
}

/* It is money, or was given back. */
static void decide_money(struct deciding *deciding) {
    if (!deciding->seen.count) {
        missing(deciding);
        return;
    }
    deciding_refunds_returned(deciding);
    if (!sale_fits(deciding))
        return;
    const struct gateway_transaction *sale = deciding->sale;
    bool is_same = standing_is_money(sale->standing) &&
                   deciding->refunded_cents == deciding->back.refunded_cents;
    /* What is open is found out first; it may be what the gateway tells of. */
    if (*deciding->payment.open_refund && !is_same) {
        deciding_news(deciding, what_of(deciding), RECONCILE_WAITING, sale, sale->amount_cents, "");
        return;
    }
    if (sale->standing == STANDING_VOIDED)
        deciding_voided(deciding);
    else
        deciding_refunds(deciding);
    if (sale->standing == STANDING_RETURNED)
        deciding_taken(deciding);
}

static void decide_not_charged(struct deciding *deciding) {
    const struct gateway_transaction *sale = deciding->sale;
    struct reconciling *reading = deciding->reading;
    enum reconcile_end end = RECONCILE_FAILED;

    if (!deciding->sales_money)
        return;
    if (deciding->sales_money > 1 || deciding->refunded_cents ||
        sale->amount_cents != deciding->payment.figures.amount_cents) {
        deciding_disagree(
            deciding, "booking", sale,
            "found not to be charged, and the gateway took another amount, more than once, or"
            " gave some of it back");
        return;
    }
    switch (late_booking_record(reading->running, deciding->arena, deciding->reference, sale,
                                reading->now)) {
    case LATE_BOOKING_RECORDED:
        end = RECONCILE_RECORDED;
        break;
    case LATE_BOOKING_AGAIN:
        end = RECONCILE_SAME;
        break;
    case LATE_BOOKING_UNFIT:
        deciding_disagree(
            deciding, "booking", sale,
            "found not to be charged and booked after all, and the books do not take it");
        return;
    case LATE_BOOKING_UNAVAILABLE:
        break;
    }
    deciding_news(deciding, RECONCILE_BOOKING, end, sale, sale->amount_cents, "");
}

/* Nothing is to be at the gateway: it was never money, or is not any more. */
static void decide_none(struct deciding *deciding) {
    const struct gateway_transaction *sale = deciding->sale;
    bool is_odd = sale && sale->standing == STANDING_OTHER && sale->amount_cents;

    if (deciding->sales_money || is_odd)
        deciding_disagree(deciding, "state", sale,
                          "the gateway took the money, and the payment's state denies it");
    else if (deciding->refunded_cents)
        deciding_disagree(deciding, "refunds", sale,
                          "the gateway sent money back of what was none");
}

/* A bank took it back. Whoever records that by hand may know before the gateway tells. */
static void decide_taken(struct deciding *deciding) {
    deciding_refunds_returned(deciding);
    if (deciding->sales_money > 1)
        deciding_disagree(deciding, "transaction", deciding->sale,
                          "the gateway took the money more than once");
    else if (deciding->refunded_cents > deciding->back.refunded_cents)
        deciding_disagree(deciding, "refunds", deciding->sale,
                          "the gateway sent money back of what its bank had taken back");
    deciding_taken_again(deciding);
}

static void decide_by_state(struct deciding *deciding) {
    enum payment_state state = deciding->payment.figures.state;
    /* What another gateway took, or nobody has sent yet, is not to be here. */
    bool is_here = text_equal(deciding->payment.gateway,
                              gateway_name(deciding->reading->running->gateway));

    if (deciding->seen.is_too_many)
        deciding_disagree(deciding, "many", deciding->sale,
                          "the gateway has more transactions under its reference than we read");
    else if (is_here && (payment_is_money(state) || state == PAYMENT_REFUNDED))
        decide_money(deciding);
    else if (is_here && (state == PAYMENT_RETURNED || state == PAYMENT_CHARGED_BACK))
        decide_taken(deciding);
    else if (is_here && state == PAYMENT_NOT_CHARGED)
        decide_not_charged(deciding);
    else
        decide_none(deciding);
}

/* ---- the whole ---- */

/* What the report told beside what the reference tells, unless somebody has recorded it. */
static enum result extra_add(struct deciding *deciding, const struct told_transaction *extra) {
    struct gateway_transaction other = transaction_of(extra);
    bool has = false;
    enum result result = refund_has_transaction(deciding->reading->running->db, deciding->arena,
                                                deciding->payment.gateway, other.transaction_id,
                                                &has);

    return result == RESULT_OK && !has ? seen_add(&other, &deciding->seen) : result;
}

/* RESULT_NOT_FOUND: no payment of ours. */
static enum result decide(struct deciding *deciding, const struct told_transaction *extra) {
    struct db *db = deciding->reading->running->db;
    enum result result = refund_payment(db, deciding->arena, deciding->reference,
                                        &deciding->payment);

    if (result == RESULT_OK && extra)
        result = extra_add(deciding, extra);
    if (result == RESULT_OK)
        result = reconcile_back(db, deciding->arena, deciding->payment.account_id,
                                deciding->payment.id, &deciding->back);
    if (result != RESULT_OK)
        return result;
    enum payment_state state = deciding->payment.figures.state;
    if (payment_is_open(state) || state == PAYMENT_PENDING) {
        deciding->end = RECONCILE_WAITING;
        return RESULT_OK;
    }
    seen_sum(deciding);
    decide_by_state(deciding);
    if (!deciding->has_news)
        deciding->reading->summary->ends[RECONCILE_SAME]++;
    return RESULT_OK;
}

static bool moved_money(const struct told_transaction *told) {
    return told->amount_cents || told->refunded_cents;
}

static struct told_transaction told_of(const struct gateway_transaction *one) {
    return (struct told_transaction){.order_id = one->order_id,
                                     .transaction_id = one->transaction_id,
                                     .original_id = one->original_id,
                                     .code = one->code,
                                     .standing = one->standing,
                                     .has_sale = one->has_sale,
                                     .amount_cents = one->amount_cents,
                                     .refunded_cents = one->refunded_cents,
                                     .modified_at = one->modified_at};
}

static enum reconcile_end strangers_list(struct deciding *deciding) {
    enum reconcile_end end = RECONCILE_SAME;

    for (size_t at = 0; at < deciding->seen.count; at++) {
        struct told_transaction told = told_of(&deciding->seen.list[at]);
        const struct told_transaction *list[] = {&told};
        enum reconcile_end one = reconcile_strangers(deciding->reading, list, 1);

        /* A second time it is no news, and no less a stranger. */
        if (one == RECONCILE_SAME && moved_money(&told))
            one = RECONCILE_FOREIGN;
        if (weight(one) > weight(end))
            end = one;
    }
    return end;
}

enum reconcile_end reconcile_look(struct reconciling *reading, const char *reference,
                                  const struct told_transaction *extra) {
    struct deciding deciding = {
        .reading = reading, .arena = arena_new(ARENA_BYTES), .reference = reference};

    reading->looks++;
    deciding.seen = (struct seen){
        .list = arena_array(deciding.arena, RECONCILE_SEEN_MAX, sizeof *deciding.seen.list),
        .reference = reference};
    if (gateway_lookup(reading->running->gateway, deciding.arena, reference, seen_add,
                       &deciding.seen) != RESULT_OK) {
        reading->summary->no_gateway++;
        reading->summary->ends[RECONCILE_WAITING]++;
        arena_free(deciding.arena);
        return RECONCILE_WAITING;
    }
    deciding.seen.reference = NULL;
    enum result result = decide(&deciding, extra);
    if (result == RESULT_NOT_FOUND) {
        deciding.end = strangers_list(&deciding);
    } else if (result != RESULT_OK) {
        deciding.end = RECONCILE_FAILED;
        reading->summary->ends[RECONCILE_FAILED]++;
    }
    arena_free(deciding.arena);
    return deciding.end;
}

enum result reconcile_reference(struct running *running, const char *reference, reconcile_told told,
                                void *context, enum reconcile_end *out_end) {
    int64_t now = clock_now(running->clock);
    struct reconcile_summary summary = {0};
    struct reconciling reading = {.running = running,
                                  .told = told,
                                  .context = context,
                                  .summary = &summary,
                                  .now = now,
                                  .next = now};

    *out_end = reconcile_look(&reading, reference, NULL);
    return *out_end == RECONCILE_FAILED ? RESULT_UNAVAILABLE : RESULT_OK;
}

/* ---- strangers ---- */

static const char *standing_word(enum gateway_standing standing) {
    static const char *const words[] = {
        [STANDING_APPROVED] = "approved", [STANDING_SETTLED] = "settled",
        [STANDING_DECLINED] = "declined", [STANDING_VOIDED] = "voided",
        [STANDING_RETURNED] = "returned", [STANDING_OTHER] = "other"};

    return words[standing];
}

struct strangers {
    struct reconciling *reading;
    const struct told_transaction *const *list;
    size_t count;
    bool is_news[RECONCILE_STRANGERS_MAX];
};

static enum result strangers_work(struct db *db, void *context) {
    struct strangers *strangers = context;
    const struct reconciling *reading = strangers->reading;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < strangers->count && result == RESULT_OK; at++) {
        const struct told_transaction *told = strangers->list[at];

        if (!moved_money(told))
            continue;
        result = reconcile_foreign(
            db,
            &(struct reconcile_foreign){.gateway = gateway_name(reading->running->gateway),
                                        .transaction_id = told->transaction_id,
                                        .order_id = told->order_id,
                                        .standing = standing_word(told->standing),
                                        .amount_cents = told->amount_cents,
                                        .refunded_cents = told->refunded_cents,
                                        .modified_at = told->modified_at ? told->modified_at
                                                                         : reading->now,
                                        .now = reading->now},
            &strangers->is_news[at]);
    }
    return result;
}

enum reconcile_end reconcile_strangers(struct reconciling *reading,
                                       const struct told_transaction *const *list, size_t count) {
    struct strangers strangers = {.reading = reading, .list = list, .count = count};
    enum reconcile_end most = RECONCILE_SAME;
    bool is_money = false;

    for (size_t at = 0; at < count; at++)
        is_money |= moved_money(list[at]);
    enum result result = is_money ? db_transaction(reading->running->db, strangers_work, &strangers)
                                  : RESULT_OK;
    for (size_t at = 0; at < count; at++) {
        const struct told_transaction *told = list[at];
        enum reconcile_end end = !moved_money(told)      ? RECONCILE_SAME
                                 : result != RESULT_OK   ? RECONCILE_FAILED
                                 : strangers.is_news[at] ? RECONCILE_FOREIGN
                                                         : RECONCILE_SAME;

        reconcile_tell(reading,
                       &(struct reconcile_news){.what = RECONCILE_STRANGER,
                                                .payment_reference = told->order_id,
                                                .transaction_id = told->transaction_id,
                                                .code = "",
                                                .why = "",
                                                .amount_cents = told->refunded_cents
                                                                    ? -told->refunded_cents
                                                                    : told->amount_cents},
                       end);
        if (weight(end) > weight(most))
            most = end;
    }
    return most;
}
