/* remit autopay list, change, off - who pays by itself, as the provider sees and changes it. */
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/enrolling.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/provider_autopay_store.h"
#include "common/store/user_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { NOTE_MAX = 500, SUBJECT_SIZE = 64, TYPES_MAX = 1000 };

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

/* What was asked; what was not stays. */
struct wanted {
    struct changing *changing;
    bool has_schedule, has_largest;
    enum schedule schedule;
    int64_t largest_cents, method_id, backup_method_id; /* 0: not asked */
    const char *scope;                                  /* NULL: not asked */
    const char *const *names;                           /* of its types, or its invoices' numbers */
    size_t name_count;
    struct enrolling_desk desk;
    struct enrolling plan;
};

/* "Hosting, Support" */
static bool names_read(struct command *command, const char *what, const char *text,
                       struct wanted *wanted) {
    const char **names = arena_array(command->arena, ENROLMENT_COVERS_MAX, sizeof *names);

    for (const char *end = text; end; text = end + 1) {
        end = strchr(text, ',');
        text += strspn(text, " ");
        size_t length = end ? (size_t)(end - text) : strlen(text);

        while (length && text[length - 1] == ' ')
            length--;
        if (!length || wanted->name_count == ENROLMENT_COVERS_MAX) {
            command_usage(command, "%s: Enter 1 to %d of them, with commas between.", what,
                          ENROLMENT_COVERS_MAX);
            return false;
        }
        names[wanted->name_count++] = arena_copy(command->arena, text, length);
        if (!end)
            break;
    }
    wanted->names = names;
    return true;
}

static bool scope_read(struct command *command, struct wanted *wanted) {
    const char *types = command_option(command, "types");
    const char *invoices = command_option(command, "invoices");
    bool all = command_has(command, "all");

    if (all + (types != NULL) + (invoices != NULL) > 1) {
        command_usage(command, "Give one of --all, --types and --invoices.");
        return false;
    }
    if (all)
        wanted->scope = "all";
    if (types)
        wanted->scope = "types";
    if (invoices)
        wanted->scope = "invoices";
    if (types)
        return names_read(command, "--types", types, wanted);
    return !invoices || names_read(command, "--invoices", invoices, wanted);
}

static bool id_read(struct command *command, const char *name, int64_t *out_id) {
    const char *text = command_option(command, name);

    if (!text || (text_to_int(text, out_id) && *out_id > 0))
        return true;
    command_usage(command, "--%s: A method's id is a number; `remit method list` has it.", name);
    return false;
}

/* false: COMMAND_USAGE, said. */
static bool wanted_read(struct command *command, struct wanted *wanted) {
    const char *schedule = command_option(command, "schedule");
    const char *largest = command_option(command, "largest");

    if (schedule && schedule_parse(schedule, &wanted->schedule) != RESULT_OK) {
        command_usage(command, "--schedule: Enter due_date, first, fifteenth or split.");
        return false;
    }
    wanted->has_schedule = schedule != NULL;
    wanted->has_largest = largest != NULL;
    if (largest && !text_equal(largest, "none") &&
        !command_money(command, "--largest", largest, &wanted->largest_cents))
        return false;
    if (wanted->largest_cents && wanted->largest_cents < command->running.settings.smallest_cents) {
        command_usage(command, "--largest: The smallest payment here is %s: it would take nothing.",
                      money_text(command->arena, command->running.settings.smallest_cents));
        return false;
    }
    if (!id_read(command, "method", &wanted->method_id) ||
        !id_read(command, "backup", &wanted->backup_method_id) || !scope_read(command, wanted))
        return false;
    if (wanted->backup_method_id && command_has(command, "no-backup")) {
        command_usage(command, "--backup and --no-backup contradict each other.");
        return false;
    }
    wanted->desk = (struct enrolling_desk){.actor = command_actor(command),
                                           .skips = command_has(command, "skip"),
                                           .unskips = command_has(command, "no-skip")};
    if (wanted->desk.skips && wanted->desk.unskips) {
        command_usage(command, "--skip and --no-skip contradict each other.");
        return false;
    }
    if (!schedule && !largest && !wanted->method_id && !wanted->backup_method_id &&
        !wanted->scope && !wanted->desk.skips && !wanted->desk.unskips &&
        !command_has(command, "no-backup")) {
        command_usage(command, "Say what to change.");
        return false;
    }
    return true;
}

/* A type or an open invoice of the account. NULL: there is none of that name. */
static const char *cover_key(struct arena *arena, const struct wanted *wanted, const char *name,
                             const char *const *types, size_t type_count,
                             const struct enrolment_invoices *invoices) {
    if (text_equal(wanted->scope, "types")) {
        for (size_t at = 0; at < type_count; at++)
            if (text_equal(types[at], name))
                return arena_format(arena, "type:%s", types[at]);
        return NULL;
    }
    for (size_t at = 0; at < invoices->count; at++)
        if (text_equal(invoices->list[at].number, name))
            return arena_format(arena, "invoice:%lld", (long long)invoices->list[at].cover.id);
    return NULL;
}

