/* documents_year.c - GET /documents/years/2026: what was invoiced, paid and returned month by
 * month, as page, PDF and CSV. */
#include "common/core/csv.h"
#include "common/core/log.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/documents/documents.h"

enum { INVOICED, TAX, PAID, RETURNED, CREDITED, SUMS };

/* The page's words too: templates/documents/year.cs. */
static const char *sum_title(size_t sum) {
    static const char *const titles[SUMS] = {WORDS("Invoiced"), WORDS("of which Tax"),
                                             WORDS_IN("amount", "Paid"),
                                             WORDS("Refunded / Returned"), WORDS("Credits")};

    return sum == PAID ? say_in("amount", titles[sum]) : say(titles[sum]);
}

struct year_row {
    const char *title; /* "November 2026", "Total so far" */
    struct date month;
    int64_t cents[SUMS];
};

struct year_report {
    int year;
    int64_t opening_cents, closing_cents;
    struct year_row rows[MONTHS + 1]; /* of months something was booked in, and their total */
    size_t row_count;                 /* without it */
    const char *nothing;              /* in which of the others nothing was booked; "" */
    int64_t entries;
    bool is_running;
};

static const char *so_far_text(void) {
    return say("The year is not over: this is how it stands so far.");
}

struct reading {
    struct visit *visit;
    struct year_report *report;
};

static struct year_row row_of(const char *title, const struct year_figures *figures) {
    return (struct year_row){.title = title,
                             .cents = {[INVOICED] = figures->invoiced_cents,
                                       [TAX] = figures->tax_cents,
                                       [PAID] = figures->paid_cents,
                                       [RETURNED] = figures->returned_cents,
                                       [CREDITED] = figures->credited_cents}};
}

/* Of the months from the account's first entry to today. */
static bool is_expected(struct visit *visit, const struct activities *activities,
                        struct date month) {
    int first_year = documents_first_year(activities);

    if (!first_year || month.year < first_year || date_compare(month, visit->today) > 0)
        return false;
    return month.year > first_year || month.month >= documents_first_month(activities, first_year);
}

/* "Nothing was booked in February, April and May." */
static const char *nothing_text(struct visit *visit, const struct date *months, size_t count) {
    struct arena *arena = visit->arena;
    const char *list;

    if (!count)
        return "";
    list = date_month(months[0].month);
    for (size_t at = 1; at < count; at++)
        list = at + 1 < count
                   ? arena_format(arena, say("%s, %s"), list, date_month(months[at].month))
                   : arena_format(arena, say("%s and %s"), list, date_month(months[at].month));
    return arena_format(arena, say("Nothing was booked in %s."), list);
}

static void rows_fill(struct visit *visit, struct year_report *report,
                      const struct activities *activities) {
    struct date quiet[MONTHS];
    size_t quiet_count = 0;

    for (int month = 1; month <= MONTHS; month++) {
        struct date on = {(int16_t)report->year, (int8_t)month, 1};
        struct year_figures figures = statement_figures(activities, 'm', on);

        if (figures.entries) {
            struct year_row *row = &report->rows[report->row_count++];

            *row = row_of(documents_month_title(visit, on), &figures);
            row->month = on;
        } else if (is_expected(visit, activities, on)) {
            quiet[quiet_count++] = on;
        }
    }
    struct year_figures whole = statement_figures(activities, 'y',
                                                  (struct date){(int16_t)report->year, 1, 1});
    report->rows[report->row_count] = row_of(
        report->is_running ? say("Total so far") : say("Total"), &whole);
    report->entries = whole.entries;
    report->nothing = whole.entries ? nothing_text(visit, quiet, quiet_count)
                                    : say("Nothing was booked in this year.");
}

static enum result year_work(struct db *db, void *context) {
    struct reading *reading = context;
    struct year_report *report = reading->report;
    struct arena *arena = reading->visit->arena;
    int64_t account_id = reading->visit->session.account_id, balance_cents = 0;
    struct activities activities;
    int year = report->year;

