/* remit user import - who may see and pay an account's bills. */
#include "common/core/text.h"
#include "common/store/import_people_store.h"
#include "modules/remit/body.h"
#include "modules/remit/import.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { NAME_MAX_CHARACTERS = 200, LEVEL_MAX = 100, FAULTS_SHOWN = 100 };

enum { OF_EMAIL, OF_NAME, OF_ACCOUNT, OF_LEVEL, OF_EXTERNAL, OF_COUNT };

static const struct import_field fields[OF_COUNT] = {
    [OF_EMAIL] = {"email", true},           [OF_NAME] = {"name", true},
    [OF_ACCOUNT] = {"account", true},       [OF_LEVEL] = {"level", true},
    [OF_EXTERNAL] = {"external_id", false},
};

/* import_users_differ() reads what is behind it. */
static const char prefix[] = "user-1:";
static const char taken[] = "Your site calls another user so.";

static const char *email_set(struct arena *arena, const char *text, const char **out) {
    *out = "";
    if (!import_is_given(text))
        return "This is missing.";
    /* The same person, however it is written. */
    *out = text_lower(arena, text);
    return user_email_new_fault(text);
}

static const char *user_begin(struct import *import, struct item *item, const char *const *texts,
                              size_t *out_field) {
    struct import_user *user = arena_alloc(item->arena, sizeof *user);
    struct arena *arena = item->arena;
    const char *fault = email_set(arena, texts[OF_EMAIL], &user->email);

    (void)import;
    item->thing = user;
    *out_field = OF_EMAIL;
    if (fault)
        return fault;
    *out_field = OF_NAME;
    fault = import_text_set(arena, texts[OF_NAME], NAME_MAX_CHARACTERS, false, NULL, &user->name);
    if (fault)
        return fault;
    *out_field = OF_ACCOUNT;
    fault = import_number_set(arena, texts[OF_ACCOUNT], &item->account);
    if (fault)
        return fault;
    *out_field = OF_LEVEL;
    fault = import_text_set(arena, texts[OF_LEVEL], LEVEL_MAX, false, NULL, &user->level);
    if (fault)
        return fault;
    *out_field = OF_EXTERNAL;
    fault = import_text_set(arena, texts[OF_EXTERNAL], EXTERNAL_ID_MAX, false, "",
                            &user->external_id);
    item->key = user->email;
    item->owner = item->account;
    item->level = user->level;
    item->external = user->external_id;
    return fault;
}

static const char *user_finish(struct import *import, struct item *item) {
    const struct import_user *user = item->thing;

    (void)import;
    buffer_text(&item->body, prefix);
    body_add_text(&item->body, *user->external_id ? user->external_id : NULL);
    body_add_int(&item->body, (int64_t)item->external_position.line);
    body_add_int(&item->body, (int64_t)item->external_position.column);
    body_add_text(&item->body, user->email);
    body_add_text(&item->body, user->name);
    body_add_text(&item->body, item->account);
    body_add_text(&item->body, user->level);
    item->weight = IMPORT_USER_WEIGHT + (*user->external_id ? IMPORT_EXTERNAL_WEIGHT : 0);
    return NULL;
}

static enum result users_look(struct import *import, struct arena *arena, struct staged *list,
                              size_t count) {
    struct import_user_known *known;
    enum result result = import_users_known(import->command->running.db, arena,
                                            import_asked(arena, list, count), count, &known);

    for (size_t at = 0; at < count && result == RESULT_OK; at++) {
        struct staged *one = &list[at];

        one->account_id = known[at].account_id;
        one->is_there = known[at].member_level_id &&
                        known[at].member_level_id == known[at].level_id &&
                        (!*one->external || known[at].external_user_id == known[at].user_id);
        if (!one->account_id)
            import_fault(import, one->account_position, "account",
                         arena_format(arena, "There is no account %s.", one->account));
        if (known[at].user_id && !text_equal_ignoring_case(known[at].email, one->key))
            import_fault(
                import, one->key_position, "email",
                arena_format(arena, "It is too like that of another user, %s.", known[at].email));
        if (!known[at].level_id)
            import_fault(import, one->position, "level",
                         arena_format(arena, "There is no level %s.", one->level));
        if (known[at].external_user_id && known[at].external_user_id != known[at].user_id)
            import_fault(import, one->external_position, "external_id", taken);
    }
    return result;
}

struct called {
    struct position position;
    struct import_user user;
};

static struct called called_read(struct arena *arena, const char *body) {
    struct body_reader reader = body_reader(arena, body, prefix);
    struct called called = {0};
    const char *external_id = body_text(&reader);

    called.user.external_id = external_id ? external_id : "";
    called.position.line = (size_t)body_int(&reader);
    called.position.column = (size_t)body_int(&reader);
    called.user.email = body_text(&reader);
    called.user.name = body_text(&reader);
    (void)body_text(&reader); /* the account's number */
    called.user.level = body_text(&reader);
    return called;
}

/* One id for one user: of several accounts, too. */
static enum result users_compare(struct import *import, struct arena *arena) {
    struct rows rows = {0};
    enum result result = RESULT_OK;

    if (import->external_count)
        result = import_users_differ(import->command->running.db, arena, import->id, FAULTS_SHOWN,
                                     &rows);
    for (size_t row = 0; result == RESULT_OK && row < rows.count; row++) {
        struct called called = called_read(arena, row_text(&rows, row, 0));

        import_fault(import, called.position, "external_id",
                     arena_format(arena,
                                  "This file calls another user %s, or %s by another id, before.",
                                  called.user.external_id, called.user.email));
    }
    return result;
}

static enum result users_apply(struct import *import, struct arena *arena,
                               const struct import_rows *rows, struct import_step *step) {
    struct command *command = import->command;
    const struct provider_act act = {command_actor(command), command_now(command)};
    struct import_user *list = arena_array(arena, rows->count, sizeof *list);
    size_t fault_at = 0;

    for (size_t at = 0; at < rows->count; at++) {
        list[at] = called_read(arena, rows->list[at].body).user;
        list[at].account_id = rows->list[at].account_id;
    }
    step->applied = (int64_t)rows->count;
    enum result result = import_users_write(command->running.db, &act, step, list, rows->count,
                                            &fault_at);
    if (result == RESULT_INVALID)
        import_fault(import, called_read(arena, rows->list[fault_at].body).position, "external_id",
                     taken);
    return result;
}

static enum command_exit users_show(struct import *import, const struct import_file *before,
                                    const struct import_file *after) {
    json_t *object = json_object();
    long long written = after->applied - before->applied;
    long long unchanged = after->unchanged + before->applied;

    json_object_set_new(object, "imported", json_integer(written));
    json_object_set_new(object, "unchanged", json_integer(unchanged));
    return result_show(import->command, object, "%lld user%s added or changed, %lld there already.",
                       written, written == 1 ? "" : "s", unchanged);
}

const struct import_kind import_users = {
    .name = "user",
    .thing = "User",
    .fields = fields,
    .field_count = OF_COUNT,
    .own_count = OF_COUNT,
    .key_field = OF_EMAIL,
    .account_field = OF_ACCOUNT,
    .external_field = OF_EXTERNAL,
    .numeric = 1u << OF_ACCOUNT | 1u << OF_EXTERNAL,
    .begin = user_begin,
    .finish = user_finish,
    .look = users_look,
    .compare = users_compare,
    .apply = users_apply,
    .show = users_show,
};

enum command_exit remit_user_import(struct command *command) {
    return import_run(command, &import_users);
}
