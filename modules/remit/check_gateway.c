/*
 * remit check --gateway: every transaction that took money has exactly one payment of ours, by its
 * order id, over the same amount and in a state that says so; and every payment that says money
 * has its transaction. What went back of it, and what was voided, is the same on both sides. A
 * return that is not booked yet is a fault until `remit settle` has run, a refund that came back
 * until a person has decided.
 *
 * The report is older than what the database says: where the two differ, the gateway is asked again
 * by reference, and only its newer word is a fault.
 */
#include <stdlib.h>
#include <string.h>

#include "common/billing/payment_state.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/money/money.h"
#include "common/store/check_gateway_store.h"
#include "modules/remit/check.h"

enum {
    CLOCKS_DIFFER_S =
        300, /* ours and the gateway's: what others sold before our first sale is not ours */
    TRANSACTIONS_MAX = 2000000,
    CHUNK = 4096,
    CHUNKS_MAX = TRANSACTIONS_MAX / CHUNK + 1,
    LOOKUPS_MAX = 1000, /* one question each; of the rest the report's word counts */
    REPORT_ARENA_BYTES = 256 * 1024 * 1024
};

struct taken {
    const char *order_id, *transaction_id, *original_id;
    bool has_sale, is_tied; /* is_tied: under its sale's order id, which it does not carry itself */
    int64_t amount_cents, refunded_cents, modified_at;
    enum gateway_standing standing;
};

struct paid {
    const char *reference;
    enum payment_state state;
    int64_t amount_cents, refunded_cents;
    bool was_money; /* it was returned after it was */
    /* Of the refund that is being decided on; it may have happened. */
    bool may_be_void;
    int64_t may_be_refunded_cents;
};

/* The transactions under one order id. */
struct group {
    const struct taken *const *list;
    size_t count;
};

/* A payment that the report contradicts, or does not tell. */
struct doubt {
    struct paid paid;
    struct group group;
    struct doubt *next;
};

struct gateway_book {
    struct arena *arena;
    struct taken *chunks[CHUNKS_MAX];
    size_t count;
    const struct taken **sorted; /* by order id, then transaction, then time */
    size_t at;                   /* how far comparing has come */
    struct doubt *doubts;
    bool is_too_large;
};

size_t gateway_book_count(const struct gateway_book *book) {
    return book->count;
}

/* ---- reading ---- */

static enum result taken_add(const struct gateway_transaction *transaction, void *context) {
    struct gateway_book *book = context;
    size_t chunk = book->count / CHUNK;

    /* A refund that failed is nothing. */
    if (!transaction->has_sale && !transaction->refunded_cents)
        return RESULT_OK;
    if (book->count == TRANSACTIONS_MAX) {
        book->is_too_large = true;
        return RESULT_INVALID;
    }
    if (!book->chunks[chunk])
        book->chunks[chunk] = arena_array(book->arena, CHUNK, sizeof *book->chunks[chunk]);
    book->chunks[chunk][book->count % CHUNK] = (struct taken){
        .order_id = arena_text(book->arena, transaction->order_id),
        .transaction_id = arena_text(book->arena, transaction->transaction_id),
        .original_id = arena_text(book->arena, transaction->original_id),
        .has_sale = transaction->has_sale,
        .amount_cents = transaction->amount_cents,
        .refunded_cents = transaction->refunded_cents,
        .modified_at = transaction->modified_at,
        .standing = transaction->standing};
    book->count++;
    return RESULT_OK;
}

static int by_order(const void *a, const void *b) {
    const struct taken *left = *(const struct taken *const *)a;
    const struct taken *right = *(const struct taken *const *)b;
    int order = strcmp(left->order_id, right->order_id);

    if (!order)
        order = strcmp(left->transaction_id, right->transaction_id);
    return order ? order
                 : (left->modified_at > right->modified_at) -
                       (left->modified_at < right->modified_at);
}

static int by_transaction(const void *a, const void *b) {
    return strcmp((*(const struct taken *const *)a)->transaction_id,
                  (*(const struct taken *const *)b)->transaction_id);
}

/* A refund made in the gateway's own pages may name its sale alone. */
static void refunds_tie(struct gateway_book *book) {
    const struct taken **sales = arena_array(book->arena, book->count + 1, sizeof *sales);
    size_t count = 0;

    for (size_t at = 0; at < book->count; at++)
        if (book->chunks[at / CHUNK][at % CHUNK].has_sale)
            sales[count++] = &book->chunks[at / CHUNK][at % CHUNK];
    qsort(sales, count, sizeof *sales, by_transaction);
    for (size_t at = 0; at < book->count; at++) {
        struct taken *taken = &book->chunks[at / CHUNK][at % CHUNK];
        const struct taken wanted = {.transaction_id = taken->original_id}, *key = &wanted;

        if (taken->has_sale || !*taken->original_id)
            continue;
        const struct taken **sale = bsearch(&key, sales, count, sizeof *sales, by_transaction);
        if (!sale || text_equal((*sale)->order_id, taken->order_id))
            continue;
        taken->order_id = (*sale)->order_id;
        taken->is_tied = true;
    }
}

