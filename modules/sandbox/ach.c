/*
 * ach.c - settlement and returns of bank debits, and of the credits that refund them.
 *
 * What the bank will do is planned when a transaction is booked, and kept with it in the journal:
 * knobs turned later change nothing. It is done when somebody looks and the clock is past its time,
 * with the date it was planned for.
 */
#include "modules/sandbox/sandbox.h"

#include <stdio.h>
#include <string.h>

/* Seconds of the day, UTC. */
#define SETTLES_AT_S (10 * 3600)
#define RETURNS_AT_S (10 * 3600 + 15 * 60)

static const struct {
    const char *action_type, *text;
    enum condition condition;
} events[ACH_EVENT_COUNT] = {
    [ACH_SETTLE] = {"settle", "Paid", CONDITION_COMPLETE},
    [ACH_RETURN] = {"check_return", "Returned", CONDITION_FAILED},
    [ACH_LATE_RETURN] = {"check_late_return", "Reversed", CONDITION_FAILED},
};
const char *const ach_names[ACH_EVENT_COUNT] = {
    [ACH_SETTLE] = "settle",
    [ACH_RETURN] = "return",
    [ACH_LATE_RETURN] = "late_return",
};

bool ach_read_code(const char *text, char out[static RETURN_CODE_BYTES]) {
    snprintf(out, RETURN_CODE_BYTES, "%s", text);
    return *text == '\0' ||
           (strlen(text) == 3 && text[0] == 'R' && strspn(text + 1, "0123456789") == 2);
}

bool ach_is_action(const char *type) {
    for (size_t i = 0; i < ACH_EVENT_COUNT; i++)
        if (strcmp(events[i].action_type, type) == 0)
            return true;
    return false;
}

void ach_words(const struct action *action, int code_in, struct action_words *out_words) {
    const char *code = action->return_code;
    bool is_told = *code && code_in == CODE_IN_TEXT;

    *out_words = (struct action_words){.text = ""};
    snprintf(out_words->text, sizeof(out_words->text), "%s%s%s%s", action->response_text,
             is_told ? " (" : "", is_told ? code : "", is_told ? ")" : "");
    if (*code && code_in == CODE_IN_PROCESSOR_TEXT)
        snprintf(out_words->processor_text, sizeof(out_words->processor_text), "Return %s", code);
    if (code_in == CODE_IN_PROCESSOR_CODE)
        snprintf(out_words->processor_code, sizeof(out_words->processor_code), "%s", code);
}

/*
 * The last four digits of the account say it: 01nn is returned with Rnn, 09nn settles and is
 * returned late; of nn = 00 no code is told. R23 is for credits only, all others for debits.
 */
static bool has_fate(const struct transaction *transaction, struct planned *out_fate) {
    const char *account = record_get(&transaction->record, TEXT_CHECK_ACCOUNT);
    const char *four = strlen(account) < 4 ? "" : account + strlen(account) - 4;
    bool is_refund = strcmp(transaction_type(transaction), "refund") == 0;

    if (strspn(four, "0123456789") != 4 || four[0] != '0' || (four[1] != '1' && four[1] != '9') ||
        is_refund != (strcmp(four + 2, "23") == 0))
        return false;
    out_fate->event = four[1] == '1' ? ACH_RETURN : ACH_LATE_RETURN;
    snprintf(out_fate->code, RETURN_CODE_BYTES, "R%.2s", four + 2);
    if (strcmp(four + 2, "00") == 0)
        out_fate->code[0] = '\0';
    return true;
}

static void plan(struct transaction *transaction, enum ach_event event, int64_t at,
                 const char *code) {
    struct planned *planned = &transaction->planned[transaction->planned_count++];

    *planned = (struct planned){.event = event, .at = at};
    snprintf(planned->code, RETURN_CODE_BYTES, "%s", code);
}

