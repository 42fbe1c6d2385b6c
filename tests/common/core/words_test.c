/* Languages: what a .po file says, what it may not hold, which one a browser asks for. */
#include "tests/support/test.h"

#include <string.h>

#include "common/core/words.h"

static struct language *language_of(struct arena *arena, const char *code, const char *po) {
    struct language *language = language_new(arena, code);
    const char *reason = "";

    check_true(reason, language_read(language, arena, po, &reason));
    return language;
}

/* ---- what it says ---- */

static const char spanish[] = "# a comment\n"
                              "msgid \"\"\n"
                              "msgstr \"\"\n"
                              "\"Language: es\\n\"\n"
                              "\"X-Language-Name: Espa\xc3\xb1ol\\n\"\n"
                              "\n"
                              "#: common/x.c\n"
                              "msgid \"Home\"\n"
                              "msgstr \"Inicio\"\n"
                              "msgid \"Two \"\n"
                              "\"parts\"\n"
                              "msgstr \"\"\n"
                              "\"Dos \"\n"
                              "\"partes\"\n"
                              "\n"
                              "msgctxt \"invoice\"\n"
                              "msgid \"Open\"\n"
                              "msgstr \"Pendiente\"\n"
                              "\n"
                              "msgctxt \"\"\n"
                              "msgid \"Empty context\"\n"
                              "msgstr \"Vac\xc3\xado\"\n"
                              "\n"
                              "msgid \"a \\\"b\\\" \\\\ \\t\\n\"\n"
                              "msgstr \"c \\\"d\\\" \\\\ \\t\\n\"\n"
                              "\n"
                              "#, fuzzy, c-format\n"
                              "msgid \"Fuzzy\"\n"
                              "msgstr \"Borroso\"\n"
                              "\n"
                              "#, c-format\n"
                              "msgid \"Not fuzzy\"\n"
                              "msgstr \"Claro\"\n"
                              "\n"
                              "#~ msgid \"Obsolete\"\n"
                              "#~ msgstr \"Obsoleto\"\n"
                              "\n"
                              "msgid \"Untranslated\"\n"
                              "msgstr \"\"\n"
                              "\r\n"
                              "msgid \"Lines of Windows\"\r\n"
                              "msgstr \"De Windows\"\r\n"
                              "\n"
                              "msgid \"Last\"\n"
                              "msgstr \"El fin\"";

static const struct {
    const char *label, *context, *text, *said;
} lookups[] = {
    {"a word", NULL, "Home", "Inicio"},
    {"in parts", NULL, "Two parts", "Dos partes"},
    {"with its context", "invoice", "Open", "Pendiente"},
    {"without its context", NULL, "Open", NULL},
    {"with another context", "payment", "Open", NULL},
    {"with a context it has not", "invoice", "Home", NULL},
    {"an empty context is one", "", "Empty context", "Vac\xc3\xado"},
    {"an empty context is not none", NULL, "Empty context", NULL},
    {"escapes", NULL, "a \"b\" \\ \t\n", "c \"d\" \\ \t\n"},
    {"fuzzy", NULL, "Fuzzy", NULL},
    {"behind a fuzzy one", NULL, "Not fuzzy", "Claro"},
    {"obsolete", NULL, "Obsolete", NULL},
    {"empty", NULL, "Untranslated", NULL},
    {"CRLF", NULL, "Lines of Windows", "De Windows"},
    {"without a line's end", NULL, "Last", "El fin"},
    {"another case", NULL, "home", NULL},
    {"the header", NULL, "", NULL},
    {"not there", NULL, "Nothing", NULL},
};

static void test_lookups(void **state) {
    struct language *language = language_of(*state, "es", spanish);

    assert_string_equal(language_code(language), "es");
    assert_string_equal(language_name(language), "Espa\xc3\xb1ol");
    language_speak(language);
    assert_ptr_equal(language_spoken(), language);
    for (size_t at = 0; at < COUNT(lookups); at++) {
        const char *text = lookups[at].text, *wanted = lookups[at].said;
        const char *found = language_find(language, lookups[at].context, text);

        if (wanted)
            check_text(lookups[at].label, found ? found : "(none)", wanted);
        else
            check_true(lookups[at].label, !found);
        check_text(lookups[at].label,
                   lookups[at].context ? say_in(lookups[at].context, text) : say(text),
                   wanted ? wanted : text);
    }
    language_speak(NULL);
    assert_string_equal(say("Home"), "Home");
    assert_null(language_spoken());
}

