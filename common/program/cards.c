#include "common/program/cards.h"

#include <stdio.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/core/text.h"
#include "common/gateway/gateway.h"
#include "common/store/charge_store.h"
#include "common/store/event_store.h"

enum {
    ARENA_BYTES = 16 * 1024 * 1024,
    DAY_S = 24 * 3600,
    MONTH_DAYS = 31,
    AGAIN_S = 3600,
    FIRST_DAYS = 30, /* of the first reading of the report */
    REPORT_ARENA_BYTES = 128 * 1024 * 1024,
    KEY_SIZE = 80
};

static const char report_name[] = "card_updates";

struct reading {
    struct running *running;
    struct arena *arena;
    struct cards_summary *summary;
    const struct kept_card *card;
    struct gateway_vault_entry entry;
    const char *attention; /* why it cannot be used any more */
    bool lifts;
    int64_t now;
};

/* ---- what is new ---- */

static bool is_changed(const struct kept_card *card, const struct gateway_vault_entry *entry) {
    return !text_equal(card->last_four, entry->last_four) ||
           !text_equal(card->brand, entry->brand) ||
           date_compare(card->expires_on, entry->expires_on) != 0;
}

/* A refusal for the date is over with a later one, one for the number with another. What its holder
 * disputes stays so. */
static bool lifts(const struct kept_card *card, const struct gateway_vault_entry *entry) {
    static const char *const dates[] = {"223", "224", NULL};
    static const char *const numbers[] = {"220", "221", "222", "closed", "contact", NULL};
    bool is_later = date_compare(entry->expires_on, card->expires_on) > 0;
    bool is_other = !text_equal(card->last_four, entry->last_four);

    if (!card->needs_attention)
        return false;
    for (size_t at = 0; dates[at]; at++)
        if (text_equal(dates[at], card->attention))
            return is_later || is_other;
    for (size_t at = 0; numbers[at]; at++)
        if (text_equal(numbers[at], card->attention))
            return is_other || (is_later && text_equal(card->attention, "contact"));
    return false;
}

/* ---- writing ---- */

static enum result customer_tell(struct db *db, const struct reading *reading, const char *what) {
    const struct kept_card *card = reading->card;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "method_updated:%lld:%s:%lld", (long long)card->id, what,
             (long long)reading->now);
    return outbox_add(db, key, "method_updated", card->account_id, card->user_id, card->id,
                      reading->now);
}

static enum result change_work(struct db *db, void *context) {
    const struct reading *reading = context;
    const struct kept_card *card = reading->card;
    const struct gateway_vault_entry *entry = &reading->entry;
    enum result result = account_move(db, card->account_id, 0, 0);

    if (result == RESULT_OK)
        result = card_change(db, card, entry->brand, entry->last_four, entry->expires_on,
                             reading->lifts);
    FAULT_POINT("cards.inside");
    return result == RESULT_OK ? customer_tell(db, reading, "changed") : result;
}

static enum result stop_work(struct db *db, void *context) {
    const struct reading *reading = context;
    const struct kept_card *card = reading->card;
    enum result result = account_move(db, card->account_id, 0, 0);

    if (result == RESULT_OK)
        result = card_stop(db, card, reading->attention);
    if (result == RESULT_OK)
        result = customer_tell(db, reading, reading->attention);
    return result;
}

/* It may be ours to mend: another merchant account has another vault. So a person decides, and the
 * card stays as it is; a payment with it would be refused. */
static enum result gone_work(struct db *db, void *context) {
    const struct reading *reading = context;
    const struct kept_card *card = reading->card;
    char key[KEY_SIZE];

    snprintf(key, sizeof key, "method_gone:%lld", (long long)card->id);
    return queue_add(db, key, "method_gone", card->account_id, 0,
                     "the gateway's vault does not have a card any more that its customer still"
                     " has",
                     reading->now);
}

static enum result claim_work(struct db *db, void *context) {
    const struct reading *reading = context;

    return card_claim(db, reading->card, reading->now);
}

static struct date month_end(struct date today) {
    int32_t days = date_to_days((struct date){today.year, today.month, 1});
    struct date later = date_from_days(days + MONTH_DAYS);

