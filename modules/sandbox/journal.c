/*
 * journal.c - the file behind the book: append, one fsync for many, replay.
 *
 * A line is {"transaction":{...}}, {"vault":{...}}, {"vault_deleted":"id"}, {"token":{...}},
 * {"token_used":"id"}, {"event":{...}} or {"event_sent":{...}}; of the same id the last line
 * counts. All lines of one turn of the event loop share one write and one fsync, and the answers
 * and events that depend on them wait for it; nobody waits for what comes later. A kill can leave
 * a last line without its end: nobody was told of it, so it is cut off.
 */
#include "modules/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* So many notes share a write when nothing else is written. */
#define LATER_MS 200

static bool replay_line(struct sandbox *sandbox, const char *line, size_t length) {
    json_t *root = json_loadb(line, length, 0, NULL);
    json_t *transaction = json_object_get(root, "transaction");
    json_t *entry = json_object_get(root, "vault");
    json_t *token = json_object_get(root, "token");
    json_t *event = json_object_get(root, "event"), *sent = json_object_get(root, "event_sent");
    const char *deleted = json_string_value(json_object_get(root, "vault_deleted"));
    const char *used = json_string_value(json_object_get(root, "token_used"));
    bool is_good = false;

    if (transaction) {
        struct transaction *restored = transaction_from_json(transaction);

        is_good = restored && book_restore(&sandbox->book, restored);
        if (restored && !is_good)
            transaction_free(restored);
    } else if (entry) {
        is_good = vault_restore(&sandbox->vault, entry);
    } else if (deleted) {
        vault_forget(&sandbox->vault, deleted);
        is_good = true;
    } else if (token) {
        is_good = token_restore(&sandbox->tokens, token);
    } else if (used) {
        token_forget(&sandbox->tokens, used);
        is_good = true;
    } else if (event) {
        is_good = webhook_restore(sandbox, event);
    } else if (sent) {
        is_good = webhook_restore_sent(sandbox, sent);
    }
    json_decref(root);
    return is_good;
}

/* Reads the whole file; *out_whole_bytes ends after the last complete line. */
static bool replay(struct sandbox *sandbox, const char *path, off_t *out_whole_bytes) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    unsigned long number = 0;
    bool is_good = file != NULL;

    *out_whole_bytes = 0;
    while (is_good && (length = getline(&line, &room, file)) > 0) {
        number++;
        if (line[length - 1] != '\n') {
            log_line("journal", "the last line was not complete and is dropped");
            break;
        }
        is_good = replay_line(sandbox, line, (size_t)length - 1);
        if (!is_good)
            complain("%s: line %lu cannot be understood", path, number);
        *out_whole_bytes += length;
    }
    if (file == NULL || ferror(file)) {
        complain("%s: %s", path, strerror(errno));
        is_good = false;
    }
    free(line);
    if (file)
        fclose(file);
    return is_good;
}

/* A disk that does not keep its promise: end before anybody is told anything. */
static void give_up(void) {
    log_line("journal", "the book cannot be written");
    _exit(1);
}

static void journal_flush(evutil_socket_t fd, short what, void *arg) {
    struct sandbox *sandbox = arg;
    struct journal *journal = &sandbox->journal;
    struct call *call;

    (void)fd;
    (void)what;
    evbuffer_add_buffer(journal->out, journal->later);
    while (evbuffer_get_length(journal->out) > 0)
        if (evbuffer_write(journal->out, journal->fd) < 0 && errno != EINTR)
            give_up();
    if (fdatasync(journal->fd) != 0)
        give_up();
    while ((call = TAILQ_FIRST(&journal->waiting)) != NULL) {
        TAILQ_REMOVE(&journal->waiting, call, waiting);
        call->is_waiting = false;
        call_send(call);
    }
    webhooks_pump(sandbox);
}

/* The folder must keep the new file's name too. */
static bool sync_folder(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_good = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return is_good;
}

bool journal_open(struct sandbox *sandbox, const char *folder) {
    struct journal *journal = &sandbox->journal;
    char path[4096];
    off_t whole_bytes;

    if (snprintf(path, sizeof(path), "%s/book.jsonl", folder) >= (int)sizeof(path)) {
        complain("the store's name is too long");
        return false;
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        complain("%s: %s", folder, strerror(errno));
        return false;
    }
    journal->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal->fd < 0) {
        complain("%s: %s", path, strerror(errno));
        return false;
    }
    if (flock(journal->fd, LOCK_EX | LOCK_NB) != 0) {
        complain("%s: another sandbox is using this store", path);
        return false;
    }
    if (!replay(sandbox, path, &whole_bytes))
        return false;
    if (ftruncate(journal->fd, whole_bytes) != 0 || fsync(journal->fd) != 0 ||
        !sync_folder(folder)) {
        complain("%s: %s", path, strerror(errno));
        return false;
    }
    journal->out = evbuffer_new();
    journal->later = evbuffer_new();
    journal->flush = evtimer_new(sandbox->base, journal_flush, sandbox);
    return journal->out != NULL && journal->later != NULL && journal->flush != NULL;
}

struct evbuffer *journal_begin(struct sandbox *sandbox) {
    /* A timer of zero runs after the requests that the next poll finds ready. */
    if (journal_is_clean(sandbox))
        evtimer_add(sandbox->journal.flush, &(struct timeval){0});
    return sandbox->journal.out;
}

struct evbuffer *journal_later(struct sandbox *sandbox) {
    struct journal *journal = &sandbox->journal;

    if (!evtimer_pending(journal->flush, NULL))
        evtimer_add(journal->flush, &(struct timeval){.tv_usec = LATER_MS * 1000});
    return journal->later;
}

void journal_end(struct sandbox *sandbox) {
    evbuffer_add(sandbox->journal.out, "\n", 1);
}

bool journal_is_clean(const struct sandbox *sandbox) {
    return evbuffer_get_length(sandbox->journal.out) == 0;
}

void journal_wait(struct sandbox *sandbox, struct call *call) {
    TAILQ_INSERT_TAIL(&sandbox->journal.waiting, call, waiting);
    call->is_waiting = true;
}

void journal_close(struct sandbox *sandbox) {
    struct journal *journal = &sandbox->journal;

    if (journal->flush && (!journal_is_clean(sandbox) || evbuffer_get_length(journal->later) > 0))
        journal_flush(-1, 0, sandbox);
    if (journal->flush)
        event_free(journal->flush);
    if (journal->out)
        evbuffer_free(journal->out);
    if (journal->later)
        evbuffer_free(journal->later);
    if (journal->fd >= 0)
        close(journal->fd);
}
