/* card.c - the form of a new card: what the page needs, and what is wrong with what was typed. */
#include "common/program/card.h"

#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/authorization.h"
#include "common/program/method_offer.h"

enum { TOKEN_MAX = 200 };

const char *card_terms(const struct visit *visit) {
    const struct settings *settings = &visit->running->settings;

    if (*settings->card_terms)
        return settings->card_terms;
    return arena_format(visit->arena,
                        settings_has_program(settings, "methods")
                            ? say("I may use this card, and I allow %s to charge it for the"
                                  " payments that I confirm here. Only if I ask for it, the card is"
                                  " kept in the vault of the payment service for payments that I"
                                  " start later; I can remove it at any time under Payment"
                                  " Methods.")
                            : say("I may use this card, and I allow %s to charge it for the"
                                  " payments that I confirm here. It is not kept for later"
                                  " payments."),
                        settings->site_name);
}

/* "Amex, Visa" -> "Amex and Visa"; "A, B, C" -> "A, B, and C". */
const char *card_brands(const struct visit *visit) {
    const char *list = visit->running->settings.brands, *last = strrchr(list, ',');

    if (!last)
        return list;
    const char *others = arena_copy(visit->arena, list, (size_t)(last - list));
    const char *end = last + 1 + strspn(last + 1, " ");

    return arena_format(visit->arena, strchr(others, ',') ? say("%s, and %s") : say("%s and %s"),
                        others, end);
}

/* "https://secure.nmi.com/token/Collect.js" -> "https://secure.nmi.com"; checked at start. */
static const char *origin_of(struct visit *visit, const char *url) {
    const char *host = strstr(url, "://") + 3;

    return arena_copy(visit->arena, url, (size_t)(host - url) + strcspn(host, "/"));
}

/* The terms as they are shown and kept. */
static const char *terms_text(const struct visit *visit, bool is_in_autopay) {
    const char *own = visit->running->settings.card_terms, *terms = card_terms(visit);
    const struct language *spoken = authorization_speak(visit, own);

    if (is_in_autopay)
        terms = authorization_goes_on(visit->arena, terms, true);
    language_speak(spoken);
    return terms;
}

/* What the page sends back says which text was on it. */
static const char *terms_version(const struct visit *visit, bool is_in_autopay) {
    char *version = arena_alloc(visit->arena, CONSENT_VERSION_SIZE);

    consent_version(terms_text(visit, is_in_autopay), version);
    return version;
}

static bool token_is_clean(const char *token) {
    size_t length = strlen(token);

    for (const char *at = token; *at; at++)
        if (!text_is_url_safe(*at))
            return false;
    return length >= 1 && length <= TOKEN_MAX;
}

static void fields_show(struct visit *visit, bool is_in_autopay) {
    static const struct {
        const char *field, *id, *name;
    } shown[] = {
        {"payment_token", "card", "Card"}, {"name_on_card", "name_on_card", "NameOnCard"},
        {"street", "street", "Street"},    {"city", "city", "City"},
        {"state", "state", "State"},       {"zip", "zip", "Zip"},
        {"terms", "terms", "Terms"},
    };

    for (size_t at = 0; at < sizeof shown / sizeof *shown; at++)
        visit_show_field(visit, shown[at].field, shown[at].id, shown[at].name);
    if (text_equal(form_text(&visit->form, "terms"), terms_version(visit, is_in_autopay)))
        values_set(visit->values, "Fields.Terms.Checked", "1");
}

void card_show(struct visit *visit, bool keep_token, bool is_in_autopay) {
    const struct settings *settings = &visit->running->settings;
    struct values *card = values_child(visit->values, "Card");

    values_set(card, "Show", "1");
    values_set(card, "ScriptUrl", settings->script_url);
    values_set(card, "TokenizationKey", settings->tokenization_key);
    values_set(card, "Brands", card_brands(visit));
    values_set(card, "Terms", terms_text(visit, is_in_autopay));
    values_set(card, "TermsVersion", terms_version(visit, is_in_autopay));
    if (visit->request.method == METHOD_POST) {
        fields_show(visit, is_in_autopay);
        if (keep_token && token_is_clean(form_text(&visit->form, "payment_token")))
            values_set(card, "Token", form_text(&visit->form, "payment_token"));
    }
    visit_allow_origin(visit, origin_of(visit, settings->script_url));
}

void card_check(struct visit *visit, bool is_in_autopay) {
    struct form_data *form = &visit->form;
    const char *name = form_text(form, "name_on_card"), *zip = form_text(form, "zip");

    if (!card_is_offered(visit))
        form_fail(form, "payment_token",
                  say("Cards are not accepted any more. Use another payment method."));
    else if (!token_is_clean(form_text(form, "payment_token")))
        form_fail(form, "payment_token", say("Enter the card number, its expiry and its code."));
    if (!name[strspn(name, " ")])
        form_fail(form, "name_on_card", say("Enter the name exactly as it is on the card."));
    if (!*zip)
        form_fail(form, "zip", say("Enter the Zip Code of the card's billing address."));
    else if (!text_is_zip(zip))
        form_fail(form, "zip", say("Enter a Zip Code of five digits, as in 60601, or nine."));
    if (!*form_text(form, "terms"))
        form_fail(form, "terms", say("Tick this box once you have read and understood the terms."));
    else if (!text_equal(form_text(form, "terms"), terms_version(visit, is_in_autopay)))
        form_fail(
            form, "terms",
            say("The terms changed while this page was open. Please read them and tick this box"
                " again."));
}

struct method_entry card_entry(const struct visit *visit, bool is_in_autopay) {
    const struct form_data *form = &visit->form;

    return (struct method_entry){
        .token = form_text(form, "payment_token"),
        .holder = form_text(form, "name_on_card"),
        .street = form_text(form, "street"),
        .city = form_text(form, "city"),
        .state = form_text(form, "state"),
        .zip = form_text(form, "zip"),
        .consent_kind = "card_terms",
        .consent_source = card_terms(visit),
        .consent_text = terms_text(visit, is_in_autopay),
    };
}
