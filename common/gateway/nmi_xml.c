/* The walk over query.php's XML, and everything that makes it no answer. */
#include "common/gateway/nmi_xml.h"

#include <stdio.h>
#include <string.h>

#include "common/core/text.h"

enum { DEPTH_MAX = 16 };

void nmi_xml_stop(struct nmi_xml *xml, const char *reason) {
    if (!*xml->reason)
        snprintf(xml->reason, sizeof xml->reason, "%s", reason);
    XML_StopParser(xml->parser, XML_FALSE);
}

static void stop_unknown(struct nmi_xml *xml) {
    char words[NMI_REASON_SIZE];

    gateway_words(xml->text, xml->used, words, sizeof words);
    xml->is_quoted = *words;
    nmi_xml_stop(xml, *words ? words : "not a report");
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes) {
    struct nmi_xml *xml = context;

    xml->used = 0;
    if (++xml->depth > DEPTH_MAX) {
        nmi_xml_stop(xml, "nested too deep");
        return;
    }
    if (xml->depth == 1)
        xml->is_unknown = !text_equal(name, "nm_response");
    /* An error, or news: either way "nothing found" would be a guess. */
    if (xml->depth == 2 && !text_equal(name, xml->child))
        xml->is_unknown = true;
    if (xml->depth > 1 && !xml->is_unknown)
        xml->on_start(xml, name, attributes);
}

static void XMLCALL on_end(void *context, const XML_Char *name) {
    struct nmi_xml *xml = context;

    if (xml->is_unknown) {
        stop_unknown(xml);
        return;
    }
    if (xml->depth > 1)
        xml->on_end(xml, name);
    xml->depth--;
    xml->used = 0;
}

static bool is_blank(const char *text, size_t length) {
    for (size_t at = 0; at < length; at++)
        if (!strchr(" \t\r\n", text[at]))
            return false;
    return true;
}

bool nmi_xml_is_blank(const struct nmi_xml *xml) {
    return is_blank(xml->text, xml->used);
}

static void XMLCALL on_text(void *context, const XML_Char *text, int length) {
    struct nmi_xml *xml = context;
    size_t room = sizeof xml->text - xml->used, add = (size_t)length;

    if (xml->depth == 1 && !is_blank(text, add))
        xml->is_unknown = true;
    if (add > room)
        add = room;
    memcpy(xml->text + xml->used, text, add);
    xml->used += add;
}

/* No answer has one; entities of its own making are how XML attacks its reader. */
static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset) {
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    nmi_xml_stop(context, "DOCTYPE");
}

enum result nmi_xml_read(struct nmi_xml *xml, const char *bytes, size_t length) {
    if (length > HTTP_ANSWER_MAX)
        return RESULT_UNCERTAIN;
    xml->parser = XML_ParserCreate(NULL);
    if (!xml->parser)
        return RESULT_FAILED;
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);

    enum XML_Status status = XML_Parse(xml->parser, bytes, (int)length, XML_TRUE);
    if (status != XML_STATUS_OK && !*xml->reason)
        snprintf(xml->reason, sizeof xml->reason, "%s",
                 XML_ErrorString(XML_GetErrorCode(xml->parser)));
    XML_ParserFree(xml->parser);
    xml->parser = NULL;
    return status == XML_STATUS_OK ? RESULT_OK : RESULT_UNCERTAIN;
}

bool nmi_xml_fill(const struct nmi_xml *xml, const struct nmi_slot *slots, void *object,
                  const char *name) {
    bool is_same = true;

    for (; slots->name; slots++) {
        if (!text_equal(slots->name, name))
            continue;
        char *place = (char *)object + slots->offset;
        size_t length = xml->used < slots->size ? xml->used : slots->size - 1;

        if (*place && (strlen(place) != length || memcmp(place, xml->text, length) != 0))
            is_same = false;
        memcpy(place, xml->text, length);
        place[length] = '\0';
    }
    return is_same;
}