static enum result covers_find(struct db *db, struct wanted *wanted, struct enrolling_ask *ask) {
    static const char *const all[] = {"all"};
    struct changing *changing = wanted->changing;
    struct arena *arena = changing->command->arena;
    const char **keys = arena_array(arena, ENROLMENT_COVERS_MAX, sizeof *keys);
    struct enrolment_invoices invoices = {0};
    const char *const *types = NULL;
    size_t type_count = 0;
    enum result result = RESULT_OK;

    ask->scope = wanted->scope;
    ask->covers = all;
    ask->cover_count = 1;
    if (text_equal(wanted->scope, "all"))
        return RESULT_OK;
    if (text_equal(wanted->scope, "types"))
        result = enrolment_types(db, arena, changing->account_id, TYPES_MAX, &types, &type_count);
    else
        result = enrolment_invoices(db, arena, changing->account_id, ENROLLING_INVOICES_MAX,
                                    &invoices);
    ask->covers = keys;
    ask->cover_count = 0;
    for (size_t at = 0; result == RESULT_OK && at < wanted->name_count; at++) {
        const char *name = wanted->names[at];
        const char *key = cover_key(arena, wanted, name, types, type_count, &invoices);
        bool again = false;

        for (size_t before = 0; key && before < ask->cover_count; before++)
            again = again || text_equal(keys[before], key);
        if (key && !again)
            keys[ask->cover_count++] = key;
        if (key)
            continue;
        changing->fault = arena_format(arena,
                                       text_equal(wanted->scope, "types")
                                           ? "--types: The account has no invoice of type %s."
                                           : "--invoices: The account has no open invoice %s.",
                                       name);
        return RESULT_CONFLICT;
    }
    return result;
}

static const char *fault_sentence(struct arena *arena, const struct enrolling *plan) {
    if (plan->fault == ENROLLING_NOT_ALLOWED)
        return "Its user may not manage Auto Pay any more.";
    if (plan->fault == ENROLLING_METHOD)
        return arena_format(arena, "--method: %s", plan->fault_text);
    if (plan->fault == ENROLLING_BACKUP)
        return arena_format(arena, "--backup: %s", plan->fault_text);
    return plan->fault_text;
}

static enum result change_do(struct db *db, struct wanted *wanted) {
    struct changing *changing = wanted->changing;
    struct command *command = changing->command;
    const struct enrolment *now = &changing->enrolment;
    const char *account = command->arguments[0];
    struct enrolling_ask ask = {
        .enrolment_id = changing->id,
        .method_id = wanted->method_id ? wanted->method_id : now->method_id,
        .backup_method_id = wanted->backup_method_id ? wanted->backup_method_id
                                                     : now->backup_method_id,
        .schedule = wanted->has_schedule ? wanted->schedule : now->schedule,
        .scope = now->scope,
        .covers = now->covers,
        .cover_count = now->cover_count,
        .largest_cents = wanted->has_largest ? wanted->largest_cents : now->largest_cents,
        .older = !now->issued_from.year,
    };
    struct visit visit = {
        .running = &command->running,
        .arena = command->arena,
        .now = changing->now,
        .today = instant_date(changing->now),
        .session = {.user_id = now->user_id,
                    .account_id = changing->account_id,
                    .user_name = now->user_name,
                    .user_email = "",
                    .account_number = arena_copy(command->arena, account,
                                                 (size_t)(strrchr(account, '/') - account))},
    };
    enum result result = wanted->scope ? covers_find(db, wanted, &ask) : RESULT_OK;

    if (command_has(command, "no-backup"))
        ask.backup_method_id = 0;
    if (result != RESULT_OK)
        return result;
    result = enrolling_change(&visit, &ask, &wanted->desk, &wanted->plan);
    if (result == RESULT_CONFLICT)
        changing->fault = fault_sentence(command->arena, &wanted->plan);
    return result;
}

static enum result change_work(struct db *db, void *context) {
    struct wanted *wanted = context;
    struct changing *changing = wanted->changing;
    enum result result = account_move(db, changing->account_id, 0, 0);

    if (result == RESULT_OK)
        result = enrolment_find(db, changing->command->arena, changing->account_id, changing->id,
                                &changing->enrolment);
    if (result != RESULT_OK)
        return result;
    changing->fault = "It is off: only its user can turn it on again.";
    if (!changing->enrolment.is_active)
        return RESULT_CONFLICT;
    return change_do(db, wanted);
}

enum command_exit remit_autopay_change(struct command *command) {
    struct changing changing;
    struct wanted *wanted = arena_alloc(command->arena, sizeof *wanted);
    enum command_exit status = changing_read(command, &changing);

    if (status != COMMAND_DONE)
        return status;
    *wanted = (struct wanted){.changing = &changing};
    if (!wanted_read(command, wanted))
        return COMMAND_USAGE;
    enum result result = db_transaction(command->running.db, change_work, wanted);
    const char *done = "changed; its user gets mail";
    if (result == RESULT_OK && wanted->plan.is_same)
        done = "is so already; nothing was changed";
    else if (result == RESULT_OK && *wanted->plan.skip_text && !wanted->desk.unskips)
        done = "changed; its user gets mail. The day that was skipped is no draft day any more";
    return changing_end(&changing, result, done);
}
