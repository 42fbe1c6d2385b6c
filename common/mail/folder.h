/*
 * folder.h - a mail as a file in a folder, instead of being sent: for the demo, and for trying out.
 */
#ifndef REMIT_MAIL_FOLDER_H
#define REMIT_MAIL_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "common/core/result.h"

/*
 * Writes folder/<at as 20261122T150405Z>-<hash>.eml, which is there whole or not at all. folder: a
 * whole path. hash: of message_hash(). out_words: why it could not be written, for logs, at least
 * 200 bytes. RESULT_OK or RESULT_UNAVAILABLE.
 */
MUST_CHECK enum result folder_write(const char *folder, int64_t at, const char *hash,
                                    const char *bytes, size_t length, char *out_words, size_t size);

#endif
