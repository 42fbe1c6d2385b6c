#include "common/program/settings_documents.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "common/core/text.h"
#include "common/print/print.h"

enum {
    ADDRESS_MAX = 100, /* characters */
    SIGNATURE = 8,
    CHUNK_FRAME = 12, /* length, name, checksum */
    HEADER_LENGTH = 13,
    ARENA_SPARE = 4096
};

static bool line_is_valid(const char *text) {
    if (!text_is_utf8(text, strlen(text)) || text_utf8_count(text) > ADDRESS_MAX)
        return false;
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

/* ---- the logo ---- */

static uint32_t number_at(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool name_is(const unsigned char *chunk, const char *name) {
    return memcmp(chunk + 4, name, 4) == 0;
}

/* A chunk with its frame: its length, or 0 when it is not whole. */
static size_t chunk_length(const unsigned char *chunk, size_t left) {
    size_t length;

    if (left < CHUNK_FRAME)
        return 0;
    length = number_at(chunk);
    if (length > left - CHUNK_FRAME ||
        crc32(0, chunk + 4, (uInt)length + 4) != number_at(chunk + 8 + length))
        return 0;
    return length + CHUNK_FRAME;
}

static bool header_is_fine(const unsigned char *chunk) {
    uint32_t width = number_at(chunk + 8), height = number_at(chunk + 12);

    return name_is(chunk, "IHDR") && number_at(chunk) == HEADER_LENGTH && width > 0 &&
           width <= PRINT_LOGO_WIDTH_MAX && height > 0 && height <= PRINT_LOGO_HEIGHT_MAX;
}

/* Header, picture and end, each chunk whole. */
static bool png_is_whole(const unsigned char *bytes, size_t count) {
    static const unsigned char signature[SIGNATURE] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    bool has_picture = false;
    size_t at = SIGNATURE, length;

    if (count < SIGNATURE || memcmp(bytes, signature, SIGNATURE) != 0)
        return false;
    while ((length = chunk_length(bytes + at, count - at)) > 0) {
        if (at == SIGNATURE && !header_is_fine(bytes + at))
            return false;
        if (name_is(bytes + at, "IDAT"))
            has_picture = true;
        if (name_is(bytes + at, "IEND"))
            return has_picture && at + length == count;
        at += length;
    }
    return false;
}

static bool logo_is_fine(const char *path) {
    struct arena *arena = arena_new(LOGO_BYTES_MAX + ARENA_SPARE);
    unsigned char *bytes = arena_alloc(arena, LOGO_BYTES_MAX + 1);
    FILE *file = *path == '/' ? fopen(path, "rb") : NULL;
    bool is_fine = false;

    if (file) {
        size_t count = fread(bytes, 1, LOGO_BYTES_MAX + 1, file);

        is_fine = !ferror(file) && count <= LOGO_BYTES_MAX && png_is_whole(bytes, count);
        fclose(file);
    }
    arena_free(arena);
    return is_fine;
}

void settings_documents_finish(struct settings *settings, struct arena *arena, settings_wrong wrong,
                               void *context) {
    const struct document_settings *documents = &settings->documents;

    for (size_t at = 0; at < DOCUMENT_LINES_MAX; at++)
        if (!line_is_valid(documents->address[at]))
            wrong(arena_format(arena, "Documents.Address.%zu", at),
                  "must be one line of at most 100 characters", context);
    if (*documents->logo && !logo_is_fine(documents->logo))
        wrong("Documents.Logo",
              "must be the whole path of a readable and unbroken PNG of at most 2000 x 1000 pixels"
              " and 512 KB",
              context);
}