    *report = (struct year_report){.year = year, .is_running = year == reading->visit->today.year};
    enum result result = statement_account(db, arena, account_id, &balance_cents);
    if (result == RESULT_OK)
        result = statement_activity(db, arena, account_id, year, &activities);
    if (result != RESULT_OK)
        return result;
    if (statement_total_cents(&activities) != balance_cents ||
        !statement_year_agrees(&activities, year)) {
        LOG(LOG_LEVEL_ERROR, "documents.disagree", LOG_INT("account_id", account_id),
            LOG_INT("year", year));
        return RESULT_FAILED;
    }
    rows_fill(reading->visit, report, &activities);
    report->opening_cents = statement_opening_cents(&activities,
                                                    (struct date){(int16_t)year, 1, 1});
    report->closing_cents = statement_opening_cents(&activities,
                                                    (struct date){(int16_t)(year + 1), 1, 1});
    return RESULT_OK;
}

/* ---- page ---- */

static void row_show(struct visit *visit, struct values *node, const struct year_row *row) {
    static const char *const names[SUMS] = {"Invoiced", "Tax", "Paid", "Returned", "Credited"};

    values_set(node, "Title", row->title);
    for (size_t at = 0; at < SUMS; at++)
        values_set(node, names[at], visit_money(visit, row->cents[at]));
}

static enum result year_page(struct visit *visit, const struct year_report *report) {
    struct values *node = values_child(visit->values, "Year");

    values_set_int(node, "Number", report->year);
    values_set(node, "Opening", visit_money(visit, report->opening_cents));
    values_set(node, "Closing", visit_money(visit, report->closing_cents));
    values_set(node, "ClosingLabel", documents_closing_label(report->is_running));
    values_set(node, "Nothing", report->nothing);
    values_set(node, "MadeAt", instant_long(visit->arena, visit->now));
    values_set(node, "PdfUrl", documents_year_url(visit, report->year, ".pdf"));
    values_set(node, "CsvUrl", documents_year_url(visit, report->year, ".csv"));
    values_set(node, "ListUrl",
               visit_url(visit, arena_format(visit->arena, "/documents?year=%d", report->year)));
    if (report->is_running)
        values_set(node, "SoFar", so_far_text());
    for (size_t at = 0; at < report->row_count; at++) {
        struct values *item = values_item(visit->values, "Months", at);

        row_show(visit, item, &report->rows[at]);
        values_set(item, "Url", documents_month_url(visit, report->rows[at].month, ""));
    }
    row_show(visit, values_child(visit->values, "Total"), &report->rows[report->row_count]);
    return visit_render(visit, 200, "documents/year",
                        arena_format(visit->arena, say("Tax-Year Summary %d"), report->year),
                        "/documents");
}

/* ---- files ---- */

static const char *file_name(struct visit *visit, const struct year_report *report,
                             const char *end) {
    return arena_format(visit->arena, "year-%04d-%s%s", report->year, visit->session.account_number,
                        end);
}

static void table_print(struct visit *visit, struct print *print,
                        const struct year_report *report) {
    static const unsigned widths[SUMS] = {155, 140, 155, 190, 150};
    struct print_column *columns = arena_array(visit->arena, 1 + SUMS, sizeof *columns);
    struct print_row *rows = arena_array(visit->arena, report->row_count + 1, sizeof *rows);

    columns[0] = (struct print_column){say("Month"), 210, false};
    for (size_t at = 0; at < SUMS; at++)
        columns[1 + at] = (struct print_column){sum_title(at), widths[at], true};
    for (size_t row = 0; row <= report->row_count; row++) {
        const char **cells = arena_array(visit->arena, 1 + SUMS, sizeof *cells);

        cells[0] = report->rows[row].title;
        for (size_t at = 0; at < SUMS; at++)
            cells[1 + at] = visit_money(visit, report->rows[row].cents[at]);
        rows[row] = (struct print_row){cells, row == report->row_count};
    }
    print_table(print, &(struct print_table){
                           .columns = columns,
                           .column_count = 1 + SUMS,
                           .rows = rows,
                           .row_count = report->row_count + 1,
                       });
}

