/*
 * remit check --gateway: every transaction that took money has exactly one payment of ours, by its
 * order id, over the same amount and in a state that says so; and every payment that says money
 * has its transaction.
 */
#include <stdlib.h>
#include <string.h>

#include "common/billing/payment_state.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/store/check_gateway_store.h"
#include "modules/remit/check.h"

enum {
    CLOCKS_DIFFER_S =
        300, /* ours and the gateway's: what others sold before our first sale is not ours */
    TRANSACTIONS_MAX = 2000000,
    CHUNK = 4096,
    CHUNKS_MAX = TRANSACTIONS_MAX / CHUNK + 1,
    LOOKUPS_MAX = 1000, /* one question each; the rest is told as missing from the report */
    REPORT_ARENA_BYTES = 256 * 1024 * 1024
};

struct taken {
    const char *order_id, *transaction_id;
    int64_t amount_cents, modified_at;
    enum gateway_standing standing;
};

/* A payment that says money, and that the report did not tell. */
struct absent {
    const char *reference;
    enum payment_state state;
    int64_t amount_cents;
    struct absent *next;
};

struct gateway_book {
    struct arena *arena;
    struct taken *chunks[CHUNKS_MAX];
    size_t count;
    const struct taken **sorted; /* by order id, then transaction, then time */
    size_t at;                   /* how far comparing has come */
    struct absent *absents;
    bool is_too_large;
};

struct paid {
    const char *reference;
    enum payment_state state;
    int64_t amount_cents;
};

size_t gateway_book_count(const struct gateway_book *book) {
    return book->count;
}

/* ---- reading ---- */

static enum result taken_add(const struct gateway_transaction *transaction, void *context) {
    struct gateway_book *book = context;
    size_t chunk = book->count / CHUNK;

    /* A refund of its own carries its sale's order id, and is no payment. */
    if (!transaction->has_sale)
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
        .amount_cents = transaction->amount_cents,
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
    book_sort(book);
    checking->book = book;
    return COMMAND_DONE;
}

/* ---- comparing ---- */

static bool took_money(const struct taken *taken) {
    return taken->standing == STANDING_APPROVED || taken->standing == STANDING_SETTLED;
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

/* All transactions of one order id, count >= 1, against its payment (NULL: there is none). */
static void group_compare(struct checking *checking, const struct taken *const *group, size_t count,
                          const struct paid *paid) {
    const struct taken *money = NULL;
    size_t times = 0;

    for (size_t at = 0; at < count; at++)
        if (took_money(group[at])) {
            money = group[at];
            times++;
        }
    if (times > 1 && *group[0]->order_id)
        check_fault(checking, &(struct fault){.name = "gateway_twice",
                                              .what = "charged twice: the gateway took the money"
                                                      " more than once",
                                              .subject = group[0]->order_id,
                                              .kind = CHECK_NUMBER,
                                              .expected_number = 1,
                                              .found_number = (int64_t)times});
    if (!paid) {
        for (size_t at = 0; at < count; at++)
            if (took_money(group[at]))
                gateway_fault(checking, "gateway_unknown",
                              "the gateway took money for no payment of ours",
                              group[at]->transaction_id, "a payment",
                              *group[at]->order_id ? group[at]->order_id : "no order id");
        return;
    }
    /* What is open is reported as open; it is the settler's to find out. */
    if (payment_is_open(paid->state))
        return;
    if (money && !says_money(paid->state))
        gateway_fault(checking, "gateway_state",
                      "the gateway took the money, and the payment's"
                      " state denies it",
                      paid->reference, "a state of money", payment_state_name(paid->state));
    if (money && money->amount_cents != paid->amount_cents)
        check_fault(checking, &(struct fault){.name = "gateway_amount",
                                              .what = "the gateway took another amount",
                                              .subject = paid->reference,
                                              .kind = CHECK_MONEY,
                                              .expected_number = paid->amount_cents,
                                              .found_number = money->amount_cents});
    if (!money && wants_money(paid->state))
        gateway_fault(checking, "gateway_standing",
                      "the payment says money, and the gateway does"
                      " not",
                      paid->reference, "approved or settled",
                      standing_word(group[count - 1]->standing));
}

/* The transactions with the order id at book->at; moves behind them. */
static size_t group_take(struct gateway_book *book) {
    size_t start = book->at;

    while (book->at < book->count &&
           text_equal(book->sorted[book->at]->order_id, book->sorted[start]->order_id))
        book->at++;
    return book->at - start;
}

/* Every group before an order id has no payment. reference NULL: all that are left. */
static void groups_pass(struct checking *checking, const char *reference) {
    struct gateway_book *book = checking->book;

    while (book->at < book->count &&
           (!reference || strcmp(book->sorted[book->at]->order_id, reference) < 0)) {
        const struct taken **group = book->sorted + book->at;

        group_compare(checking, group, group_take(book), NULL);
    }
}

static enum result payment_compare(const struct rows *row, void *context) {
    struct checking *checking = context;
    struct gateway_book *book = checking->book;
    struct paid paid = {.reference = row_text(row, 0, 0), .amount_cents = row_int(row, 0, 2)};

    /* A state that does not exist is a fault of its own, told already. */
    if (payment_state_parse(row_text(row, 0, 1), &paid.state) != RESULT_OK)
        return RESULT_OK;
    groups_pass(checking, paid.reference);
    if (book->at < book->count && text_equal(book->sorted[book->at]->order_id, paid.reference)) {
        const struct taken **group = book->sorted + book->at;

        group_compare(checking, group, group_take(book), &paid);
    } else if (wants_money(paid.state)) {
        struct absent *absent = arena_alloc(book->arena, sizeof *absent);

        *absent = (struct absent){arena_text(book->arena, paid.reference), paid.state,
                                  paid.amount_cents, book->absents};
        book->absents = absent;
    }
    return RESULT_OK;
}

enum result gateway_book_compare(struct checking *checking) {
    struct command *command = checking->command;

    checking->book->at = 0;
    checking->book->absents = NULL;
    enum result result = check_gateway_payments(
        command->running.db, gateway_name(command->running.gateway), payment_compare, checking);
    if (result == RESULT_OK)
        groups_pass(checking, NULL);
    return result;
}

/* ---- looking ---- */

/* Payments made while the report was read are absent from it, and so is what moved over the edge of
 * a page. */
static enum command_exit absent_look(struct checking *checking, const struct absent *absent) {
    struct command *command = checking->command;
    struct gateway_book *found = arena_alloc(command->arena, sizeof *found);
    struct paid paid = {absent->reference, absent->state, absent->amount_cents};

    found->arena = command->arena;
    if (gateway_lookup(command->running.gateway, command->arena, absent->reference, taken_add,
                       found) != RESULT_OK)
        return command_refuse(command, "The gateway did not answer about %s.", absent->reference);
    book_sort(found);
    if (found->count)
        group_compare(checking, found->sorted, found->count, &paid);
    else
        gateway_fault(checking, "gateway_missing", "the gateway has no transaction of the payment",
                      absent->reference, "a transaction", "none");
    return COMMAND_DONE;
}

enum command_exit gateway_book_look(struct checking *checking) {
    enum command_exit status = COMMAND_DONE;
    size_t count = 0;

    for (const struct absent *each = checking->book->absents; each && status == COMMAND_DONE;
         each = each->next) {
        if (count++ < LOOKUPS_MAX)
            status = absent_look(checking, each);
        else
            gateway_fault(checking, "gateway_missing",
                          "the gateway's report lacks the payment's transaction", each->reference,
                          "a transaction", "none");
    }
    return status;
}
