/* pay.h - what the pages of `pay` share. */
#ifndef REMIT_MODULES_PAY_H
#define REMIT_MODULES_PAY_H

#include "common/billing/allocation.h"
#include "common/program/bank.h"
#include "common/program/card.h"
#include "common/program/charge.h"
#include "common/program/enrolling.h"
#include "common/program/schedule_choice.h"
#include "common/program/method_offer.h"
#include "common/program/visit.h"
#include "common/store/invoice_store.h"
#include "common/store/method_store.h"
#include "common/store/payment_store.h"

enum result pay_make(struct visit *visit);    /* GET  /pay            */
enum result pay_submit(struct visit *visit);  /* POST /pay            */
enum result pay_payment(struct visit *visit); /* GET  /pay/:reference */
enum result pay_confirm(struct visit *visit); /* POST /pay/:reference */

extern const struct form pay_make_form, pay_submit_form, pay_payment_form, pay_confirm_form;

enum { PAY_ROWS_MAX = ALLOCATIONS_MAX };

/* What Make a Payment is about: what could be paid and with what, and what was chosen. */
struct making {
    struct invoices invoices; /* payable ones, oldest due date first, at most PAY_ROWS_MAX */
    bool has_more;            /* there are others behind them */
    struct methods methods;
    int64_t free_cents; /* sum over invoices: what Total Balance pays */

    const char *what; /* total, current, fixed, selected */
    const char *note;
    const char *fixed_text; /* as typed */
    bool checked[PAY_ROWS_MAX];
    const char *amount_text[PAY_ROWS_MAX]; /* as typed; NULL: nothing was */
    const char *row_error[PAY_ROWS_MAX];
    int64_t method_id; /* 0: none chosen, or a new one */
    bool is_new_card, is_new_bank;
    bool is_token_kept; /* what was typed into the card fields is good for another try */

    struct allocation allocations[PAY_ROWS_MAX];
    size_t allocation_count;
    int64_t credit_cents; /* of a Fixed Amount: what no invoice takes */
};

/* Reads what could be paid. */
MUST_CHECK enum result making_read(struct visit *visit, struct making *making);

/* What may be taken from a row: nothing while another payment of it is open. */
int64_t making_row_free(const struct making *making, size_t row);
/* The row of an invoice number, or invoices.count. */
size_t making_row(const struct making *making, const char *number);
/* The most recently issued invoice's row, or invoices.count when it is not known. */
size_t making_current_row(const struct making *making);

/* Turns the choice into allocations; what is wrong becomes form errors and row errors. Any other
 * result than RESULT_OK: the database. */
MUST_CHECK enum result making_choose(struct visit *visit, struct making *making);

/* Shows the other ways to pay and the limits. true: something is due, but no form is to be shown,
 * and the page says why. */
bool making_other_show(struct visit *visit, const struct making *making);

/* Shows the form with what making holds. */
MUST_CHECK enum result making_show(struct visit *visit, const struct making *making, int status);

/* ---- "Pay your bill automatically using this payment method" ---- */

/* What the form sends of it. */
#define PAY_AUTOPAY_FIELDS                                                                         \
    SCHEDULE_CHOICE_FIELDS, {                                                                      \
        .name = "older", .max_length = 1                                                           \
    }

/* It was ticked. */
bool making_enrols(const struct visit *visit);
/* What is wrong with it becomes form errors. */
void making_autopay_check(struct visit *visit);
/* Autopay.* of pay/make.cs, for whoever may. */
void making_autopay_show(struct visit *visit);

/* What confirming a payment also does: nothing where its enrol_schedule is "". */
struct also_enrol {
    struct visit *visit;
    struct enrolling_ask ask;
    struct enrolling plan;
    const char *shown; /* what the review showed */
};

/* plan is filled; asks nothing of a payment without. list: what it covers. */
MUST_CHECK enum result also_read(struct visit *visit, const struct payment *payment,
                                 const struct covered_invoice *list, size_t count,
                                 struct also_enrol *out_also);
/* Autopay.* of pay/review.cs. */
void also_show(struct visit *visit, const struct also_enrol *also);
/* Autopay.* of pay/outcome.cs: to its maker, once it is paid or sent to the bank, that autopay is
 * on; nothing where it is off again. */
MUST_CHECK enum result also_outcome_show(struct visit *visit, const struct payment *payment);
/* charge_asker.also */
enum result also_take(struct db *db, void *context);

#endif
