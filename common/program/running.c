#include "common/program/running.h"

#include <assert.h>
#include <getopt.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/page/page.h"

enum { ARENA_START_BYTES = 16 * 1024 * 1024, PAGES_MAX = 64, HELP_MAX = 10 };

bool running_options_read(struct running_options *out_options, int argc, char **argv) {
    static const struct option list[] = {
        {"settings", required_argument, NULL, 's'}, {"now", required_argument, NULL, 'n'},
        {"check", no_argument, NULL, 'c'},          {"help", no_argument, NULL, 'h'},
        {"once", no_argument, NULL, 'o'},           {0}};
    bool takes_once = out_options->once;
    int option;

    *out_options = (struct running_options){0};
    while ((option = getopt_long(argc, argv, "", list, NULL)) != -1) {
        if (option == 's')
            out_options->settings = optarg;
        else if (option == 'n')
            out_options->now = optarg;
        else if (option == 'c')
            out_options->check = true;
        else if (option == 'h')
            out_options->help = true;
        else if (option == 'o' && takes_once)
            out_options->once = true;
        else
            return false;
    }
    return optind == argc && (out_options->settings || out_options->help);
}

static void setting_wrong(const char *name, const char *sentence, void *context) {
    (void)context;
    LOG(LOG_LEVEL_ERROR, "settings.wrong", LOG_TEXT("setting", name), LOG_TEXT("why", sentence));
}

void running_keep_private(void) {
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

/* A statement that is wrong or not allowed stops the start. A database that is away does not: what
 * is started while it restarts does its work as soon as it is back, as its siblings do. */
static enum result database_open(struct running *running, bool is_check) {
    running->db = db_new(&running->settings.database);
    enum result result = db_open(running->db, running->program->statements,
                                 running->program->statement_count);

    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "database.open", LOG_TEXT("result", result_name(result)),
            LOG_TEXT("error", db_error(running->db)));
    return result == RESULT_UNAVAILABLE && !is_check ? RESULT_OK : result;
}

/* What templates see of the settings; nothing of them is secret. */
static void site_values(struct running *running) {
    const struct settings *settings = &running->settings;
    struct values *values = settings->values;

    values_set(values, "Site.Base", settings->base);
    values_set(values, "Site.Static", arena_format(running->arena, "%s/static", settings->base));
    for (struct values *each = values_first(values, "Programs"); each; each = values_next(each))
        values_set(values, arena_format(running->arena, "Site.Programs.%s", values_name(each)),
                   values_own_text(each));
    values_set(values, "Site.Payment.Terms", values_text(values, "Payment.Terms"));
    for (int at = 0; at < HELP_MAX; at++) {
        const char *path = arena_format(running->arena, "Help.%d", at);
        const char *label = values_text(values, arena_format(running->arena, "%s.Label", path));

        if (!*label)
            continue;
        struct values *help = values_child(values, arena_format(running->arena, "Site.%s", path));
        values_set(help, "Label", label);
        values_set(help, "Url", values_text(values, arena_format(running->arena, "%s.Url", path)));
    }
}

static enum result templates_open(struct running *running) {
    const char *names[PAGES_MAX + 1] = {NULL};
    const char *reason = "";
    size_t count = 0;

    if (running->program->routes)
        names[count++] = "shared/error";
    for (const char *const *name = running->program->pages; name && *name; name++) {
        assert(count < PAGES_MAX);
        names[count++] = *name;
    }
    site_values(running);
    enum result result = pages_open(names, running->settings.folders,
                                    running->settings.folder_count, &running->settings.languages,
                                    running->settings.values, running->arena, &running->pages,
                                    &reason);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "templates.open", LOG_TEXT("why", reason));
    return result;
}

enum result running_open(struct running *running, const struct running_options *options) {
    running->arena = arena_new(ARENA_START_BYTES);
    enum result result = settings_load(&running->settings, options->settings,
                                       running->program->name, running->arena, setting_wrong, NULL);

    if (result != RESULT_OK)
        return result;
    language_speak(running->settings.languages.list[0]);
    running->clock->file = running->settings.clock_file;
    if (options->now && clock_set(running->clock, options->now) != RESULT_OK) {
        LOG(LOG_LEVEL_ERROR, "settings.wrong", LOG_TEXT("setting", "--now"),
            LOG_TEXT("why", "must be YYYY-MM-DDTHH:MM:SSZ, +seconds or -seconds"));
        return RESULT_INVALID;
    }
    /* Raw bytes have no pages. */
    if (!running->program->raw_routes)
        result = templates_open(running);
    if (result == RESULT_OK)
        result = database_open(running, options->check);
    if (result == RESULT_OK && running->program->open)
        result = running->program->open(running);
    return result;
}

void running_close(struct running *running) {
    if (running->program->close)
        running->program->close(running);
    language_speak(NULL);
    pages_close(running->pages);
    db_free(running->db);
    settings_close(&running->settings);
    arena_free(running->arena);
}
