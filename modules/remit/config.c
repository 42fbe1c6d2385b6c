/* remit config check - every setting that is wrong or missing, by name; remit config get - one of
 * them. */
#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "modules/remit/config.h"
#include "modules/remit/output.h"
#include "modules/remit/remit.h"

enum { WRONGS_MAX = 200 };

struct wrong {
    const char *program, *name, *sentence;
};

struct checking {
    struct command *command;
    const char *program; /* whose secrets are being read */
    struct wrong list[WRONGS_MAX];
    size_t count;
};

/* The same file is read for each program: what was told once is enough. */
static void wrong_add(const char *name, const char *sentence, void *context) {
    struct checking *checking = context;
    struct arena *arena = checking->command->arena;

    for (size_t at = 0; at < checking->count; at++)
        if (text_equal(checking->list[at].name, name) &&
            text_equal(checking->list[at].sentence, sentence))
            return;
    if (checking->count < WRONGS_MAX)
        checking->list[checking->count++] = (struct wrong){
            checking->program, arena_text(arena, name), arena_text(arena, sentence)};
}

/* Programs that call the gateway, `remit` among them. */
static bool wants_gateway(const char *program) {
    static const char *const list[] = {"pay", "methods", "drafter", "settler"};

    for (size_t at = 0; at < sizeof list / sizeof *list; at++)
        if (text_equal(list[at], program))
            return true;
    return false;
}

static void program_check(struct checking *checking, const char *program) {
    struct command *command = checking->command;
    struct settings settings = {0};

    checking->program = program;
    if (settings_load(&settings, command->settings_file, program, command->arena, wrong_add,
                      checking) == RESULT_OK) {
        const char *file = arena_format(command->arena, "%s/%s.hdf",
                                        values_text(settings.values, "Secrets.Folder"), program);

        if (!*settings.database.password)
            wrong_add(file, "Secret.DatabasePassword is missing", checking);
        if (wants_gateway(program) && !*settings.gateway.key)
            wrong_add(file, "Secret.GatewayKey is missing", checking);
        if (text_equal(program, "webhooks") && !*settings.webhook_key)
            wrong_add(file, "Secret.WebhookKey is missing", checking);
        if (text_equal(program, "webhooks") && *settings.gateway.key)
            wrong_add(file, "Secret.GatewayKey is not for this program: take it out", checking);
        if (text_equal(program, "remit") && !*settings.admin_user)
            wrong_add(file, "Secret.AdminUser is missing: `remit migrate` needs it", checking);
    }
    settings_close(&settings);
}

static enum command_exit checking_show(const struct checking *checking,
                                       const struct settings *settings, size_t programs) {
    struct command *command = checking->command;
    json_t *list = json_array(), *object = json_object();

    for (size_t at = 0; at < checking->count; at++) {
        const struct wrong *wrong = &checking->list[at];
        json_t *one = json_object();

        json_object_set_new(one, "setting", json_string(wrong->name));
        json_object_set_new(one, "wrong", json_string(wrong->sentence));
        json_object_set_new(one, "program", json_string(wrong->program));
        json_array_append_new(list, one);
        if (!command->json)
            printf("%s: %s\n", wrong->name, wrong->sentence);
    }
    json_object_set_new(object, "ok", json_boolean(checking->count == 0));
    json_object_set_new(object, "wrong", list);
    if (checking->count == 0) {
        json_object_set_new(object, "offered", config_offer_json(command, settings));
        return result_show(
            command, object, "ok: the settings, and the secrets of %zu program%s.\noffered: %s",
            programs, programs == 1 ? "" : "s", config_offer_text(command, settings));
    }
    if (command->json)
        json_print(object);
    else
        json_decref(object);
    return command_refuse(command, "%zu setting%s wrong or missing.", checking->count,
                          checking->count == 1 ? " is" : "s are");
}

enum command_exit remit_config_check(struct command *command) {
    struct checking *checking = arena_alloc(command->arena, sizeof *checking);
    const char *only = command_option(command, "program");
    struct settings settings = {0};
    size_t programs = 0;

    checking->command = command;
    checking->program = "";
    /* Read once without secrets, for the list of programs. */
    enum result result = settings_load(&settings, command->settings_file, "", command->arena,
                                       wrong_add, checking);
    if (result != RESULT_OK && !settings.values)
        return checking_show(checking, &settings, 0);
    config_offer_check(&settings, command->arena, wrong_add, checking);
    config_nginx_check(&settings, command->arena, wrong_add, checking);
    if (only) {
        if (!text_equal(only, "remit") && !settings_has_program(&settings, only))
            return command_refuse(command, "Programs.%s is not 1: that program is not installed.",
                                  only);
        program_check(checking, only);
        return checking_show(checking, &settings, 1);
    }
    program_check(checking, "remit");
    programs++;
    for (struct values *each = values_first(settings.values, "Programs"); each;
         each = values_next(each)) {
        if (!text_equal(values_own_text(each), "1") || text_equal(values_name(each), "remit"))
            continue;
        program_check(checking, values_name(each));
        programs++;
    }
    return checking_show(checking, &settings, programs);
}

enum command_exit remit_config_get(struct command *command) {
    struct values *values = values_in(command->arena);
    const char *reason = "cannot be read";

    if (values_load(values, command->settings_file, command->arena, &reason) != RESULT_OK)
        return command_refuse(command, "%s %s.", command->settings_file, reason);
    const char *text = values_text_or(values, command->arguments[0], NULL);
    if (!text)
        return command_refuse(command, "%s is not in %s.", command->arguments[0],
                              command->settings_file);
    return result_show(command, json_string(text), "%s", text);
}
