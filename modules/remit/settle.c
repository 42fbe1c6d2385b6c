/* remit settle - looks now at everything whose outcome is not known. */
#include <stdio.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/cards.h"
#include "common/program/queue_tend.h"
#include "common/program/reconcile.h"
#include "common/program/settle.h"
#include "common/program/settle_pending.h"
#include "common/program/settle_refund.h"
#include "common/program/vault.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

struct telling {
    struct command *command;
    json_t *payments, *refunds, *late, *news, *foreign;
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
        json_array_append_new(telling->payments, object);
    } else {
        printf("%s  %s  %s  (%s)\n", payment->reference, money_text(arena, payment->amount_cents),
               payment_state_name(state), settle_end_name(end));
    }
    arena_free(arena);
}

/* Most are told of only when something became of them: that the bank takes days is no news. */
static void pending_told(const struct open_payment *payment, enum settle_end end,
                         enum payment_state state, void *context) {
    if (end != SETTLE_UNKNOWN && end != SETTLE_LOST_RACE)
        payment_told(payment, end, state, context);
}

static void refund_told(const struct refund *refund, enum settle_end end, enum refund_state state,
                        void *context) {
    struct telling *telling = context;
    struct arena *arena = arena_new(64 * 1024);
    const char *kind = refund->is_void ? "void" : "refund";

    if (telling->command->json) {
        json_t *object = json_object();

        json_object_set_new(object, "reference", json_string(refund->reference));
        json_object_set_new(object, "payment", json_string(refund->payment_reference));
        json_object_set_new(object, "kind", json_string(kind));
        json_object_set_new(object, "end", json_string(settle_end_name(end)));
        json_object_set_new(object, "state", json_string(refund_state_name(state)));
        json_object_set_new(object, "amount",
                            json_string(money_plain(arena, refund->amount_cents)));
        json_object_set_new(object, "amount_cents", json_integer(refund->amount_cents));
        json_array_append_new(telling->refunds, object);
    } else {
        printf("%s  %s of %s  %s  %s  (%s)\n", refund->reference, kind, refund->payment_reference,
               money_text(arena, refund->amount_cents), refund_state_name(state),
               settle_end_name(end));
    }
    arena_free(arena);
}

static json_t *news_json(struct arena *arena, const struct reconcile_news *news,
                         enum reconcile_end end) {
    json_t *object = json_object();

    json_object_set_new(object, "what", json_string(reconcile_what_name(news->what)));
    json_object_set_new(object, "end", json_string(reconcile_end_name(end)));
    json_object_set_new(object, "payment", json_string(news->payment_reference));
    json_object_set_new(object, "transaction", json_string(news->transaction_id));
    json_object_set_new(object, "amount", json_string(money_plain(arena, news->amount_cents)));
    json_object_set_new(object, "amount_cents", json_integer(news->amount_cents));
    json_object_set_new(object, "why", json_string(news->why));
    return object;
}

static json_t *stranger_json(struct arena *arena, const struct reconcile_news *news) {
    json_t *object = json_object();

    json_object_set_new(object, "transaction", json_string(news->transaction_id));
    json_object_set_new(object, "order_id", json_string(news->payment_reference));
    json_object_set_new(object, "amount", json_string(money_plain(arena, news->amount_cents)));
    json_object_set_new(object, "amount_cents", json_integer(news->amount_cents));
    return object;
}

static void news_print(struct arena *arena, const struct reconcile_news *news,
                       enum reconcile_end end) {
    if (news->what == RECONCILE_STRANGER)
        printf("%s  %s  no payment of ours (%s)\n", news->transaction_id,
               money_text(arena, news->amount_cents), reconcile_end_name(end));
    else if (news->what == RECONCILE_RETURN)
        printf("%s  came back%s%s  (%s)\n", news->payment_reference, *news->code ? ": " : "",
               news->code, reconcile_end_name(end));
    else
        printf("%s  %s  %s%s%s  (%s)\n", news->payment_reference,
               money_text(arena, news->amount_cents), reconcile_what_name(news->what),
               *news->why ? ": " : "", news->why, reconcile_end_name(end));
}

/* Returns are told as they were before there was more to tell of. */
static void reconcile_news_told(const struct reconcile_news *news, enum reconcile_end end,
                                void *context) {
    struct telling *telling = context;
    struct arena *arena = arena_new(64 * 1024);

    if (!telling->command->json) {
        news_print(arena, news, end);
    } else if (news->what == RECONCILE_STRANGER) {
        json_array_append_new(telling->foreign, stranger_json(arena, news));
    } else {
        json_array_append_new(telling->news, news_json(arena, news, end));
    }
    if (telling->command->json && news->what == RECONCILE_RETURN) {
        json_t *object = json_object();

        json_object_set_new(object, "payment", json_string(news->payment_reference));
        json_object_set_new(object, "code", json_string(news->code));
        json_object_set_new(object, "end", json_string(reconcile_end_name(end)));
        json_array_append_new(telling->late, object);
    }
    arena_free(arena);
}

