/* What the settings must be for nginx: values that end up in its files are checked to be nothing
 * but what they should. */
#include <string.h>

#include "common/core/text.h"
#include "modules/remit/config.h"

enum { PATH_BYTES_MAX = 200, SOCKET_PATH_MAX = 100, COLOUR_MAX = 7, COLOUR_SHORT = 4 };

const struct config_pool config_pools[] = {{"invoices", "invoices"}, {"documents", "documents"},
                                           {"pay", "pay"},           {"pay_confirm", "pay"},
                                           {"methods", "methods"},   {"methods_save", "methods"},
                                           {"autopay", "autopay"},   {"login", "login"},
                                           {"webhooks", "webhooks"}, {NULL, NULL}};

bool config_path_is_plain(const char *path) {
    if (*path != '/' || strlen(path) > PATH_BYTES_MAX || strstr(path, "/.."))
        return false;
    for (; *path; path++)
        if (!text_is_alnum(*path) && !strchr("/._+-", *path))
            return false;
    return true;
}

static bool port_is_valid(const char *text) {
    int64_t port;

    return text_to_int(text, &port) && port >= 1 && port <= 65535;
}

/* "unix:/run/remit/pay.sock", "10.0.0.12:9001", "[fd00::2]:9001", "pay.internal:9001". */
static bool server_is_valid(const char *server) {
    const char *end = server;

    if (text_starts_with(server, "unix:"))
        return config_path_is_plain(server + strlen("unix:")) && strlen(server) <= SOCKET_PATH_MAX;
    if (*server == '[') {
        end = server + 1 + strspn(server + 1, "0123456789abcdefABCDEF:.");
        if (*end++ != ']')
            return false;
    } else {
        while (text_is_alnum(*end) || *end == '.' || *end == '-')
            end++;
    }
    return end > server && *end == ':' && port_is_valid(end + 1);
}

/* "104.192.32.80/29", "2001:db8::/32". */
static bool network_is_valid(const char *text) {
    size_t length = strspn(text, "0123456789abcdefABCDEF:.");
    int64_t bits;

    return length && strpbrk(text, ".:") &&
           (!text[length] || (text[length] == '/' && text_to_int(text + length + 1, &bits) &&
                              bits <= (memchr(text, ':', length) ? 128 : 32)));
}

static bool colour_is_valid(const char *text) {
    size_t length = strlen(text);

    return *text == '#' && (length == COLOUR_MAX || length == COLOUR_SHORT) &&
           strspn(text + 1, "0123456789abcdefABCDEF") == length - 1;
}

struct looking {
    struct arena *arena;
    settings_wrong wrong;
    void *context;
};

/* Nginx.* is a subtree: each name in it is looked at here. */
static void nginx_one_check(const char *path, const char *text, void *context) {
    static const char servers[] = "Nginx.Servers.", allowed[] = "Nginx.Allow.webhooks.";
    struct looking *looking = context;

    if (!text_starts_with(path, "Nginx.") ||
        (!*text && !text_starts_with(path, servers) && !text_starts_with(path, allowed)))
        return;
    if (text_equal(path, "Nginx.Log") || text_equal(path, "Nginx.Sockets")) {
        if (!config_path_is_plain(text))
            looking->wrong(arena_text(looking->arena, path),
                           "must be a whole path of letters, digits and / . _ + - only",
                           looking->context);
        return;
    }
    if (text_starts_with(path, allowed)) {
        if (!network_is_valid(text))
            looking->wrong(arena_text(looking->arena, path),
                           "must be an address or a network as in 104.192.32.80/29",
                           looking->context);
        return;
    }
    const char *pool = text_starts_with(path, servers) ? path + strlen(servers) : "";
    const struct config_pool *known = config_pools;
    while (known->name && !(text_starts_with(pool, known->name) &&
                            (!pool[strlen(known->name)] || pool[strlen(known->name)] == '.')))
        known++;
    if (!known->name)
        looking->wrong(arena_text(looking->arena, path), "is not a setting", looking->context);
    else if (pool[strlen(known->name)] == '.' && !server_is_valid(text))
        looking->wrong(arena_text(looking->arena, path),
                       "must be a server as in unix:/run/remit/pay.sock or 10.0.0.12:9001",
                       looking->context);
    else if (!pool[strlen(known->name)] && *text)
        looking->wrong(arena_text(looking->arena, path), "is a list: give .0, .1 and so on",
                       looking->context);
}

void config_nginx_check(const struct settings *settings, struct arena *arena, settings_wrong wrong,
                        void *context) {
    static const char *const colours[] = {"Site.Accent", "Site.AccentDark"};
    struct looking looking = {arena, wrong, context};

    values_walk(settings->values, nginx_one_check, &looking);
    for (size_t at = 0; at < sizeof colours / sizeof *colours; at++) {
        const char *text = values_text(settings->values, colours[at]);

        if (*text && !colour_is_valid(text))
            wrong(colours[at], "must be a colour as in #0b5d4a", context);
    }
    if (settings->base && !*settings->base)
        wrong("Site.Base", "is empty: Remit needs a path of its own below your site", context);
    for (size_t at = 0; at < settings->folder_count; at++)
        if (!config_path_is_plain(settings->folders[at]))
            wrong("Templates.Folders",
                  "must be whole paths of letters, digits and / . _ + - only: nginx has them, too",
                  context);
}
