/* What query.php tells: XML in, transactions out. Nothing is told of a report that is not whole. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <expat.h>

#include "common/core/text.h"
#include "common/gateway/nmi_standing.h"

enum { DEPTH_MAX = 16, TEXT_BYTES = 1024, FIRST_TRANSACTIONS = 8 };

struct reader {
    XML_Parser xml;
    struct arena *arena;
    struct nmi_page *page;
    size_t capacity;
    unsigned depth;
    bool is_action;        /* inside <action> */
    bool is_unknown;       /* the root, or a child of it, is not what a report has */
    char text[TEXT_BYTES]; /* of the innermost element; the rest of a longer one is dropped */
    size_t used;
    struct nmi_transaction transaction;
    struct nmi_action action;
};

struct slot {
    const char *name;
    size_t offset, size;
};

#define SLOT(type, member) offsetof(struct type, member), sizeof(((struct type *)0)->member)

static const struct slot transaction_slots[] = {
    {"transaction_id", SLOT(nmi_transaction, id)},
    {"transaction_type", SLOT(nmi_transaction, type)},
    {"condition", SLOT(nmi_transaction, condition)},
    {"order_id", SLOT(nmi_transaction, order_id)},
    {NULL, 0, 0},
};

static const struct slot action_slots[] = {
    {"amount", SLOT(nmi_action, amount)},
    {"action_type", SLOT(nmi_action, type)},
    {"date", SLOT(nmi_action, date)},
    {"success", SLOT(nmi_action, success)},
    {"response_text", SLOT(nmi_action, text)},
    {"response_code", SLOT(nmi_action, code)},
    {"processor_response_text", SLOT(nmi_action, processor_text)},
    {"processor_response_code", SLOT(nmi_action, processor_code)},
    {NULL, 0, 0},
};

static void reader_stop(struct reader *reader, const char *reason) {
    if (!*reader->page->reason)
        snprintf(reader->page->reason, sizeof reader->page->reason, "%s", reason);
    XML_StopParser(reader->xml, XML_FALSE);
}

/* A field told twice in two ways leaves the transaction to a person. */
static void slot_fill(struct reader *reader, const struct slot *slots, void *object,
                      const char *name) {
    for (; slots->name; slots++) {
        if (!text_equal(slots->name, name))
            continue;
        char *place = (char *)object + slots->offset;
        size_t length = reader->used < slots->size ? reader->used : slots->size - 1;

        if (*place && (strlen(place) != length || memcmp(place, reader->text, length) != 0))
            reader->transaction.is_odd = true;
        memcpy(place, reader->text, length);
        place[length] = '\0';
    }
}

static void transaction_add(struct reader *reader) {
    struct nmi_page *page = reader->page;
    struct gateway_transaction told;

    if (++page->told > NMI_PAGE_MAX) {
        reader_stop(reader, "too many transactions");
        return;
    }
    if (!nmi_standing_read(&reader->transaction, &told)) {
        reader_stop(reader, "a transaction without an id");
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

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes) {
    struct reader *reader = context;

    (void)attributes;
    reader->used = 0;
    if (++reader->depth > DEPTH_MAX) {
        reader_stop(reader, "nested too deep");
        return;
    }
    switch (reader->depth) {
    case 1:
        reader->is_unknown = !text_equal(name, "nm_response");
        break;
    case 2:
        /* An error, or news: either way "nothing found" would be a guess. */
        reader->is_unknown = reader->is_unknown || !text_equal(name, "transaction");
        reader->transaction = (struct nmi_transaction){.is_odd = false};
        break;
    case 3:
        reader->is_action = text_equal(name, "action");
        reader->action = (struct nmi_action){.amount = ""};
        break;
    default:
        break;
    }
}

static void XMLCALL on_end(void *context, const XML_Char *name) {
    struct reader *reader = context;

    if (reader->is_unknown) {
        char words[NMI_REASON_SIZE];

        gateway_words(reader->text, reader->used, words, sizeof words);
        reader_stop(reader, *words ? words : "not a report");
        return;
    }
    switch (reader->depth) {
    case 2:
        transaction_add(reader);
        break;
    case 3:
        if (reader->is_action)
            nmi_standing_add(&reader->transaction, &reader->action);
        else
            slot_fill(reader, transaction_slots, &reader->transaction, name);
        reader->is_action = false;
        break;
    case 4:
        if (reader->is_action)
            slot_fill(reader, action_slots, &reader->action, name);
        break;
    default:
        break;
    }
    reader->depth--;
    reader->used = 0;
}

static bool is_blank(const char *text, size_t length) {
    for (size_t at = 0; at < length; at++)
        if (!strchr(" \t\r\n", text[at]))
            return false;
    return true;
}

static void XMLCALL on_text(void *context, const XML_Char *text, int length) {
    struct reader *reader = context;
    size_t room = sizeof reader->text - reader->used, add = (size_t)length;

    if (reader->depth == 1 && !is_blank(text, add))
        reader->is_unknown = true;
    if (add > room)
        add = room;
    memcpy(reader->text + reader->used, text, add);
    reader->used += add;
}

/* A report has none; entities of its own making are how XML attacks its reader. */
static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset) {
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    reader_stop(context, "DOCTYPE");
}

enum result nmi_report_read(struct arena *arena, const char *xml, size_t length,
                            struct nmi_page *out_page) {
    struct reader *reader = arena_alloc(arena, sizeof *reader);

    *out_page = (struct nmi_page){0};
    reader->arena = arena;
    reader->page = out_page;
    if (length > HTTP_ANSWER_MAX)
        return RESULT_UNCERTAIN;
    reader->xml = XML_ParserCreate(NULL);
    if (!reader->xml)
        return RESULT_FAILED;
    XML_SetUserData(reader->xml, reader);
    XML_SetElementHandler(reader->xml, on_start, on_end);
    XML_SetCharacterDataHandler(reader->xml, on_text);
    XML_SetStartDoctypeDeclHandler(reader->xml, on_doctype);

    enum XML_Status status = XML_Parse(reader->xml, xml, (int)length, XML_TRUE);
    if (status != XML_STATUS_OK && !*out_page->reason)
        snprintf(out_page->reason, sizeof out_page->reason, "%s",
                 XML_ErrorString(XML_GetErrorCode(reader->xml)));
    XML_ParserFree(reader->xml);
    if (status == XML_STATUS_OK)
        return RESULT_OK;
    out_page->transactions = NULL;
    out_page->count = out_page->told = 0;
    return RESULT_UNCERTAIN;
}
