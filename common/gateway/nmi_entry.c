/* One entry of the vault as query.php tells it: a card or a bank account, its number masked. */
#include <string.h>

#include "common/core/text.h"
#include "common/gateway/nmi_xml.h"

enum { CENTURY = 2000, LAST_FOUR = 4 };

/* As the report has it. What is longer was cut, and is too long for what it must be. */
struct source {
    char number[64], expires[8], brand[64], hash[160];
    char account[64], account_type[64], account_hash[160];
    char priority[8];
};

static const struct nmi_slot source_slots[] = {
    {"cc_number", NMI_SLOT(source, number)},
    {"cc_exp", NMI_SLOT(source, expires)},
    {"cc_type", NMI_SLOT(source, brand)},
    {"cc_hash", NMI_SLOT(source, hash)},
    {"check_account", NMI_SLOT(source, account)},
    {"account_type", NMI_SLOT(source, account_type)},
    {"check_hash", NMI_SLOT(source, account_hash)},
    {"priority", NMI_SLOT(source, priority)},
    {NULL, 0, 0},
};

struct entry_id {
    char text[2 * GATEWAY_ID_SIZE];
};

static const struct nmi_slot id_slots[] = {
    {"customer_vault_id", NMI_SLOT(entry_id, text)},
    {NULL, 0, 0},
};

struct reader {
    struct nmi_xml xml;
    const char *vault_id;
    size_t customers, billings;
    bool has_id, is_billing; /* inside <billing> */
    struct entry_id id;
    struct source own, billing, chosen; /* the customer's, the one that is read, the one to take */
};

/* ---- reading ---- */

static void customer_start(struct reader *reader, const char *name, const char **attributes) {
    if (!text_equal(name, "customer")) {
        nmi_xml_stop(&reader->xml, "not an entry");
        return;
    }
    if (reader->customers++) {
        nmi_xml_stop(&reader->xml, "two entries");
        return;
    }
    for (; *attributes; attributes += 2) {
        if (!text_equal(attributes[0], "id"))
            continue;
        reader->has_id = true;
        if (!text_equal(attributes[1], reader->vault_id))
            nmi_xml_stop(&reader->xml, "another entry");
    }
}

static void customer_end(struct reader *reader) {
    const char *id = reader->id.text;

    if (*id && !text_equal(id, reader->vault_id))
        nmi_xml_stop(&reader->xml, "another entry");
    else if (!*id && !reader->has_id)
        nmi_xml_stop(&reader->xml, "an entry without an id");
}

/* A sale that names no billing takes that of priority 1. */
static void billing_end(struct reader *reader) {
    bool is_first = text_equal(reader->billing.priority, "1");

    if (!reader->billings++ || (is_first && !text_equal(reader->chosen.priority, "1")))
        reader->chosen = reader->billing;
}

static void on_start(struct nmi_xml *xml, const char *name, const char **attributes) {
    struct reader *reader = xml->context;

    if (xml->depth == 3)
        customer_start(reader, name, attributes);
    if (xml->depth == 4) {
        reader->is_billing = text_equal(name, "billing");
        reader->billing = (struct source){.number = ""};
    }
}

static void on_end(struct nmi_xml *xml, const char *name) {
    struct reader *reader = xml->context;
    bool is_same = true;

    switch (xml->depth) {
    case 2:
        if (!nmi_xml_is_blank(xml))
            nmi_xml_stop(xml, "not an entry");
        break;
    case 3:
        customer_end(reader);
        break;
    case 4:
        if (reader->is_billing)
            billing_end(reader);
        else
            is_same = nmi_xml_fill(xml, source_slots, &reader->own, name) &&
                      nmi_xml_fill(xml, id_slots, &reader->id, name);
        reader->is_billing = false;
        break;
    case 5:
        if (reader->is_billing)
            is_same = nmi_xml_fill(xml, source_slots, &reader->billing, name);
        break;
    default:
        break;
    }
    if (!is_same)
        nmi_xml_stop(xml, "a field told twice in two ways");
}

