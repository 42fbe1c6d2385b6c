/* remit settle - looks now at everything whose outcome is not known. */
#include <stdio.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/settle.h"
#include "common/program/vault.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

struct telling {
    struct command *command;
    json_t *list;
};

static void payment_told(const struct open_payment *payment, enum settle_end end,
                         enum payment_state state, void *context) {
    struct telling *telling = context;
    struct arena *arena = arena_new(64 * 1024);

    if (telling->command->json) {
        json_t *object = json_object();

        json_object_set_new(object, "reference", json_string(payment->reference));
        json_object_set_new(object, "end", json_string(settle_end_name(end)));
        json_object_set_new(object, "state", json_string(payment_state_name(state)));
        json_object_set_new(object, "amount",
                            json_string(money_plain(arena, payment->amount_cents)));
        json_object_set_new(object, "amount_cents", json_integer(payment->amount_cents));
        json_array_append_new(telling->list, object);
    } else {
        printf("%s  %s  %s  (%s)\n", payment->reference, money_text(arena, payment->amount_cents),
               payment_state_name(state), settle_end_name(end));
    }
    arena_free(arena);
}

static enum command_exit summary_show(struct telling *telling, const struct settle_summary *summary,
                                      const struct vault_summary *vault) {
    struct command *command = telling->command;
    int64_t open = summary->ends[SETTLE_UNKNOWN] + summary->ends[SETTLE_IN_FLIGHT] +
                   summary->ends[SETTLE_QUEUED] + summary->ends[SETTLE_NO_GATEWAY];
    json_t *object = json_object();

    json_object_set(object, "payments", telling->list);
    json_object_set_new(object, "looked_at", json_integer(summary->looked_at));
    for (int end = 0; end < SETTLE_END_COUNT; end++)
        json_object_set_new(object, settle_end_name((enum settle_end)end),
                            json_integer(summary->ends[end]));
    json_object_set_new(object, "expired", json_integer(summary->expired));
    json_object_set_new(object, "vault_removed", json_integer(vault->removed));
    json_object_set_new(object, "vault_waiting", json_integer(vault->waiting));
    enum command_exit status = result_show(
        command, object,
        "%lld looked at: %lld resolved, %lld still open (%lld unknown, %lld being sent, %lld for a"
        " person, %lld without an answer of the gateway), %lld settled by somebody else. %lld"
        " reviews expired. %lld removed methods left the gateway's vault, %lld still have to.",
        (long long)summary->looked_at, (long long)summary->ends[SETTLE_RESOLVED], (long long)open,
        (long long)summary->ends[SETTLE_UNKNOWN], (long long)summary->ends[SETTLE_IN_FLIGHT],
        (long long)summary->ends[SETTLE_QUEUED], (long long)summary->ends[SETTLE_NO_GATEWAY],
        (long long)summary->ends[SETTLE_LOST_RACE], (long long)summary->expired,
        (long long)vault->removed, (long long)vault->waiting);
    if (summary->ends[SETTLE_NO_GATEWAY])
        return command_refuse(command, "The gateway did not answer.");
    return status;
}

enum command_exit remit_settle(struct command *command) {
    struct telling telling = {command, json_array()};
    struct settle_summary summary;
    struct vault_summary vault;
    enum result result = settle_all(&command->running, payment_told, &telling, &summary);
    enum command_exit status = COMMAND_REFUSED;

    if (result == RESULT_OK)
        result = vault_clean_all(&command->running, &vault);
    if (result == RESULT_OK)
        status = summary_show(&telling, &summary, &vault);
    else
        command_refuse(command, "The database failed before everything was looked at (%s): %s.",
                       result_name(result), db_error(command->running.db));
    json_decref(telling.list);
    return status;
}
