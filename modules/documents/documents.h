/* documents.h - what the pages and papers of `documents` share. */
#ifndef REMIT_MODULES_DOCUMENTS_H
#define REMIT_MODULES_DOCUMENTS_H

#include "common/print/print.h"
#include "common/program/visit.h"
#include "common/store/statement_store.h"

/* Entries of a month: on one page, in a PDF, in a CSV. The page goes on; the files hold all or are
 * not offered. */
enum {
    STATEMENT_PAGE_ENTRIES = 500,
    STATEMENT_PDF_ENTRIES_MAX = 2000,
    STATEMENT_CSV_ENTRIES_MAX = 20000
};

enum result documents_list(struct visit *visit);      /* GET /documents                     */
enum result documents_statement(struct visit *visit); /* GET /documents/statements/:month   */
enum result documents_year(struct visit *visit);      /* GET /documents/years/:year         */
enum result documents_invoice(struct visit *visit);   /* GET /invoices/:file                */
enum result documents_receipt(struct visit *visit);   /* GET /payments/:file                */

extern const struct form documents_list_form, documents_statement_form;

/* ---- addresses ---- */

enum file_kind { FILE_PAGE, FILE_PDF, FILE_CSV };

/* The route's parameter without its ".pdf" or ".csv". */
const char *documents_stem(struct visit *visit, enum file_kind *out_kind);

/* "2026-11" of a month that has begun. */
bool documents_month_parse(struct visit *visit, const char *text, struct date *out_month);
bool documents_year_parse(struct visit *visit, const char *text, int *out_year);
/* "November 2026" */
const char *documents_month_title(struct visit *visit, struct date month);
/* The one that is not over yet. */
bool documents_is_running(const struct visit *visit, struct date month);
/* Of a period: what it comes to, or comes to until now. */
const char *documents_closing_label(bool is_running);
const char *documents_month_url(struct visit *visit, struct date month, const char *end);
const char *documents_year_url(struct visit *visit, int year, const char *end);

/* The first year something was booked in; 0: never. */
int documents_first_year(const struct activities *activities);
/* The first month of that year it was; December where it was in none. activities: of that year. */
int documents_first_month(const struct activities *activities, int year);

/* ---- paper ---- */

/* With the provider's name, title and page numbers at its foot. */
struct print *documents_paper(struct visit *visit, const char *title);
void documents_letterhead(struct visit *visit, struct print *print, const char *title,
                          const struct print_fact *facts, size_t fact_count);
/* The account, and a figure beside it. */
void documents_panel(struct visit *visit, struct print *print, const char *label,
                     struct print_fact figure, const char *note);
/* A file of that name, or the answer that it would be too large. */
enum result documents_send(struct visit *visit, struct print *print, const char *name);
enum result documents_too_large(struct visit *visit, const char *title, const char *text);

/* A copy in the request's arena, its titles in the language spoken. */
const struct print_column *documents_columns(struct visit *visit,
                                             const struct print_column *columns, size_t count);

/* ---- a month ---- */

struct month_report {
    struct date month;
    int64_t opening_cents, closing_cents;
    struct statement_month sum; /* of the whole month */
    struct entries entries;     /* those that are shown */
    int64_t carried_cents;      /* the balance before the first one */
    bool has_before, has_after; /* others of the month */
};

/* Each reads a month as it is at one moment, and holds it against the sums that are kept beside the
 * journal. RESULT_FAILED: they disagree, and no statement is printed; logged. RESULT_NOT_FOUND:
 * nothing stands there. */
struct month_place {
    struct entry_place place;
    bool is_before; /* those before it, not behind it */
};
enum result documents_month_page(struct visit *visit, struct date month, struct month_place place,
                                 struct month_report *out_report);
/* All of it; with more entries than limit, none of them. */
enum result documents_month_all(struct visit *visit, struct date month, int64_t limit,
                                struct month_report *out_report);
/* Entry by entry into each(), which may be called for a month that then disagrees, and anew from
 * the first one: begin() is called before it. report is written before begin(), all but entries. */
struct month_writer {
    void (*begin)(const struct month_report *report, void *context);
    entry_each each;
    void *context;
};
enum result documents_month_each(struct visit *visit, struct date month, int64_t limit,
                                 const struct month_writer *writer,
                                 struct month_report *out_report);

/* What an entry is, in the customer's words. */
struct entry_words {
    const char *text;      /* "Payment P123, Visa ending 4242" */
    const char *reference; /* of the invoice, payment or credit */
    const char *path;      /* of its page; NULL: it has none */
};
struct entry_words documents_entry_words(struct visit *visit, const struct entry *entry);
/* "" where there is none. */
const char *documents_charge(struct visit *visit, const struct entry *entry);
const char *documents_credit(struct visit *visit, const struct entry *entry);

enum result documents_statement_pdf(struct visit *visit, struct date month);
enum result documents_statement_csv(struct visit *visit, struct date month);

#endif
