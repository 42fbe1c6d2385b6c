/* documents_list.c - GET /documents: the statements of a year, and the years. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/documents/documents.h"

static const struct field fields[] = {
    {.name = "year", .max_length = 4},
};

const struct form documents_list_form = FORM(fields);

static void month_show(struct visit *visit, struct values *node,
                       const struct activities *activities, struct date month) {
    struct statement_month sum = statement_month_of(activities, month);
    int64_t opening_cents = statement_opening_cents(activities, month);

    values_set(node, "Title", documents_month_title(visit, month));
    values_set(node, "Url", documents_month_url(visit, month, ""));
    values_set_int(node, "Entries", (long)sum.entries);
    values_set(node, "Closing", visit_money(visit, money_add(opening_cents, sum.effect_cents)));
    if (sum.entries <= STATEMENT_PDF_ENTRIES_MAX)
        values_set(node, "PdfUrl", documents_month_url(visit, month, ".pdf"));
    if (sum.entries <= STATEMENT_CSV_ENTRIES_MAX)
        values_set(node, "CsvUrl", documents_month_url(visit, month, ".csv"));
}

/* Latest first, from the first month with an entry on. */
static void months_show(struct visit *visit, const struct activities *activities, int year,
                        int begin_year) {
    int last = year == visit->today.year ? visit->today.month : MONTHS;
    int first = year == begin_year ? documents_first_month(activities, year) : 1;
    size_t shown = 0;

    for (int month = last; begin_year && year >= begin_year && month >= first; month--)
        month_show(visit, values_item(visit->values, "Months", shown++), activities,
                   (struct date){(int16_t)year, (int8_t)month, 1});
}

static void years_show(struct visit *visit, int year, int begin_year) {
    size_t shown = 0;

    for (int each = visit->today.year; begin_year && each >= begin_year; each--) {
        struct values *node = values_item(visit->values, "Years", shown++);

        values_set_int(node, "Number", each);
        values_set(node, "Url",
                   visit_url(visit, arena_format(visit->arena, "/documents?year=%d", each)));
        values_set(node, "SummaryUrl", documents_year_url(visit, each, ""));
        values_set(node, "PdfUrl", documents_year_url(visit, each, ".pdf"));
        values_set(node, "CsvUrl", documents_year_url(visit, each, ".csv"));
        if (each == year)
            values_set(node, "Current", "1");
    }
}

enum result documents_list(struct visit *visit) {
    const char *asked = form_text(&visit->form, "year");
    int year = visit->today.year;
    struct activities activities;

    if (form_has_errors(&visit->form) || (*asked && !documents_year_parse(visit, asked, &year)))
        return RESULT_NOT_FOUND;
    enum result result = statement_activity(visit->running->db, visit->arena,
                                            visit->session.account_id, year, &activities);
    if (result != RESULT_OK)
        return result;
    int begin_year = documents_first_year(&activities);
    values_set_int(visit->values, "Year.Number", year);
    months_show(visit, &activities, year, begin_year);
    years_show(visit, year, begin_year);
    if (settings_has_program(&visit->running->settings, "invoices"))
        values_set(visit->values, "PaymentsUrl", visit_url(visit, "/payments"));
    return visit_render(visit, 200, "documents/list", say("Reports / Documents"), "/documents");
}
