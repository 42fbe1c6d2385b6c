/*
 * shop.h - accounts with people, methods, invoices and payments, for tests of what happens to
 * money.
 *
 * One schema for a test program; every test makes an account of its own in it.
 */
#ifndef REMIT_TESTS_SUPPORT_SHOP_H
#define REMIT_TESTS_SUPPORT_SHOP_H

#include <stddef.h>
#include <stdint.h>

#include "common/billing/payment_state.h"
#include "common/store/charge_store.h"
#include "common/store/payment_store.h"
#include "tests/support/database.h"

#define SHOP_NOW INT64_C(1795305600) /* 2026-11-22 00:00:00 */

enum { SHOP_MANAGER = 1, SHOP_VIEWER = 2 }; /* security levels: both permissions, and none */

struct shop {
    struct database database;
    struct db *db; /* with every statement that stores of a charge have */
};

void shop_open(struct shop *shop);
void shop_close(struct shop *shop);

/* A new account with one Manager and a card of theirs; the three have the same id. */
int64_t shop_account(struct shop *shop);

/* An invoice due on SHOP_NOW's day plus due_days; the account's sums follow. Returns its id. */
int64_t shop_invoice(struct shop *shop, int64_t account_id, int64_t total_cents, int due_days);

/* A payment in review over list. Returns its id. */
int64_t shop_payment(struct shop *shop, int64_t account_id, const struct allocation *list,
                     size_t count);
/* Of one invoice. */
int64_t shop_payment_of(struct shop *shop, int64_t account_id, int64_t invoice_id,
                        int64_t amount_cents);

/* The steps of a claim in one transaction, with a token made of the payment's id. */
enum result shop_claim(struct db *db, int64_t account_id, int64_t payment_id);
void shop_token(int64_t payment_id, unsigned char out[CLAIM_TOKEN_BYTES]);

/* Everything that is stored of an account's money, as text to compare. */
const char *shop_books(struct shop *shop, struct arena *arena, int64_t account_id);

/* Figures of one invoice. */
void shop_check_invoice(struct shop *shop, const char *label, int64_t invoice_id,
                        int64_t paid_cents, int64_t pending_cents);
/* Sums of the account, and that they are the sums of its invoices; every entry sums to zero. */
void shop_check_account(struct shop *shop, const char *label, int64_t account_id, int64_t due_cents,
                        int64_t pending_cents);

#endif
