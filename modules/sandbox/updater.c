/*
 * updater.c - /sandbox/updater: what the card updater finds out about a saved card.
 *
 * A new number or expiry is put into the entry, which keeps its id. Of a closed account and of
 * one whose customer is to be asked nothing changes but that sales on the closed one decline.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

enum { VAULT_ID, LAST_FOUR, EXPIRES, BRAND, CLOSED, CONTACT };

/* "No card number on file with issuer": never worth another try. */
#define CLOSED_CODE 222

struct finding {
    enum updater_status status;
    bool has_number, has_expiry;
    char expires[EXPIRY_BYTES];
    const struct card *card; /* one of the brand; of a new number */
};

static const struct card *card_of_brand(const char *brand) {
    for (const struct card *card = cards; card->number; card++)
        if (strcmp(card->type, brand) == 0)
            return card;
    return NULL;
}

/* NULL, or what is wrong. */
static const char *read_finding(const struct errand *errand, const struct vault_entry *entry,
                                struct finding *finding) {
    const char *last_four = errand->values[LAST_FOUR], *brand = errand->values[BRAND];
    bool is_closed, is_contact;
    const char *wrong = errand_read_switch(errand->values[CLOSED], false, &is_closed);

    if (wrong == NULL)
        wrong = errand_read_switch(errand->values[CONTACT], false, &is_contact);
    if (wrong)
        return wrong;
    *finding = (struct finding){.status = is_closed    ? UPDATER_CLOSED
                                          : is_contact ? UPDATER_CONTACT
                                                       : UPDATER_CHANGED,
                                .has_number = *last_four,
                                .has_expiry = *errand->values[EXPIRES]};
    if (finding->has_number + finding->has_expiry + is_closed + is_contact !=
        (finding->has_number && finding->has_expiry ? 2 : 1))
        return "Give last_four and exp, or exp, or closed, or contact";
    if (finding->has_number && !finding->has_expiry)
        return "A new number comes with its exp";
    if (finding->has_number && (strlen(last_four) != 4 || strspn(last_four, "0123456789") != 4))
        return "last_four is four digits";
    if (finding->has_expiry && !card_read_expiry(errand->values[EXPIRES], finding->expires))
        return "exp is MMYY";
    if (*brand && !finding->has_number)
        return "A brand comes with a new number";
    finding->card = card_of_brand(*brand ? brand : record_get(&entry->record, TEXT_CC_TYPE));
    return finding->has_number && finding->card == NULL
               ? "brand is visa, mastercard, discover, amex, diners or jcb"
               : NULL;
}

/* A card of that brand and length, of which only the last four digits are known. */
static void set_number(const struct sandbox *sandbox, struct record *record,
                       const struct card *card, const char *last_four) {
    char masked[32], hash[HASH_TEXT_BYTES];
    size_t length = strlen(card->number);

    snprintf(masked, sizeof(masked), "%s", card->number);
    memset(masked + 1, 'x', length - 5);
    for (size_t i = 0; i < 4; i++)
        masked[length - 4 + i] = last_four[i];
    record_set(record, TEXT_CC_NUMBER, masked);
    record_set(record, TEXT_CC_TYPE, card->type);
    record_set(record, TEXT_CC_HASH, hash_number(sandbox, masked, hash));
}

static void write_cards(struct evbuffer *out, const struct vault_entry *entry) {
    static const struct {
        const char *name;
        enum text_field field;
    } fields[] = {{"first_name", TEXT_FIRST_NAME},
                  {"last_name", TEXT_LAST_NAME},
                  {"email", TEXT_EMAIL},
                  {"phone", TEXT_PHONE}};
    const struct record *record = &entry->record;
    const char *expires = record_get(record, TEXT_CC_EXP);

    evbuffer_add_printf(out, "[{\"customer_vault_id\":");
    text_write_json(out, record_get(record, TEXT_VAULT_ID));
    evbuffer_add_printf(out, ",\"billing_id\":");
    text_write_json(out, record_get(record, TEXT_VAULT_ID));
    evbuffer_add_printf(out, ",\"cc_number\":");
    webhook_write_number(out, record_get(record, TEXT_CC_NUMBER));
    evbuffer_add_printf(out, ",\"cc_exp\":\"%.2s%s%.2s\"", expires, *expires ? "/" : "",
                        *expires ? expires + 2 : "");
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        evbuffer_add_printf(out, ",\"%s\":", fields[i].name);
        text_write_json(out, record_get(record, fields[i].field));
    }
    evbuffer_add_printf(out, "}]");
}

