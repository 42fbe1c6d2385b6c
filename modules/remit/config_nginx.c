/* remit config nginx - writes what nginx includes, its error pages and the colours, from the
 * settings.
 *
 * The files beside `nginx/` of the sources have names in them that are filled in here: @BASE@ the
 * base path, @PATTERN@ the same for a regular expression, @FOLDER@ where the files go, @LOG@,
 * @SERVERS pool@, @ALLOW webhooks@ and @STATIC variable@. @AUTH@ and @SIGNIN@ are the provider's
 * (Login.*). Lines from "#if program" to "#end" are left out where that program is not installed.
 * Only files that differ are written, each in one step: a server that reloads meanwhile reads the
 * old one or the new one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/buffer.h"
#include "common/core/text.h"
#include "modules/remit/config.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

#ifndef REMIT_PREFIX
#define REMIT_PREFIX "/usr/local"
#endif

enum { FILE_BYTES_MAX = 256 * 1024, FILE_MODE = 0644, FOLDER_MODE = 0755 };

static const char *const files[] = {"remit.conf",      "remit-upstreams.conf", "remit-fastcgi.conf",
                                    "remit-tile.conf", "remit-webhooks.conf",  "remit-headers.conf",
                                    "remit-log.conf"};
/* tile: what stands in the provider's pages where the program does not answer. */
static const char *const errors[] = {"404", "413", "429", "4xx", "5xx", "tile"};

struct writing {
    struct command *command;
    const struct settings *settings;
    const char *from, *folder;
    json_t *written;
    size_t count;
};

/* ---- what is filled in ---- */

/* "pay-confirm" of the pool pay_confirm: HDF takes no '-' in a name. */
static const char *socket_name(struct arena *arena, const char *pool) {
    char *name = arena_text(arena, pool);

    for (char *at = name; *at; at++)
        if (*at == '_')
            *at = '-';
    return name;
}

static void servers_add(struct writing *writing, struct buffer *out, const char *pool) {
    struct arena *arena = writing->command->arena;
    struct values *values = writing->settings->values;
    struct values *each = values_first(values, arena_format(arena, "Nginx.Servers.%s", pool));

    if (!each)
        buffer_format(out, "server unix:%s/%s.sock max_fails=0;",
                      values_text_or(values, "Nginx.Sockets", CONFIG_SOCKETS),
                      socket_name(arena, pool));
    for (const char *space = ""; each; each = values_next(each), space = " ")
        buffer_format(out, "%sserver %s max_fails=0;", space, values_own_text(each));
}

/* Who may ask that pool: everybody, unless addresses are given. */
static void allow_add(struct writing *writing, struct buffer *out, const char *pool) {
    struct values *each = values_first(
        writing->settings->values, arena_format(writing->command->arena, "Nginx.Allow.%s", pool));
    bool is_open = !each;

    for (; each; each = values_next(each))
        buffer_format(out, "allow %s; ", values_own_text(each));
    buffer_text(out, is_open ? "# Nginx.Allow.webhooks: from anywhere" : "deny all;");
}

/* The provider's folders first, then ours, which is the last of the list. */
static void static_add(struct writing *writing, struct buffer *out, const char *variable) {
    for (size_t at = 0; at < writing->settings->folder_count; at++)
        buffer_format(out, "%s/static/%s ", writing->settings->folders[at], variable);
    buffer_format(out, "%s/static/%s", writing->folder, variable);
}

static void pattern_add(struct buffer *out, const char *path) {
    for (; *path; path++) {
        if (*path == '.')
            buffer_add(out, "\\", 1);
        buffer_add(out, path, 1);
    }
}

static void encoded_add(struct buffer *out, const char *text) {
    for (; *text; text++)
        if (text_is_url_safe(*text))
            buffer_add(out, text, 1);
        else
            buffer_format(out, "%%%02X", (unsigned)(unsigned char)*text);
}

/* Where one signs in to the site: a whole address, since nginx would serve a path itself. Back from
 * there leads to /login/site, with the next page that nginx was asked for. */
static void sign_in_add(struct writing *writing, struct buffer *out) {
    const struct settings *settings = writing->settings;
    const struct login_settings *login = &settings->login;
    bool is_here = *login->sign_in_url == '/';

    buffer_format(out, "%s%s", is_here ? settings->origin : "", login->sign_in_url);
    if (!*login->return_name)
        return;
    buffer_format(out, "%s%s=", strchr(login->sign_in_url, '?') ? "&" : "?", login->return_name);
    if (!is_here)
        encoded_add(out, settings->origin);
    encoded_add(out, settings->base);
    encoded_add(out, "/login/site?next=");
    buffer_text(out, "$arg_next");
}

