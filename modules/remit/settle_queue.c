/* remit settle queue, resolve, foreign - what waits for a person, and what a person decided; what
 * else the merchant account holds. */
#include <stdio.h>

#include "common/billing/queue_kind.h"
#include "common/core/text.h"
#include "common/http/card_guard.h"
#include "common/program/resolve.h"
#include "common/store/provider_list_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { PAGE = 500, NOTE_MAX = 500, TRANSACTION_MAX = 63, CODE_LENGTH = 3, DECISIONS_SIZE = 120 };

/* ---- listing ---- */

/* "charged, not_charged" */
static const char *decisions_of(struct arena *arena, const struct queue_entry *item) {
    const char *list = "";

    if (item->closed_at)
        return "";
    for (int at = 0; at < DECISION_COUNT; at++)
        if (at != DECISION_NOTED && decision_fits(item->kind, (enum decision)at))
            list = arena_format(arena, "%s%s%s", list, *list ? ", " : "",
                                decision_name((enum decision)at));
    return *list ? list : decision_name(DECISION_NOTED);
}

static json_t *item_json(struct command *command, struct arena *arena,
                         const struct queue_entry *item) {
    json_t *object = json_object();

    json_object_set_new(object, "id", json_integer(item->id));
    json_object_set_new(object, "kind", json_string(item->kind));
    json_object_set_new(object, "account", json_string(item->account_number));
    json_object_set_new(object, "payment", json_string(item->payment_reference));
    json_object_set_new(object, "detail", json_string(item->detail));
    json_object_set_new(object, "key", json_string(item->key));
    json_object_set_new(object, "opened_at", json_string(instant_json(command, item->opened_at)));
    json_object_set_new(object, "closed_at", json_string(instant_json(command, item->closed_at)));
    json_object_set_new(object, "decisions", json_string(decisions_of(arena, item)));
    json_object_set_new(object, "decision", json_string(item->decision));
    json_object_set_new(object, "note", json_string(item->note));
    json_object_set_new(object, "closed_by", json_string(item->closed_by));
    return object;
}

static void item_print(struct command *command, struct arena *arena,
                       const struct queue_entry *item) {
    printf("%lld  %s  %s%s%s%s%s\n", (long long)item->id, queue_kind_word(item->kind),
           instant_json(command, item->opened_at), *item->account_number ? "  account " : "",
           item->account_number, *item->payment_reference ? "  payment " : "",
           item->payment_reference);
    if (*item->detail)
        printf("    %s\n", item->detail);
    if (item->closed_at)
        printf("    closed %s by %s%s%s%s%s\n", instant_json(command, item->closed_at),
               item->closed_by, *item->decision ? ": " : "", item->decision,
               *item->note ? ", " : "", item->note);
    else
        printf("    --as %s\n", decisions_of(arena, item));
}

static enum result page_show(struct command *command, bool is_all, const char *kind,
                             int64_t *after_id, size_t *count) {
    struct arena *arena = arena_new(16 * 1024 * 1024);
    struct queue_entries page;
    enum result result = queue_list(command->running.db, arena, is_all, *after_id, PAGE, &page);

    for (size_t at = 0; result == RESULT_OK && at < page.count; at++) {
        const struct queue_entry *item = &page.list[at];

        *after_id = item->id;
        if (kind && !text_equal(kind, item->kind))
            continue;
        if (command->json) {
            printf("%s", *count ? ",\n" : "[\n");
            json_print(item_json(command, arena, item));
        } else {
            item_print(command, arena, item);
        }
        (*count)++;
    }
    if (result == RESULT_OK && page.count == PAGE)
        result = RESULT_RETRY;
    arena_free(arena);
    return result;
}

enum command_exit remit_settle_queue(struct command *command) {
    bool is_all = command_has(command, "all");
    const char *kind = command_option(command, "kind");
    int64_t after_id = 0;
    size_t count = 0;
    enum result result;

    do
        result = page_show(command, is_all, kind, &after_id, &count);
    while (result == RESULT_RETRY);
    if (command->json)
        printf("%s", count ? "]\n" : "[]\n");
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (!count && !command->json)
        printf("Nothing waits for a person.\n");
    return COMMAND_DONE;
}

/* ---- what is none of ours ---- */

enum command_exit remit_settle_foreign(struct command *command) {
    static const struct column columns[] = {
        {"transaction_id", "Transaction", COLUMN_TEXT},
        {"order_id", "Order", COLUMN_TEXT},
        {"standing", "Standing", COLUMN_TEXT},
        {"amount", "Taken", COLUMN_MONEY},
        {"refunded", "Sent back", COLUMN_MONEY},
        {"modified_at", "When", COLUMN_INSTANT},
        {"seen_at", "Seen", COLUMN_INSTANT},
    };
    const char *since = command_option(command, "since");
    struct date day = {2000, 1, 1};

