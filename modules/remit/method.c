/* remit method - payment methods that are in the gateway's vault already. */
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/program/enrolling.h"
#include "common/store/charge_store.h"
#include "common/store/member_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { VAULT_ID_MAX = 64, BRAND_MAX = 32, HOLDER_MAX = 200, LAST_FOUR = 4 };

static bool one_of(struct command *command, const char *what, const char *text, const char *a,
                   const char *b) {
    if (text_equal(text, a) || text_equal(text, b))
        return true;
    command_usage(command, "%s: Enter %s or %s.", what, a, b);
    return false;
}

/* "2027-04" becomes the last day of that month. */
static bool expires_read(struct command *command, struct date *out_expires_on) {
    const char *text = command_option(command, "expires");
    struct date date;

    if (!text)
        return true;
    if (strlen(text) != strlen("2027-04") ||
        !date_parse(arena_format(command->arena, "%s-01", text), &date)) {
        command_usage(command, "--expires: Enter a month as in 2027-04.");
        return false;
    }
    date.day = (int8_t)date_days_in_month(date.year, date.month);
    *out_expires_on = date;
    return true;
}

static bool method_read(struct command *command, struct provider_method *method) {
    const char *kind = command_option(command, "kind"),
               *last = command_option(command, "last-four");
    const char *type = command_option(command, "holder-type");

    *method = (struct provider_method){.holder = "", .holder_type = ""};
    if (!command_text(command, "--kind", kind, 8, &method->kind) ||
        !one_of(command, "--kind", kind, "card", "bank") ||
        !command_text(command, "--vault-id", command_option(command, "vault-id"), VAULT_ID_MAX,
                      &method->vault_id) ||
        !command_text(command, "--brand", command_option(command, "brand"), BRAND_MAX,
                      &method->brand) ||
        !command_text(command, "--last-four", last, LAST_FOUR, &method->last_four))
        return false;
    if (strlen(last) != LAST_FOUR || !text_is_digits(last, LAST_FOUR)) {
        command_usage(command, "--last-four: Enter four digits.");
        return false;
    }
    if (type && !one_of(command, "--holder-type", type, "personal", "business"))
        return false;
    if (command_has(command, "holder") &&
        !command_text(command, "--holder", command_option(command, "holder"), HOLDER_MAX,
                      &method->holder))
        return false;
    if (text_equal(kind, "bank") && command_has(command, "expires")) {
        command_usage(command, "--expires: A bank account does not expire.");
        return false;
    }
    method->holder_type = type ? type : "";
    return expires_read(command, &method->expires_on);
}

static enum command_exit owner_take(struct command *command, struct provider_method *method) {
    const char *email = command_option(command, "user");
    struct member_user user;
    int64_t level_id;

    if (!email)
        return command_usage(command, "--user is missing.");
    enum command_exit status = account_take(
        command, "--account", command_option(command, "account"), &method->account_id);
    if (status != COMMAND_DONE)
        return status;
    enum result result = member_user_find(command->running.db, command->arena, email, &user);
    if (result == RESULT_OK)
        result = member_find(command->running.db, command->arena, method->account_id, user.id,
                             &level_id);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "%s is not a user of this account.", email);
    method->user_id = user.id;
    return result == RESULT_OK ? COMMAND_DONE : command_failed(command, result);
}

enum command_exit remit_method_add(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct provider_method method;
    int64_t id = 0;

    if (!method_read(command, &method))
        return COMMAND_USAGE;
    method.gateway = command->running.settings.gateway.driver;
    if (!method.gateway || !*method.gateway)
        return command_refuse(command, "Gateway.Driver is missing in the settings.");
    enum command_exit status = owner_take(command, &method);
    if (status != COMMAND_DONE)
        return status;
    enum result result = provider_method_add(command->running.db, &act, &method, &id);
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "The vault entry %s is registered already.",
                              method.vault_id);
    if (result != RESULT_OK)
        return command_failed(command, result);

    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer(id));
    return result_show(command, object, "%s ending %s added.", method.brand, method.last_four);
}

enum command_exit remit_method_list(struct command *command) {
    static const struct column columns[] = {
        {"id", "Id", COLUMN_INT},
        {"user", "User", COLUMN_TEXT},
        {"kind", "Kind", COLUMN_TEXT},
        {"brand", "Brand", COLUMN_TEXT},
        {"last_four", "Last four", COLUMN_TEXT},
        {"expires_on", "Expires", COLUMN_TEXT},
        {"holder", "Holder", COLUMN_TEXT},
        {"state", "State", COLUMN_TEXT},
        {"created_at", "Created", COLUMN_INSTANT},
        {"used_at", "Used", COLUMN_INSTANT},
        {"vault_id", "Vault id", COLUMN_TEXT},
    };
    int64_t account_id;
    enum command_exit status = account_take(command, "--account",
                                            command_option(command, "account"), &account_id);

    if (status != COMMAND_DONE)
        return status;
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No payment methods.");
    return listing_finish(
        listing, provider_method_list(command->running.db, account_id, listing_row, listing));
}

struct removing {
    struct command *command;
    struct provider_act act;
    int64_t account_id, method_id;
};

static enum result remove_work(struct db *db, void *context) {
    const struct removing *removing = context;
    struct arena *arena = removing->command->arena;
    const struct enrolling_off off = {arena, removing->account_id, "method", removing->act.now};
    enum result result = account_move(db, removing->account_id, 0, 0);

    if (result == RESULT_OK)
        result = provider_method_remove(db, arena, &removing->act, removing->account_id,
                                        removing->method_id);
    return result == RESULT_OK ? enrolling_end_of_method(db, &off, removing->method_id) : result;
}

enum command_exit remit_method_remove(struct command *command) {
    struct removing removing = {command, {command_actor(command), command_now(command)}, 0, 0};
    int64_t method_id;

    if (!text_to_int(command->arguments[0], &method_id))
        return command_usage(command, "ID: A method's id is a number; `remit method list` has it.");
    enum command_exit status = account_take(
        command, "--account", command_option(command, "account"), &removing.account_id);
    if (status != COMMAND_DONE)
        return status;
    removing.method_id = method_id;
    enum result result = db_transaction(command->running.db, remove_work, &removing);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "The account has no method %lld, or it was removed before.",
                              (long long)method_id);
    if (result != RESULT_OK)
        return command_failed(command, result);
    json_t *object = json_object();
    json_object_set_new(object, "id", json_integer(method_id));
    return result_show(command, object,
                       "Method %lld removed. `remit settle` takes it out of the gateway's vault.",
                       (long long)method_id);
}
