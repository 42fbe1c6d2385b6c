/*
 * cover_rule.h - which enrolment pays an invoice. Rules without I/O.
 */
#ifndef REMIT_BILLING_COVER_RULE_H
#define REMIT_BILLING_COVER_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/core/date.h"

/* One cover of an active enrolment of the invoice's account. */
struct enrolment_cover {
    int64_t enrolment_id;
    const char *cover_key;   /* "all", "type:<billing type>", "invoice:<id>" */
    struct date issued_from; /* of its enrolment; year 0: no limit */
};

struct cover_invoice {
    int64_t id;
    const char *billing_type;
    struct date issued_on;
};

/* Whether a cover, taken alone, reaches an invoice: the invoice itself whatever its day, its type
 * or everything from issued_from on. */
bool enrolment_covers(const struct enrolment_cover *cover, const struct cover_invoice *invoice);

/* Of the covers (any order) that reach it the narrowest: the invoice's own, else its type's, else
 * "all". Borrowed from covers; NULL: no enrolment pays it. */
const struct enrolment_cover *enrolment_cover_choose(const struct enrolment_cover *covers,
                                                     size_t count,
                                                     const struct cover_invoice *invoice);

#endif
