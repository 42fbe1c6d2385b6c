/* What tree_render() carries out itself means what it means to ClearSilver: every page of ours in
 * every state of tests/templates, and templates made to be difficult, come out the same. */
#include "tests/support/test.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/core/text.h"
#include "common/page/hdf.h"

static NEOERR *text_take(void *context, char *text) {
    buffer_text(context, text);
    return STATUS_OK;
}

static void must(const char *label, NEOERR *error) {
    check_true(label, error == STATUS_OK);
}

/* Both ways, each over values of its own, which a template may change: the same bytes. */
static void compare(const char *label, struct arena *arena, CSPARSE *tree, struct values *values[2],
                    struct values *shared, size_t *out_length) {
    struct commands commands;
    struct buffer ours, theirs;

    must(label, commands_learn(&commands));
    buffer_init(&ours, arena, 4 * 1024 * 1024);
    buffer_init(&theirs, arena, 4 * 1024 * 1024);
    tree->global_hdf = hdf_of(shared);
    CSTREE *whole = tree->tree;
    tree->hdf = hdf_of(values[0]);
    must(label, cs_render(tree, &theirs, text_take));
    tree->hdf = hdf_of(values[1]);
    tree_measure(&commands, whole);
    must(label, tree_render(&commands, tree, &ours));
    check_text(label, ours.bytes, theirs.bytes);
    check_true(label, tree->tree == whole && !tree->locals);
    *out_length = ours.length;
}

static CSPARSE *tree_of_text(const char *label, HDF *settings, const char *text) {
    CSPARSE *tree;

    must(label, cs_init(&tree, settings));
    must(label, cgi_register_strfuncs(tree));
    must(label, cs_parse_string(tree, strdup(text), strlen(text)));
    return tree;
}

static HDF *settings_of(struct values *values, const char *escape) {
    values_set(values, "Config.VarEscapeMode", escape);
    return hdf_of(values);
}

static struct values *sample_values(struct arena *arena) {
    static const char *const texts[] = {
        "1",  "0", "",  "00", "-0",  "0x0",           "0x1",  " 0",
        "0 ", "a", "-", "+1", "1e5", "<b>&\"'\r</b>", "Visa",
    };
    struct values *values = values_in(arena);

    for (size_t at = 0; at < COUNT(texts); at++) {
        struct values *item = values_item(values, "Items", at);

        values_set(item, "Text", texts[at]);
        values_set(item, "Inner.Deep", texts[at]);
        values_set_int(item, "Number", (long)at);
        if (at % 3 == 0)
            for (size_t part = 0; part < at; part++)
                values_set(values_item(item, "Parts", part), "Name", texts[part]);
    }
    values_set(values, "Flag", "1");
    values_set(values, "Name", "O'Brien & <Sons>\r\n");
    values_set(values, "Page.Title", "ours");
    values_set(values, "Both.Own", "1"); /* and Both itself is the site's */
    values_set(values, "item", "not the local");
    return values;
}

