#include "common/program/settings_offer.h"

#include <string.h>

#include "common/billing/bank_routing.h"
#include "common/core/text.h"

enum {
    LINE_MAX = 100, /* characters: more does not fit on an envelope, nor on a phone */
    NOTICE_MAX = 500,
    URL_MAX = 500,
    ACCOUNT_MAX = 34, /* of an IBAN; American ones have 17 at the most */
    FEE_MAX_CENTS = 100000,
    AGREEMENT_MAX = 8000 /* bytes: with its names filled in it is kept whole */
};

struct offering {
    struct settings *settings;
    struct arena *arena;
    settings_wrong wrong;
    void *context;
};

static void offer_wrong(const struct offering *offering, const char *name, const char *sentence) {
    offering->wrong(name, sentence, offering->context);
}

static bool line_is_valid(const char *text, size_t max_characters) {
    if (!text_is_utf8(text, strlen(text)) || text_utf8_count(text) > max_characters)
        return false;
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

static void line_check(const struct offering *offering, const char *name, const char *text) {
    if (!line_is_valid(text, LINE_MAX))
        offer_wrong(offering, name, "must be one line of at most 100 characters");
}

/* ---- checks ---- */

static void check_check(const struct offering *offering) {
    struct check_settings *check = &offering->settings->check;
    bool has_more = *check->pay_to != '\0';

    for (size_t at = 0; at < CHECK_LINES_MAX; at++) {
        line_check(offering, arena_format(offering->arena, "Check.Address.%zu", at),
                   check->address[at]);
        has_more = has_more || (at && *check->address[at]);
    }
    line_check(offering, "Check.PayTo", check->pay_to);
    if (!line_is_valid(check->notice, NOTICE_MAX))
        offer_wrong(offering, "Check.Notice", "must be one line of at most 500 characters");
    if (!*check->address[0] && has_more)
        offer_wrong(offering, "Check.Address.0", "is missing, and other lines of it are given");
    if (!*check->pay_to)
        check->pay_to = offering->settings->site_name;
}

/* ---- wires ---- */

/* Letters and digits, single spaces or dashes between them. */
static bool account_is_valid(const char *text) {
    if (strlen(text) > ACCOUNT_MAX || !text_is_alnum(*text))
        return false;
    for (size_t at = 1; text[at]; at++)
        if (!text_is_alnum(text[at]) &&
            ((text[at] != ' ' && text[at] != '-') || !text_is_alnum(text[at + 1])))
            return false;
    return true;
}

static bool swift_is_valid(const char *text) {
    size_t length = strlen(text);

    for (size_t at = 0; at < length; at++)
        if (!text_is_alnum(text[at]))
            return false;
    return length == 8 || length == 11;
}

static void wire_check(const struct offering *offering) {
    const struct wire_settings *wire = &offering->settings->wire;
    bool has_more = *wire->bank_name || *wire->account_name || *wire->swift;

    line_check(offering, "Wire.BankName", wire->bank_name);
    line_check(offering, "Wire.AccountName", wire->account_name);
    if (*wire->swift && !swift_is_valid(wire->swift))
        offer_wrong(offering, "Wire.Swift", "must be 8 or 11 letters and digits");
    if (*wire->account_number && !account_is_valid(wire->account_number))
        offer_wrong(offering, "Wire.AccountNumber", "must be a bank account's number");
    if (*wire->routing_number && !bank_routing_is_valid(wire->routing_number))
        offer_wrong(offering, "Wire.RoutingNumber",
                    "must be the nine digits of a routing number: its check digit does not fit");
    if (!*wire->account_number && (*wire->routing_number || has_more))
        offer_wrong(offering, "Wire.AccountNumber", "is missing: half a wire cannot be sent");
    if (!*wire->routing_number && (*wire->account_number || has_more))
        offer_wrong(offering, "Wire.RoutingNumber", "is missing: half a wire cannot be sent");
}

/* ---- help links ---- */

/* "https://host..." or "/path" of this site; nothing that leads elsewhere or out of an attribute.
 */
static bool link_is_valid(const char *url) {
    const char *host = text_starts_with(url, "https://") ? url + strlen("https://") : NULL;

    if (strlen(url) > URL_MAX || (host ? !text_is_alnum(*host) : *url != '/' || url[1] == '/'))
        return false;
    for (const char *at = url; *at; at++)
        if (*at <= ' ' || *at > '~' || strchr("\"'<>\\^`{|}", *at))
            return false;
    return true;
}

static void help_one_check(const struct offering *offering, struct values *help) {
    const char *above = arena_format(offering->arena, "Help.%s", values_name(help));
    const char *label = values_text(help, "Label"), *url = values_text(help, "Url");
    const char *label_name = arena_format(offering->arena, "%s.Label", above);
    const char *url_name = arena_format(offering->arena, "%s.Url", above);

    if (!text_is_digits(values_name(help), 1)) {
        offer_wrong(offering, above, "is not a setting: help links are Help.0 to Help.9");
        return;
    }
    if (!*label)
        offer_wrong(offering, label_name, "is missing");
    else
        line_check(offering, label_name, label);
    if (!*url)
        offer_wrong(offering, url_name, "is missing");
    else if (!link_is_valid(url))
        offer_wrong(offering, url_name,
                    "must be an address as in https://shop.example/help, or a path of this site as"
                    " in /help");
}

/* Names below a help link that nobody reads. */
static void help_unknown_find(const char *path, const char *text, void *context) {
    size_t above = strlen("Help.0.");

    (void)text;
    if (text_starts_with(path, "Help.") && strlen(path) > above && path[above - 1] == '.' &&
        !text_equal(path + above, "Label") && !text_equal(path + above, "Url"))
        offer_wrong(context, path, "is not a setting");
}

/* The Content-Security-Policy lets no image of another host in. */
static void logo_check(const struct offering *offering) {
    const char *url = values_text(offering->settings->values, "Site.Logo.Url");

    if (*url && (*url != '/' || !link_is_valid(url)))
        offer_wrong(offering, "Site.Logo.Url",
                    "must be a path of this site as in /billing/static/logo.svg");
}

static void help_check(struct offering *offering) {
    struct values *values = offering->settings->values;

    for (struct values *each = values_first(values, "Help"); each; each = values_next(each))
        help_one_check(offering, each);
    values_walk(values, help_unknown_find, offering);
}

/* ---- all of it ---- */

static void fee_check(const struct offering *offering, const char *name, int64_t cents) {
    if (cents > FEE_MAX_CENTS)
        offer_wrong(offering, name, "is above 1,000.00: no fee is that high");
}

/* Of "{amount} and {date}" each is among fillings; what is misspelt would be agreed to as it is. */
static bool fillings_are_known(struct arena *arena, const char *text, const char *fillings) {
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        size_t length = strcspn(at, "}");

        if (at[length] != '}' || !strstr(fillings, arena_copy(arena, at, length + 1)))
            return false;
    }
    return true;
}

