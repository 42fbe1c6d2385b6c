/*
 * nmi.h - what the files of the NMI driver share. NMI is also BNG Gateway and other white labels:
 * same protocol, own host.
 */
#ifndef REMIT_GATEWAY_NMI_H
#define REMIT_GATEWAY_NMI_H

#include <stddef.h>

#include "common/gateway/driver.h"

struct nmi_code {
    const char *code;
    enum gateway_outcome outcome;
    enum gateway_decline decline;
};

/* NULL: not one of the documented codes. */
const struct nmi_code *nmi_code_find(const char *code);

/* transact.php's answer to a sale. */
void nmi_sale_read(const struct gateway_sale_ask *ask, const struct http_call *call,
                   struct gateway_answer *out_answer);

enum { NMI_PAGE_MAX = 2000, NMI_REASON_SIZE = 160 };

struct nmi_page {
    struct gateway_transaction *transactions; /* those that move money */
    size_t count;
    size_t told;                  /* all that the page held, validations too */
    char reason[NMI_REASON_SIZE]; /* why it cannot be read, for the log */
};

/* query.php's answer; all of it or nothing. RESULT_UNCERTAIN: not the report we asked for. */
MUST_CHECK enum result nmi_report_read(struct arena *arena, const char *xml, size_t length,
                                       struct nmi_page *out_page);

#endif
