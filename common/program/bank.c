/* bank.c - the form of a new bank account: what is wrong with what was typed, and what is kept. */
#include "common/program/bank.h"

#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/method_offer.h"

enum { ACCOUNT_MIN = 4, ACCOUNT_MAX = 17 };

/* ---- what was typed ---- */

/* Digits with spaces and hyphens between them, as on a check; the copy has only the digits. NULL:
 * anything else. */
static const char *digits_of(struct arena *arena, const char *typed) {
    char *digits = arena_alloc(arena, strlen(typed) + 1);
    size_t count = 0;

    for (const char *at = typed; *at; at++) {
        if (text_is_digit(*at))
            digits[count++] = *at;
        else if (*at != ' ' && *at != '-')
            return NULL;
    }
    digits[count] = '\0';
    return digits;
}

static void account_check(struct visit *visit) {
    struct form_data *form = &visit->form;
    const char *account = digits_of(visit->arena, form_text(form, "account"));
    const char *again = digits_of(visit->arena, form_text(form, "account_again"));

    if (!*form_text(form, "account"))
        form_fail(form, "account", say("Enter the account number."));
    else if (!account)
        form_fail(form, "account", say("Enter the account number in digits only."));
    else if (strlen(account) < ACCOUNT_MIN || strlen(account) > ACCOUNT_MAX)
        form_fail(form, "account",
                  say("An account number has 4 to 17 digits. Enter it as it is on a check."));
    else if (!*form_text(form, "account_again"))
        form_fail(form, "account_again", say("Enter the account number once more."));
    else if (!again || !text_equal(account, again))
        form_fail(form, "account_again",
                  say("The two account numbers are not the same. Enter both again."));
}

static void choice_check(struct form_data *form, const char *field, const char *one,
                         const char *other, const char *sentence) {
    const char *chosen = form_text(form, field);

    if (!text_equal(chosen, one) && !text_equal(chosen, other))
        form_fail(form, field, sentence);
}

void bank_check(struct visit *visit) {
    struct form_data *form = &visit->form;
    const char *routing = digits_of(visit->arena, form_text(form, "routing"));
    const char *name = form_text(form, "name_on_account"), *zip = form_text(form, "bank_zip");
    const char *company = form_text(form, "company");

    if (!bank_is_offered(visit))
        form_fail(form, "routing",
                  say("Bank accounts are not accepted any more. Use another payment method."));
    else if (!*form_text(form, "routing"))
        form_fail(form, "routing", say("Enter the bank's routing number: nine digits."));
    else if (!routing || !bank_routing_is_valid(routing))
        form_fail(form, "routing",
                  say("This is not a routing number. Check its nine digits: on a check they are the"
                      " first ones at the bottom."));
    account_check(visit);
    choice_check(form, "holder_type", "personal", "business", say("Choose Personal or Business."));
    choice_check(form, "account_type", "checking", "savings", say("Choose Checking or Savings."));
    if (!name[strspn(name, " ")])
        form_fail(form, "name_on_account", say("Enter the name on the account."));
    if (text_equal(form_text(form, "holder_type"), "business") && !company[strspn(company, " ")])
        form_fail(form, "company", say("Enter the company the business account belongs to."));
    if (*zip && !text_is_zip(zip))
        form_fail(form, "bank_zip", say("Enter a Zip Code of five digits, as in 60601, or nine."));
}

struct method_entry bank_entry(const struct visit *visit) {
    const struct form_data *form = &visit->form;
    struct gateway_bank *bank = arena_alloc(visit->arena, sizeof *bank);
    bool is_business = text_equal(form_text(form, "holder_type"), "business");

    *bank = (struct gateway_bank){
        .routing = digits_of(visit->arena, form_text(form, "routing")),
        .account = digits_of(visit->arena, form_text(form, "account")),
        .is_savings = text_equal(form_text(form, "account_type"), "savings"),
        .is_business = is_business,
        /* Left from before the customer chose Personal. */
        .company = is_business ? form_text(form, "company") : "",
    };
    return (struct method_entry){
        .bank = bank,
        .holder = form_text(form, "name_on_account"),
        .street = form_text(form, "bank_street"),
        .city = form_text(form, "bank_city"),
        .state = form_text(form, "bank_state"),
        .zip = form_text(form, "bank_zip"),
    };
}

/* ---- what is shown ---- */

static void fields_show(struct visit *visit) {
    static const struct {
        const char *field, *name;
    } shown[] = {
        {"routing", "Routing"},
        {"account", "Account"},
        {"account_again", "AccountAgain"},
        {"holder_type", "HolderType"},
        {"account_type", "AccountType"},
        {"name_on_account", "NameOnAccount"},
        {"company", "Company"},
        {"bank_street", "BankStreet"},
        {"bank_city", "BankCity"},
        {"bank_state", "BankState"},
        {"bank_zip", "BankZip"},
    };

    for (size_t at = 0; at < sizeof shown / sizeof *shown; at++)
        visit_show_field(visit, shown[at].field, shown[at].field, shown[at].name);
}

void bank_show(struct visit *visit) {
    values_set(visit->values, "Bank.Show", "1");
    if (visit->request.method == METHOD_POST) {
        fields_show(visit);
        return;
    }
    values_set(visit->values, "Fields.HolderType.Value", "personal");
    values_set(visit->values, "Fields.AccountType.Value", "checking");
}
