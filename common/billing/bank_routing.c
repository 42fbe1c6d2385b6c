#include "common/billing/bank_routing.h"

#include <string.h>

#include "common/core/text.h"

enum { ROUTING_DIGITS = 9 };

bool bank_routing_is_valid(const char *routing) {
    static const int weights[ROUTING_DIGITS] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
    int sum = 0;

    if (strlen(routing) != ROUTING_DIGITS || !text_is_digits(routing, ROUTING_DIGITS))
        return false;
    int first = (routing[0] - '0') * 10 + routing[1] - '0';
    bool is_given_out = first <= 12 || (first >= 21 && first <= 32) ||
                        (first >= 61 && first <= 72) || first == 80;
    for (int at = 0; at < ROUTING_DIGITS; at++)
        sum += weights[at] * (routing[at] - '0');
    return sum % 10 == 0 && sum > 0 && is_given_out;
}
