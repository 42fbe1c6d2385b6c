#include "common/program/late_booking.h"

#include <stdio.h>

#include "common/core/fault.h"
#include "common/money/money.h"
#include "common/program/charge.h"
#include "common/store/event_store.h"

enum { TRIES = 3, KEY_SIZE = 64, DETAIL_SIZE = 200 };

static const char actor[] = "gateway";

struct booking {
    struct running *running;
    struct arena *arena;
    const struct gateway_transaction *seen;
    struct late_payment payment;
    int64_t moved_cents; /* what its invoices do not take any more */
    int64_t now;
};

static struct charge_outcome outcome_of(const struct booking *booking) {
    const struct late_payment *payment = &booking->payment;
    const struct gateway_transaction *seen = booking->seen;
    bool is_pending = payment->is_bank && seen->standing == STANDING_APPROVED;
    struct charge_outcome outcome = {
        .account_id = payment->account_id,
        .payment_id = payment->id,
        .user_id = payment->user_id,
        .method_id = payment->method_id,
        .reference = payment->reference,
        .amount_cents = payment->amount_cents,
        .credit_cents = money_add(payment->credit_cents, booking->moved_cents),
        .token = payment->token,
        .draft_id = payment->draft_id,
        .retry = &booking->running->settings.autopay.retry,
        .from = PAYMENT_NOT_CHARGED,
        .to = is_pending ? PAYMENT_PENDING : PAYMENT_SUCCEEDED,
        .actor = actor,
        .now = booking->now,
    };

    snprintf(outcome.answer.transaction_id, sizeof outcome.answer.transaction_id, "%s",
             seen->transaction_id);
    snprintf(outcome.answer.code, sizeof outcome.answer.code, "%s", seen->code);
    snprintf(outcome.answer.text, sizeof outcome.answer.text, "%s", seen->text);
    return outcome;
}

static enum result person_tell(struct db *db, const struct booking *booking) {
    const struct late_payment *payment = &booking->payment;
    char key[KEY_SIZE], detail[DETAIL_SIZE];

    snprintf(key, sizeof key, "late_booking:%s", payment->reference);
    snprintf(detail, sizeof detail,
             "found not to be charged, and booked after all: %s; %s of it is credit, because its"
             " invoices do not take it any more",
             money_text(booking->arena, payment->amount_cents),
             money_text(booking->arena, booking->moved_cents));
    return queue_add(db, key, "late_booking", payment->account_id, payment->id, detail,
                     booking->now);
}

static enum result booking_work(struct db *db, void *context) {
    struct booking *booking = context;
    struct late_payment *payment = &booking->payment;
    enum result result = account_move(db, payment->account_id, 0, 0);

    if (result == RESULT_OK)
        result = late_payment(db, booking->arena, payment->reference, payment);
    if (result == RESULT_OK && payment->state != PAYMENT_NOT_CHARGED)
        return RESULT_CONFLICT;
    if (result == RESULT_OK)
        result = late_payment_fit(db, booking->arena, payment, &booking->moved_cents);
    /* As it was while it was open: reserved, and then what its outcome says. */
    if (result == RESULT_OK)
        result = account_move(
            db, payment->account_id, 0,
            money_subtract(payment->amount_cents,
                           money_add(payment->credit_cents, booking->moved_cents)));
    if (result != RESULT_OK)
        return result;
    struct charge_outcome outcome = outcome_of(booking);
    result = charge_book(db, &outcome);
    FAULT_POINT("late_booking.inside");
    return result == RESULT_OK ? person_tell(db, booking) : result;
}

enum late_booking_end late_booking_record(struct running *running, struct arena *arena,
                                          const char *reference,
                                          const struct gateway_transaction *seen, int64_t now) {
    struct booking booking = {.running = running, .arena = arena, .seen = seen, .now = now};
    enum result result = late_payment(running->db, arena, reference, &booking.payment);

    if (result != RESULT_OK)
        return LATE_BOOKING_UNAVAILABLE;
    FAULT_POINT("late_booking.before_record");
    /* After a COMMIT without an answer the state says whether it is there. */
    result = RESULT_UNCERTAIN;
    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++) {
        if (booking.payment.state != PAYMENT_NOT_CHARGED)
            return try ? LATE_BOOKING_RECORDED : LATE_BOOKING_AGAIN;
        result = db_transaction(running->db, booking_work, &booking);
        if (result == RESULT_UNCERTAIN &&
            late_payment(running->db, arena, reference, &booking.payment) != RESULT_OK)
            return LATE_BOOKING_UNAVAILABLE;
    }
    FAULT_POINT("late_booking.after_record");
    if (result == RESULT_OK)
        return LATE_BOOKING_RECORDED;
    if (result != RESULT_CONFLICT && result != RESULT_INVALID)
        return LATE_BOOKING_UNAVAILABLE;
    /* Somebody else was first - or nobody was, and our books do not take it. */
    if (late_payment(running->db, arena, reference, &booking.payment) != RESULT_OK)
        return LATE_BOOKING_UNAVAILABLE;
    return booking.payment.state == PAYMENT_NOT_CHARGED ? LATE_BOOKING_UNFIT : LATE_BOOKING_AGAIN;
}
