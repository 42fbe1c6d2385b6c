#include "common/billing/method_words.h"

#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"

/* Those of cards are names. */
static const char *brand_words(const char *brand) {
    static const char *const accounts[] = {
        WORDS_IN("method", "Checking"),
        WORDS_IN("method", "Savings"),
    };

    for (size_t at = 0; at < sizeof accounts / sizeof *accounts; at++)
        if (text_equal(accounts[at], brand))
            return say_in("method", accounts[at]);
    return brand;
}

const char *method_words(struct arena *arena, const char *brand, const char *last_four) {
    return arena_format(arena, say("%s ending %s"), brand_words(brand), last_four);
}

/* What follows a word at the beginning of text; NULL: it begins otherwise. */
static const char *behind(const char *text, const char *word) {
    return text_starts_with(text, word) ? text + strlen(word) : NULL;
}

/* What was paid otherwise and recorded: what it was, then the number it is known by. */
static const char *recorded_words(struct arena *arena, const char *kept) {
    const char *number;

    if ((number = behind(kept, "Check ")))
        return arena_format(arena, say("Check %s"), number);
    if ((number = behind(kept, "Wire ")))
        return arena_format(arena, say("Wire %s"), number);
    if ((number = behind(kept, "Cash ")))
        return arena_format(arena, say("Cash %s"), number);
    return kept;
}

const char *method_words_of(struct arena *arena, const char *kept) {
    static const char between[] = " ending ";
    const char *ending = strstr(kept, between);
    const char *last_four = ending ? ending + strlen(between) : "";

    if (ending == kept || strlen(last_four) != 4 || !text_is_digits(last_four, 4))
        return recorded_words(arena, kept);
    return method_words(arena, arena_copy(arena, kept, (size_t)(ending - kept)), last_four);
}
