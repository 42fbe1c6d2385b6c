/* method_save.c - the order in which a new method gets into the vault and into our books. */
#include "common/program/method_saving.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/gateway/gateway.h"
#include "common/program/consent.h"
#include "common/program/limits.h"
#include "common/program/vault.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"
#include "common/store/method_save_store.h"
#include "common/store/user_store.h"

enum {
    CLAIM_TRIES = 3,
    WAIT_MS = 4000,
    WAIT_STEP_MS = 50,
    LATE_LOOK_S = 900, /* an entry whose save was not answered may land this late */
    KEY_SIZE = 64,
    LAST_FOUR = 4
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

static enum save_end ask_again(struct saving *saving, const char *sentence) {
    saving->save->sentence = sentence;
    return SAVE_ASK_AGAIN;
}

static const char *holder_type_of(const struct saving *saving) {
    if (!saving_is_bank(saving))
        return "";
    return saving->save->entry->bank->is_business ? "business" : "personal";
}

/* ---- 1. the claim ---- */

static enum result claim_work(struct db *db, void *context) {
    struct saving *saving = context;
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    struct method_claim claim = {
        .account_id = session->account_id,
        .user_id = session->user_id,
        .kind = saving_is_bank(saving) ? "bank" : "card",
        .gateway = gateway_name(visit->running->gateway),
        .vault_id = saving->vault_id,
        .holder = saving->save->entry->holder,
        .holder_type = holder_type_of(saving),
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

static enum save_end sent_before(struct saving *saving) {
    return ask_again(saving, saving_is_bank(saving)
                                 ? say("This form was sent before. Please enter the account again.")
                                 : say("This form was sent before. Please enter the card again."));
}

static enum save_end method_shown(struct saving *saving, int64_t method_id) {
    struct visit *visit = saving->visit;
    enum result result = method_usable(visit->running->db, visit->arena, visit->session.account_id,
                                       visit->session.user_id, method_id, &saving->save->method);

    if (result == RESULT_NOT_FOUND)
        return sent_before(saving);
    return result == RESULT_OK ? SAVE_DONE : SAVE_UNAVAILABLE;
}

/* The form was sent before with another account in it: what that saved is not what is meant now. A
 * card's number is the gateway's to know, and its token is another one each time. */
static bool is_other_account(const struct saving *saving) {
    const struct gateway_bank *bank = saving->save->entry->bank;

    return bank && !text_equal(bank->account + strlen(bank->account) - LAST_FOUR,
                               saving->save->method.last_four);
}

/* Somebody sent this form before: their end is ours. */
static enum save_end claim_lost(struct saving *saving) {
    const struct timespec step = {.tv_nsec = (long)WAIT_STEP_MS * 1000000};
    struct visit *visit = saving->visit;
    int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
    struct method_claimed claimed;

    for (;;) {
        enum result result = method_claimed(
            visit->running->db, visit->arena, visit->session.account_id,
            gateway_name(visit->running->gateway), saving->vault_id, saving->token, &claimed);

        if (result != RESULT_OK)
            return result == RESULT_NOT_FOUND ? ask_again(saving, saving_lost_text(saving))
                                              : SAVE_UNAVAILABLE;
        if (!claimed.is_saving) {
            enum save_end end = method_shown(saving, claimed.method_id);

            return end == SAVE_DONE && is_other_account(saving) ? sent_before(saving) : end;
        }
        if (clock_monotonic_ms() >= until_ms)
            return SAVE_BUSY;
        nanosleep(&step, NULL);
    }
}

static enum save_end claim_won(struct saving *saving) {
    saving->is_ours = true;
    return SAVE_DONE;
}

static enum save_end claim_take(struct saving *saving) {
    struct visit *visit = saving->visit;
    struct method_claimed claimed;

    for (int try = 0; try < CLAIM_TRIES; try++) {
        enum result result = db_transaction(visit->running->db, claim_work, saving);

        if (result == RESULT_OK)
            return claim_won(saving);
        if (result == RESULT_CONFLICT && try == 0)
            return claim_lost(saving);
        if (saving->is_too_many)
            return ask_again(saving, say("You have as many payment methods as can be kept, those"
                                         " of payments you have not confirmed included. Remove"
                                         " one first."));
        if (result != RESULT_UNCERTAIN && result != RESULT_CONFLICT)
            return SAVE_UNAVAILABLE;
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
    return SAVE_UNAVAILABLE;
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

/* The row ends in any case: written now, or by settling once the lease is over. */
static enum save_end save_undone(struct saving *saving, enum vault_left left,
                                 const char *sentence) {
    saving->left = left;
    if (db_transaction(saving->visit->running->db, unsaved_work, saving) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "save.unwritten", LOG_INT("method_id", saving->method_id));
    else if (saving->left == VAULT_HOLDS)
        vault_clean_after(saving->visit, saving->method_id);
    return ask_again(saving, sentence);
}

/* ---- 2. the vault ---- */

static enum save_end vault_look(struct saving *saving) {
    const char *sentence = NULL;
    enum vault_left left = saving_judge(saving, &sentence);

    return sentence ? save_undone(saving, left, sentence) : SAVE_DONE;
}

/* ---- 3. the record ---- */

/* Which method takes the entry: the one to be replaced, one that has the same number, or a new one.
 */
static enum result target_find(struct saving *saving) {
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    enum result result = RESULT_OK;

    saving->target_id = saving->save->replaces;
    if (!saving->target_id && saving->save->is_remembered) {
        result = saving_known(saving, &saving->target_id);
        saving->save->was_known = saving->target_id != 0;
    }
    if (result == RESULT_OK && saving->target_id)
        result = method_vault_entry(visit->running->db, visit->arena, session->account_id,
                                    session->user_id, saving->target_id, &saving->target);
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

static enum result consent_record(struct db *db, const struct saving *saving, int64_t method_id) {
    const struct method_entry *entry = saving->save->entry;
    const struct visit *visit = saving->visit;
    char key[KEY_SIZE];

    if (!entry->consent_text)
        return RESULT_OK;
    snprintf(key, sizeof key, "authorization:method:%lld", (long long)saving->method_id);
    return consent_keep(db,
                        &(struct consent){.account_id = visit->session.account_id,
                                          .user_id = visit->session.user_id,
                                          .method_id = method_id,
                                          .kind = entry->consent_kind,
                                          .source = entry->consent_source,
                                          .text = entry->consent_text,
                                          .now = visit->now,
                                          .address = visit->request.address,
                                          .agent = visit->request.agent,
                                          .request_id = visit->request.id},
                        entry->is_mailed ? key : NULL);
}

static enum result record_work(struct db *db, void *context) {
    struct saving *saving = context;
    struct visit *visit = saving->visit;
    const struct session *session = &visit->session;
    int64_t method_id = saving->target_id ? saving->target_id : saving->method_id;
    bool is_listed = saving->target_id || !saving->save->is_for_payment;
    struct method_details details = {
        .brand = saving->entry.brand,
        .last_four = saving->entry.last_four,
        .holder = saving->save->entry->holder,
        .holder_type = holder_type_of(saving),
        .expires_on = saving->entry.expires_on,
        /* Without the answer of its check there is no first use to refer to. */
        .is_stored = *saving->answer.transaction_id != '\0',
        .initial_transaction_id = saving->answer.transaction_id,
    };
    enum result result = account_move(db, session->account_id, 0, 0);

    if (result == RESULT_OK && saving->target_id)
        result = method_swap(db, &(struct method_swap){
                                     .account_id = session->account_id,
                                     .user_id = session->user_id,
                                     .saving_id = saving->method_id,
                                     .target_id = saving->target_id,
                                     .token = saving->token,
                                     .gateway = gateway_name(visit->running->gateway),
                                     .vault_id = saving->vault_id,
                                     .old = saving->target,
                                     .kind = saving_is_bank(saving) ? "bank" : "card",
                                     .details = &details,
                                     .now = visit->now,
                                 });
    else if (result == RESULT_OK)
        result = method_saved(db, session->account_id, saving->method_id, saving->token,
                              is_listed ? "active" : "new", &details);
    if (result == RESULT_OK)
        result = consent_record(db, saving, method_id);
    return result == RESULT_OK && is_listed ? tell(db, saving, method_id) : result;
}

/* After a COMMIT without an answer: whether the entry is where it was to go. */
static bool is_recorded(struct saving *saving) {
    struct visit *visit = saving->visit;
    struct method_claimed claimed;

    return method_claimed(visit->running->db, visit->arena, visit->session.account_id,
                          gateway_name(visit->running->gateway), saving->vault_id, saving->token,
                          &claimed) == RESULT_OK &&
           !claimed.is_saving && !claimed.is_removed &&
           claimed.method_id == (saving->target_id ? saving->target_id : saving->method_id);
}

static enum save_end method_record(struct saving *saving) {
    struct visit *visit = saving->visit;
    enum result result = target_find(saving);

    if (result == RESULT_NOT_FOUND)
        return save_undone(saving, VAULT_HOLDS,
                           say("What was to be replaced was removed meanwhile. Please enter it as a"
                               " new payment method."));
    /* It pays with what is saved; the entry made for this form is not needed. */
    if (result == RESULT_OK && saving->target_id && saving->save->is_for_payment) {
        (void)save_undone(saving, VAULT_HOLDS, "");
        return method_shown(saving, saving->target_id);
    }
    if (result == RESULT_OK)
        result = db_transaction(visit->running->db, record_work, saving);
    if (result == RESULT_UNCERTAIN && is_recorded(saving))
        result = RESULT_OK;
    if (result == RESULT_CONFLICT)
        return save_undone(
            saving, VAULT_HOLDS,
            say("This payment method was changed by somebody else at the same moment."
                " Nothing was saved and nothing was charged. Look at the list and try"
                " again."));
    if (result != RESULT_OK)
        return save_undone(saving, VAULT_HOLDS, saving_lost_text(saving));
    if (saving->target_id)
        vault_clean_after(saving->visit, saving->method_id);
    return method_shown(saving, saving->target_id ? saving->target_id : saving->method_id);
}

/* A form that was sent before gets the end it had, whatever the limits say by now. */
static bool was_sent_before(struct saving *saving) {
    struct visit *visit = saving->visit;
    struct method_claimed claimed;

    return method_claimed(visit->running->db, visit->arena, visit->session.account_id,
                          gateway_name(visit->running->gateway), saving->vault_id, saving->token,
                          &claimed) == RESULT_OK;
}

enum save_end method_save(struct visit *visit, struct method_save *save) {
    struct saving saving = {.visit = visit, .save = save};
    struct payment_try attempt = {.is_new_card = !save->entry->bank};

    vault_id_of(&saving);
    secret_random(saving.token, sizeof saving.token);
    if (was_sent_before(&saving))
        return claim_lost(&saving);
    if (!limits_allow(visit, &attempt))
        return SAVE_TOO_MANY;
    FAULT_POINT("save.before_claim");
    saving.claimed_ms = clock_monotonic_ms();
    enum save_end end = claim_take(&saving);
    if (!saving.is_ours)
        return end;
    FAULT_POINT("save.after_claim");
    saving_send(&saving);
    FAULT_POINT("save.after_answer");
    end = vault_look(&saving);
    if (end == SAVE_DONE)
        end = method_record(&saving);
    gateway_limit(visit->running->gateway, 0);
    FAULT_POINT("save.after_record");
    return end;
}
