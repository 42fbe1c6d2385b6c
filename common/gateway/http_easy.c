#include "common/gateway/http_easy.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"

enum { HEADERS_MAX = 64 * 1024, CERTIFICATES_S = 3600 };

/* libcurl without memory, or without an option we rely on: better no program than one that
 * charges with half of its safeguards. Nothing of this request was sent yet. */
void http_must(CURLcode code) {
    if (code == CURLE_OK)
        return;
    LOG(LOG_LEVEL_ERROR, "http.setup", LOG_TEXT("error", curl_easy_strerror(code)));
    abort();
}

static void start_once(void) {
    http_must(curl_global_init(CURL_GLOBAL_DEFAULT));
}

void http_easy_open(struct http_easy *http) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, start_once);
    *http = (struct http_easy){.easy = curl_easy_init(),
                               .headers = curl_slist_append(NULL, "Expect:")};
    if (!http->easy || !http->headers)
        http_must(CURLE_OUT_OF_MEMORY);
}

void http_easy_close(struct http_easy *http) {
    curl_easy_cleanup(http->easy);
    curl_slist_free_all(http->headers);
}

/* ---- callbacks ---- */

/* Anything but length ends the transfer: CURLE_WRITE_ERROR. */
static size_t take_answer(char *bytes, size_t size, size_t count, void *context) {
    struct buffer *answer = context;

    buffer_add(answer, bytes, size * count);
    return buffer_is_full(answer) ? 0 : size * count;
}

/* Header by header, the line end included; each answer, an interim one too, begins with its status.
 * libcurl 7.88 calls a transfer good when the connection ends between two headers: then a cut
 * answer would be an empty one. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context) {
    struct http_easy *http = context;
    size_t length = size * count;

    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        http->has_headers = false;
    else if (length <= 2 && (!length || bytes[length - 1] == '\n'))
        http->has_headers = true;
    http->header_bytes += length;
    return http->header_bytes > HEADERS_MAX ? 0 : length;
}

/* Connected, TLS included, and the next thing is the first byte of the request. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type. */
static int before_request(void *context, char *their_ip, char *our_ip, int their_port,
                          int our_port) {
    struct http_easy *http = context;

    (void)their_ip;
    (void)our_ip;
    (void)their_port;
    (void)our_port;
    http->is_late = clock_monotonic_ms() >= http->not_after_ms;
    return http->is_late ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* ---- options ---- */

/* What a server or the environment could otherwise use to lead the request elsewhere. The cookie
 * engine is off unless asked for. */
static void refuse_detours(CURL *easy) {
    http_must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"));
    http_must(curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L));
    http_must(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
    http_must(curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED));
    http_must(curl_easy_setopt(easy, CURLOPT_VERBOSE, 0L));
}

/*
 * One request per connection, one connection per request. libcurl 7.88 sends a request again by
 * itself (Curl_retry_request) in two cases, and neither asks whether the method may be repeated:
 * a *reused* connection that ends before the first byte of an answer, and an HTTP/2 stream that
 * is refused. A server that booked the charge and then died looks exactly like the first. So no
 * connection is ever reused (FRESH_CONNECT: not for this request; FORBID_REUSE: not after it),
 * and HTTP/2 is not spoken. "Expect" is off because a 417 answer makes libcurl send again, too.
 */
static void refuse_repeats(struct http_easy *http) {
    http_must(curl_easy_setopt(http->easy, CURLOPT_FRESH_CONNECT, 1L));
    http_must(curl_easy_setopt(http->easy, CURLOPT_FORBID_REUSE, 1L));
    http_must(curl_easy_setopt(http->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
    http_must(curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, http->headers));
}

/*
 * One file of certificates, the system's unless we are told another. libcurl keeps what it has read
 * for the next connections only when there is no folder beside the file: reading the system's takes
 * longer than all the rest of a sale (40 ms of CPU). And beside ca_file the folder would stay
 * trusted.
 */
static void set_certificates(CURL *easy, const char *ca_file) {
    const char *system_file = NULL; /* libcurl's default; some builds have but the folder */

    http_must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L));
    http_must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L));
    http_must(curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
    http_must(curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, (long)CERTIFICATES_S));
    if (*ca_file)
        http_must(curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file));
    http_must(curl_easy_getinfo(easy, CURLINFO_CAINFO, &system_file));
    if (*ca_file || system_file)
        http_must(curl_easy_setopt(easy, CURLOPT_CAPATH, NULL));
}

/* QUICK_EXIT: a name that does not resolve in time is left to its thread. libcurl would wait for
 * that thread, and everything else in flight with it. */
