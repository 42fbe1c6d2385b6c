/* What browsers call themselves, in few words: as they did in 2025, and strange ones. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/words.h"
#include "common/http/agent.h"

#define WEBKIT "AppleWebKit/537.36 (KHTML, like Gecko) "
#define WINDOWS "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "

static const struct {
    const char *agent, *words;
} cases[] = {
    {WINDOWS WEBKIT "Chrome/131.0.0.0 Safari/537.36", "Chrome on Windows"},
    {WINDOWS WEBKIT "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge on Windows"},
    {WINDOWS WEBKIT "Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0", "Opera on Windows"},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
     "Firefox on Windows"},
    {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
     " Version/18.1 Safari/605.1.15",
     "Safari on Mac"},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
     " Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
     "Safari on iPhone"},
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
     " Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
     "Chrome on iPhone"},
    {"Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
     " FxiOS/133.0 Mobile/15E148 Safari/605.1.15",
     "Firefox on iPad"},
    {"Mozilla/5.0 (Linux; Android 10; K) " WEBKIT "Chrome/131.0.0.0 Mobile Safari/537.36",
     "Chrome on Android"},
    {"Mozilla/5.0 (Linux; Android 10; K) " WEBKIT
     "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
     "Samsung Internet on Android"},
    {"Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "Firefox on Android"},
    {"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"},
    {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " WEBKIT "Chrome/131.0.0.0 Safari/537.36",
     "Chrome on ChromeOS"},
    {"Mozilla/5.0 (X11; Linux x86_64) " WEBKIT "HeadlessChrome/131.0.0.0 Safari/537.36",
     "Chrome on Linux"},
    {"Something (Windows NT 10.0)", "A browser on Windows"},
    {"Firefox/1.0", "Firefox"},
    {"", "Unknown device"},
    {"curl/8.5.0", "Unknown device"},
    {"<script>alert(1)</script>", "Unknown device"},
};

static void test_cases(void **state) {
    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *words = agent_words(*state, cases[at].agent);

        check_text(cases[at].agent, words, cases[at].words);
        check_true(words, strlen(words) <= AGENT_WORDS_MAX);
    }
}

/* What sessions keep is English, and is said when it is shown. */
static void test_said(void **state) {
    struct language *language = language_new(*state, "es");
    const char *reason = "";

    assert_true(language_read(language, *state,
                              "msgid \"%s on %s\"\nmsgstr \"%s en %s\"\n"
                              "msgid \"A browser on %s\"\nmsgstr \"Un navegador en %s\"\n"
                              "msgid \"Unknown device\"\nmsgstr \"Desconocido\"\n",
                              &reason));
    for (size_t at = 0; at < COUNT(cases); at++)
        check_text(cases[at].agent, agent_say(*state, cases[at].words), cases[at].words);
    language_speak(language);
    assert_string_equal(agent_say(*state, "Chrome on Linux"), "Chrome en Linux");
    assert_string_equal(agent_say(*state, "A browser on Windows"), "Un navegador en Windows");
    assert_string_equal(agent_say(*state, "Firefox"), "Firefox");
    assert_string_equal(agent_say(*state, "Unknown device"), "Desconocido");
    assert_string_equal(agent_say(*state, ""), "");
    language_speak(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cases, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_said, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
