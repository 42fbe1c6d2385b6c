/* form.c - one urlencoded form, decoded in place, wiped when it is freed. */
#include "modules/sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Decodes up to end; what is not a valid escape stays as it is. */
static bool decode(char *text, const char *end) {
    char *to = text;

    for (const char *from = text; from < end; from++) {
        if (*from == '+') {
            *to++ = ' ';
        } else if (*from == '%' && end - from > 2 && hex_value(from[1]) >= 0 &&
                   hex_value(from[2]) >= 0) {
            *to++ = (char)(hex_value(from[1]) * 16 + hex_value(from[2]));
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return text_is_clean(text, (size_t)(to - text));
}

bool form_parse(struct form *form, char *bytes, size_t size) {
    char *end = bytes + size;
    size_t room = 0;
    bool is_clean = true;

    *form = (struct form){.bytes = bytes, .size = size};
    *end = '\0';
    for (char *at = bytes; at < end;) {
        char *stop = memchr(at, '&', (size_t)(end - at));
        char *equals;

        stop = stop ? stop : end;
        if (stop > at) {
            equals = memchr(at, '=', (size_t)(stop - at));
            if (form->count == room) {
                room = room ? room * 2 : 32;
                form->fields = memory_grow(form->fields, room * sizeof(*form->fields));
            }
            form->fields[form->count].name = at;
            form->fields[form->count].value = equals ? equals + 1 : stop;
            form->count++;
            if (equals)
                is_clean = decode(equals + 1, stop) && is_clean;
            is_clean = decode(at, equals ? equals : stop) && is_clean;
        }
        at = stop + 1;
    }
    return is_clean;
}

static const struct form_field *find(const struct form *form, const char *name) {
    for (size_t i = form->count; i > 0; i--)
        if (strcmp(form->fields[i - 1].name, name) == 0)
            return &form->fields[i - 1];
    return NULL;
}

const char *form_get(const struct form *form, const char *name) {
    const struct form_field *field = find(form, name);

    return field ? field->value : "";
}

bool form_has(const struct form *form, const char *name) {
    return find(form, name) != NULL;
}

void form_release(struct form *form) {
    if (form->bytes)
        explicit_bzero(form->bytes, form->size);
    free(form->bytes);
    free(form->fields);
    *form = (struct form){0};
}
