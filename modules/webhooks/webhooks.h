/* webhooks.h - the handlers of this program. */
#ifndef REMIT_MODULES_WEBHOOKS_WEBHOOKS_H
#define REMIT_MODULES_WEBHOOKS_WEBHOOKS_H

#include "common/program/raw.h"

/* POST /webhooks/nmi */
enum result webhooks_nmi(struct raw_visit *visit);

#endif
