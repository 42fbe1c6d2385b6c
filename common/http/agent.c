#include "common/http/agent.h"

#include <stddef.h>
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"

struct mark {
    const char *mark, *word;
};

/* Most call themselves by several names: the first that is found counts. */
static const struct mark browsers[] = {
    {"Edg/", "Edge"},        {"EdgA/", "Edge"},     {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},       {"OPiOS/", "Opera"},   {"SamsungBrowser/", "Samsung Internet"},
    {"Vivaldi/", "Vivaldi"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},    {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
};

static const struct mark systems[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},     {"Android", "Android"}, {"CrOS", "ChromeOS"},
    {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"Linux", "Linux"},
};

/* As sessions keep it. */
static const char unknown_device[] = WORDS("Unknown device"), unknown_browser[] = "A browser",
                  on[] = " on ";

static const char *word_of(const struct mark *list, size_t count, const char *agent) {
    for (size_t at = 0; at < count; at++)
        if (strstr(agent, list[at].mark))
            return list[at].word;
    return NULL;
}

const char *agent_words(struct arena *arena, const char *agent) {
    const char *browser = word_of(browsers, sizeof browsers / sizeof *browsers, agent);
    const char *system = word_of(systems, sizeof systems / sizeof *systems, agent);

    if (browser && system)
        return arena_format(arena, "%s%s%s", browser, on, system);
    if (system)
        return arena_format(arena, "%s%s%s", unknown_browser, on, system);
    return browser ? browser : unknown_device;
}

const char *agent_say(struct arena *arena, const char *words) {
    const char *system = strstr(words, on);

    if (text_equal(words, unknown_device))
        return say(unknown_device);
    if (!system)
        return words;
    const char *browser = arena_copy(arena, words, (size_t)(system - words));
    system += sizeof on - 1;
    return text_equal(browser, unknown_browser)
               ? arena_format(arena, say("A browser on %s"), system)
               : arena_format(arena, say("%s on %s"), browser, system);
}
