/*
 * gateway_url.h - what an address of a gateway must be. Apart from gateway.h, since settings are
 * read by programs that talk to none and load no libcurl.
 */
#ifndef REMIT_GATEWAY_GATEWAY_URL_H
#define REMIT_GATEWAY_GATEWAY_URL_H

#include <stdbool.h>

/* https, or http to this machine, with a host, and nothing in it that could end it. */
bool gateway_url_is_valid(const char *url);

#endif
