/* documents_statement_file.c - a month as PDF and as CSV: every entry, or no file. */
#include "common/core/csv.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/documents/documents.h"

static const char *file_name(struct visit *visit, struct date month, const char *end) {
    return arena_format(visit->arena, "statement-%04d-%02d-%s%s", month.year, month.month,
                        visit->session.account_number, end);
}

static enum result too_long(struct visit *visit, const char *kind, int64_t limit) {
    return documents_too_large(
        visit, arena_format(visit->arena, say("This month is too long for a %s"), kind),
        arena_format(visit->arena,
                     say("A %s holds %lld entries. The statement's page has all of them, and so has"
                         " the CSV of a month with no more than %d."),
                     kind, (long long)limit, STATEMENT_CSV_ENTRIES_MAX));
}

/* Of the closing balance: the month's last, or today where it is not over. */
static struct date closing_day(const struct visit *visit, struct date month) {
    if (documents_is_running(visit, month))
        return visit->today;
    month.day = (int8_t)date_days_in_month(month.year, month.month);
    return month;
}

/* ---- PDF ---- */

enum { DAY, DESCRIPTION, CHARGES, CREDITS, BALANCE, COLUMNS };

static const struct print_column columns[COLUMNS] = {{WORDS("Date"), 140, false},
                                                     {WORDS("Description"), 415, false},
                                                     {WORDS("Charges"), 145, true},
                                                     {WORDS("Payments / Credits"), 155, true},
                                                     {WORDS("Balance"), 145, true}};

static struct print_row row_make(struct visit *visit, const char *const texts[COLUMNS],
                                 bool is_strong) {
    const char **cells = arena_array(visit->arena, COLUMNS, sizeof *cells);

    for (size_t at = 0; at < COLUMNS; at++)
        cells[at] = texts[at];
    return (struct print_row){cells, is_strong};
}

static struct print_row balance_row(struct visit *visit, struct date day, const char *text,
                                    int64_t cents) {
    return row_make(visit,
                    (const char *const[]){date_short(visit->arena, day), text, "", "",
                                          visit_money(visit, cents)},
                    true);
}

static void table_print(struct visit *visit, struct print *print,
                        const struct month_report *report) {
    const struct entries *entries = &report->entries;
    struct print_row *rows = arena_array(visit->arena, entries->count + 2, sizeof *rows);
    int64_t balance_cents = report->opening_cents;
    size_t count = 0;

    rows[count++] = balance_row(visit, report->month, say("Opening Balance"), balance_cents);
    for (size_t at = 0; at < entries->count; at++) {
        const struct entry *entry = &entries->list[at];

        balance_cents = money_add(balance_cents, entry->effect_cents);
        rows[count++] = row_make(visit,
                                 (const char *const[]){date_short(visit->arena, entry->on),
                                                       documents_entry_words(visit, entry).text,
                                                       documents_charge(visit, entry),
                                                       documents_credit(visit, entry),
                                                       visit_money(visit, balance_cents)},
                                 false);
    }
    rows[count++] = balance_row(visit, closing_day(visit, report->month),
                                documents_closing_label(documents_is_running(visit, report->month)),
                                report->closing_cents);
    print_table(print, &(struct print_table){
                           .columns = documents_columns(visit, columns, COLUMNS),
                           .column_count = COLUMNS,
                           .rows = rows,
                           .row_count = count,
                       });
}

static void statement_print(struct visit *visit, struct print *print, const char *month,
                            const struct month_report *report) {
    const char *closing_label = documents_closing_label(documents_is_running(visit, report->month));
    const struct print_fact facts[] = {
        {say("Month"), month, true},
        {say("Opening Balance"), visit_money(visit, report->opening_cents), false},
        {closing_label, visit_money(visit, report->closing_cents), true},
        {say("Made"), instant_long(visit->arena, visit->now), false},
    };
    struct print_fact *kept = arena_alloc(visit->arena, sizeof facts);

    for (size_t at = 0; at < sizeof facts / sizeof *facts; at++)
        kept[at] = facts[at];
    documents_letterhead(visit, print, say("Statement"), kept, sizeof facts / sizeof *facts);
    documents_panel(
        visit, print, say("Account"),
        (struct print_fact){closing_label, visit_money(visit, report->closing_cents), true}, NULL);
    table_print(visit, print, report);
    if (!report->entries.count)
        print_text(print, say("Nothing was booked in this month."));
    print_text(print,
               say("All amounts are in US dollars. A statement holds what was booked when it was"
                   " made: entries that are booked later for this month are in a later copy."));
}

