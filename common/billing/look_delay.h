/*
 * look_delay.h - how long to wait before the gateway is asked again about what is not known. A rule
 * without I/O.
 */
#ifndef REMIT_BILLING_LOOK_DELAY_H
#define REMIT_BILLING_LOOK_DELAY_H

#include <stdint.h>

/* Seconds from the looks-th look (0: from the beginning) to the next, so that they come 1, 5, 15
 * and 60 minutes after the beginning, and then daily: what turns up meanwhile is seen within ten
 * minutes, until a person is told. */
int64_t look_delay_s(int64_t looks);

#endif
