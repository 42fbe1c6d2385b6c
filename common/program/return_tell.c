#include "common/program/return_tell.h"

#include <stdio.h>

#include "common/billing/ach_return.h"
#include "common/money/money.h"
#include "common/store/event_store.h"
#include "common/store/issue_store.h"

enum { KEY_SIZE = 64, NUMBER_SIZE = 32, LINE_SIZE = 200, ARENA_BYTES = 4096 };

/* Where no code is known and a person recorded it, that person decides. */
static bool is_unexplained(const struct return_facts *facts) {
    return facts->is_by_hand && !*facts->code;
}

int64_t return_fee(const struct return_facts *facts) {
    bool is_charged = !facts->is_chargeback &&
                      (is_unexplained(facts) || ach_return_find(facts->code)->charges_fee);

    return is_charged ? facts->fee_cents : 0;
}

static enum result fee_charge(struct db *db, const struct return_facts *facts, int64_t fee_cents) {
    const struct ach_return *returned = ach_return_find(facts->code);
    struct arena *arena = arena_new(ARENA_BYTES);
    char number[NUMBER_SIZE], line[LINE_SIZE];

    snprintf(number, sizeof number, "FEE-%s", facts->payment_reference);
    snprintf(line, sizeof line, "Return Fee: payment %s of %s was returned%s%s",
             facts->payment_reference, money_text(arena, facts->amount_cents),
             *returned->code ? ": " : "", *returned->code ? returned->meaning : "");
    arena_free(arena);
    enum result result = issue_invoice(db, &(struct issue){.account_id = facts->account_id,
                                                           .number = number,
                                                           .billing_type = "Fees",
                                                           .line = line,
                                                           .kind = "fee",
                                                           .ledger = "revenue",
                                                           .amount_cents = fee_cents,
                                                           .now = facts->now});
    /* Its number is the payment's: charged once. */
    return result == RESULT_CONFLICT ? RESULT_OK : result;
}

/* There are days to contest it, and only a person can. */
static enum result chargeback_tell(struct db *db, const struct return_facts *facts) {
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "charged_back:%s", facts->payment_reference);
    enum result result = outbox_add(db, key, "charged_back", facts->account_id, facts->user_id,
                                    facts->payment_id, facts->now);
    snprintf(key, sizeof key, "chargeback:%s", facts->payment_reference);
    return result == RESULT_OK
               ? queue_add(db, key, "chargeback", facts->account_id, facts->payment_id,
                           "its cardholder disputes it; evidence against it has a deadline",
                           facts->now)
               : result;
}

enum result return_tell(struct db *db, const struct return_facts *facts) {
    if (facts->is_chargeback)
        return chargeback_tell(db, facts);
    const struct ach_return *returned = ach_return_find(facts->code);
    int64_t fee_cents = return_fee(facts);
    char key[KEY_SIZE], detail[LINE_SIZE];
    enum result result = fee_cents ? fee_charge(db, facts, fee_cents) : RESULT_OK;

    snprintf(key, sizeof key, "returned:%s", facts->payment_reference);
    if (result == RESULT_OK)
        result = outbox_add(db, key, "returned", facts->account_id, facts->user_id,
                            facts->payment_id, facts->now);
    if (result != RESULT_OK || !returned->to_person || is_unexplained(facts))
        return result;
    snprintf(detail, sizeof detail, "%s %s", facts->code, returned->meaning);
    return queue_add(db, key, "returned_payment", facts->account_id, facts->payment_id, detail,
                     facts->now);
}
