/*
 * remit check - proves the books in one pass. Every question is asked in one transaction, of one
 * moment, so that payments made meanwhile contradict nothing.
 */
#include "modules/remit/check.h"

#include <stdio.h>
#include <string.h>

#include "common/billing/payment_state.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/check_refund_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

/* ---- which states are what: common/billing decides ---- */

/* States that money may have turned into: reached from a money state, and no money themselves. */
static bool is_after_money(enum payment_state state) {
    bool reached[PAYMENT_STATE_COUNT] = {false};

    for (int round = 0; round < PAYMENT_STATE_COUNT; round++)
        for (int from = 0; from < PAYMENT_STATE_COUNT; from++)
            for (int to = 0; to < PAYMENT_STATE_COUNT; to++)
                if ((payment_is_money((enum payment_state)from) || reached[from]) &&
                    payment_may_move((enum payment_state)from, (enum payment_state)to))
                    reached[to] = true;
    return reached[state] && !payment_is_money(state);
}

static bool state_is(enum payment_state state, enum check_states list) {
    switch (list) {
    case CHECK_STATES_ALL:
    case CHECK_STATES_COUNT:
        return true;
    case CHECK_STATES_CONFIRMED:
        return state != PAYMENT_REVIEW && state != PAYMENT_EXPIRED;
    case CHECK_STATES_OPEN:
        return payment_is_open(state);
    case CHECK_STATES_RESERVES:
        return payment_reserves(state);
    case CHECK_STATES_MONEY:
        return payment_is_money(state);
    case CHECK_STATES_AFTER_MONEY:
        return is_after_money(state);
    }
    return false;
}

static const char *states_list(struct arena *arena, enum check_states list) {
    const char *text = "";

    for (int state = 0; state < PAYMENT_STATE_COUNT; state++)
        if (state_is((enum payment_state)state, list))
            text = arena_format(arena, "%s%s%s", text, *text ? "," : "",
                                payment_state_name((enum payment_state)state));
    return text;
}

/* ---- finding ---- */

void check_fault(struct checking *checking, const struct fault *fault) {
    struct arena *arena = checking->command->arena;

    if (checking->fault_count++ >= CHECK_FAULTS_KEPT)
        return;
    struct fault *kept = &checking->faults[checking->fault_count - 1];
    *kept = *fault;
    kept->subject = arena_text(arena, fault->subject);
    kept->expected = arena_text(arena, fault->expected ? fault->expected : "");
    kept->found = arena_text(arena, fault->found ? fault->found : "");
}

static enum result fault_row(const struct rows *row, void *context) {
    struct checking *checking = context;
    const struct check *check = checking->check;
    struct fault fault = {.name = check->name,
                          .what = check->what,
                          .subject = row_text(row, 0, 0),
                          .kind = check->kind};

    if (check->kind == CHECK_TEXT) {
        fault.expected = row_text(row, 0, 1);
        fault.found = row_text(row, 0, 2);
    } else {
        fault.expected_number = row_int(row, 0, 1);
        fault.found_number = row_int(row, 0, 2);
    }
    check_fault(checking, &fault);
    return RESULT_OK;
}

static void open_begin(struct arena *arena, struct open_list *list, size_t columns) {
    list->rows = (struct rows){.columns = columns};
    list->rows.cells = arena_array(arena, CHECK_OPEN_KEPT * columns, sizeof *list->rows.cells);
}

static void open_keep(struct arena *arena, struct open_list *list, const struct rows *row) {
    struct cell *cells = list->rows.cells + list->rows.count * row->columns;

    if (list->count++ >= CHECK_OPEN_KEPT)
        return;
    for (size_t column = 0; column < row->columns; column++) {
        cells[column] = row->cells[column];
        if (cells[column].bytes)
            cells[column].bytes = arena_copy(arena, cells[column].bytes, cells[column].length);
    }
    list->rows.count++;
}

static enum result open_row(const struct rows *row, void *context) {
    struct checking *checking = context;

    open_keep(checking->command->arena, &checking->open, row);
    return RESULT_OK;
}

static enum result open_refund_row(const struct rows *row, void *context) {
    struct checking *checking = context;

