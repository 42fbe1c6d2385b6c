#include "common/program/refund_show.h"

#include "common/billing/ach_return.h"
#include "common/core/words.h"

void refund_show(struct visit *visit, struct values *node, size_t index,
                 const struct refund *refund) {
    struct values *item = values_item(node, "Refunds", index);

    values_set(item, "Amount", visit_money(visit, refund->amount_cents));
    visit_set_date(visit, item, "At",
                   instant_date(refund->closed_at ? refund->closed_at : refund->created_at));
    values_set(item, "Kind", refund_kind_name(refund->kind));
    values_set(item, "Status", refund_state_word(refund->state, refund->kind));
    values_set(item, "StatusKind", refund_state_name(refund->state));
    if (refund->kind == REFUND_KIND_RETURN && *ach_return_find(refund->response_code)->code)
        values_set(item, "Reason", say(ach_return_find(refund->response_code)->meaning));
}
