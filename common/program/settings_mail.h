/* settings_mail.h - what the settings of mail must be, and what one of them says of another. */
#ifndef REMIT_PROGRAM_SETTINGS_MAIL_H
#define REMIT_PROGRAM_SETTINGS_MAIL_H

#include "common/program/settings.h"

/* What the days of reminders mean; for every program. */
void settings_remind_finish(struct settings *settings, settings_wrong wrong, void *context);

/* Fills what mail wants in its own types, and calls wrong() for everything it cannot be sent with.
 * For `mailer` alone: nobody else stops for it. The secrets are read. Addresses live in arena. */
void settings_mail_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                          void *context);

#endif
