/* config.h - what `remit config check` says of the settings as a whole: what nobody's own start
 * would stop for, and what customers are offered. */
#ifndef REMIT_REMIT_CONFIG_H
#define REMIT_REMIT_CONFIG_H

#include <jansson.h>

#include "common/program/command.h"

/* Calls wrong() for what is missing or contradicts itself across settings. */
void config_offer_check(const struct settings *settings, struct arena *arena, settings_wrong wrong,
                        void *context);

/* "cards (Amex, Visa), check by mail; fees: return 25.00" */
const char *config_offer_text(struct command *command, const struct settings *settings);
json_t *config_offer_json(struct command *command, const struct settings *settings);

#endif
