#include "common/program/program.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/http/fcgi.h"
#include "common/page/page.h"
#include "common/program/visit.h"

enum {
    ARENA_START_BYTES = 16 * 1024 * 1024,
    ARENA_REQUEST_BYTES = 16 * 1024 * 1024,
    PAGES_MAX = 16,
    EXIT_USAGE = 2
};

struct options {
    const char *settings, *now;
    bool check, help;
};

static bool options_read(struct options *options, int argc, char **argv) {
    static const struct option list[] = {{"settings", required_argument, NULL, 's'},
                                         {"now", required_argument, NULL, 'n'},
                                         {"check", no_argument, NULL, 'c'},
                                         {"help", no_argument, NULL, 'h'},
                                         {0}};
    int option;

    while ((option = getopt_long(argc, argv, "", list, NULL)) != -1) {
        if (option == 's')
            options->settings = optarg;
        else if (option == 'n')
            options->now = optarg;
        else if (option == 'c')
            options->check = true;
        else if (option == 'h')
            options->help = true;
        else
            return false;
    }
    return optind == argc && (options->settings || options->help);
}

static void setting_wrong(const char *name, const char *sentence, void *context) {
    (void)context;
    LOG(LOG_LEVEL_ERROR, "settings.wrong", LOG_TEXT("setting", name), LOG_TEXT("why", sentence));
}

/* No core of ours is ever written: one would hold keys and what a customer typed. */
static void memory_keep_private(void) {
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

/* A statement that is wrong or not allowed stops the start. A database that is away does not: a
 * worker started while it restarts answers 503 until it is back, as its siblings do. */
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
}

static enum result templates_open(struct running *running) {
    const char *names[PAGES_MAX + 2] = {"shared/error"};
    const char *reason = "";
    size_t count = 1;

    for (const char *const *name = running->program->pages; *name && count <= PAGES_MAX; name++)
        names[count++] = *name;
    site_values(running);
    enum result result = pages_open(names, running->settings.folders,
                                    running->settings.folder_count, running->settings.values,
                                    running->arena, &running->pages, &reason);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "templates.open", LOG_TEXT("why", reason));
    return result;
}

static enum result running_open(struct running *running, const struct options *options) {
    enum result result = settings_load(&running->settings, options->settings,
                                       running->program->name, running->arena, setting_wrong, NULL);

    if (result != RESULT_OK)
        return result;
    running->clock->file = running->settings.clock_file;
    if (options->now && clock_set(running->clock, options->now) != RESULT_OK) {
        LOG(LOG_LEVEL_ERROR, "settings.wrong", LOG_TEXT("setting", "--now"),
            LOG_TEXT("why", "must be YYYY-MM-DDTHH:MM:SSZ, +seconds or -seconds"));
        return RESULT_INVALID;
    }
    result = templates_open(running);
    if (result == RESULT_OK)
        result = database_open(running, options->check);
    if (result == RESULT_OK && running->program->open)
        result = running->program->open(running);
    return result;
}

static void running_close(struct running *running) {
    if (running->program->close)
        running->program->close(running);
    pages_close(running->pages);
    db_free(running->db);
    settings_close(&running->settings);
    arena_free(running->arena);
}

static void serve(const struct request_source *source, struct arena *arena,
                  struct response *response, void *context) {
    visit_serve(context, source, arena, response);
}

int program_run(const struct program *program, int argc, char **argv) {
    struct options options = {0};
    struct clock clock = {0};
    struct running running = {.program = program, .clock = &clock};

    log_open(program->name);
    if (!options_read(&options, argc, argv)) {
        fprintf(stderr, "usage: %s --settings FILE [--check] [--now INSTANT]\n", program->name);
        return EXIT_USAGE;
    }
    if (options.help) {
        printf("%s: a FastCGI program of Remit; listens on descriptor 0.\n"
               "usage: %s --settings FILE [--check] [--now INSTANT]\n",
               program->name, program->name);
        return 0;
    }
    memory_keep_private();
    secret_open();
    fcgi_block_signals();
    running.arena = arena_new(ARENA_START_BYTES);
    enum result result = running_open(&running, &options);
    if (result == RESULT_OK && options.check)
        printf("%s: ready\n", program->name);
    else if (result == RESULT_OK)
        result = fcgi_serve(serve, &running, (unsigned)running.settings.worker_requests,
                            ARENA_REQUEST_BYTES);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "program.stopped", LOG_TEXT("result", result_name(result)));
    running_close(&running);
    return result == RESULT_OK ? 0 : 1;
}
