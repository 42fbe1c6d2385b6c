/* invoices_list.c - Invoice History: open, overdue, paid or all invoices, or those of a number. */
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "modules/invoices/invoices.h"

enum { ROWS = 50, NUMBER_LENGTH_MAX = 32, QUERY_BYTES = 512 };

enum sort { SORT_NEWEST, SORT_OLDEST, SORT_DUE, SORT_COUNT };

static const struct {
    const char *name, *title, *sentence;
    enum invoice_order order;
} sorts[SORT_COUNT] = {
    [SORT_NEWEST] = {"newest", WORDS("Invoice Date, newest first"), WORDS("Sorted newest first"),
                     INVOICES_NEWEST},
    [SORT_OLDEST] = {"oldest", WORDS("Invoice Date, oldest first"), WORDS("Sorted oldest first"),
                     INVOICES_OLDEST},
    [SORT_DUE] = {"due", WORDS("Date Due, earliest first"),
                  WORDS("Sorted by Date Due, earliest first"), INVOICES_DUE},
};

enum filter { FILTER_OPEN, FILTER_OVERDUE, FILTER_PAID, FILTER_ALL, FILTER_COUNT };

/* What they are sorted by when nothing else is said comes first. */
static const struct {
    const char *name, *title;
    enum invoice_which which;
    bool is_overdue;
    enum sort sort;
    bool may_sort[SORT_COUNT];
} filters[FILTER_COUNT] = {
    [FILTER_OPEN] = {"open",
                     WORDS_IN("invoices", "Open"),
                     INVOICES_OPEN,
                     false,
                     SORT_NEWEST,
                     {true, true, true}},
    [FILTER_OVERDUE] = {"overdue",
                        WORDS_IN("invoices", "Overdue"),
                        INVOICES_LEFT,
                        true,
                        SORT_DUE,
                        {[SORT_DUE] = true}},
    [FILTER_PAID] = {"paid",
                     WORDS_IN("invoices", "Paid"),
                     INVOICES_PAID,
                     false,
                     SORT_NEWEST,
                     {true, true, false}},
    [FILTER_ALL] =
        {"all", WORDS_IN("invoices", "All"), INVOICES_ALL, false, SORT_NEWEST, {true, true, false}},
};

static const struct field fields[] = {
    {.name = "status", .max_length = 8},
    {.name = "sort", .max_length = 8},
    {.name = "from", .max_length = DAY_LENGTH_MAX},
    {.name = "to", .max_length = DAY_LENGTH_MAX},
    {.name = "number", .max_length = NUMBER_LENGTH_MAX},
    PLACE_FIELD("after"),
    PLACE_FIELD("before"),
};

const struct form invoices_list_form = FORM(fields);

/* What was asked for. */
struct choice {
    enum filter filter;
    enum sort sort;
    struct date from, to;
    const char *number; /* "": no search */
    struct place place;
    struct invoice_place at; /* of place, but for a search */
};

/* ---- reading it ---- */

static enum result names_read(struct visit *visit, struct choice *choice) {
    const char *status = form_text(&visit->form, "status"), *sort = form_text(&visit->form, "sort");
    int filter = 0, order = 0;

    while (*status && filter < FILTER_COUNT && !text_equal(filters[filter].name, status))
        filter++;
    while (*sort && order < SORT_COUNT && !text_equal(sorts[order].name, sort))
        order++;
    if (filter == FILTER_COUNT || order == SORT_COUNT)
        return RESULT_NOT_FOUND;
    choice->filter = (enum filter)filter;
    choice->sort = *sort ? (enum sort)order : filters[filter].sort;
    return RESULT_OK;
}

/* Each combination has a key that it is read by, or is not offered. */
static void combination_check(struct visit *visit, const struct choice *choice) {
    bool has_period = *form_text(&visit->form, "from") || *form_text(&visit->form, "to");

    if (*choice->number && has_period)
        form_fail(&visit->form, "number",
                  say("A number is looked for among all invoices. Leave the period empty, or search"
                      " without a number."));
    else if (!filters[choice->filter].may_sort[choice->sort])
        form_fail(&visit->form, "sort",
                  filters[choice->filter].is_overdue
                      ? say("Overdue invoices come by Date Due only.")
                      : say("Only open and overdue invoices can be sorted by Date Due."));
    else if (choice->sort == SORT_DUE && has_period)
        form_fail(&visit->form, "from",
                  say("A period goes by Invoice Date. Leave it empty, or sort by Invoice Date."));
}

static bool is_outside(const struct choice *choice, struct date on) {
    return (choice->from.year && date_compare(on, choice->from) < 0) ||
           (choice->to.year && date_compare(on, choice->to) > 0);
}

/* A place is one that this list can have. */
static enum result place_find(struct visit *visit, struct choice *choice) {
    const char *text = choice->place.text, *day = "";

