#include "common/gateway/http_client.h"

#include <stdlib.h>

#include "common/gateway/http_easy.h"

struct http_client {
    struct http_easy http;
    struct http_limits limits;
};

struct http_client *http_client_new(unsigned connect_timeout_ms, unsigned timeout_ms,
                                    const char *ca_file) {
    struct http_client *client = calloc(1, sizeof *client);

    if (!client)
        abort();
    http_easy_open(&client->http);
    client->limits = (struct http_limits){connect_timeout_ms, timeout_ms, ca_file};
    return client;
}

void http_client_limit(struct http_client *client, unsigned timeout_ms) {
    client->limits.timeout_ms = timeout_ms;
}

void http_client_free(struct http_client *client) {
    if (!client)
        return;
    http_easy_close(&client->http);
    free(client);
}

void http_client_post(struct http_client *client, struct arena *arena, struct http_call *call) {
    if (http_easy_begin(&client->http, &client->limits, arena, call, INT64_MAX))
        http_easy_end(&client->http, call, curl_easy_perform(client->http.easy));
}