static void agreement_check(const struct offering *offering, const char *name, const char *text,
                            const char *fillings) {
    if (strlen(text) > AGREEMENT_MAX)
        offer_wrong(offering, name, "must be text of at most 8000 bytes");
    else if (!fillings_are_known(offering->arena, text, fillings))
        offer_wrong(offering, name,
                    *fillings ? arena_format(offering->arena,
                                             "has something else in braces than %s", fillings)
                              : "has braces, and nothing is filled in there");
}

void settings_offer_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                           void *context) {
    struct offering offering = {settings, arena, wrong, context};

    check_check(&offering);
    wire_check(&offering);
    fee_check(&offering, "Fee.Return", settings->return_fee_cents);
    fee_check(&offering, "Fee.PaperInvoice", settings->paper_fee_cents);
    help_check(&offering);
    logo_check(&offering);
    agreement_check(&offering, "Payment.CardTerms", settings->card_terms, "");
    agreement_check(&offering, "Payment.BankAuthorization", settings->bank_authorization,
                    "{provider} {name} {account} {amount} {date} {contact}");
    agreement_check(&offering, "Payment.BankSaving", settings->bank_saving,
                    "{provider} {name} {contact}");
}

bool settings_has_check(const struct settings *settings) {
    return *settings->check.address[0] != '\0';
}

bool settings_has_wire(const struct settings *settings) {
    return *settings->wire.account_number && *settings->wire.routing_number;
}

bool settings_has_online(const struct settings *settings) {
    return settings->cards || settings->banks;
}
