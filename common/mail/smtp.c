#include "common/mail/smtp.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/mail/address.h"

enum { URL_SIZE = 600, VERB_SIZE = 10, LINE_SIZE = 160, FAREWELL_S = 1, MS_OF_S = 1000 };

struct smtp {
    CURL *easy;
    char url[URL_SIZE];
    long reply_timeout_s;
    /* Of the mail that is being sent. */
    const char *bytes;
    size_t length, given; /* given: handed to libcurl */
    char verb[VERB_SIZE]; /* the last command */
    int reply;            /* code of the answer to it; 0: none came yet */
    bool was_greeted;     /* the server said something at all */
    bool is_leaving;      /* QUIT was said: nothing of it matters */
    char line[LINE_SIZE]; /* the words of the last answer */
};

/* libcurl without memory or without an option we rely on: no program rather than one that sends
 * without its safeguards. */
static void must(CURLcode code) {
    if (code == CURLE_OK)
        return;
    LOG(LOG_LEVEL_ERROR, "smtp.setup", LOG_TEXT("error", curl_easy_strerror(code)));
    abort();
}

static void start_once(void) {
    must(curl_global_init(CURL_GLOBAL_DEFAULT));
}

const char *smtp_end_name(enum smtp_end end) {
    static const char *const names[SMTP_END_COUNT] = {
        [SMTP_ACCEPTED] = "accepted",
        [SMTP_REFUSED] = "refused",
        [SMTP_LATER] = "later",
        [SMTP_UNCERTAIN] = "uncertain",
        [SMTP_NOT_CONNECTED] = "not_connected",
    };

    assert(end < SMTP_END_COUNT && names[end]);
    return names[end];
}

/* ---- what libcurl tells on the way ---- */

static size_t give_bytes(char *out, size_t size, size_t count, void *context) {
    struct smtp *smtp = context;
    size_t length = size * count;

    if (length > smtp->length - smtp->given)
        length = smtp->length - smtp->given;
    memcpy(out, smtp->bytes + smtp->given, length);
    smtp->given += length;
    smtp->reply = 0; /* the answer to DATA is not the one to the mail */
    return length;
}

static bool begins(const char *bytes, size_t length, const char *with) {
    return length >= strlen(with) && memcmp(bytes, with, strlen(with)) == 0;
}

/* The verb of a command. What is said while signing in is base64, which has neither blank nor
 * colon, and comes neither behind RCPT nor behind EHLO. */
static void verb_take(struct smtp *smtp, const char *bytes, size_t length) {
    static const char *const verbs[] = {"EHLO ", "HELO ", "AUTH ", "MAIL FROM:", "RCPT TO:"};
    const char *verb = NULL;

    for (size_t at = 0; at < sizeof verbs / sizeof *verbs; at++)
        if (begins(bytes, length, verbs[at]))
            verb = verbs[at];
    if (text_equal(smtp->verb, "RCPT") && begins(bytes, length, "DATA"))
        verb = "DATA";
    if (text_equal(smtp->verb, "EHLO") && begins(bytes, length, "STARTTLS"))
        verb = "STARTTLS";
    if (verb)
        snprintf(smtp->verb, sizeof smtp->verb, "%.*s", (int)strcspn(verb, " :"), verb);
}

/* Each command as it leaves. libcurl waits for the answer to QUIT outside of every time-out but the
 * one set here, and a server need not give it. */
static int take_command(CURL *easy, curl_infotype type, char *bytes, size_t length, void *context) {
    struct smtp *smtp = context;

    if (type != CURLINFO_HEADER_OUT)
        return 0;
    if (begins(bytes, length, "QUIT\r\n")) {
        smtp->is_leaving = true;
        must(curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)FAREWELL_S));
        return 0;
    }
    verb_take(smtp, bytes, length);
    smtp->reply = 0;
    return 0;
}

/* Each line of an answer; "250-" is followed by another one, "250 " is the last. */
static size_t take_line(char *bytes, size_t size, size_t count, void *context) {
    struct smtp *smtp = context;
    size_t length = size * count, used = 0;

    if (smtp->is_leaving)
        return length;
    smtp->was_greeted = true;
    for (; used < length && used < LINE_SIZE - 1 && bytes[used] != '\r' && bytes[used] != '\n';
         used++)
        memcpy(smtp->line + used, bytes[used] >= 0x20 && bytes[used] < 0x7f ? bytes + used : "?",
               1);
    smtp->line[used] = '\0';
    if (used >= 3 && text_is_digit(bytes[0]) && text_is_digit(bytes[1]) &&
        text_is_digit(bytes[2]) && (used == 3 || bytes[3] == ' '))
        smtp->reply = (bytes[0] - '0') * 100 + (bytes[1] - '0') * 10 + (bytes[2] - '0');
    return length;
}

/* ---- setting up ---- */

static void set_server(struct smtp *smtp, const struct smtp_options *options) {
    CURL *easy = smtp->easy;
    long tls = options->tls == SMTP_TLS_REQUIRED        ? CURLUSESSL_ALL
               : options->tls == SMTP_TLS_OPPORTUNISTIC ? CURLUSESSL_TRY
                                                        : CURLUSESSL_NONE;

    int written = snprintf(smtp->url, sizeof smtp->url, "%s/%s", options->url, options->hello);
    assert(written < (int)sizeof smtp->url);
    must(curl_easy_setopt(easy, CURLOPT_URL, smtp->url));
    must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps"));
    must(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
    must(curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED));
    must(curl_easy_setopt(easy, CURLOPT_USE_SSL, tls));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L));
    must(curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
    if (*options->ca_file) {
        must(curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file));
        must(curl_easy_setopt(easy, CURLOPT_CAPATH, NULL));
    }
    if (*options->user) {
        must(curl_easy_setopt(easy, CURLOPT_USERNAME, options->user));
        must(curl_easy_setopt(easy, CURLOPT_PASSWORD, options->password));
    }
}