static const char *const difficult[] = {
    "",
    "plain",
    "<?cs var:Name ?>|<?cs var:Nobody ?>|<?cs var:Page.Title ?>|<?cs var:Site.Name ?>|<?cs "
    "var:Page ?>",
    "<?cs var:Both ?>|<?cs var:Both.Own ?>|<?cs var:Both.Theirs ?>",
    "<?cs var:Name + Site.Name ?>|<?cs var:#5 + #6 ?>|<?cs var:\"<quoted>\" ?>|<?cs "
    "var:url_escape(Name) ?>",
    "<?cs var:string.slice(Name, #0, #9) ?>|<?cs var:html_escape(Name) ?>|<?cs var:subcount(Items) "
    "?>",
    "<?cs each:i = Items ?>[<?cs if:i.Text ?>yes<?cs else ?>no<?cs /if ?> <?cs var:i.Text ?> <?cs "
    "var:i.Inner.Deep ?>"
    " <?cs var:i.Nothing ?> <?cs var:i ?> <?cs var:name(i) ?> <?cs if:first(i) ?>first<?cs /if "
    "?><?cs if:last(i)"
    " ?>last<?cs /if ?>]<?cs /each ?>",
    "<?cs each:i = Items ?><?cs if:i.Text == \"a\" ?>A<?cs elif:i.Text ?>B<?cs elif:i.Number > #3 "
    "?>C<?cs else ?>D"
    "<?cs /if ?><?cs if:!i.Text ?>E<?cs /if ?><?cs if:i.Text && i.Number ?>F<?cs /if ?><?cs "
    "if:?i.Nothing ?>G<?cs /if"
    " ?><?cs /each ?>",
    "<?cs each:i = Items ?><?cs each:p = i.Parts ?>(<?cs var:p.Name ?>/<?cs var:i.Number ?>)<?cs "
    "/each ?>,<?cs /each"
    " ?><?cs var:i ?><?cs var:p ?>",
    "<?cs each:item = Items ?><?cs each:item = item.Parts ?><?cs var:item.Name ?>;<?cs /each "
    "?><?cs var:item.Text ?>"
    "<?cs /each ?><?cs var:item ?>",
    "<?cs each:i = Nothing ?>never<?cs /each ?><?cs each:i = Name ?>never<?cs /each ?><?cs each:i "
    "= Site.Links ?><?cs"
    " var:i ?><?cs /each ?>",
    "<?cs def:m(a, b) ?>(<?cs var:a ?>|<?cs var:b ?>|<?cs var:b.Text ?>|<?cs if:a ?>t<?cs /if "
    "?>)<?cs /def ?>"
    "<?cs call:m(\"<x>\", Name) ?><?cs call:m(Name, Items.1) ?><?cs call:m(#7, \"0\") ?><?cs "
    "call:m(Name + \"!\","
    " Nobody) ?><?cs each:i = Items ?><?cs call:m(i.Text, i) ?><?cs /each ?>",
    "<?cs def:inner(x) ?>[<?cs var:x ?>]<?cs /def ?><?cs def:outer(x, y) ?><?cs call:inner(y) "
    "?><?cs call:inner(x) ?>"
    "<?cs call:inner(\"x\") ?><?cs call:inner(x.Text) ?><?cs each:z = x.Parts ?><?cs "
    "call:inner(z.Name) ?><?cs /each"
    " ?><?cs /def ?><?cs each:i = Items ?><?cs call:outer(i, \"<\") ?><?cs call:outer(\"text\", "
    "i.Number) ?><?cs"
    " /each ?>",
    "<?cs def:none() ?>none <?cs var:Name ?><?cs /def ?><?cs call:none() ?>",
    "<?cs def:m(a) ?><?cs var:a ?><?cs /def ?><?cs escape:\"js\" ?><?cs var:Name ?><?cs "
    "call:m(Name) ?><?cs /escape ?>"
    "<?cs escape:\"url\" ?><?cs call:m(Name) ?><?cs /escape ?><?cs call:m(Name) ?>",
    "<?cs loop:n = #1, #5, #2 ?><?cs var:n ?><?cs if:n == #3 ?>three<?cs /if ?><?cs each:i = Items "
    "?><?cs if:n ?><?cs"
    " var:n ?><?cs /if ?><?cs /each ?><?cs /loop ?>",
    "<?cs loop:n = #0, #3 ?><?cs if:n ?>+<?cs else ?>-<?cs /if ?><?cs /loop ?>",
    "<?cs def:m(n) ?><?cs var:n ?>,<?cs if:n ?>+<?cs /if ?><?cs /def ?><?cs loop:n = #0, #3 ?><?cs "
    "call:m(n) ?><?cs"
    " /loop ?>",
    "<?cs with:w = Items.13 ?><?cs var:w.Text ?><?cs each:p = w.Parts ?><?cs var:p.Name ?><?cs "
    "/each ?><?cs /with ?>",
    "<?cs set:Copy = Name ?><?cs var:Copy ?><?cs if:Copy ?>set<?cs /if ?><?cs set:Items.0.Text = "
    "\"new\" ?><?cs"
    " var:Items.0.Text ?><?cs each:i = Items ?><?cs set:i.Added = i.Number ?><?cs var:i.Added "
    "?><?cs /each ?>",
    "<?cs def:m(a) ?><?cs set:a = \"changed\" ?><?cs var:a ?><?cs /def ?><?cs call:m(\"before\") "
    "?><?cs call:m(Nobody2)"
    " ?><?cs var:Nobody2 ?>",
    "<?cs alt:Name ?>never<?cs /alt ?><?cs alt:Nobody ?>instead <?cs var:Name ?><?cs /alt ?>",
    "<?cs if:Flag ?><?cs if:Nobody ?>a<?cs else ?><?cs if:Name ?><?cs var:Name ?><?cs /if ?><?cs "
    "/if ?><?cs /if ?>",
    "<?cs uvar:Name ?>",
};