/* A report read in pages may tell a transaction twice: the last word counts. */
static void book_sort(struct gateway_book *book) {
    size_t kept = 0;

    book->sorted = arena_array(book->arena, book->count + 1, sizeof *book->sorted);
    for (size_t at = 0; at < book->count; at++)
        book->sorted[at] = &book->chunks[at / CHUNK][at % CHUNK];
    qsort(book->sorted, book->count, sizeof *book->sorted, by_order);
    for (size_t at = 0; at < book->count; at++) {
        bool again = at + 1 < book->count &&
                     text_equal(book->sorted[at]->order_id, book->sorted[at + 1]->order_id) &&
                     text_equal(book->sorted[at]->transaction_id,
                                book->sorted[at + 1]->transaction_id);

        if (!again)
            book->sorted[kept++] = book->sorted[at];
    }
    book->count = kept;
}

enum command_exit gateway_book_read(struct checking *checking) {
    struct command *command = checking->command;
    struct gateway_book *book = arena_alloc(command->arena, sizeof *book);
    int64_t now = command_now(command), since = 0;
    enum command_exit status = command_gateway_open(command);

    if (status != COMMAND_DONE)
        return status;
    book->arena = command->arena;
    if (check_gateway_since(command->running.db, command->arena,
                            gateway_name(command->running.gateway), &since) != RESULT_OK)
        return command_failed(command, RESULT_UNAVAILABLE);
    struct arena *arena = arena_new(REPORT_ARENA_BYTES);
    enum result result = gateway_report(command->running.gateway, arena,
                                        (since && since < now ? since : now) - CLOCKS_DIFFER_S,
                                        now + 24 * 3600, taken_add, book);
    arena_free(arena);
    if (book->is_too_large)
        return command_refuse(command,
                              "The gateway has more than %d transactions in this time,"
                              " which is more than one check can hold.",
                              TRANSACTIONS_MAX);
    if (result != RESULT_OK)
        return command_refuse(command, "The gateway's report could not be read (%s).",
                              result_name(result));
    refunds_tie(book);
    book_sort(book);
    checking->book = book;
    return COMMAND_DONE;
}

/* ---- comparing ---- */

static bool took_money(const struct taken *taken) {
    return taken->has_sale &&
           (taken->standing == STANDING_APPROVED || taken->standing == STANDING_SETTLED);
}

static const char *standing_word(enum gateway_standing standing) {
    switch (standing) {
    case STANDING_APPROVED:
        return "approved";
    case STANDING_SETTLED:
        return "settled";
    case STANDING_DECLINED:
        return "declined";
    case STANDING_VOIDED:
        return "voided";
    case STANDING_RETURNED:
        return "returned";
    case STANDING_OTHER:
        break;
    }
    return "not understood";
}

/* Payments that the gateway's money may belong to. A refunded one was taken and given back. */
static bool says_money(enum payment_state state) {
    return payment_is_money(state) || state == PAYMENT_PENDING || state == PAYMENT_REFUNDED ||
           state == PAYMENT_CHARGED_BACK;
}

/* Payments that must have their transaction. */
static bool wants_money(enum payment_state state) {
    return payment_is_money(state) || state == PAYMENT_PENDING;
}

static void gateway_fault(struct checking *checking, const char *name, const char *what,
                          const char *subject, const char *expected, const char *found) {
    check_fault(checking, &(struct fault){.name = name,
                                          .what = what,
                                          .subject = subject,
                                          .kind = CHECK_TEXT,
                                          .expected = expected,
                                          .found = found});
}

/* What the gateway has under one order id. */
struct summed {
    const struct taken *money; /* NULL: none took money */
    const struct taken *sale;  /* the last one tried; NULL: none */
    size_t times;              /* it took money */
    int64_t refunded_cents;
    const struct taken *returned; /* a refund that came back; NULL: none */
};

static struct summed group_sum(const struct group *group) {
    struct summed summed = {0};