/* The file read first wins, text by text. */
static void test_overriding(void **state) {
    struct language *language = language_of(
        *state, "es", "msgid \"Home\"\nmsgstr \"Portada\"\n\nmsgid \"Last\"\nmsgstr \"\"\n");
    const char *reason = "";

    assert_string_equal(language_name(language), "es");
    assert_true(language_read(language, *state, spanish, &reason));
    assert_string_equal(language_find(language, NULL, "Home"), "Portada");
    assert_string_equal(language_find(language, NULL, "Last"), "El fin");
    assert_string_equal(language_find(language, "invoice", "Open"), "Pendiente");
    assert_string_equal(language_name(language), "Espa\xc3\xb1ol");
    /* English needs no file, and may have one. */
    struct language *english = language_new(*state, "en");
    assert_string_equal(language_name(english), "English");
    language_speak(english);
    assert_string_equal(say("Home"), "Home");
    assert_true(language_read(english, *state, "msgid \"Home\"\nmsgstr \"Start\"\n", &reason));
    assert_string_equal(say("Home"), "Start");
    assert_string_equal(say("Last"), "Last");
    language_speak(NULL);
    /* An empty file says nothing. */
    assert_null(language_find(language_of(*state, "fr", ""), NULL, "Home"));
}

/* ---- what it may not hold ---- */

