#include "common/http/agent.h"

#include <stddef.h>
#include <string.h>

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
        return arena_format(arena, "%s on %s", browser, system);
    if (system)
        return arena_format(arena, "A browser on %s", system);
    return browser ? browser : "Unknown device";
}
