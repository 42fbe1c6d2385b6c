/* webhooks_take.c - one event: is it theirs, which one is it, keep it. 200 is said only of what is
 * kept; whatever else is said, the gateway sends it again. */
#include "common/core/log.h"
#include "common/gateway/gateway_event.h"
#include "common/store/webhook_store.h"
#include "modules/webhooks/webhooks.h"

/* With the present key, or the one before it, while the gateway still uses that. */
static bool is_theirs(const struct raw_visit *visit, const char *gateway) {
    const struct settings *settings = &visit->running->settings;
    const char *header = raw_param(visit, gateway_event_header(gateway));
    const char *bytes = visit->request.raw.bytes;
    size_t length = visit->request.raw.length;

    return gateway_event_signed(gateway, settings->webhook_key, header, bytes, length) ||
           gateway_event_signed(gateway, settings->webhook_key_old, header, bytes, length);
}

static enum result take(struct raw_visit *visit, const char *gateway) {
    struct gateway_event event;

    if (!is_theirs(visit, gateway)) {
        LOG(LOG_LEVEL_WARNING, "webhook.unsigned", LOG_TEXT("gateway", gateway),
            LOG_TEXT("address", visit->request.address));
        return RESULT_FORBIDDEN;
    }
    if (gateway_event_read(gateway, visit->arena, visit->request.raw.bytes,
                           visit->request.raw.length, &event) != RESULT_OK) {
        LOG(LOG_LEVEL_WARNING, "webhook.no_event", LOG_TEXT("gateway", gateway));
        return RESULT_INVALID;
    }
    enum result result = webhook_add(visit->running->db,
                                     &(struct webhook){.gateway = gateway,
                                                       .event_id = event.id,
                                                       .type = event.type,
                                                       .body = visit->request.raw.bytes,
                                                       .length = visit->request.raw.length,
                                                       .received_at = visit->now});
    if (result != RESULT_OK && result != RESULT_CONFLICT)
        return result;
    LOG(LOG_LEVEL_INFO, result == RESULT_OK ? "webhook.kept" : "webhook.repeated",
        LOG_TEXT("gateway", gateway), LOG_TEXT("event_id", event.id), LOG_TEXT("type", event.type));
    return RESULT_OK;
}

enum result webhooks_nmi(struct raw_visit *visit) {
    return take(visit, "nmi");
}