    if (since && !command_date(command, "--since", since, &day))
        return COMMAND_USAGE;
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No such transactions.");
    return listing_finish(
        listing, provider_foreign_list(command->running.db, date_start(day), listing_row, listing));
}

/* ---- deciding ---- */

static bool code_is_valid(const char *code) {
    return text_is_digits(code + 1, CODE_LENGTH - 1) && code[0] == 'R' && !code[CODE_LENGTH];
}

static bool words_read(struct command *command, struct resolve_ask *ask) {
    const char *note = command_option(command, "note");
    const char *transaction = command_option(command, "transaction");
    const char *code = command_option(command, "code");

    if ((note && !command_text(command, "--note", note, NOTE_MAX, &ask->note)) ||
        (transaction && !command_text(command, "--transaction", transaction, TRANSACTION_MAX,
                                      &ask->transaction_id)) ||
        (code && !command_text(command, "--code", code, CODE_LENGTH, &ask->code)))
        return false;
    if (*ask->code && !code_is_valid(ask->code)) {
        command_usage(command, "--code: The bank's code is R and two digits, as in R10.");
        return false;
    }
    if (card_guard_matches(ask->note)) {
        command_usage(command, "--note: This looks like a card number, which is kept nowhere.");
        return false;
    }
    return true;
}

static bool ask_read(struct command *command, struct resolve_ask *ask) {
    const char *decision = command_option(command, "as");

    if (!text_to_int(command->arguments[0], &ask->item_id) || ask->item_id < 1) {
        command_usage(command, "ID: This is the number that `remit settle queue` shows.");
        return false;
    }
    if (!decision || decision_parse(decision, &ask->decision) != RESULT_OK) {
        command_usage(command, "--as: Say noted, or one of what `remit settle queue` shows with"
                               " the item.");
        return false;
    }
    return words_read(command, ask);
}

static enum command_exit refusal_show(struct command *command, const struct resolve_ask *ask,
                                      enum resolve_end end, const struct resolve_told *told) {
    switch (end) {
    case RESOLVE_CLOSED:
        return command_refuse(command, "It is closed already, by %s%s%s. Nothing was changed.",
                              *told->item.closed_by ? told->item.closed_by : "somebody else",
                              *told->item.decision ? ": " : "", told->item.decision);
    case RESOLVE_CLEAR:
        return command_refuse(command, "It became clear by itself meanwhile: nothing is left to"
                                       " decide but noted.");
    case RESOLVE_WRONG:
        return command_refuse(command, "It cannot be decided as %s: say %s.",
                              decision_name(ask->decision),
                              decisions_of(command->arena, &told->item));
    case RESOLVE_DOUBTED:
        return command_refuse(command,
                              "It is not known yet what became of it, so it stays here. It closes"
                              " by itself when the gateway knows; or say %s.",
                              decisions_of(command->arena, &told->item));
    case RESOLVE_SENDING:
        return command_refuse(command, "It may be on its way this moment: run `remit settle`"
                                       " first.");
    case RESOLVE_NOTE:
        return command_refuse(command, "The gateway knows nothing of it, so your word is all there"
                                       " is: say why with --note.");
    case RESOLVE_DISAGREES:
        return command_refuse(command, "The gateway says otherwise: %s. Nothing was changed.",
                              told->why);
    case RESOLVE_NO_GATEWAY:
        return command_refuse(command, "The gateway did not answer. Nothing was changed.");
    default:
        break;
    }
    return command_refuse(command, "The books do not take it, or somebody was faster. Run `remit"
                                   " settle` and look again.");
}

enum command_exit remit_settle_resolve(struct command *command) {
    struct resolve_ask ask = {.transaction_id = "",
                              .code = "",
                              .note = "",
                              .actor = command_actor(command),
                              .now = command_now(command)};
    struct resolve_told *told = arena_alloc(command->arena, sizeof *told);

    if (!ask_read(command, &ask))
        return COMMAND_USAGE;
    enum resolve_end end = resolve(&command->running, command->arena, &ask, told);
    if (end == RESOLVE_NO_ITEM)
        return command_refuse(command, "There is no item %lld.", (long long)ask.item_id);
    if (end == RESOLVE_UNAVAILABLE)
        return command_failed(command, told->result);
    if (end != RESOLVE_DONE)
        return refusal_show(command, &ask, end, told);
    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer(ask.item_id));
    json_object_set_new(object, "kind", json_string(told->item.kind));
    json_object_set_new(object, "payment", json_string(told->item.payment_reference));
    json_object_set_new(object, "decision", json_string(decision_name(ask.decision)));
    return result_show(command, object, "%lld is closed as %s.", (long long)ask.item_id,
                       decision_name(ask.decision));
}
