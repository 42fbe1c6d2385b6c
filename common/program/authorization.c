#include "common/program/authorization.h"

#include <string.h>

#include "common/billing/method_words.h"
#include "common/core/text.h"
#include "common/core/words.h"

enum { TEXT_MAX = 16 * 1024 };

static const char payment_text[] = WORDS(
    "I, {name}, authorize {provider} to debit my bank account ({account}) electronically"
    " (ACH) once, for {amount}, on or after {date}, and to credit it to correct errors. I am"
    " an authorized signer of this account. I can revoke this authorization by contacting"
    " {contact} before the debit is sent to my bank, which is usually on the same business"
    " day. What my bank does not pay stays due. I can print or save this page; a copy is"
    " e-mailed to me.");

static const char saving_text[] = WORDS(
    "I, {name}, authorize {provider} to debit the bank account that I enter here"
    " electronically (ACH) for payments that I start later: each once, for the amount and on"
    " or after the date that I confirm then; and to credit it to correct errors. I am an"
    " authorized signer of this account. I can revoke this authorization at any time by"
    " removing the account under Payment Methods or by contacting {contact}; a payment that I"
    " confirmed before is still made. I can print or save this page; a copy is e-mailed to me.");

/* {how}, {schedule}, {limit}, {correct} and {backup} are words of ours that stand in a sentence. */
static const char autopay_text[] = WORDS(
    "I, {name}, authorize {provider} to {how} automatically for {covered}: {schedule}, beginning"
    " {first}, each time what is due of them on that day{limit}{correct}.{backup} A draft that "
    "does not go"
    " through may be tried again. I am told by e-mail of each draft. I am entitled to use the"
    " payment methods named here. This authorization holds until I revoke it: by turning Auto Pay"
    " off under Manage Auto Pay, by removing the payment method, or by contacting {contact}. What"
    " was sent before that is still paid; to be sure that a debit is not made, revoke it at least 3"
    " business days before its day. Agreed on {date}. I can print or save this page; a copy is"
    " e-mailed to me.");

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
        return arena_format(visit->arena, say("%s or %s"), email, phone);
    if (*email || *phone)
        return *email ? email : phone;
    return visit->running->settings.site_name;
}

static const char *name_of(const struct visit *visit) {
    return *visit->session.user_name ? visit->session.user_name : visit->session.user_email;
}

const struct language *authorization_speak(const struct visit *visit, const char *own) {
    const struct language *spoken = language_spoken();

    if (*own)
        language_speak(visit->running->settings.languages.list[0]);
    return spoken;
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
    const char *own = settings->bank_authorization;
    const struct language *spoken = authorization_speak(visit, own);
    const struct filling fillings[] = {
        {"{provider}", settings->site_name},
        {"{name}", name_of(visit)},
        {"{contact}", contact_of(visit)},
        {"{account}", method_words_of(visit->arena, method_text)},
        {"{amount}", visit_money(visit, amount_cents)},
        {"{date}", date_long(visit->arena, visit->today)},
        {NULL, NULL},
    };

    struct authorization authorization = fill(visit, *own ? own : say(payment_text), fillings);
    language_speak(spoken);
    return authorization;
}

/* It does not name the old one: a form that is sent twice finds the new one in its place. */
const char *authorization_goes_on(struct arena *arena, const char *text, bool is_card) {
    return arena_format(
        arena, "%s\n\n%s", text,
        is_card ? say("This card takes the place of the one that it replaces in my Auto Pay: what"
                      " I authorized there holds for this card from now on.")
                : say("This account takes the place of the one that it replaces in my Auto Pay:"
                      " what I authorized there holds for this account from now on."));
}

