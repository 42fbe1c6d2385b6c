/* documents_statement.c - GET /documents/statements/2026-11: the page of a month; with .pdf or .csv
 * behind it, the file. */
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/documents/documents.h"

enum { PLACE_MAX = 32 };

static const struct field fields[] = {
    {.name = "after", .max_length = PLACE_MAX},
    {.name = "before", .max_length = PLACE_MAX},
};

const struct form documents_statement_form = FORM(fields);

/* "2026-11-05.1234" */
static bool place_parse(struct visit *visit, const char *text, struct entry_place *out_place) {
    size_t length = strcspn(text, ".");

    return text[length] == '.' &&
           date_parse(arena_copy(visit->arena, text, length), &out_place->on) &&
           text_to_int(text + length + 1, &out_place->id);
}

static bool month_place_parse(struct visit *visit, struct month_place *out_place) {
    const char *after = form_text(&visit->form, "after");
    const char *before = form_text(&visit->form, "before");

    *out_place = (struct month_place){.is_before = *before != '\0'};
    if (form_has_errors(&visit->form) || (*after && *before))
        return false;
    if (*after || *before)
        return place_parse(visit, *after ? after : before, &out_place->place);
    return true;
}

static const char *place_url(struct visit *visit, const struct month_report *report,
                             const char *side, const struct entry *entry) {
    char day[DATE_TEXT_SIZE];

    date_format(entry->on, day);
    return documents_month_url(
        visit, report->month,
        arena_format(visit->arena, "?%s=%s.%lld", side, day, (long long)entry->id));
}

static void entries_show(struct visit *visit, const struct month_report *report) {
    bool has_pages = settings_has_program(&visit->running->settings, "invoices");
    int64_t balance_cents = report->carried_cents;

    for (size_t at = 0; at < report->entries.count; at++) {
        const struct entry *entry = &report->entries.list[at];
        struct entry_words words = documents_entry_words(visit, entry);
        struct values *node = values_item(visit->values, "Entries", at);

        balance_cents = money_add(balance_cents, entry->effect_cents);
        visit_set_date(visit, node, "On", entry->on);
        if (!at || date_compare(entry[-1].on, entry->on) != 0)
            values_set(node, "IsDayFirst", "1");
        values_set(node, "Text", words.text);
        if (words.path && has_pages)
            values_set(node, "Url", visit_url(visit, words.path));
        values_set(node, "Charge", documents_charge(visit, entry));
        values_set(node, "Credit", documents_credit(visit, entry));
        values_set(node, "Balance", visit_money(visit, balance_cents));
    }
}

static void pages_show(struct visit *visit, const struct month_report *report) {
    const struct entries *entries = &report->entries;

    if (report->has_before) {
        values_set(visit->values, "Statement.Carried", visit_money(visit, report->carried_cents));
        values_set(visit->values, "Pages.PreviousUrl",
                   place_url(visit, report, "before", &entries->list[0]));
    }
    if (report->has_after)
        values_set(visit->values, "Pages.NextUrl",
                   place_url(visit, report, "after", &entries->list[entries->count - 1]));
}

static void files_show(struct visit *visit, struct values *node,
                       const struct month_report *report) {
    if (report->sum.entries <= STATEMENT_PDF_ENTRIES_MAX)
        values_set(node, "PdfUrl", documents_month_url(visit, report->month, ".pdf"));
    if (report->sum.entries <= STATEMENT_CSV_ENTRIES_MAX)
        values_set(node, "CsvUrl", documents_month_url(visit, report->month, ".csv"));
}

static enum result statement_page(struct visit *visit, struct date month) {
    struct month_report report;
    struct month_place place;

    if (!month_place_parse(visit, &place))
        return RESULT_NOT_FOUND;
    enum result result = documents_month_page(visit, month, place, &report);
    if (result != RESULT_OK)
        return result;
    struct values *node = values_child(visit->values, "Statement");
    const char *title = documents_month_title(visit, month);
    values_set(node, "Month", title);
    values_set(node, "Opening", visit_money(visit, report.opening_cents));
    values_set(node, "Closing", visit_money(visit, report.closing_cents));
    values_set(node, "ClosingLabel", documents_closing_label(documents_is_running(visit, month)));
    values_set_int(node, "Entries", (long)report.sum.entries);
    values_set(node, "MadeAt", instant_long(visit->arena, visit->now));
    values_set(node, "ListUrl",
               visit_url(visit, arena_format(visit->arena, "/documents?year=%d", month.year)));
    files_show(visit, node, &report);
    entries_show(visit, &report);
    pages_show(visit, &report);
    return visit_render(visit, 200, "documents/statement",
                        arena_format(visit->arena, say("Statement of %s"), title), "/documents");
}

enum result documents_statement(struct visit *visit) {
    enum file_kind kind;
    struct date month;

    if (!documents_month_parse(visit, documents_stem(visit, &kind), &month))
        return RESULT_NOT_FOUND;
    switch (kind) {
    case FILE_PAGE:
        return statement_page(visit, month);
    case FILE_PDF:
        return documents_statement_pdf(visit, month);
    case FILE_CSV:
        return documents_statement_csv(visit, month);
    }
    return RESULT_NOT_FOUND;
}
