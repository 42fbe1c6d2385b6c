/* method_vault.c - what the gateway is asked of a new method, and what its answers mean. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/card.h"
#include "common/program/limits.h"
#include "common/program/method_saving.h"
#include "common/store/method_save_store.h"

enum {
    PATIENCE_MS = 70000, /* of the customer, and of nginx, for all calls of a save together */
    READS_MAX = 3,       /* a vault's report may lag behind its answer */
    READ_PAUSE_MS = 500
};

/* What is said of a save that came to nothing. */
struct words {
    const char *lost, *refused, *declined, *declined_for_good, *wrong_data, *not_sent, *not_set_up;
};

static const struct words card_words = {
    .lost = WORDS(
        "The card service did not answer, so we cannot tell whether it took this card. Nothing"
        " was charged, and the card is not kept. Please enter it again."),
    .refused = WORDS(
        "The card could not be taken. Please enter the card again and check its number,"
        " expiry and code."),
    .declined = WORDS(
        "The card's bank did not approve this card now. Try again later or use another"
        " card. Please contact your service provider for details."),
    .declined_for_good = WORDS(
        "The card's bank does not allow this card to be used. Use another card."),
    .wrong_data = WORDS("The card's bank says that the card information is incorrect or incomplete."
                        " Check the number, expiry, code and address, and enter the card again."),
    .not_sent = WORDS(
        "The card service cannot be reached right now. The card was not saved and nothing"
        " was charged. Please enter it again in a minute."),
    .not_set_up = WORDS("Cards cannot be taken right now. Nothing was charged. Please contact your"
                        " service provider for details."),
};

static const struct words bank_words = {
    .lost = WORDS(
        "The payment service did not answer, so we cannot tell whether it took this account."
        " Nothing was charged, and the account is not kept. Please enter it again."),
    .refused = WORDS(
        "The account could not be taken: the bank information is incorrect or incomplete."
        " Please enter the routing and account number again."),
    .declined = WORDS("The account could not be taken now. Try again later or use another payment"
                      " method. Please contact your service provider for details."),
    .declined_for_good = WORDS("This account cannot be used. Use another payment method."),
    .wrong_data = WORDS(
        "The bank information is incorrect or incomplete. Please enter the routing and"
        " account number again."),
    .not_sent = WORDS(
        "The payment service cannot be reached right now. The account was not saved and"
        " nothing was charged. Please enter it again in a minute."),
    .not_set_up = WORDS(
        "Bank accounts cannot be taken right now. Nothing was charged. Please contact"
        " your service provider for details."),
};

bool saving_is_bank(const struct saving *saving) {
    return saving->save->entry->bank != NULL;
}

static const struct words *words_of(const struct saving *saving) {
    return saving_is_bank(saving) ? &bank_words : &card_words;
}

const char *saving_lost_text(const struct saving *saving) {
    return say(words_of(saving)->lost);
}

/* One deadline for all calls: before settling counts the claim as dead, and before nginx gives the
 * answer up. false: there is no time for another. */
static bool time_is_left(struct saving *saving) {
    const struct settings *settings = &saving->visit->running->settings;
    int64_t whole_ms = settings->lease_s * 1000 + settings->gateway.timeout_ms;
    int64_t until_ms = saving->claimed_ms + (whole_ms < PATIENCE_MS ? whole_ms : PATIENCE_MS);
    int64_t left_ms = until_ms - clock_monotonic_ms();

    if (left_ms <= READ_PAUSE_MS)
        return false;
    gateway_limit(saving->visit->running->gateway, (unsigned)left_ms);
    return true;
}

static const char *declined_sentence(const struct saving *saving) {
    const struct words *words = words_of(saving);

    switch (saving->answer.outcome) {
    case GATEWAY_DECLINED:
        if (saving->answer.decline == DECLINE_FIX_DATA)
            return say(words->wrong_data);
        return saving->answer.decline == DECLINE_HARD ? say(words->declined_for_good)
                                                      : say(words->declined);
    case GATEWAY_REFUSED:
        return say(words->refused);
    case GATEWAY_NOT_SENT:
        return say(words->not_sent);
    case GATEWAY_MISCONFIGURED:
        return say(words->not_set_up);
    case GATEWAY_APPROVED:
    case GATEWAY_PENDING:
    case GATEWAY_UNKNOWN:
        break;
    }
    return say(words->lost);
}

void saving_send(struct saving *saving) {
    struct visit *visit = saving->visit;
    const struct method_entry *entry = saving->save->entry;
    struct gateway_save_ask ask = {
        .bank = entry->bank,
        .token = entry->token,
        .vault_id = saving->vault_id,
        /* A bank account has no check that moves no money. */
        .is_checked = !entry->bank && !saving->save->is_for_payment,
        .holder = entry->holder,
        .street = entry->street,
        .city = entry->city,
        .state = entry->state,
        .zip = entry->zip,
        .email = visit->session.user_email,
        .address = visit->request.address,
    };
    struct payment_try attempt = {.is_new_card = ask.is_checked};

    /* Half of the lease is the sender's: after its end the row counts as abandoned. */
    if (clock_monotonic_ms() - saving->claimed_ms >= visit->running->settings.lease_s * 1000 / 2) {
        saving->answer = (struct gateway_answer){.outcome = GATEWAY_NOT_SENT};
        return;
    }
    limits_count(visit, &attempt);
    gateway_save(visit->running->gateway, visit->arena, &ask, &saving->answer);
    if (saving->answer.outcome == GATEWAY_DECLINED)
        limits_count_decline(visit, &attempt);
}

