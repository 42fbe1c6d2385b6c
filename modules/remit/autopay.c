/* remit autopay list, change, off - who pays by itself, as the provider sees and changes it. */
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/enrolling.h"
#include "common/store/charge_store.h"
#include "common/store/draft_store.h"
#include "common/store/event_store.h"
#include "common/store/provider_autopay_store.h"
#include "common/store/user_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { NOTE_MAX = 500, SUBJECT_SIZE = 64, KEY_SIZE = 80, TRIES = 3, PAGE = 500 };

enum command_exit remit_autopay_list(struct command *command) {
    static const struct column columns[] = {
        {"enrolment", "Enrolment", COLUMN_TEXT},     {"user", "User", COLUMN_TEXT},
        {"method", "Method", COLUMN_TEXT},           {"backup", "Backup", COLUMN_TEXT},
        {"schedule", "Schedule", COLUMN_TEXT},       {"covers", "Covers", COLUMN_TEXT},
        {"largest", "Most per draft", COLUMN_MONEY}, {"next_on", "Next", COLUMN_TEXT},
        {"skip_on", "Skips", COLUMN_TEXT},           {"state", "State", COLUMN_TEXT},
        {"off_reason", "Why off", COLUMN_TEXT},      {"off_note", "Note", COLUMN_TEXT},
        {"last_on", "Last draft", COLUMN_TEXT},      {"last_state", "It was", COLUMN_TEXT},
    };
    const char *number = command_option(command, "account");
    int64_t account_id = 0;
    enum command_exit status = number ? account_take(command, "--account", number, &account_id)
                                      : COMMAND_DONE;

    if (status != COMMAND_DONE)
        return status;
    struct listing *listing = listing_begin(command, COLUMNS(columns), "Nobody uses Auto Pay.");
    return listing_finish(
        listing, provider_autopay_list(command->running.db, account_id, listing_row, listing));
}

/* ---- one of them ---- */

struct changing {
    struct command *command;
    const char *note, *what; /* what: the audit's action */
    int64_t account_id, id, now;
    struct enrolment enrolment;
    const char *fault; /* with RESULT_CONFLICT */
    bool changes_schedule;
};

/* "A1/7" */
static enum command_exit changing_read(struct command *command, struct changing *changing) {
    const char *text = command->arguments[0], *slash = strrchr(text, '/');

    *changing = (struct changing){.command = command, .now = command_now(command), .note = ""};
    if (!slash || !text_to_int(slash + 1, &changing->id))
        return command_usage(command, "ACCOUNT/ID: Enter it as `remit autopay list` shows it.");
    return account_take(command, "ACCOUNT/ID",
                        arena_copy(command->arena, text, (size_t)(slash - text)),
                        &changing->account_id);
}

static enum result audit(struct db *db, const struct changing *changing) {
    char subject[SUBJECT_SIZE];

    snprintf(subject, sizeof subject, "enrolment:%lld", (long long)changing->id);
    return audit_add(db, &(struct audit){.at = changing->now,
                                         .actor = command_actor(changing->command),
                                         .action = changing->what,
                                         .account_id = changing->account_id,
                                         .subject = subject,
                                         .address = "",
                                         .request_id = ""});
}

static enum command_exit changing_end(struct changing *changing, enum result result,
                                      const char *done) {
    struct command *command = changing->command;

    if (result == RESULT_NOT_FOUND)
        return command_refuse(command,
                              "There is no such enrolment; `remit autopay list` has them.");
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "%s", changing->fault);
    if (result != RESULT_OK)
        return command_failed(command, result);
    json_t *object = json_object();
    json_object_set_new(object, "enrolment", json_string(command->arguments[0]));
    return result_show(command, object, "Auto Pay %s %s.", command->arguments[0], done);
}

/* ---- off ---- */

static enum result off_work(struct db *db, void *context) {
    struct changing *changing = context;
    struct arena *arena = changing->command->arena;
    const struct enrolling_off off = {arena, changing->account_id, "provider", changing->now};
    enum result result = account_move(db, changing->account_id, 0, 0);

    changing->fault = "It is off already.";
    if (result == RESULT_OK)
        result = enrolment_find(db, arena, changing->account_id, changing->id,
                                &changing->enrolment);
    if (result == RESULT_OK)
        result = enrolling_end(db, &off, changing->id);
    if (result == RESULT_OK)
        result = provider_autopay_note(db, changing->account_id, changing->id, changing->note);
    return result == RESULT_OK ? audit(db, changing) : result;
}

enum command_exit remit_autopay_off(struct command *command) {
    struct changing changing;
    enum command_exit status = changing_read(command, &changing);

    if (status != COMMAND_DONE)
        return status;
    if (!command_text(command, "--note", command_option(command, "note"), NOTE_MAX, &changing.note))
        return COMMAND_USAGE;
    changing.what = "autopay.off";
    return changing_end(&changing, db_transaction(command->running.db, off_work, &changing),
                        "is off");
}

/* ---- change ---- */

