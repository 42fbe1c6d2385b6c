/* mailer_mark.c - claims rows of the outbox, and writes down what became of them. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/store/event_store.h"
#include "modules/mailer/mailer.h"

enum {
    CLAIM_TRIES = 3,
    WAIT_MS = 1000,       /* between two tries to write a mark */
    LAST_WAIT_MS = 10000, /* for all of them, once the program is to end */
    RECIPIENTS_MAX = 200, /* of one account */
    KEY_SIZE = 121,       /* as outbox.mail_key has room for, and a NUL */
    CHILD_MAX = 20,       /* a '/' and a user's id */
    DETAIL_SIZE = 400
};

/* ---- claiming ---- */

struct claiming {
    int64_t id, lease_s, now;
    const unsigned char *token;
};

static enum result claim_work(struct db *db, void *context) {
    const struct claiming *claiming = context;

    return outbox_claim(db, claiming->id, claiming->token, claiming->lease_s, claiming->now);
}

enum result claim_take(struct running *running, struct arena *arena, const struct outbox_row *row,
                       const unsigned char token[OUTBOX_TOKEN_BYTES], int64_t now) {
    struct claiming claiming = {row->id, running->settings.mail.lease_s, now, token};

    for (int try = 0; try < CLAIM_TRIES; try++) {
        struct outbox_standing standing;
        enum result result = db_transaction(running->db, claim_work, &claiming);

        if (result != RESULT_UNCERTAIN && (result != RESULT_CONFLICT || try == 0))
            return result;
        /* COMMIT may have happened, or may have been in our own way: the token tells whose it is.
         */
        result = outbox_standing(running->db, arena, row->id, token, &standing);
        if (result != RESULT_OK)
            return result == RESULT_NOT_FOUND ? RESULT_CONFLICT : result;
        if (standing.is_mine && standing.state == OUTBOX_SENDING)
            return RESULT_OK;
        if (standing.state != OUTBOX_WAITING)
            return RESULT_CONFLICT;
    }
    return RESULT_UNAVAILABLE;
}

/* ---- marking ---- */

struct marking {
    const struct outbox_row *row;
    const struct outbox_mark *mark;
    int64_t now;
};

/* Given up is the end of a row until a person lets it be tried anew: then it may come here again.
 */
static enum result queue_tell(struct db *db, const struct marking *marking) {
    const struct outbox_row *row = marking->row;
    char key[KEY_SIZE], detail[DETAIL_SIZE];

    snprintf(key, sizeof key, "mail_given_up:%lld:%lld", (long long)row->id,
             (long long)row->tries + 1);
    snprintf(detail, sizeof detail, "%s: %s", row->key, marking->mark->words);
    /* Of mail to the provider another mail would tell, which may be given up as well. */
    if (!row->account_id)
        return queue_add_silent(db, key, "mail_given_up", 0, 0, detail, marking->now);
    return queue_add(db, key, "mail_given_up", row->account_id, 0, detail, marking->now);
}

static enum result mark_work(struct db *db, void *context) {
    const struct marking *marking = context;
    enum result result = outbox_mark(db, marking->mark);

    if (result == RESULT_OK && marking->mark->state == OUTBOX_GIVEN_UP)
        result = queue_tell(db, marking);
    return result;
}

/* RESULT_OK: it is written. RESULT_RETRY: it is not, and still ours to write. */
static enum result mark_look(struct running *running, struct arena *arena,
                             const struct outbox_mark *mark) {
    struct outbox_standing standing;
    enum result result = outbox_standing(running->db, arena, mark->id, mark->token, &standing);

    if (result != RESULT_OK)
        return result;
    if (!standing.is_mine)
        return RESULT_CONFLICT;
    return standing.state == OUTBOX_SENDING ? RESULT_RETRY : RESULT_OK;
}

/* false: the program is to end, and has waited as long as it may. */
static bool mark_wait(int64_t *deadline_ms) {
    const struct timespec pause = {.tv_nsec = 200 * 1000000L};

    if (!service_should_stop()) {
        service_wait(WAIT_MS);
        return true;
    }
    if (!*deadline_ms)
        *deadline_ms = clock_monotonic_ms() + LAST_WAIT_MS;
    nanosleep(&pause, NULL);
    return clock_monotonic_ms() < *deadline_ms;
}

static void mark_lost(const struct outbox_row *row, const struct outbox_mark *mark,
                      enum result result) {
    LOG(LOG_LEVEL_ERROR, "mail.unmarked", LOG_INT("mail", row->id), LOG_TEXT("key", row->key),
        LOG_INT("was_sent", mark->state == OUTBOX_SENT), LOG_TEXT("result", result_name(result)));
}

