/* remit payment record - books a check, a wire or cash. */
#include <string.h>
#include <time.h>

#include "common/core/text.h"
#include "common/http/card_guard.h"
#include "common/money/money.h"
#include "common/store/payment_store.h"
#include "common/store/record_store.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { REFERENCE_MAX = 64, NOTE_MAX = 500, TRIES = 3 };

static const struct {
    const char *kind, *word;
} kinds[] = {{"check", "Check"}, {"wire", "Wire"}, {"cash", "Cash"}};

/* Noon of a day in the provider's zone, which every day has once. */
static int64_t noon(struct date date) {
    struct tm at = {.tm_year = date.year - 1900,
                    .tm_mon = date.month - 1,
                    .tm_mday = date.day,
                    .tm_hour = 12,
                    .tm_isdst = -1};

    return mktime(&at);
}

static bool kind_read(struct command *command, struct record *record) {
    size_t given = 0;

    for (size_t at = 0; at < sizeof kinds / sizeof *kinds; at++) {
        const char *text = command_option(command, kinds[at].kind);

        if (!text)
            continue;
        given++;
        record->kind = kinds[at].kind;
        if (!command_text(command, arena_format(command->arena, "--%s", kinds[at].kind), text,
                          REFERENCE_MAX, &record->external_reference))
            return false;
        record->method_text = arena_format(command->arena, "%s %s", kinds[at].word,
                                           record->external_reference);
    }
    if (given == 1)
        return true;
    command_usage(command,
                  "Give one of --check, --wire and --cash, with the number it is known by.");
    return false;
}

static bool record_read(struct command *command, struct record *record) {
    const char *on = command_option(command, "on"), *note = command_option(command, "note");
    int64_t now = command_now(command);
    struct date date;

    *record = (struct record){.note = "",
                              .received_at = now,
                              .may_be_credit = command_has(command, "credit"),
                              .gets_receipt = !command_has(command, "no-receipt")};
    if (!kind_read(command, record) ||
        !invoice_numbers(command, &record->numbers, &record->number_count) ||
        !command_money(command, "--amount", command_option(command, "amount"),
                       &record->amount_cents) ||
        (note && !command_text(command, "--note", note, NOTE_MAX, &record->note)))
        return false;
    if (card_guard_matches(record->note) || card_guard_matches(record->external_reference)) {
        command_usage(command, "This looks like a card number, and those are not kept here.");
        return false;
    }
    if (!on)
        return true;
    if (!command_date(command, "--on", on, &date))
        return false;
    if (date_compare(date, instant_date(now)) > 0) {
        command_usage(command, "--on: This day has not come yet.");
        return false;
    }
    if (date_compare(date, instant_date(now)) < 0)
        record->received_at = noon(date);
    return true;
}

/* ---- safe to repeat ---- */

static bool covers_are_named(const struct record *record, const struct covered_invoice *covers,
                             size_t count) {
    for (size_t at = 0; at < count && record->number_count; at++) {
        bool named = false;

        for (size_t other = 0; other < record->number_count; other++)
            named = named || text_equal(record->numbers[other], covers[at].number);
        if (!named)
            return false;
    }
    return true;
}

static enum command_exit recorded_show(struct command *command, const struct record *record,
                                       const char *reference, int64_t credit_cents, bool again) {
    const char *kept = credit_cents ? arena_format(command->arena, " %s of it became credit.",
                                                   money_text(command->arena, credit_cents))
                                    : "";
    json_t *object = json_object();

    json_object_set_new(object, "reference", json_string(reference));
    json_set_money(command, object, "amount", record->amount_cents);
    json_set_money(command, object, "credit", credit_cents);
    json_object_set_new(object, "recorded", json_boolean(!again));
    return result_show(command, object,
                       again ? "%s over %s was recorded already as %s; nothing was"
                               " changed.%s"
                             : "%s over %s recorded as %s.%s",
                       record->method_text, money_text(command->arena, record->amount_cents),
                       reference, kept);
}

