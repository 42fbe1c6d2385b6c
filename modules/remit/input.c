/* What several verbs read. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/billing/allocation.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/http/card_guard.h"
#include "common/store/provider_store.h"
#include "modules/remit/remit.h"

enum { FIRST_BYTES = 64 * 1024, KEY_MAX = 64, NOTE_MAX = 500 };

/* RESULT_NOT_FOUND: an error; RESULT_INVALID: too much. */
static enum result all_read(struct arena *arena, int fd, size_t limit_bytes, char **out_bytes,
                            size_t *out_length) {
    size_t capacity = FIRST_BYTES, length = 0;
    struct stat info;

    /* A file's size is known: one piece of memory, and one byte to see that it did not grow. */
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        if ((uintmax_t)info.st_size > limit_bytes)
            return RESULT_INVALID;
        capacity = (size_t)info.st_size + 1;
    }
    char *bytes = arena_alloc(arena, capacity + 1);

    for (;;) {
        if (length == capacity) {
            if (capacity > limit_bytes)
                return RESULT_INVALID;
            char *larger = arena_alloc(arena, 2 * capacity + 1);

            memcpy(larger, bytes, length);
            bytes = larger;
            capacity *= 2;
        }
        ssize_t got = read(fd, bytes + length, capacity - length);
        if (got < 0)
            return RESULT_NOT_FOUND;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    if (length > limit_bytes)
        return RESULT_INVALID;
    bytes[length] = '\0';
    *out_bytes = bytes;
    *out_length = length;
    return RESULT_OK;
}

enum result file_read(struct command *command, const char *name, size_t limit_bytes,
                      char **out_bytes, size_t *out_length) {
    if (text_equal(name, "-"))
        return all_read(command->arena, STDIN_FILENO, limit_bytes, out_bytes, out_length);
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return RESULT_NOT_FOUND;
    enum result result = all_read(command->arena, fd, limit_bytes, out_bytes, out_length);
    close(fd);
    return result;
}

enum command_exit account_take(struct command *command, const char *what, const char *number,
                               int64_t *out_id) {
    const char *checked;

    if (!command_number(command, what, number, &checked))
        return COMMAND_USAGE;
    enum result result = provider_account_find(command->running.db, command->arena, checked,
                                               out_id);
    if (result == RESULT_NOT_FOUND)
        return command_refuse(command, "There is no account %s.", checked);
    return result == RESULT_OK ? COMMAND_DONE : command_failed(command, result);
}

bool invoice_numbers(struct command *command, const char *const **out_numbers, size_t *out_count) {
    const char **numbers = arena_array(command->arena, ALLOCATIONS_MAX, sizeof *numbers);
    const char *text;
    size_t count = 0;

    for (size_t at = 0; (text = command_option_at(command, "invoice", at)) != NULL; at++) {
        bool again = false;

        if (count == ALLOCATIONS_MAX) {
            command_usage(command, "At most %d invoices can be named.", ALLOCATIONS_MAX);
            return false;
        }
        if (!command_number(command, "--invoice", text, &text))
            return false;
        for (size_t before = 0; before < count; before++)
            again = again || text_equal(numbers[before], text);
        if (!again)
            numbers[count++] = text;
    }
    *out_numbers = numbers;
    *out_count = count;
    return true;
}

bool payment_reference_check(struct command *command, const char *reference) {
    if (secret_is_reference(reference))
        return true;
    command_usage(command, "REFERENCE: A payment's reference is P and 12 characters.");
    return false;
}

bool note_and_key(struct command *command, const char **out_note, const char **out_key) {
    const char *note = command_option(command, "note"), *key = command_option(command, "key");

    if ((note && !command_text(command, "--note", note, NOTE_MAX, out_note)) ||
        (key && !command_text(command, "--key", key, KEY_MAX, out_key)))
        return false;
    if ((note && card_guard_matches(note)) || (key && card_guard_matches(key))) {
        command_usage(command, "This looks like a card number, and those are not kept here.");
        return false;
    }
    return true;
}
