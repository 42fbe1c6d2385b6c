/* card_save.c - the order in which a new card gets into the vault and into our books. */
#include "common/program/card.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/program/limits.h"
#include "common/program/vault.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/method_save_store.h"
#include "common/store/user_store.h"

enum {
    VAULT_ID_SIZE = 34, /* 'r', 32 hexadecimal digits, NUL */
    CLAIM_TRIES = 3,
    WAIT_MS = 4000,
    WAIT_STEP_MS = 50,
    LATE_LOOK_S = 900, /* an entry whose save was not answered may land this late */
    KEY_SIZE = 64
};

static const char lost_text[] =
    "The card service did not answer, so we cannot tell whether it took this card. Nothing was"
    " charged, and the card is not kept. Please enter it again.";

struct saving {
    struct visit *visit;
    struct card_save *save;
    char vault_id[VAULT_ID_SIZE];
    unsigned char token[SAVE_TOKEN_BYTES];
    int64_t method_id;  /* of the claimed row */
    int64_t claimed_ms; /* by the monotonic clock */
    bool is_ours;       /* the claim is */
    bool is_too_many;   /* the claim found the user's list full */
    struct gateway_answer answer;
    struct gateway_vault_entry entry;
    int64_t target_id; /* the method that takes the card; 0: the claimed row itself */
    const char *target_vault_id;
    enum { VAULT_EMPTY, VAULT_UNSURE, VAULT_HOLDS } left; /* of a save that came to nothing */
};

/* Unguessable, and the same for the same form: whoever sends it twice meets the first row. */
static void vault_id_of(struct saving *saving) {
    static const char digits[] = "0123456789abcdef";
    const char *form_key = saving->save->form_key;
    unsigned char mac[SECRET_HASH_BYTES];
    char *out = saving->vault_id;

    secret_mac(saving->visit->running->settings.form_secret, form_key, strlen(form_key), mac);
    *out++ = 'r';
    for (size_t at = 0; at < (VAULT_ID_SIZE - 2) / 2; at++) {
        *out++ = digits[mac[at] >> 4];
        *out++ = digits[mac[at] & 15];
    }
    *out = '\0';
}

static enum card_end ask_again(struct saving *saving, const char *sentence) {
    saving->save->sentence = sentence;
    return CARD_ASK_AGAIN;
}

/* ---- 1. the claim ---- */

static enum result claim_work(struct db *db, void *context) {
    struct saving *saving = context;
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    struct method_claim claim = {
        .account_id = session->account_id,
        .user_id = session->user_id,
        .kind = "card",
        .gateway = gateway_name(visit->running->gateway),
        .vault_id = saving->vault_id,
        .holder = form_text(&visit->form, "name_on_card"),
        .token = saving->token,
        .is_remembered = saving->save->is_remembered,
        .lease_s = visit->running->settings.lease_s,
        .now = visit->now,
    };
    int64_t count = 0;
    enum result result = account_move(db, session->account_id, 0, 0);

    saving->is_too_many = false;
    if (result == RESULT_OK)
        result = method_claim(db, &claim, &saving->method_id);
    if (result == RESULT_OK)
        result = method_count(db, visit->arena, session->account_id, session->user_id, &count);
    saving->is_too_many = result == RESULT_OK && claim.is_remembered && !saving->save->replaces &&
                          count > METHODS_MAX;
    return saving->is_too_many ? RESULT_INVALID : result;
}

static enum card_end method_shown(struct saving *saving, int64_t method_id) {
    struct visit *visit = saving->visit;
    enum result result = method_usable(visit->running->db, visit->arena, visit->session.account_id,
                                       visit->session.user_id, method_id, &saving->save->method);

    if (result == RESULT_NOT_FOUND)
        return ask_again(saving, "This form was sent before. Please enter the card again.");
    return result == RESULT_OK ? CARD_SAVED : CARD_UNAVAILABLE;
}

/* Somebody sent this form before: their end is ours. */
static enum card_end claim_lost(struct saving *saving) {
    const struct timespec step = {.tv_nsec = (long)WAIT_STEP_MS * 1000000};
    struct visit *visit = saving->visit;
    int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
    struct method_claimed claimed;

    for (;;) {
        enum result result = method_claimed(
            visit->running->db, visit->arena, visit->session.account_id,
            gateway_name(visit->running->gateway), saving->vault_id, saving->token, &claimed);

        if (result != RESULT_OK)
            return result == RESULT_NOT_FOUND ? ask_again(saving, lost_text) : CARD_UNAVAILABLE;
        if (!claimed.is_saving)
            return method_shown(saving, claimed.method_id);
        if (clock_monotonic_ms() >= until_ms)
            return CARD_BUSY;
        nanosleep(&step, NULL);
    }
}

static enum card_end claim_won(struct saving *saving) {
    saving->is_ours = true;
    return CARD_SAVED;
}

