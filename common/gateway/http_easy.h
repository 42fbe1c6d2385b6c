/*
 * http_easy.h - one exchange of http_client and of http_many. Everything that keeps a request from
 * being sent twice, elsewhere or too late is set here, once for both.
 */
#ifndef REMIT_GATEWAY_HTTP_EASY_H
#define REMIT_GATEWAY_HTTP_EASY_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "common/gateway/http_client.h"

struct http_limits {
    unsigned connect_timeout_ms, timeout_ms;
    const char *ca_file; /* borrowed */
};

/* May be used for one exchange after the other. */
struct http_easy {
    CURL *easy;
    struct curl_slist *headers;
    char words[CURL_ERROR_SIZE];
    /* Of the exchange that is going on. */
    int64_t not_after_ms;
    size_t header_bytes;
    bool has_headers; /* all of them: the empty line was seen */
    bool is_late;     /* connected, but the request was held back */
};

/* The process ends without libcurl or an option of it that we rely on. */
void http_must(CURLcode code);

void http_easy_open(struct http_easy *http);
void http_easy_close(struct http_easy *http);

/* Readies http->easy for call. false: it must not be sent; the call has ended (HTTP_NOT_SENT). From
 * not_after_ms (clock_monotonic_ms) on no request begins, however late the connection stands.
 * http_easy_end() follows, and both stay at their place until then. */
bool http_easy_begin(struct http_easy *http, const struct http_limits *limits, struct arena *arena,
                     struct http_call *call, int64_t not_after_ms);

/* Fills the answer from how libcurl ended. Nothing of the call is left in http. */
void http_easy_end(struct http_easy *http, struct http_call *call, CURLcode code);

#endif
