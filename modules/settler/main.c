/* settler - finds out what became of everything whose outcome is not known, and what the gateway's
 * books say that ours do not. */
#include "common/program/cards.h"
#include "common/program/charge.h"
#include "common/program/draft.h"
#include "common/program/reconcile.h"
#include "common/program/refund.h"
#include "common/program/service.h"
#include "common/program/settle.h"
#include "common/program/settle_pending.h"
#include "common/program/settle_refund.h"
#include "common/program/vault.h"
#include "common/store/event_store.h"
#include "common/store/import_store.h"
#include "common/store/issue_store.h"
#include "common/store/queue_store.h"
#include "common/store/webhook_work_store.h"
#include "modules/settler/settler.h"

static const struct statement *const statements[] = {
    CHARGE_RECORD_STATEMENTS, &charge_facts_sql,        SETTLE_STATEMENTS,
    REFUND_STATEMENTS,        SETTLE_REFUND_STATEMENTS, SETTLE_PENDING_STATEMENTS,
    RECONCILE_STATEMENTS,     CARDS_STATEMENTS,         WEBHOOK_WORK_STATEMENTS,
    VAULT_ALL_STATEMENTS,     DRAFT_RECORD_STATEMENTS,  QUEUE_TIDY_STATEMENTS,
    PROGRESS_TAKE_STATEMENTS, ISSUE_STATEMENTS,
};

static int64_t pause_ms(const struct running *running) {
    return running->settings.settle.run_s * 1000;
}

int main(int argc, char **argv) {
    const struct service settler = {
        .program = {.name = "settler",
                    .statements = statements,
                    .statement_count = sizeof statements / sizeof *statements,
                    .open = charge_open,
                    .close = charge_close},
        .about = "finds out what became of payments whose outcome is not known, until it is"
                 " stopped.",
        .round = settler_round,
        .pause_ms = pause_ms,
    };

    return service_run(&settler, argc, argv);
}
