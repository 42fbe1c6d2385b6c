/*
 * driver.h - what drivers share and nobody else needs: the open gateway and clean words.
 */
#ifndef REMIT_GATEWAY_DRIVER_H
#define REMIT_GATEWAY_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/gateway/gateway.h"
#include "common/gateway/http_client.h"

struct gateway {
    const struct gateway_driver *driver;
    const struct gateway_options *options;
    struct http_client *http;
};

extern const struct gateway_driver gateway_nmi;

/* The one line about a sale that has ended. */
void gateway_sale_log(const struct gateway_sale_ask *ask, const struct http_call *call,
                      const struct gateway_answer *answer);

/* Foreign bytes as one clean line of UTF-8 in out (size bytes, NUL included): control characters
 * become spaces, broken bytes '?', every digit of a run of 8 or more '*'; cut between characters.
 * Account numbers must not reach a page or a log by way of an error text. */
void gateway_words(const char *bytes, size_t length, char *out, size_t size);

/* text as an id, a code: false (and out "") when it does not fit or holds more than letters,
 * digits, '-', '.', '_' and '~'. */
bool gateway_token(const char *text, char *out, size_t size);

#endif
