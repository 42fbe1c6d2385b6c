/* remit user - people, their passwords, and the accounts they may use. */
#include <string.h>

#include "common/core/password.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/program/enrolling.h"
#include "common/store/member_store.h"
#include "common/store/site_user_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum {
    EMAIL_MAX = 254,
    NAME_MAX_CHARACTERS = 200,
    PASSWORD_FILE_MAX = 1024,
    ENDING_BYTES = 16 * 1024 * 1024
};

const char *user_email_fault(const char *text) {
    const char *at = strchr(text, '@');

    if (!*text || strlen(text) > EMAIL_MAX || command_text_fault(text, EMAIL_MAX, false) ||
        strpbrk(text, " <>,;\"") || !at || at == text || !at[1] || strchr(at + 1, '@'))
        return "Enter an e-mail address as in ana@example.com.";
    return NULL;
}

/* Of a new user. Other letters are taken for those that they look like by the database, and mailed
 * to by nobody. */
const char *user_email_new_fault(const char *text) {
    const char *fault = user_email_fault(text);

    for (; !fault && *text; text++)
        if ((unsigned char)*text > 0x7e)
            fault = "An e-mail address has letters from a to z only, as in ana@example.com.";
    return fault;
}

bool user_email_read(struct command *command, const char *what, const char *text,
                     const char **out_email) {
    const char *fault = text ? user_email_fault(text) : NULL;

    if (!text || fault) {
        if (text)
            command_usage(command, "%s: %s", what, fault);
        else
            command_usage(command, "%s is missing.", what);
        return false;
    }
    *out_email = text;
    return true;
}

/* The first line of --password-file, hashed. *out_hash NULL: the option was not given. */
static enum command_exit password_read(struct command *command, const char **out_hash) {
    const char *name = command_option(command, "password-file");
    char *hash = arena_alloc(command->arena, PASSWORD_HASH_SIZE), *password;
    enum command_exit status = COMMAND_DONE;
    size_t length;

    *out_hash = NULL;
    if (!name)
        return COMMAND_DONE;
    if (file_read(command, name, PASSWORD_FILE_MAX, &password, &length) != RESULT_OK)
        return command_refuse(command, "--password-file: %s cannot be read.", name);
    size_t line = strcspn(password, "\r\n");
    const char *rest = password + line + strspn(password + line, "\r\n");
    if (*rest || strlen(password) != length) {
        status = command_refuse(command, "--password-file: The file must hold one line.");
    } else {
        password[line] = '\0';
        if (command_text_fault(password, PASSWORD_MAX, false) ||
            text_utf8_count(password) < PASSWORD_MIN || line > PASSWORD_MAX)
            status = command_refuse(command,
                                    "--password-file: A password has %d to %d characters, none of"
                                    " them a control character.",
                                    PASSWORD_MIN, PASSWORD_MAX);
        else if (password_hash(password, hash) != RESULT_OK)
            status = command_refuse(command, "There is not enough memory to hash the password.");
    }
    secret_wipe(password, length);
    *out_hash = hash;
    return status;
}

static enum command_exit user_take(struct command *command, struct member_user *out_user) {
    const char *email;

    if (!user_email_read(command, "EMAIL", command->arguments[0], &email))
        return COMMAND_USAGE;
    enum result result = member_user_find(command->running.db, command->arena, email, out_user);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no user %s.", email);
    return result == RESULT_OK ? COMMAND_DONE : command_failed(command, result);
}

enum command_exit user_level_take(struct command *command, struct provider_level *out_level) {
    const char *name;

    if (!command_text(command, "--level", command_option(command, "level"), NAME_MAX_CHARACTERS,
                      &name))
        return COMMAND_USAGE;
    enum result result = provider_level_find(command->running.db, command->arena, name, out_level);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no level %s.", name);
    return result == RESULT_OK ? COMMAND_DONE : command_failed(command, result);
}

enum command_exit user_done(struct command *command, const char *email, const char *sentence) {
    json_t *object = json_object();