    open_keep(checking->command->arena, &checking->open_refunds, row);
    return RESULT_OK;
}

static enum result check_work(struct db *db, void *context) {
    struct checking *checking = context;
    enum result result;

    checking->fault_count = 0;
    checking->open.count = checking->open.rows.count = 0;
    checking->open_refunds.count = checking->open_refunds.rows.count = 0;
    result = check_counts(db, checking->command->arena, &checking->counts);
    for (size_t at = 0; at < check_count && result == RESULT_OK; at++) {
        checking->check = &checks[at];
        result = check_each(db, checking->check, checking->states, fault_row, checking);
    }
    if (result == RESULT_OK)
        result = check_open(db, checking->states[CHECK_STATES_OPEN], open_row, checking);
    if (result == RESULT_OK)
        result = check_refund_open(db, open_refund_row, checking);
    if (result == RESULT_OK && checking->book)
        result = gateway_book_compare(checking);
    return result;
}

/* ---- showing ---- */

static const char *number_text(struct arena *arena, enum check_kind kind, const char *text,
                               int64_t number) {
    if (kind == CHECK_MONEY)
        return money_text(arena, number);
    return kind == CHECK_NUMBER ? arena_format(arena, "%lld", (long long)number) : text;
}

static void faults_print(const struct checking *checking, size_t kept) {
    for (size_t at = 0; at < kept; at++) {
        const struct fault *fault = &checking->faults[at];
        struct arena *arena = arena_new(1024 * 1024);

        printf("%s: %s: expected %s, found %s (%s)\n", fault->subject, fault->what,
               number_text(arena, fault->kind, fault->expected, fault->expected_number),
               number_text(arena, fault->kind, fault->found, fault->found_number), fault->name);
        arena_free(arena);
    }
    if (checking->fault_count > kept)
        printf("and %zu more\n", checking->fault_count - kept);
}

static json_t *faults_json(const struct checking *checking, size_t kept) {
    struct command *command = checking->command;
    json_t *list = json_array();

    for (size_t at = 0; at < kept; at++) {
        const struct fault *fault = &checking->faults[at];
        json_t *object = json_object();

        json_object_set_new(object, "check", json_string(fault->name));
        json_object_set_new(object, "what", json_string(fault->what));
        json_object_set_new(object, "subject", json_string(fault->subject));
        if (fault->kind == CHECK_MONEY) {
            json_set_money(command, object, "expected", fault->expected_number);
            json_set_money(command, object, "found", fault->found_number);
        } else if (fault->kind == CHECK_NUMBER) {
            json_object_set_new(object, "expected", json_integer(fault->expected_number));
            json_object_set_new(object, "found", json_integer(fault->found_number));
        } else {
            json_object_set_new(object, "expected", json_string(fault->expected));
            json_object_set_new(object, "found", json_string(fault->found));
        }
        json_array_append_new(list, object);
    }
    return list;
}

static const struct column open_columns[] = {
    {"reference", "Payment", COLUMN_TEXT},
    {"account", "Account", COLUMN_TEXT},
    {"state", "State", COLUMN_TEXT},
    {"amount", "Amount", COLUMN_MONEY},
    {"confirmed_at", "Confirmed", COLUMN_INSTANT},
};

static const struct column open_refund_columns[] = {
    {"reference", "Refund", COLUMN_TEXT},    {"payment", "Payment", COLUMN_TEXT},
    {"account", "Account", COLUMN_TEXT},     {"kind", "Kind", COLUMN_TEXT},
    {"state", "State", COLUMN_TEXT},         {"amount", "Amount", COLUMN_MONEY},
    {"created_at", "Since", COLUMN_INSTANT},
};

static json_t *counts_json(const struct checking *checking) {
    const struct check_counts *counts = &checking->counts;
    json_t *object = json_object();

    json_object_set_new(object, "accounts", json_integer(counts->accounts));
    json_object_set_new(object, "invoices", json_integer(counts->invoices));
    json_object_set_new(object, "payments", json_integer(counts->payments));
    json_object_set_new(object, "refunds", json_integer(counts->refunds));
    json_object_set_new(object, "journal_entries", json_integer(counts->entries));
    json_object_set_new(object, "journal_postings", json_integer(counts->postings));
    if (checking->book)
        json_object_set_new(object, "gateway_transactions",
                            json_integer((json_int_t)gateway_book_count(checking->book)));
    return object;
}