static enum result year_pdf(struct visit *visit, const struct year_report *report) {
    const struct print_fact facts[] = {
        {say("Year"), arena_format(visit->arena, "%d", report->year), true},
        {say("Opening Balance"), visit_money(visit, report->opening_cents), false},
        {documents_closing_label(report->is_running), visit_money(visit, report->closing_cents),
         true},
        {say("Made"), instant_long(visit->arena, visit->now), false},
    };
    struct print *print = documents_paper(
        visit, arena_format(visit->arena, say("Tax-Year Summary %d, account %s"), report->year,
                            visit->session.account_number));

    documents_letterhead(visit, print, say("Tax-Year Summary"), facts,
                         sizeof facts / sizeof *facts);
    if (report->is_running)
        print_text(print, so_far_text());
    documents_panel(
        visit, print, say("Account"),
        (struct print_fact){sum_title(PAID),
                            visit_money(visit, report->rows[report->row_count].cents[PAID]), true},
        report->is_running ? arena_format(visit->arena, say("in %d so far"), report->year)
                           : arena_format(visit->arena, say("in %d"), report->year));
    if (report->entries)
        table_print(visit, print, report);
    if (*report->nothing)
        print_text(print, report->nothing);
    print_text(
        print,
        say("Opening balance, plus what was invoiced, less what was paid, plus what was refunded or"
            " returned, less credits, is the closing balance. Tax is part of what was invoiced. "
            "Each"
            " month holds what was booked for its days when this was made, in US dollars."));
    return documents_send(visit, print, file_name(visit, report, ".pdf"));
}

static void csv_balance(struct visit *visit, struct csv *csv, const char *label, int64_t cents) {
    csv_text(csv, label);
    for (size_t at = 0; at < SUMS; at++)
        csv_plain(csv, "");
    csv_plain(csv, money_plain(visit->arena, cents));
    csv_end(csv);
}

static enum result year_csv(struct visit *visit, const struct year_report *report) {
    struct csv csv = csv_begin(&visit->response->body);

    csv_text(&csv, say("Month"));
    for (size_t at = 0; at < SUMS; at++)
        csv_text(&csv, sum_title(at));
    csv_text(&csv, say("Balance"));
    csv_end(&csv);
    csv_balance(visit, &csv, say("Opening Balance"), report->opening_cents);
    for (size_t row = 0; row <= report->row_count; row++) {
        csv_text(&csv, report->rows[row].title);
        for (size_t at = 0; at < SUMS; at++)
            csv_plain(&csv, money_plain(visit->arena, report->rows[row].cents[at]));
        csv_plain(&csv, "");
        csv_end(&csv);
    }
    csv_balance(visit, &csv, documents_closing_label(report->is_running), report->closing_cents);
    visit_file(visit, "text/csv; charset=utf-8; header=present", file_name(visit, report, ".csv"));
    return RESULT_OK;
}

enum result documents_year(struct visit *visit) {
    struct year_report report = {0};
    struct reading reading = {visit, &report};
    enum file_kind kind;

    if (!documents_year_parse(visit, documents_stem(visit, &kind), &report.year))
        return RESULT_NOT_FOUND;
    enum result result = db_transaction(visit->running->db, year_work, &reading);
    if (result != RESULT_OK)
        return result == RESULT_UNCERTAIN ? RESULT_UNAVAILABLE : result;
    switch (kind) {
    case FILE_PAGE:
        return year_page(visit, &report);
    case FILE_PDF:
        return year_pdf(visit, &report);
    case FILE_CSV:
        return year_csv(visit, &report);
    }
    return RESULT_NOT_FOUND;
}
