#include "common/program/authorization.h"

#include <string.h>

#include "common/core/text.h"

enum { TEXT_MAX = 16 * 1024 };

static const char payment_text[] =
    "I, {name}, authorize {provider} to debit my bank account ({account}) electronically"
    " (ACH) once, for {amount}, on or after {date}, and to credit it to correct errors. I am"
    " an authorized signer of this account. I can revoke this authorization by contacting"
    " {contact} before the debit is sent to my bank, which is usually on the same business"
    " day. What my bank does not pay stays due. I can print or save this page; a copy is"
    " e-mailed to me.";

static const char saving_text[] =
    "I, {name}, authorize {provider} to debit the bank account that I enter here"
    " electronically (ACH) for payments that I start later: each once, for the amount and on"
    " or after the date that I confirm then; and to credit it to correct errors. I am an"
    " authorized signer of this account. I can revoke this authorization at any time by"
    " removing the account under Payment Methods or by contacting {contact}; a payment that I"
    " confirmed before is still made. I can print or save this page; a copy is e-mailed to me.";

/* {how}, {schedule}, {limit}, {correct} and {backup} are words of ours that stand in a sentence. */
static const char autopay_text[] =
    "I, {name}, authorize {provider} to {how} automatically for {covered}: {schedule}, beginning"
    " {first}, each time what is due of them on that day{limit}{correct}.{backup} A draft that "
    "does not go"
    " through may be tried again. I am told by e-mail of each draft. I am entitled to use the"
    " payment methods named here. This authorization holds until I revoke it: by turning Auto Pay"
    " off under Manage Auto Pay, by removing the payment method, or by contacting {contact}. What"
    " was sent before that is still paid; to be sure that a debit is not made, revoke it at least 3"
    " business days before its day. Agreed on {date}. I can print or save this page; a copy is"
    " e-mailed to me.";

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

struct authorization authorization_of_saving(struct visit *visit, const char *in_autopay) {
    const struct settings *settings = &visit->running->settings;
    const struct filling fillings[] = {
        {"{provider}", settings->site_name},
        {"{name}", name_of(visit)},
        {"{contact}", contact_of(visit)},
        {NULL, NULL},
    };
    struct authorization authorization = fill(
        visit, *settings->bank_saving ? settings->bank_saving : saving_text, fillings);

    if (!*in_autopay)
        return authorization;
    authorization.text = arena_format(
        visit->arena,
        "%s\n\nThis account takes the place of %s in my Auto Pay: what"
        " I authorized there holds for this account from now on.",
        authorization.text, in_autopay);
    consent_version(authorization.text, authorization.shown);
    return authorization;
}

static const char *how_text(struct visit *visit, const struct autopay_terms *terms) {
    if (!terms->is_bank)
        return arena_format(visit->arena, "charge my card (%s)", terms->account);
    return arena_format(visit->arena, "debit my bank account (%s) electronically (ACH)",
                        terms->account);
}

static const char *schedule_text(enum schedule schedule) {
    static const char *const texts[SCHEDULE_COUNT] = {
        [SCHEDULE_DUE_DATE] = "on the due date of each",
        [SCHEDULE_FIRST] = "on the 1st of each month",
        [SCHEDULE_FIFTEENTH] = "on the 15th of each month",
        [SCHEDULE_SPLIT] = "in two halves, on the 1st and on the 15th of each month",
    };

    return texts[schedule];
}

/* Whatever the provider's own text says: that the amounts vary, and what is told of them. */
static void notice_add(struct visit *visit, const struct autopay_terms *terms,
                       struct authorization *authorization) {
    const char *first = "";

    if (terms->noticed_cents)
        first = arena_format(visit->arena, " The first draft, on %s, takes at most %s.",
                             date_long(visit->arena, terms->noticed_on),
                             visit_money(visit, terms->noticed_cents));
    authorization->text = arena_format(
        visit->arena,
        "%s\n\nThe amounts vary.%s I am told by e-mail of the day of each later draft, and of the"
        " most it takes, at least %lld days before. A draft waits for that, and what is billed"
        " afterwards waits for the next draft.",
        authorization->text, first, (long long)terms->notice_days);
    consent_version(authorization->text, authorization->shown);
}

struct authorization authorization_of_autopay(struct visit *visit,
                                              const struct autopay_terms *terms) {
    const struct settings *settings = &visit->running->settings;
    const char *limit = "", *backup = "", *first = "with the next one that is due";

    if (terms->largest_cents)
        limit = arena_format(visit->arena, ", at most %s each time",
                             visit_money(visit, terms->largest_cents));
    if (*terms->backup)
        backup = arena_format(visit->arena,
                              " Where that does not go through, %s may be charged or debited"
                              " instead, once.",
                              terms->backup);
    if (terms->first_on.year)
        first = arena_format(visit->arena, "on %s", date_long(visit->arena, terms->first_on));
    const struct filling fillings[] = {
        {"{provider}", settings->site_name},
        {"{name}", name_of(visit)},
        {"{contact}", contact_of(visit)},
        {"{how}", how_text(visit, terms)},
        {"{account}", terms->account},
        {"{schedule}", schedule_text(terms->schedule)},
        {"{covered}", terms->covered},
        {"{limit}", limit},
        {"{correct}", terms->is_bank ? ", and to credit the account to correct errors" : ""},
        {"{backup}", backup},
        {"{first}", first},
        {"{date}", date_long(visit->arena, visit->today)},
        {NULL, NULL},
    };

    struct authorization authorization = fill(
        visit, *settings->autopay_authorization ? settings->autopay_authorization : autopay_text,
        fillings);

    if (terms->notice_days)
        notice_add(visit, terms, &authorization);
    return authorization;
}
