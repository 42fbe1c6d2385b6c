#include "common/billing/retry_rule.h"

#include <assert.h>

#include "common/billing/ach_return.h"
#include "common/billing/banking_day.h"
#include "common/core/text.h"

/* ---- the provider's days ---- */

static const char *spaces_skip(const char *text) {
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

/* One number and the spaces around it; NULL: there is none, or it is too large. */
static const char *number_read(const char *text, int *out_number) {
    int number = 0;

    text = spaces_skip(text);
    if (!text_is_digit(*text))
        return NULL;
    for (; text_is_digit(*text) && number <= RETRY_DAY_MAX; text++)
        number = number * 10 + (*text - '0');
    if (number > RETRY_DAY_MAX)
        return NULL;
    *out_number = number;
    return spaces_skip(text);
}

enum result retry_days_parse(const char *text, size_t max, struct retry_days *out_days) {
    struct retry_days list = {0};
    int last = 0;

    assert(max <= RETRY_DAYS_MAX);
    text = spaces_skip(text);
    if (!*text) {
        *out_days = list;
        return RESULT_OK;
    }
    for (;; text++) {
        int day;

        text = number_read(text, &day);
        if (!text || day <= last || list.count == max)
            return RESULT_INVALID;
        list.days[list.count++] = last = day;
        if (!*text)
            break;
        if (*text != ',')
            return RESULT_INVALID;
    }
    *out_days = list;
    return RESULT_OK;
}

/* ---- which method ---- */

static bool can_try(const struct retry_method *method, int card_tries) {
    return method && method->is_usable && method->tries < card_tries;
}

enum retry_choice retry_choose(const struct retry_method *first, const struct retry_method *backup,
                               bool used_backup, bool wants_backup, int card_tries,
                               enum draft_reason *out_reason) {
    if (wants_backup && can_try(backup, card_tries))
        return RETRY_WITH_BACKUP;
    if (can_try(first, card_tries))
        return RETRY_WITH_FIRST;
    if (!used_backup && can_try(backup, card_tries))
        return RETRY_WITH_BACKUP;
    *out_reason = first->is_usable ? DRAFT_TRIES : DRAFT_METHOD;
    return RETRY_WITH_NONE;
}

/* ---- after an attempt ---- */

static void decide_failed(struct attempt_decision *decision, enum draft_reason reason) {
    decision->state = DRAFT_FAILED;
    decision->reason = reason;
}

/* A retry on a day, unless the next scheduled one is there by then: that takes what is due. */
static void decide_retry(const struct attempt *attempt, struct date retry_on,
                         enum draft_reason with, struct attempt_decision *decision) {
    if (attempt->is_off) {
        decide_failed(decision, DRAFT_OFF);
    } else if (attempt->next_on.year != 0 && date_compare(retry_on, attempt->next_on) >= 0) {
        decide_failed(decision, DRAFT_NEXT_DAY);
    } else {
        decision->state = DRAFT_RETRY;
        decision->reason = with;
        decision->retry_on = retry_on;
        decision->repeats = attempt->returns > 0 && with != DRAFT_WITH_BACKUP;
    }
}

/* Nothing was asked of the bank: the same once more. */
static void decide_again(const struct attempt *attempt, struct attempt_decision *decision) {
    decide_retry(attempt, attempt->today,
                 attempt->is_backup && attempt->returns == 0 ? DRAFT_WITH_BACKUP : DRAFT_NO_REASON,
                 decision);
}

/* With the backup at once: once for each draft. */
static bool decide_backup(const struct attempt *attempt, const struct retry_settings *settings,
                          struct attempt_decision *decision) {
    if (attempt->is_off || attempt->used_backup || !can_try(attempt->backup, settings->card_tries))
        return false;
    decide_retry(attempt, attempt->today, DRAFT_WITH_BACKUP, decision);
    return true;
}

/* With the enrolment's own method on the next of the provider's days. */
static void decide_later(const struct attempt *attempt, const struct retry_settings *settings,
                         enum draft_reason reason, struct attempt_decision *decision) {
    const struct retry_days *list = &settings->days;

    if (attempt->first.is_usable && attempt->first.tries >= settings->card_tries) {
        decide_failed(decision, DRAFT_TRIES);
        return;
    }
    for (size_t at = 0; attempt->first.is_usable && at < list->count; at++) {
        struct date day = date_add_days(attempt->draft_on, list->days[at]);

        if (date_compare(day, attempt->today) > 0) {
            decide_retry(attempt, day, DRAFT_NO_REASON, decision);
            return;
        }
    }
    decide_failed(decision, reason);
}

/* The method is not tried again in this draft. */
static void decide_final(const struct attempt *attempt, const struct retry_settings *settings,
                         enum draft_reason reason, struct attempt_decision *decision) {
    if (decide_backup(attempt, settings, decision))
        return;
    if (attempt->is_backup && !attempt->first_refused)
        decide_later(attempt, settings, reason, decision);
    else
        decide_failed(decision, reason);
}

static void decide_declined(const struct attempt *attempt, const struct retry_settings *settings,
                            struct attempt_decision *decision) {
    /* A class that is not known may be one that must never be tried again. */
    if (!text_equal(attempt->decline_class, "soft")) {
        decision->method_fails = true;
        decide_final(attempt, settings, DRAFT_DECLINED, decision);
        return;
    }
    if (attempt->declines <= 1 && decide_backup(attempt, settings, decision))
        return;
    if (attempt->is_backup && attempt->first_refused)
        decide_failed(decision, DRAFT_DECLINED);
    else
        decide_later(attempt, settings, DRAFT_DECLINED, decision);
}

static void decide_returned(const struct attempt *attempt, const struct retry_settings *settings,
                            struct attempt_decision *decision) {
    const struct ach_return *meaning = ach_return_find(attempt->return_code);
    const struct retry_days *list = &settings->bank_days;

    assert(attempt->returns >= 1);
    decision->method_fails = meaning->disables;
    decision->turns_off = meaning->stops_autopay;
    decide_failed(decision, DRAFT_RETURNED);
    if (!meaning->may_retry || attempt->returns > BANK_RETRIES_MAX ||
        (size_t)attempt->returns > list->count)
        return;

    struct date day = banking_day_add(attempt->today, list->days[attempt->returns - 1]);
    if (date_compare(day, date_add_days(attempt->draft_on, RETURN_RETRY_DAYS)) > 0)
        return;
    decide_retry(attempt, day, DRAFT_NO_REASON, decision);
}

void attempt_decide(const struct attempt *attempt, const struct retry_settings *settings,
                    struct attempt_decision *out_decision) {
    *out_decision = (struct attempt_decision){.state = DRAFT_OPEN};
    switch (attempt->state) {
    case PAYMENT_PROCESSING:
    case PAYMENT_UNKNOWN:
        break;
    case PAYMENT_PENDING:
    case PAYMENT_SUCCEEDED:
    case PAYMENT_PARTLY_REFUNDED:
    case PAYMENT_REFUNDED: /* given back on purpose */
        out_decision->state = DRAFT_TAKEN;
        break;
    case PAYMENT_NOT_CHARGED:
        decide_again(attempt, out_decision);
        break;
    case PAYMENT_DECLINED:
        decide_declined(attempt, settings, out_decision);
        break;
    case PAYMENT_FAILED:
        out_decision->stops_run = attempt->is_misconfigured;
        if (attempt->is_misconfigured)
            decide_again(attempt, out_decision);
        else
            decide_final(attempt, settings, DRAFT_REFUSED, out_decision);
        break;
    case PAYMENT_RETURNED:
        decide_returned(attempt, settings, out_decision);
        break;
    case PAYMENT_VOIDED:
        decide_failed(out_decision, DRAFT_VOIDED);
        break;
    case PAYMENT_CHARGED_BACK:
        /* Its holder says it was not theirs to take: not tried again before they have acted. */
        out_decision->method_fails = true;
        decide_failed(out_decision, DRAFT_CHARGED_BACK);
        break;
    case PAYMENT_REVIEW:
    case PAYMENT_EXPIRED:
    case PAYMENT_STATE_COUNT:
        assert(!"a draft's payment starts as processing");
    }
}

/* ---- on a retry day ---- */

bool retry_is_replaced(struct date draft_on, struct date began_on) {
    return date_compare(draft_on, began_on) <= 0;
}

enum draft_state retry_decide(struct date retry_on, struct date next_on, struct date today,
                              int catch_up_days, enum draft_reason *out_reason) {
    assert(date_compare(retry_on, today) <= 0);
    *out_reason = DRAFT_NO_REASON;
    if (next_on.year != 0 && date_compare(today, next_on) >= 0) {
        *out_reason = DRAFT_NEXT_DAY;
        return DRAFT_FAILED;
    }
    if (date_to_days(today) - date_to_days(retry_on) > catch_up_days) {
        *out_reason = DRAFT_LATE;
        return DRAFT_PERSON;
    }
    return DRAFT_OPEN;
}
