/* A template's text in another language: what stays, what is replaced, what is refused. */
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/buffer.h"
#include "common/core/text.h"
#include "common/page/translate.h"

enum { LIST_BYTES = 4096 };

/* po: NULL for English as it stands. */
static char *translated(struct arena *arena, const char *source, const char *po,
                        const char **out_reason) {
    struct language *language = po ? language_new(arena, "es") : NULL;

    *out_reason = "";
    if (language)
        check_true(source, language_read(language, arena, po, out_reason));
    return template_translate(source, language, arena, out_reason);
}

#define WORD(text, said) "msgid \"" text "\"\nmsgstr \"" said "\"\n"

static const struct {
    const char *label, *source, *po, *wanted;
} cases[] = {
    {"no text", "<p>a</p>", WORD("a", "b"), "<p>a</p>"},
    {"a text", "<p>{{Home}}</p>", WORD("Home", "Inicio"), "<p>Inicio</p>"},
    {"English as it stands", "<p>{{Home}} {{a  b|c}}</p>", NULL, "<p>Home a  b</p>"},
    {"one that is not said", "<p>{{Home}}</p>", WORD("Other", "Otro"), "<p>Home</p>"},
    {"part of another is not it", "{{Home page}}", WORD("Home", "Inicio"), "Home page"},
    {"in an attribute", "<a title=\"{{Home}}\">", WORD("Home", "Inicio"), "<a title=\"Inicio\">"},
    {"in a call", "<?cs call:f(\"{{Home}}\", x) ?>", WORD("Home", "Inicio"),
     "<?cs call:f(\"Inicio\", x) ?>"},
    {"twice", "{{Home}}{{Home}}", WORD("Home", "Inicio"), "InicioInicio"},
    {"a place by name", "{{Pay <?cs var:Pay.Total ?> now}}",
     WORD("Pay {Pay.Total} now", "Ahora {Pay.Total}"), "Ahora <?cs var:Pay.Total ?>"},
    {"places by number", "{{a <b>bold</b> c}}", WORD("a {1}bold{2} c", "{1}negrita{2} a"),
     "<b>negrita</b> a"},
    {"names and numbers in another order", "{{<b><?cs var:A ?></b> of <i><?cs var:B ?></i>}}",
     WORD("{1}{A}{2} of {3}{B}{4}", "{3}{B}{4} de {1}{A}{2}"),
     "<i><?cs var:B ?></i> de <b><?cs var:A ?></b>"},
    {"a name twice", "{{<?cs var:A ?> and <?cs var:A ?>}}", WORD("{A} and {A}", "{A} y {A}"),
     "<?cs var:A ?> y <?cs var:A ?>"},
    {"a value in a tag", "{{See <a href=\"<?cs var:Url ?>\">this</a>}}",
     WORD("See {1}this{2}", "{1}Esto{2}"), "<a href=\"<?cs var:Url ?>\">Esto</a>"},
    {"a call is a number", "{{On <?cs call:date(a, b) ?>}}", WORD("On {1}", "El {1}"),
     "El <?cs call:date(a, b) ?>"},
    {"no tag is a sign", "{{1 < 2}}", WORD("1 < 2", "2 > 1"), "2 > 1"},
    {"a context", "{{Open|invoice}} {{Open}}",
     "msgctxt \"invoice\"\n" WORD("Open", "Pendiente") WORD("Open", "Abrir"), "Pendiente Abrir"},
    {"the context of another", "{{Open|payment}}", "msgctxt \"invoice\"\n" WORD("Open", "x"),
     "Open"},
    {"the last bar", "{{a|b|c}}", "msgctxt \"c\"\n" WORD("a|b", "d"), "d"},
    {"white space is one blank, and stays around", "<p>\n  {{ two\n\t words }}\n</p>",
     WORD("two words", "dos palabras"), "<p>\n   dos palabras \n</p>"},
    {"one line stays one", "{{aaaaaaaaaa bbbbbbbbbb}}",
     WORD("aaaaaaaaaa bbbbbbbbbb",
          "una frase que es mucho más larga que la línea de un correo de texto, y nadie la corta"),
     "una frase que es mucho más larga que la línea de un correo de texto, y nadie la corta"},
    {"several lines are folded again", "{{one\ntwo}}\n",
     WORD("one two",
          "una frase que es mucho más larga que la línea de un correo de texto, y se corta en dos"),
     "una frase que es mucho más larga que la línea de un correo de texto, y\nse corta en dos\n"},
    {"a brace alone", "a { b } {{Home}} }}", WORD("Home", "Inicio"), "a { b } Inicio }}"},
    {"a translation with a brace", "{{Home}}", WORD("Home", "a { b"), "a { b"},
};

