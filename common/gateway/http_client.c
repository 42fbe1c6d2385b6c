#include "common/gateway/http_client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "common/core/log.h"
#include "common/core/secret.h"

enum { HEADERS_MAX = 64 * 1024 };

struct http_client {
    CURL *easy;
    struct curl_slist *headers;
    /* Of the answer that is coming in. */
    size_t header_bytes;
    bool has_headers; /* all of them: the empty line was seen */
};

/* libcurl without memory, or without an option we rely on: better no program than one that
 * charges with half of its safeguards. Nothing was sent yet. */
static void must(CURLcode code) {
    if (code == CURLE_OK)
        return;
    LOG(LOG_LEVEL_ERROR, "http.setup", LOG_TEXT("error", curl_easy_strerror(code)));
    abort();
}

static void start_once(void) {
    must(curl_global_init(CURL_GLOBAL_DEFAULT));
}

/* What a server or the environment could otherwise use to lead the request elsewhere. The cookie
 * engine is off unless asked for. */
static void refuse_detours(CURL *easy) {
    must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"));
    must(curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L));
    must(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
    must(curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED));
    must(curl_easy_setopt(easy, CURLOPT_VERBOSE, 0L));
}

/*
 * One request per connection, one connection per request. libcurl 7.88 sends a request again by
 * itself (Curl_retry_request) in two cases, and neither asks whether the method may be repeated:
 * a *reused* connection that ends before the first byte of an answer, and an HTTP/2 stream that
 * is refused. A server that booked the charge and then died looks exactly like the first. So no
 * connection is ever reused (FRESH_CONNECT: not for this request; FORBID_REUSE: not after it),
 * and HTTP/2 is not spoken. "Expect" is off because a 417 answer makes libcurl send again, too.
 */
static void refuse_repeats(struct http_client *client) {
    must(curl_easy_setopt(client->easy, CURLOPT_FRESH_CONNECT, 1L));
    must(curl_easy_setopt(client->easy, CURLOPT_FORBID_REUSE, 1L));
    must(curl_easy_setopt(client->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
    client->headers = curl_slist_append(NULL, "Expect:");
    if (!client->headers)
        must(CURLE_OUT_OF_MEMORY);
    must(curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, client->headers));
}

static void set_certificates(CURL *easy, const char *ca_file) {
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L));
    must(curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
    if (!*ca_file)
        return;
    /* Without the second line the system's folder of certificates would stay trusted beside it. */
    must(curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file));
    must(curl_easy_setopt(easy, CURLOPT_CAPATH, NULL));
}

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
    struct http_client *client = context;
    size_t length = size * count;

    if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        client->has_headers = false;
    else if (length <= 2 && (!length || bytes[length - 1] == '\n'))
        client->has_headers = true;
    client->header_bytes += length;
    return client->header_bytes > HEADERS_MAX ? 0 : length;
}

struct http_client *http_client_new(unsigned connect_timeout_ms, unsigned timeout_ms,
                                    const char *ca_file) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct http_client *client = calloc(1, sizeof *client);

    pthread_once(&once, start_once);
    if (!client)
        abort();
    client->easy = curl_easy_init();
    if (!client->easy)
        abort();

    CURL *easy = client->easy;
    refuse_detours(easy);
    refuse_repeats(client);
    set_certificates(easy, ca_file);
    must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_timeout_ms));
    must(curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms));
    must(curl_easy_setopt(easy, CURLOPT_USERAGENT, "remit"));
    must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer));
    must(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header));
    must(curl_easy_setopt(easy, CURLOPT_HEADERDATA, client));
    return client;
}

void http_client_limit(struct http_client *client, unsigned timeout_ms) {
    must(curl_easy_setopt(client->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms));
}

void http_client_free(struct http_client *client) {
    if (!client)
        return;
    curl_easy_cleanup(client->easy);
    curl_slist_free_all(client->headers);
    free(client);
}

/*
 * Both figures are needed. REQUEST_SIZE counts the bytes handed to the connection, but not those
 * that TLS took into a record and could not write whole. PRETRANSFER is no proof by itself: 7.88
 * sets it only after its first attempt to send (before_perform), so it may be 0 with the request
 * on its way. The list of errors comes on top: one that is not known to come before the request
 * leaves the question open, whatever the figures say.
 */
static bool certainly_not_sent(CURL *easy, CURLcode code) {
    curl_off_t pretransfer = -1;
    long request_bytes = -1;

    must(curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer));
    must(curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes));
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
    default:
        return false;
    }
}

static void perform(struct http_client *client, struct http_call *call) {
    char words[CURL_ERROR_SIZE] = "";
    CURL *easy = client->easy;
    curl_off_t elapsed_us = 0;

    must(curl_easy_setopt(easy, CURLOPT_URL, call->url));
    must(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.length));
    must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body.bytes));
    must(curl_easy_setopt(easy, CURLOPT_WRITEDATA, &call->answer));
    must(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words));
    client->header_bytes = 0;
    client->has_headers = false;
    CURLcode code = curl_easy_perform(easy);
    /* Both point into what is gone when we return. */
    must(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL));
    must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL));

    must(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &call->status));
    must(curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &elapsed_us));
    call->elapsed_ms = (long)(elapsed_us / 1000);
    if (code == CURLE_OK && client->has_headers && call->status >= 200) {
        call->end = HTTP_ANSWERED;
        return;
    }
    call->end = certainly_not_sent(easy, code) ? HTTP_NOT_SENT : HTTP_LOST;
    const char *why = code == CURLE_OK ? "the answer was cut" : curl_easy_strerror(code);
    snprintf(call->failure, sizeof call->failure, "%.*s", (int)sizeof call->failure - 1,
             *words ? words : why);
}

void http_client_post(struct http_client *client, struct arena *arena, struct http_call *call) {
    size_t limit = call->answer_limit_bytes ? call->answer_limit_bytes : HTTP_ANSWER_MAX;

    call->end = HTTP_NOT_SENT;
    call->status = 0;
    call->failure[0] = '\0';
    call->elapsed_ms = 0;
    buffer_init(&call->answer, arena, limit);
    /* Half a request could be a valid one with other meaning. */
    if (buffer_is_full(&call->body))
        snprintf(call->failure, sizeof call->failure, "the request is too long");
    else
        perform(client, call);
    secret_wipe(call->body.bytes, call->body.capacity);
    call->body.length = 0;
}
