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

/* ---- nginx ---- */

#define CONFIG_SOCKETS "/run/remit"
#define CONFIG_LOG "/var/log/nginx/remit.log"

/* A socket that nginx passes requests to: a program has one, or two where it also waits for the
 * gateway. name NULL ends the list. */
struct config_pool {
    const char *name, *program;
};

extern const struct config_pool config_pools[];

/* Calls wrong() for what would end up wrong in nginx's files: Nginx.*, Site.Base, colours, folders.
 */
void config_nginx_check(const struct settings *settings, struct arena *arena, settings_wrong wrong,
                        void *context);

/* A whole path that needs quoting nowhere. */
bool config_path_is_plain(const char *path);

#endif
