/*
 * sandbox - a stand-in for the NMI payment gateway, for the demo and the tests.
 *
 * Everything that can fail, fails at start. It never protects its client: an order
 * id sent twice is booked twice, as on the real gateway.
 */
#include "modules/sandbox/sandbox.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: sandbox --listen 127.0.0.2:PORT --store FOLDER --security-key KEY [options]\n"
    "\n"
    "A stand-in for the NMI payment gateway, for demo and tests. Takes test cards only.\n"
    "\n"
    "  --listen ADDRESS:PORT   in 127.0.0.0/8; port 0 takes a free one\n"
    "  --store FOLDER          where the book is kept; made when missing\n"
    "  --security-key KEY      the private key of the two APIs\n"
    "  --tokenization-key KEY  the public key of Collect.js; refused on the two APIs\n"
    "  --vault FILE            JSON list of vault entries that exist from the start\n"
    "  --webhook-url URL       where events go: http, in 127.0.0.0/8; needs a key\n"
    "  --webhook-key KEY       what they are signed with\n"
    "  --clock FILE            business time: +N or -N seconds, or YYYY-MM-DDTHH:MM:SSZ\n"
    "  --help                  this text\n";

static void stop(evutil_socket_t signal_number, short what, void *arg) {
    (void)signal_number;
    (void)what;
    event_base_loopbreak(arg);
}

/* 0: go on. Otherwise the exit status, one more, so that --help can end well. */
static int read_options(int argc, char **argv, struct options *options) {
    static const struct option names[] = {
        {"listen", required_argument, NULL, 'l'},
        {"store", required_argument, NULL, 's'},
        {"security-key", required_argument, NULL, 'k'},
        {"tokenization-key", required_argument, NULL, 't'},
        {"vault", required_argument, NULL, 'v'},
        {"clock", required_argument, NULL, 'c'},
        {"webhook-url", required_argument, NULL, 'u'},
        {"webhook-key", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int letter;

    while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (letter) {
        case 'l':
            options->listen = optarg;
            break;
        case 's':
            options->store = optarg;
            break;
        case 'k':
            options->security_key = optarg;
            break;
        case 't':
            options->tokenization_key = optarg;
            break;
        case 'v':
            options->vault = optarg;
            break;
        case 'c':
            options->clock = optarg;
            break;
        case 'u':
            options->webhook_url = optarg;
            break;
        case 'w':
            options->webhook_key = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return 1;
        default:
            complain("see --help");
            return 3;
        }
    }
    if (optind == argc && options->listen && options->store && options->security_key &&
        *options->store && *options->security_key)
        return 0;
    complain("--listen, --store and --security-key are needed; see --help");
    return 3;
}

static bool check_webhooks(const struct options *options) {
    const char *url = options->webhook_url, *key = options->webhook_key;

    if (!url && !key)
        return true;
    if (!url || !key || !*key || strlen(key) > TEXT_LIMIT_BYTES) {
        complain("--webhook-url and --webhook-key go together");
        return false;
    }
    if (strlen(url) > TEXT_LIMIT_BYTES || !webhook_url_is_good(url)) {
        complain("--webhook-url takes http:// and an address of 127.0.0.0/8");
        return false;
    }
    return true;
}

static bool start(struct sandbox *sandbox) {
    const struct options *options = &sandbox->options;

    if (options->tokenization_key &&
        strcmp(options->tokenization_key, options->security_key) == 0) {
        complain("the tokenization key is public, it cannot be the security key");
        return false;
    }
    if (!check_webhooks(options))
        return false;
    if (!clock_read(options->clock, &sandbox->last_now)) {
        complain("%s: not a clock file; see --help", options->clock);
        return false;
    }
    knobs_reset(&sandbox->knobs);
    /* The book comes after the vault file: what was changed or deleted stays so. */
    if ((options->vault && !vault_load(&sandbox->vault, options->vault)) ||
        !journal_open(sandbox, options->store))
        return false;
    ach_watch_all(sandbox);
    return webhooks_start(sandbox) && server_listen(sandbox, options->listen);
}

static void finish(struct sandbox *sandbox) {
    struct call *call;

    webhooks_stop(sandbox);
    journal_close(sandbox);
    if (sandbox->http)
        evhttp_free(sandbox->http);
    /* What is left had its connection closed and would have booked later. */
    while ((call = TAILQ_FIRST(&sandbox->calls)) != NULL)
        call_free(call);
    due_release(&sandbox->due);
    book_release(&sandbox->book);
    vault_release(&sandbox->vault);
    token_release(&sandbox->tokens);
    event_base_free(sandbox->base);
    libevent_global_shutdown();
}

int main(int argc, char **argv) {
    struct sandbox sandbox = {.journal.fd = -1, .next_reference = 3170000001};
    struct event *on_term, *on_int;
    int status = read_options(argc, argv, &sandbox.options);

    if (status)
        return status - 1;
    signal(SIGPIPE, SIG_IGN);
    TAILQ_INIT(&sandbox.calls);
    TAILQ_INIT(&sandbox.journal.waiting);
    TAILQ_INIT(&sandbox.tokens.oldest_first);
    sandbox.base = event_base_new();
    if (sandbox.base == NULL) {
        complain("no event loop");
        return 1;
    }
    on_term = evsignal_new(sandbox.base, SIGTERM, stop, sandbox.base);
    on_int = evsignal_new(sandbox.base, SIGINT, stop, sandbox.base);
    evsignal_add(on_term, NULL);
    evsignal_add(on_int, NULL);
    status = start(&sandbox) && event_base_dispatch(sandbox.base) == 0 ? 0 : 1;
    event_free(on_term);
    event_free(on_int);
    finish(&sandbox);
    return status;
}
