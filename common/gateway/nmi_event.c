#include "common/gateway/nmi_event.h"

#include <jansson.h>
#include <string.h>

#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/money/money.h"

/* What a body of 1 MiB may make of our memory: of its values each takes up to a hundred bytes, of
 * its objects and lists up to three hundred. As many transactions fit as a body can name, and more
 * cards. */
enum { DEPTH_MAX = 16, VALUES_MAX = 100000, CONTAINERS_MAX = 10000, NONCE_MAX = 200 };

static const char id_characters[] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.";

/* ---- the signature ---- */

bool nmi_event_signed(const char *key, const char *header, const void *body, size_t length) {
    unsigned char told[SECRET_HASH_BYTES], ours[SECRET_HASH_BYTES];

    if (!text_starts_with(header, "t="))
        return false;
    const char *nonce = header + 2;
    size_t nonce_length = strcspn(nonce, ",");
    const char *rest = nonce + nonce_length;
    if (!nonce_length || nonce_length > NONCE_MAX || *rest != ',')
        return false;
    rest += 1 + strspn(rest + 1, " ");
    if (!text_starts_with(rest, "s=") || !text_from_hex(rest + 2, told, sizeof told))
        return false;
    /* The nonce with the dot behind it. */
    char signed_first[NONCE_MAX + 1];
    memcpy(signed_first, nonce, nonce_length);
    signed_first[nonce_length] = '.';
    secret_hmac_sha256(key, strlen(key), signed_first, nonce_length + 1, body, length, ours);
    return secret_equal(told, ours, sizeof ours);
}

/* ---- JSON ---- */

/* Whether what a reader would make of these bytes is bounded, before anything is made of them: how
 * deep, how many values. Wrong JSON passes here. */
static bool size_is_bounded(const char *bytes, size_t length) {
    size_t depth = 0, values = 0, containers = 0;
    bool in_text = false;

    for (size_t at = 0; at < length; at++) {
        char c = bytes[at];

        if (in_text) {
            at += c == '\\';
            in_text = c != '"';
            continue;
        }
        in_text = c == '"';
        values += c == ',' || c == ':';
        if (c == '{' || c == '[') {
            depth++;
            containers++;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
        }
        if (depth > DEPTH_MAX || values > VALUES_MAX || containers > CONTAINERS_MAX)
            return false;
    }
    return true;
}

/* A text, or a whole number as one; "": neither. */
static const char *token_text(struct arena *arena, const json_t *value) {
    if (json_is_string(value))
        return json_string_value(value);
    return json_is_integer(value)
               ? arena_format(arena, "%lld", (long long)json_integer_value(value))
               : "";
}

/* Whole or not at all: out holds size bytes. false: longer, empty, or of other characters. */
static bool token_take(char *out, size_t size, const char *text, bool may_have_dots) {
    size_t length = strlen(text);

    *out = '\0';
    if (!length || length >= size || strspn(text, id_characters) != length ||
        (!may_have_dots && strchr(text, '.')))
        return false;
    memcpy(out, text, length + 1);
    return true;
}

/* ---- kinds ---- */

static enum gateway_event_kind kind_of(const char *type) {
    static const struct {
        const char *begins; /* or is all of it */
        enum gateway_event_kind kind;
    } kinds[] = {
        {"transaction.validate.", EVENT_OTHER}, /* asks a bank, moves no money */
        {"transaction.sale.", EVENT_SALE},
        {"transaction.", EVENT_TRANSACTION},
        {"settlement.batch.", EVENT_REPORT},
        {"chargeback.batch.", EVENT_REPORT},
        {"acu.summary.automaticallyupdated", EVENT_CARD_UPDATED},
        {"acu.summary.closedaccount", EVENT_CARD_CLOSED},
        {"acu.summary.contactcustomer", EVENT_CARD_CONTACT},
    };

    for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++)
        if (text_starts_with(type, kinds[at].begins))
            return kinds[at].kind;
    return EVENT_OTHER;
}

/* "40.00"; 0: none, or nothing that is an amount. */
static int64_t cents_of(const json_t *value) {
    int64_t cents = 0;

    return json_is_string(value) && money_from_plain(json_string_value(value), &cents) == RESULT_OK
               ? cents
               : 0;
}

static void transaction_read(struct arena *arena, const json_t *body, struct gateway_event *event) {
    const char *currency = json_string_value(json_object_get(body, "currency"));

    if (!token_take(event->transaction_id, sizeof event->transaction_id,
                    token_text(arena, json_object_get(body, "transaction_id")), true)) {
        event->kind = EVENT_REPORT;
        return;
    }
    /* Not every order id is one of ours, nor a token. */
    (void)token_take(event->order_id, sizeof event->order_id,
                     token_text(arena, json_object_get(body, "order_id")), true);
    /* What this happening was about; a void may tell it as nothing. */
    event->amount_cents = cents_of(json_object_get(json_object_get(body, "action"), "amount"));
    if (!event->amount_cents)
        event->amount_cents = cents_of(json_object_get(body, "requested_amount"));
    if (currency && strlen(currency) == 3 && strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3)
        memcpy(event->currency, currency, sizeof event->currency);
}

/* ---- cards ---- */

struct vaults {
    struct arena *arena;
    const char **list;
    size_t count;
};

static void vault_add(struct vaults *vaults, const json_t *card) {
    char id[GATEWAY_ID_SIZE];

    if (!token_take(id, sizeof id,
                    token_text(vaults->arena, json_object_get(card, "customer_vault_id")), true))
        return;
    for (size_t at = 0; at < vaults->count; at++)
        if (text_equal(vaults->list[at], id))
            return;
    if (vaults->count < GATEWAY_EVENT_VAULTS_MAX)
        vaults->list[vaults->count++] = arena_text(vaults->arena, id);
}

/* Every list of the body is looked through: each type names its own. */
static void vaults_read(struct arena *arena, json_t *body, struct gateway_event *event) {
    struct vaults vaults = {arena, arena_array(arena, GATEWAY_EVENT_VAULTS_MAX, sizeof(char *)), 0};

    for (void *each = json_object_iter(body); each; each = json_object_iter_next(body, each)) {
        const json_t *list = json_object_iter_value(each);

        for (size_t at = 0; at < json_array_size(list); at++)
            vault_add(&vaults, json_array_get(list, at));
    }
    event->vault_ids = vaults.list;
    event->vault_count = vaults.count;
}

/* ---- an event ---- */

enum result nmi_event_read(struct arena *arena, const void *body, size_t length,
                           struct gateway_event *out_event) {
    struct gateway_event event = {.kind = EVENT_OTHER};
    enum result result = RESULT_INVALID;

    if (!size_is_bounded(body, length))
        return RESULT_INVALID;
    json_t *object = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);
    json_t *about = json_object_get(object, "event_body");
    if (token_take(event.id, sizeof event.id,
                   token_text(arena, json_object_get(object, "event_id")), false) &&
        token_take(event.type, sizeof event.type,
                   token_text(arena, json_object_get(object, "event_type")), true)) {
        event.kind = kind_of(event.type);
        if (event.kind == EVENT_SALE || event.kind == EVENT_TRANSACTION)
            transaction_read(arena, about, &event);
        else if (event.kind != EVENT_REPORT && event.kind != EVENT_OTHER)
            vaults_read(arena, about, &event);
        *out_event = event;
        result = RESULT_OK;
    }
    json_decref(object);
    return result;
}
