/* enrolling_words.c - enrolments, and what they will draft, in the customer's words. */
#include <string.h>

#include "common/billing/method_words.h"
#include "common/core/buffer.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/enrolling.h"

enum { COVERED_MAX = 16 * 1024 };

const char *enrolling_method_text(struct arena *arena, const struct enrolment_method *method) {
    return method_words(arena, method->brand, method->last_four);
}

static const char *number_of(const struct enrolment_invoices *invoices, int64_t id) {
    for (size_t at = 0; at < invoices->count; at++)
        if (invoices->list[at].cover.id == id)
            return invoices->list[at].number;
    return NULL;
}

const char *enrolling_covered_names(struct arena *arena, const struct enrolment *enrolment,
                                    const struct enrolment_invoices *invoices) {
    static const char type[] = "type:", invoice[] = "invoice:";
    struct buffer text;
    size_t shown = 0;

    buffer_init(&text, arena, COVERED_MAX);
    for (size_t at = 0; at < enrolment->cover_count; at++) {
        const char *key = enrolment->covers[at], *name = NULL;
        int64_t id;

        if (text_starts_with(key, type))
            name = key + strlen(type);
        else if (text_starts_with(key, invoice) && text_to_int(key + strlen(invoice), &id))
            name = number_of(invoices, id);
        /* A chosen invoice that is paid is not open any more. */
        if (!name)
            continue;
        buffer_text(&text, shown++ ? ", " : "");
        buffer_text(&text, name);
    }
    return text.bytes;
}

const char *enrolling_covered(struct arena *arena, const struct enrolment *enrolment,
                              const struct enrolment_invoices *invoices) {
    if (text_equal(enrolment->scope, "all"))
        return say("All invoices");
    const char *names = enrolling_covered_names(arena, enrolment, invoices);
    if (!*names)
        return say("Invoices that are paid");
    if (!text_equal(enrolment->scope, "invoices"))
        return names;
    return arena_format(arena, enrolment->cover_count > 1 ? say("Invoices %s") : say("Invoice %s"),
                        names);
}

const char *enrolling_day(struct visit *visit, struct date day) {
    if (!date_is_valid(day) || day.year != visit->today.year)
        return date_long(visit->arena, day);
    /* Month and day: "November 22". */
    return arena_format(visit->arena, say_in("day of this year", "%1$s %2$d"),
                        date_month(day.month), day.day);
}

const char *enrolling_forecast_text(struct visit *visit, const struct forecast *forecast,
                                    const char *method_text) {
    const char *day = enrolling_day(visit, forecast->on);

    if (forecast->is_skipped)
        return arena_format(visit->arena, say("%s is skipped: nothing is drafted"), day);
    switch (forecast->amount) {
    case DRAFT_TAKES:
        break;
    case DRAFT_TAKES_NOTHING:
        return arena_format(visit->arena, say("Nothing is due yet for %s, %s"), day, method_text);
    case DRAFT_TAKES_TOO_LITTLE:
        return arena_format(
            visit->arena, say("Less than %s, the smallest payment, is due yet for %s, %s"),
            visit_money(visit, visit->running->settings.smallest_cents), day, method_text);
    }
    return arena_format(visit->arena, say("%s on %s, %s"),
                        visit_money(visit, forecast->amount_cents), day, method_text);
}
