/* remit invoice list, show. */
#include <stdio.h>

#include "common/core/text.h"
#include "common/store/provider_list_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum command_exit remit_invoice_list(struct command *command) {
    static const struct column columns[] = {
        {"number", "Invoice", COLUMN_TEXT},       {"billing_type", "Type", COLUMN_TEXT},
        {"issued_on", "Date", COLUMN_TEXT},       {"due_on", "Due", COLUMN_TEXT},
        {"state", "State", COLUMN_TEXT},          {"total", "Total", COLUMN_MONEY},
        {"paid", "Paid", COLUMN_MONEY},           {"credited", "Credited", COLUMN_MONEY},
        {"pending", "In progress", COLUMN_MONEY},
    };
    int64_t account_id;
    enum command_exit status = account_take(command, "--account",
                                            command_option(command, "account"), &account_id);

    if (status != COMMAND_DONE)
        return status;
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No invoices.");
    return listing_finish(
        listing, provider_invoice_list(command->running.db, account_id, listing_row, listing));
}

static const struct column shown[] = {
    {NULL, NULL, COLUMN_INT},
    {NULL, NULL, COLUMN_INT},
    {"account", "Account", COLUMN_TEXT},
    {"number", "Invoice", COLUMN_TEXT},
    {"billing_type", "Type", COLUMN_TEXT},
    {"issued_on", "Date", COLUMN_TEXT},
    {"due_on", "Due", COLUMN_TEXT},
    {"terms", "Terms", COLUMN_TEXT},
    {"state", "State", COLUMN_TEXT},
    {"total", "Total", COLUMN_MONEY},
    {"tax", "Tax", COLUMN_MONEY},
    {"paid", "Paid", COLUMN_MONEY},
    {"credited", "Credited", COLUMN_MONEY},
    {"pending", "In progress", COLUMN_MONEY},
    {"created_at", "Created", COLUMN_INSTANT},
    {"voided_at", "Void since", COLUMN_INSTANT},
    {"void_note", "Note", COLUMN_TEXT},
};

static const struct column lines_shown[] = {
    {"line", "Line", COLUMN_INT},          {"description", "Description", COLUMN_TEXT},
    {"quantity", "Quantity", COLUMN_TEXT}, {"price", "Price", COLUMN_MONEY},
    {"amount", "Amount", COLUMN_MONEY},
};

static const struct column payments_shown[] = {
    {"reference", "Payment", COLUMN_TEXT},  {"kind", "Kind", COLUMN_TEXT},
    {"state", "State", COLUMN_TEXT},        {"amount", "Amount", COLUMN_MONEY},
    {"refunded", "Refunded", COLUMN_MONEY}, {"created_at", "Created", COLUMN_INSTANT},
};

enum command_exit remit_invoice_show(struct command *command) {
    struct rows invoice, lines, payments;
    struct db *db = command->running.db;
    struct arena *arena = command->arena;
    const char *number, *account = command_option(command, "account");

    if (!command_number(command, "NUMBER", command->arguments[0], &number))
        return COMMAND_USAGE;
    enum result result = provider_invoice_show(db, arena, number, &invoice);
    if (result == RESULT_NOT_FOUND ||
        (result == RESULT_OK && account && !text_equal(row_text(&invoice, 0, 2), account)))
        return command_refuse(command, "There is no invoice %s%s%s.", number,
                              account ? " of account " : "", account ? account : "");
    if (result == RESULT_OK)
        result = provider_invoice_lines(db, arena, row_int(&invoice, 0, 1), row_int(&invoice, 0, 0),
                                        &lines);
    if (result == RESULT_OK)
        result = provider_invoice_payments(db, arena, row_int(&invoice, 0, 1),
                                           row_int(&invoice, 0, 0), &payments);
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (command->json) {
        json_t *object = row_json(command, COLUMNS(shown), &invoice, 0);

        json_object_set_new(object, "lines", rows_json(command, COLUMNS(lines_shown), &lines));
        json_object_set_new(object, "payments",
                            rows_json(command, COLUMNS(payments_shown), &payments));
        json_print(object);
        return COMMAND_DONE;
    }
    row_print(command, COLUMNS(shown), &invoice, 0);
    putchar('\n');
    rows_print(command, COLUMNS(lines_shown), &lines, "No lines.");
    putchar('\n');
    rows_print(command, COLUMNS(payments_shown), &payments, "No payments.");
    return COMMAND_DONE;
}
