#include "common/gateway/gateway_event.h"

#include "common/core/text.h"
#include "common/gateway/nmi_event.h"

/* To add one: its line here, and <name>_event.c with these two functions. */
static const struct {
    const char *name, *header;
    bool (*is_signed)(const char *key, const char *header, const void *body, size_t length);
    enum result (*read)(struct arena *arena, const void *body, size_t length,
                        struct gateway_event *out_event);
} gateways[] = {
    {"nmi", "HTTP_WEBHOOK_SIGNATURE", nmi_event_signed, nmi_event_read},
};

enum { GATEWAY_COUNT = sizeof gateways / sizeof *gateways };

static size_t place_of(const char *gateway) {
    size_t at = 0;

    while (at < GATEWAY_COUNT && !text_equal(gateways[at].name, gateway))
        at++;
    return at;
}

const char *gateway_event_header(const char *gateway) {
    size_t at = place_of(gateway);

    return at < GATEWAY_COUNT ? gateways[at].header : "";
}

bool gateway_event_signed(const char *gateway, const char *key, const char *header,
                          const void *body, size_t length) {
    size_t at = place_of(gateway);

    return at < GATEWAY_COUNT && *key && header &&
           gateways[at].is_signed(key, header, body, length);
}

enum result gateway_event_read(const char *gateway, struct arena *arena, const void *body,
                               size_t length, struct gateway_event *out_event) {
    size_t at = place_of(gateway);

    return at < GATEWAY_COUNT ? gateways[at].read(arena, body, length, out_event) : RESULT_INVALID;
}