static enum card_end claim_take(struct saving *saving) {
    struct visit *visit = saving->visit;
    struct method_claimed claimed;

    for (int try = 0; try < CLAIM_TRIES; try++) {
        enum result result = db_transaction(visit->running->db, claim_work, saving);

        if (result == RESULT_OK)
            return claim_won(saving);
        if (result == RESULT_CONFLICT && try == 0)
            return claim_lost(saving);
        if (saving->is_too_many)
            return ask_again(saving, "You have as many payment methods as can be kept. Remove one"
                                     " first.");
        if (result != RESULT_UNCERTAIN && result != RESULT_CONFLICT)
            return CARD_UNAVAILABLE;
        /* COMMIT may have happened: the token in the row says whose it is. */
        result = method_claimed(visit->running->db, visit->arena, visit->session.account_id,
                                gateway_name(visit->running->gateway), saving->vault_id,
                                saving->token, &claimed);
        if (result == RESULT_OK && claimed.is_mine && claimed.is_saving) {
            saving->method_id = claimed.method_id;
            return claim_won(saving);
        }
        if (result == RESULT_OK)
            return claim_lost(saving);
        if (result != RESULT_NOT_FOUND)
            break;
    }
    return CARD_UNAVAILABLE;
}

/* ---- a save that came to nothing ---- */

static enum result unsaved_work(struct db *db, void *context) {
    const struct saving *saving = context;
    struct visit *visit = saving->visit;

    return method_unsaved(db, &(struct method_unsaved){
                                  .account_id = visit->session.account_id,
                                  .method_id = saving->method_id,
                                  .token = saving->token,
                                  .is_unsure = saving->left == VAULT_UNSURE,
                                  .is_empty = saving->left == VAULT_EMPTY,
                                  .now = visit->now,
                                  .look_at = visit->now + LATE_LOOK_S,
                              });
}

static void entry_clean(struct visit *visit) {
    vault_clean(visit->running, visit->arena, visit->session.account_id, visit->after_id,
                clock_now(visit->running->clock));
}

/* The row is removed; what it left in the vault goes once the customer has the answer. */
static void clean_later(struct saving *saving) {
    saving->visit->after_id = saving->method_id;
    visit_after(saving->visit, entry_clean);
}

/* The row ends in any case: written now, or by settling once the lease is over. */
static enum card_end save_undone(struct saving *saving, int left, const char *sentence) {
    saving->left = left;
    if (db_transaction(saving->visit->running->db, unsaved_work, saving) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "card.unwritten", LOG_INT("method_id", saving->method_id));
    else if (saving->left == VAULT_HOLDS)
        clean_later(saving);
    return ask_again(saving, sentence);
}

/* ---- 2. the vault ---- */

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
        return "The card could not be taken: its entry was used before, is too old, or the card"
               " information is incorrect. Please enter the card again.";
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
    return lost_text;
}

