/* nmi_event.h - NMI's webhooks: see gateway_event.h, through which alone they are used. */
#ifndef REMIT_GATEWAY_NMI_EVENT_H
#define REMIT_GATEWAY_NMI_EVENT_H

#include "common/gateway/gateway_event.h"

/* "t=<nonce>,s=<hex>": s is the HMAC-SHA-256 of nonce, '.' and the body. The nonce is no time: when
 * it was signed nobody knows. */
bool nmi_event_signed(const char *key, const char *header, const void *body, size_t length);

enum result nmi_event_read(struct arena *arena, const void *body, size_t length,
                           struct gateway_event *out_event);

#endif
