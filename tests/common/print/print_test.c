/* Documents on paper, read back with poppler's tools: what is on which page, what the file says of
 * itself, what hostile text does, and the limits. */
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/print/print.h"

enum { OUT_MAX = 4 * 1024 * 1024, ROWS = 120 };

static char root[] = "/tmp/remit-print.XXXXXX";
static struct printer *printer;

static int group_setup(void **state) {
    (void)state;
    assert_non_null(mkdtemp(root));
    return printer_open("", "#0b5d4a", &printer) == RESULT_OK ? 0 : 1;
}

static int group_teardown(void **state) {
    char command[100];

    (void)state;
    printer_close(printer);
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static struct print *paper(struct arena *arena) {
    return print_new(arena, printer,
                     &(struct print_paper){.title = "Invoice INV-1 – Zürich",
                                           .author = "Northwind Hosting",
                                           .language = "en-US",
                                           .foot = "Northwind Hosting – Invoice INV-1",
                                           .made_at = 1795348800});
}

/* Prints it and keeps it as NAME.pdf; the file stays where KEEP is set. */
static void printed(struct print *print, struct arena *arena, const char *name) {
    struct buffer out;
    const char *keep = getenv("KEEP");

    buffer_init(&out, arena, OUT_MAX);
    assert_int_equal(print_finish(print, &out), RESULT_OK);
    for (int copy = 0; copy < (keep ? 2 : 1); copy++) {
        FILE *file = fopen(arena_format(arena, "%s/%s.pdf", copy ? keep : root, name), "w");

        assert_non_null(file);
        assert_int_equal(fwrite(out.bytes, 1, out.length, file), out.length);
        assert_int_equal(fclose(file), 0);
    }
}

/* What a tool of poppler's says of NAME.pdf; it must have nothing to complain about. */
static char *said(struct arena *arena, const char *tool, const char *name, const char *options) {
    const char *text = arena_format(arena, "%s/said", root);
    const char *errors = arena_format(arena, "%s/errors", root);

    if (strcmp(tool, "pdftotext") == 0)
        assert_int_equal(system(arena_format(arena, "pdftotext -layout %s %s/%s.pdf %s 2>%s",
                                             options, root, name, text, errors)),
                         0);
    else
        assert_int_equal(system(arena_format(arena, "%s %s %s/%s.pdf >%s 2>%s", tool, options, root,
                                             name, text, errors)),
                         0);
    assert_string_equal(file_read(arena, errors), "");
    return file_read(arena, text);
}

static size_t times(const char *text, const char *needle) {
    size_t count = 0;

    for (text = strstr(text, needle); text; text = strstr(text + 1, needle))
        count++;
    return count;
}

static const struct print_column columns[] = {
    {"Description", 600, false}, {"Quantity", 150, true}, {"Amount", 250, true}};

static void table_add(struct print *print, struct arena *arena, size_t count, size_t totals) {
    static const struct print_fact sums[] = {{"Tax", "$1.00", false}, {"Total", "$121.00", true}};
    struct print_row *rows = arena_array(arena, count, sizeof *rows);

    for (size_t at = 0; at < count; at++) {
        const char **cells = arena_array(arena, COUNT(columns), sizeof *cells);

        cells[0] = arena_format(arena, "Server number %zu", at + 1);
        cells[1] = "1";
        cells[2] = arena_format(arena, "$%zu.00", at + 1);
        rows[at].cells = cells;
    }
    print_table(print, &(struct print_table){.columns = columns,
                                             .column_count = COUNT(columns),
                                             .rows = rows,
                                             .row_count = count,
                                             .empty = "Nothing happened in this month.",
                                             .totals = sums,
                                             .total_count = totals});
}

static void letterhead_add(struct print *print) {
    static const char *const lines[] = {"1 Main Street", "Madison, WI 53703"};
    static const char *const name[] = {"Lakeside Books & Stationery", "Downtown"};
    static const struct print_fact facts[] = {{"Invoice Number", "INV-1", true},
                                              {"Due Date", "Dec 22, 2026", false}};

    print_letterhead(
        print, &(struct print_letterhead){"Northwind Hosting", lines, 2, "Invoice", facts, 2});
    print_panel(print,
                &(struct print_panel){
                    "Billed to", name, 2, {"Amount Due", "$121.00", true}, "due Dec 22, 2026"});
}

static void what_the_file_says(void **state) {
    struct arena *arena = *state;
    struct print *print = paper(arena);

    letterhead_add(print);
    table_add(print, arena, 3, 2);
    print_heading(print, "How to pay");
    print_link(print, "https://shop.example/billing/pay?invoice=INV-1",
               "https://shop.example/billing/pay?invoice=INV-1&it's=\\f(ine");
    printed(print, arena, "says");
    const char *info = said(arena, "pdfinfo", "says", "-isodates");
    assert_non_null(strstr(info, "Title:           Invoice INV-1 – Zürich\n"));
    assert_non_null(strstr(info, "Author:          Northwind Hosting\n"));
    assert_non_null(strstr(info, "CreationDate:    2026-11-22T12:00:00Z\n"));
    assert_non_null(strstr(info, "Tagged:          yes\n"));
    assert_non_null(strstr(info, "Pages:           1\n"));
    assert_non_null(strstr(info, "Page size:       612 x 792 pts (letter)\n"));
    assert_non_null(strstr(said(arena, "pdfinfo", "says", "-url"),
                           "https://shop.example/billing/pay?invoice=INV-1&it%27s=%5Cf%28ine"));
    const char *parts = said(arena, "pdfinfo", "says", "-struct-text");
    static const char *const wanted[] = {"Document", "H1 (block)", "Table", "TR", "TH", "TD"};
    for (size_t at = 0; at < COUNT(wanted); at++)
        check_true(wanted[at], strstr(parts, wanted[at]) != NULL);
    assert_int_equal(times(parts, "TR"), 4);
    char *bytes = file_read(arena, arena_format(arena, "%s/says.pdf", root));
    (void)bytes;
    assert_int_equal(system(arena_format(arena, "grep -aq '/Lang (en-US)' %s/says.pdf", root)), 0);
}

static void rows_over_pages(void **state) {
    struct arena *arena = *state;
    struct print *print = paper(arena);

    letterhead_add(print);
    table_add(print, arena, ROWS, 2);
    printed(print, arena, "rows");
    const char *text = said(arena, "pdftotext", "rows", "");
    size_t pages = times(text, "\f");
    assert_true(pages >= 3 && pages <= 6);
    assert_int_equal(times(text, "Description"), pages);
    assert_int_equal(times(text, "Northwind Hosting – Invoice INV-1"), pages);
    for (size_t page = 1; page <= pages; page++)
        assert_int_equal(times(text, arena_format(arena, "Page %zu of %zu\n", page, pages)), 1);
    for (size_t row = 1; row <= ROWS; row++)
        check_int("each row once",
                  (int64_t)times(text, arena_format(arena, "Server number %zu ", row)), 1);
    assert_int_equal(times(said(arena, "pdfinfo", "rows", "-struct-text"), "TH"), 3);
}

/* Wherever the last row falls, the totals are on its page. */
static void totals_stay_with_the_last_row(void **state) {
    struct arena *arena = *state;
    size_t broken = 0;

    for (size_t count = 20; count < 45; count++) {
        struct print *print = paper(arena);

        letterhead_add(print);
        table_add(print, arena, count, 2);
        printed(print, arena, "totals");
        const char *text = said(arena, "pdftotext", "totals", "");
        const char *row = strstr(text, arena_format(arena, "Server number %zu ", count));
        const char *total = strstr(text, "Total ");
        assert_true(row && total && row < total);
        check_true("no page between", !memchr(row, '\f', (size_t)(total - row)));
        if (strchr(text, '\f') < row)
            broken++;
    }
    assert_true(broken > 0 && broken < 25);
}

static void cells_add(struct print *print, struct arena *arena, const char *text) {
    const char **cells = arena_array(arena, COUNT(columns), sizeof *cells);
    struct print_row *rows = arena_array(arena, 1, sizeof *rows);

    cells[0] = text;
    cells[1] = "7";
    cells[2] = "$1,234.50";
    rows->cells = cells;
    print_table(print, &(struct print_table){.columns = columns,
                                             .column_count = COUNT(columns),
                                             .rows = rows,
                                             .row_count = 1});
}

static char *repeated(struct arena *arena, const char *part, size_t count) {
    size_t length = strlen(part);
    char *text = arena_alloc(arena, count * length + 1);

    for (size_t at = 0; at < count; at++)
        memcpy(text + at * length, part, length);
    return text;
}

/* Without spaces and line ends: how it was broken does not matter. */
static char *squeezed(struct arena *arena, const char *text) {
    char *out = arena_text(arena, text), *end = out;

    for (const char *at = text; *at; at++)
        if (*at != ' ' && *at != '\n' && *at != '\f')
            *end++ = *at;
    *end = '\0';
    return out;
}

static void long_words(void **state) {
    struct arena *arena = *state;
    struct print *print = paper(arena);

    cells_add(print, arena, repeated(arena, "Wide", 2500));
    printed(print, arena, "wide");
    const char *text = said(arena, "pdftotext", "wide", "");
    assert_true(times(text, "\f") > 1);
    assert_int_equal(times(text, "$1,234.50"), 1);
    /* Nothing of it stands in the columns beside it, whose figures are at the top alone; the head
     * of a page stands between two pieces of a word. */
    assert_int_equal(
        times(squeezed(arena, said(arena, "pdftotext", "wide", "-x 54 -y 72 -W 300 -H 668 -r 72")),
              "Wide"),
        2500);
}

static void rows_higher_than_a_page(void **state) {
    struct arena *arena = *state;
    struct print *print = paper(arena);

    letterhead_add(print);
    cells_add(print, arena, repeated(arena, "ten chars ", 1000));
    printed(print, arena, "high");
    const char *text = said(arena, "pdftotext", "high", "");
    assert_true(times(text, "\f") > 1);
    assert_int_equal(times(text, "ten"), 1000);
    assert_int_equal(times(text, "chars"), 1000);
    assert_int_equal(times(text, "Description"), times(text, "\f"));
}

static void empty_table(void **state) {
    struct arena *arena = *state;
    struct print *print = paper(arena);

    table_add(print, arena, 0, 0);
    printed(print, arena, "empty");
    const char *text = said(arena, "pdftotext", "empty", "");
    assert_non_null(strstr(text, "Nothing happened in this month."));
    assert_non_null(strstr(text, "Page 1 of 1"));
}

static void any_script(void **state) {
    static const char *const names[] = {
        "شركة الاستضافة", "北京网络科技有限公司", "Café Ünïcode", "חברת אירוח", "Ελληνικά",
        "Кириллица",      "🚀🎉👩‍💻"};
    struct arena *arena = *state;
    struct print *print = paper(arena);

    for (size_t at = 0; at < COUNT(names); at++)
        cells_add(print, arena, names[at]);
    printed(print, arena, "scripts");
    const char *text = squeezed(arena, said(arena, "pdftotext", "scripts", ""));
    /* Poppler says where it turns direction, and takes a ligature apart in the wrong order:
     * lam-alef is looked at by itself. */
    static const char *const wanted[] = {
        "شركة", "北京网络科技有限公司", "CaféÜnïcode", "חברת", "אירוח", "Ελληνικά", "Кириллица",
        "🚀🎉"};
    for (size_t at = 0; at < COUNT(wanted); at++)
        check_true(wanted[at], strstr(text, wanted[at]) != NULL);
    assert_int_equal(times(text, "$1,234.50"), COUNT(names));
    /* Whole glyphs of fonts, no pictures. */
    assert_null(strstr(said(arena, "pdfimages", "scripts", "-list"), " image "));
}

static void hostile_text(void **state) {
    static const struct {
        const char *label, *text, *wanted;
    } cases[] = {
        {"markup", "<b>bold</b> &amp; <span foreground='red'>",
         "<b>bold</b> &amp; <span foreground='red'>"},
        {"template", "<?cs var:Secret ?>", "<?cs var:Secret ?>"},
        {"pdf", ") Tj ET endobj (/Lang (xx))", ") Tj ET endobj (/Lang (xx))"},
        {"controls",
         "a\x01\x02\x1b[31mb\x7f\xc2\x9b"
         "c",
         "a[31mbc"},
        {"override", "pay \xe2\x80\xae$10.00\xe2\x80\xac now", "pay $10.00 now"},
        {"isolate, never ended",
         "\xe2\x81\xa7"
         "abc",
         "abc"},
        {"no UTF-8", "x\xff\xfey", "x\xef\xbf\xbd\xef\xbf\xbdy"},
        {"tab and separators",
         "a\tb\xe2\x80\xa9"
         "c",
         "a b c"},
    };
    struct arena *arena = *state;
    struct print *print = paper(arena);

    for (size_t at = 0; at < COUNT(cases); at++)
        cells_add(print, arena, cases[at].text);
    printed(print, arena, "hostile");
    const char *text = said(arena, "pdftotext", "hostile", "-raw");
    for (size_t at = 0; at < COUNT(cases); at++)
        check_true(cases[at].label, strstr(text, arena_format(arena, "\n%s 7 $1,234.50\n",
                                                              cases[at].wanted)) != NULL);
}

/* How many points of the first page from row top to row bottom are not white. */
static size_t ink(struct arena *arena, const char *name, size_t top, size_t bottom) {
    unsigned width = 0, height = 0;
    char *image, *end;

    assert_int_equal(system(arena_format(arena, "pdftoppm -r 72 -gray -singlefile %s/%s.pdf %s/%s",
                                         root, name, root, name)),
                     0);
    image = file_read(arena, arena_format(arena, "%s/%s.pgm", root, name));
    assert_int_equal(strncmp(image, "P5\n", 3), 0);
    width = (unsigned)strtoul(image + 3, &end, 10);
    height = (unsigned)strtoul(end, &end, 10);
    assert_true(width == 612 && height == 792 && strtoul(end, &end, 10) == 255);
    size_t count = 0;
    for (size_t at = top * width; at < bottom * width; at++)
        if ((unsigned char)end[1 + at] != 255)
            count++;
    return count;
}

/* A tower of marks, cut off where its line ends: nothing reaches the margin above. */
static void marks_upon_marks(void **state) {
    struct arena *arena = *state;
    struct print *print = paper(arena);

    cells_add(print, arena, arena_format(arena, "Z%s end", repeated(arena, "\xcc\x81", 1000)));
    printed(print, arena, "marks");
    assert_int_equal(times(said(arena, "pdftotext", "marks", ""), "$1,234.50"), 1);
    assert_int_equal(ink(arena, "marks", 0, 52), 0);
    assert_true(ink(arena, "marks", 52, 100) > 0);
}

static void narrow_add(struct print *print, struct arena *arena, const char *text) {
    static const struct print_column narrow[] = {{"Description", 400, false}, {"Price", 600, true}};
    const char **cells = arena_array(arena, COUNT(narrow), sizeof *cells);
    struct print_row *rows = arena_array(arena, 1, sizeof *rows);

    cells[0] = text;
    cells[1] = "7";
    rows->cells = cells;
    print_table(
        print, &(struct print_table){
                   .columns = narrow, .column_count = COUNT(narrow), .rows = rows, .row_count = 1});
}

/* A word that is broken is drawn as if a line ended there: a hyphen would be read as the name's
 * own. Cairo tells poppler what was meant, not what was drawn: only the pictures say it. */
static void no_hyphen_is_added(void **state) {
    static const char *const names[] = {
        "backupserverwithaverylongname.northerndatacenter.example.com",
        "SN0A7F3KQWMZXRTYPLBVNCJHGDSEUIO1234567890ABCDEFGHKLMNPQRSTVW"};
    struct arena *arena = *state;

    for (size_t at = 0; at < COUNT(names); at++) {
        struct print *print = paper(arena), *lines = paper(arena);
        size_t length = strlen(names[at]);

        check_int("characters", (int64_t)length, 60);
        narrow_add(print, arena, names[at]);
        printed(print, arena, "broken");
        const char *text = said(arena, "pdftotext", "broken", "-raw");
        assert_null(strstr(text, names[at]));
        assert_non_null(strstr(
            squeezed(arena, said(arena, "pdftotext", "broken", "-x 54 -y 72 -W 202 -H 600 -r 72")),
            names[at]));
        while (!strstr(text, arena_copy(arena, names[at], length)))
            length--;
        narrow_add(lines, arena,
                   arena_format(arena, "%.*s\n%s", (int)length, names[at], names[at] + length));
        printed(lines, arena, "lines");
        assert_int_equal(system(arena_format(arena,
                                             "for f in broken lines; do pdftoppm -r 150 -gray"
                                             " -singlefile %s/$f.pdf %s/$f || exit 2; done;"
                                             " cmp -s %s/broken.pgm %s/lines.pgm",
                                             root, root, root, root)),
                         0);
    }
}

static void limits(void **state) {
    struct arena *arena = *state;
    const char *const lines[] = {"\n", repeated(arena, "\n", 40000)};
    struct buffer out;
    struct print *print;
    int pages = 0;

    /* As many pages as there may be, and one more: a heading wants room below it. */
    for (int more = 0; more < 2; more++) {
        print = paper(arena);
        for (pages = 0; pages < PRINT_PAGES_MAX + more; pages++)
            print_text(print, arena_text(arena, repeated(arena, "line\n", 52)));
        buffer_init(&out, arena, OUT_MAX);
        check_int("pages", print_finish(print, &out), more ? RESULT_INVALID : RESULT_OK);
    }
    print = paper(arena);
    cells_add(print, arena, lines[1]);
    buffer_init(&out, arena, OUT_MAX);
    assert_int_equal(print_finish(print, &out), RESULT_INVALID);

    /* Bytes: what fits exactly, and one less. */
    print = paper(arena);
    table_add(print, arena, 3, 2);
    buffer_init(&out, arena, OUT_MAX);
    assert_int_equal(print_finish(print, &out), RESULT_OK);
    size_t length = out.length;
    for (size_t less = 0; less < 2; less++) {
        print = paper(arena);
        table_add(print, arena, 3, 2);
        buffer_init(&out, arena, length - less);
        check_int("bytes", print_finish(print, &out), less ? RESULT_INVALID : RESULT_OK);
    }
}

static void logos(void **state) {
    static const unsigned char png[] = {
        0x89, 'P',  'N',  'G',  0x0d, 0x0a, 0x1a, 0x0a, 0,   0,    0,    13,   'I',  'H',
        'D',  'R',  0,    0,    0,    1,    0,    0,    0,   1,    8,    6,    0,    0,
        0,    0x1f, 0x15, 0xc4, 0x89, 0,    0,    0,    13,  'I',  'D',  'A',  'T',  0x78,
        0xda, 0x63, 0x64, 0xf8, 0xcf, 0x50, 0x0f, 0,    3,   0x86, 1,    0x80, 0x5a, 0x34,
        0x7d, 0x6b, 0,    0,    0,    0,    'I',  'E',  'N', 'D',  0xae, 0x42, 0x60, 0x82};
    struct arena *arena = *state;
    const char *file = arena_format(arena, "%s/logo.png", root);
    struct printer *other = printer, *kept = printer;

    assert_int_equal(printer_open(file, "", &other), RESULT_INVALID);
    FILE *out = fopen(file, "w");
    assert_int_equal(fwrite(png, 1, sizeof png, out), sizeof png);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(printer_open(file, "no colour", &other), RESULT_OK);
    printer = other;
    struct print *print = paper(arena);
    letterhead_add(print);
    printed(print, arena, "logo");
    printer = kept;
    printer_close(other);
    assert_non_null(strstr(said(arena, "pdfimages", "logo", "-list"), "image"));
    assert_null(strstr(said(arena, "pdftotext", "logo", ""), "Northwind Hosting\n"));
    assert_int_equal(truncate(file, 50), 0);
    assert_int_equal(printer_open(file, "", &other), RESULT_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_file_says, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(rows_over_pages, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(totals_stay_with_the_last_row, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(long_words, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(rows_higher_than_a_page, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(empty_table, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(any_script, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(hostile_text, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(marks_upon_marks, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(no_hyphen_is_added, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(limits, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(logos, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
