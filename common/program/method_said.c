#include "common/program/method_said.h"

#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"

/* Of bank accounts; brands of cards are names. */
static const char *const accounts[] = {WORDS("Checking"), WORDS("Savings")};

static const char *brand_said(const char *brand) {
    for (size_t at = 0; at < sizeof accounts / sizeof *accounts; at++)
        if (text_equal(brand, accounts[at]))
            return say(accounts[at]);
    return brand;
}

const char *method_said(struct arena *arena, const char *method_text) {
    static const char between[] = " ending ";
    const char *at = strstr(method_text, between);

    if (at) {
        const char *brand = arena_copy(arena, method_text, (size_t)(at - method_text));

        return arena_format(arena, say("%s ending %s"), brand_said(brand), at + strlen(between));
    }
    if (text_starts_with(method_text, "Check "))
        return arena_format(arena, say("Check %s"), method_text + strlen("Check "));
    if (text_starts_with(method_text, "Wire "))
        return arena_format(arena, say("Wire %s"), method_text + strlen("Wire "));
    if (text_starts_with(method_text, "Cash "))
        return arena_format(arena, say("Cash %s"), method_text + strlen("Cash "));
    return method_text;
}