    return date_from_days(date_to_days((struct date){later.year, later.month, 1}) - 1);
}

/* No answer: due again in an hour, and after all others that are due. An entry whose answer nobody
 * can read would else be the first of every round, and the last. */
static enum result unclaim_work(struct db *db, void *context) {
    const struct reading *reading = context;
    struct kept_card claimed = *reading->card;
    bool is_daily = date_compare(claimed.expires_on, month_end(instant_date(reading->now))) <= 0;
    int64_t days = is_daily ? 1 : reading->running->settings.card_read_days;

    claimed.read_at = reading->now;
    return card_claim(db, &claimed, reading->now - days * DAY_S + AGAIN_S);
}

/* ---- one card ---- */

/* RESULT_CONFLICT: the customer was faster, which is no news either. */
static enum result written(enum result result, enum card_end *out_end) {
    *out_end = result == RESULT_OK ? CARD_CHANGED : CARD_SAME;
    return result == RESULT_CONFLICT || result == RESULT_UNCERTAIN ? RESULT_OK : result;
}

static enum result card_stopped(struct reading *reading, const char *attention,
                                enum card_end *out_end) {
    reading->attention = attention;
    if (reading->card->needs_attention) {
        *out_end = CARD_SAME;
        return RESULT_OK;
    }
    return written(db_transaction(reading->running->db, stop_work, reading), out_end);
}

static enum result card_gone(struct reading *reading, enum card_end *out_end) {
    *out_end = CARD_GONE;
    if (reading->summary)
        reading->summary->gone++;
    LOG(LOG_LEVEL_ERROR, "card.gone", LOG_INT("method", reading->card->id));
    enum result result = db_transaction(reading->running->db, gone_work, reading);
    return result == RESULT_UNCERTAIN ? RESULT_OK : result;
}

static enum result card_compare(struct reading *reading, enum card_end *out_end) {
    const struct kept_card *card = reading->card;
    struct gateway_vault_entry *entry = &reading->entry;

    *out_end = CARD_SAME;
    switch (gateway_vault_read(reading->running->gateway, reading->arena, card->vault_id, entry)) {
    case RESULT_OK:
        break;
    case RESULT_NOT_FOUND:
        return card_gone(reading, out_end);
    default:
        *out_end = CARD_WAITING;
        return RESULT_OK;
    }
    /* Without its digits or date there is nothing to compare. */
    if (entry->is_bank || !*entry->last_four || !entry->expires_on.year || !is_changed(card, entry))
        return RESULT_OK;
    reading->lifts = lifts(card, entry);
    enum result result = written(db_transaction(reading->running->db, change_work, reading),
                                 out_end);
    if (*out_end == CARD_CHANGED)
        LOG(LOG_LEVEL_INFO, "card.updated", LOG_INT("method", card->id),
            LOG_TEXT("lifted", reading->lifts ? "yes" : "no"));
    return result;
}

/* ---- those that are due ---- */

/* RESULT_RETRY: the gateway is away, the rest need not be asked. */
static enum result due_read(struct reading *reading) {
    struct db *db = reading->running->db;
    struct cards_summary *summary = reading->summary;
    enum card_end end;
    enum result result = db_transaction(db, claim_work, reading);

    if (result == RESULT_CONFLICT || result == RESULT_UNCERTAIN)
        return RESULT_OK;
    if (result != RESULT_OK)
        return result;
    FAULT_POINT("cards.after_claim");
    result = card_compare(reading, &end);
    if (result != RESULT_OK)
        return result;
    if (end == CARD_WAITING) {
        summary->no_gateway++;
        result = db_transaction(db, unclaim_work, reading);
        return result == RESULT_OK || result == RESULT_CONFLICT ? RESULT_RETRY : result;
    }
    summary->read++;
    summary->updated += end == CARD_CHANGED;
    summary->lifted += end == CARD_CHANGED && reading->lifts;
    return RESULT_OK;
}

