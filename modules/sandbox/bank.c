/* bank.c - /sandbox/ach: what tests let the bank do with a debit or a credit, now or later. */
#include "modules/sandbox/sandbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BY_ID, BY_ORDER, ACTION, CODE, AT };

static const char *find_transaction(const struct book *book, const struct errand *errand,
                                    struct transaction **out_found) {
    const char *wrong = errand_find(book, errand->values[BY_ID], errand->values[BY_ORDER],
                                    ERRAND_OF_CHECK, out_found);

    if (wrong)
        return wrong;
    if (!(*out_found)->is_check)
        return "It is not on a bank account";
    if ((*out_found)->response != 1 || (*out_found)->amount_cents == 0)
        return "It was never accepted for the bank";
    return NULL;
}

static const char *read_event(const struct errand *errand, int64_t now, struct planned *event) {
    size_t at = 0;

    *event = (struct planned){.at = now};
    while (at < ACH_EVENT_COUNT && strcmp(ach_names[at], errand->values[ACTION]) != 0)
        at++;
    if (at == ACH_EVENT_COUNT)
        return "action is settle, return or late_return";
    event->event = (enum ach_event)at;
    if (!ach_read_code(errand->values[CODE], event->code))
        return "code is R and two digits, or empty";
    if (event->event == ACH_SETTLE && *event->code)
        return "A settlement has no code";
    if (*errand->values[AT] &&
        (!time_parse_iso(errand->values[AT], &event->at) || event->at <= now))
        return "at is a time to come, as 2027-03-01T10:15:00Z";
    return NULL;
}

/* NULL, or why not. */
static const char *do_errand(struct sandbox *sandbox, const struct errand *errand,
                             struct transaction **out_found) {
    const char *wrong = find_transaction(&sandbox->book, errand, out_found);
    struct planned event;
    bool can_wait;

    if (wrong == NULL)
        wrong = read_event(errand, clock_now(sandbox), &event);
    if (wrong)
        return wrong;
    can_wait = *errand->values[AT] && event.event == ACH_LATE_RETURN &&
               (*out_found)->condition == CONDITION_PENDING_SETTLEMENT;
    wrong = can_wait ? NULL : ach_conflict(*out_found, event.event);
    if (wrong)
        return wrong;
    if (*errand->values[AT])
        ach_expect(sandbox, *out_found, &event);
    else
        ach_happen(sandbox, *out_found, &event);
    return NULL;
}

void bank_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct errand errand = {
        .names = {"transaction_id", "order_id", "action", "code", "at"},
        .unknown = "The fields are transaction_id, order_id, action, code and at"};
    struct transaction *transaction = NULL;
    const char *wrong = errand_read(req, &errand);

    if (wrong == NULL)
        wrong = do_errand(sandbox, &errand, &transaction);
    errand_answer(sandbox, req, wrong, errand_write_transaction, transaction);
}