void ach_plan(const struct sandbox *sandbox, struct transaction *transaction) {
    const struct knobs *knobs = &sandbox->knobs;
    int64_t day = transaction->created_at / DAY_S, settles_on = day, late_on;
    struct planned fate = {.event = ACH_SETTLE};

    if (!transaction->is_check || transaction->condition != CONDITION_PENDING_SETTLEMENT)
        return;
    if (has_fate(transaction, &fate) && fate.event == ACH_RETURN) {
        if (knobs->ach_return_days)
            plan(transaction, ACH_RETURN,
                 banking_days_after(day, knobs->ach_return_days) * DAY_S + RETURNS_AT_S, fate.code);
        return;
    }
    if (knobs->ach_settle_days) {
        settles_on = banking_days_after(day, knobs->ach_settle_days);
        plan(transaction, ACH_SETTLE, settles_on * DAY_S + SETTLES_AT_S, "");
    }
    if (fate.event == ACH_LATE_RETURN && knobs->ach_late_days) {
        late_on = banking_days_after(day + knobs->ach_late_days - 1, 1);
        if (late_on <= settles_on)
            late_on = banking_days_after(settles_on, 1);
        plan(transaction, ACH_LATE_RETURN, late_on * DAY_S + RETURNS_AT_S, fate.code);
    }
}

const char *ach_conflict(const struct transaction *transaction, enum ach_event event) {
    switch (transaction->condition) {
    case CONDITION_PENDING_SETTLEMENT:
        return event == ACH_LATE_RETURN ? "It has not settled: a return is not late yet" : NULL;
    case CONDITION_COMPLETE:
        return event == ACH_SETTLE ? "It has settled already" : NULL;
    case CONDITION_FAILED:
        return "It has been returned already";
    case CONDITION_CANCELED:
        return "It was voided and never went to the bank";
    case CONDITION_COUNT:
        break;
    }
    return NULL;
}

/* A late return is the only one that may stand after another event. */
static const struct planned *planned_late(const struct transaction *transaction) {
    for (size_t i = 0; i < transaction->planned_count; i++)
        if (transaction->planned[i].event == ACH_LATE_RETURN)
            return &transaction->planned[i];
    return NULL;
}

void ach_happen(struct sandbox *sandbox, struct transaction *transaction,
                const struct planned *event) {
    const struct planned *kept = event->event == ACH_SETTLE ? planned_late(transaction) : NULL;
    struct planned done = *event, late = kept ? *kept : done;
    struct action *action;

    transaction->planned_count = 0;
    if (kept) {
        if (late.at <= done.at)
            late.at = banking_days_after(done.at / DAY_S, 1) * DAY_S + RETURNS_AT_S;
        plan(transaction, ACH_LATE_RETURN, late.at, late.code);
    }
    transaction->condition = events[done.event].condition;
    transaction_act(transaction, events[done.event].action_type, transaction->amount_cents,
                    done.at);
    action = transaction_last(transaction);
    snprintf(action->response_text, sizeof(action->response_text), "%s", events[done.event].text);
    memcpy(action->return_code, done.code, RETURN_CODE_BYTES);
    action->source = ACTION_INTERNAL;
    book_change(sandbox, transaction);
    webhook_tell(sandbox, transaction);
}

void ach_expect(struct sandbox *sandbox, struct transaction *transaction,
                const struct planned *event) {
    const struct planned *late = planned_late(transaction);
    struct planned first = transaction->planned[0], wanted = *event, kept = late ? *late : wanted;
    bool settles_first = transaction->planned_count > 0 && first.event == ACH_SETTLE;

    transaction->planned_count = 0;
    if (wanted.event == ACH_LATE_RETURN && settles_first)
        plan(transaction, ACH_SETTLE, first.at, "");
    plan(transaction, wanted.event, wanted.at, wanted.code);
    if (wanted.event == ACH_SETTLE && late)
        plan(transaction, ACH_LATE_RETURN, kept.at, kept.code);
    book_change(sandbox, transaction);
}

void ach_watch(struct sandbox *sandbox, struct transaction *transaction) {
    if (transaction->planned_count > 0)
        due_add(&sandbox->due, transaction->planned[0].at, transaction);
}

void ach_watch_all(struct sandbox *sandbox) {
    for (size_t i = 0; i < sandbox->book.count; i++)
        ach_watch(sandbox, sandbox->book.list[i]);
}

void ach_catch_up(struct sandbox *sandbox) {
    struct transaction *transaction;
    int64_t now, at;

    if (sandbox->due.count == 0)
        return;
    now = clock_now(sandbox);
    while ((transaction = due_take(&sandbox->due, now, &at)) != NULL) {
        const struct planned *next = &transaction->planned[0];

        /* Another plan has taken its place, or it waits for a settlement. */
        if (transaction->planned_count == 0 || next->at != at ||
            ach_conflict(transaction, next->event))
            continue;
        ach_happen(sandbox, transaction, next);
    }
}
