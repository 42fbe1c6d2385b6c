#include "tests/support/source.h"

#include <assert.h>
#include <string.h>

void fake_init(struct fake_request *fake) {
    *fake = (struct fake_request){.count = 0};
    fake_param(fake, "REQUEST_METHOD", "GET");
    fake_param(fake, "DOCUMENT_URI", "/billing/");
    fake_param(fake, "REMOTE_ADDR", "192.0.2.1");
}

void fake_param(struct fake_request *fake, const char *name, const char *value) {
    size_t at = 0;

    while (at < fake->count && strcmp(fake->names[at], name) != 0)
        at++;
    assert(at < FAKE_PARAMS_MAX);
    fake->names[at] = name;
    fake->values[at] = value;
    fake->count += at == fake->count;
}

void fake_body(struct fake_request *fake, const char *bytes, size_t length) {
    fake_param(fake, "REQUEST_METHOD", "POST");
    fake_param(fake, "CONTENT_TYPE", "application/x-www-form-urlencoded");
    fake->body = bytes;
    fake->length = length;
}

static const char *param(void *context, const char *name) {
    const struct fake_request *fake = context;

    for (size_t at = 0; at < fake->count; at++)
        if (strcmp(fake->names[at], name) == 0)
            return fake->values[at];
    return NULL;
}

static size_t read_some(void *context, char *bytes, size_t size) {
    struct fake_request *fake = context;
    size_t left = fake->length - fake->sent;
    size_t length = left < size ? left : size;

    if (fake->piece && length > fake->piece)
        length = fake->piece;
    if (length)
        memcpy(bytes, fake->body + fake->sent, length);
    fake->sent += length;
    return length;
}

struct request_source fake_source(struct fake_request *fake) {
    return (struct request_source){param, read_some, fake};
}
