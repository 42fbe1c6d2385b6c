#include "common/mail/message.h"

#include <stdio.h>
#include <string.h>

#include "common/core/date.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/mail/address.h"
#include "common/mail/encode.h"

enum { LINE_MAX_BYTES = 78, SUBJECT_MAX = 200, DAY_S = 86400 };

void message_hash(const char *origin, const char *key, char out[MESSAGE_HASH_SIZE]) {
    unsigned char hash[SECRET_HASH_BYTES];
    struct arena *arena = arena_new(64 * 1024);
    struct buffer both;

    buffer_init(&both, arena, 16 * 1024);
    buffer_text(&both, origin);
    buffer_add(&both, "", 1); /* its NUL, between the two */
    buffer_text(&both, key);
    secret_hash(both.bytes, both.length, hash);
    text_to_hex(hash, (MESSAGE_HASH_SIZE - 1) / 2, out);
    arena_free(arena);
}

static void mailbox_add(struct buffer *out, const char *header, const struct mailbox *mailbox) {
    const char *name = encode_clean_line(out->arena, mailbox->name, MESSAGE_NAME_MAX);
    size_t column = strlen(header) + 2;

    buffer_format(out, "%s: ", header);
    if (*name) {
        column = encode_header(out, column, name, true);
        bool fits = column + strlen(mailbox->address) + 3 <= LINE_MAX_BYTES;
        buffer_text(out, fits ? " " : "\r\n ");
    }
    buffer_format(out, "<%s>\r\n", mailbox->address);
}

/* "Sun, 22 Nov 2026 15:04:05 +0000" */
static void date_add(struct buffer *out, int64_t at) {
    static const char days[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t day = (int32_t)(at / DAY_S);
    int second = (int)(at % DAY_S);
    struct date date = date_from_days(day);

    buffer_format(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[day % 7], date.day,
                  months[date.month - 1], date.year, second / 3600, second / 60 % 60, second % 60);
}

static void headers_add(struct buffer *out, const struct message *message, const char *hash) {
    const char *subject = encode_clean_line(out->arena, message->subject, SUBJECT_MAX);

    mailbox_add(out, "From", &message->from);
    mailbox_add(out, "To", &message->to);
    buffer_text(out, "Subject: ");
    (void)encode_header(out, strlen("Subject: "), subject, false);
    buffer_text(out, "\r\n");
    date_add(out, message->at);
    buffer_format(out, "Message-ID: <%s.remit@%s>\r\n", hash,
                  mail_address_domain(message->from.address));
    buffer_format(out,
                  "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n",
                  hash);
}

/* In quoted-printable '=' is followed by digits or a line's end, so no part has the boundary in it.
 */
static void part_add(struct buffer *out, const char *hash, const char *type, const char *body) {
    buffer_format(out,
                  "--=_%s\r\nContent-Type: %s; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                  hash, type);
    encode_body(out, body);
}

enum result message_build(const struct message *message, struct buffer *out) {
    char hash[MESSAGE_HASH_SIZE];

    if (!mail_address_is_valid(message->from.address) ||
        !mail_address_is_valid(message->to.address))
        return RESULT_INVALID;
    message_hash(message->origin, message->key, hash);
    headers_add(out, message, hash);
    part_add(out, hash, "text/plain", message->text);
    part_add(out, hash, "text/html", message->html);
    buffer_format(out, "--=_%s--\r\n", hash);
    return buffer_is_full(out) ? RESULT_INVALID : RESULT_OK;
}
