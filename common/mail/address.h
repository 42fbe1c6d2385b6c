/*
 * address.h - the e-mail addresses we write to and from: those that can stand in a header and in an
 * SMTP command exactly as they are.
 *
 * RFC 5321 without what nobody has: no quoted local part, no comment, no address literal, ASCII
 * only (a domain with other letters is written as its xn-- form). So nothing here ever needs
 * escaping, and what could end a line or a command is no address.
 */
#ifndef REMIT_MAIL_ADDRESS_H
#define REMIT_MAIL_ADDRESS_H

#include <stdbool.h>

enum { MAIL_ADDRESS_MAX = 254 };

bool mail_address_is_valid(const char *address);

/* What is behind the '@' of a valid one; borrowed. */
const char *mail_address_domain(const char *address);

#endif