struct authorization authorization_of_saving(struct visit *visit, bool is_in_autopay) {
    const struct settings *settings = &visit->running->settings;
    const char *own = settings->bank_saving;
    const struct language *spoken = authorization_speak(visit, own);
    const struct filling fillings[] = {
        {"{provider}", settings->site_name},
        {"{name}", name_of(visit)},
        {"{contact}", contact_of(visit)},
        {NULL, NULL},
    };
    struct authorization authorization = fill(visit, *own ? own : say(saving_text), fillings);

    if (is_in_autopay)
        authorization.text = authorization_goes_on(visit->arena, authorization.text, false);
    language_speak(spoken);
    consent_version(authorization.text, authorization.shown);
    return authorization;
}

static const char *how_text(struct visit *visit, const struct autopay_terms *terms) {
    if (!terms->is_bank)
        return arena_format(visit->arena, say("charge my card (%s)"), terms->account);
    return arena_format(visit->arena, say("debit my bank account (%s) electronically (ACH)"),
                        terms->account);
}

static const char *schedule_text(enum schedule schedule) {
    static const char *const texts[SCHEDULE_COUNT] = {
        [SCHEDULE_DUE_DATE] = WORDS("on the due date of each"),
        [SCHEDULE_FIRST] = WORDS("on the 1st of each month"),
        [SCHEDULE_FIFTEENTH] = WORDS("on the 15th of each month"),
        [SCHEDULE_SPLIT] = WORDS("in two halves, on the 1st and on the 15th of each month"),
    };

    return say(texts[schedule]);
}

/* Whatever the provider's own text says: that the amounts vary, and what is told of them. */
static void notice_add(struct visit *visit, const struct autopay_terms *terms,
                       struct authorization *authorization) {
    struct arena *arena = visit->arena;
    const char *text = say("The amounts vary.");

    if (terms->noticed_cents)
        text = arena_format(arena, "%s %s", text,
                            arena_format(arena, say("The first draft, on %s, takes at most %s."),
                                         date_long(arena, terms->noticed_on),
                                         visit_money(visit, terms->noticed_cents)));
    const char *later = arena_format(
        arena,
        say("I am told by e-mail of the day of each later draft, and of the most it takes, at least"
            " %lld days before. A draft waits for that, and what is billed afterwards waits for the"
            " next draft."),
        (long long)terms->notice_days);
    authorization->text = arena_format(arena, "%s\n\n%s %s", authorization->text, text, later);
    consent_version(authorization->text, authorization->shown);
}

struct authorization authorization_of_autopay(struct visit *visit,
                                              const struct autopay_terms *terms) {
    const struct settings *settings = &visit->running->settings;
    const char *own = settings->autopay_authorization;
    const struct language *spoken = authorization_speak(visit, own);
    const char *limit = "", *backup = "", *first = say("with the next one that is due");

    if (terms->largest_cents)
        limit = arena_format(visit->arena, say(", at most %s each time"),
                             visit_money(visit, terms->largest_cents));
    if (*terms->backup)
        backup = arena_format(visit->arena,
                              say(" Where that does not go through, %s may be charged or debited"
                                  " instead, once."),
                              terms->backup);
    if (terms->first_on.year)
        first = arena_format(visit->arena, say_in("authorization", "on %s"),
                             date_long(visit->arena, terms->first_on));
    const struct filling fillings[] = {
        {"{provider}", settings->site_name},
        {"{name}", name_of(visit)},
        {"{contact}", contact_of(visit)},
        {"{how}", how_text(visit, terms)},
        {"{account}", terms->account},
        {"{schedule}", schedule_text(terms->schedule)},
        {"{covered}", terms->covered},
        {"{limit}", limit},
        {"{correct}", terms->is_bank ? say(", and to credit the account to correct errors") : ""},
        {"{backup}", backup},
        {"{first}", first},
        {"{date}", date_long(visit->arena, visit->today)},
        {NULL, NULL},
    };

    struct authorization authorization = fill(visit, *own ? own : say(autopay_text), fillings);

    if (terms->notice_days)
        notice_add(visit, terms, &authorization);
    language_speak(spoken);
    return authorization;
}