static void test_cases(void **state) {
    for (size_t at = 0; at < COUNT(cases); at++) {
        const char *reason;
        char *text = translated(*state, cases[at].source, cases[at].po, &reason);

        check_true(reason, text != NULL);
        check_text(cases[at].label, text, cases[at].wanted);
        free(text);
    }
}

static const struct {
    const char *label, *source, *po, *reason;
} refused[] = {
    {"no end", "a {{b", NULL, "\"{{\" without \"}}\""},
    {"no end of the second", "{{a}} {{b}", WORD("a", "b"), "\"{{\" without \"}}\""},
    {"nothing in it", "{{}}", NULL, "a text is empty"},
    {"blanks in it", "{{ \n }}", NULL, "a text is empty"},
    {"a context alone", "{{|c}}", NULL, "a text is empty"},
    {"a place is missing", "{{Pay <?cs var:A ?>}}", WORD("Pay {A}", "Pagar"),
     "a translation has other places"},
    {"one of two is missing", "{{<b>a</b>}}", WORD("{1}a{2}", "{1}b"),
     "a translation has other places"},
    {"a place more", "{{Pay}}", WORD("Pay", "Pagar {A}"), "a translation has other places"},
    {"the same place again", "{{Pay <?cs var:A ?>}}", WORD("Pay {A}", "{A} {A}"),
     "a translation has other places"},
    {"another name", "{{Pay <?cs var:A ?>}}", WORD("Pay {A}", "Pagar {B}"),
     "a translation has other places"},
    {"part of a name", "{{Pay <?cs var:AB ?>}}", WORD("Pay {AB}", "Pagar {A}"),
     "a translation has other places"},
    {"a tag of its own", "{{Pay}}", WORD("Pay", "{<?cs evar:Secret ?>}"),
     "a translation has other places"},
};

static void test_refused(void **state) {
    for (size_t at = 0; at < COUNT(refused); at++) {
        const char *reason;
        char *text = translated(*state, refused[at].source, refused[at].po, &reason);

        check_true(refused[at].label, !text);
        check_true(reason, text_starts_with(reason, refused[at].reason));
    }
    /* More tags than a text may have, and more bytes. */
    struct buffer many;
    const char *reason;
    buffer_init(&many, *state, 65536);
    buffer_text(&many, "{{");
    for (int at = 0; at < 41; at++)
        buffer_text(&many, "<b>");
    buffer_text(&many, "}}");
    assert_null(translated(*state, many.bytes, NULL, &reason));
    assert_true(text_starts_with(reason, "a text is empty, or too long"));
    buffer_init(&many, *state, 65536);
    buffer_text(&many, "{{");
    for (int at = 0; at < 1000; at++)
        buffer_text(&many, "abcdefghi ");
    buffer_text(&many, "}}");
    assert_null(translated(*state, many.bytes, NULL, &reason));
}

/* ---- what language files are made from ---- */

static void text_list(const char *context, const char *text, int line, void *to) {
    buffer_format(to, "%d %s|%s\n", line, text, context ? context : "");
}

static void test_texts(void **state) {
    static const char source[] = "<p>{{ One }}</p>\n{{two\n <b>and</b>}} {{<?cs var:A ?> is"
                                 " <?cs var:A.B ?>|c}}\n\n{{One}}";
    struct buffer list;
    const char *reason = "";

    buffer_init(&list, *state, LIST_BYTES);
    assert_true(template_texts(source, *state, text_list, &list, &reason));
    assert_string_equal(list.bytes, "1 One|\n2 two {1}and{2}|\n3 {A} is {A.B}|c\n5 One|\n");
    assert_false(template_texts("{{a", *state, text_list, &list, &reason));
    assert_false(template_texts("{{}}", *state, text_list, &list, &reason));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cases, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_refused, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_texts, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