/* One mail for each connection: a reused one that the server closed meanwhile would look like a
 * refusal of the next mail. */
static void set_exchange(struct smtp *smtp, unsigned timeout_ms) {
    CURL *easy = smtp->easy;

    smtp->reply_timeout_s = (long)(timeout_ms / MS_OF_S) + 1;
    must(curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L));
    must(curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L));
    must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms));
    must(curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms));
    must(curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L));
    must(curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_bytes));
    must(curl_easy_setopt(easy, CURLOPT_READDATA, smtp));
    must(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line));
    must(curl_easy_setopt(easy, CURLOPT_HEADERDATA, smtp));
    /* Verbose only means that take_command() is called; nothing is written. */
    must(curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, take_command));
    must(curl_easy_setopt(easy, CURLOPT_DEBUGDATA, smtp));
    must(curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L));
}

struct smtp *smtp_new(const struct smtp_options *options) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct smtp *smtp = calloc(1, sizeof *smtp);

    assert(options->timeout_ms > 0);
    pthread_once(&once, start_once);
    if (!smtp)
        abort();
    smtp->easy = curl_easy_init();
    if (!smtp->easy)
        abort();
    set_server(smtp, options);
    set_exchange(smtp, options->timeout_ms);
    return smtp;
}

void smtp_free(struct smtp *smtp) {
    if (!smtp)
        return;
    curl_easy_cleanup(smtp->easy);
    free(smtp);
}

/* ---- sending ---- */

static bool is_about_mail(const struct smtp *smtp) {
    return text_equal(smtp->verb, "RCPT") || text_equal(smtp->verb, "DATA");
}

/* 530 and its neighbours ask us to sign in, or to do so otherwise: nothing is wrong with the mail.
 */
static bool is_about_us(int reply) {
    return reply == 530 || reply == 534 || reply == 535 || reply == 538;
}

/* A refusal counts only where it speaks of this recipient or of this mail. Everything else may be
 * well once somebody has set up the server, or us, as it should be: mail is not thrown away for
 * that. */
static enum smtp_end end_of(const struct smtp *smtp, CURLcode code) {
    bool is_sent = smtp->length && smtp->given == smtp->length;

    if (code == CURLE_OK)
        return SMTP_ACCEPTED;
    if (!smtp->was_greeted)
        return SMTP_NOT_CONNECTED;
    if (is_sent && smtp->reply < 400)
        return SMTP_UNCERTAIN;
    if (is_about_mail(smtp) && smtp->reply / 100 == 5 && !is_about_us(smtp->reply))
        return SMTP_REFUSED;
    return SMTP_LATER;
}

/* A server might say a password back, so its words for AUTH are not told. */
static void answer_write(const struct smtp *smtp, CURLcode code, struct smtp_answer *answer) {
    const char *step = smtp->given ? "body" : *smtp->verb ? smtp->verb : "connect";

    answer->end = end_of(smtp, code);
    answer->reply = code == CURLE_OK || smtp->reply >= 400 ? smtp->reply : 0;
    snprintf(answer->step, sizeof answer->step, "%s", step);
    if (!answer->reply)
        snprintf(answer->words, sizeof answer->words, "%s: %s", step, curl_easy_strerror(code));
    else if (text_equal(step, "AUTH"))
        snprintf(answer->words, sizeof answer->words, "%s: %d", step, answer->reply);
    else
        snprintf(answer->words, sizeof answer->words, "%s: %s", step, smtp->line);
}

void smtp_send(struct smtp *smtp, const char *from, const char *to, const char *bytes,
               size_t length, struct smtp_answer *out_answer) {
    char sender[MAIL_ADDRESS_MAX + 3];
    curl_off_t elapsed_us = 0;

    assert(mail_address_is_valid(from) && mail_address_is_valid(to));
    smtp->bytes = bytes;
    smtp->length = length;
    smtp->given = 0;
    smtp->reply = 0;
    smtp->was_greeted = smtp->is_leaving = false;
    smtp->verb[0] = smtp->line[0] = '\0';

    snprintf(sender, sizeof sender, "<%s>", from);
    struct curl_slist *recipients = curl_slist_append(NULL, to);
    if (!recipients)
        must(CURLE_OUT_OF_MEMORY);
    must(curl_easy_setopt(smtp->easy, CURLOPT_MAIL_FROM, sender));
    must(curl_easy_setopt(smtp->easy, CURLOPT_MAIL_RCPT, recipients));
    must(curl_easy_setopt(smtp->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)length));
    must(curl_easy_setopt(smtp->easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, smtp->reply_timeout_s));
    CURLcode code = curl_easy_perform(smtp->easy);

    must(curl_easy_setopt(smtp->easy, CURLOPT_MAIL_RCPT, NULL));
    curl_slist_free_all(recipients);
    must(curl_easy_getinfo(smtp->easy, CURLINFO_TOTAL_TIME_T, &elapsed_us));
    out_answer->elapsed_ms = (long)(elapsed_us / 1000);
    answer_write(smtp, code, out_answer);
    smtp->bytes = NULL;
}
