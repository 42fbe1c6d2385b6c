/* card_vault.c - what the gateway is asked of a new card, and what its answers mean. */
#include <string.h>
#include <time.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/program/card_saving.h"
#include "common/program/limits.h"
#include "common/store/method_save_store.h"

enum {
    PATIENCE_MS = 70000, /* of the customer, and of nginx, for all calls of a save together */
    READS_MAX = 3,       /* a vault's report may lag behind its answer */
    READ_PAUSE_MS = 500
};

const char card_lost_text[] =
    "The card service did not answer, so we cannot tell whether it took this card. Nothing was"
    " charged, and the card is not kept. Please enter it again.";

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

static const char *declined_sentence(const struct gateway_answer *answer) {
    switch (answer->outcome) {
    case GATEWAY_DECLINED:
        if (answer->decline == DECLINE_FIX_DATA)
            return "The card's bank says that the card information is incorrect or incomplete."
                   " Check the number, expiry, code and address, and enter the card again.";
        if (answer->decline == DECLINE_HARD)
            return "The card's bank does not allow this card to be used. Use another card.";
        return "The card's bank did not approve this card now. Try again later or use another"
               " card. Please contact your service provider for details.";
    case GATEWAY_REFUSED:
        return "The card could not be taken. Please enter the card again and check its number,"
               " expiry and code.";
    case GATEWAY_NOT_SENT:
        return "The card service cannot be reached right now. The card was not saved and nothing"
               " was charged. Please enter it again in a minute.";
    case GATEWAY_MISCONFIGURED:
        return "Cards cannot be taken right now. Nothing was charged. Please contact your service"
               " provider for details.";
    case GATEWAY_APPROVED:
    case GATEWAY_PENDING:
    case GATEWAY_UNKNOWN:
        break;
    }
    return card_lost_text;
}

void card_send(struct saving *saving) {
    struct visit *visit = saving->visit;
    const struct form_data *form = &visit->form;
    struct gateway_save_ask ask = {
        .token = form_text(form, "payment_token"),
        .vault_id = saving->vault_id,
        .is_checked = !saving->save->is_for_payment,
        .holder = form_text(form, "name_on_card"),
        .street = form_text(form, "street"),
        .city = form_text(form, "city"),
        .state = form_text(form, "state"),
        .zip = form_text(form, "zip"),
        .email = visit->session.user_email,
        .address = visit->request.address,
    };
    struct attempt attempt = {.is_new_card = ask.is_checked};

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
    return arena_format(visit->arena, "%s cards are not accepted here. Accepted card types: %s.",
                        *brand ? brand : "Such", card_brands(visit));
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

static enum vault_left say(const char **out_sentence, enum vault_left left, const char *sentence) {
    *out_sentence = sentence;
    return left;
}

enum vault_left card_judge(struct saving *saving, const char **out_sentence) {
    struct visit *visit = saving->visit;
    enum gateway_outcome outcome = saving->answer.outcome;

    if (outcome != GATEWAY_APPROVED && outcome != GATEWAY_UNKNOWN)
        return say(out_sentence, VAULT_EMPTY, declined_sentence(&saving->answer));
    if (entry_read(saving) != RESULT_OK || saving->entry.is_bank || !*saving->entry.last_four)
        return say(out_sentence, VAULT_UNSURE, card_lost_text);
    if (!brand_is_taken(visit, saving->entry.brand))
        return say(out_sentence, VAULT_HOLDS, brand_sentence(visit, saving->entry.brand));
    if (date_compare(saving->entry.expires_on, visit->today) < 0)
        return say(out_sentence, VAULT_HOLDS, "This card has expired. Use another card.");
    *out_sentence = NULL;
    return VAULT_HOLDS;
}

/* The same number: by the gateway's own hash of it. Of a gateway that tells none, by what both
 * show, the name included. When the other one cannot be read, it is another card: what is not known
 * to be the same must not take its place. */
static bool is_same_card(struct saving *saving, const struct method_alike *alike) {
    struct gateway_vault_entry other;
    struct visit *visit = saving->visit;

    if (!time_is_left(saving) || gateway_vault_read(visit->running->gateway, visit->arena,
                                                    alike->vault_id, &other) != RESULT_OK)
        return false;
    if (*saving->entry.fingerprint || *other.fingerprint)
        return text_equal(other.fingerprint, saving->entry.fingerprint);
    return date_compare(other.expires_on, saving->entry.expires_on) == 0 &&
           text_equal_ignoring_case(alike->holder, form_text(&visit->form, "name_on_card"));
}

enum result card_known(struct saving *saving, int64_t *out_method_id) {
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    struct methods_alike alike;
    enum result result = method_alike(visit->running->db, visit->arena, session->account_id,
                                      session->user_id, gateway_name(visit->running->gateway),
                                      saving->entry.brand, saving->entry.last_four, &alike);

    *out_method_id = 0;
    for (size_t at = 0; result == RESULT_OK && at < alike.count && !*out_method_id; at++) {
        const struct method_alike *one = &alike.list[at];
        bool can_pay = one->is_active &&
                       date_compare(one->expires_on, saving->entry.expires_on) == 0;

        if ((can_pay || !saving->save->is_for_payment) && is_same_card(saving, one))
            *out_method_id = one->id;
    }
    return result;
}