static enum result due_all(struct running *running, struct arena *arena, int64_t now,
                           struct cards_summary *summary) {
    struct cards_due due = {.gateway = gateway_name(running->gateway),
                            .read_before = now - running->settings.card_read_days * DAY_S,
                            .expiring_before = now - DAY_S,
                            .expires_until = month_end(instant_date(now)),
                            .limit = CARDS_BATCH};
    struct kept_card *list;
    size_t count = 0;
    enum result result = cards_due(running->db, arena, &due, &list, &count);

    for (size_t at = 0; result == RESULT_OK && at < count; at++) {
        struct reading reading = {.running = running,
                                  .arena = arena_new(ARENA_BYTES),
                                  .summary = summary,
                                  .card = &list[at],
                                  .now = now};

        result = due_read(&reading);
        arena_free(reading.arena);
    }
    return result == RESULT_RETRY ? RESULT_OK : result;
}

enum result cards_refresh(struct running *running, struct cards_summary *out_summary) {
    struct arena *arena;
    enum result result;

    *out_summary = (struct cards_summary){0};
    if (!running->settings.card_read_days)
        return RESULT_OK;
    arena = arena_new(ARENA_BYTES);
    result = due_all(running, arena, clock_now(running->clock), out_summary);
    arena_free(arena);
    return result;
}

/* ---- one that was told of ---- */

enum result card_read(struct running *running, const char *vault_id, enum card_word word,
                      enum card_end *out_end) {
    struct arena *arena = arena_new(ARENA_BYTES);
    struct kept_card card;
    struct reading reading = {
        .running = running, .arena = arena, .card = &card, .now = clock_now(running->clock)};
    enum result result = card_find(running->db, arena, gateway_name(running->gateway), vault_id,
                                   &card);

    *out_end = CARD_SAME;
    if (result == RESULT_OK)
        result = word == CARD_UPDATED
                     ? card_compare(&reading, out_end)
                     : card_stopped(&reading, word == CARD_CLOSED ? "closed" : "contact", out_end);
    arena_free(arena);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

/* ---- those that the gateway's report tells of ---- */

struct told_card {
    struct gateway_card_update update;
    struct told_card *next;
};

struct telling {
    struct arena *arena;
    struct told_card *first, **last;
    int64_t now;
};

static enum result told_add(const struct gateway_card_update *update, void *context) {
    struct telling *telling = context;
    struct told_card *told = arena_alloc(telling->arena, sizeof *told);

    told->update = *update;
    *telling->last = told;
    telling->last = &told->next;
    return RESULT_OK;
}

static enum card_word word_of(enum gateway_card_news news) {
    return news == CARD_NEWS_CLOSED    ? CARD_CLOSED
           : news == CARD_NEWS_CONTACT ? CARD_CONTACT
                                       : CARD_UPDATED;
}

static enum result progress_work(struct db *db, void *context) {
    const struct telling *telling = context;

    return progress_write(db, report_name, telling->now);
}

/* Each of them; what the vault does not tell now its own reading does (cards_refresh). */
static enum result told_read(struct running *running, struct telling *telling,
                             struct cards_news *news) {
    enum result result = RESULT_OK;

    for (struct told_card *told = telling->first; told && result == RESULT_OK; told = told->next) {
        enum card_end end = CARD_SAME;

        result = card_read(running, told->update.vault_id, word_of(told->update.news), &end);
        news->told++;
        news->changed += end == CARD_CHANGED;
    }
    if (result == RESULT_OK)
        result = db_transaction(running->db, progress_work, telling);
    return result == RESULT_UNCERTAIN ? RESULT_OK : result;
}

enum result cards_report(struct running *running, struct cards_news *out_news) {
    int64_t now = clock_now(running->clock), at = 0;
    struct telling telling = {.arena = arena_new(REPORT_ARENA_BYTES), .now = now};
    enum result result = progress_read(running->db, telling.arena, report_name, &at);

    *out_news = (struct cards_news){0};
    telling.last = &telling.first;
    if (result == RESULT_OK) {
        int64_t from = (at && at < now ? at - DAY_S : now - FIRST_DAYS * DAY_S);

        /* Without an answer, or without such a report, the next reading begins where this one did.
         */
        if (gateway_updates(running->gateway, telling.arena, from, now + DAY_S, told_add,
                            &telling) == RESULT_OK)
            result = told_read(running, &telling, out_news);
        else
            out_news->no_gateway++;
    }
    arena_free(telling.arena);
    return result;
}