    json_object_set_new(object, "email", json_string(email));
    return result_show(command, object, "%s %s", email, sentence);
}

/* An e-mail that is known joins another account: one person, one sign-in. */
static enum command_exit existing_check(struct command *command, struct member_new *member) {
    struct member_user user;
    int64_t level_id;
    enum result result = member_user_find(command->running.db, command->arena, member->email,
                                          &user);

    if (result == RESULT_NOT_FOUND)
        return COMMAND_DONE;
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (!text_equal(user.name, member->name))
        return command_refuse(command,
                              "%s is known as %s: give that --name, or another e-mail"
                              " address.",
                              member->email, user.name);
    if (member->password_hash)
        return command_refuse(command,
                              "%s is a user already: a password is changed with `user"
                              " password`.",
                              member->email);
    result = member_find(command->running.db, command->arena, member->account_id, user.id,
                         &level_id);
    if (result == RESULT_OK)
        return command_refuse(command, "%s belongs to this account already.", member->email);
    member->user_id = user.id;
    return result == RESULT_NOT_FOUND ? COMMAND_DONE : command_failed(command, result);
}

enum command_exit user_new_read(struct command *command, struct member_new *out_member) {
    struct provider_level level;
    const char *fault;

    if (!user_email_read(command, "--email", command_option(command, "email"), &out_member->email))
        return COMMAND_USAGE;
    fault = user_email_new_fault(out_member->email);
    if (fault)
        return command_usage(command, "--email: %s", fault);
    if (!command_text(command, "--name", command_option(command, "name"), NAME_MAX_CHARACTERS,
                      &out_member->name))
        return COMMAND_USAGE;
    enum command_exit status = account_take(
        command, "--account", command_option(command, "account"), &out_member->account_id);
    if (status == COMMAND_DONE)
        status = user_level_take(command, &level);
    if (status == COMMAND_DONE)
        out_member->level_id = level.id;
    return status;
}

/* --external-id: nobody's yet, or this user's. */
static enum command_exit external_id_read(struct command *command, struct member_new *member) {
    struct site_user known;
    enum result result;

    if (!command_has(command, "external-id"))
        return COMMAND_DONE;
    if (!command_text(command, "--external-id", command_option(command, "external-id"),
                      EXTERNAL_ID_MAX, &member->external_id))
        return COMMAND_USAGE;
    result = site_user_find(command->running.db, command->arena, member->external_id, &known);
    if (result == RESULT_OK && known.user_id != member->user_id)
        return command_refuse(command, "--external-id: Your site calls another user so.");
    if (result == RESULT_NOT_FOUND && member->user_id)
        return command_refuse(command,
                              "%s is a user already: the id is changed with `user external-id`.",
                              member->email);
    return result == RESULT_OK || result == RESULT_NOT_FOUND ? COMMAND_DONE
                                                             : command_failed(command, result);
}

enum command_exit remit_user_add(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct member_new member = {0};
    enum command_exit status = user_new_read(command, &member);

    if (status == COMMAND_DONE)
        status = password_read(command, &member.password_hash);
    if (status == COMMAND_DONE)
        status = existing_check(command, &member);
    if (status == COMMAND_DONE)
        status = external_id_read(command, &member);
    if (status != COMMAND_DONE)
        return status;
    enum result result = member_add(command->running.db, &act, &member);
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "%s was added by somebody else at this moment.",
                              member.email);
    if (result != RESULT_OK)
        return command_failed(command, result);
    return user_done(command, member.email,
                     member.user_id ? "belongs to this account too now." : "added.");
}