static bool brand_is_taken(const struct visit *visit, const char *brand) {
    const char *at = visit->running->settings.brands;
    size_t length = strlen(brand);

    while (*at) {
        size_t taken = strcspn(at, ",");

        if (taken == length && strncmp(at, brand, length) == 0)
            return true;
        at += taken;
        at += strspn(at, ", ");
    }
    return false;
}

static const char *brand_sentence(const struct visit *visit, const char *brand) {
    const char *taken = card_brands(visit);

    if (!*brand)
        return arena_format(
            visit->arena, say("Such cards are not accepted here. Accepted card types: %s."), taken);
    return arena_format(visit->arena,
                        say("%s cards are not accepted here. Accepted card types: %s."), brand,
                        taken);
}

static enum result entry_read(struct saving *saving) {
    const struct timespec pause = {.tv_nsec = (long)READ_PAUSE_MS * 1000000};
    struct visit *visit = saving->visit;
    enum result result = RESULT_UNCERTAIN;

    for (int read = 0; read < READS_MAX && time_is_left(saving); read++) {
        if (read)
            nanosleep(&pause, NULL);
        result = gateway_vault_read(visit->running->gateway, visit->arena, saving->vault_id,
                                    &saving->entry);
        /* Where the save itself was not answered, "not there" is the likelier truth. */
        if (result == RESULT_OK || saving->answer.outcome != GATEWAY_APPROVED)
            break;
    }
    return result;
}

static enum vault_left leave(const char **out_sentence, enum vault_left left,
                             const char *sentence) {
    *out_sentence = sentence;
    return left;
}

/* The vault need not show type and four digits of a short account number: the customer typed them.
 */
static void bank_fill(struct saving *saving) {
    const struct gateway_bank *bank = saving->save->entry->bank;
    struct gateway_vault_entry *entry = &saving->entry;

    if (!*entry->last_four)
        snprintf(entry->last_four, sizeof entry->last_four, "%s",
                 bank->account + strlen(bank->account) - 4);
    if (!*entry->brand)
        snprintf(entry->brand, sizeof entry->brand, "%s",
                 bank->is_savings ? "Savings" : "Checking");
}

enum vault_left saving_judge(struct saving *saving, const char **out_sentence) {
    struct visit *visit = saving->visit;
    enum gateway_outcome outcome = saving->answer.outcome;
    bool is_bank = saving_is_bank(saving);

    *out_sentence = NULL;
    if (outcome != GATEWAY_APPROVED && outcome != GATEWAY_UNKNOWN)
        return leave(out_sentence, VAULT_EMPTY, declined_sentence(saving));
    if (entry_read(saving) != RESULT_OK || saving->entry.is_bank != is_bank)
        return leave(out_sentence, VAULT_UNSURE, saving_lost_text(saving));
    if (is_bank) {
        bank_fill(saving);
        return VAULT_HOLDS;
    }
    if (!*saving->entry.last_four)
        return leave(out_sentence, VAULT_UNSURE, saving_lost_text(saving));
    if (!brand_is_taken(visit, saving->entry.brand))
        return leave(out_sentence, VAULT_HOLDS, brand_sentence(visit, saving->entry.brand));
    if (date_compare(saving->entry.expires_on, visit->today) < 0)
        return leave(out_sentence, VAULT_HOLDS, say("This card has expired. Use another card."));
    return VAULT_HOLDS;
}

/* The same number: by the gateway's own hash of it. Of a gateway that tells none, a card by what
 * both show, the name included; a bank account is another one then. When the other one cannot be
 * read, it is another one: what is not known to be the same must not take its place. */
static bool is_same(struct saving *saving, const struct method_alike *alike) {
    const char *holder = saving->save->entry->holder;
    struct gateway_vault_entry other;
    struct visit *visit = saving->visit;

    if (!time_is_left(saving) || gateway_vault_read(visit->running->gateway, visit->arena,
                                                    alike->vault_id, &other) != RESULT_OK)
        return false;
    if (*saving->entry.fingerprint || *other.fingerprint)
        return text_equal(other.fingerprint, saving->entry.fingerprint);
    return !saving_is_bank(saving) &&
           date_compare(other.expires_on, saving->entry.expires_on) == 0 &&
           text_equal_ignoring_case(alike->holder, holder);
}

/* As it is saved, without anything that was typed now: the same expiry; for a bank account the same
 * holder type, which says under which rules it is debited. */
static bool can_pay(const struct saving *saving, const struct method_alike *alike) {
    const struct gateway_bank *bank = saving->save->entry->bank;

    if (!alike->is_active || date_compare(alike->expires_on, saving->entry.expires_on) != 0)
        return false;
    return !bank || text_equal(alike->holder_type, "business") == bank->is_business;
}

enum result saving_known(struct saving *saving, int64_t *out_method_id) {
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    struct methods_alike alike;
    enum result result = method_alike(visit->running->db, visit->arena, session->account_id,
                                      session->user_id, gateway_name(visit->running->gateway),
                                      saving_is_bank(saving) ? "bank" : "card", saving->entry.brand,
                                      saving->entry.last_four, &alike);

    *out_method_id = 0;
    for (size_t at = 0; result == RESULT_OK && at < alike.count && !*out_method_id; at++) {
        const struct method_alike *one = &alike.list[at];

        if ((!saving->save->is_for_payment || can_pay(saving, one)) && is_same(saving, one))
            *out_method_id = one->id;
    }
    return result;
}
