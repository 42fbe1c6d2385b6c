/* remit payment return - records that a bank took a payment back. */
#include <string.h>

#include "common/billing/ach_return.h"
#include "common/core/text.h"
#include "common/money/money.h"
#include "common/program/return.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { CODE_LENGTH = 3 };

/* ---- what was asked ---- */

static bool code_is_valid(const char *code) {
    return strlen(code) == CODE_LENGTH && code[0] == 'R' && text_is_digit(code[1]) &&
           text_is_digit(code[2]);
}

static bool ask_read(struct command *command, struct return_ask *ask) {
    if (!payment_reference_check(command, ask->payment_reference))
        return false;
    if (*ask->code && !code_is_valid(ask->code)) {
        command_usage(command, "--code: The bank's code is R and two digits, as in R10.");
        return false;
    }
    return note_and_key(command, &ask->note, &ask->request_key);
}

/* ---- what became of it ---- */

static enum command_exit refusal_say(struct command *command, const struct return_ask *ask,
                                     const struct return_told *told) {
    const char *reference = ask->payment_reference;

    switch (told->refusal) {
    case REFUND_PAYMENT_OPEN:
        return command_refuse(
            command, "The outcome of %s is not known yet: run `remit settle` first.", reference);
    case REFUND_NOT_SETTLED:
        return command_refuse(command,
                              "%s has not settled yet: when its bank sends it back, `remit settle`"
                              " learns of it.",
                              reference);
    case REFUND_CARD:
        return command_refuse(command,
                              "%s was paid by card: no bank returns it. Send it back with `remit"
                              " payment refund %s`.",
                              reference, reference);
    default:
        break;
    }
    return command_refuse(command, "There is no money in %s that could come back: it is %s.",
                          reference, payment_state_name(told->payment.figures.state));
}

static json_t *return_json(struct command *command, const struct return_ask *ask,
                           const struct return_told *told, bool again) {
    const struct refund *refund = &told->refund;
    json_t *object = json_object();

    json_object_set_new(object, "reference", json_string(refund->reference));
    json_object_set_new(object, "payment", json_string(ask->payment_reference));
    json_object_set_new(object, "kind", json_string(refund_kind_name(REFUND_KIND_RETURN)));
    json_object_set_new(object, "state", json_string(payment_state_name(PAYMENT_RETURNED)));
    json_set_money(command, object, "amount", told->payment.figures.amount_cents);
    json_set_money(command, object, "credit", refund->credit_cents);
    json_set_money(command, object, "adjustment", refund->adjustment_cents);
    json_set_money(command, object, "fee", told->fee_cents);
    json_object_set_new(object, "code", json_string(refund->response_code));
    json_object_set_new(object, "meaning",
                        json_string(ach_return_find(refund->response_code)->meaning));
    json_object_set_new(object, "again", json_boolean(again));
    return object;
}

static const char *clause(struct command *command, int64_t cents, const char *words) {
    return cents ? arena_format(command->arena, "; %s %s", money_text(command->arena, cents), words)
                 : "";
}

static enum command_exit recorded_show(struct command *command, const struct return_ask *ask,
                                       const struct return_told *told) {
    const struct refund *refund = &told->refund;
    int64_t due_cents = money_subtract(refund->amount_cents,
                                       money_add(refund->credit_cents, refund->adjustment_cents));

    return result_show(command, return_json(command, ask, told, false),
                       "%s of %s came back, recorded as %s%s%s%s%s.",
                       money_text(command->arena, refund->amount_cents), ask->payment_reference,
                       refund->reference,
                       clause(command, due_cents, "is due again on its invoices"),
                       clause(command, refund->credit_cents, "was taken off the account's credit"),
                       clause(command, refund->adjustment_cents,
                              "had been refunded or spent, and is due as an adjustment"),
                       clause(command, told->fee_cents, "is charged as a Return Fee"));
}

static enum command_exit again_show(struct command *command, const struct return_ask *ask,
                                    struct return_told *told) {
    const char *code = told->refund.response_code;

    if (*told->refund.reference && *ask->code && !text_equal(ask->code, code))
        return command_refuse(command, "%s came back already as %s, with %s. Nothing was changed.",
                              ask->payment_reference, told->refund.reference,
                              *code ? arena_format(command->arena, "the code %s", code)
                                    : "no code");
    return result_show(command, return_json(command, ask, told, true),
                       "%s came back already%s%s; nothing was changed.", ask->payment_reference,
                       *told->refund.reference ? " as " : ", before it was settled",
                       told->refund.reference);
}

static enum command_exit end_show(struct command *command, const struct return_ask *ask,
                                  enum return_end end, struct return_told *told) {
    const struct refund *refund = &told->refund;

    switch (end) {
    case RETURN_RECORDED:
        return recorded_show(command, ask, told);
    case RETURN_AGAIN:
        return again_show(command, ask, told);
    case RETURN_NO_PAYMENT:
        return command_refuse(command, "There is no payment %s.", ask->payment_reference);
    case RETURN_REFUSED:
        return refusal_say(command, ask, told);
    case RETURN_BUSY:
        return command_refuse(command,
                              "A refund of %s is being checked (%s): its return can be recorded"
                              " when `remit settle` has found out.",
                              ask->payment_reference, told->payment.open_refund);
    case RETURN_KEY_USED:
        return command_refuse(command, "This key was used for something else: %s %s, %s of %s.",
                              refund_kind_name(refund->kind), refund->reference,
                              money_text(command->arena, refund->amount_cents),
                              refund->payment_reference);
    case RETURN_UNFIT:
        return command_refuse(command,
                              "The books do not take the return of %s: run `remit check`. Nothing"
                              " was recorded.",
                              ask->payment_reference);
    case RETURN_UNAVAILABLE:
        break;
    }
    return command_failed(command, told->result);
}

enum command_exit remit_payment_return(struct command *command) {
    const char *code = command_option(command, "code");
    const struct settings *settings = &command->running.settings;
    struct return_ask ask = {
        .payment_reference = command->arguments[0],
        .code = code ? code : "",
        .note = "",
        .actor = command_actor(command),
        .is_audited = true,
        .fee_cents = command_has(command, "no-fee") ? 0 : settings->return_fee_cents,
        .retry = &settings->autopay.retry,
        .now = command_now(command)};
    struct return_told *told = arena_alloc(command->arena, sizeof *told);

    if (!ask_read(command, &ask))
        return COMMAND_USAGE;
    return end_show(command, &ask, return_record(command->running.db, command->arena, &ask, told),
                    told);
}
