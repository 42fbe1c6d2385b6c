/* remit account import - whom the provider bills. */
#include "common/core/text.h"
#include "common/store/import_people_store.h"
#include "modules/remit/body.h"
#include "modules/remit/import.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { ORGANIZATION_MAX = 200, SITE_MAX = 200, CITY_MAX = 100 };

enum {
    OF_NUMBER,
    OF_ORGANIZATION,
    OF_SITE,
    OF_CITY,
    OF_PAPER_BILL,
    OF_COUNTRY,
    OF_CURRENCY,
    OF_COUNT
};

static const struct import_field fields[OF_COUNT] = {
    [OF_NUMBER] = {"number", true},
    [OF_ORGANIZATION] = {"organization", true},
    [OF_SITE] = {"site", false},
    [OF_CITY] = {"city", false},
    [OF_PAPER_BILL] = {"paper_bill", false},
    [OF_COUNTRY] = {"country", false},
    [OF_CURRENCY] = {"currency", false},
};

static const char prefix[] = "account-1:";

static const char *country_fault(const char *text) {
    if (!import_is_given(text) || text_equal(text, "US") || text_equal(text, "USA") ||
        text_equal_ignoring_case(text, "United States"))
        return NULL;
    return "Only accounts in the United States (US) can be billed: bank payments are ACH, which"
           " reaches no other country.";
}

static const char *currency_fault(const char *text) {
    if (!import_is_given(text) || text_equal(text, "USD"))
        return NULL;
    return "Only US dollars (USD) can be billed: every amount here is one of them.";
}

static const char *paper_set(const char *text, int *out) {
    *out = -1;
    if (!import_is_given(text))
        return NULL;
    if (!text_equal(text, "on") && !text_equal(text, "off"))
        return "Enter on or off.";
    *out = text_equal(text, "on");
    return NULL;
}

/* Not named: NULL. Named and empty: "". */
static const char *optional_set(struct arena *arena, const char *text, size_t max,
                                const char **out) {
    *out = NULL;
    return text ? import_text_set(arena, text, max, false, "", out) : NULL;
}

static const char *field_set(struct item *item, size_t field, const char *text) {
    struct import_account *account = item->thing;

    switch (field) {
    case OF_NUMBER:
        return import_number_set(item->arena, text, &account->number);
    case OF_ORGANIZATION:
        return import_text_set(item->arena, text, ORGANIZATION_MAX, false, NULL,
                               &account->organization);
    case OF_SITE:
        return optional_set(item->arena, text, SITE_MAX, &account->site);
    case OF_CITY:
        return optional_set(item->arena, text, CITY_MAX, &account->city);
    case OF_PAPER_BILL:
        return paper_set(text, &account->paper_bill);
    case OF_COUNTRY:
        return country_fault(text);
    default:
        return currency_fault(text);
    }
}

static const char *account_begin(struct import *import, struct item *item, const char *const *texts,
                                 size_t *out_field) {
    struct import_account *account = arena_alloc(item->arena, sizeof *account);

    (void)import;
    item->thing = account;
    for (size_t field = 0; field < OF_COUNT; field++) {
        const char *fault = field_set(item, field, texts[field]);

        *out_field = field;
        if (fault)
            return fault;
    }
    item->key = item->account = account->number;
    return NULL;
}

static const char *account_finish(struct import *import, struct item *item) {
    const struct import_account *account = item->thing;

    (void)import;
    buffer_text(&item->body, prefix);
    body_add_text(&item->body, account->number);
    body_add_text(&item->body, account->organization);
    body_add_text(&item->body, account->site);
    body_add_text(&item->body, account->city);
    body_add_int(&item->body, account->paper_bill);
    item->weight = IMPORT_ACCOUNT_WEIGHT;
    return NULL;
}

static struct import_account account_read(struct arena *arena, const char *body) {
    struct body_reader reader = body_reader(arena, body, prefix);
    struct import_account account = {0};

    account.number = body_text(&reader);
    account.organization = body_text(&reader);
    account.site = body_text(&reader);
    account.city = body_text(&reader);
    account.paper_bill = (int)body_int(&reader);
    return account;
}

static bool is_same(const struct import_account *wanted, const struct import_account *known) {
    return text_equal(wanted->organization, known->organization) &&
           (!wanted->site || text_equal(wanted->site, known->site)) &&
           (!wanted->city || text_equal(wanted->city, known->city)) &&
           (wanted->paper_bill < 0 || wanted->paper_bill == known->paper_bill);
}

/* Their account_id stays 0: they are written in the file's order. */
static enum result accounts_look(struct import *import, struct arena *arena, struct staged *list,
                                 size_t count) {
    struct import_account_known *known;
    enum result result = import_accounts_known(import->command->running.db, arena,
                                               import_asked(arena, list, count), count, &known);

    for (size_t at = 0; at < count && result == RESULT_OK; at++) {
        const struct import_account wanted = account_read(arena, list[at].body);

        list[at].is_there = known[at].account_id && is_same(&wanted, &known[at].account);
    }
    return result;
}

static enum result accounts_apply(struct import *import, struct arena *arena,
                                  const struct import_rows *rows, struct import_step *step) {
    struct command *command = import->command;
    const struct provider_act act = {command_actor(command), command_now(command)};
    struct import_account *list = arena_array(arena, rows->count, sizeof *list);

    for (size_t at = 0; at < rows->count; at++)
        list[at] = account_read(arena, rows->list[at].body);
    step->applied = (int64_t)rows->count;
    return import_accounts_write(command->running.db, &act, step, list, rows->count);
}

static enum command_exit accounts_show(struct import *import, const struct import_file *before,
                                       const struct import_file *after) {
    json_t *object = json_object();
    long long written = after->applied - before->applied;
    long long unchanged = after->unchanged + before->applied;

    json_object_set_new(object, "imported", json_integer(written));
    json_object_set_new(object, "unchanged", json_integer(unchanged));
    return result_show(import->command, object,
                       "%lld account%s added or changed, %lld there already.", written,
                       written == 1 ? "" : "s", unchanged);
}

const struct import_kind import_accounts = {
    .name = "account",
    .thing = "Account",
    .fields = fields,
    .field_count = OF_COUNT,
    .own_count = OF_COUNT,
    .key_field = OF_NUMBER,
    .account_field = OF_NUMBER,
    .numeric = 1u << OF_NUMBER,
    .begin = account_begin,
    .finish = account_finish,
    .look = accounts_look,
    .apply = accounts_apply,
    .show = accounts_show,
};

enum command_exit remit_account_import(struct command *command) {
    return import_run(command, &import_accounts);
}
