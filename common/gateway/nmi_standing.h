/*
 * nmi_standing.h - from the actions of one transaction in a report to how it stands.
 */
#ifndef REMIT_GATEWAY_NMI_STANDING_H
#define REMIT_GATEWAY_NMI_STANDING_H

#include "common/gateway/nmi.h"

/* As the report has them. What is longer was cut, and is too long for what it must be. */
struct nmi_action {
    char amount[32], type[32], date[32], success[8], code[32], processor_code[64];
    char text[512], processor_text[512];
};

struct nmi_transaction {
    char id[2 * GATEWAY_ID_SIZE], original_id[2 * GATEWAY_ID_SIZE], order_id[4 * GATEWAY_ID_SIZE];
    char type[8], condition[32], currency[8];
    bool is_odd; /* something in it that we do not understand */

    /* Sums of the actions, in the order they came. */
    size_t actions, checks;
    bool is_tried, is_sold, is_authorized, is_refunded, is_returned;
    int64_t sold_cents, refunded_cents, returned_cents, modified_at;
    struct nmi_action last, returned;
};

void nmi_standing_add(struct nmi_transaction *transaction, const struct nmi_action *action);

/* true: only checked an account (type=validate), no money. */
bool nmi_standing_is_check(const struct nmi_transaction *transaction);

/* false: it has no id that we can keep. */
bool nmi_standing_read(const struct nmi_transaction *transaction,
                       struct gateway_transaction *out_transaction);

#endif
