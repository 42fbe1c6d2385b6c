#include "common/gateway/gateway_url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "common/core/text.h"

enum { HOST_SIZE = 256, PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };

/* Only these cannot leave the machine; a name like 127.0.0.1.example.com can. */
static bool host_is_loopback(const char *host) {
    struct in_addr address;

    if (inet_pton(AF_INET, host, &address) == 1)
        return ntohl(address.s_addr) >> 24 == 127;
    return text_equal_ignoring_case(host, "localhost") || text_equal(host, "[::1]");
}

/* [v6] as it stands, else a name or v4: letters, digits, '-' and '.'. The bytes taken, 0: none. */
static size_t host_length(const char *text) {
    struct in6_addr address;
    char inside[INET6_ADDRSTRLEN];
    size_t length;

    if (*text != '[') {
        for (length = 0;
             text_is_alnum(text[length]) || (text[length] && strchr("-.", text[length]));)
            length++;
        return length < HOST_SIZE ? length : 0;
    }
    length = strcspn(text, "]");
    if (text[length] != ']' || length > sizeof inside)
        return 0;
    memcpy(inside, text + 1, length - 1);
    inside[length - 1] = '\0';
    return inet_pton(AF_INET6, inside, &address) == 1 ? length + 1 : 0;
}

/* ":port" and a path, both optional, no '/' at the end, nothing that ends the path. */
static bool rest_is_valid(const char *rest) {
    size_t length = strlen(rest);

    if (*rest == ':') {
        char port[PORT_DIGITS_MAX + 1];
        size_t digits = strcspn(++rest, "/");
        int64_t number;

        if (digits > PORT_DIGITS_MAX)
            return false;
        memcpy(port, rest, digits);
        port[digits] = '\0';
        if (!text_is_digits(port, PORT_DIGITS_MAX) || !text_to_int(port, &number) || number < 1 ||
            number > PORT_MAX)
            return false;
        rest += digits;
        length = strlen(rest);
    }
    if (length && (*rest != '/' || rest[length - 1] == '/'))
        return false;
    for (; *rest; rest++)
        if (!text_is_url_safe(*rest) && *rest != '/')
            return false;
    return true;
}

/* The key travels in the body: without TLS only inside this machine, which is the sandbox. */
bool gateway_url_is_valid(const char *url) {
    bool is_plain = text_starts_with(url, "http://");
    char host[HOST_SIZE];

    if (!is_plain && !text_starts_with(url, "https://"))
        return false;
    url += is_plain ? strlen("http://") : strlen("https://");
    size_t length = host_length(url);
    if (!length || !rest_is_valid(url + length))
        return false;
    memcpy(host, url, length);
    host[length] = '\0';
    return !is_plain || host_is_loopback(host);
}
