/* mailer_remind.c - once a day, mail to those whose invoices are due soon or overdue. Each is one
 * row of the outbox under a key of its account and day, so any number of mailers may write them,
 * and one that begins anew writes nothing twice. Whether there is still something to tell is looked
 * at again when the mail is sent (mailer_invoices.c). */
#include <stdio.h>

#include "common/core/clock.h"
#include "common/core/fault.h"
#include "common/core/log.h"
#include "common/store/event_store.h"
#include "common/store/remind_store.h"
#include "modules/mailer/mailer.h"

enum { PAGE = 256, TRIES = 5, ARENA_BYTES = 16 * 1024 * 1024, KEY_SIZE = 121, AFTER_SIZE = 24 };

/* Due dates are looked at one after the other; offset: days from today. */
struct reminding {
    struct date today; /* year 0: nothing was looked at yet */
    int32_t offset;
    struct remind_cursor cursor;
    int64_t written;
    bool is_over;
};

/* What is asked of the invoices of one due date. */
struct look {
    struct running *running;
    struct date today, due_on;
    bool is_soon;
    const char *kind, *before;
    char after[AFTER_SIZE]; /* of keys */
};

/* The accounts of a page that get one. */
struct writing {
    const struct look *look;
    int64_t account_ids[PAGE];
    size_t count;
    int64_t now;
};

/* false: nobody is told anything of what is due on that day. */
static bool look_begin(struct running *running, const struct reminding *reminding,
                       struct look *out_look) {
    const struct mail_settings *mail = &running->settings.mail;
    struct date due_on = date_add_days(reminding->today, reminding->offset);
    char day[DATE_TEXT_SIZE];
    int step = 0;

    *out_look = (struct look){.running = running,
                              .today = reminding->today,
                              .due_on = due_on,
                              .is_soon = reminding->offset >= 0};
    date_format(due_on, day);
    if (out_look->is_soon) {
        out_look->kind = "invoice_due_soon";
        out_look->before = "due_soon:";
        snprintf(out_look->after, sizeof out_look->after, ":%s", day);
        return mail->due_soon_days && reminding->offset <= mail->due_soon_days;
    }
    if (!remind_step(&mail->overdue, due_on, reminding->today, &step))
        return false;
    out_look->kind = "invoice_overdue";
    out_look->before = "overdue:";
    snprintf(out_look->after, sizeof out_look->after, ":%s:%d", day, step);
    return true;
}

static bool is_wanted(const struct look *look, const struct remind_row *row,
                      const struct remind_covers *covers) {
    const struct remind_enrolment *enrolment = remind_enrolment_of(covers, &row->of);
    const struct remind_cover *cover = enrolment ? &enrolment->cover : NULL;

    return look->is_soon
               ? remind_wants_soon(&row->invoice, cover, look->running->settings.mail.due_soon_days)
               : remind_wants_overdue(&row->invoice, cover, look->today);
}

/* Covers are read once for each account. */
static enum result accounts_choose(struct arena *arena, const struct remind_rows *rows,
                                   struct writing *writing) {
    struct remind_covers covers = {0};
    int64_t covers_of = 0, chosen_id = 0;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < rows->count && result == RESULT_OK; at++) {
        const struct remind_row *row = &rows->list[at];

        if (row->is_reminded || row->invoice.free_cents <= 0 || row->account_id == chosen_id)
            continue;
        if (row->account_id != covers_of)
            result = remind_covers(writing->look->running->db, arena, row->account_id, &covers);
        covers_of = row->account_id;
        if (result != RESULT_OK || !is_wanted(writing->look, row, &covers))
            continue;
        chosen_id = row->account_id;
        writing->account_ids[writing->count++] = chosen_id;
    }
    return result;
}

static enum result write_work(struct db *db, void *context) {
    const struct writing *writing = context;
    const struct look *look = writing->look;
    enum result result = RESULT_OK;

    for (size_t at = 0; at < writing->count && result == RESULT_OK; at++) {
        char key[KEY_SIZE];

        snprintf(key, sizeof key, "%s%lld%s", look->before, (long long)writing->account_ids[at],
                 look->after);
        result = outbox_add(db, key, look->kind, writing->account_ids[at], 0,
                            writing->account_ids[at], writing->now);
    }
    return result;
}

/* A COMMIT without an answer is done again: the keys are the same. */
static enum result accounts_write(struct writing *writing) {
    enum result result = RESULT_UNCERTAIN;

    for (int try = 0; try < TRIES && result == RESULT_UNCERTAIN; try++)
        result = db_transaction(writing->look->running->db, write_work, writing);
    return result;
}

/* Behind the page, or behind an account that is done with. */
static void cursor_move(struct reminding *reminding, const struct remind_rows *rows,
                        const struct writing *writing) {
    const struct remind_row *last = rows->count ? &rows->list[rows->count - 1] : NULL;

    if (rows->count < PAGE) {
        reminding->offset++;
        reminding->cursor = (struct remind_cursor){0};
        return;
    }
    bool is_done = last->is_reminded ||
                   (writing->count && writing->account_ids[writing->count - 1] == last->account_id);
    reminding->cursor = (struct remind_cursor){last->account_id, is_done ? INT64_MAX : last->of.id};
}

static enum result page_remind(struct reminding *reminding, const struct look *look) {
    struct writing writing = {.look = look, .now = clock_now(look->running->clock)};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct remind_rows rows = {0};
    enum result result = remind_page(look->running->db, arena, look->due_on, look->before,
                                     look->after, &reminding->cursor, PAGE, &rows);

    if (result == RESULT_OK)
        result = accounts_choose(arena, &rows, &writing);
    if (result == RESULT_OK && writing.count) {
        result = accounts_write(&writing);
        FAULT_POINT("remind.after_write");
    }
    if (result == RESULT_OK) {
        reminding->written += (int64_t)writing.count;
        cursor_move(reminding, &rows, &writing);
    }
    arena_free(arena);
    return result;
}

enum result mailer_remind(struct running *running) {
    static struct reminding reminding;
    struct date today = instant_date(clock_now(running->clock));
    enum result result = RESULT_OK;

    /* Where it stopped, unless that was another day. */
    if (date_compare(today, reminding.today) != 0)
        reminding = (struct reminding){.today = today, .offset = -REMIND_BACK_DAYS};
    while (!reminding.is_over && result == RESULT_OK && !service_should_stop()) {
        struct look look;

        if (reminding.offset > REMIND_SOON_MAX) {
            reminding.is_over = true;
            if (reminding.written)
                LOG(LOG_LEVEL_INFO, "mail.reminded", LOG_INT("written", reminding.written));
        } else if (look_begin(running, &reminding, &look)) {
            result = page_remind(&reminding, &look);
        } else {
            reminding.offset++;
        }
    }
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "mail.remind", LOG_TEXT("result", result_name(result)),
            LOG_TEXT("error", db_error(running->db)));
    return result;
}