    for (size_t at = 0; at < group->count; at++) {
        const struct taken *taken = group->list[at];

        summed.refunded_cents = money_add(summed.refunded_cents, taken->refunded_cents);
        if (taken->has_sale)
            summed.sale = taken;
        else if (taken->standing == STANDING_RETURNED)
            summed.returned = taken;
        if (took_money(taken)) {
            summed.money = taken;
            summed.times++;
        }
    }
    return summed;
}

/* ---- one payment ---- */

static bool state_is_wrong(const struct summed *summed, const struct paid *paid) {
    /* A return on the bank's own statement is a fact before the gateway tells of it. */
    return summed->money && !says_money(paid->state) && !paid->was_money;
}

static bool amount_is_wrong(const struct summed *summed, const struct paid *paid) {
    return summed->money && summed->money->amount_cents != paid->amount_cents;
}

static bool standing_is_wrong(const struct summed *summed, const struct paid *paid) {
    bool is_voided = summed->sale && summed->sale->standing == STANDING_VOIDED;
    bool is_returned = summed->sale && summed->sale->standing == STANDING_RETURNED;

    /* It came back after we had refunded it: all of it is out twice, and `remit settle` books it.
     */
    if (is_returned && paid->state == PAYMENT_REFUNDED)
        return true;
    return !summed->money && wants_money(paid->state) && !(is_voided && paid->may_be_void);
}

static bool refunded_is_wrong(const struct summed *summed, const struct paid *paid) {
    return summed->refunded_cents != paid->refunded_cents &&
           (!paid->may_be_refunded_cents ||
            summed->refunded_cents != money_add(paid->refunded_cents, paid->may_be_refunded_cents));
}

/* What is open is reported as open; it is the settler's to find out. */
static bool is_doubtful(const struct group *group, const struct paid *paid) {
    struct summed summed = group_sum(group);

    if (summed.times > 1 || summed.returned)
        return true;
    return !payment_is_open(paid->state) &&
           (state_is_wrong(&summed, paid) || amount_is_wrong(&summed, paid) ||
            standing_is_wrong(&summed, paid) || refunded_is_wrong(&summed, paid));
}

static void cents_fault(struct checking *checking, const char *name, const char *what,
                        const char *subject, int64_t expected_cents, int64_t found_cents) {
    check_fault(checking, &(struct fault){.name = name,
                                          .what = what,
                                          .subject = subject,
                                          .kind = CHECK_MONEY,
                                          .expected_number = expected_cents,
                                          .found_number = found_cents});
}

static void twice_fault(struct checking *checking, const char *order_id, size_t times) {
    check_fault(checking, &(struct fault){.name = "gateway_twice",
                                          .what = "charged twice: the gateway took the money more"
                                                  " than once",
                                          .subject = order_id,
                                          .kind = CHECK_NUMBER,
                                          .expected_number = 1,
                                          .found_number = (int64_t)times});
}

static void group_compare(struct checking *checking, const struct group *group,
                          const struct paid *paid) {
    struct summed summed = group_sum(group);

    if (summed.times > 1)
        twice_fault(checking, paid->reference, summed.times);
    if (summed.returned)
        gateway_fault(checking, "gateway_refund_returned",
                      "a refund came back from the bank, and the books say that it went",
                      paid->reference, "a refund that arrived", summed.returned->transaction_id);
    if (payment_is_open(paid->state))
        return;
    if (state_is_wrong(&summed, paid))
        gateway_fault(checking, "gateway_state",
                      "the gateway took the money, and the payment's state denies it",
                      paid->reference, "a state of money", payment_state_name(paid->state));
    if (amount_is_wrong(&summed, paid))
        cents_fault(checking, "gateway_amount", "the gateway took another amount", paid->reference,
                    paid->amount_cents, summed.money->amount_cents);
    if (!summed.sale && wants_money(paid->state))
        gateway_fault(checking, "gateway_missing", "the gateway has no transaction of the payment",
                      paid->reference, "a transaction", "none");
    else if (summed.sale && standing_is_wrong(&summed, paid))
        gateway_fault(checking, "gateway_standing",
                      "the payment says money, and the gateway does not", paid->reference,
                      "approved or settled", standing_word(summed.sale->standing));
    if (refunded_is_wrong(&summed, paid))
        cents_fault(checking, "gateway_refunded", "the gateway sent another amount back",
                    paid->reference, paid->refunded_cents, summed.refunded_cents);
}

/* ---- all of them ---- */

