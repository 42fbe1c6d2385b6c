/* settings_login.h - who says who a visitor is: Login.*. Part of settings.c. */
#ifndef REMIT_PROGRAM_SETTINGS_LOGIN_H
#define REMIT_PROGRAM_SETTINGS_LOGIN_H

#include "common/program/settings.h"

void settings_login_finish(struct settings *settings, settings_wrong wrong, void *context);

#endif
