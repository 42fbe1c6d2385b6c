/* mailer_round.c - what is due now: one mail after the other, each claimed right before it is sent.
 */
#include <assert.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "modules/mailer/mailer.h"

enum {
    BATCH = 64,
    ARENA_BYTES = 16 * 1024 * 1024,
    DAY_S = 86400,
    MS_OF_S = 1000,
    LEASE_MARGIN_MS = 1000, /* of a farewell */
    /* More than days of giving up allow for: whoever tried it died of it, again and again. */
    TRIES_MAX = 200
};

/* One row that is ours. */
struct work {
    struct running *running;
    struct arena *arena;
    const struct outbox_row *row;
    unsigned char token[OUTBOX_TOKEN_BYTES];
    int64_t claimed_ms; /* before the claim, by the monotonic clock */
    int64_t now;
};

static int64_t delay_s(int64_t tries) {
    static const int64_t delays_s[] = {60, 300, 900, 3600, 4 * 3600, 12 * 3600};
    int64_t last = (int64_t)(sizeof delays_s / sizeof *delays_s) - 1;

    return delays_s[tries < last ? tries : last];
}

static enum result mark(const struct work *work, enum outbox_state state, int64_t at,
                        const char *words) {
    const struct outbox_mark mark = {.id = work->row->id,
                                     .token = work->token,
                                     .state = state,
                                     .is_untried = state == OUTBOX_WAITING && !at,
                                     .at = at,
                                     .words = words};

    return mark_write(work->running, work->arena, work->row, &mark, work->now);
}

static enum result give_up(const struct work *work, const char *words) {
    LOG(LOG_LEVEL_WARNING, "mail.given_up", LOG_INT("mail", work->row->id),
        LOG_TEXT("key", work->row->key), LOG_INT("tries", work->row->tries + 1));
    return mark(work, OUTBOX_GIVEN_UP, work->now, words);
}

/* Its claim was for nothing. */
static enum result put_back(const struct work *work) {
    return mark(work, OUTBOX_WAITING, 0, "");
}

static enum result try_later(const struct work *work, const char *words) {
    const struct outbox_row *row = work->row;

    if (work->now - row->since >= work->running->settings.mail.give_up_days * DAY_S)
        return give_up(work, words);
    return mark(work, OUTBOX_WAITING, work->now + delay_s(row->tries), words);
}

/* What a server said may name people: it goes into the outbox, and into the log only what we say.
 */
static void answer_log(const struct work *work, const struct smtp_answer *answer) {
    bool is_sent = answer->end == SMTP_ACCEPTED;

    LOG(is_sent ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, is_sent ? "mail.sent" : "mail.not_sent",
        LOG_INT("mail", work->row->id), LOG_TEXT("key", work->row->key),
        LOG_TEXT("end", smtp_end_name(answer->end)), LOG_TEXT("step", answer->step),
        LOG_INT("reply", answer->reply),
        LOG_TEXT("words", answer->reply || is_sent ? "" : answer->words),
        LOG_INT("tries", work->row->tries + 1), LOG_INT("elapsed_ms", answer->elapsed_ms));
}

static enum result letter_send(struct work *work, const struct letter *letter) {
    const struct mail_settings *mail = &work->running->settings.mail;
    int64_t spent_ms = clock_monotonic_ms() - work->claimed_ms;
    struct smtp_answer answer;

    /* A database that took its time: nobody else may have the row before we are done. */
    if (spent_ms + mail->timeout_ms + LEASE_MARGIN_MS > mail->lease_s * MS_OF_S)
        return put_back(work);
    sender_send(work->running, letter, work->now, &answer);
    answer_log(work, &answer);
    work->now = clock_now(work->running->clock);
    switch (answer.end) {
    case SMTP_ACCEPTED:
        return mark(work, OUTBOX_SENT, work->now, "");
    case SMTP_REFUSED:
        return give_up(work, answer.words);
    case SMTP_LATER:
    case SMTP_UNCERTAIN:
    case SMTP_NOT_CONNECTED:
    case SMTP_END_COUNT:
        break;
    }
    return try_later(work, answer.words);
}

