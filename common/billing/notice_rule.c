#include "common/billing/notice_rule.h"

#include <assert.h>

bool notice_is_first(const struct notice_terms *terms) {
    return (terms->is_persons || terms->backup_is_persons) && terms->largest_cents == 0 &&
           terms->notice_days > 0;
}

struct notice_decision notice_decide(const struct notice_question *question) {
    bool is_due = date_compare(question->next_on, question->today) <= 0;
    /* A notice of an earlier day is that of a draft before. */
    bool is_told = question->noticed_cents > 0 && question->noticed_on.year &&
                   date_compare(question->noticed_on, question->next_on) >= 0;
    struct date day = date_add_days(question->today, (int32_t)question->notice_days);

    if (!question->is_first)
        return (struct notice_decision){.end = NOTICE_NEEDLESS};
    assert(question->notice_days > 0);
    if (is_told && !is_due)
        return (struct notice_decision){.end = NOTICE_TOLD};
    if (is_told && date_compare(question->noticed_on, question->today) <= 0)
        return (struct notice_decision){.end = NOTICE_IN_FORCE, .cents = question->noticed_cents};
    if (is_told)
        return (struct notice_decision){.end = NOTICE_WAITS, .on = question->noticed_on};
    if (date_compare(question->next_on, day) > 0)
        return (struct notice_decision){.end = NOTICE_EARLY};
    return (struct notice_decision){.end = NOTICE_TELLS, .on = day};
}
