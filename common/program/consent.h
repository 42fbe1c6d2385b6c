/*
 * consent.h - what a customer agreed to, kept with when, from where and in which words, and a copy
 * of it to the customer.
 */
#ifndef REMIT_PROGRAM_CONSENT_H
#define REMIT_PROGRAM_CONSENT_H

#include "common/store/method_save_store.h"

/* Inside a transaction. mail_key: the copy is sent once under it; NULL: none is sent. */
MUST_CHECK enum result consent_keep(struct db *db, const struct consent *consent,
                                    const char *mail_key);

#endif
