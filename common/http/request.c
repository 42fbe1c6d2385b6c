#include "common/http/request.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "common/core/secret.h"
#include "common/core/text.h"

enum { AGENT_MAX = 255, HEADER_MAX = 2048, COOKIES_MAX = 8192, ID_LENGTH = 32 };

/* Up to max bytes of a parameter, as they came. */
static char *source_bytes(struct arena *arena, const struct request_source *source,
                          const char *name, size_t max) {
    const char *value = source->param(source->context, name);

    return arena_copy(arena, value, value ? strnlen(value, max) : 0);
}

/* The same, cut before what is not UTF-8. */
static const char *source_param(struct arena *arena, const struct request_source *source,
                                const char *name, size_t max) {
    char *value = source_bytes(arena, source, name, max);
    size_t length = 0;

    while (value[length] && text_utf8_length(value + length))
        length += text_utf8_length(value + length);
    value[length] = '\0';
    return value;
}

/* Whole or not at all: a path that was cut would be another page's. */
static const char *source_path(struct arena *arena, const struct request_source *source) {
    const char *path = source_bytes(arena, source, "DOCUMENT_URI", REQUEST_PATH_MAX + 1);
    size_t length = strlen(path);

    return length <= REQUEST_PATH_MAX && text_is_utf8(path, length) ? path : "";
}

/* Whole or not at all, as a path is. */
static const char *source_remote(struct arena *arena, const struct request_source *source,
                                 const char *name) {
    const char *text = source_bytes(arena, source, name, REQUEST_REMOTE_MAX + 1);
    size_t length = strlen(text);

    if (length > REQUEST_REMOTE_MAX || !text_is_utf8(text, length))
        return "";
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            return "";
    return text;
}

static const char *request_id(struct arena *arena, const struct request_source *source) {
    const char *given = source_param(arena, source, "REQUEST_ID", ID_LENGTH + 1);
    unsigned char bytes[ID_LENGTH / 2];

    if (strlen(given) == ID_LENGTH && strspn(given, "0123456789abcdef") == ID_LENGTH)
        return given;
    char *made = arena_alloc(arena, ID_LENGTH + 1);
    secret_random(bytes, sizeof bytes);
    text_to_hex(bytes, sizeof bytes, made);
    return made;
}

static bool name_is_allowed(const char *name, size_t length) {
    if (!length || length > REQUEST_NAME_MAX)
        return false;
    for (size_t at = 0; at < length; at++)
        if (!text_is_alnum(name[at]) && name[at] != '_')
            return false;
    return true;
}

/* One "name=value"; false: broken. An empty piece ("a=1&&b=2") adds nothing. */
static bool pair_add(struct arena *arena, struct pairs *pairs, const char *bytes, size_t length) {
    const char *equals = memchr(bytes, '=', length);
    size_t name_length = equals ? (size_t)(equals - bytes) : length;
    size_t value_length = equals ? length - name_length - 1 : 0;
    size_t decoded_name, decoded_value;

    if (!length)
        return true;
    if (pairs->count == REQUEST_PAIRS_MAX)
        return false;
    char *name = text_url_decode(arena, bytes, name_length, &decoded_name);
    char *value = text_url_decode(arena, equals ? equals + 1 : "", value_length, &decoded_value);
    if (!name || !value || !name_is_allowed(name, decoded_name) ||
        !text_is_utf8(value, decoded_value))
        return false;
    pairs->list[pairs->count++] = (struct pair){name, value};
    return true;
}

static bool pairs_read(struct arena *arena, struct pairs *pairs, const char *bytes, size_t length) {
    size_t pieces = 1;

    for (size_t at = 0; at < length; at++)
        pieces += bytes[at] == '&';
    if (pieces > REQUEST_PAIRS_MAX)
        return false;
    pairs->list = arena_array(arena, pieces, sizeof *pairs->list);
    while (length) {
        const char *end = memchr(bytes, '&', length);
        size_t piece = end ? (size_t)(end - bytes) : length;

        if (!pair_add(arena, pairs, bytes, piece))
            return false;
        bytes += piece + (end != NULL);
        length -= piece + (end != NULL);
    }
    return true;
}

/* Cookies that are not shaped like ours are somebody else's: passed over, not refused. */
static void cookies_read(struct request *request, const char *header) {
    request->cookies.list = arena_array(request->arena, REQUEST_COOKIES_MAX,
                                        sizeof *request->cookies.list);
    while (*header && request->cookies.count < REQUEST_COOKIES_MAX) {
        size_t piece = strcspn(header, ";");
        const char *equals = memchr(header, '=', piece);

        if (equals && text_is_utf8(header, piece)) {
            const char *name = text_trim(
                request->arena, arena_copy(request->arena, header, (size_t)(equals - header)));
            const char *value = text_trim(
                request->arena,
                arena_copy(request->arena, equals + 1, piece - (size_t)(equals - header) - 1));
            request->cookies.list[request->cookies.count++] = (struct pair){name, value};
        }
        header += piece;
        header += *header == ';';
    }
}