enum result documents_statement_pdf(struct visit *visit, struct date month) {
    const char *name = documents_month_title(visit, month);
    struct month_report report;
    enum result result = documents_month_all(visit, month, STATEMENT_PDF_ENTRIES_MAX, &report);

    if (result != RESULT_OK)
        return result;
    if (report.sum.entries > STATEMENT_PDF_ENTRIES_MAX)
        return too_long(visit, "PDF", STATEMENT_PDF_ENTRIES_MAX);
    struct print *print = documents_paper(visit, arena_format(visit->arena,
                                                              say("Statement of %s, account %s"),
                                                              name, visit->session.account_number));
    statement_print(visit, print, name, &report);
    return documents_send(visit, print, file_name(visit, month, ".pdf"));
}

/* ---- CSV ---- */

struct csv_report {
    struct visit *visit;
    struct csv csv;
    struct arena *scratch; /* of one row, so that a long month needs no more than a short one */
    int64_t balance_cents;
};

enum { SCRATCH_BYTES = 1024 * 1024, SCRATCH_USED_MAX = SCRATCH_BYTES / 2 };

static void csv_row(struct csv_report *report, struct date day, const char *text,
                    const char *reference, int64_t effect_cents) {
    struct csv *csv = &report->csv;
    struct arena *scratch = report->scratch;
    char iso[DATE_TEXT_SIZE];

    date_format(day, iso);
    csv_plain(csv, iso);
    csv_text(csv, text);
    csv_text(csv, reference);
    csv_plain(csv, effect_cents > 0 ? money_plain(scratch, effect_cents) : "");
    csv_plain(csv, effect_cents < 0 ? money_plain(scratch, -effect_cents) : "");
    csv_plain(csv, money_plain(scratch, report->balance_cents));
    csv_end(csv);
}

static void csv_start(const struct month_report *month, void *context) {
    static const char *const titles[] = {
        WORDS("Date"),    WORDS("Description"),        WORDS("Reference"),
        WORDS("Charges"), WORDS("Payments / Credits"), WORDS("Balance")};
    struct csv_report *report = context;
    struct buffer *body = &report->visit->response->body;

    /* From the start, where it is told again. */
    buffer_init(body, report->visit->arena, RESPONSE_BODY_MAX);
    report->csv = csv_begin(body);
    for (size_t at = 0; at < sizeof titles / sizeof *titles; at++)
        csv_text(&report->csv, say(titles[at]));
    csv_end(&report->csv);
    report->balance_cents = month->opening_cents;
    csv_row(report, month->month, say("Opening Balance"), "", 0);
}

static enum result csv_entry(const struct entry *entry, void *context) {
    struct csv_report *report = context;
    struct visit *visit = report->visit;
    struct arena *kept = visit->arena;

    if (arena_used(report->scratch) > SCRATCH_USED_MAX) {
        arena_free(report->scratch);
        report->scratch = arena_new(SCRATCH_BYTES);
    }
    /* Words are made in the request's arena; these are not kept. */
    visit->arena = report->scratch;
    struct entry_words words = documents_entry_words(visit, entry);
    visit->arena = kept;
    report->balance_cents = money_add(report->balance_cents, entry->effect_cents);
    csv_row(report, entry->on, words.text, words.reference, entry->effect_cents);
    return RESULT_OK;
}

enum result documents_statement_csv(struct visit *visit, struct date month) {
    struct csv_report report = {.visit = visit, .scratch = arena_new(SCRATCH_BYTES)};
    const struct month_writer writer = {csv_start, csv_entry, &report};
    struct buffer *body = &visit->response->body;
    struct month_report found;
    enum result result = documents_month_each(visit, month, STATEMENT_CSV_ENTRIES_MAX, &writer,
                                              &found);

    if (result == RESULT_OK && found.sum.entries <= STATEMENT_CSV_ENTRIES_MAX)
        csv_row(&report, closing_day(visit, month),
                documents_closing_label(documents_is_running(visit, month)), "", 0);
    arena_free(report.scratch);
    if (result != RESULT_OK)
        return result;
    if (found.sum.entries > STATEMENT_CSV_ENTRIES_MAX || buffer_is_full(body))
        return too_long(visit, "CSV", STATEMENT_CSV_ENTRIES_MAX);
    visit_file(visit, "text/csv; charset=utf-8; header=present", file_name(visit, month, ".csv"));
    return RESULT_OK;
}
