#include "common/program/program.h"

#include "common/program/listening.h"
#include "common/program/visit.h"

static void serve(const struct request_source *source, struct arena *arena,
                  struct response *response, void *context) {
    visit_serve(context, source, arena, response);
}

int program_run(const struct program *program, int argc, char **argv) {
    return listening_run(program, serve, argc, argv);
}