    if (!*text)
        return RESULT_OK;
    if (*choice->number)
        return invoice_number_may_hold(text) && text_starts_with(text, choice->number)
                   ? RESULT_OK
                   : RESULT_NOT_FOUND;
    if (!place_split(visit, text, &day, &choice->at.id) || !date_parse(day, &choice->at.on) ||
        is_outside(choice, choice->at.on))
        return RESULT_NOT_FOUND;
    return RESULT_OK;
}

static enum result choice_read(struct visit *visit, struct choice *choice) {
    enum result result = names_read(visit, choice);

    if (result == RESULT_OK)
        result = place_read(visit, &choice->place);
    if (result != RESULT_OK)
        return result;
    choice->number = text_trim(visit->arena, form_text(&visit->form, "number"));
    period_read(visit, &choice->from, &choice->to);
    combination_check(visit, choice);
    if (form_has_errors(&visit->form))
        return RESULT_OK;
    if (filters[choice->filter].is_overdue)
        choice->to = date_add_days(visit->today, -1);
    return place_find(visit, choice);
}

/* ---- finding what it means ---- */

static enum result history_read(struct visit *visit, const struct choice *choice,
                                struct invoice_rows *out_rows) {
    struct invoice_history ask = {
        .account_id = visit->session.account_id,
        .which = filters[choice->filter].which,
        .order = sorts[choice->sort].order,
        .from = choice->from,
        .to = choice->to,
        .place = choice->at,
        .is_back = choice->place.is_back,
        .limit = ROWS,
    };

    return invoice_history(visit->running->db, visit->arena, &ask, out_rows);
}

