#include "common/program/authorization.h"

#include <string.h>

#include "common/core/text.h"

enum { TEXT_MAX = 16 * 1024 };

static const char payment_text[] =
    "I, {name}, authorize {provider} to debit my bank account ({account}) electronically (ACH) "
    "once,"
    " for {amount}, on or after {date}, and to credit it to correct errors. I am an authorized"
    " signer of this account. I can revoke this authorization by contacting {contact} before the"
    " debit is sent to my bank, which is usually on the same business day. What my bank does not "
    "pay"
    " stays due. I can print or save this page; a copy is e-mailed to me.";

static const char saving_text[] =
    "I, {name}, authorize {provider} to debit the bank account that I enter here electronically"
    " (ACH) for payments that I start later: each once, for the amount and on or after the date "
    "that"
    " I confirm then; and to credit it to correct errors. I am an authorized signer of this "
    "account."
    " I can revoke this authorization at any time by removing the account under Payment Methods or"
    " by contacting {contact}; a payment that I confirmed before is still made. I can print or save"
    " this page; a copy is e-mailed to me.";

struct filling {
    const char *name, *value;
};

static const struct filling *filling_at(const struct filling *fillings, const char *text) {
    for (; fillings->name; fillings++)
        if (text_starts_with(text, fillings->name))
            return fillings;
    return NULL;
}

static const char *contact_of(const struct visit *visit) {
    struct values *values = visit->running->settings.values;
    const char *email = values_text(values, "Site.Support.Email");
    const char *phone = values_text(values, "Site.Support.Phone");

    if (*email && *phone)
        return arena_format(visit->arena, "%s or %s", email, phone);
    if (*email || *phone)
        return *email ? email : phone;
    return visit->running->settings.site_name;
}

static const char *name_of(const struct visit *visit) {
    return *visit->session.user_name ? visit->session.user_name : visit->session.user_email;
}

static struct authorization fill(struct visit *visit, const char *source,
                                 const struct filling *fillings) {
    struct authorization authorization = {.source = source};
    struct buffer text;

    buffer_init(&text, visit->arena, TEXT_MAX);
    for (const char *at = source; *at;) {
        const struct filling *filling = filling_at(fillings, at);

        if (filling)
            buffer_text(&text, filling->value);
        else
            buffer_add(&text, at, 1);
        at += filling ? strlen(filling->name) : 1;
    }
    authorization.text = text.bytes;
    consent_version(authorization.text, authorization.shown);
    return authorization;
}

struct authorization authorization_of_payment(struct visit *visit, const char *method_text,
                                              int64_t amount_cents) {
    const struct settings *settings = &visit->running->settings;
    const struct filling fillings[] = {
        {"{provider}", settings->site_name},
        {"{name}", name_of(visit)},
        {"{contact}", contact_of(visit)},
        {"{account}", method_text},
        {"{amount}", visit_money(visit, amount_cents)},
        {"{date}", date_long(visit->arena, visit->today)},
        {NULL, NULL},
    };

    return fill(visit, *settings->bank_authorization ? settings->bank_authorization : payment_text,
                fillings);
}

struct authorization authorization_of_saving(struct visit *visit) {
    const struct settings *settings = &visit->running->settings;
    const struct filling fillings[] = {
        {"{provider}", settings->site_name},
        {"{name}", name_of(visit)},
        {"{contact}", contact_of(visit)},
        {NULL, NULL},
    };

    return fill(visit, *settings->bank_saving ? settings->bank_saving : saving_text, fillings);
}
