/* settings_documents.h - what stands on paper: the provider's logo and address. Reads the logo's
 * file as far as it takes to know that it is whole; Pango and Cairo are not needed for that. */
#ifndef REMIT_PROGRAM_SETTINGS_DOCUMENTS_H
#define REMIT_PROGRAM_SETTINGS_DOCUMENTS_H

#include "common/program/settings.h"

enum { LOGO_BYTES_MAX = 512 * 1024 };

/* Calls wrong() for everything that could not be printed. For `documents` alone: nobody else stops
 * for it. Names that wrong() gets live in arena. */
void settings_documents_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                               void *context);

#endif
