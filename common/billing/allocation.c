#include "common/billing/allocation.h"

#include <assert.h>

#include "common/money/money.h"

int64_t allocate_all(struct allocation *list, size_t count) {
    for (size_t at = 0; at < count; at++)
        list[at].amount_cents = list[at].free_cents;
    return allocation_sum(list, count);
}

int64_t allocate_amount(struct allocation *list, size_t count, int64_t amount_cents) {
    assert(amount_cents >= 0);
    for (size_t at = 0; at < count; at++) {
        assert(list[at].free_cents >= 0);
        list[at].amount_cents = money_min(list[at].free_cents, amount_cents);
        amount_cents -= list[at].amount_cents;
    }
    return amount_cents;
}

int64_t allocate_back(struct allocation *list, size_t count, int64_t amount_cents) {
    assert(amount_cents >= 0);
    for (size_t at = count; at-- > 0;) {
        assert(list[at].free_cents >= 0);
        list[at].amount_cents = money_min(list[at].free_cents, amount_cents);
        amount_cents -= list[at].amount_cents;
    }
    return amount_cents;
}

size_t allocation_pack(struct allocation *list, size_t count) {
    size_t kept = 0;

    for (size_t at = 0; at < count; at++)
        if (list[at].amount_cents > 0)
            list[kept++] = list[at];
    return kept;
}

int64_t allocation_sum(const struct allocation *list, size_t count) {
    int64_t sum = 0;

    for (size_t at = 0; at < count; at++)
        sum = money_add(sum, list[at].amount_cents);
    return sum;
}
