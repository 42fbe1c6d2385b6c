/*
 * nmi_xml.h - query.php's XML, element by element, for those who know what is in it. Of an answer
 * that is cut, nested too deep, has a DOCTYPE or holds anything beside what was asked for (an
 * error, news) the reader is told that it is none.
 */
#ifndef REMIT_GATEWAY_NMI_XML_H
#define REMIT_GATEWAY_NMI_XML_H

#include <stddef.h>

#include <expat.h>

#include "common/gateway/nmi.h"

enum { NMI_XML_TEXT_BYTES = 1024 };

struct nmi_xml {
    /* The reader's: the one name that children of the root may have, what to do at the start and
     * the end of each element below it, and for whom. Each may stop the reading. */
    const char *child;
    void (*on_start)(struct nmi_xml *xml, const char *name, const char **attributes);
    void (*on_end)(struct nmi_xml *xml, const char *name);
    void *context;

    unsigned depth;                /* of the element that starts or ends; the root is 1 */
    char text[NMI_XML_TEXT_BYTES]; /* of the innermost element; the rest of a longer one is dropped
                                    */
    size_t used;
    char reason[NMI_REASON_SIZE]; /* why it was stopped */
    bool is_quoted;               /* reason: the gateway's own words */

    XML_Parser parser;
    bool is_unknown; /* the root, or a child of it, is not what we asked for */
};

/* RESULT_UNCERTAIN: not a whole answer of that kind, or stopped; reason says why. */
MUST_CHECK enum result nmi_xml_read(struct nmi_xml *xml, const char *bytes, size_t length);
void nmi_xml_stop(struct nmi_xml *xml, const char *reason);

/* Nothing but white space in the text of the innermost element. */
bool nmi_xml_is_blank(const struct nmi_xml *xml);

/* Where the text of an element goes: a list of these ends with a name of NULL. A text that does not
 * fit is cut to size - 1 bytes. */
struct nmi_slot {
    const char *name;
    size_t offset, size;
};

#define NMI_SLOT(type, member) offsetof(struct type, member), sizeof(((struct type *)0)->member)

/* false: the slot already holds another text. */
bool nmi_xml_fill(const struct nmi_xml *xml, const struct nmi_slot *slots, void *object,
                  const char *name);

#endif