/* ---- what it means ---- */

static void write_card(const struct source *source, struct gateway_vault_entry *out) {
    static const struct {
        const char *word, *brand;
    } brands[] = {
        {"visa", "Visa"},         {"mastercard", "Mastercard"}, {"mc", "Mastercard"},
        {"amex", "Amex"},         {"discover", "Discover"},     {"american express", "Amex"},
        {"diners", "Diners"},     {"diners club", "Diners"},    {"jcb", "JCB"},
        {"dinersclub", "Diners"},
    };
    const char *expires = source->expires;

    gateway_words(source->brand, strlen(source->brand), out->brand, sizeof out->brand);
    for (size_t at = 0; at < sizeof brands / sizeof *brands; at++)
        if (text_equal_ignoring_case(source->brand, brands[at].word))
            memcpy(out->brand, brands[at].brand, strlen(brands[at].brand) + 1);
    if (!text_is_digits(expires, 4) || strlen(expires) != 4)
        return;
    int month = (expires[0] - '0') * 10 + (expires[1] - '0');
    int year = CENTURY + (expires[2] - '0') * 10 + (expires[3] - '0');
    if (month >= 1 && month <= 12)
        out->expires_on = (struct date){(int16_t)year, (int8_t)month,
                                        (int8_t)date_days_in_month(year, month)};
}

static void write_bank(const struct source *source, struct gateway_vault_entry *out) {
    const char *type = source->account_type;

    if (text_equal_ignoring_case(type, "checking"))
        type = "Checking";
    else if (text_equal_ignoring_case(type, "savings"))
        type = "Savings";
    gateway_words(type, strlen(type), out->brand, sizeof out->brand);
}

static void write_last_four(const char *number, size_t size, struct gateway_vault_entry *out) {
    size_t length = strlen(number);

    if (length + 1 < size && length >= LAST_FOUR &&
        text_is_digits(number + length - LAST_FOUR, LAST_FOUR))
        memcpy(out->last_four, number + length - LAST_FOUR, LAST_FOUR + 1);
}

/* NULL, or why there is nothing to show. */
static const char *entry_write(const struct reader *reader, struct gateway_vault_entry *out) {
    const struct source *own = &reader->own, *source = reader->billings ? &reader->chosen : own;
    bool is_bank = *source->account;

    if (is_bank == (*source->number != '\0'))
        return is_bank ? "a card and a bank account" : "neither a card nor a bank account";
    if ((*own->number && !text_equal(own->number, source->number)) ||
        (*own->account && !text_equal(own->account, source->account)))
        return "two accounts";
    *out = (struct gateway_vault_entry){.is_bank = is_bank};
    if (is_bank)
        write_bank(source, out);
    else
        write_card(source, out);
    write_last_four(is_bank ? source->account : source->number, sizeof source->number, out);
    /* One that is no token, or too long, is none. */
    (void)gateway_token(is_bank ? source->account_hash : source->hash, out->fingerprint,
                        sizeof out->fingerprint);
    return NULL;
}

enum result nmi_entry_read(struct arena *arena, const char *vault_id, const char *xml,
                           size_t length, struct gateway_vault_entry *out_entry,
                           const char **out_reason) {
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    struct gateway_vault_entry entry;

    reader->vault_id = vault_id;
    reader->xml.child = "customer_vault";
    reader->xml.on_start = on_start;
    reader->xml.on_end = on_end;
    reader->xml.context = reader;

    enum result result = nmi_xml_read(&reader->xml, xml, length);
    *out_reason = reader->xml.is_quoted ? "an error, or another report" : reader->xml.reason;
    if (result != RESULT_OK)
        return result;
    if (!reader->customers)
        return RESULT_NOT_FOUND;
    const char *reason = entry_write(reader, &entry);
    if (reason) {
        *out_reason = reason;
        return RESULT_UNCERTAIN;
    }
    *out_entry = entry;
    return RESULT_OK;
}