static void set_times(CURL *easy, const struct http_limits *limits) {
    http_must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    http_must(curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L));
    http_must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)limits->connect_timeout_ms));
    http_must(curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)limits->timeout_ms));
}

static void set_callbacks(struct http_easy *http, struct http_call *call) {
    http_must(curl_easy_setopt(http->easy, CURLOPT_ERRORBUFFER, http->words));
    http_must(curl_easy_setopt(http->easy, CURLOPT_WRITEFUNCTION, take_answer));
    http_must(curl_easy_setopt(http->easy, CURLOPT_WRITEDATA, &call->answer));
    http_must(curl_easy_setopt(http->easy, CURLOPT_HEADERFUNCTION, take_header));
    http_must(curl_easy_setopt(http->easy, CURLOPT_HEADERDATA, http));
    http_must(curl_easy_setopt(http->easy, CURLOPT_PREREQFUNCTION, before_request));
    http_must(curl_easy_setopt(http->easy, CURLOPT_PREREQDATA, http));
}

/* ---- an exchange ---- */

static void call_wipe(struct http_call *call) {
    secret_wipe(call->body.bytes, call->body.capacity);
    call->body.length = 0;
}

bool http_easy_begin(struct http_easy *http, const struct http_limits *limits, struct arena *arena,
                     struct http_call *call, int64_t not_after_ms) {
    /* Half a request could be a valid one with other meaning. */
    const char *fault = buffer_is_full(&call->body)            ? "the request is too long"
                        : clock_monotonic_ms() >= not_after_ms ? "too late to send"
                                                               : "";
    CURL *easy = http->easy;

    call->end = HTTP_NOT_SENT;
    call->status = 0;
    call->elapsed_ms = 0;
    snprintf(call->failure, sizeof call->failure, "%s", fault);
    buffer_init(&call->answer, arena,
                call->answer_limit_bytes ? call->answer_limit_bytes : HTTP_ANSWER_MAX);
    if (*fault) {
        call_wipe(call);
        return false;
    }
    http->not_after_ms = not_after_ms;
    http->words[0] = '\0';
    http->header_bytes = 0;
    http->has_headers = false;
    http->is_late = false;
    refuse_detours(easy);
    refuse_repeats(http);
    set_certificates(easy, limits->ca_file);
    set_times(easy, limits);
    set_callbacks(http, call);
    http_must(curl_easy_setopt(easy, CURLOPT_USERAGENT, "remit"));
    http_must(curl_easy_setopt(easy, CURLOPT_URL, call->url));
    http_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.length));
    http_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body.bytes));
    return true;
}

/*
 * Both figures are needed. REQUEST_SIZE counts the bytes handed to the connection, but not those
 * that TLS took into a record and could not write whole. PRETRANSFER is no proof by itself: 7.88
 * sets it only after its first attempt to send (before_perform), so it may be 0 with the request
 * on its way. The list of errors comes on top: one that is not known to come before the request
 * leaves the question open, whatever the figures say.
 */
static bool certainly_not_sent(const struct http_easy *http, CURLcode code) {
    curl_off_t pretransfer = -1;
    long request_bytes = -1;

    http_must(curl_easy_getinfo(http->easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer));
    http_must(curl_easy_getinfo(http->easy, CURLINFO_REQUEST_SIZE, &request_bytes));
    if (pretransfer != 0 || request_bytes != 0)
        return false;
    switch ((int)code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return true;
    case CURLE_ABORTED_BY_CALLBACK:
        return http->is_late;
    default:
        return false;
    }
}

static const char *failure_words(const struct http_easy *http, CURLcode code) {
    if (http->is_late)
        return "too late to send";
    if (*http->words)
        return http->words;
    return code == CURLE_OK ? "the answer was cut" : curl_easy_strerror(code);
}

void http_easy_end(struct http_easy *http, struct http_call *call, CURLcode code) {
    curl_off_t elapsed_us = 0;

    http_must(curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &call->status));
    http_must(curl_easy_getinfo(http->easy, CURLINFO_TOTAL_TIME_T, &elapsed_us));
    call->elapsed_ms = (long)(elapsed_us / 1000);
    if (code == CURLE_OK && http->has_headers && call->status >= 200) {
        call->end = HTTP_ANSWERED;
    } else {
        call->end = certainly_not_sent(http, code) ? HTTP_NOT_SENT : HTTP_LOST;
        snprintf(call->failure, sizeof call->failure, "%.*s", (int)sizeof call->failure - 1,
                 failure_words(http, code));
    }
    /* It points into what may be gone when we return. */
    curl_easy_reset(http->easy);
    call_wipe(call);
}
