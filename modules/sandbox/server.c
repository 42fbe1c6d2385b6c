/* server.c - sockets, routes, reading a request. */
#include "modules/sandbox/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096
#define FILES_WANTED 65536
#define FILES_NEEDED 1024
#define HEADERS_LIMIT_BYTES (BODY_LIMIT_BYTES + 8 * 1024)
/* Longer than the longest latency: a request may be silent for that long. */
#define CONNECTION_TIMEOUT_S 1200

static void health_handle(struct sandbox *sandbox, struct evhttp_request *req) {
    struct evbuffer *out = evbuffer_new();

    (void)sandbox;
    evbuffer_add_printf(out, "ok\n");
    server_reply(req, 200, "text/plain", out);
    evbuffer_free(out);
}

static const struct route {
    const char *path;
    unsigned methods;
    const char *allow;
    void (*handle)(struct sandbox *sandbox, struct evhttp_request *req);
} routes[] = {
    {"/api/transact.php", EVHTTP_REQ_POST, "POST", transact_handle},
    {"/api/query.php", EVHTTP_REQ_GET | EVHTTP_REQ_POST, "GET, POST", query_handle},
    {"/token/Collect.js", EVHTTP_REQ_GET, "GET", collect_script},
    {"/token/field", EVHTTP_REQ_GET, "GET", collect_field},
    {"/token/field.js", EVHTTP_REQ_GET, "GET", collect_field_script},
    {"/token/field.css", EVHTTP_REQ_GET, "GET", collect_field_style},
    {"/token/create", EVHTTP_REQ_POST, "POST", collect_create},
    {"/sandbox/transactions", EVHTTP_REQ_GET, "GET", inspect_transactions},
    {"/sandbox/vault", EVHTTP_REQ_GET, "GET", inspect_vault},
    {"/sandbox/settle", EVHTTP_REQ_POST, "POST", settle_handle},
    {"/sandbox/ach", EVHTTP_REQ_POST, "POST", bank_handle},
    {"/sandbox/chargeback", EVHTTP_REQ_POST, "POST", chargeback_handle},
    {"/sandbox/panel", EVHTTP_REQ_POST, "POST", panel_handle},
    {"/sandbox/updater", EVHTTP_REQ_POST, "POST", updater_handle},
    {"/sandbox/webhooks", EVHTTP_REQ_GET | EVHTTP_REQ_POST, "GET, POST", webhook_page_handle},
    {"/sandbox/requests", EVHTTP_REQ_GET | EVHTTP_REQ_DELETE, "GET, DELETE", counters_handle},
    {"/sandbox/knobs", EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_DELETE, "GET, POST, DELETE",
     knobs_handle},
    {"/sandbox/health", EVHTTP_REQ_GET, "GET", health_handle},
};

void server_reply(struct evhttp_request *req, int status, const char *content_type,
                  struct evbuffer *body) {
    struct evkeyvalq *headers = evhttp_request_get_output_headers(req);

    evhttp_add_header(headers, "Content-Type", content_type);
    evhttp_add_header(headers, "Cache-Control", "no-store");
    evhttp_send_reply(req, status, NULL, body);
}

void server_fail(struct evhttp_request *req, int status, const char *text) {
    struct evbuffer *out = evbuffer_new();

    log_line("refused", text);
    evbuffer_add_printf(out, "%s\n", text);
    server_reply(req, status, "text/plain", out);
    evbuffer_free(out);
}

static void wipe(struct evbuffer *buffer) {
    int count = evbuffer_peek(buffer, -1, NULL, NULL, 0);
    struct evbuffer_iovec *parts = memory_get((size_t)count * sizeof(*parts));

    count = evbuffer_peek(buffer, -1, NULL, parts, count);
    for (int i = 0; i < count; i++)
        explicit_bzero(parts[i].iov_base, parts[i].iov_len);
    free(parts);
    evbuffer_drain(buffer, evbuffer_get_length(buffer));
}

