/* settings_words.h - the languages of pages and mails: Site.Languages and their files. Part of
 * settings.c. */
#ifndef REMIT_PROGRAM_SETTINGS_WORDS_H
#define REMIT_PROGRAM_SETTINGS_WORDS_H

#include "common/program/settings.h"

/* Reads words/<code>.po of each template folder, the provider's own first. The command line and the
 * drafter, who show nobody anything, speak English. */
void settings_words_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                           void *context);

#endif
