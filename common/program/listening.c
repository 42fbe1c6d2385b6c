#include "common/program/listening.h"

#include <stdio.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/program/running.h"

enum { ARENA_REQUEST_BYTES = 16 * 1024 * 1024, EXIT_USAGE = 2 };

int listening_run(const struct program *program, fcgi_handler answer, int argc, char **argv) {
    struct running_options options = {0};
    struct clock clock = {0};
    struct running running = {.program = program, .clock = &clock};

    log_open(program->name);
    if (!running_options_read(&options, argc, argv)) {
        fprintf(stderr, "usage: %s --settings FILE [--check] [--now INSTANT]\n", program->name);
        return EXIT_USAGE;
    }
    if (options.help) {
        printf("%s: a FastCGI program of Remit; listens on descriptor 0.\n"
               "usage: %s --settings FILE [--check] [--now INSTANT]\n",
               program->name, program->name);
        return 0;
    }
    running_keep_private();
    secret_open();
    fcgi_block_signals();
    enum result result = running_open(&running, &options);
    if (result == RESULT_OK && options.check)
        printf("%s: ready\n", program->name);
    else if (result == RESULT_OK)
        result = fcgi_serve(answer, &running, (unsigned)running.settings.worker_requests,
                            ARENA_REQUEST_BYTES);
    if (result != RESULT_OK)
        LOG(LOG_LEVEL_ERROR, "program.stopped", LOG_TEXT("result", result_name(result)));
    running_close(&running);
    return result == RESULT_OK ? 0 : 1;
}
