/* invoices.h - what the pages of `invoices` share. */
#ifndef REMIT_MODULES_INVOICES_H
#define REMIT_MODULES_INVOICES_H

#include "common/program/enrolling.h"
#include "common/program/visit.h"
#include "common/store/calendar_store.h"
#include "common/store/history_store.h"
#include "common/store/invoice_store.h"

enum result invoices_home(struct visit *visit);     /* GET /                    */
enum result invoices_calendar(struct visit *visit); /* GET /calendar            */
enum result invoices_tile(struct visit *visit);     /* GET /tile                */
enum result invoices_list(struct visit *visit);     /* GET /invoices            */
enum result invoices_invoice(struct visit *visit);  /* GET /invoices/:number    */
enum result invoices_payments(struct visit *visit); /* GET /payments            */
enum result invoices_payment(struct visit *visit);  /* GET /payments/:reference */

extern const struct form invoices_list_form, invoices_calendar_form, invoices_invoice_form,
    invoices_payments_form, invoices_payment_form;

/* One invoice's own figures, as a table row and an invoice page both show them. */
void invoices_row_show(struct visit *visit, struct values *node, const struct invoice_row *row);
void invoices_show(struct visit *visit, struct values *node, const struct invoice *invoice);

/* ---- places in a list (invoices_places.c) ---- */

/* Where a page of a list begins: behind a place (?after=) or before it (?before=). Both fields are
 * part of every list's form. */
enum { PLACE_LENGTH_MAX = 64 };
#define PLACE_FIELD(name_)                                                                         \
    { .name = (name_), .flags = FIELD_CARD_EXEMPT, .max_length = PLACE_LENGTH_MAX }

struct place {
    const char *text; /* ""; the list's begin */
    bool is_back;
};

/* RESULT_NOT_FOUND: both, or one without a place. */
MUST_CHECK enum result place_read(struct visit *visit, struct place *out_place);

/* "<what>.<id>", in two; false: not of that form. */
bool place_split(struct visit *visit, const char *text, const char **out_what, int64_t *out_id);

/* Pages.FirstUrl, .PreviousUrl, .NextUrl, each where there is such a page. query: what of the list
 * is asked for. first and last: the places of the first and the last row, NULL where there is none.
 */
void pages_show(struct visit *visit, const char *path, const struct buffer *query,
                const struct place *place, bool has_more, const char *first, const char *last);

/* ---- days typed into a form ---- */

/* Room for what is no day: it is told what one looks like. */
enum { DAY_LENGTH_MAX = 32 };

/* The fields from and to, empty ones as year 0; says what is wrong with them. */
void period_read(struct visit *visit, struct date *out_from, struct date *out_to);
/* Fields.From and Fields.To as they were typed. */
void period_show(struct visit *visit);
/* "Nov 1, 2026 to Nov 30, 2026", "from Nov 1, 2026", "until …"; "" without a period. */
const char *period_text(struct visit *visit, struct date from, struct date to);

/* The Billing tile (Balance). due_on: when what is still to be paid is due first; year 0: nothing
 * is, or it is not known. */
void balance_show(struct visit *visit, struct date due_on);
/* That day, of at most OUTLOOK_INVOICES_MAX + 1 open invoices, those due first. */
struct date balance_due_on(const struct enrolment_invoices *open);

/* ---- what autopay takes next ---- */

/* So many open invoices, those due first, are read for a page; with more, what the next draft takes
 * is not known here. */
enum { OUTLOOK_INVOICES_MAX = 50 };

struct upcoming {
    const struct enrolment *enrolment;
    bool is_stopped; /* its user may not manage autopay any more: nothing is drafted */
    bool is_unknown; /* how much its draft takes is not known; forecasts say the day */
    struct forecast forecasts[FORECAST_MAX];
    size_t count;
};

struct outlook {
    struct calendar_told told;
    struct enrolments active;
    struct enrolment_invoices open; /* at most OUTLOOK_INVOICES_MAX + 1 */
    struct upcoming upcoming[ENROLMENTS_MAX];
};

/* Whether there were more than open has, without its last. */
bool outlook_is_cut(const struct outlook *outlook);

/* Reads active; none where autopay is not installed. */
MUST_CHECK enum result outlook_active(struct visit *visit, struct outlook *outlook);
/* Of told, open and active: what each will draft. */
MUST_CHECK enum result outlook_foresee(struct visit *visit, struct outlook *outlook);

/* The draft that waits to be tried again; NULL: none of the enrolment does. */
const struct calendar_draft *outlook_retry(const struct outlook *outlook,
                                           const struct enrolment *enrolment);

/* "Auto Pay takes next" (Autopay). */
void outlook_show(struct visit *visit, const struct outlook *outlook);

/* ---- the rest of home ---- */

/* "What needs attention" (Attention). */
void attention_show(struct visit *visit, const struct outlook *outlook);

/* The calendar of a month (Calendar). due: open invoices in due order; where is_cut, the last of
 * them only says that there are more. */
void calendar_show(struct visit *visit, const struct outlook *outlook, struct date month,
                   const struct enrolment_invoices *due, bool is_cut);

#endif
