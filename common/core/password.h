/*
 * password.h - argon2id, by libsodium 1.0.18. Only `login` checks and `remit` sets passwords.
 *
 * Cost is the library's INTERACTIVE level (64 MiB, 2 passes), above OWASP's floor of 19 MiB and 2
 * passes (Password Storage Cheat Sheet, 2025).
 */
#ifndef REMIT_CORE_PASSWORD_H
#define REMIT_CORE_PASSWORD_H

#include <stdbool.h>

#include "common/core/result.h"

enum { PASSWORD_HASH_SIZE = 128, PASSWORD_MIN = 8, PASSWORD_MAX = 256 };

/* RESULT_FAILED: out of memory. */
MUST_CHECK enum result password_hash(const char *password, char out[PASSWORD_HASH_SIZE]);

/* hash NULL: nobody; takes as long as a wrong password does and returns false. */
bool password_matches(const char *hash, const char *password);

#endif
