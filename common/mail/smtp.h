/*
 * smtp.h - one mail to one server, and what it answered, through libcurl (7.88). The only user of
 * libcurl's SMTP.
 *
 * Never tries again, verifies certificates, opens a connection for every mail and keeps neither a
 * body nor a password. It waits while it sends: libcurl 7.88 does so after the end of a mail even
 * where it is told not to, so whoever wants several at once runs several processes. Knows no outbox
 * and no clock.
 */
#ifndef REMIT_MAIL_SMTP_H
#define REMIT_MAIL_SMTP_H

#include <stddef.h>

enum smtp_tls {
    SMTP_TLS_REQUIRED,      /* no mail without it */
    SMTP_TLS_OPPORTUNISTIC, /* where the server offers it */
    SMTP_TLS_NONE           /* inside this machine */
};

struct smtp_options {
    const char *url; /* smtp://host:port or smtps://host:port (TLS from the first byte) */
    enum smtp_tls tls;
    const char *hello;           /* the name we say we are: a domain */
    const char *user, *password; /* user "": without signing in */
    const char *ca_file;         /* the only certificates to trust; "": the system's */
    unsigned timeout_ms; /* above 0, for a whole mail; a farewell takes a second more at most */
};

enum smtp_end {
    SMTP_ACCEPTED,      /* the server took it over (250) */
    SMTP_REFUSED,       /* for good, this recipient or this mail (5xx) */
    SMTP_LATER,         /* not now (4xx), or not as we are set up; certainly not taken over */
    SMTP_UNCERTAIN,     /* all of it was sent and no answer came: it may have been taken over */
    SMTP_NOT_CONNECTED, /* nobody answered at all */
    SMTP_END_COUNT
};

/* A word for logs; never NULL. */
const char *smtp_end_name(enum smtp_end end);

struct smtp_answer {
    enum smtp_end end;
    char step[10];   /* the last command ("RCPT"), "connect" before any, "body" behind DATA */
    int reply;       /* the code of its answer; 0: there was none */
    char words[200]; /* step and answer, or what went wrong: printable ASCII. The server's words may
                      * name the recipient: not for logs where reply is not 0 */
    long elapsed_ms;
};

struct smtp;

/* The texts of options are borrowed for the life of the result. Never NULL: without libcurl the
 * process ends. */
struct smtp *smtp_new(const struct smtp_options *options);
/* Accepts NULL. */
void smtp_free(struct smtp *smtp);

/* from, to: valid addresses (address.h). bytes: of message_build(). */
void smtp_send(struct smtp *smtp, const char *from, const char *to, const char *bytes,
               size_t length, struct smtp_answer *out_answer);

#endif
