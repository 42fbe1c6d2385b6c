/*
 * codes.h - what every pair of response and response_code means, of whatever was asked.
 */
#ifndef REMIT_TEST_CODES_H
#define REMIT_TEST_CODES_H

#include "common/gateway/gateway.h"

/* Section 1.5 of the reference, once more and by hand: the driver's table is not its own proof. */
static const struct code_case {
    const char *response, *code;
    enum gateway_outcome outcome;
    enum gateway_decline decline;
} code_cases[] = {
    {"1", "100", GATEWAY_APPROVED, DECLINE_NONE},
    {"2", "200", GATEWAY_DECLINED, DECLINE_SOFT},
    {"2", "201", GATEWAY_DECLINED, DECLINE_SOFT},
    {"2", "202", GATEWAY_DECLINED, DECLINE_SOFT},
    {"2", "203", GATEWAY_DECLINED, DECLINE_SOFT},
    {"2", "204", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "220", GATEWAY_DECLINED, DECLINE_FIX_DATA},
    {"2", "221", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "222", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "223", GATEWAY_DECLINED, DECLINE_FIX_DATA},
    {"2", "224", GATEWAY_DECLINED, DECLINE_FIX_DATA},
    {"2", "225", GATEWAY_DECLINED, DECLINE_FIX_DATA},
    {"2", "226", GATEWAY_DECLINED, DECLINE_FIX_DATA},
    {"2", "240", GATEWAY_DECLINED, DECLINE_SOFT},
    {"2", "250", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "251", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "252", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "253", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "260", GATEWAY_DECLINED, DECLINE_SOFT},
    {"2", "261", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "262", GATEWAY_DECLINED, DECLINE_HARD},
    {"2", "263", GATEWAY_DECLINED, DECLINE_FIX_DATA},
    {"2", "264", GATEWAY_DECLINED, DECLINE_SOFT},
    {"3", "300", GATEWAY_REFUSED, DECLINE_NONE},
    {"3", "301", GATEWAY_REFUSED, DECLINE_NONE},
    {"3", "400", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "410", GATEWAY_MISCONFIGURED, DECLINE_NONE},
    {"3", "411", GATEWAY_MISCONFIGURED, DECLINE_NONE},
    {"3", "420", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "421", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "430", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "440", GATEWAY_REFUSED, DECLINE_NONE},
    {"3", "441", GATEWAY_REFUSED, DECLINE_NONE},
    {"3", "460", GATEWAY_REFUSED, DECLINE_NONE},
    {"3", "461", GATEWAY_REFUSED, DECLINE_NONE},
    /* The processor's own faults may come as a decline, too. */
    {"2", "400", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"2", "420", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"2", "430", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"2", "461", GATEWAY_REFUSED, DECLINE_NONE},
    /* Newer than the table. */
    {"2", "299", GATEWAY_DECLINED, DECLINE_SOFT},
    {"2", "2", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"2", "999", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "299", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "302", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "499", GATEWAY_UNKNOWN, DECLINE_NONE},
    /* They contradict each other. */
    {"1", "200", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"1", "300", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"1", "410", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"2", "100", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "100", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"0", "100", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"4", "100", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"", "100", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"1", "", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"2", "", GATEWAY_UNKNOWN, DECLINE_NONE},
    {"3", "", GATEWAY_UNKNOWN, DECLINE_NONE},
};

enum { CODE_CASES = sizeof code_cases / sizeof *code_cases };

#endif
