/*
 * look_delay.h - how long to wait before the gateway is asked again about what is not known. A rule
 * without I/O.
 */
#ifndef REMIT_BILLING_LOOK_DELAY_H
#define REMIT_BILLING_LOOK_DELAY_H

#include <stdint.h>

/* Seconds after the looks-th look (0: the first): 1, 5, 15 minutes, an hour, then daily. */
int64_t look_delay_s(int64_t looks);

#endif