/* One list with the card, and the others empty; there are no subscriptions here. */
static void write_lists(struct evbuffer *out, const struct vault_entry *entry,
                        const struct finding *finding) {
    static const char *const of_status[UPDATER_COUNT] = {
        [UPDATER_CLOSED] = "closed_account", [UPDATER_CONTACT] = "contact_customer"};
    const char *list = of_status[finding->status];

    if (list) {
        evbuffer_add_printf(out, ",\"vault_count_updated_%s\":1,\"vault_updates\":", list);
        write_cards(out, entry);
        evbuffer_add_printf(out, ",\"recurring_count_updated_%s\":0,\"recurring_updates\":[]",
                            list);
        return;
    }
    for (int is_number = 1; is_number >= 0; is_number--) {
        bool is_here = is_number == finding->has_number;

        list = is_number ? "cards" : "expiration_dates";
        evbuffer_add_printf(out, ",\"vault_count_updated_%s\":%d,\"vault_updated_%s\":", list,
                            is_here, list);
        if (is_here)
            write_cards(out, entry);
        else
            evbuffer_add_printf(out, "[]");
        evbuffer_add_printf(out, ",\"recurring_count_updated_%s\":0,\"recurring_updated_%s\":[]",
                            list, list);
    }
}

static void tell(struct sandbox *sandbox, const struct vault_entry *entry,
                 const struct finding *finding) {
    struct evbuffer *body = evbuffer_new();
    char type[WEBHOOK_TYPE_BYTES], at[TIME_TEXT_BYTES];

    evbuffer_add_printf(body, "{\"updated_date\":\"%.10s\",",
                        time_format_iso(entry->updated_at, at));
    webhook_write_merchant(sandbox, body, true);
    evbuffer_add_printf(body,
                        ",\"cards_checked\":{\"customer_vault\":{\"checked\":1,\"updated\":1},"
                        "\"subscriptions\":{\"checked\":0,\"updated\":0}}");
    write_lists(body, entry, finding);
    evbuffer_add(body, "}", 1);
    snprintf(type, sizeof(type), "acu.summary.%s", updater_names[finding->status]);
    webhook_tell_body(sandbox, type, body);
    evbuffer_free(body);
}

static const char *do_errand(struct sandbox *sandbox, const struct errand *errand,
                             struct vault_entry **out_entry) {
    struct vault_entry *entry = *out_entry = vault_find(&sandbox->vault, errand->values[VAULT_ID]);
    struct finding finding;
    const char *wrong;

    if (entry == NULL)
        return "There is no such customer_vault_id";
    if (entry->is_check)
        return "It is not a card";
    wrong = read_finding(errand, entry, &finding);
    if (wrong)
        return wrong;
    if (finding.has_number)
        set_number(sandbox, &entry->record, finding.card, errand->values[LAST_FOUR]);
    if (finding.has_expiry)
        record_set(&entry->record, TEXT_CC_EXP, finding.expires);
    if (finding.status == UPDATER_CLOSED)
        entry->decline_code = CLOSED_CODE;
    else if (finding.status == UPDATER_CHANGED && entry->updater_status == UPDATER_CLOSED)
        entry->decline_code = 0;
    entry->updater_status = finding.status;
    entry->updated_at = clock_now(sandbox);
    vault_keep(sandbox, entry);
    tell(sandbox, entry, &finding);
    return NULL;
}

static void write_entry(struct sandbox *sandbox, struct evbuffer *out, void *entry) {
    (void)sandbox;
    vault_write_json(out, entry);
}

void updater_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct errand errand = {
        .names = {"customer_vault_id", "last_four", "exp", "brand", "closed", "contact"},
        .unknown = "The fields are customer_vault_id, last_four, exp, brand, closed and contact"};
    struct vault_entry *entry = NULL;
    const char *wrong = errand_read(req, &errand);

    if (wrong == NULL)
        wrong = do_errand(sandbox, &errand, &entry);
    errand_answer(sandbox, req, wrong, write_entry, entry);
}
