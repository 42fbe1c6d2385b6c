/* remit account - the provider's customers. */
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/store/provider_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { ORGANIZATION_MAX = 200, SITE_MAX = 200, CITY_MAX = 100 };

static const struct column columns[] = {
    {"number", "Number", COLUMN_TEXT},
    {"organization", "Organization", COLUMN_TEXT},
    {"site", "Site", COLUMN_TEXT},
    {"city", "City", COLUMN_TEXT},
    {"due", "Due", COLUMN_MONEY},
    {"pending", "In progress", COLUMN_MONEY},
    {"credit", "Credit", COLUMN_MONEY},
    {"paper_bill", "Paper bill", COLUMN_BOOL},
    {"created_at", "Created", COLUMN_INSTANT},
};

static bool optional_text(struct command *command, const char *name, const char *what, size_t max,
                          const char **out_text) {
    const char *text = command_option(command, name);

    *out_text = "";
    return !text || !*text || command_text(command, what, text, max, out_text);
}

enum command_exit remit_account_add(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct provider_account account;

    if (!command_number(command, "--number", command_option(command, "number"), &account.number) ||
        !command_text(command, "--organization", command_option(command, "organization"),
                      ORGANIZATION_MAX, &account.organization) ||
        !optional_text(command, "site", "--site", SITE_MAX, &account.site) ||
        !optional_text(command, "city", "--city", CITY_MAX, &account.city))
        return COMMAND_USAGE;
    enum result result = provider_account_add(command->running.db, &act, &account);
    if (result == RESULT_CONFLICT)
        return command_refuse(command, "There is an account %s already.", account.number);
    if (result != RESULT_OK)
        return command_failed(command, result);

    json_t *object = json_object();
    json_object_set_new(object, "number", json_string(account.number));
    return result_show(command, object, "Account %s added.", account.number);
}

enum command_exit remit_account_list(struct command *command) {
    struct listing *listing = listing_begin(command, COLUMNS(columns), "No accounts.");

    return listing_finish(listing,
                          provider_account_list(command->running.db, listing_row, listing));
}

enum command_exit remit_account_show(struct command *command) {
    const char *number;
    struct rows rows;

    if (!command_number(command, "NUMBER", command->arguments[0], &number))
        return COMMAND_USAGE;
    enum result result = provider_account_show(command->running.db, command->arena, number, &rows);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no account %s.", number);
    if (result != RESULT_OK)
        return command_failed(command, result);
    if (command->json)
        json_print(row_json(command, COLUMNS(columns), &rows, 0));
    else
        row_print(command, COLUMNS(columns), &rows, 0);
    return COMMAND_DONE;
}

enum command_exit remit_account_change(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    const char *paper = command_option(command, "paper-bill");
    const char *number = command->arguments[0];
    int64_t account_id, fee_cents = command->running.settings.paper_fee_cents;
    bool changed;

    if (!paper || (!text_equal(paper, "on") && !text_equal(paper, "off")))
        return command_usage(command, "Give --paper-bill on or --paper-bill off.");
    bool is_on = text_equal(paper, "on");
    enum command_exit status = account_take(command, "NUMBER", number, &account_id);
    if (status != COMMAND_DONE)
        return status;
    enum result result = provider_account_paper(command->running.db, &act, account_id, is_on,
                                                &changed);
    if (result != RESULT_OK)
        return command_failed(command, result);

    json_t *object = json_object();
    json_object_set_new(object, "number", json_string(number));
    json_object_set_new(object, "paper_bill", json_boolean(is_on));
    json_object_set_new(object, "changed", json_boolean(changed));
    if (!changed)
        return result_show(command, object,
                           "Account %s had its paper bill %s already; nothing was changed.", number,
                           paper);
    if (is_on && fee_cents)
        return result_show(command, object,
                           "Account %s: paper bill on. Invoices imported from now on have a Paper"
                           " Invoice Fee of %s.",
                           number, money_text(command->arena, fee_cents));
    return result_show(command, object, "Account %s: paper bill %s.", number, paper);
}
