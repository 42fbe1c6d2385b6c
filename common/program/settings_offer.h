/* settings_offer.h - what the provider offers beside cards and bank accounts: checks and wires,
 * fees, help links. What each setting must be, and what one of them says of another. */
#ifndef REMIT_PROGRAM_SETTINGS_OFFER_H
#define REMIT_PROGRAM_SETTINGS_OFFER_H

#include "common/program/settings.h"

/* Calls wrong() for everything that would end up wrong on a page, and fills what is said by
 * default. Names that wrong() gets live in arena. */
void settings_offer_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                           void *context);

bool settings_has_check(const struct settings *settings);
bool settings_has_wire(const struct settings *settings);
/* Something can be paid on Make a Payment itself: by card or from a bank account. */
bool settings_has_online(const struct settings *settings);

#endif