static void test_difficult(void **state) {
    static const char *const escapes[] = {"html", "none", "js", "url"};

    for (size_t escape = 0; escape < COUNT(escapes); escape++)
        for (size_t at = 0; at < COUNT(difficult); at++) {
            struct arena *arena = arena_new(64 * 1024 * 1024);
            struct values *shared = values_in(arena);
            size_t length;

            values_set(shared, "Site.Name", "Shop & <Co>");
            values_set(shared, "Page.Title", "theirs");
            values_set(shared, "Both", "the site's");
            values_set(shared, "Both.Theirs", "2");
            values_set(values_item(shared, "Site.Links", 0), "Url", "x");
            CSPARSE *tree = tree_of_text(
                difficult[at], settings_of(values_in(arena), escapes[escape]), difficult[at]);
            compare(difficult[at], arena, tree,
                    (struct values *[]){sample_values(arena), sample_values(arena)}, shared,
                    &length);
            cs_destroy(&tree);
            arena_free(arena);
        }
    (void)state;
}

static void sample_load(struct arena *arena, struct values *values, const char *path) {
    const char *reason = "";
    const char *below = strstr(file_read(arena, path), "#on ");

    if (below) {
        below = arena_copy(arena, below + 4, strcspn(below + 4, "\n"));
        sample_load(arena, values, arena_format(arena, "tests/templates/%s.hdf", below));
    }
    char *whole = realpath(path, NULL);
    check_int(path, values_load(values, whole, arena, &reason), RESULT_OK);
    free(whole);
}

/* "invoices_list.all.hdf" is of templates/invoices/list.cs. */
static void test_our_pages(void **state) {
    char here[200];
    size_t seen = 0;
    glob_t files;

    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(glob("tests/templates/*_*.*.hdf", 0, NULL, &files), 0);
    for (size_t at = 0; at < files.gl_pathc; at++) {
        struct arena *arena = arena_new(64 * 1024 * 1024);
        const char *name = strrchr(files.gl_pathv[at], '/') + 1;
        const char *program = arena_copy(arena, name, strcspn(name, "_"));
        const char *page = arena_copy(arena, name + strlen(program) + 1,
                                      strcspn(name, ".") - strlen(program) - 1);
        struct values *settings = values_in(arena), *values[2];
        size_t length;
        CSPARSE *tree;

        values_set(settings, "hdf.loadpaths.0", arena_format(arena, "%s/templates", here));
        must(name, cs_init(&tree, settings_of(settings, "html")));
        must(name, cgi_register_strfuncs(tree));
        must(name, cs_parse_file(
                       tree, arena_format(arena, "%s/templates/%s/%s.cs", here, program, page)));
        for (size_t way = 0; way < 2; way++) {
            values[way] = values_in(arena);
            sample_load(arena, values[way], "tests/templates/base.hdf");
            sample_load(arena, values[way], files.gl_pathv[at]);
        }
        compare(name, arena, tree, values, values_in(arena), &length);
        cs_destroy(&tree);
        arena_free(arena);
        seen += length > 500; /* a tile for nobody is next to nothing */
    }
    globfree(&files);
    assert_true(seen > 50);
    (void)state;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_difficult),
        cmocka_unit_test(test_our_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