/* false: that is no name of ours. */
static bool name_fill(struct writing *writing, struct buffer *out, const char *name) {
    const struct settings *settings = writing->settings;

    if (text_equal(name, "BASE"))
        buffer_text(out, settings->base);
    else if (text_equal(name, "PATTERN"))
        pattern_add(out, settings->base);
    else if (text_equal(name, "FOLDER"))
        buffer_text(out, writing->folder);
    else if (text_equal(name, "LOG"))
        buffer_text(out, values_text_or(settings->values, "Nginx.Log", CONFIG_LOG));
    else if (text_equal(name, "AUTH"))
        buffer_text(out, settings->login.auth_path);
    else if (text_equal(name, "SIGNIN"))
        sign_in_add(writing, out);
    else if (text_starts_with(name, "SERVERS "))
        servers_add(writing, out, name + strlen("SERVERS "));
    else if (text_starts_with(name, "ALLOW "))
        allow_add(writing, out, name + strlen("ALLOW "));
    else if (text_starts_with(name, "STATIC "))
        static_add(writing, out, name + strlen("STATIC "));
    else
        return false;
    return true;
}

static void line_fill(struct writing *writing, struct buffer *out, const char *line) {
    while (*line) {
        size_t plain = strcspn(line, "@");
        const char *end = line[plain] ? strchr(line + plain + 1, '@') : NULL;

        buffer_add(out, line, plain);
        line += plain;
        if (!*line)
            break;
        if (end &&
            name_fill(writing, out,
                      arena_copy(writing->command->arena, line + 1, (size_t)(end - line) - 1))) {
            line = end + 1;
        } else {
            buffer_add(out, line, 1);
            line++;
        }
    }
}

/* name: a program's, or "login.site": it, where the site says who a visitor is. */
static bool is_wanted(const struct settings *settings, const char *name) {
    if (text_equal(name, "login.site"))
        return settings->login.is_site && settings_has_program(settings, "login");
    return settings_has_program(settings, name);
}

static void text_fill(struct writing *writing, struct buffer *out, const char *text) {
    bool is_left_out = false;

    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *line = arena_copy(writing->command->arena, text, length);

        if (text_starts_with(line, "#if "))
            is_left_out = !is_wanted(writing->settings, line + strlen("#if "));
        else if (text_equal(line, "#end"))
            is_left_out = false;
        else if (!is_left_out) {
            line_fill(writing, out, line);
            buffer_text(out, "\n");
        }
        text += length + (text[length] == '\n');
    }
}

/* ---- files ---- */

