#include "common/program/stop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Where blocked signals arrive. Nothing is ever read from it: once one is there, it stays so. */
static int signals = -1;

enum result stop_open(void) {
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return signals < 0 ? RESULT_FAILED : RESULT_OK;
}

void stop_close(void) {
    if (signals >= 0)
        close(signals);
    signals = -1;
}

/* Of a poll() that was interrupted, the wait is shorter: whoever waits looks again earlier. */
static bool stop_within(int64_t timeout_ms) {
    struct pollfd polled = {.fd = signals, .events = POLLIN};

    return poll(&polled, 1, (int)timeout_ms) > 0;
}

bool stop_asked(void) {
    return stop_within(0);
}

int stop_fd(void) {
    return signals;
}

void stop_wait(int64_t timeout_ms) {
    (void)stop_within(timeout_ms);
}
