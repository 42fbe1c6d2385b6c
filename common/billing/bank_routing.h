/*
 * bank_routing.h - routing numbers of banks in the United States (ABA). A rule without I/O.
 */
#ifndef REMIT_BILLING_BANK_ROUTING_H
#define REMIT_BILLING_BANK_ROUTING_H

#include <stdbool.h>

/* A routing number's own check digit: (3(d1+d4+d7) + 7(d2+d5+d8) + (d3+d6+d9)) mod 10 = 0, and the
 * first two digits in a range that is given out (ABA: 00-12, 21-32, 61-72, 80). */
bool bank_routing_is_valid(const char *routing);

#endif
