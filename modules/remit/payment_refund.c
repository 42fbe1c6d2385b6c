/* remit payment refund, void - sends money back. */
#include <string.h>

#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/refund.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

/* ---- what was asked ---- */

static bool ask_read(struct command *command, struct refund_ask *ask) {
    const char *amount = command_option(command, "amount");

    return payment_reference_check(command, ask->payment_reference) &&
           (!amount || command_money(command, "--amount", amount, &ask->amount_cents)) &&
           note_and_key(command, &ask->note, &ask->request_key);
}

/* ---- why it was not even tried ---- */

static enum command_exit refusal_say(struct command *command, const struct refund_ask *ask,
                                     const struct refund_told *told) {
    const char *reference = ask->payment_reference;
    const char *state = payment_state_name(told->payment.figures.state);
    int64_t left_cents = refund_left_cents(&told->payment.figures);

    switch (told->refusal) {
    case REFUND_PAYMENT_OPEN:
        return command_refuse(
            command, "The outcome of %s is not known yet: run `remit settle` first.", reference);
    case REFUND_NOT_SETTLED:
        return command_refuse(command,
                              "%s has not settled yet: take all of it back with `remit payment"
                              " void %s`, or wait.",
                              reference, reference);
    case REFUND_SETTLED:
        return command_refuse(command,
                              "%s has settled already: send it back with `remit payment refund"
                              " %s`.",
                              reference, reference);
    case REFUND_BY_HAND:
        return command_refuse(command,
                              "No gateway took %s: book what you sent back with `remit payment"
                              " refund %s` (--reopen if its invoices are due again).",
                              reference, reference);
    case REFUND_PARTLY_BACK:
        return command_refuse(command,
                              "Some of %s went back already: send back what is left (%s) with"
                              " `remit payment refund %s`.",
                              reference, money_text(command->arena, left_cents), reference);
    case REFUND_NOTHING_LEFT:
        return command_refuse(command, "Nothing is left of %s: all of it went back already.",
                              reference);
    case REFUND_TOO_MUCH:
        return command_refuse(command, "%s is more than is left of %s, which is %s.",
                              money_text(command->arena, ask->amount_cents), reference,
                              money_text(command->arena, left_cents));
    case REFUND_CREDIT_SPENT:
        return command_refuse(
            command,
            "%s of %s became credit of the account, and some of that was spent:"
            " at most %s can go back.",
            money_text(command->arena, told->payment.figures.credit_cents), reference,
            money_text(command->arena, refund_possible_cents(&told->payment.figures)));
    case REFUND_CARD:
    case REFUND_NOT_CARD:
    case REFUND_NOT_MONEY:
    case REFUND_ALLOWED:
    case REFUND_REFUSAL_COUNT:
        break;
    }
    return command_refuse(command, "There is no money in %s to send back: it is %s.", reference,
                          state);
}

/* ---- what became of it ---- */

static json_t *refund_json(struct command *command, const struct refund *refund, bool again) {
    json_t *object = json_object();

    json_object_set_new(object, "reference", json_string(refund->reference));
    json_object_set_new(object, "payment", json_string(refund->payment_reference));
    json_object_set_new(object, "kind", json_string(refund->is_void ? "void" : "refund"));
    json_object_set_new(object, "state", json_string(refund_state_name(refund->state)));
    json_set_money(command, object, "amount", refund->amount_cents);
    json_set_money(command, object, "credit", refund->credit_cents);
    json_set_money(command, object, "adjustment", refund->adjustment_cents);
    json_object_set_new(object, "reopens", json_boolean(refund->reopens));
    json_object_set_new(object, "gateway", json_string(refund->gateway));
    json_object_set_new(object, "transaction_id", json_string(refund->transaction_id));
    json_object_set_new(object, "response_code", json_string(refund->response_code));
    json_object_set_new(object, "response_text", json_string(refund->response_text));
    json_object_set_new(object, "again", json_boolean(again));
    return object;
}

static enum command_exit done_show(struct command *command, const struct refund *refund,
                                   bool again) {
    const char *amount = money_text(command->arena, refund->amount_cents);

    return result_show(command, refund_json(command, refund, again),
                       again ? "%s of %s went back already as %s%s; nothing was changed."
                       : refund->is_void ? "%s of %s taken back as %s%s."
                                         : "%s of %s sent back as %s%s.",
                       amount, refund->payment_reference, refund->reference,
                       *refund->gateway ? "" : ", outside the gateway");
}