static const struct {
    const char *label, *po, *reason;
} hostile[] = {
    {"not UTF-8", "msgid \"a\"\nmsgstr \"\xff\"\n", "line 1: not UTF-8"},
    {"no quotes", "msgid \"a\"\nmsgstr b\n", "line 2: a string in quotes"},
    {"no end", "\n\nmsgid \"a\n", "line 3: a quote is missing"},
    {"something behind", "msgid \"a\" b\n", "line 1: a quote is missing"},
    {"a quote inside", "msgid \"a\"b\"\n", "line 1: a quote is missing"},
    {"an escape we do not know", "msgid \"a\\x41\"\n", "line 1: only"},
    {"half an escape", "msgid \"a\"\nmsgstr \"a\\\n\"\n", "line 2: only"},
    {"a string of nothing", "\"a\"\n", "line 1: a string that belongs to nothing"},
    {"a string behind a gap", "msgid \"a\"\n\n\"b\"\n", "line 3: a string that belongs"},
    {"plural forms", "msgid \"a\"\nmsgid_plural \"b\"\n", "line 2: neither"},
    {"a plural's translation", "msgid \"a\"\nmsgstr[0] \"b\"\n", "line 2: neither"},
    {"something else", "msgid \"a\"\nmsgstr \"b\"\nrm -rf\n", "line 3: neither"},
    {"blanks before", " msgid \"a\"\n", "line 1: neither"},
    {"twice msgid", "msgid \"a\"\nmsgid \"b\"\n", "line 2: the same word twice"},
    {"twice msgstr", "msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"\n", "line 3: the same word twice"},
    {"no msgstr", "msgid \"a\"\n", "line 1: msgid and msgstr"},
    {"no msgid", "\nmsgstr \"a\"\n", "line 2: msgid and msgstr"},
    {"a context alone", "msgctxt \"a\"\n", "line 1: msgctxt without msgid"},
    {"the same again", "msgid \"a\"\nmsgstr \"b\"\n\nmsgid \"a\"\nmsgstr \"b\"\n",
     "line 4: this text was there before"},
    {"the same with its context",
     "msgctxt \"c\"\nmsgid \"a\"\nmsgstr \"b\"\nmsgctxt \"c\"\nmsgid \"a\"\nmsgstr \"d\"\n",
     "line 4: this text was there before"},
    {"another conversion", "\nmsgid \"%s\"\nmsgstr \"%d\"\n",
     "line 2: the translation's conversions"},
};

static void test_hostile(void **state) {
    for (size_t at = 0; at < COUNT(hostile); at++) {
        struct language *language = language_new(*state, "es");
        const char *reason = "";

        check_true(hostile[at].label, !language_read(language, *state, hostile[at].po, &reason));
        check_text(hostile[at].label,
                   strncmp(reason, hostile[at].reason, strlen(hostile[at].reason)) == 0
                       ? hostile[at].reason
                       : reason,
                   hostile[at].reason);
        check_true(hostile[at].label, !language_find(language, NULL, "a"));
    }
    /* Longer than any text may be, in one string or in many. */
    char *long_text = arena_alloc(*state, 9000);
    const char *reason = "";
    memset(long_text, 'x', 8999);
    assert_false(language_read(language_new(*state, "es"), *state,
                               arena_format(*state, "msgid \"a\"\nmsgstr \"%s\"\n", long_text),
                               &reason));
    assert_non_null(strstr(reason, "line 2: a text is longer"));
    long_text[4500] = '\0';
    assert_false(language_read(
        language_new(*state, "es"), *state,
        arena_format(*state, "msgid \"a\"\nmsgstr \"%s\"\n\"%s\"\n", long_text, long_text),
        &reason));
    assert_non_null(strstr(reason, "line 3: a text is longer"));
}

static const struct {
    const char *text, *said;
    bool fits;
} formats[] = {
    {"plain", "llano", true},
    {"%s", "de %s", true},
    {"%s of %s", "%2$s de %1$s", true},
    {"%s of %s", "%1$s de %2$s", true},
    {"%2$s %1$d", "%d: %s", true},
    {"%lld of %d", "%2$d de %1$lld", true},
    {"%1$s, %2$d:%3$02d", "%2$d:%3$02d, %1$s", true},
    {"100%% of %s", "el 100%% de %s", true},
    {"%zu", "%zu", true},
    {"plain", "%s", false},
    {"plain", "50 %", false},
    {"%s", "nada", false},
    {"%s", "%d", false},
    {"%s", "%s %s", false},
    {"%s", "%1$s %1$s", false},
    {"%s %s", "%1$s %1$s", false},
    {"%s %d", "%d %s", false},
    {"%s %s", "%1$s %s", false},
    {"%s %s", "%s %2$s", false},
    {"%s", "%2$s", false},
    {"%s", "%0$s", false},
    {"%s", "%99$s", false},
    {"%s", "%-1$s", false},
    {"%s", "%n", false},
    {"%s", "%s%n", false},
    {"%s", "%*s", false},
    {"%s", "%.*s", false},
    {"%s", "%ls", false},
    {"%s", "%", false},
    {"%s", "%s %", false},
    {"%s", "%lllllls", false},
    {"%lld", "%d", false},
    {"%d", "%lld", false},
    {"%s", "%s%s%s%s%s%s%s%s%s%s%s%s%s%s", false},
};

static void test_formats(void **state) {
    for (size_t at = 0; at < COUNT(formats); at++) {
        const char *po = arena_format(*state, "msgid \"%s\"\nmsgstr \"%s\"\n", formats[at].text,
                                      formats[at].said);
        const char *label = arena_format(*state, "%s -> %s", formats[at].text, formats[at].said);
        const char *reason = "";

        check_int(label, language_read(language_new(*state, "es"), *state, po, &reason),
                  formats[at].fits);
    }
}

/* ---- which one ---- */

static const struct {
    const char *header, *code;
} asked[] = {
    {"", "en"},
    {"es", "es"},
    {"ES", "es"},
    {"es-MX", "es"},
    {"es-419,es;q=0.9,en;q=0.8", "es"},
    {"fr, es;q=0.5", "es"},
    {"en;q=0.5, es", "es"},
    {"es;q=0.5, en", "en"},
    {"es;q=0.25, en;q=0.251", "en"},
    {"en;q=0.9,es;q=0.9", "en"},
    {"es ; q=0.9", "es"},
    {"pt-BR", "pt-BR"},
    {"pt-br;q=0.1", "pt-BR"},
    {"pt-BR-x", "en"},
    {"pt", "en"},
    {"fr", "en"},
    {"*", "en"},
    {"es;q=0", "en"},
    {"es;q=0.000", "en"},
    {"es;q=", "en"},
    {"es;q", "en"},
    {"es;level=1", "en"},
    {"es;q=-1", "en"},
    {"es;q=5", "es"},
    {"es;q=0.5garbage", "es"},
    {",,, ,es", "es"},
    {";;;,,;q=1", "en"},
    {"e", "en"},
    {"ess", "en"},
    {"-", "en"},
    {"-es", "en"},
    {"\x01\xff\xfe", "en"},
    {"%s%n", "en"},
};

static void test_asked(void **state) {
    struct languages languages = {
        {language_new(*state, "en"), language_new(*state, "es"), language_new(*state, "pt-BR")}, 3};

    for (size_t at = 0; at < COUNT(asked); at++)
        check_text(asked[at].header, language_code(languages_asked(&languages, asked[at].header)),
                   asked[at].code);
    /* The first is for who asks for none. */
    struct languages turned = {{languages.list[1], languages.list[0]}, 2};
    assert_string_equal(language_code(languages_asked(&turned, "fr")), "es");
    assert_string_equal(language_code(languages_asked(&turned, "en")), "en");
    assert_null(languages_asked(&(struct languages){{NULL}, 0}, "es"));
    assert_string_equal(language_code(languages_find(&languages, "es-MX")), "es");
    assert_null(languages_find(&languages, "fr"));
    assert_null(languages_find(&languages, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lookups, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_overriding, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_hostile, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_formats, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_asked, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