/* Until it is written nothing else is done: a mail that was sent and not marked would be sent again
 * once its lease is over. */
enum result mark_write(struct running *running, struct arena *arena, const struct outbox_row *row,
                       const struct outbox_mark *mark, int64_t now) {
    struct marking marking = {row, mark, now};
    bool was_uncertain = false;
    int64_t deadline_ms = 0;
    enum result result;

    for (;;) {
        result = was_uncertain ? mark_look(running, arena, mark) : RESULT_RETRY;
        if (result == RESULT_RETRY)
            result = db_transaction(running->db, mark_work, &marking);
        if (result == RESULT_OK)
            return result;
        if (result == RESULT_UNCERTAIN) {
            was_uncertain = true;
            continue;
        }
        /* COMMIT may have landed between the look and the try. */
        if (result == RESULT_CONFLICT && was_uncertain &&
            mark_look(running, arena, mark) == RESULT_OK)
            return RESULT_OK;
        if (result != RESULT_UNAVAILABLE || !mark_wait(&deadline_ms))
            break;
    }
    mark_lost(row, mark, result);
    return result;
}

/* ---- a row for each recipient ---- */

struct splitting {
    const struct outbox_row *row;
    const int64_t *ids; /* of users; of a row for the provider, places of addresses */
    size_t count;
    const unsigned char *token;
};

/* All of them or none, and with the mark: each recipient gets one row under a key of their own,
 * whatever happens on the way, and whoever joins the account later gets none. */
static enum result split_work(struct db *db, void *context) {
    const struct splitting *splitting = context;
    const struct outbox_row *row = splitting->row;
    struct outbox_mark mark = {
        .id = row->id, .token = splitting->token, .state = OUTBOX_SPLIT, .words = ""};
    enum result result = outbox_mark(db, &mark);

    for (size_t at = 0; at < splitting->count && result == RESULT_OK; at++) {
        char key[KEY_SIZE];

        snprintf(key, sizeof key, "%s/%lld", row->key, (long long)splitting->ids[at]);
        result = outbox_add(db, key, row->kind, row->account_id,
                            row->account_id ? splitting->ids[at] : 0, row->subject_id,
                            row->created_at);
    }
    return result;
}

/* RESULT_RETRY: after all, nothing was written. */
static enum result split_write(struct running *running, struct arena *arena,
                               struct splitting *splitting) {
    struct outbox_standing standing;
    enum result result = db_transaction(running->db, split_work, splitting);

    if (result != RESULT_UNCERTAIN)
        return result;
    result = outbox_standing(running->db, arena, splitting->row->id, splitting->token, &standing);
    if (result != RESULT_OK)
        return result;
    if (!standing.is_mine)
        return RESULT_CONFLICT;
    return standing.state == OUTBOX_SPLIT ? RESULT_OK : RESULT_RETRY;
}

static enum result recipients_read(struct running *running, struct arena *arena,
                                   const struct outbox_row *row, int64_t **out_ids,
                                   size_t *out_count) {
    size_t count = running->settings.mail.provider_count;

    if (row->account_id)
        return outbox_recipients(running->db, arena, row->account_id, RECIPIENTS_MAX + 1, out_ids,
                                 out_count);
    *out_ids = arena_array(arena, count, sizeof **out_ids);
    for (size_t at = 0; at < count; at++)
        (*out_ids)[at] = (int64_t)at + 1;
    *out_count = count;
    return RESULT_OK;
}

enum result row_split(struct running *running, struct arena *arena, const struct outbox_row *row,
                      const unsigned char token[OUTBOX_TOKEN_BYTES]) {
    struct splitting splitting = {.row = row, .token = token};
    int64_t *ids;
    enum result result = recipients_read(running, arena, row, &ids, &splitting.count);

    if (result != RESULT_OK)
        return result;
    /* A key that is cut could be another recipient's. */
    if (!splitting.count || strlen(row->key) + CHILD_MAX >= KEY_SIZE)
        return RESULT_NOT_FOUND;
    if (splitting.count > RECIPIENTS_MAX) {
        LOG(LOG_LEVEL_WARNING, "mail.recipients", LOG_INT("account", row->account_id),
            LOG_INT("limit", RECIPIENTS_MAX));
        splitting.count = RECIPIENTS_MAX;
    }
    splitting.ids = ids;
    result = RESULT_RETRY;
    for (int try = 0; try < CLAIM_TRIES && result == RESULT_RETRY; try++)
        result = split_write(running, arena, &splitting);
    return result;
}