enum command_exit remit_user_list(struct command *command) {
    static const struct column columns[] = {
        {"email", "E-mail", COLUMN_TEXT},
        {"name", "Name", COLUMN_TEXT},
        {"active", "Active", COLUMN_BOOL},
        {"account", "Account", COLUMN_TEXT},
        {"level", "Level", COLUMN_TEXT},
        {"has_password", "Password", COLUMN_BOOL},
        {"external_id", "External ID", COLUMN_TEXT},
        {"created_at", "Created", COLUMN_INSTANT},
    };
    const char *number = command_option(command, "account");
    int64_t account_id = 0;
    enum command_exit status = number ? account_take(command, "--account", number, &account_id)
                                      : COMMAND_DONE;

    if (status != COMMAND_DONE)
        return status;
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No users.");
    return listing_finish(listing,
                          member_list(command->running.db, account_id, listing_row, listing));
}

enum command_exit remit_user_password(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct member_user user;
    const char *hash;
    enum command_exit status = user_take(command, &user);

    if (status == COMMAND_DONE && !command_has(command, "password-file"))
        return command_usage(command, "--password-file is missing.");
    if (status == COMMAND_DONE)
        status = password_read(command, &hash);
    if (status != COMMAND_DONE)
        return status;
    enum result result = member_password_set(command->running.db, &act, user.id, hash);
    return result == RESULT_OK
               ? user_done(command, user.email, "has a new password, and is signed out everywhere.")
               : command_failed(command, result);
}

enum command_exit remit_user_level(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct member_user user;
    struct provider_level level;
    int64_t account_id, level_id;
    enum command_exit status = user_take(command, &user);

    if (status == COMMAND_DONE)
        status = account_take(command, "--account", command_option(command, "account"),
                              &account_id);
    if (status == COMMAND_DONE)
        status = user_level_take(command, &level);
    if (status != COMMAND_DONE)
        return status;
    enum result result = member_find(command->running.db, command->arena, account_id, user.id,
                                     &level_id);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "%s does not belong to this account.", user.email);
    if (result == RESULT_OK)
        result = member_level_set(command->running.db, &act, account_id, user.id, level.id);
    return result == RESULT_OK
               ? user_done(command, user.email,
                           arena_format(command->arena, "has the level %s.", level.name))
               : command_failed(command, result);
}

struct activating {
    struct command *command;
    struct provider_act act;
    int64_t user_id;
    bool is_active;
};

/* Nobody is left whose word a draft would be on. */
static enum result autopay_end(struct db *db, const struct activating *activating,
                               int64_t account_id) {
    struct arena *arena = arena_new(ENDING_BYTES);
    const struct enrolling_off off = {arena, account_id, "user", activating->act.now};
    enum result result = enrolling_end_of_user(db, &off, activating->user_id);

    arena_free(arena);
    return result;
}

static enum result active_work(struct db *db, void *context) {
    const struct activating *activating = context;
    struct member_accounts accounts;
    enum result result = member_active_set(db, activating->command->arena, &activating->act,
                                           activating->user_id, activating->is_active, &accounts);

    for (size_t at = 0; result == RESULT_OK && !activating->is_active && at < accounts.count; at++)
        result = autopay_end(db, activating, accounts.list[at]);
    return result;
}

static enum command_exit active_set(struct command *command, bool is_active) {
    struct activating activating = {
        command, {command_actor(command), command_now(command)}, 0, is_active};
    struct member_user user;
    enum command_exit status = user_take(command, &user);

    if (status != COMMAND_DONE)
        return status;
    activating.user_id = user.id;
    enum result result = db_transaction(command->running.db, active_work, &activating);
    if (result == RESULT_INVALID)
        return command_refuse(command,
                              "%s belongs to more than %d accounts, which is too many to"
                              " change at once.",
                              user.email, MEMBER_ACCOUNTS_MAX);
    if (result != RESULT_OK)
        return command_failed(command, result);
    return user_done(command, user.email,
                     is_active ? "may sign in. Auto Pay that was turned off stays off."
                               : "is disabled, and signed out everywhere; Auto Pay of theirs is"
                                 " off.");
}

enum command_exit remit_user_disable(struct command *command) {
    return active_set(command, false);
}

enum command_exit remit_user_enable(struct command *command) {
    return active_set(command, true);
}
