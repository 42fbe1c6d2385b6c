/* settings_autopay.h - what the provider's days for retries mean. Part of settings.c. */
#ifndef REMIT_PROGRAM_SETTINGS_AUTOPAY_H
#define REMIT_PROGRAM_SETTINGS_AUTOPAY_H

#include "common/program/settings.h"

void settings_autopay_finish(struct settings *settings, settings_wrong wrong, void *context);

#endif