/* Whatever was asked; what was not stays. false: COMMAND_USAGE, said. */
static bool change_apply(struct changing *changing) {
    struct command *command = changing->command;
    struct enrolment *enrolment = &changing->enrolment;
    const char *schedule = command_option(command, "schedule");
    const char *largest = command_option(command, "largest");

    if (schedule) {
        enum schedule before = enrolment->schedule;

        if (schedule_parse(schedule, &enrolment->schedule) != RESULT_OK) {
            command_usage(command, "--schedule: Enter due_date, first, fifteenth or split.");
            return false;
        }
        changing->changes_schedule = before != enrolment->schedule;
    }
    if (largest && text_equal(largest, "none"))
        enrolment->largest_cents = 0;
    else if (largest && !command_money(command, "--largest", largest, &enrolment->largest_cents))
        return false;
    if (command_has(command, "no-backup"))
        enrolment->backup_method_id = 0;
    if (command_has(command, "no-skip"))
        enrolment->skip_on = (struct date){0};
    if (command_has(command, "skip"))
        enrolment->skip_on = enrolment->next_on;
    return true;
}

/* The earliest due day of what it covers and is owed; of calendars the next of theirs. */
static enum result next_find(struct db *db, struct changing *changing, struct date today) {
    struct enrolment *enrolment = &changing->enrolment;
    struct arena *arena = changing->command->arena;
    struct enrolment_cover *covers;
    struct draft_open_invoice *list;
    size_t cover_count, count = 0;

    enrolment->skip_on = (struct date){0};
    enrolment->began_on = today;
    enrolment->next_on = (struct date){0};
    if (schedule_is_calendar(enrolment->schedule)) {
        enrolment->next_on = schedule_first_day(enrolment->schedule, today);
        return RESULT_OK;
    }
    enum result result = draft_covers(db, arena, changing->account_id, &covers, &cover_count);
    if (result == RESULT_OK)
        result = draft_invoices(db, arena, changing->account_id, (struct date){0}, 0, PAGE, &list,
                                &count);
    for (size_t at = 0; result == RESULT_OK && at < count && !enrolment->next_on.year; at++) {
        const struct enrolment_cover *chosen = enrolment_cover_choose(covers, cover_count,
                                                                      &list[at].cover);

        if (chosen && chosen->enrolment_id == enrolment->id)
            enrolment->next_on = schedule_join_due_day((struct date){0}, list[at].due_on, today);
    }
    return result;
}

/* What it drafts next is told with the mail about the change. */
static enum result notice_find(struct db *db, struct changing *changing) {
    struct command *command = changing->command;
    struct forecast forecasts[FORECAST_MAX];
    struct enrolments active;
    struct enrolment_invoices invoices;
    size_t count = 0;
    enum result result = enrolment_list(db, command->arena, changing->account_id, ENROLMENTS_MAX,
                                        &active);

    if (result == RESULT_OK)
        result = enrolment_invoices(db, command->arena, changing->account_id,
                                    ENROLLING_INVOICES_MAX, &invoices);
    if (result == RESULT_OK)
        result = enrolling_forecast(&(struct forecasting){.running = &command->running,
                                                          .arena = command->arena,
                                                          .today = instant_date(changing->now),
                                                          .active = &active,
                                                          .invoices = &invoices,
                                                          .is_agreed = true},
                                    &changing->enrolment, forecasts, &count);
    if (result == RESULT_OK)
        enrolling_notice(&command->running.settings, &changing->enrolment, forecasts, count);
    return result;
}

static enum result change_work(struct db *db, void *context) {
    struct changing *changing = context;
    struct arena *arena = changing->command->arena;
    char key[KEY_SIZE];
    enum result result = account_move(db, changing->account_id, 0, 0);

    if (result == RESULT_OK)
        result = enrolment_find(db, arena, changing->account_id, changing->id,
                                &changing->enrolment);
    changing->fault = "It is off: only its user can turn it on again.";
    if (result == RESULT_OK && !changing->enrolment.is_active)
        result = RESULT_CONFLICT;
    if (result != RESULT_OK)
        return result;
    /* What was asked is fine: it was read once before. */
    if (!change_apply(changing))
        return RESULT_INVALID;
    if (changing->changes_schedule)
        result = next_find(db, changing, instant_date(changing->now));
    if (result == RESULT_OK)
        result = notice_find(db, changing);
    if (result == RESULT_OK)
        result = enrolment_change(db, &changing->enrolment, changing->now);
    snprintf(key, sizeof key, "autopay_on:%lld:changed:%lld", (long long)changing->id,
             (long long)changing->now);
    if (result == RESULT_OK)
        result = outbox_add(db, key, "autopay_on", changing->account_id,
                            changing->enrolment.user_id, changing->id, changing->now);
    return result == RESULT_OK ? audit(db, changing) : result;
}

enum command_exit remit_autopay_change(struct command *command) {
    struct changing changing;
    enum command_exit status = changing_read(command, &changing);

    if (status != COMMAND_DONE)
        return status;
    if (!command_option(command, "schedule") && !command_option(command, "largest") &&
        !command_has(command, "skip") && !command_has(command, "no-skip") &&
        !command_has(command, "no-backup"))
        return command_usage(command, "Say what to change.");
    if (command_has(command, "skip") && command_has(command, "no-skip"))
        return command_usage(command, "--skip and --no-skip contradict each other.");
    if (!change_apply(&changing))
        return COMMAND_USAGE;
    changing.changes_schedule = false;
    changing.what = "autopay.change";
    return changing_end(&changing, db_transaction(command->running.db, change_work, &changing),
                        "changed; its user gets mail");
}
