/*
 * remit invoice import - the whole file is read and checked, against the database too, before the
 * first row is written; then invoices are written in transactions of their own size. A run that
 * was broken off is finished by running it again: what is there with the same figures stays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "modules/remit/import.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { TRIES = 5, LOOKUP_ARENA_BYTES = 1024 * 1024 };

/* ---- checking ---- */

static int by_number(const void *a, const void *b) {
    const struct imported *left = *(struct imported *const *)a;
    const struct imported *right = *(struct imported *const *)b;
    int order = strcmp(left->invoice.number, right->invoice.number);

    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static int by_account(const void *a, const void *b) {
    const struct imported *left = *(struct imported *const *)a;
    const struct imported *right = *(struct imported *const *)b;
    int order = strcmp(left->account, right->account);

    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static int by_account_id(const void *a, const void *b) {
    const struct imported *left = *(struct imported *const *)a;
    const struct imported *right = *(struct imported *const *)b;
    int64_t one = left->invoice.account_id, other = right->invoice.account_id;

    return one != other ? (one > other) - (one < other)
                        : (left->index > right->index) - (left->index < right->index);
}

static void duplicates_find(struct import *import) {
    qsort(import->list, import->count, sizeof *import->list, by_number);
    for (size_t at = 1; at < import->count; at++) {
        const struct imported *one = import->list[at];

        if (text_equal(one->invoice.number, import->list[at - 1]->invoice.number))
            import_fault(import, one->position, "number",
                         arena_format(import->command->arena,
                                      "Invoice %s comes twice in this file.", one->invoice.number));
    }
}

/* Each account is asked for once. */
static enum result accounts_find(struct import *import) {
    struct command *command = import->command;
    enum result result = RESULT_OK;

    qsort(import->list, import->count, sizeof *import->list, by_account);
    for (size_t at = 0; at < import->count; at++) {
        struct imported *one = import->list[at];

        if (at && text_equal(one->account, import->list[at - 1]->account)) {
            one->invoice.account_id = import->list[at - 1]->invoice.account_id;
        } else {
            struct arena *arena = arena_new(LOOKUP_ARENA_BYTES);

            result = provider_account_find(command->running.db, arena, one->account,
                                           &one->invoice.account_id);
            arena_free(arena);
            if (result != RESULT_OK && result != RESULT_NOT_FOUND)
                return result;
        }
        if (!one->invoice.account_id)
            import_fault(import, one->position, "account",
                         arena_format(command->arena, "There is no account %s.", one->account));
    }
    return RESULT_OK;
}

/* RESULT_INVALID: it was issued with other figures. */
static enum result issued_find(struct import *import, struct imported *one) {
    struct arena *arena = arena_new(LOOKUP_ARENA_BYTES);
    unsigned char fingerprint[SECRET_HASH_BYTES];
    int64_t total_cents = 0;
    enum result result = import_find(import->command->running.db, arena, one->invoice.number,
                                     fingerprint, &total_cents);

    arena_free(arena);
    one->is_there = result == RESULT_OK;
    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    if (result != RESULT_OK)
        return result;
    one->invoice.paper_fee_cents = money_subtract(total_cents, one->invoice.total_cents);
    return memcmp(fingerprint, one->invoice.fingerprint, sizeof fingerprint) == 0 ? RESULT_OK
                                                                                  : RESULT_INVALID;
}

static void issued_fault(struct import *import, const struct imported *one) {
    import_fault(import, one->position, "number",
                 arena_format(import->command->arena,
                              "Invoice %s was issued with other figures or texts, and what was"
                              " issued does not change.",
                              one->invoice.number));
}

static enum result all_issued_find(struct import *import) {
    for (size_t at = 0; at < import->count; at++) {
        enum result result = issued_find(import, import->list[at]);

        if (result == RESULT_INVALID)
            issued_fault(import, import->list[at]);
        else if (result != RESULT_OK)
            return result;
    }
    return RESULT_OK;
}

static enum command_exit import_load(struct import *import) {
    struct command *command = import->command;
    const char *name = command->arguments[0];
    size_t length = strlen(name);
    char *bytes;
    enum result result = file_read(command, name, IMPORT_BYTES_MAX, &bytes, &import->length);

    if (result == RESULT_INVALID)
        return command_refuse(command, "%s is above 64 MiB: split it.", name);
    if (result != RESULT_OK)
        return command_refuse(command, "%s cannot be read.", name);
    if (strlen(bytes) != import->length)
        return command_refuse(command, "%s is not text.", name);
    import->file = text_equal(name, "-") ? "standard input" : name;
    import->bytes = bytes;
    import->list = arena_array(command->arena, IMPORT_INVOICES_MAX, sizeof *import->list);
    /* By its name, or by its first character where that says nothing. */
    bool is_csv = length > 4 && text_equal_ignoring_case(name + length - 4, ".csv");
    bool is_json = length > 5 && text_equal_ignoring_case(name + length - 5, ".json");
    char first = bytes[strspn(bytes, " \t\r\n")];
    if (!is_csv && (is_json || first == '[' || first == '{'))
        import_json_read(import);
    else
        import_csv_read(import);
    return COMMAND_DONE;
}

static enum command_exit import_check(struct import *import) {
    struct command *command = import->command;
    enum result result = RESULT_OK;

    /* Faults of the file first: what is not known cannot be compared. */
    if (!import->fault_count)
        duplicates_find(import);
    if (!import->fault_count)
        result = accounts_find(import);
    if (result == RESULT_OK && !import->fault_count)
        result = all_issued_find(import);
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (import->fault_count)
        return command_refuse(command, "%zu %s wrong in %s; nothing was imported.",
                              import->fault_count,
                              import->fault_count == 1 ? "thing is" : "things are", import->file);
    return COMMAND_DONE;
}

/* ---- writing ---- */

struct batch {
    struct imported *list[IMPORT_BATCH_MAX];
    size_t count;
};

static void batch_fill(struct import *import, size_t *at, struct batch *batch) {
    size_t rows = 1; /* the audit row */

    batch->count = 0;
    for (; *at < import->count && batch->count < IMPORT_BATCH_MAX; (*at)++) {
        struct imported *one = import->list[*at];
        size_t more = one->invoice.line_count + IMPORT_ROWS_BESIDE;

        if (one->is_there)
            continue;
        if (rows + more >= IMPORT_ROWS_MAX)
            return;
        rows += more;
        batch->list[batch->count++] = one;
    }
}

/* Takes out what is there by now: somebody else's, or ours after a COMMIT without an answer. */
static enum result batch_look(struct import *import, struct batch *batch) {
    size_t kept = 0;

    for (size_t at = 0; at < batch->count; at++) {
        enum result result = issued_find(import, batch->list[at]);

        if (result == RESULT_INVALID)
            issued_fault(import, batch->list[at]);
        if (result != RESULT_OK)
            return result;
        if (!batch->list[at]->is_there)
            batch->list[kept++] = batch->list[at];
    }
    batch->count = kept;
    return RESULT_OK;
}

/* Since when an invoice is told by mail; no date: none is. */
static struct date told_from(struct command *command) {
    int64_t days = command->running.settings.mail.issued_days;

    if (!days || command_has(command, "no-mail"))
        return (struct date){0};
    return date_add_days(instant_date(command_now(command)), -(int32_t)days);
}

static enum result batch_write(struct import *import, struct batch *batch) {
    struct command *command = import->command;
    const struct settings *settings = &command->running.settings;
    const struct import_terms terms = {.paper_fee_cents = settings->paper_fee_cents,
                                       .applies_credit = settings->credit_at_import != 0,
                                       .told_from = told_from(command)};
    struct provider_act act = {command_actor(command), command_now(command)};
    struct import_invoice *list[IMPORT_BATCH_MAX];
    enum result result = RESULT_OK;

    for (int try = 0; try < TRIES && batch->count; try++) {
        for (size_t at = 0; at < batch->count; at++)
            list[at] = &batch->list[at]->invoice;
        result = import_write(command->running.db, &act, &terms, list, batch->count);
        if (result != RESULT_CONFLICT && result != RESULT_UNCERTAIN)
            return result;
        enum result looked = batch_look(import, batch);
        if (looked != RESULT_OK)
            return looked;
    }
    return batch->count ? result : RESULT_OK;
}

static enum command_exit import_apply(struct import *import, size_t *out_written) {
    struct command *command = import->command;
    struct batch *batch = arena_alloc(command->arena, sizeof *batch);
    size_t at = 0;

    *out_written = 0;
    qsort(import->list, import->count, sizeof *import->list, by_account_id);
    for (batch_fill(import, &at, batch); batch->count; batch_fill(import, &at, batch)) {
        size_t count = batch->count;
        enum result result = batch_write(import, batch);

        if (result != RESULT_OK)
            return command_refuse(command,
                                  "The import stopped behind %zu invoices (%s: %s). Run it"
                                  " again: it goes on where it stopped.",
                                  *out_written, result_name(result), db_error(command->running.db));
        *out_written += count;
    }
    return COMMAND_DONE;
}

static enum command_exit imported_show(const struct import *import, size_t written) {
    struct command *command = import->command;
    json_t *object = json_object();
    int64_t total = 0, fees = 0;
    size_t unchanged = 0;

    for (size_t at = 0; at < import->count; at++) {
        const struct imported *one = import->list[at];

        unchanged += one->was_there;
        if (one->was_there)
            continue;
        total = money_add(total, money_add(one->invoice.total_cents, one->invoice.paper_fee_cents));
        fees = money_add(fees, one->invoice.paper_fee_cents);
    }
    json_object_set_new(object, "imported", json_integer((json_int_t)written));
    json_object_set_new(object, "unchanged", json_integer((json_int_t)unchanged));
    json_set_money(command, object, "total", total);
    json_set_money(command, object, "paper_fees", fees);
    return result_show(command, object, "%zu invoice%s imported (%s%s), %zu there already.",
                       written, written == 1 ? "" : "s", money_text(command->arena, total),
                       fees ? arena_format(command->arena, ", with %s of Paper Invoice Fees",
                                           money_text(command->arena, fees))
                            : "",
                       unchanged);
}

enum command_exit remit_invoice_import(struct command *command) {
    struct import import = {.command = command};
    size_t written = 0;
    enum command_exit status = import_load(&import);

    if (status == COMMAND_DONE)
        status = import_check(&import);
    if (status != COMMAND_DONE)
        return status;
    for (size_t at = 0; at < import.count; at++)
        import.list[at]->was_there = import.list[at]->is_there;
    status = import_apply(&import, &written);
    return status == COMMAND_DONE ? imported_show(&import, written) : status;
}