/* *out_found: this kind and number are there already, and it has been said what that means. */
static enum command_exit again_check(struct command *command, const struct record *record,
                                     bool *out_found) {
    struct covered_invoice *covers;
    struct recorded there;
    size_t count;
    enum result result = record_find(command->running.db, command->arena, record->account_id,
                                     record->kind, record->external_reference, &there);

    *out_found = result == RESULT_OK;
    if (result == RESULT_NOT_FOUND)
        return COMMAND_DONE;
    if (result == RESULT_OK)
        result = payment_covers(command->running.db, command->arena, record->account_id,
                                there.payment_id, &covers, &count);
    if (result != RESULT_OK) {
        *out_found = true;
        return command_failed(command, result);
    }
    /* "Recorded already" would say that its money is there. */
    if (there.is_returned)
        return command_refuse(command,
                              "%s was recorded as %s and came back. Nothing was recorded. If it was"
                              " presented again, give it another number, as in 1234-2.",
                              record->method_text, there.reference);
    bool same_day = !command_has(command, "on") ||
                    date_compare(instant_date(there.received_at),
                                 instant_date(record->received_at)) == 0;
    if (there.amount_cents == record->amount_cents && same_day &&
        covers_are_named(record, covers, count))
        return recorded_show(command, record, there.reference, there.credit_cents, true);
    char day[DATE_TEXT_SIZE];
    date_format(instant_date(there.received_at), day);
    return command_refuse(command, "%s is there already with other figures: %s over %s on %s.",
                          record->method_text, there.reference,
                          money_text(command->arena, there.amount_cents), day);
}

/* ---- the verb ---- */

static enum command_exit end_show(struct command *command, const struct record *record,
                                  const struct record_result *result) {
    bool found = false;

    switch (result->end) {
    case RECORD_DONE:
        return recorded_show(command, record, record->reference, result->credit_cents, false);
    case RECORD_THERE:
        return again_check(command, record, &found);
    case RECORD_NO_INVOICE:
        return command_refuse(command, "The account has no invoice %s.", result->covers.number);
    case RECORD_BUSY:
        return command_refuse(command,
                              "Another payment of invoice %s is being processed: record"
                              " this one when that has ended.",
                              result->covers.number);
    case RECORD_OTHERS_OPEN:
        return command_refuse(command,
                              "Another payment of the account is being processed: what is too much"
                              " can become credit when that has ended.");
    case RECORD_TOO_MUCH:
        break;
    }
    return command_refuse(
        command,
        "%s is more than is free on %s: %s can be covered (at most %d invoices,"
        " without those with a payment on its way). Nothing was recorded. With --credit the"
        " rest becomes account credit.",
        money_text(command->arena, record->amount_cents),
        record->number_count ? "these invoices" : "the account's open invoices",
        money_text(command->arena, result->covers.free_cents), ALLOCATIONS_MAX);
}

enum command_exit remit_payment_record(struct command *command) {
    struct provider_act act = {command_actor(command), command_now(command)};
    struct record_result *ended = arena_alloc(command->arena, sizeof *ended);
    char *reference = arena_alloc(command->arena, REFERENCE_SIZE);
    enum result result = RESULT_UNCERTAIN;
    struct record record;
    bool found;

    if (!record_read(command, &record))
        return COMMAND_USAGE;
    enum command_exit status = account_take(command, "--account",
                                            command_option(command, "account"), &record.account_id);
    if (status != COMMAND_DONE)
        return status;
    secret_reference(reference);
    record.reference = reference;
    /* After a COMMIT without an answer the row itself is asked: it is there, or it is tried again.
     */
    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++) {
        status = again_check(command, &record, &found);
        if (found || status != COMMAND_DONE)
            return status;
        result = record_payment(command->running.db, command->arena, &act, &record, ended);
    }
    return result == RESULT_OK ? end_show(command, &record, ended)
                               : command_failed(command, result);
}