static bool folder_make(const char *path) {
    struct stat info;

    if (mkdir(path, FOLDER_MODE) == 0)
        return chmod(path, FOLDER_MODE) == 0;
    return errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool bytes_write(int fd, const char *bytes, size_t length) {
    while (length) {
        ssize_t wrote = write(fd, bytes, length);

        if (wrote <= 0)
            return false;
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return true;
}

static bool file_replace(const char *path, const char *next, const struct buffer *bytes) {
    int fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);

    if (fd < 0)
        return false;
    bool is_done = bytes_write(fd, bytes->bytes, bytes->length) && fchmod(fd, FILE_MODE) == 0;
    is_done = close(fd) == 0 && is_done;
    if (is_done && rename(next, path) == 0)
        return true;
    unlink(next);
    return false;
}

static enum command_exit file_write(struct writing *writing, const char *name,
                                    const struct buffer *bytes) {
    struct command *command = writing->command;
    const char *path = arena_format(command->arena, "%s/%s", writing->folder, name);
    char *old;
    size_t length;

    if (buffer_is_full(bytes))
        return command_refuse(command, "%s would be too long.", path);
    writing->count++;
    if (file_read(command, path, FILE_BYTES_MAX, &old, &length) == RESULT_OK &&
        length == bytes->length && memcmp(old, bytes->bytes, length) == 0)
        return COMMAND_DONE;
    if (!file_replace(path, arena_format(command->arena, "%s.new", path), bytes))
        return command_refuse(command, "%s cannot be written: %s.", path, strerror(errno));
    json_array_append_new(writing->written, json_string(name));
    if (!command->json)
        printf("%s written\n", path);
    return COMMAND_DONE;
}

static enum command_exit file_make(struct writing *writing, const char *source, const char *name) {
    struct command *command = writing->command;
    struct buffer out;
    char *text;
    size_t length;

    if (file_read(command, source, FILE_BYTES_MAX, &text, &length) != RESULT_OK)
        return command_refuse(command, "%s cannot be read.", source);
    buffer_init(&out, command->arena, FILE_BYTES_MAX);
    text_fill(writing, &out, text);
    return file_write(writing, name, &out);
}

/* The provider's own page where there is one. */
static enum command_exit error_make(struct writing *writing, const char *error) {
    struct arena *arena = writing->command->arena;
    const struct settings *settings = writing->settings;
    const char *source = "";

    for (size_t at = 0; at < settings->folder_count; at++) {
        source = arena_format(arena, "%s/static/errors/%s.html", settings->folders[at], error);
        if (access(source, R_OK) == 0)
            break;
    }
    return file_make(writing, source, arena_format(arena, "errors/%s.html", error));
}

static enum command_exit brand_make(struct writing *writing) {
    struct values *values = writing->settings->values;
    const char *accent = values_text(values, "Site.Accent");
    const char *dark = values_text(values, "Site.AccentDark");
    struct buffer out;

    buffer_init(&out, writing->command->arena, FILE_BYTES_MAX);
    buffer_text(&out,
                "/* from Site.Accent and Site.AccentDark, by `remit config nginx` */\n:root {");
    if (*accent)
        buffer_format(&out, " --accent: %s;", accent);
    if (*dark)
        buffer_format(&out, " --accent-dark: %s;", dark);
    buffer_text(&out, " }\n");
    return file_write(writing, "static/brand.css", &out);
}

static enum command_exit all_write(struct writing *writing) {
    struct command *command = writing->command;
    struct arena *arena = command->arena;
    enum command_exit status = COMMAND_DONE;

    if (!folder_make(writing->folder) ||
        !folder_make(arena_format(arena, "%s/errors", writing->folder)) ||
        !folder_make(arena_format(arena, "%s/static", writing->folder)))
        return command_refuse(command, "The folder %s cannot be made: %s.", writing->folder,
                              strerror(errno));
    for (size_t at = 0; at < sizeof errors / sizeof *errors && status == COMMAND_DONE; at++)
        status = error_make(writing, errors[at]);
    if (status == COMMAND_DONE)
        status = brand_make(writing);
    /* What includes the others comes last. */
    for (size_t at = sizeof files / sizeof *files; at > 0 && status == COMMAND_DONE; at--)
        status = file_make(writing, arena_format(arena, "%s/%s.in", writing->from, files[at - 1]),
                           files[at - 1]);
    return status;
}

/* ---- the verb ---- */

static void setting_wrong(const char *name, const char *sentence, void *context) {
    bool *is_wrong = context;

    *is_wrong = true;
    fprintf(stderr, "%s %s.\n", name, sentence);
}

enum command_exit remit_config_nginx(struct command *command) {
    const char *folder = command_option(command, "folder"), *from = command_option(command, "from");
    struct settings settings = {0};
    struct writing writing = {.command = command, .settings = &settings};
    bool is_wrong = false;

    writing.folder = folder ? folder : "/etc/nginx/remit";
    writing.from = from ? from : REMIT_PREFIX "/share/remit/nginx";
    if (!config_path_is_plain(writing.folder))
        return command_usage(command,
                             "--folder: Enter a whole path of letters, digits and / . _ + - only.");
    if (settings_load(&settings, command->settings_file, "", command->arena, setting_wrong,
                      &is_wrong) == RESULT_OK)
        config_nginx_check(&settings, command->arena, setting_wrong, &is_wrong);
    if (is_wrong)
        return command_refuse(command, "Nothing was written: see `%s config check`.",
                              command->program->program.name);
    writing.written = json_array();
    enum command_exit status = all_write(&writing);
    settings_close(&settings);
    if (status != COMMAND_DONE) {
        json_decref(writing.written);
        return status;
    }
    size_t written = json_array_size(writing.written);
    json_t *object = json_object();
    json_object_set_new(object, "folder", json_string(writing.folder));
    json_object_set_new(object, "written", writing.written);
    return result_show(command, object, "%zu of %zu files in %s were written.%s", written,
                       writing.count, writing.folder,
                       written ? " Now `nginx -t`, and reload it." : "");
}
