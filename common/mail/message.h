/*
 * message.h - one mail as bytes (RFC 5322, 2045 to 2047): headers, a text part and an HTML part.
 *
 * Nothing given is ever copied into a header as it is: addresses are those of address.h or there is
 * no mail, names and subjects lose control characters and are encoded. So whatever a customer is
 * called, a mail has the headers named here and no others. Every line is at most 78 bytes of ASCII
 * (one that has a long address: 300) and ends in CR LF; no line begins with a point.
 *
 * Knows no kind of mail, no clock and no server. The Message-ID comes from origin and key alone: a
 * mail that is sent again is known by it.
 */
#ifndef REMIT_MAIL_MESSAGE_H
#define REMIT_MAIL_MESSAGE_H

#include <stdint.h>

#include "common/core/buffer.h"
#include "common/core/result.h"

/* UTF-8. What is not valid in it becomes '?'. */
struct mailbox {
    const char *name; /* "" : none; at most 200 characters of it are used */
    const char *address;
};

struct message {
    struct mailbox from, to;
    const char *subject; /* at most 200 characters of it are used */
    const char *origin;  /* of the installation ("https://shop.example"): keys are unique in it */
    const char *key;     /* of this mail to this recipient */
    int64_t at;
    const char *text, *html; /* lines end in LF or CR LF; control characters are dropped */
};

enum { MESSAGE_MAX = 1024 * 1024, MESSAGE_NAME_MAX = 200 };

/* out: begun with a limit of MESSAGE_MAX. RESULT_INVALID: an address is none, or it is too long. */
MUST_CHECK enum result message_build(const struct message *message, struct buffer *out);

/* 32 hexadecimal digits, the same for the same key of the same origin; out holds 33. */
enum { MESSAGE_HASH_SIZE = 33 };
void message_hash(const char *origin, const char *key, char out[MESSAGE_HASH_SIZE]);

#endif
