/* What query.php tells of cards that the account updater found something out about. The vendor's
 * manual says no more of report_type=account_updater than that it has vault data which the service
 * changed: entries of the customer vault, then. An entry without a word of its own was changed; the
 * words are those of the events (acu.summary.*). */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/driver.h"
#include "common/gateway/nmi_xml.h"

struct entry {
    char id[2 * GATEWAY_ID_SIZE], status[64];
};

static const struct nmi_slot slots[] = {
    {"customer_vault_id", NMI_SLOT(entry, id)},
    {"account_updater_status", NMI_SLOT(entry, status)},
    {NULL, 0, 0},
};

struct reader {
    struct nmi_xml xml;
    struct arena *arena;
    struct nmi_updates *updates;
    size_t capacity;
    struct entry entry;
};

static enum gateway_card_news news_of(const char *status) {
    if (text_equal(status, "closedaccount"))
        return CARD_NEWS_CLOSED;
    return text_equal(status, "contactcustomer") ? CARD_NEWS_CONTACT : CARD_NEWS_UPDATED;
}

static void update_add(struct reader *reader) {
    struct nmi_updates *updates = reader->updates;
    struct gateway_card_update update = {.news = news_of(reader->entry.status)};

    /* An id that is none of ours: one of ours is a token. */
    if (!gateway_token(reader->entry.id, update.vault_id, sizeof update.vault_id) ||
        !*update.vault_id)
        return;
    if (updates->count == NMI_UPDATES_MAX) {
        nmi_xml_stop(&reader->xml, "too many entries");
        return;
    }
    if (updates->count == reader->capacity) {
        size_t capacity = reader->capacity ? reader->capacity * 2 : 16;
        struct gateway_card_update *grown = arena_array(reader->arena, capacity, sizeof *grown);

        if (updates->count)
            memcpy(grown, updates->list, updates->count * sizeof *grown);
        updates->list = grown;
        reader->capacity = capacity;
    }
    updates->list[updates->count++] = update;
}

static void on_start(struct nmi_xml *xml, const char *name, const char **attributes) {
    struct reader *reader = xml->context;

    if (xml->depth != 3)
        return;
    if (!text_equal(name, "customer"))
        nmi_xml_stop(xml, "not an entry");
    reader->entry = (struct entry){.id = ""};
    for (; *attributes; attributes += 2)
        if (text_equal(attributes[0], "id") && strlen(attributes[1]) < sizeof reader->entry.id)
            memcpy(reader->entry.id, attributes[1], strlen(attributes[1]) + 1);
}

static void on_end(struct nmi_xml *xml, const char *name) {
    struct reader *reader = xml->context;

    if (xml->depth == 3)
        update_add(reader);
    else if (xml->depth == 4 && !nmi_xml_fill(xml, slots, &reader->entry, name))
        nmi_xml_stop(xml, "a field told twice in two ways");
}

enum result nmi_updates_read(struct arena *arena, const char *xml, size_t length,
                             struct nmi_updates *out_updates) {
    struct reader *reader = arena_alloc(arena, sizeof *reader);

    *out_updates = (struct nmi_updates){0};
    reader->arena = arena;
    reader->updates = out_updates;
    reader->xml.child = "customer_vault";
    reader->xml.on_start = on_start;
    reader->xml.on_end = on_end;
    reader->xml.context = reader;

    enum result result = nmi_xml_read(&reader->xml, xml, length);
    memcpy(out_updates->reason, reader->xml.reason, sizeof out_updates->reason);
    if (result != RESULT_OK)
        out_updates->count = 0;
    return result;
}

enum result nmi_updates(struct gateway *gateway, struct arena *arena, int64_t from, int64_t to,
                        gateway_each_card each, void *context) {
    enum result result = RESULT_UNCERTAIN;
    struct nmi_updates updates = {0};
    struct http_call call;

    nmi_call_begin(gateway->options, arena, "/api/query.php", &call);
    buffer_url_pair(&call.body, "report_type", "account_updater");
    nmi_add_instant(&call.body, "start_date", from);
    nmi_add_instant(&call.body, "end_date", to);
    http_client_post(gateway->http, arena, &call);
    if (call.end == HTTP_ANSWERED && call.status == 200)
        result = nmi_updates_read(arena, call.answer.bytes, call.answer.length, &updates);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "gateway.query", LOG_TEXT("question", "card updates"),
            LOG_INT("http_status", call.status), LOG_INT("elapsed_ms", call.elapsed_ms),
            LOG_TEXT("failure", *call.failure ? call.failure : updates.reason));
    for (size_t at = 0; result == RESULT_OK && at < updates.count; at++)
        result = each(&updates.list[at], context);
    return result;
}