/* Money that belongs to no payment of ours. */
static void group_tell(struct checking *checking, const struct group *group) {
    struct summed summed = group_sum(group);

    if (summed.times > 1 && *group->list[0]->order_id)
        twice_fault(checking, group->list[0]->order_id, summed.times);
    for (size_t at = 0; at < group->count; at++) {
        const struct taken *taken = group->list[at];
        const char *order = *taken->order_id ? taken->order_id : "no order id";

        if (took_money(taken))
            gateway_fault(checking, "gateway_unknown",
                          "the gateway took money for no payment of ours", taken->transaction_id,
                          "a payment", order);
        if (taken->refunded_cents)
            gateway_fault(checking, "gateway_unknown_refund",
                          "the gateway sent money back of no payment of ours",
                          taken->transaction_id, "a payment", order);
    }
}

/* The transactions with the order id at book->at; moves behind them. */
static struct group group_take(struct gateway_book *book) {
    struct group group = {.list = book->sorted + book->at};

    while (book->at < book->count &&
           text_equal(book->sorted[book->at]->order_id, group.list[0]->order_id)) {
        book->at++;
        group.count++;
    }
    return group;
}

/* Every group before an order id has no payment. reference NULL: all that are left. */
static void groups_pass(struct checking *checking, const char *reference) {
    struct gateway_book *book = checking->book;

    while (book->at < book->count &&
           (!reference || strcmp(book->sorted[book->at]->order_id, reference) < 0)) {
        struct group group = group_take(book);

        group_tell(checking, &group);
    }
}

static enum result payment_compare(const struct rows *row, void *context) {
    struct checking *checking = context;
    struct gateway_book *book = checking->book;
    bool is_void = text_equal(row_text(row, 0, 4), "void");
    struct paid paid = {.reference = row_text(row, 0, 0),
                        .amount_cents = row_int(row, 0, 2),
                        .refunded_cents = row_int(row, 0, 3),
                        .was_money = row_int(row, 0, 6),
                        .may_be_void = is_void,
                        .may_be_refunded_cents = is_void ? 0 : row_int(row, 0, 5)};
    struct group group = {0};

    /* A state that does not exist is a fault of its own, told already. */
    if (payment_state_parse(row_text(row, 0, 1), &paid.state) != RESULT_OK)
        return RESULT_OK;
    groups_pass(checking, paid.reference);
    if (book->at < book->count && text_equal(book->sorted[book->at]->order_id, paid.reference))
        group = group_take(book);
    if (is_doubtful(&group, &paid)) {
        struct doubt *doubt = arena_alloc(book->arena, sizeof *doubt);

        *doubt = (struct doubt){paid, group, book->doubts};
        doubt->paid.reference = arena_text(book->arena, paid.reference);
        book->doubts = doubt;
    }
    return RESULT_OK;
}

enum result gateway_book_compare(struct checking *checking) {
    struct command *command = checking->command;

    checking->book->at = 0;
    checking->book->doubts = NULL;
    enum result result = check_gateway_payments(
        command->running.db, gateway_name(command->running.gateway), payment_compare, checking);
    if (result == RESULT_OK)
        groups_pass(checking, NULL);
    return result;
}

/* ---- looking ---- */

/* What happened while the report was read is not in it, nor is what moved over the edge of a page.
 */
/* What the report alone tells of it. */
static void tied_add(const struct group *group, struct gateway_book *book) {
    for (size_t at = 0; at < group->count; at++) {
        size_t chunk = book->count / CHUNK;

        if (!group->list[at]->is_tied || book->count == TRANSACTIONS_MAX)
            continue;
        if (!book->chunks[chunk])
            book->chunks[chunk] = arena_array(book->arena, CHUNK, sizeof *book->chunks[chunk]);
        book->chunks[chunk][book->count++ % CHUNK] = *group->list[at];
    }
}

static enum command_exit doubt_look(struct checking *checking, const struct doubt *doubt) {
    struct command *command = checking->command;
    struct gateway_book *found = arena_alloc(command->arena, sizeof *found);

    found->arena = command->arena;
    if (gateway_lookup(command->running.gateway, command->arena, doubt->paid.reference, taken_add,
                       found) != RESULT_OK)
        return command_refuse(command, "The gateway did not answer about %s.",
                              doubt->paid.reference);
    tied_add(&doubt->group, found);
    book_sort(found);
    group_compare(checking, &(struct group){found->sorted, found->count}, &doubt->paid);
    return COMMAND_DONE;
}

enum command_exit gateway_book_look(struct checking *checking) {
    enum command_exit status = COMMAND_DONE;
    size_t count = 0;

    for (const struct doubt *each = checking->book->doubts; each && status == COMMAND_DONE;
         each = each->next) {
        if (count++ < LOOKUPS_MAX)
            status = doubt_look(checking, each);
        else
            group_compare(checking, &each->group, &each->paid);
    }
    return status;
}
