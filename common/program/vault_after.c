/* vault_after.c - a vault entry that goes once the customer has the answer. */
#include "common/core/clock.h"
#include "common/program/vault.h"
#include "common/program/visit.h"

static void clean(struct visit *visit) {
    vault_clean(visit->running, visit->arena, visit->session.account_id, visit->after_id,
                clock_now(visit->running->clock));
}

void vault_clean_after(struct visit *visit, int64_t method_id) {
    visit->after_id = method_id;
    visit_after(visit, clean);
}
