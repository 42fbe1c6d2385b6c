/* remit credit - what an account has in its favour, and what becomes of it. */
#include "common/money/money.h"
#include "common/store/credit_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

static const struct column columns[] = {
    {"reference", "Reference", COLUMN_TEXT},
    {"kind", "Kind", COLUMN_TEXT},
    {"amount", "Amount", COLUMN_MONEY},
    {"note", "Note", COLUMN_TEXT},
    {"actor", "By", COLUMN_TEXT},
    {"created_at", "When", COLUMN_INSTANT},
    {"key", "Key", COLUMN_TEXT},
};

static bool ask_read(struct command *command, struct credit_ask *ask) {
    const char *amount = command_option(command, "amount");
    bool is_needed = ask->kind != CREDIT_APPLIED;

    if (((amount || is_needed) &&
         !command_money(command, "--amount", amount, &ask->amount_cents)) ||
        (!is_needed && !invoice_numbers(command, &ask->numbers, &ask->number_count)))
        return false;
    return note_and_key(command, &ask->note, &ask->request_key);
}

static enum command_exit done_show(struct command *command, const struct credit_ask *ask,
                                   const struct credit_told *told) {
    bool again = told->end == CREDIT_AGAIN;
    const char *amount = money_text(command->arena, told->amount_cents);
    json_t *object = json_object();

    json_object_set_new(object, "reference", json_string(told->reference));
    json_object_set_new(object, "kind", json_string(credit_kind_name(ask->kind)));
    json_set_money(command, object, "amount", told->amount_cents);
    json_object_set_new(object, "again", json_boolean(again));
    if (again)
        return result_show(command, object, "%s of credit %s already as %s; nothing was changed.",
                           amount, credit_kind_name(ask->kind), told->reference);
    json_set_money(command, object, "credit", told->credit_cents);
    if (ask->kind == CREDIT_APPLIED)
        return result_show(command, object,
                           "%s of credit applied to %zu invoice%s as %s; %s is left.", amount,
                           told->covers.count, told->covers.count == 1 ? "" : "s", told->reference,
                           money_text(command->arena, told->credit_cents));
    return result_show(command, object, "%s of credit %s as %s; the account has %s now.", amount,
                       credit_kind_name(ask->kind), told->reference,
                       money_text(command->arena, told->credit_cents));
}

static enum command_exit end_show(struct command *command, const struct credit_ask *ask,
                                  const struct credit_told *told) {
    switch (told->end) {
    case CREDIT_DONE:
    case CREDIT_AGAIN:
        return done_show(command, ask, told);
    case CREDIT_KEY_USED:
        return command_refuse(command,
                              "This key did something else: %s over %s. Nothing was changed.",
                              told->reference, money_text(command->arena, told->amount_cents));
    case CREDIT_NO_INVOICE:
        return command_refuse(command, "The account has no invoice %s.", told->covers.number);
    case CREDIT_BUSY:
        return command_refuse(command,
                              "A payment of invoice %s is being processed: apply credit when that"
                              " has ended.",
                              told->covers.number);
    case CREDIT_TOO_LITTLE:
        return command_refuse(command, "The account has only %s of credit. Nothing was changed.",
                              money_text(command->arena, told->credit_cents));
    case CREDIT_TOO_MUCH:
        return command_refuse(command,
                              "These invoices take only %s (without what payments on their way"
                              " reserve). Nothing was changed.",
                              money_text(command->arena, told->covers.free_cents));
    case CREDIT_NOTHING:
        break;
    }
    return command_refuse(command, told->credit_cents
                                       ? "There is no invoice the credit could go to."
                                       : "The account has no credit.");
}

static enum command_exit credit_do(struct command *command, enum credit_kind kind) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct credit_told *told = arena_alloc(command->arena, sizeof *told);
    char reference[REFERENCE_SIZE];
    struct credit_ask ask = {.kind = kind, .reference = reference, .note = ""};

    if (!ask_read(command, &ask))
        return COMMAND_USAGE;
    enum command_exit status = account_take(command, "--account",
                                            command_option(command, "account"), &ask.account_id);
    if (status != COMMAND_DONE)
        return status;
    credit_reference(reference);
    enum result result = credit_run(command->running.db, command->arena, &act, &ask, told);
    return result == RESULT_OK ? end_show(command, &ask, told) : command_failed(command, result);
}

enum command_exit remit_credit_give(struct command *command) {
    return credit_do(command, CREDIT_GIVEN);
}

enum command_exit remit_credit_take(struct command *command) {
    return credit_do(command, CREDIT_TAKEN);
}

enum command_exit remit_credit_apply(struct command *command) {
    return credit_do(command, CREDIT_APPLIED);
}

enum command_exit remit_credit_list(struct command *command) {
    int64_t account_id = 0;
    enum command_exit status = account_take(command, "--account",
                                            command_option(command, "account"), &account_id);

    if (status != COMMAND_DONE)
        return status;
    struct listing *listing = listing_begin(command, COLUMNS(columns),
                                            "Nothing was done with this account's credit.");
    return listing_finish(listing,
                          credit_list(command->running.db, account_id, listing_row, listing));
}
