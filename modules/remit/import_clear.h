/*
 * import_clear.h - rows of files that are over: they count for nothing, and go by the hundred.
 */
#ifndef REMIT_REMIT_IMPORT_CLEAR_H
#define REMIT_REMIT_IMPORT_CLEAR_H

#include "common/program/command.h"

/* One that is done or dropped: its rows, and the import itself where nothing of it was applied. */
enum result import_clear(struct command *command, int64_t import_id);

/* All of them, and those that are still staging although nobody has touched them for an hour. */
enum result import_clear_over(struct command *command);

#endif
