#include "modules/remit/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "common/core/clock.h"

enum { BAR_WIDTH = 30, BAR_EVERY_MS = 200, LINE_EVERY_MS = 30000, SOON_MS = 3000, TEXT_SIZE = 96 };

void progress_begin(struct progress *progress, const char *what, int64_t done, int64_t total,
                    bool counts) {
    int64_t now_ms = clock_monotonic_ms();

    *progress = (struct progress){.what = what,
                                  .total = total,
                                  .counts = counts,
                                  .begun_ms = now_ms,
                                  .shown_ms = now_ms,
                                  .begun_at = done,
                                  .is_terminal = isatty(STDERR_FILENO) == 1};
}

static int64_t percent_of(const struct progress *progress, int64_t done) {
    if (progress->total <= 0)
        return 0;
    return done >= progress->total ? 100 : done * 100 / progress->total;
}

/* ", 520000 of 1000000, 2 min left" */
static void rest_text(const struct progress *progress, int64_t done, char text[TEXT_SIZE]) {
    int64_t spent_ms = clock_monotonic_ms() - progress->begun_ms;
    int64_t moved = done - progress->begun_at, left_s = 0;
    int used = 0;

    if (progress->counts)
        used = snprintf(text, TEXT_SIZE, progress->total ? ", %lld of %lld" : ", %lld",
                        (long long)done, (long long)progress->total);
    text[used] = '\0';
    if (moved > 0 && progress->total > done && spent_ms >= SOON_MS)
        left_s = spent_ms / 1000 * (progress->total - done) / moved;
    if (left_s >= 60)
        snprintf(text + used, TEXT_SIZE - (size_t)used, ", %lld min left",
                 (long long)((left_s + 30) / 60));
    else if (left_s > 0)
        snprintf(text + used, TEXT_SIZE - (size_t)used, ", %lld s left", (long long)left_s);
}

static void bar_print(const struct progress *progress, int64_t percent, const char *rest) {
    fprintf(stderr, "\r\033[K%s [", progress->what);
    for (int at = 0; at < BAR_WIDTH; at++)
        fputc(at < percent * BAR_WIDTH / 100 ? '#' : '.', stderr);
    fprintf(stderr, "] %lld%%%s", (long long)percent, rest);
    fflush(stderr);
}

void progress_show(struct progress *progress, int64_t done) {
    int64_t now_ms = clock_monotonic_ms();
    char rest[TEXT_SIZE];

    if (now_ms - progress->shown_ms < (progress->is_terminal ? BAR_EVERY_MS : LINE_EVERY_MS))
        return;
    progress->shown_ms = now_ms;
    progress->is_shown = true;
    rest_text(progress, done, rest);
    if (!progress->total)
        fprintf(stderr, progress->is_terminal ? "\r\033[K%s%s" : "%s%s\n", progress->what, rest);
    else if (progress->is_terminal)
        bar_print(progress, percent_of(progress, done), rest);
    else
        fprintf(stderr, "%s: %lld%%%s\n", progress->what, (long long)percent_of(progress, done),
                rest);
}

void progress_end(struct progress *progress) {
    if (progress->is_terminal && progress->is_shown)
        fputs("\r\033[K", stderr);
    progress->is_shown = false;
}