static void checking_json(const struct checking *checking, size_t kept) {
    json_t *object = json_object();

    json_object_set_new(object, "ok", json_boolean(checking->fault_count == 0));
    json_object_set_new(object, "fault_count", json_integer((json_int_t)checking->fault_count));
    json_object_set_new(object, "faults", faults_json(checking, kept));
    json_object_set_new(object, "open_count", json_integer((json_int_t)checking->open.count));
    json_object_set_new(object, "open",
                        rows_json(checking->command, COLUMNS(open_columns), &checking->open.rows));
    json_object_set_new(object, "open_refund_count",
                        json_integer((json_int_t)checking->open_refunds.count));
    json_object_set_new(
        object, "open_refunds",
        rows_json(checking->command, COLUMNS(open_refund_columns), &checking->open_refunds.rows));
    json_object_set_new(object, "counts", counts_json(checking));
    json_print(object);
}

static void open_print(const struct checking *checking, const struct open_list *list,
                       const struct column *columns, size_t column_count, const char *what) {
    if (!list->count)
        return;
    printf("%zu %s%s open: being sent, or with an outcome that is not known.\n", list->count, what,
           list->count == 1 ? " is" : "s are");
    rows_print(checking->command, columns, column_count, &list->rows, "");
}

static void checking_print(const struct checking *checking, size_t kept) {
    const struct check_counts *counts = &checking->counts;

    faults_print(checking, kept);
    open_print(checking, &checking->open, COLUMNS(open_columns), "payment");
    open_print(checking, &checking->open_refunds, COLUMNS(open_refund_columns), "refund");
    if (!checking->fault_count)
        printf("The books agree: %lld accounts, %lld invoices, %lld payments, %lld journal"
               " entries.\n",
               (long long)counts->accounts, (long long)counts->invoices,
               (long long)counts->payments, (long long)counts->entries);
    if (!checking->fault_count && checking->book)
        printf("The gateway agrees: %zu transaction%s.\n", gateway_book_count(checking->book),
               gateway_book_count(checking->book) == 1 ? "" : "s");
}

static enum command_exit checking_show(const struct checking *checking) {
    struct command *command = checking->command;
    size_t found = checking->fault_count;
    size_t kept = found < CHECK_FAULTS_KEPT ? found : CHECK_FAULTS_KEPT;

    if (command->json)
        checking_json(checking, kept);
    else
        checking_print(checking, kept);
    return found ? command_refuse(command, "The books do not agree: %zu fault%s.", found,
                                  found == 1 ? "" : "s")
                 : COMMAND_DONE;
}

enum command_exit remit_check(struct command *command) {
    struct checking checking = {.command = command};
    enum command_exit status = COMMAND_DONE;

    for (int list = 0; list < CHECK_STATES_COUNT; list++)
        checking.states[list] = states_list(command->arena, (enum check_states)list);
    checking.faults = arena_array(command->arena, CHECK_FAULTS_KEPT, sizeof *checking.faults);
    open_begin(command->arena, &checking.open, sizeof open_columns / sizeof *open_columns);
    open_begin(command->arena, &checking.open_refunds,
               sizeof open_refund_columns / sizeof *open_refund_columns);
    if (command_has(command, "gateway"))
        status = gateway_book_read(&checking);
    if (status != COMMAND_DONE)
        return status;
    enum result result = db_transaction(command->running.db, check_work, &checking);
    /* Nothing was written, so a COMMIT without an answer takes nothing away. */
    if (result != RESULT_OK && result != RESULT_UNCERTAIN)
        return command_refuse(command, "The check could not be finished (%s): %s.",
                              result_name(result), db_error(command->running.db));
    if (checking.book)
        status = gateway_book_look(&checking);
    return status == COMMAND_DONE ? checking_show(&checking) : status;
}