static const char *upper(struct arena *arena, const char *text) {
    char *copy = arena_text(arena, text);

    for (char *at = copy; *at; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    return copy;
}

static enum result number_read(struct visit *visit, struct choice *choice,
                               struct invoice_rows *out_rows) {
    const char *large = upper(visit->arena, choice->number);
    struct invoice_search ask = {
        .account_id = visit->session.account_id,
        .prefix = choice->number,
        .place = choice->place.text,
        .is_back = choice->place.is_back,
        .limit = ROWS,
    };

    if (!invoice_number_may_hold(choice->number))
        return RESULT_OK;
    enum result result = invoice_search(visit->running->db, visit->arena, &ask, out_rows);
    /* Numbers know large letters from small ones; who types one does not. */
    if (result != RESULT_OK || out_rows->count || *ask.place || text_equal(large, ask.prefix))
        return result;
    ask.prefix = large;
    result = invoice_search(visit->running->db, visit->arena, &ask, out_rows);
    if (result == RESULT_OK && out_rows->count)
        choice->number = large;
    return result;
}

static enum result rows_read(struct visit *visit, struct choice *choice,
                             struct invoice_rows *out_rows) {
    enum result result = *choice->number ? number_read(visit, choice, out_rows)
                                         : history_read(visit, choice, out_rows);

    /* What lay before has gone meanwhile: this is the list's begin. */
    if (result == RESULT_OK && out_rows->count == 0 && choice->place.is_back) {
        choice->place = (struct place){"", false};
        choice->at = (struct invoice_place){0};
        return rows_read(visit, choice, out_rows);
    }
    if (result == RESULT_OK && settings_has_program(&visit->running->settings, "pay"))
        result = invoice_rows_hold(visit->running->db, visit->arena, visit->session.account_id,
                                   out_rows);
    return result;
}

/* ---- showing it ---- */

static void query_day(struct buffer *query, const char *name, struct date date) {
    char text[DATE_TEXT_SIZE];

    if (!date.year)
        return;
    date_format(date, text);
    buffer_url_pair(query, name, text);
}

/* The list of another filter keeps what it offers of the sort and the period. */
static struct buffer query_of(struct visit *visit, const struct choice *choice,
                              enum filter filter) {
    bool is_chosen = choice->sort != filters[choice->filter].sort;
    bool keeps_sort = is_chosen && filters[filter].may_sort[choice->sort];
    enum sort sort = keeps_sort ? choice->sort : filters[filter].sort;
    struct buffer query;

    buffer_init(&query, visit->arena, QUERY_BYTES);
    buffer_url_pair(&query, "status", filters[filter].name);
    if (sort != filters[filter].sort)
        buffer_url_pair(&query, "sort", sorts[sort].name);
    if (sort != SORT_DUE && !filters[choice->filter].is_overdue) {
        query_day(&query, "from", choice->from);
        query_day(&query, "to", choice->to);
    }
    return query;
}

static const char *list_url(struct visit *visit, const struct buffer *query) {
    return visit_url(visit, arena_format(visit->arena, "/invoices?%s", query->bytes));
}

static void filters_show(struct visit *visit, const struct choice *choice) {
    for (int at = 0; at < FILTER_COUNT; at++) {
        struct values *node = values_item(visit->values, "Filters", (size_t)at);
        struct buffer query = query_of(visit, choice, (enum filter)at);

        values_set(node, "Title", say_in("invoices", filters[at].title));
        values_set(node, "Url", list_url(visit, &query));
        if (at == (int)choice->filter && !*choice->number)
            values_set(node, "Current", "1");
    }
}

/* The form with what is in force, or was typed. */
static void form_show(struct visit *visit, const struct choice *choice) {
    bool has_errors = form_has_errors(&visit->form);
    struct values *filter = values_child(visit->values, "Filter");

    values_set(filter, "Status", filters[choice->filter].name);
    values_set(filter, "IsOpen", has_errors ? "1" : NULL);
    values_set(filter, "MaySort", filters[choice->filter].is_overdue && !has_errors ? NULL : "1");
    for (int at = 0, shown = 0; at < SORT_COUNT; at++) {
        if (!filters[choice->filter].may_sort[at])
            continue;
        struct values *node = values_item(visit->values, "Sorts", (size_t)shown++);
        values_set(node, "Name", sorts[at].name);
        values_set(node, "Title", say(sorts[at].title));
        values_set(node, "Checked", at == (int)choice->sort ? "1" : NULL);
    }
    visit_show_field(visit, "number", "number", "Number");
    visit_show_field(visit, "sort", "sort", "Sort");
    period_show(visit);
}

/* In words what is not the list as it comes, and the way back to that. */
static void narrowing_show(struct visit *visit, const struct choice *choice) {
    struct values *filter = values_child(visit->values, "Filter");
    struct choice plain = {.filter = choice->filter, .sort = filters[choice->filter].sort};
    struct buffer query = query_of(visit, &plain, choice->filter);
    const char *period = filters[choice->filter].is_overdue
                             ? ""
                             : period_text(visit, choice->from, choice->to);
    bool is_sorted = choice->sort != plain.sort;

    if (*choice->number)
        values_set(filter, "Number", choice->number);
    else if (*period) /* which leaves no other sort to be chosen: combination_check() */
        values_set(
            filter, "Text",
            arena_format(visit->arena,
                         is_sorted ? say("Invoice Date %s, oldest first") : say("Invoice Date %s"),
                         period));
    else if (is_sorted || filters[choice->filter].is_overdue)
        values_set(filter, "Text", say(sorts[choice->sort].sentence));
    values_set(filter, "HasPeriod", *period ? "1" : NULL);
    if (*choice->number || *period || is_sorted)
        values_set(filter, "ClearUrl", list_url(visit, &query));
}

static const char *place_of(struct visit *visit, const struct choice *choice,
                            const struct invoice_row *row) {
    char day[DATE_TEXT_SIZE];

    if (*choice->number)
        return row->number;
    date_format(choice->sort == SORT_DUE ? row->figures.due_on : row->issued_on, day);
    return arena_format(visit->arena, "%s.%lld", day, (long long)row->id);
}

static void rows_show(struct visit *visit, const struct choice *choice,
                      const struct invoice_rows *rows) {
    struct buffer query = query_of(visit, choice, choice->filter);
    const char *first = NULL, *last = NULL;

    if (*choice->number) {
        buffer_init(&query, visit->arena, QUERY_BYTES);
        buffer_url_pair(&query, "number", choice->number);
    }
    for (size_t at = 0; at < rows->count; at++)
        invoices_row_show(visit, values_item(visit->values, "Invoices", at), &rows->list[at]);
    if (rows->count) {
        first = place_of(visit, choice, &rows->list[0]);
        last = place_of(visit, choice, &rows->list[rows->count - 1]);
    }
    pages_show(visit, "/invoices", &query, &choice->place, rows->has_more, first, last);
}

/* Where the money stands: the session knows it. */
static void stand_show(struct visit *visit) {
    const struct session *session = &visit->session;

    values_set(visit->values, "Balance.Current",
               visit_money(visit, money_subtract(session->due_cents, session->credit_cents)));
    if (session->pending_cents)
        values_set(visit->values, "Balance.InProgress", visit_money(visit, session->pending_cents));
}

enum result invoices_list(struct visit *visit) {
    struct choice choice = {.number = ""};
    struct invoice_rows rows = {0};
    enum result result = choice_read(visit, &choice);
    bool is_read = result == RESULT_OK && !form_has_errors(&visit->form);

    if (is_read)
        result = rows_read(visit, &choice, &rows);
    if (result != RESULT_OK)
        return result;
    stand_show(visit);
    filters_show(visit, &choice);
    form_show(visit, &choice);
    if (is_read) {
        narrowing_show(visit, &choice);
        rows_show(visit, &choice, &rows);
    }
    return visit_render(visit, 200, "invoices/list", say("Invoice History"), "/invoices");
}
