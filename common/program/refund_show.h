/* refund_show.h - refunds as templates/shared/refunds.cs wants them. */
#ifndef REMIT_PROGRAM_REFUND_SHOW_H
#define REMIT_PROGRAM_REFUND_SHOW_H

#include "common/program/visit.h"
#include "common/store/refund_store.h"

/* One of them, as an item of node's Refunds. */
void refund_show(struct visit *visit, struct values *node, size_t index,
                 const struct refund *refund);

#endif
