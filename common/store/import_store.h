/*
 * import_store.h - invoices that the provider's billing system issued, written with their lines,
 * their journal entries and the accounts' sums.
 *
 * What was issued never changes: an invoice is known by its number, and its fingerprint (over every
 * figure and text that was imported) tells whether it comes again or comes differently. The fee for
 * a paper bill is ours, and no part of it.
 */
#ifndef REMIT_STORE_IMPORT_STORE_H
#define REMIT_STORE_IMPORT_STORE_H

#include <stdint.h>

#include "common/core/secret.h"
#include "common/db/db.h"
#include "common/store/draft_store.h"
#include "common/store/import_file_store.h"
#include "common/store/provider_store.h"

enum { IMPORT_BATCH_MAX = 200 };

struct import_line {
    const char *description, *quantity;
    int64_t price_cents, amount_cents;
};

struct import_invoice {
    int64_t account_id;
    const char *number, *billing_type, *terms;
    struct date issued_on, due_on;
    int64_t tax_cents, total_cents; /* total: its lines and the tax */
    struct import_line *lines;
    size_t line_count; /* 1 .. IMPORT_ROWS_MAX - IMPORT_ROWS_BESIDE */
    unsigned char fingerprint[SECRET_HASH_BYTES];
    int64_t paper_fee_cents; /* what import_write() added to it; not in total_cents */
};

/* Rows of an invoice beside its lines: itself, its fee's line, its entry with three postings, three
 * sums and its place in the feed, its mail, its account; where it takes credit that, its entry with
 * two postings, three sums and its place, the invoice and the account again. */
enum { IMPORT_ROWS_BESIDE = 22 };

struct import_terms {
    int64_t paper_fee_cents; /* of invoices of accounts with a paper bill; 0: none */
    bool applies_credit;     /* an invoice takes what credit its account has */
    struct date told_from;   /* an invoice issued on or after it is told by mail; year 0: none is */
};

/* What is known of invoices by now. */
struct import_known {
    int64_t account_id;               /* 0: there is no such account */
    bool is_there;                    /* the number is used, in whatever account */
    const unsigned char *fingerprint; /* SECRET_HASH_BYTES, where it is there */
    int64_t total_cents;              /* as issued, with its fee */
};

/* asked: a JSON array of objects {a: account's number, k: invoice's number}. One answer for each,
 * in their order. */
extern const struct statement import_known_sql;
MUST_CHECK enum result import_known_find(struct db *db, struct arena *arena, const char *asked,
                                         size_t count, struct import_known **out_list);

/* All of them in one transaction, with the step of the file they come from. list is in order of
 * account_id, at most IMPORT_BATCH_MAX (or none) and fewer than IMPORT_ROWS_MAX rows. A paper
 * bill's fee becomes a line of its own behind the others; the step's sums are filled in.
 * RESULT_CONFLICT: one of the numbers is there already, or somebody else took the step. */
extern const struct statement import_invoice_sql, import_line_sql, import_paper_sql;
MUST_CHECK enum result import_write(struct db *db, const struct provider_act *act,
                                    const struct import_terms *terms, struct import_step *step,
                                    struct import_invoice *const *list, size_t count);

#define IMPORT_STATEMENTS                                                                          \
    &import_known_sql, &import_invoice_sql, &import_line_sql, &import_paper_sql,                   \
        DRAFT_JOIN_STATEMENTS

#endif