static int64_t still_open(const struct settle_summary *summary) {
    return summary->ends[SETTLE_UNKNOWN] + summary->ends[SETTLE_IN_FLIGHT] +
           summary->ends[SETTLE_QUEUED] + summary->ends[SETTLE_NO_GATEWAY];
}

static void ends_json(json_t *object, const struct settle_summary *summary) {
    json_object_set_new(object, "looked_at", json_integer(summary->looked_at));
    for (int end = 0; end < SETTLE_END_COUNT; end++)
        json_object_set_new(object, settle_end_name((enum settle_end)end),
                            json_integer(summary->ends[end]));
}

/* What one run did. */
struct summaries {
    struct settle_summary payments, refunds;
    struct pending_summary pending;
    struct reconcile_summary reconcile;
    struct vault_summary vault;
    struct cards_summary cards;
};

static json_t *late_json(const struct reconcile_summary *reconcile) {
    json_t *object = json_object();

    json_object_set_new(object, "there", json_integer(reconcile->returns[RECONCILE_SAME]));
    for (int end = RECONCILE_RECORDED; end < RECONCILE_END_COUNT; end++)
        if (end != RECONCILE_FOREIGN)
            json_object_set_new(object, reconcile_end_name((enum reconcile_end)end),
                                json_integer(reconcile->returns[end]));
    json_object_set_new(object, "no_gateway", json_integer(reconcile->no_gateway));
    return object;
}

static json_t *reconcile_json(const struct telling *telling,
                              const struct reconcile_summary *reconcile) {
    json_t *object = json_object();

    json_object_set_new(object, "read", json_integer(reconcile->read));
    for (int end = 0; end < RECONCILE_END_COUNT; end++)
        json_object_set_new(object, reconcile_end_name((enum reconcile_end)end),
                            json_integer(reconcile->ends[end]));
    json_object_set_new(object, "no_gateway", json_integer(reconcile->no_gateway));
    json_object_set(object, "news", telling->news);
    return object;
}

static void reconcile_print(const struct reconcile_summary *reconcile) {
    const int64_t *ends = reconcile->ends;

    if (ends[RECONCILE_RECORDED] + ends[RECONCILE_WAITING] + ends[RECONCILE_QUEUED] +
        ends[RECONCILE_FOREIGN] + ends[RECONCILE_FAILED])
        printf("Of the gateway's report: %lld recorded, %lld wait, %lld for a person, %lld not"
               " ours, %lld could not be written.\n",
               (long long)ends[RECONCILE_RECORDED], (long long)ends[RECONCILE_WAITING],
               (long long)ends[RECONCILE_QUEUED], (long long)ends[RECONCILE_FOREIGN],
               (long long)ends[RECONCILE_FAILED]);
}

static json_t *cards_json(const struct cards_summary *cards) {
    json_t *object = json_object();

    json_object_set_new(object, "read", json_integer(cards->read));
    json_object_set_new(object, "updated", json_integer(cards->updated));
    json_object_set_new(object, "lifted", json_integer(cards->lifted));
    json_object_set_new(object, "gone", json_integer(cards->gone));
    json_object_set_new(object, "no_gateway", json_integer(cards->no_gateway));
    return object;
}

static void cards_print(const struct cards_summary *cards) {
    if (cards->updated || cards->gone)
        printf("Of %lld cards in the vault %lld have a new number or date, %lld are not there any"
               " more.\n",
               (long long)cards->read, (long long)cards->updated, (long long)cards->gone);
}

static json_t *pending_json(const struct pending_summary *pending) {
    json_t *object = json_object();

    json_object_set_new(object, "looked_at", json_integer(pending->looked_at));
    json_object_set_new(object, "settled", json_integer(pending->settled));
    json_object_set_new(object, "returned", json_integer(pending->returned));
    json_object_set_new(object, "voided", json_integer(pending->voided));
    json_object_set_new(object, "waiting", json_integer(pending->waiting));
    json_object_set_new(object, "queued", json_integer(pending->queued));
    json_object_set_new(object, "no_gateway", json_integer(pending->no_gateway));
    return object;
}

