/* ach.h - what becomes of an accepted bank debit or credit, and when. */
#ifndef SANDBOX_ACH_H
#define SANDBOX_ACH_H

#include "modules/sandbox/basics.h"

struct transaction;

/* ach.c - settlement and returns: planned when a transaction is booked, done when the clock says
 * so. */
enum ach_event { ACH_SETTLE, ACH_RETURN, ACH_LATE_RETURN, ACH_EVENT_COUNT };
extern const char *const ach_names[ACH_EVENT_COUNT]; /* "settle", "return", "late_return" */
#define RETURN_CODE_BYTES 4
#define PLANNED_LIMIT 2
struct planned {
    enum ach_event event;
    int64_t at;
    char code[RETURN_CODE_BYTES]; /* "R01"; "": none */
};
bool ach_read_code(const char *text, char out[static RETURN_CODE_BYTES]);
/* The bank's, not ours: as a type of action. */
bool ach_is_action(const char *type);
struct action;
struct action_words;
/* What the bank says of it; where the code of a return stands depends on the ACH processor behind
 * the gateway: code_in is an enum code_in. */
void ach_words(const struct action *action, int code_in, struct action_words *out_words);
/* Of a new transaction, before it goes into the book: what its account and the knobs say. */
void ach_plan(const struct sandbox *sandbox, struct transaction *transaction);
/* NULL, or why that cannot happen to it. */
const char *ach_conflict(const struct transaction *transaction, enum ach_event event);
/* There is no conflict. What was planned is dropped, but for a late return after a settlement. */
void ach_happen(struct sandbox *sandbox, struct transaction *transaction,
                const struct planned *event);
/* Puts it in the place of what was planned; a late return of a pending one waits for settlement. */
void ach_expect(struct sandbox *sandbox, struct transaction *transaction,
                const struct planned *event);
/* Whatever is planned: to be called when it was written to the journal, and for all at start. */
void ach_watch(struct sandbox *sandbox, struct transaction *transaction);
void ach_watch_all(struct sandbox *sandbox);
/* Everything that is due has happened, each on its day. Before anybody looks. */
void ach_catch_up(struct sandbox *sandbox);

/* due.c - who is next: a heap by time, then by id. */
struct due {
    struct due_entry {
        int64_t at;
        struct transaction *transaction;
    } * heap;
    size_t count, room;
};
void due_add(struct due *due, int64_t at, struct transaction *transaction);
/* The first one up to now, with its time; NULL: none. */
struct transaction *due_take(struct due *due, int64_t now, int64_t *out_at);
void due_release(struct due *due);

/* banking.c - the days on which US banks work. A day is a count of days since 1970, UTC. */
#define DAY_S 86400
bool banking_is_open(int64_t day);
/* The count-th open day after that one. */
int64_t banking_days_after(int64_t day, int64_t count);

#endif
