/* schedule_choice.c - when payments are made, beside the tick of a payment or a new method. */
#include "common/program/schedule_choice.h"

#include "common/billing/schedule.h"
#include "common/core/text.h"
#include "common/core/words.h"

void schedule_choice_check(struct visit *visit) {
    enum schedule schedule;

    if (schedule_parse(form_text(&visit->form, "schedule"), &schedule) != RESULT_OK)
        form_fail(&visit->form, "schedule", say("Choose when payments are made."));
}

void schedule_choice_show(struct visit *visit) {
    bool is_post = visit->request.method == METHOD_POST;
    const char *chosen = schedule_name(SCHEDULE_DUE_DATE);

    if (is_post && *form_text(&visit->form, "schedule"))
        chosen = form_text(&visit->form, "schedule");
    for (size_t at = 0; at < SCHEDULE_COUNT; at++) {
        struct values *node = values_item(visit->values, "Autopay.Schedules", at);
        const char *name = schedule_name((enum schedule)at);

        values_set(node, "Name", name);
        values_set(node, "Text", schedule_word((enum schedule)at));
        if (text_equal(name, chosen))
            values_set(node, "Checked", "1");
    }
    if (is_post)
        visit_show_field(visit, "schedule", "schedule", "Schedule");
}