static void pending_print(const struct pending_summary *pending) {
    if (pending->looked_at)
        printf("%lld bank payments pending: %lld settled, %lld returned, %lld voided, %lld wait,"
               " %lld for a person.\n",
               (long long)pending->looked_at, (long long)pending->settled,
               (long long)pending->returned, (long long)pending->voided,
               (long long)pending->waiting, (long long)pending->queued);
}

static void summary_json(const struct telling *telling, const struct summaries *summaries) {
    json_t *object = json_object(), *ends = json_object();

    json_object_set(object, "payments", telling->payments);
    ends_json(object, &summaries->payments);
    json_object_set_new(object, "expired", json_integer(summaries->payments.expired));
    json_object_set_new(object, "pending", pending_json(&summaries->pending));
    json_object_set(object, "late_returns", telling->late);
    json_object_set_new(object, "late", late_json(&summaries->reconcile));
    json_object_set_new(object, "reconcile", reconcile_json(telling, &summaries->reconcile));
    json_object_set(object, "foreign", telling->foreign);
    json_object_set(object, "refunds", telling->refunds);
    ends_json(ends, &summaries->refunds);
    json_object_set_new(object, "refund_ends", ends);
    json_object_set_new(object, "vault_removed", json_integer(summaries->vault.removed));
    json_object_set_new(object, "cards", cards_json(&summaries->cards));
    json_object_set_new(object, "vault_waiting", json_integer(summaries->vault.waiting));
    json_print(object);
}

static void ends_print(const char *what, const struct settle_summary *summary) {
    printf("%lld %slooked at: %lld resolved, %lld still open (%lld unknown, %lld being sent, %lld"
           " for a person, %lld without an answer of the gateway), %lld settled by somebody else.",
           (long long)summary->looked_at, what, (long long)summary->ends[SETTLE_RESOLVED],
           (long long)still_open(summary), (long long)summary->ends[SETTLE_UNKNOWN],
           (long long)summary->ends[SETTLE_IN_FLIGHT], (long long)summary->ends[SETTLE_QUEUED],
           (long long)summary->ends[SETTLE_NO_GATEWAY], (long long)summary->ends[SETTLE_LOST_RACE]);
}

static enum command_exit summary_show(const struct telling *telling,
                                      const struct summaries *summaries) {
    if (telling->command->json) {
        summary_json(telling, summaries);
    } else {
        ends_print("", &summaries->payments);
        printf(" %lld reviews expired. %lld removed methods left the gateway's vault, %lld still"
               " have to.\n",
               (long long)summaries->payments.expired, (long long)summaries->vault.removed,
               (long long)summaries->vault.waiting);
        pending_print(&summaries->pending);
        reconcile_print(&summaries->reconcile);
        cards_print(&summaries->cards);
        if (summaries->refunds.looked_at) {
            ends_print("refunds and voids ", &summaries->refunds);
            putchar('\n');
        }
    }
    if (summaries->payments.ends[SETTLE_NO_GATEWAY] || summaries->refunds.ends[SETTLE_NO_GATEWAY] ||
        summaries->pending.no_gateway || summaries->reconcile.no_gateway ||
        summaries->cards.no_gateway)
        return command_refuse(telling->command, "The gateway did not answer.");
    if (summaries->reconcile.ends[RECONCILE_FAILED])
        return command_refuse(telling->command, "What the gateway told could not be written: it is"
                                                " found again by the next `remit settle`.");
    return COMMAND_DONE;
}

enum command_exit remit_settle(struct command *command) {
    struct telling telling = {command,      json_array(), json_array(),
                              json_array(), json_array(), json_array()};
    struct running *running = &command->running;
    struct summaries summaries;
    struct queue_summary cleared;
    enum result result = settle_all(running, payment_told, &telling, &summaries.payments);
    enum command_exit status = COMMAND_REFUSED;

    if (result == RESULT_OK)
        result = settle_refunds(running, refund_told, &telling, &summaries.refunds);
    if (result == RESULT_OK)
        result = settle_pending(running, pending_told, &telling, &summaries.pending);
    if (result == RESULT_OK)
        result = reconcile_report(running, reconcile_news_told, &telling, &summaries.reconcile);
    if (result == RESULT_OK)
        result = vault_clean_all(running, &summaries.vault);
    if (result == RESULT_OK)
        result = cards_refresh(running, &summaries.cards);
    if (result == RESULT_OK)
        result = queue_tend(running, "program:settle", false, &cleared);
    if (result == RESULT_OK)
        status = summary_show(&telling, &summaries);
    else
        command_refuse(command, "The database failed before everything was looked at (%s): %s.",
                       result_name(result), db_error(running->db));
    json_decref(telling.payments);
    json_decref(telling.refunds);
    json_decref(telling.late);
    json_decref(telling.news);
    json_decref(telling.foreign);
    return status;
}