static enum command_exit unknown_say(struct command *command, const struct refund *refund,
                                     bool again) {
    return command_refuse(
        command,
        again ? "%s %s of %s is still being checked; it may have been sent back. `remit settle`"
                " will find out; do not repeat it."
              : "The gateway did not answer; it may have been sent back. `remit settle` will find"
                " out; do not repeat it. (%s %s of %s)",
        refund->is_void ? "void" : "refund", refund->reference,
        money_text(command->arena, refund->amount_cents));
}

static enum command_exit failed_say(struct command *command, const struct refund *refund) {
    const char *reference = refund->payment_reference;

    if (refund->state == REFUND_NOT_SENT)
        return command_refuse(command, "Nothing was sent back: the gateway could not be reached in"
                                       " time. Try again.");
    return command_refuse(
        command, "The gateway refused (%s %s): %s If it has %s, use `remit payment %s %s`.",
        refund->reference, *refund->response_code ? refund->response_code : "no code",
        *refund->response_text ? arena_format(command->arena, "\"%s\".", refund->response_text)
                               : "it says nothing.",
        refund->is_void ? "settled already" : "not settled yet",
        refund->is_void ? "refund" : "void", reference);
}

static enum command_exit refund_show(struct command *command, const struct refund *refund,
                                     bool again) {
    if (refund->state == REFUND_SUCCEEDED)
        return done_show(command, refund, again);
    if (command->json)
        json_print(refund_json(command, refund, again));
    if (refund_is_open(refund->state))
        return unknown_say(command, refund, again);
    if (again)
        return command_refuse(command,
                              "This key was used for %s, which was not sent back (%s). To try"
                              " again, give another key.",
                              refund->reference,
                              *refund->response_text ? refund->response_text
                                                     : refund_state_name(refund->state));
    return failed_say(command, refund);
}

static enum command_exit end_show(struct command *command, const struct refund_ask *ask,
                                  enum refund_end end, struct refund_told *told) {
    const struct refund *refund = &told->refund;

    switch (end) {
    case REFUND_RECORDED:
        return refund_show(command, refund, false);
    case REFUND_AGAIN:
        return refund_show(command, refund, true);
    case REFUND_UNRECORDED:
        return command_refuse(command,
                              "It was sent, and how it ended could not be written down (%s). `remit"
                              " settle` will find out; do not repeat it.",
                              refund->reference);
    case REFUND_NO_PAYMENT:
        return command_refuse(command, "There is no payment %s.", ask->payment_reference);
    case REFUND_REFUSED:
        return refusal_say(command, ask, told);
    case REFUND_BUSY:
        return command_refuse(command,
                              "Another refund or void of %s is being checked (%s): nothing more of"
                              " it can go back before `remit settle` has found out.",
                              ask->payment_reference, told->payment.open_refund);
    case REFUND_KEY_USED:
        return command_refuse(
            command, "This key was used for something else: %s %s, %s of %s%s.",
            refund_kind_name(refund->kind), refund->reference,
            money_text(command->arena, refund->amount_cents), refund->payment_reference,
            refund->kind == REFUND_KIND_REFUND && refund->reopens ? ", reopening" : "");
    case REFUND_ELSEWHERE:
        return command_refuse(command,
                              "The gateway that is set up here did not take %s: send it back where"
                              " it was taken.",
                              ask->payment_reference);
    case REFUND_UNAVAILABLE:
        break;
    }
    return command_failed(command, told->result);
}

/* ---- the verbs ---- */

/* The gateway is opened for what a gateway took. */
static enum command_exit gateway_prepare(struct command *command, const struct refund_ask *ask) {
    struct refund_payment payment;
    enum result result = refund_payment(command->running.db, command->arena, ask->payment_reference,
                                        &payment);

    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no payment %s.", ask->payment_reference);
    if (result != RESULT_OK)
        return command_failed(command, result);
    return payment.figures.is_by_hand ? COMMAND_DONE : command_gateway_open(command);
}

static enum command_exit send_back(struct command *command, bool is_void) {
    struct refund_ask ask = {.payment_reference = command->arguments[0],
                             .is_void = is_void,
                             .reopens = !is_void && command_has(command, "reopen"),
                             .note = "",
                             .actor = command_actor(command),
                             .now = command_now(command)};
    struct refund_told *told = arena_alloc(command->arena, sizeof *told);

    if (!ask_read(command, &ask))
        return COMMAND_USAGE;
    enum command_exit status = gateway_prepare(command, &ask);
    if (status != COMMAND_DONE)
        return status;
    return end_show(command, &ask, refund_run(&command->running, command->arena, &ask, told), told);
}

enum command_exit remit_payment_refund(struct command *command) {
    return send_back(command, false);
}

enum command_exit remit_payment_void(struct command *command) {
    return send_back(command, true);
}
