/* remit payment list, show. */
#include <stdio.h>

#include "common/billing/payment_state.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/store/provider_list_store.h"
#include "common/store/refund_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum command_exit remit_payment_list(struct command *command) {
    static const struct column columns[] = {
        {"reference", "Payment", COLUMN_TEXT},
        {"account", "Account", COLUMN_TEXT},
        {"source", "Source", COLUMN_TEXT},
        {"kind", "Kind", COLUMN_TEXT},
        {"method", "Method", COLUMN_TEXT},
        {"state", "State", COLUMN_TEXT},
        {"amount", "Amount", COLUMN_MONEY},
        {"refunded", "Refunded", COLUMN_MONEY},
        {"external_reference", "Number", COLUMN_TEXT},
        {"transaction_id", "Transaction", COLUMN_TEXT},
        {"created_at", "Created", COLUMN_INSTANT},
        {"closed_at", "Closed", COLUMN_INSTANT},
    };
    const char *number = command_option(command, "account");
    const char *state = command_option(command, "state");
    enum payment_state known;
    int64_t account_id = 0;

    if (state && payment_state_parse(state, &known) != RESULT_OK)
        return command_usage(command, "--state: There is no state %s.", state);
    enum command_exit status = number ? account_take(command, "--account", number, &account_id)
                                      : COMMAND_DONE;
    if (status != COMMAND_DONE)
        return status;
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No payments.");
    return listing_finish(listing, provider_payment_list(command->running.db, account_id,
                                                         state ? state : "", listing_row, listing));
}

static const struct column shown[] = {
    {NULL, NULL, COLUMN_INT},
    {NULL, NULL, COLUMN_INT},
    {"reference", "Payment", COLUMN_TEXT},
    {"account", "Account", COLUMN_TEXT},
    {"source", "Source", COLUMN_TEXT},
    {"kind", "Kind", COLUMN_TEXT},
    {"method", "Method", COLUMN_TEXT},
    {"state", "State", COLUMN_TEXT},
    {"amount", "Amount", COLUMN_MONEY},
    {"refunded", "Refunded", COLUMN_MONEY},
    {"external_reference", "Number", COLUMN_TEXT},
    {"transaction_id", "Transaction", COLUMN_TEXT},
    {"created_at", "Created", COLUMN_INSTANT},
    {"closed_at", "Closed", COLUMN_INSTANT},
    {"note", "Note", COLUMN_TEXT},
    {"gateway", "Gateway", COLUMN_TEXT},
    {"response_code", "Response code", COLUMN_TEXT},
    {"response_text", "Response", COLUMN_TEXT},
    {"decline_class", "Decline", COLUMN_TEXT},
    {"confirmed_at", "Confirmed", COLUMN_INSTANT},
    {"look_at", "Next look", COLUMN_INSTANT},
    {"looks", "Looks", COLUMN_INT},
    {"credit", "Of it as credit", COLUMN_MONEY},
};

static const struct column covers_shown[] = {
    {"invoice", "Invoice", COLUMN_TEXT},
    {"amount", "Amount", COLUMN_MONEY},
    {"refunded", "Refunded", COLUMN_MONEY},
    {"open", "Open", COLUMN_BOOL},
};

static const struct column refunds_shown[] = {
    {"reference", "Refund", COLUMN_TEXT},
    {"kind", "Kind", COLUMN_TEXT},
    {"amount", "Amount", COLUMN_MONEY},
    {"reopens", "Reopens", COLUMN_BOOL},
    {"state", "State", COLUMN_TEXT},
    {"credit", "Credit", COLUMN_MONEY},
    {"adjustment", "Adjustment", COLUMN_MONEY},
    {"transaction_id", "Transaction", COLUMN_TEXT},
    {"response_code", "Code", COLUMN_TEXT},
    {"response_text", "Response", COLUMN_TEXT},
    {"key", "Key", COLUMN_TEXT},
    {"note", "Note", COLUMN_TEXT},
    {"actor", "By", COLUMN_TEXT},
    {"created_at", "Created", COLUMN_INSTANT},
    {"closed_at", "Closed", COLUMN_INSTANT},
    {"look_at", "Next look", COLUMN_INSTANT},
    {"looks", "Looks", COLUMN_INT},
};

static const struct column events_shown[] = {
    {"at", "At", COLUMN_INSTANT},      {"from", "From", COLUMN_TEXT},
    {"to", "To", COLUMN_TEXT},         {"actor", "By", COLUMN_TEXT},
    {"detail", "Detail", COLUMN_TEXT}, {"request_id", "Request", COLUMN_TEXT},
};

enum command_exit remit_payment_show(struct command *command) {
    const char *reference = command->arguments[0];
    struct rows payment, covers, refunds, events;
    struct db *db = command->running.db;
    struct arena *arena = command->arena;

    if (!secret_is_reference(reference))
        return command_usage(command, "REFERENCE: A payment's reference is P and 12 characters.");
    enum result result = provider_payment_show(db, arena, reference, &payment);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no payment %s.", reference);
    if (result == RESULT_OK)
        result = provider_payment_covers(db, arena, row_int(&payment, 0, 1),
                                         row_int(&payment, 0, 0), &covers);
    if (result == RESULT_OK)
        result = refund_list(db, arena, row_int(&payment, 0, 1), row_int(&payment, 0, 0), &refunds);
    if (result == RESULT_OK)
        result = provider_payment_events(db, arena, row_int(&payment, 0, 1),
                                         row_int(&payment, 0, 0), &events);
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (command->json) {
        json_t *object = row_json(command, COLUMNS(shown), &payment, 0);

        json_object_set_new(object, "allocations",
                            rows_json(command, COLUMNS(covers_shown), &covers));
        json_object_set_new(object, "refunds",
                            rows_json(command, COLUMNS(refunds_shown), &refunds));
        json_object_set_new(object, "events", rows_json(command, COLUMNS(events_shown), &events));
        json_print(object);
        return COMMAND_DONE;
    }
    row_print(command, COLUMNS(shown), &payment, 0);
    putchar('\n');
    rows_print(command, COLUMNS(covers_shown), &covers, "No invoices.");
    putchar('\n');
    if (refunds.count) {
        rows_print(command, COLUMNS(refunds_shown), &refunds, "");
        putchar('\n');
    }
    rows_print(command, COLUMNS(events_shown), &events, "No events.");
    return COMMAND_DONE;
}
