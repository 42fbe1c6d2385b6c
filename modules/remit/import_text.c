/* import_text.c - what the texts of a file mean, whatever kind of file it is. */
#include "common/core/text.h"
#include "common/money/money.h"
#include "modules/remit/import.h"

bool import_is_given(const char *text) {
    return text && *text;
}

const char *import_text_set(struct arena *arena, const char *text, size_t max, bool lines,
                            const char *fallback, const char **out) {
    const char *fault;

    if (!import_is_given(text)) {
        *out = fallback;
        return fallback ? NULL : "This is missing.";
    }
    fault = command_text_fault(text, max, lines);
    *out = arena_text(arena, fault ? "" : text);
    return fault;
}

const char *import_number_set(struct arena *arena, const char *text, const char **out) {
    const char *fault = import_is_given(text) ? command_number_fault(text) : "This is missing.";

    *out = fault ? "" : arena_text(arena, text);
    return fault;
}

const char *import_date_set(const char *text, struct date *out) {
    if (!import_is_given(text))
        return "This is missing.";
    return date_parse(text, out) ? NULL : "Enter a date as in 2026-11-22.";
}

const char *import_money_set(const char *text, bool may_be_zero, int64_t *out) {
    enum money_error error = money_parse(text, out);

    if (error == MONEY_ZERO && may_be_zero) {
        *out = 0;
        return NULL;
    }
    return error == MONEY_OK ? NULL : money_error_sentence(error);
}
