/* drafter - takes what autopay has due: the day's work at start, and again every little while. */
#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/program/draft.h"
#include "common/program/service.h"
#include "common/store/event_store.h"
#include "common/store/import_store.h"

static const struct statement *const statements[] = {
    CHARGE_STATEMENTS,
    DRAFT_RUN_STATEMENTS,
};

static void summary_log(const struct draft_summary *summary) {
    LOG(LOG_LEVEL_INFO, "draft.run", LOG_INT("planned", summary->planned.count),
        LOG_INT("planned_cents", summary->planned.cents),
        LOG_INT("drafted", summary->drafted.count), LOG_INT("pending", summary->pending.count),
        LOG_INT("declined", summary->declined_soft.count + summary->declined_hard.count +
                                summary->declined_fix_data.count),
        LOG_INT("unknown", summary->unknown.count), LOG_INT("retry", summary->retry.count),
        LOG_INT("failed", summary->failed.count + summary->unusable.count),
        LOG_INT("nothing", summary->nothing.count + summary->below_smallest.count),
        LOG_INT("person", summary->person.count), LOG_INT("waiting", summary->waiting.count));
}

static bool did_anything(const struct draft_summary *summary) {
    return summary->planned.count || summary->nothing.count || summary->below_smallest.count ||
           summary->skipped.count || summary->person.count || summary->unusable.count ||
           summary->next_day.count || summary->changed.count || summary->turned_off.count ||
           summary->busy.count || summary->waiting.count;
}

static enum result round_run(struct running *running) {
    /* Notices are looked at once a day; that each is written once does not depend on it. */
    static struct date noticed_on;
    struct date today = instant_date(clock_now(running->clock));
    const struct draft_options options = {.today = today};
    struct draft_summary summary;
    enum result result = draft_run(running, &options, &summary);

    if (did_anything(&summary))
        summary_log(&summary);
    if (result == RESULT_OK && date_compare(today, noticed_on) != 0) {
        result = draft_notices(running, today);
        if (result == RESULT_OK && !service_should_stop())
            noticed_on = today;
    }
    return result == RESULT_OK && summary.is_misconfigured ? RESULT_INVALID : result;
}

static int64_t pause_ms(const struct running *running) {
    return running->settings.autopay.run_s * 1000;
}

int main(int argc, char **argv) {
    const struct service drafter = {
        .program = {.name = "drafter",
                    .statements = statements,
                    .statement_count = sizeof statements / sizeof *statements,
                    .open = draft_open,
                    .close = charge_close},
        .about = "takes the drafts that autopay has due, until it is stopped.",
        .round = round_run,
        .pause_ms = pause_ms,
    };

    return service_run(&drafter, argc, argv);
}
