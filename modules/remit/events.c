/*
 * remit events - what happened to the money, for the provider's other systems: a line of JSON each,
 * in an order that never changes. Told at least once: whoever keeps the last line's cursor before
 * it has done what that line says is told it again, and knows it by its id.
 */
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/feed_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { PAGE_ROWS = 200, ARENA_BYTES = 64 * 1024 * 1024, LIMIT_MAX = 1000000000 };

/* By the entry's kind, and where that says too little by its key. */
static const char *event_of(const char *kind, const char *key) {
    static const struct {
        const char *kind, *prefix, *event;
    } table[] = {
        {"invoice", "", "invoice.issued"},
        {"fee", "", "invoice.issued"},
        {"payment", "", "payment.paid"},
        {"return", "chargeback:", "payment.charged_back"},
        {"return", "", "payment.returned"},
        {"refund", "", "payment.refunded"},
        {"void", "invoice:", "invoice.voided"},
        {"void", "", "payment.voided"},
        {"credit", "credit:", "account.credited"},
        {"credit", "", "invoice.credited"},
    };

    for (size_t at = 0; at < sizeof table / sizeof *table; at++)
        if (text_equal(table[at].kind, kind) && text_starts_with(key, table[at].prefix))
            return table[at].event;
    return kind;
}

static void cents_set(struct arena *arena, json_t *object, const char *key, int64_t cents) {
    json_object_set_new(object, key, json_string(money_plain(arena, cents)));
    json_object_set_new(object, arena_format(arena, "%s_cents", key), json_integer(cents));
}

/* "N1:-1000,N2:-500": what is due on each changed by so many cents. */
static json_t *invoices_json(struct arena *arena, const char *text) {
    json_t *list = json_array();
    char *at = arena_text(arena, text);

    while (*at) {
        char *number = at, *colon = strchr(at, ':');
        json_t *one = json_object();

        *colon = '\0';
        at = colon + 1 + strcspn(colon + 1, ",");
        if (*at)
            *at++ = '\0';
        const char *cents = colon + 1;
        int64_t amount = 0;
        bool is_number = text_to_int(*cents == '-' ? cents + 1 : cents, &amount);
        json_object_set_new(one, "number", json_string(number));
        cents_set(arena, one, "due", is_number && *cents == '-' ? -amount : amount);
        json_array_append_new(list, one);
    }
    return list;
}

static const char *instant_text(struct arena *arena, const char *column) {
    return arena_format(arena, "%.10sT%sZ", column, column + 11);
}

static void event_print(struct arena *arena, const struct rows *rows, size_t row) {
    json_t *object = json_object();
    const char *key = row_text(rows, row, 1), *kind = row_text(rows, row, 2);

    json_object_set_new(object, "cursor",
                        json_string(arena_format(arena, "%lld", (long long)row_int(rows, row, 0))));
    json_object_set_new(object, "id", json_string(key));
    json_object_set_new(object, "event", json_string(event_of(kind, key)));
    json_object_set_new(object, "at", json_string(instant_text(arena, row_text(rows, row, 3))));
    json_object_set_new(object, "on", json_string(row_text(rows, row, 4)));
    json_object_set_new(object, "account", json_string(row_text(rows, row, 5)));
    json_object_set_new(object, "payment",
                        row_is_null(rows, row, 6) ? json_null()
                                                  : json_string(row_text(rows, row, 6)));
    cents_set(arena, object, "balance", row_int(rows, row, 7));
    cents_set(arena, object, "money", row_int(rows, row, 8));
    cents_set(arena, object, "tax", row_int(rows, row, 9));
    cents_set(arena, object, "credit", row_int(rows, row, 10));
    json_object_set_new(object, "invoices", invoices_json(arena, row_text(rows, row, 11)));
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static enum result places_give(struct command *command) {
    uint64_t count = FEED_PLACES_MAX;
    enum result result = RESULT_OK;

    while (result == RESULT_OK && count == FEED_PLACES_MAX)
        result = feed_place(command->running.db, &count);
    return result;
}

static enum result events_print(struct command *command, int64_t after, int64_t limit) {
    enum result result = RESULT_OK;
    size_t count = PAGE_ROWS;

    while (result == RESULT_OK && count == PAGE_ROWS && limit > 0) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct rows rows = {0};

        result = feed_read(command->running.db, arena, after, money_min(PAGE_ROWS, limit), &rows);
        count = result == RESULT_OK ? rows.count : 0;
        for (size_t row = 0; row < count; row++)
            event_print(arena, &rows, row);
        if (count)
            after = row_int(&rows, count - 1, 0);
        limit -= (int64_t)count;
        arena_free(arena);
    }
    return result;
}

enum command_exit remit_events(struct command *command) {
    const char *since = command_option(command, "since"), *most = command_option(command, "limit");
    int64_t after = 0, limit = LIMIT_MAX, last = 0;

    if (since && !text_to_int(since, &after))
        return command_usage(command, "--since: Give the cursor of the last event that was told,"
                                      " or 0.");
    if (most && (!text_to_int(most, &limit) || !limit || limit > LIMIT_MAX))
        return command_usage(command, "--limit: Enter a number from 1.");
    enum result result = places_give(command);
    if (result == RESULT_OK)
        result = feed_last(command->running.db, command->arena, &last);
    if (result == RESULT_OK && after > last)
        return command_refuse(command,
                              "There is no cursor %lld: the last event has %lld. Is this another"
                              " database?",
                              (long long)after, (long long)last);
    if (result == RESULT_OK)
        result = events_print(command, after, limit);
    return result == RESULT_OK ? COMMAND_DONE : command_failed(command, result);
}
