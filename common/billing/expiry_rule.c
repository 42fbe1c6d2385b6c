#include "common/billing/expiry_rule.h"

bool expiry_is_past(struct date expires_on, struct date today) {
    return expires_on.year && date_compare(expires_on, today) < 0;
}

bool expiry_is_soon(struct date expires_on, struct date today) {
    int months = (expires_on.year - today.year) * 12 + expires_on.month - today.month;

    return expires_on.year && !expiry_is_past(expires_on, today) && months <= 1;
}
