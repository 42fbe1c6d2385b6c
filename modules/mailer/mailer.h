/* mailer.h - what the files of `mailer` share: a row of the outbox becomes a letter, is sent, and
 * is marked. */
#ifndef REMIT_MODULES_MAILER_H
#define REMIT_MODULES_MAILER_H

#include "common/mail/smtp.h"
#include "common/program/service.h"
#include "common/store/outbox_store.h"

/* ---- mailer_compose.c: from a row to a letter ---- */

struct letter {
    const char *to, *hash; /* hash: of the row's key, for its Message-ID and its file */
    const char *bytes;
    size_t length;
};

enum compose_end {
    COMPOSE_READY,
    COMPOSE_SPLIT,      /* the row is for nobody in particular */
    COMPOSE_IMPOSSIBLE, /* there will never be a letter: *out_words says why */
    COMPOSE_NEEDLESS,   /* nothing is left to tell: *out_words says so */
    COMPOSE_FAILED,     /* not this time: *out_words says why */
    COMPOSE_UNAVAILABLE /* the database is away */
};

/* Reads what the row is about and renders it. Texts live in arena. */
enum compose_end compose(struct running *running, struct arena *arena, const struct outbox_row *row,
                         int64_t now, struct letter *out_letter, const char **out_words);

/* ---- mailer_kinds.c: what a mail of each kind tells ---- */

struct kind {
    const char *name;        /* as outbox rows have it */
    const char *text, *html; /* its two templates */
    /* Reads what subject_id names into values. RESULT_NOT_FOUND: it is not there.
     * RESULT_CONFLICT: nothing is left to tell. */
    enum result (*fill)(struct running *running, struct arena *arena, const struct outbox_row *row,
                        struct values *values);
    /* fill may say so, and is asked before a row is split, too; nobody to write to is no fault. */
    bool may_lapse;
    bool is_providers; /* about no account, to the addresses of Mail.Provider */
};

/* NULL: nobody knows such a mail. */
const struct kind *kind_find(const char *name);
extern const char *const kind_pages[];

/* ---- mailer_autopay.c: those about autopay ---- */

enum result autopay_upcoming_fill(struct running *running, struct arena *arena,
                                  const struct outbox_row *row, struct values *values);
enum result autopay_on_fill(struct running *running, struct arena *arena,
                            const struct outbox_row *row, struct values *values);
enum result autopay_off_fill(struct running *running, struct arena *arena,
                             const struct outbox_row *row, struct values *values);
enum result draft_failed_fill(struct running *running, struct arena *arena,
                              const struct outbox_row *row, struct values *values);
enum result method_updated_fill(struct running *running, struct arena *arena,
                                const struct outbox_row *row, struct values *values);
enum result method_expiring_fill(struct running *running, struct arena *arena,
                                 const struct outbox_row *row, struct values *values);

/* ---- mailer_invoices.c: those about invoices ---- */

enum result invoice_issued_fill(struct running *running, struct arena *arena,
                                const struct outbox_row *row, struct values *values);
enum result invoice_due_soon_fill(struct running *running, struct arena *arena,
                                  const struct outbox_row *row, struct values *values);
enum result invoice_overdue_fill(struct running *running, struct arena *arena,
                                 const struct outbox_row *row, struct values *values);
/* ---- mailer_user.c: those about a user ---- */

enum result link_fill(struct running *running, struct arena *arena, const struct outbox_row *row,
                      struct values *values);
enum result password_changed_fill(struct running *running, struct arena *arena,
                                  const struct outbox_row *row, struct values *values);

/* ---- mailer_provider.c: those to the provider ---- */

enum result queue_fill(struct running *running, struct arena *arena, const struct outbox_row *row,
                       struct values *values);
/* Which of its addresses a row is for, from 1, as stands behind its key; 0: for all of them. */
int64_t provider_place(const struct outbox_row *row);
/* The one there now; NULL: there are fewer. Lives as long as the settings. */
const char *provider_address(const struct running *running, const struct outbox_row *row);

/* ---- parts of mails ---- */

/* A method's Text, IsBank and link. */
enum result method_set(struct running *running, struct arena *arena, const struct outbox_row *row,
                       int64_t method_id, struct values *values);
/* node.Url where its program is installed; absent otherwise. */
void link_set(struct running *running, struct arena *arena, struct values *node,
              const char *program, const char *path);
/* Absent where it is nothing. */
void money_set(struct values *node, struct arena *arena, const char *name, int64_t cents);
/* name.N.Text: what somebody wrote over several lines. */
void lines_set(struct values *values, struct arena *arena, const char *name, const char *text);

/* Sets one line: whatever it holds, it stays one. */
void line_set(struct values *values, struct arena *arena, const char *name, const char *text);

/* ---- mailer_send.c: to the server, or into the folder ---- */

enum result sender_open(struct running *running);
void sender_close(struct running *running);
void sender_send(struct running *running, const struct letter *letter, int64_t now,
                 struct smtp_answer *out_answer);

/* ---- mailer_mark.c: what is written into the outbox ---- */

/* RESULT_OK: the row is ours, proven. RESULT_CONFLICT: it is not. Else nothing is known, and if it
 * is ours after all, its lease ends that. */
enum result claim_take(struct running *running, struct arena *arena, const struct outbox_row *row,
                       const unsigned char token[OUTBOX_TOKEN_BYTES], int64_t now);

/* Writes the mark, and with a given up one its item for the queue, however long the database is
 * away; only the end of the program ends the wait. Anything but RESULT_OK: it is not written. */
enum result mark_write(struct running *running, struct arena *arena, const struct outbox_row *row,
                       const struct outbox_mark *mark, int64_t now);

/* Makes a row for each recipient, a user or an address of the provider's, and marks this one.
 * RESULT_NOT_FOUND: there is nobody, or no room for their keys. */
enum result row_split(struct running *running, struct arena *arena, const struct outbox_row *row,
                      const unsigned char token[OUTBOX_TOKEN_BYTES]);

/* ---- mailer_remind.c ---- */

/* Writes the day's reminders, once a day; where it stopped it goes on. RESULT_OK also when it is to
 * stop. Logs what it cannot do. */
enum result mailer_remind(struct running *running);

/* ---- mailer_round.c ---- */

enum result mailer_round(struct running *running);

#endif