static enum request_method method_read(struct request *request, const char *text) {
    request->is_head = text_equal(text, "HEAD");
    if (request->is_head || text_equal(text, "GET"))
        return METHOD_GET;
    return text_equal(text, "POST") ? METHOD_POST : METHOD_OTHER;
}

/* Where word begins text, in any case of letters, what follows it and spaces; or NULL. */
static const char *after_word(const char *text, const char *word) {
    size_t length = strlen(word);

    if (strncasecmp(text, word, length) != 0)
        return NULL;
    return text + length + strspn(text + length, " ");
}

/* In UTF-8, also where it does not say so: in another charset it would be read as what it is not.
 */
static bool type_is_form(const char *type) {
    const char *rest = after_word(type, "application/x-www-form-urlencoded");

    if (!rest || *rest != ';')
        return rest && !*rest;
    rest += 1 + strspn(rest + 1, " ");
    if (!*rest)
        return true;
    const char *charset = after_word(rest, "charset=");
    rest = charset ? after_word(charset, *charset == '"' ? "\"utf-8\"" : "utf-8") : NULL;
    return rest && !*rest;
}

static int body_read(struct request *request, const struct request_source *source) {
    char *bytes = arena_alloc(request->arena, REQUEST_BODY_MAX + 1);
    size_t length = 0, got;

    while (length <= REQUEST_BODY_MAX &&
           (got = source->read(source->context, bytes + length, REQUEST_BODY_MAX + 1 - length)) > 0)
        length += got;
    if (length > REQUEST_BODY_MAX)
        return 413;
    if (!type_is_form(source_param(request->arena, source, "CONTENT_TYPE", HEADER_MAX)))
        return 415;
    return pairs_read(request->arena, &request->body, bytes, length) ? 0 : 400;
}

void request_begin(struct request *request, struct arena *arena,
                   const struct request_source *source) {
    *request = (struct request){.arena = arena};
    request->id = request_id(arena, source);
    request->path = source_path(arena, source);
    request->method = method_read(request, source_param(arena, source, "REQUEST_METHOD", 16));
    request->address = source_param(arena, source, "REMOTE_ADDR", 45);
}

static bool type_is(const char *text, const char *type) {
    const char *rest = after_word(text, type);

    return rest && (!*rest || *rest == ';');
}

int request_read_raw(struct request *request, const struct request_source *source, const char *type,
                     size_t limit) {
    const char *length_text = source_param(request->arena, source, "CONTENT_LENGTH", 20);
    size_t length = 0, got;
    int64_t said;

    if (!text_to_int(length_text, &said))
        return 400;
    if ((uint64_t)said > limit)
        return 413;
    if (!type_is(source_param(request->arena, source, "CONTENT_TYPE", HEADER_MAX), type))
        return 415;
    /* One more than it says, to see whether there is more. */
    size_t room = (size_t)said + 1;
    char *bytes = arena_raw(request->arena, room);
    while (length < room && (got = source->read(source->context, bytes + length, room - length)))
        length += got;
    if (length != (size_t)said)
        return length > limit ? 413 : 400;
    request->raw.bytes = bytes;
    request->raw.length = length;
    return 0;
}

int request_read(struct request *request, struct arena *arena,
                 const struct request_source *source) {
    request_begin(request, arena, source);
    request->agent = source_param(arena, source, "HTTP_USER_AGENT", AGENT_MAX);
    request->languages = source_param(arena, source, "HTTP_ACCEPT_LANGUAGE", HEADER_MAX);
    request->origin = source_param(arena, source, "HTTP_ORIGIN", HEADER_MAX);
    request->fetch_site = source_param(arena, source, "HTTP_SEC_FETCH_SITE", 32);
    request->referer = source_param(arena, source, "HTTP_REFERER", HEADER_MAX);
    request->remote.user = source_remote(arena, source, "REMOTE_USER");
    request->remote.account = source_remote(arena, source, "REMOTE_ACCOUNT");
    request->remote.email = source_remote(arena, source, "REMOTE_EMAIL");
    request->remote.name = source_remote(arena, source, "REMOTE_NAME");
    cookies_read(request, source_bytes(arena, source, "HTTP_COOKIE", COOKIES_MAX));

    const char *query = source_bytes(arena, source, "QUERY_STRING", REQUEST_QUERY_MAX + 1);
    if (strlen(query) > REQUEST_QUERY_MAX)
        return 414;
    if (!pairs_read(arena, &request->query, query, strlen(query)))
        return 400;
    return request->method == METHOD_POST ? body_read(request, source) : 0;
}

const char *pairs_find(const struct pairs *pairs, const char *name) {
    for (size_t at = 0; at < pairs->count; at++)
        if (text_equal(pairs->list[at].name, name))
            return pairs->list[at].value;
    return NULL;
}

bool request_is_same_origin(const struct request *request, const char *own_origin) {
    size_t length = strlen(own_origin);

    if (*request->origin)
        return text_equal(request->origin, own_origin);
    if (*request->fetch_site)
        return text_equal(request->fetch_site, "same-origin");
    return text_starts_with(request->referer, own_origin) &&
           (request->referer[length] == '/' || request->referer[length] == '\0');
}
