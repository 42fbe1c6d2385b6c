/* What query.php tells: XML in, transactions out. Nothing is told of a report that is not whole. */
#include <string.h>

#include "common/core/text.h"
#include "common/gateway/nmi_standing.h"
#include "common/gateway/nmi_xml.h"

enum { FIRST_TRANSACTIONS = 8 };

struct reader {
    struct nmi_xml xml;
    struct arena *arena;
    struct nmi_page *page;
    size_t capacity;
    bool is_action; /* inside <action> */
    struct nmi_transaction transaction;
    struct nmi_action action;
};

static const struct nmi_slot transaction_slots[] = {
    {"transaction_id", NMI_SLOT(nmi_transaction, id)},
    {"transaction_type", NMI_SLOT(nmi_transaction, type)},
    {"condition", NMI_SLOT(nmi_transaction, condition)},
    {"order_id", NMI_SLOT(nmi_transaction, order_id)},
    {"original_transaction_id", NMI_SLOT(nmi_transaction, original_id)},
    {"currency", NMI_SLOT(nmi_transaction, currency)},
    {NULL, 0, 0},
};

static const struct nmi_slot action_slots[] = {
    {"amount", NMI_SLOT(nmi_action, amount)},
    {"action_type", NMI_SLOT(nmi_action, type)},
    {"date", NMI_SLOT(nmi_action, date)},
    {"success", NMI_SLOT(nmi_action, success)},
    {"response_text", NMI_SLOT(nmi_action, text)},
    {"response_code", NMI_SLOT(nmi_action, code)},
    {"processor_response_text", NMI_SLOT(nmi_action, processor_text)},
    {"processor_response_code", NMI_SLOT(nmi_action, processor_code)},
    {NULL, 0, 0},
};

static void transaction_add(struct reader *reader) {
    struct nmi_page *page = reader->page;
    struct gateway_transaction told;

    if (++page->told > NMI_PAGE_MAX) {
        nmi_xml_stop(&reader->xml, "too many transactions");
        return;
    }
    if (!nmi_standing_read(&reader->transaction, &told)) {
        nmi_xml_stop(&reader->xml, "a transaction without an id");
        return;
    }
    if (nmi_standing_is_check(&reader->transaction))
        return;
    if (page->count == reader->capacity) {
        size_t capacity = reader->capacity ? reader->capacity * 2 : FIRST_TRANSACTIONS;
        struct gateway_transaction *grown = arena_array(reader->arena, capacity,
                                                        sizeof *page->transactions);

        if (page->count)
            memcpy(grown, page->transactions, page->count * sizeof *grown);
        page->transactions = grown;
        reader->capacity = capacity;
    }
    page->transactions[page->count++] = told;
}

static void on_start(struct nmi_xml *xml, const char *name, const char **attributes) {
    struct reader *reader = xml->context;

    (void)attributes;
    if (xml->depth == 2)
        reader->transaction = (struct nmi_transaction){.is_odd = false};
    if (xml->depth == 3) {
        reader->is_action = text_equal(name, "action");
        reader->action = (struct nmi_action){.amount = ""};
    }
}

/* A field told twice in two ways leaves the transaction to a person. */
static void on_end(struct nmi_xml *xml, const char *name) {
    struct reader *reader = xml->context;
    struct nmi_transaction *transaction = &reader->transaction;
    bool is_same = true;

    if (xml->depth == 2)
        transaction_add(reader);
    else if (xml->depth == 3 && reader->is_action)
        nmi_standing_add(transaction, &reader->action);
    else if (xml->depth == 3)
        is_same = nmi_xml_fill(xml, transaction_slots, transaction, name);
    else if (xml->depth == 4 && reader->is_action)
        is_same = nmi_xml_fill(xml, action_slots, &reader->action, name);
    if (!is_same)
        transaction->is_odd = true;
    if (xml->depth == 3)
        reader->is_action = false;
}

enum result nmi_report_read(struct arena *arena, const char *xml, size_t length,
                            struct nmi_page *out_page) {
    struct reader *reader = arena_alloc(arena, sizeof *reader);

    *out_page = (struct nmi_page){0};
    reader->arena = arena;
    reader->page = out_page;
    reader->xml.child = "transaction";
    reader->xml.on_start = on_start;
    reader->xml.on_end = on_end;
    reader->xml.context = reader;

    enum result result = nmi_xml_read(&reader->xml, xml, length);
    memcpy(out_page->reason, reader->xml.reason, sizeof out_page->reason);
    if (result == RESULT_OK)
        return RESULT_OK;
    out_page->transactions = NULL;
    out_page->count = out_page->told = 0;
    return result;
}
