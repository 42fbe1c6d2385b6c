/* invoices_places.c - pages of a list, and the period it is about: what invoices and payments have
 * in common. */
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "modules/invoices/invoices.h"

enum { QUERY_BYTES = 1024 };

enum result place_read(struct visit *visit, struct place *out_place) {
    bool is_behind = form_has(&visit->form, "after"), is_back = form_has(&visit->form, "before");

    *out_place = (struct place){"", false};
    if (!is_behind && !is_back)
        return RESULT_OK;
    out_place->text = form_text(&visit->form, is_back ? "before" : "after");
    out_place->is_back = is_back;
    bool is_long = form_error_of(&visit->form, is_back ? "before" : "after");
    return (is_behind && is_back) || is_long || !*out_place->text ? RESULT_NOT_FOUND : RESULT_OK;
}

bool place_split(struct visit *visit, const char *text, const char **out_what, int64_t *out_id) {
    const char *dot = strrchr(text, '.');

    if (!dot || !text_to_int(dot + 1, out_id))
        return false;
    *out_what = arena_copy(visit->arena, text, (size_t)(dot - text));
    return true;
}

static const char *page_url(struct visit *visit, const char *path, const struct buffer *query,
                            const char *way, const char *place) {
    struct buffer whole;

    buffer_init(&whole, visit->arena, QUERY_BYTES);
    buffer_add(&whole, query->bytes, query->length);
    if (way)
        buffer_url_pair(&whole, way, place);
    return visit_url(
        visit, arena_format(visit->arena, "%s%s%s", path, whole.length ? "?" : "", whole.bytes));
}

void pages_show(struct visit *visit, const char *path, const struct buffer *query,
                const struct place *place, bool has_more, const char *first, const char *last) {
    struct values *pages = values_child(visit->values, "Pages");
    bool is_begin = !*place->text || (place->is_back && !has_more);

    if (!is_begin)
        values_set(pages, "FirstUrl", page_url(visit, path, query, NULL, NULL));
    if (!is_begin && first)
        values_set(pages, "PreviousUrl", page_url(visit, path, query, "before", first));
    if (last && (place->is_back || has_more))
        values_set(pages, "NextUrl", page_url(visit, path, query, "after", last));
}

static struct date day_read(struct visit *visit, const char *field, const char *sentence) {
    const char *text = form_text(&visit->form, field);
    struct date date = {0};

    if (*text && !date_parse(text, &date))
        form_fail(&visit->form, field, sentence);
    return date;
}

void period_read(struct visit *visit, struct date *out_from, struct date *out_to) {
    *out_from = day_read(visit, "from",
                         say("From is not a day: enter year, month and day, as in 2026-01-31."));
    *out_to = day_read(visit, "to",
                       say("To is not a day: enter year, month and day, as in 2026-01-31."));
    if (out_from->year && out_to->year && date_compare(*out_to, *out_from) < 0)
        form_fail(&visit->form, "to",
                  say("The period ends before it begins. Change one of the days."));
}

static void day_show(struct visit *visit, const char *field, const char *name) {
    const char *text = form_text(&visit->form, field);
    struct date date;

    visit_show_field(visit, field, field, name);
    /* A browser's field for days would not show it. */
    if (*text && !date_parse(text, &date))
        values_set(visit->values, arena_format(visit->arena, "Fields.%s.IsNoDay", name), "1");
}

void period_show(struct visit *visit) {
    day_show(visit, "from", "From");
    day_show(visit, "to", "To");
}

const char *period_text(struct visit *visit, struct date from, struct date to) {
    struct arena *arena = visit->arena;

    if (from.year && to.year)
        return arena_format(arena, say("%s to %s"), date_short(arena, from), date_short(arena, to));
    if (from.year)
        return arena_format(arena, say("from %s"), date_short(arena, from));
    return to.year ? arena_format(arena, say("until %s"), date_short(arena, to)) : "";
}