/* There was nothing to tell, or nobody to tell it: no person has to do anything. */
static enum result leave_out(const struct work *work, const char *words) {
    LOG(LOG_LEVEL_INFO, "mail.needless", LOG_INT("mail", work->row->id),
        LOG_TEXT("key", work->row->key));
    return mark(work, OUTBOX_NEEDLESS, 0, words);
}

static enum result split(const struct work *work) {
    enum result result = row_split(work->running, work->arena, work->row, work->token);

    /* Whoever has no users gets no mail of each invoice, and is no case for the queue each time. */
    if (result == RESULT_NOT_FOUND && !work->row->account_id)
        return leave_out(work, "nobody to write to: Mail.Provider is empty");
    if (result == RESULT_NOT_FOUND && kind_find(work->row->kind)->may_lapse)
        return leave_out(work, "nobody to write to: no active user with the billing permission");
    if (result == RESULT_NOT_FOUND)
        return give_up(
            work,
            "nobody to write to: no active user with the billing permission, or too long a key");
    /* What is not known, or was not to be done, ends with the lease. */
    return result;
}

static enum result row_work(struct work *work) {
    struct letter letter;
    const char *words = "";

    if (work->row->tries >= TRIES_MAX)
        return give_up(work, "it was tried too often");
    switch (compose(work->running, work->arena, work->row, work->now, &letter, &words)) {
    case COMPOSE_READY:
        return letter_send(work, &letter);
    case COMPOSE_SPLIT:
        return split(work);
    case COMPOSE_IMPOSSIBLE:
        return give_up(work, words);
    case COMPOSE_NEEDLESS:
        return leave_out(work, words);
    case COMPOSE_FAILED:
        return try_later(work, words);
    case COMPOSE_UNAVAILABLE:
        break;
    }
    enum result result = put_back(work);
    return result == RESULT_OK ? RESULT_UNAVAILABLE : result;
}

/* RESULT_CONFLICT: somebody else has the row, or took it over. */
static enum result row_take(struct running *running, const struct outbox_row *row) {
    struct work work = {.running = running,
                        .arena = arena_new(ARENA_BYTES),
                        .row = row,
                        .claimed_ms = clock_monotonic_ms(),
                        .now = clock_now(running->clock)};

    secret_random(work.token, sizeof work.token);
    enum result result = claim_take(running, work.arena, row, work.token, work.now);
    if (result == RESULT_OK)
        result = row_work(&work);
    arena_free(work.arena);
    return result;
}

/* Several mailers see the same rows: each begins somewhere else. *out_taken: rows that were ours.
 */
static enum result batch_take(struct running *running, const struct outbox_rows *rows,
                              size_t *out_taken) {
    size_t first = secret_random_below((unsigned)rows->count);

    *out_taken = 0;
    for (size_t at = 0; at < rows->count && !service_should_stop(); at++) {
        enum result result = row_take(running, &rows->list[(first + at) % rows->count]);

        if (result != RESULT_OK && result != RESULT_CONFLICT)
            return result;
        if (result == RESULT_OK)
            (*out_taken)++;
    }
    return RESULT_OK;
}

static enum result outbox_send(struct running *running) {
    enum result result = RESULT_OK;
    size_t taken = 1;

    while (taken && result == RESULT_OK && !service_should_stop()) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct outbox_rows rows;

        taken = 0;
        result = outbox_due(running->db, arena, clock_now(running->clock), BATCH, &rows);
        if (result == RESULT_OK && rows.count)
            result = batch_take(running, &rows, &taken);
        arena_free(arena);
    }
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "mail.round", LOG_TEXT("result", result_name(result)),
            LOG_TEXT("error", db_error(running->db)));
    return result;
}

/* Reminders wait for no server, and what cannot be written of them holds up nobody's mail. */
enum result mailer_round(struct running *running) {
    enum result reminded = mailer_remind(running);
    enum result sent = outbox_send(running);

    return sent == RESULT_OK ? reminded : sent;
}
