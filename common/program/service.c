#include "common/program/service.h"

#include <stdio.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/program/running.h"
#include "common/program/stop.h"

enum { EXIT_USAGE = 2 };

bool service_should_stop(void) {
    return stop_asked();
}

void service_wait(int64_t timeout_ms) {
    stop_wait(timeout_ms);
}

/* When rounds begin to come to nothing, and when they go well again: not each of them. */
static void round_tell(enum result before, enum result result) {
    if (result != before)
        LOG(result == RESULT_OK ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
            result == RESULT_OK ? "service.recovered" : "service.failing",
            LOG_TEXT("result", result_name(result)));
}

static enum result serve(const struct service *service, struct running *running, bool is_once) {
    enum result before = RESULT_OK;

    while (!service_should_stop()) {
        enum result result = service->round(running);

        if (is_once)
            return result;
        round_tell(before, result);
        before = result;
        service_wait(service->pause_ms(running));
    }
    return RESULT_OK;
}

static int usage(const char *name, FILE *out) {
    fprintf(out, "usage: %s --settings FILE [--check | --once] [--now INSTANT]\n", name);
    return EXIT_USAGE;
}

int service_run(const struct service *service, int argc, char **argv) {
    struct running_options options = {.once = true};
    struct clock clock = {0};
    struct running running = {.program = &service->program, .clock = &clock};
    const char *name = service->program.name;

    log_open(name);
    if (!running_options_read(&options, argc, argv))
        return usage(name, stderr);
    if (options.help) {
        printf("%s: %s\n", name, service->about);
        (void)usage(name, stdout);
        return 0;
    }
    running_keep_private();
    secret_open();
    enum result result = stop_open();
    if (result == RESULT_OK)
        result = running_open(&running, &options);
    if (result == RESULT_OK && options.check)
        printf("%s: ready\n", name);
    else if (result == RESULT_OK)
        result = serve(service, &running, options.once);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "program.stopped", LOG_TEXT("result", result_name(result)));
    running_close(&running);
    stop_close();
    return result == RESULT_OK ? 0 : 1;
}