bool server_read_form(struct evhttp_request *req, struct form *form) {
    struct evbuffer *in = evhttp_request_get_input_buffer(req);
    const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(req));
    size_t length;
    char *bytes;

    if (evhttp_request_get_command(req) == EVHTTP_REQ_GET)
        return form_parse(form, memory_copy(query ? query : ""), query ? strlen(query) : 0);
    length = evbuffer_get_length(in);
    bytes = memory_get(length + 1);
    evbuffer_copyout(in, bytes, length);
    wipe(in);
    return form_parse(form, bytes, length);
}

static void route_request(struct evhttp_request *req, void *arg) {
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(req));

    for (size_t i = 0; path && i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].path, path) != 0)
            continue;
        if (routes[i].methods & evhttp_request_get_command(req)) {
            ach_catch_up(arg);
            webhooks_catch_up(arg);
            routes[i].handle(arg, req);
            return;
        }
        evhttp_add_header(evhttp_request_get_output_headers(req), "Allow", routes[i].allow);
        server_fail(req, 405, "method not allowed");
        return;
    }
    server_fail(req, 404, "not found");
}

static bool raise_file_limit(void) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    if (limit.rlim_cur < FILES_WANTED && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            return false;
    }
    return limit.rlim_cur >= FILES_NEEDED;
}

/* "127.x.y.z:port", nothing else. */
static bool read_address(const char *text, struct sockaddr_in *out_address) {
    const char *colon = strrchr(text, ':');
    char host[INET_ADDRSTRLEN], *end;
    unsigned long port;

    *out_address = (struct sockaddr_in){.sin_family = AF_INET};
    if (colon == NULL || colon - text >= (long)sizeof(host) || colon[1] < '0' || colon[1] > '9')
        return false;
    snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
    port = strtoul(colon + 1, &end, 10);
    if (*end != '\0' || port > 65535 || inet_pton(AF_INET, host, &out_address->sin_addr) != 1)
        return false;
    out_address->sin_port = htons((uint16_t)port);
    return ntohl(out_address->sin_addr.s_addr) >> 24 == 127;
}

static int open_socket(struct sockaddr_in *address) {
    socklen_t length = sizeof(*address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)address, length) == 0 && listen(fd, BACKLOG) == 0 &&
        getsockname(fd, (struct sockaddr *)address, &length) == 0)
        return fd;
    close(fd);
    return -1;
}

static void set_up(struct sandbox *sandbox) {
    evhttp_set_allowed_methods(sandbox->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD |
                                                  EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
                                                  EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    evhttp_set_max_body_size(sandbox->http, BODY_LIMIT_BYTES);
    evhttp_set_max_headers_size(sandbox->http, HEADERS_LIMIT_BYTES);
    /* Without it a client still sending its too long body sees a reset, not the 413. */
    evhttp_set_flags(sandbox->http, EVHTTP_SERVER_LINGERING_CLOSE);
    evhttp_set_timeout(sandbox->http, CONNECTION_TIMEOUT_S);
    evhttp_set_gencb(sandbox->http, route_request, sandbox);
}

bool server_listen(struct sandbox *sandbox, const char *address_text) {
    struct sockaddr_in address;
    char host[INET_ADDRSTRLEN];
    int fd;

    if (!raise_file_limit()) {
        complain("needs %d open files (ulimit -n)", FILES_NEEDED);
        return false;
    }
    if (!read_address(address_text, &address)) {
        complain("--listen takes an address of 127.0.0.0/8 and a port");
        return false;
    }
    fd = open_socket(&address);
    if (fd < 0) {
        complain("%s: %s", address_text, strerror(errno));
        return false;
    }
    sandbox->http = evhttp_new(sandbox->base);
    if (sandbox->http == NULL || evhttp_accept_socket_with_handle(sandbox->http, fd) == NULL) {
        complain("cannot serve on %s", address_text);
        close(fd);
        return false;
    }
    set_up(sandbox);
    inet_ntop(AF_INET, &address.sin_addr, host, sizeof(host));
    printf("listening on http://%s:%u\n", host, (unsigned)ntohs(address.sin_port));
    return fflush(stdout) == 0;
}
