#include "common/core/text.h"
#include "modules/invoices/invoices.h"

/* PAGE_MAX bounds how far an offset skips. */
enum { ROWS = 50, PAGE_MAX = 2000 };

static const struct {
    const char *name, *title;
    enum invoice_filter filter;
} filters[] = {
    {"open", "Open", INVOICE_FILTER_OPEN},
    {"paid", "Paid", INVOICE_FILTER_PAID},
    {"all", "All", INVOICE_FILTER_ALL},
};
enum { FILTERS = sizeof filters / sizeof *filters };

static const struct field fields[] = {
    {.name = "status", .max_length = 8},
    {.name = "page", .max_length = 8},
};

const struct form invoices_list_form = FORM(fields);

static const char *list_url(struct visit *visit, size_t filter, int64_t page) {
    const char *path = arena_format(visit->arena, "/invoices?status=%s", filters[filter].name);

    if (page > 1)
        path = arena_format(visit->arena, "%s&page=%lld", path, (long long)page);
    return visit_url(visit, path);
}

enum result invoices_list(struct visit *visit) {
    const char *status = form_text(&visit->form, "status");
    size_t chosen = 0;
    int64_t page = 1;
    struct invoices found;

    while (*status && chosen < FILTERS && !text_equal(filters[chosen].name, status))
        chosen++;
    if (chosen == FILTERS)
        return RESULT_NOT_FOUND;
    if (form_has(&visit->form, "page") &&
        (!text_to_int(form_text(&visit->form, "page"), &page) || page < 1 || page > PAGE_MAX))
        return RESULT_NOT_FOUND;

    /* One row more than is shown tells whether there is a next page. */
    enum result result = invoice_list(visit->running->db, visit->arena, visit->session.account_id,
                                      filters[chosen].filter, (page - 1) * ROWS, ROWS + 1, &found);
    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < found.count && at < ROWS; at++)
        invoices_show(visit, values_item(visit->values, "Invoices", at), &found.list[at]);
    for (size_t at = 0; at < FILTERS; at++) {
        struct values *filter = values_item(visit->values, "Filters", at);

        values_set(filter, "Title", filters[at].title);
        values_set(filter, "Url", list_url(visit, at, 1));
        if (at == chosen)
            values_set(filter, "Current", "1");
    }
    values_set(visit->values, "Filter.Status", filters[chosen].name);
    values_set_int(visit->values, "Pages.Number", (long)page);
    if (page > 1)
        values_set(visit->values, "Pages.PreviousUrl", list_url(visit, chosen, page - 1));
    if (found.count > ROWS && page < PAGE_MAX)
        values_set(visit->values, "Pages.NextUrl", list_url(visit, chosen, page + 1));
    return visit_render(visit, 200, "invoices/list", "Invoice History", "/invoices");
}