static void card_send(struct saving *saving) {
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

/* What the vault holds now, or why it is of no use. */
static enum card_end vault_look(struct saving *saving) {
    struct visit *visit = saving->visit;
    enum gateway_outcome outcome = saving->answer.outcome;

    if (outcome != GATEWAY_APPROVED && outcome != GATEWAY_UNKNOWN)
        return save_undone(saving, VAULT_EMPTY, declined_sentence(&saving->answer));
    if (gateway_vault_read(visit->running->gateway, visit->arena, saving->vault_id,
                           &saving->entry) != RESULT_OK ||
        saving->entry.is_bank || !*saving->entry.last_four)
        return save_undone(saving, VAULT_UNSURE, lost_text);
    if (!brand_is_taken(visit, saving->entry.brand))
        return save_undone(saving, VAULT_HOLDS, brand_sentence(visit, saving->entry.brand));
    if (date_compare(saving->entry.expires_on, visit->today) < 0)
        return save_undone(saving, VAULT_HOLDS, "This card has expired. Use another card.");
    return CARD_SAVED;
}

/* ---- 3. the record ---- */

/* The same number: by the gateway's own hash where it tells one, else by the expiry too. */
static bool is_same_card(struct saving *saving, const struct method_alike *alike) {
    struct gateway_vault_entry other;
    struct visit *visit = saving->visit;

    if (!*saving->entry.fingerprint ||
        gateway_vault_read(visit->running->gateway, visit->arena, alike->vault_id, &other) !=
            RESULT_OK ||
        !*other.fingerprint)
        return date_compare(alike->expires_on, saving->entry.expires_on) == 0;
    return text_equal(other.fingerprint, saving->entry.fingerprint);
}

/* Which method takes the card: the one to be replaced, one that has the same card, or a new one. */
static enum result target_find(struct saving *saving) {
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    struct methods_alike alike;
    enum result result;

    if (saving->save->replaces) {
        saving->target_id = saving->save->replaces;
        return method_vault_id(visit->running->db, visit->arena, session->account_id,
                               session->user_id, saving->target_id, &saving->target_vault_id);
    }
    if (!saving->save->is_remembered)
        return RESULT_OK;
    result = method_alike(visit->running->db, visit->arena, session->account_id, session->user_id,
                          saving->entry.brand, saving->entry.last_four, &alike);
    for (size_t at = 0; result == RESULT_OK && at < alike.count && !saving->target_id; at++)
        if (is_same_card(saving, &alike.list[at])) {
            saving->target_id = alike.list[at].id;
            saving->target_vault_id = alike.list[at].vault_id;
            saving->save->was_known = true;
        }
    return result;
}

static enum result tell(struct db *db, const struct saving *saving, int64_t method_id) {
    const struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    char key[KEY_SIZE], actor[KEY_SIZE], subject[KEY_SIZE];

    snprintf(key, sizeof key, "method_added:%lld", (long long)saving->method_id);
    snprintf(actor, sizeof actor, "user:%lld", (long long)session->user_id);
    snprintf(subject, sizeof subject, "method:%lld", (long long)method_id);
    enum result result = outbox_add(db, key, "method_added", session->account_id, session->user_id,
                                    method_id, visit->now);
    if (result != RESULT_OK)
        return result;
    return audit_add(
        db, &(struct audit){.at = visit->now,
                            .actor = actor,
                            .action = saving->target_id ? "method.replaced" : "method.added",
                            .account_id = session->account_id,
                            .subject = subject,
                            .address = visit->request.address,
                            .request_id = visit->request.id});
}

static enum result record_work(struct db *db, void *context) {
    struct saving *saving = context;
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    int64_t method_id = saving->target_id ? saving->target_id : saving->method_id;
    bool is_listed = saving->target_id || !saving->save->is_for_payment;
    struct method_card card = {
        .brand = saving->entry.brand,
        .last_four = saving->entry.last_four,
        .holder = form_text(&visit->form, "name_on_card"),
        .expires_on = saving->entry.expires_on,
        /* Without the answer of its check there is no first use to refer to. */
        .is_stored = *saving->answer.transaction_id != '\0',
        .initial_transaction_id = saving->answer.transaction_id,
    };
    enum result result = account_move(db, session->account_id, 0, 0);

    if (result == RESULT_OK && saving->target_id)
        result = method_swap(db, session->account_id, session->user_id, saving->method_id,
                             saving->target_id, saving->vault_id, saving->target_vault_id,
                             saving->token, &card, visit->now,
                             visit->now + visit->running->settings.lease_s + LATE_LOOK_S);
    else if (result == RESULT_OK)
        result = method_saved(db, session->account_id, saving->method_id, saving->token,
                              is_listed ? "active" : "new", &card);
    if (result == RESULT_OK)
        result = consent_add(db, &(struct consent){.account_id = session->account_id,
                                                   .user_id = session->user_id,
                                                   .method_id = method_id,
                                                   .kind = "card_terms",
                                                   .text = card_terms(visit),
                                                   .now = visit->now,
                                                   .address = visit->request.address,
                                                   .agent = visit->request.agent,
                                                   .request_id = visit->request.id});
    return result == RESULT_OK && is_listed ? tell(db, saving, method_id) : result;
}

static enum card_end card_record(struct saving *saving) {
    struct visit *visit = saving->visit;
    enum result result = target_find(saving);

    if (result == RESULT_NOT_FOUND)
        return save_undone(saving, VAULT_HOLDS,
                           "The card to be replaced was removed meanwhile. Please enter the card"
                           " as a new one.");
    if (result == RESULT_OK)
        result = db_transaction(visit->running->db, record_work, saving);
    if (result != RESULT_OK && result != RESULT_UNCERTAIN)
        return save_undone(saving, VAULT_HOLDS, lost_text);
    if (saving->target_id)
        clean_later(saving);
    return method_shown(saving, saving->target_id ? saving->target_id : saving->method_id);
}

enum card_end card_save(struct visit *visit, struct card_save *save) {
    struct saving saving = {.visit = visit, .save = save};
    struct attempt attempt = {.is_new_card = true};

    vault_id_of(&saving);
    secret_random(saving.token, sizeof saving.token);
    if (!limits_allow(visit, &attempt))
        return CARD_TOO_MANY;
    FAULT_POINT("card.before_claim");
    saving.claimed_ms = clock_monotonic_ms();
    enum card_end end = claim_take(&saving);
    if (!saving.is_ours)
        return end;
    FAULT_POINT("card.after_claim");
    card_send(&saving);
    FAULT_POINT("card.after_answer");
    end = vault_look(&saving);
    if (end == CARD_SAVED)
        end = card_record(&saving);
    FAULT_POINT("card.after_record");
    return end;
}
