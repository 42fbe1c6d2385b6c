/* remit autopay run, preview - a draft day's work by hand, and a look at it. The work itself is
 * common/program/draft.h, as in `drafter`. */
#include <stdio.h>
#include <unistd.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/draft.h"
#include "common/program/stop.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { BAR_WIDTH = 30, BAR_EVERY_MS = 100 };

/* ---- what it came to ---- */

static const struct line {
    const char *key, *words;
    size_t at;
} lines[] = {
#define LINE(key_, words_)                                                                         \
    { #key_, words_, offsetof(struct draft_summary, key_) }
    LINE(planned, "attempts"),
    LINE(retried, "  of them tried again"),
    LINE(drafted, "drafted"),
    LINE(pending, "pending at the bank"),
    LINE(declined_soft, "declined, may pass later"),
    LINE(declined_hard, "declined for good"),
    LINE(declined_fix_data, "declined, card data wrong"),
    LINE(refused, "refused by the gateway"),
    LINE(not_charged, "not charged"),
    LINE(misconfigured, "our settings wrong"),
    LINE(unknown, "unknown"),
    LINE(unrecorded, "not recorded yet"),
    LINE(retry, "to be tried again, now or later"),
    LINE(failed, "failed"),
    LINE(unusable, "failed: no usable method"),
    LINE(changed, "failed: what is due or chosen has changed"),
    LINE(next_day, "failed: the next draft day came"),
    LINE(skipped, "skipped by the customer"),
    LINE(merged, "merged into a later day"),
    LINE(nothing, "nothing due"),
    LINE(below_smallest, "less than the smallest payment"),
    LINE(person, "for a person"),
    LINE(waiting, "waits for its notice"),
    LINE(turned_off, "turned off: no permission"),
    LINE(busy, "busy: the next run"),
    LINE(lost, "taken by another run"),
#undef LINE
};

static const struct draft_tally *tally_of(const struct draft_summary *summary, size_t at) {
    return (const struct draft_tally *)((const char *)summary + lines[at].at);
}

static void summary_json(struct command *command, const struct draft_options *options,
                         const struct draft_summary *summary) {
    json_t *object = json_object();
    char day[DATE_TEXT_SIZE];

    date_format(options->today, day);
    json_object_set_new(object, "on", json_string(day));
    json_object_set_new(object, "dry_run", json_boolean(options->is_dry));
    for (size_t at = 0; at < sizeof lines / sizeof *lines; at++) {
        const struct draft_tally *tally = tally_of(summary, at);
        json_t *one = json_object();

        json_object_set_new(one, "count", json_integer(tally->count));
        json_set_money(command, one, "amount", tally->cents);
        json_object_set_new(object, lines[at].key, one);
    }
    json_object_set_new(object, "stopped", json_boolean(summary->is_stopped));
    json_print(object);
}

static void summary_print(struct command *command, const struct draft_options *options,
                          const struct draft_summary *summary) {
    char day[DATE_TEXT_SIZE];

    date_format(options->today, day);
    printf("Auto Pay on %s%s\n", day, options->is_dry ? ", nothing written" : "");
    for (size_t at = 0; at < sizeof lines / sizeof *lines; at++) {
        const struct draft_tally *tally = tally_of(summary, at);

        if (tally->count || at == 0)
            printf("%8lld  %14s  %s\n", (long long)tally->count,
                   tally->cents ? money_text(command->arena, tally->cents) : "",
                   at == 0 && options->is_dry ? "planned" : lines[at].words);
    }
    if (summary->is_stopped)
        printf("Stopped: what was on its way is recorded, the rest waits for the next run.\n");
}

/* ---- a bar ---- */

struct bar {
    int64_t shown_ms;
    bool is_shown;
};

static void bar_draw(const struct draft_summary *summary, int64_t seen, int64_t due,
                     unsigned in_flight, void *context) {
    struct bar *bar = context;
    int64_t now_ms = clock_monotonic_ms();
    int64_t filled = due ? seen * BAR_WIDTH / due : BAR_WIDTH;
    int64_t drafted = summary->drafted.count + summary->pending.count;

    if (now_ms - bar->shown_ms < BAR_EVERY_MS)
        return;
    bar->shown_ms = now_ms;
    bar->is_shown = true;
    fprintf(stderr, "\r[%-*.*s] %lld of %lld, %u on their way, %lld drafted ", BAR_WIDTH,
            (int)(filled < BAR_WIDTH ? filled : BAR_WIDTH), "##############################",
            (long long)seen, (long long)due, in_flight, (long long)drafted);
}

/* ---- a run ---- */

static bool day_read(struct command *command, struct date *out_day) {
    const char *text = command_option(command, "on");

    if (text)
        return command_date(command, "--on", text, out_day);
    command_usage(command, "--on: Enter the day, as in 2026-12-01.");
    return false;
}

static enum command_exit run_end(struct command *command, const struct draft_summary *summary,
                                 enum result result) {
    if (result != RESULT_OK)
        return command_refuse(command,
                              "The run ended early (%s): %s. What was on its way is recorded or"
                              " left to `remit settle`; run it again.",
                              result_name(result), db_error(command->running.db));
    if (summary->is_misconfigured)
        return command_refuse(command, "The gateway does not accept our settings: nothing more was"
                                       " sent. Look at the queue, at Gateway.* and at"
                                       " Secret.GatewayKey; then run it again.");
    if (summary->is_away)
        return command_refuse(command, "The gateway cannot be reached: run it again later.");
    return COMMAND_DONE;
}

enum command_exit remit_autopay_run(struct command *command) {
    struct bar bar = {0};
    struct draft_options options = {.is_dry = command_has(command, "dry-run")};
    struct draft_summary summary;

    if (!day_read(command, &options.today))
        return COMMAND_USAGE;
    /* What is charged early is charged without having been told. */
    if (!options.is_dry && date_compare(options.today, instant_date(command_now(command))) > 0)
        return command_usage(command, "--on: This day has not come yet (--dry-run looks ahead).");
    enum command_exit status = options.is_dry ? COMMAND_DONE : command_gateway_open(command);
    if (status != COMMAND_DONE)
        return status;
    if (stop_open() != RESULT_OK)
        return command_refuse(command, "Signals cannot be waited for.");
    if (isatty(STDERR_FILENO)) {
        options.progress = bar_draw;
        options.context = &bar;
    }
    enum result result = draft_run(&command->running, &options, &summary);
    stop_close();
    if (bar.is_shown)
        fprintf(stderr, "\r%*s\r", BAR_WIDTH + 60, "");
    if (command->json)
        summary_json(command, &options, &summary);
    else
        summary_print(command, &options, &summary);
    return run_end(command, &summary, result);
}

/* ---- a look ---- */

struct looking {
    struct command *command;
    json_t *list;
    int64_t count, cents;
    enum result result;
};

static const char *account_number(struct looking *looking, struct arena *arena, int64_t id) {
    const char *number = "";
    enum result result = draft_account(looking->command->running.db, arena, id, &number);

    if (result != RESULT_OK)
        looking->result = result;
    return number;
}

static void look_json(struct looking *looking, const struct draft_look *look, const char *account,
                      const char *day, const char *method) {
    struct command *command = looking->command;
    json_t *object = json_object(), *invoices = json_array();

    json_object_set_new(object, "account", json_string(account));
    json_object_set_new(object, "enrolment", json_integer(look->enrolment_id));
    json_object_set_new(object, "draft_on", json_string(day));
    json_object_set_new(object, "is_retry", json_boolean(look->is_retry));
    json_object_set_new(object, "state",
                        json_string(look->is_off             ? "off"
                                    : look->waits_until.year ? "waiting"
                                                             : draft_state_name(look->state)));
    if (look->waits_until.year) {
        char until[DATE_TEXT_SIZE];

        date_format(look->waits_until, until);
        json_object_set_new(object, "waits_until", json_string(until));
    }
    json_object_set_new(object, "reason", json_string(draft_reason_name(look->reason)));
    json_object_set_new(object, "method", json_string(method));
    json_set_money(command, object, "amount", look->amount_cents);
    for (size_t at = 0; at < look->count; at++) {
        json_t *invoice = json_object();

        json_object_set_new(invoice, "number", json_string(look->numbers[at]));
        json_set_money(command, invoice, "amount", look->list[at].amount_cents);
        json_array_append_new(invoices, invoice);
    }
    json_object_set_new(object, "invoices", invoices);
    json_array_append_new(looking->list, object);
}

static const char *waits_text(struct arena *arena, const struct draft_look *look) {
    char until[DATE_TEXT_SIZE];

    if (!look->waits_until.year)
        return "";
    date_format(look->waits_until, until);
    return arena_format(arena, "  (waits for its notice, until %s)", until);
}

static void look_print(struct arena *arena, const struct draft_look *look, const char *account,
                       const char *day, const char *method) {
    if (look->is_off) {
        printf("%s/%lld  turned off: its user may not use Auto Pay any more\n", account,
               (long long)look->enrolment_id);
        return;
    }
    if (look->state != DRAFT_OPEN) {
        printf("%s/%lld  %s  %s%s%s\n", account, (long long)look->enrolment_id, day,
               draft_state_name(look->state), look->reason ? ": " : "",
               draft_reason_name(look->reason));
        return;
    }
    printf("%s/%lld  %s  %s  %s%s\n", account, (long long)look->enrolment_id, day,
           money_text(arena, look->amount_cents), method,
           look->is_retry ? "  (tried again)" : waits_text(arena, look));
    for (size_t at = 0; at < look->count; at++)
        printf("    %s  %s\n", look->numbers[at], money_text(arena, look->list[at].amount_cents));
}

static void looked(const struct draft_look *look, void *context) {
    struct looking *looking = context;
    struct arena *arena = arena_new(1024 * 1024);
    const char *account = account_number(looking, arena, look->account_id);
    const char *method = look->count
                             ? arena_format(arena, "%s ending %s", look->brand, look->last_four)
                             : "";
    char day[DATE_TEXT_SIZE] = "";

    if (look->draft_on.year)
        date_format(look->draft_on, day);
    if (look->state == DRAFT_OPEN && !look->is_off && !look->waits_until.year) {
        looking->count++;
        looking->cents += look->amount_cents;
    }
    if (looking->command->json)
        look_json(looking, look, account, day, method);
    else
        look_print(arena, look, account, day, method);
    arena_free(arena);
}

enum command_exit remit_autopay_preview(struct command *command) {
    struct looking looking = {.command = command};
    struct date today;

    if (!day_read(command, &today))
        return COMMAND_USAGE;
    if (command->json)
        looking.list = json_array();
    enum result result = draft_preview(&command->running, today, looked, &looking);
    if (result == RESULT_OK)
        result = looking.result;
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (command->json) {
        json_t *object = json_object();

        json_object_set_new(object, "drafts", looking.list);
        json_object_set_new(object, "count", json_integer(looking.count));
        json_set_money(command, object, "total", looking.cents);
        json_print(object);
        return COMMAND_DONE;
    }
    printf("%lld draft%s, %s.\n", (long long)looking.count, looking.count == 1 ? "" : "s",
           money_text(command->arena, looking.cents));
    return COMMAND_DONE;
}
