#include "common/program/refund_show.h"

void refund_show(struct visit *visit, struct values *node, size_t index,
                 const struct refund *refund) {
    struct values *item = values_item(node, "Refunds", index);

    values_set(item, "Amount", visit_money(visit, refund->amount_cents));
    visit_set_date(visit, item, "At",
                   instant_date(refund->closed_at ? refund->closed_at : refund->created_at));
    values_set(item, "Status", refund_state_word(refund->state, refund->is_void));
    values_set(item, "StatusKind", refund_state_name(refund->state));
}
