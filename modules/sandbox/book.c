/*
 * book.c - all transactions, by id, by order id, by source and amount.
 *
 * An order id is not a key: the gateway books the same one as often as it is sent.
 */
#include "modules/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ID INT64_C(9100000001)

/* What the duplicate check compares: the vault entry, or else the card or account. */
static const char *source_of(const struct transaction *transaction) {
    const struct record *record = &transaction->record;

    if (record->text[TEXT_VAULT_ID])
        return record->text[TEXT_VAULT_ID];
    return record_get(record, transaction->is_check ? TEXT_CHECK_ACCOUNT : TEXT_CC_NUMBER);
}

static bool is_approved_sale(const struct transaction *transaction) {
    return transaction->response == 1 && strcmp(transaction_type(transaction), "sale") == 0;
}

static void append(struct book *book, struct transaction *transaction) {
    if (book->count == book->room) {
        book->room = book->room ? book->room * 2 : 1024;
        book->list = memory_grow(book->list, book->room * sizeof(struct transaction *));
    }
    book->list[book->count++] = transaction;
    index_add(&book->by_order, index_hash(record_get(&transaction->record, TEXT_ORDER_ID), 0),
              transaction);
    if (is_approved_sale(transaction))
        index_add(&book->by_source, index_hash(source_of(transaction), transaction->amount_cents),
                  transaction);
}

static void write_line(struct sandbox *sandbox, struct transaction *transaction) {
    struct evbuffer *line = journal_begin(sandbox);

    evbuffer_add_printf(line, "{\"transaction\":");
    transaction_write_json(line, transaction);
    evbuffer_add(line, "}", 1);
    journal_end(sandbox);
    ach_watch(sandbox, transaction);
}

void book_add(struct sandbox *sandbox, struct transaction *transaction) {
    transaction->id = FIRST_ID + (int64_t)sandbox->book.count;
    transaction->visible_from_ms = clock_monotonic_ms() + sandbox->knobs.query_lag_ms;
    append(&sandbox->book, transaction);
    write_line(sandbox, transaction);
    webhook_tell(sandbox, transaction);
}

void book_change(struct sandbox *sandbox, struct transaction *transaction) {
    write_line(sandbox, transaction);
}

bool book_restore(struct book *book, struct transaction *transaction) {
    int64_t place = transaction->id - FIRST_ID;
    struct transaction *old;

    if (place < 0 || place > (int64_t)book->count)
        return false;
    if (place == (int64_t)book->count) {
        append(book, transaction);
        return true;
    }
    /* The indexes point at the old one, so its content is exchanged, not the pointer. */
    old = book->list[place];
    struct transaction swap = *old;
    *old = *transaction;
    *transaction = swap;
    transaction_free(transaction);
    return true;
}

struct transaction *book_find(const struct book *book, const char *id) {
    char *end;
    long long number = strtoll(id, &end, 10);

    if (id[0] < '0' || id[0] > '9' || *end != '\0' || number < FIRST_ID ||
        number - FIRST_ID >= (int64_t)book->count)
        return NULL;
    return book->list[number - FIRST_ID];
}

struct transaction *book_next_of_order(const struct book *book, const char *order_id,
                                       const struct index_node **place) {
    uint64_t hash = index_hash(order_id, 0);

    while ((*place = index_next(&book->by_order, hash, *place)) != NULL) {
        struct transaction *transaction = (*place)->item;

        if (strcmp(record_get(&transaction->record, TEXT_ORDER_ID), order_id) == 0)
            return transaction;
    }
    return NULL;
}

struct transaction *book_last_alike(const struct book *book, const struct transaction *like) {
    const char *source = source_of(like);
    uint64_t hash = index_hash(source, like->amount_cents);
    const struct index_node *node = NULL;

    while ((node = index_next(&book->by_source, hash, node)) != NULL) {
        struct transaction *transaction = node->item;

        if (transaction->amount_cents == like->amount_cents &&
            strcmp(source_of(transaction), source) == 0)
            return transaction;
    }
    return NULL;
}

int64_t book_refunded_cents(const struct book *book, const struct transaction *original) {
    int64_t cents = 0;

    for (size_t i = (size_t)(original->id - FIRST_ID) + 1; i < book->count; i++) {
        const struct transaction *other = book->list[i];
        const char *of = other->record.text[TEXT_ORIGINAL_TRANSACTION_ID];

        /* A credit that the bank returned went nowhere. */
        if (of && strtoll(of, NULL, 10) == original->id && other->response == 1 &&
            other->condition != CONDITION_CANCELED && other->condition != CONDITION_FAILED)
            cents += other->amount_cents;
    }
    return cents;
}

void book_release(struct book *book) {
    for (size_t i = 0; i < book->count; i++)
        transaction_free(book->list[i]);
    free(book->list);
    index_release(&book->by_order);
    index_release(&book->by_source);
    *book = (struct book){0};
}
