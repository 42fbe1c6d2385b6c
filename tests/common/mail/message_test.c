/* Mails: the headers named in message.h and no others, whatever customers are called; lines that
 * every server takes; bodies that come out as they went in. */
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#include "common/core/text.h"
#include "common/mail/encode.h"
#include "common/mail/message.h"
#include "tests/common/mail/reader.h"

enum { ROUNDS = 3000 };

/* ---- building ---- */

static struct message plain_message(void) {
    return (struct message){
        .from = {"Shop", "billing@shop.example"},
        .to = {"Ana", "ana@firm.example"},
        .subject = "Receipt",
        .origin = "https://shop.example",
        .key = "receipt:P1",
        .at = INT64_C(1795359845), /* 2026-11-22 15:04:05 */
        .text = "Hello\n",
        .html = "<p>Hello</p>\n",
    };
}

static struct mail built(struct arena *arena, const char *label, const struct message *message,
                         size_t longest) {
    struct buffer bytes;

    buffer_init(&bytes, arena, MESSAGE_MAX);
    check_int(label, message_build(message, &bytes), RESULT_OK);
    return mail_read(arena, label, &bytes, longest);
}

/* The same names in the same order in every mail: nothing was added. */
static void headers_check(const char *label, const struct mail *mail) {
    static const char *const names[] = {"From",         "To",          "Subject",
                                        "Date",         "Message-ID",  "Auto-Submitted",
                                        "MIME-Version", "Content-Type"};

    check_int(label, (int64_t)mail->count, COUNT(names));
    for (size_t at = 0; at < COUNT(names); at++)
        check_text(label, mail->headers[at].name, names[at]);
    check_text(label, header_of(mail, "Auto-Submitted"), "auto-generated");
    check_text(label, header_of(mail, "MIME-Version"), "1.0");
}

static void test_plain(void **state) {
    struct message message = plain_message();
    struct mail mail = built(*state, "plain", &message, 78);

    headers_check("plain", &mail);
    assert_string_equal(header_of(&mail, "From"), "\"Shop\" <billing@shop.example>");
    assert_string_equal(header_of(&mail, "To"), "\"Ana\" <ana@firm.example>");
    assert_string_equal(header_of(&mail, "Subject"), "Receipt");
    assert_string_equal(header_of(&mail, "Date"), "Sun, 22 Nov 2026 15:04:05 +0000");
    assert_string_equal(mail.text, "Hello\n");
    assert_string_equal(mail.html, "<p>Hello</p>\n");
    message.to.name = "";
    mail = built(*state, "nobody's name", &message, 78);
    assert_string_equal(header_of(&mail, "To"), "<ana@firm.example>");
}

static void test_dates(void **state) {
    static const struct {
        const char *label;
        int64_t at;
    } cases[] = {
        {"Thu, 1 Jan 1970 00:00:00 +0000", 0},
        {"Thu, 31 Dec 2026 23:59:59 +0000", INT64_C(1798761599)},
        {"Fri, 1 Jan 2027 00:00:00 +0000", INT64_C(1798761600)},
        {"Tue, 29 Feb 2028 12:00:00 +0000", INT64_C(1835438400)},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct message message = plain_message();

        message.at = cases[at].at;
        struct mail mail = built(*state, cases[at].label, &message, 78);
        check_text(cases[at].label, header_of(&mail, "Date"), cases[at].label);
    }
}

/* ---- headers ---- */

#define EMOJI "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb" /* woman, joiner, computer */
#define ARABIC "\xd9\x86\xd8\xae\xd9\x8a\xd9\x84"
#define HAN "\xe4\xba\x91\xe5\xb1\xb1"

static const struct {
    const char *label, *text, *shown;
} names[] = {
    {"plain", "Ana Maria", "Ana Maria"},
    {"quotes", "Ana \"The\" Boss\\", "Ana \"The\" Boss\\"},
    {"specials", "Firm, Inc. <billing@evil.example>", "Firm, Inc. <billing@evil.example>"},
    {"a header", "Ana\r\nBcc: eve@evil.example", "Ana  Bcc: eve@evil.example"},
    {"a header with LF", "Ana\nBcc: eve@evil.example", "Ana Bcc: eve@evil.example"},
    {"a header with CR", "Ana\rBcc: eve@evil.example", "Ana Bcc: eve@evil.example"},
    {"a body", "Ana\r\n\r\n<h1>Pay here</h1>", "Ana    <h1>Pay here</h1>"},
    {"a folded header", "Ana\r\n \r\n\tX", "Ana      X"},
    {"next line",
     "Ana\xc2\x85"
     "Bcc: x",
     "Ana Bcc: x"},
    {"line separator",
     "Ana\xe2\x80\xa8"
     "Bcc: x",
     "Ana Bcc: x"},
    {"vertical tab",
     "Ana\x0b\x0c"
     "Bcc: x",
     "Ana  Bcc: x"},
    {"escape", "Ana\x1b[31m", "Ana [31m"},
    {"an encoded word", "=?utf-8?Q?=0D=0ABcc:_x?=", "=?utf-8?Q?=0D=0ABcc:_x?="},
    {"half a word", "?= =?utf-8?B?", "?= =?utf-8?B?"},
    {"umlauts", "M\xc3\xbcller & S\xc3\xb6hne", "M\xc3\xbcller & S\xc3\xb6hne"},
    {"emoji", EMOJI, EMOJI},
    {"from right to left", ARABIC, ARABIC},
    {"turned around",
     "\xe2\x80\xae"
     "elpmaxe.live@yap"
     "\xe2\x81\xa6",
     "elpmaxe.live@yap"},
    {"Han", HAN, HAN},
    {"not UTF-8", "Ana\xff\xc3", "Ana??"},
    {"overlong",
     "\xc0\xbc"
     "b",
     "??b"},
    {"spaces around", "  Ana  ", "Ana"},
    {"nothing but controls", "\r\n\t\x01", ""},
    {"a comment", "Ana (boss)", "Ana (boss)"},
    {"a point", ".", "."},
};

static void test_names(void **state) {
    for (size_t at = 0; at < COUNT(names); at++) {
        const char *label = names[at].label;
        struct message message = plain_message();

        message.to.name = message.from.name = message.subject = names[at].text;
        struct mail mail = built(*state, label, &message, 78);
        headers_check(label, &mail);
        const char *to = words_decode(*state, header_of(&mail, "To"));
        const char *shown = names[at].shown;
        if (to[0] == '"')
            shown = arena_format(*state, "\"%s\"", shown);
        check_text(label, to,
                   *shown ? arena_format(*state, "%s <ana@firm.example>", shown)
                          : "<ana@firm.example>");
        check_text(label, words_decode(*state, header_of(&mail, "Subject")), names[at].shown);
        const char *from = header_of(&mail, "From");
        check_text(label, strrchr(from, '<'), "<billing@shop.example>");
    }
}

/* 500 of each character: cut to as many as are allowed, on lines of 78 at most. */
static void test_long_names(void **state) {
    static const char *const characters[] = {"x", "\"", "\xc3\xbc", HAN, ARABIC, EMOJI, "=?", " y"};

    for (size_t at = 0; at < COUNT(characters); at++) {
        struct message message = plain_message();
        struct buffer name;

        buffer_init(&name, *state, 64 * 1024);
        for (int count = 0; count < 500; count++)
            buffer_text(&name, characters[at]);
        message.to.name = message.from.name = message.subject = name.bytes;
        struct mail mail = built(*state, characters[at], &message, 78);
        headers_check(characters[at], &mail);
        const char *want = encode_clean_line(*state, name.bytes, MESSAGE_NAME_MAX);
        check_int(characters[at], text_utf8_count(want) <= MESSAGE_NAME_MAX, true);
        check_text(characters[at], words_decode(*state, header_of(&mail, "To")),
                   arena_format(*state, "%s <ana@firm.example>", want));
        check_text(characters[at], words_decode(*state, header_of(&mail, "Subject")), want);
    }
}

static void test_long_address(void **state) {
    struct message message = plain_message();
    char address[255];

    memset(address, 'a', sizeof address);
    address[64] = '@';
    address[128] = address[192] = '.';
    address[254] = '\0';
    message.to.address = message.from.address = address;
    message.to.name = "Ana M\xc3\xbcller, of a name that is a little longer than a line would be";
    struct mail mail = built(*state, "long address", &message, 300);
    headers_check("long address", &mail);
    check_text("long address", strrchr(header_of(&mail, "To"), '<'),
               arena_format(*state, "<%s>", address));
}

static void test_bad_addresses(void **state) {
    static const char *const bad[] = {"",
                                      "ana",
                                      "ana@shop.example\r\nBcc: eve@evil.example",
                                      "ana@shop.example\n",
                                      "ana@shop.example, eve@evil.example",
                                      "an\xc3\xa1@shop.example",
                                      "<ana@shop.example>"};

    for (size_t at = 0; at < COUNT(bad); at++) {
        struct message to = plain_message(), from = plain_message();
        struct buffer bytes;

        to.to.address = bad[at];
        from.from.address = bad[at];
        buffer_init(&bytes, *state, MESSAGE_MAX);
        check_int(bad[at], message_build(&to, &bytes), RESULT_INVALID);
        check_int(bad[at], (int64_t)bytes.length, 0);
        check_int(bad[at], message_build(&from, &bytes), RESULT_INVALID);
        check_int(bad[at], (int64_t)bytes.length, 0);
    }
}

/* ---- Message-ID ---- */

static void test_message_id(void **state) {
    struct message message = plain_message();
    struct mail first = built(*state, "first", &message, 78);
    const char *id = header_of(&first, "Message-ID");

    assert_true(text_starts_with(id, "<"));
    assert_string_equal(strchr(id, '@'), "@shop.example>");
    message.at += 86400;
    message.text = "Something else\n";
    message.to.name = "Another";
    struct mail again = built(*state, "again", &message, 78);
    assert_string_equal(header_of(&again, "Message-ID"), id);
    message.key = "receipt:P2";
    struct mail other = built(*state, "other", &message, 78);
    assert_string_not_equal(header_of(&other, "Message-ID"), id);
    message.key = "receipt:P1";
    message.origin = "https://other.example";
    struct mail site = built(*state, "another site", &message, 78);
    assert_string_not_equal(header_of(&site, "Message-ID"), id);
    /* Where one ends and the other begins counts. */
    char one[MESSAGE_HASH_SIZE], two[MESSAGE_HASH_SIZE];
    message_hash("ab", "c", one);
    message_hash("a", "bc", two);
    assert_string_not_equal(one, two);
}

/* ---- bodies ---- */

static const struct {
    const char *label, *text, *want;
} bodies[] = {
    {"empty", "", ""},
    {"no line end", "a", "a\n"},
    {"line ends", "a\nb\r\nc\rd\n", "a\nb\nc\nd\n"},
    {"two of each", "a\n\nb\r\n\r\nc\r\rd", "a\n\nb\n\nc\n\nd\n"},
    {"CR and LF the wrong way", "a\n\rb", "a\n\nb\n"},
    {"points", ".\n..\n.a\n", ".\n..\n.a\n"},
    {"the end of a mail", "a\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n",
     "a\n.\nMAIL FROM:<eve@evil.example>\n"},
    {"From", "From here\nFromage\n", "From here\nFromage\n"},
    {"equals", "a=b==\n=", "a=b==\n=\n"},
    {"spaces at the end", "a \nb\t\n \n", "a \nb\t\n \n"},
    {"a boundary", "--=_x\n--\n", "--=_x\n--\n"},
    {"controls",
     "a\x01\x1b[0m\x7f"
     "b\n",
     "a[0mb\n"},
    {"next line",
     "a\xc2\x85"
     "b\n",
     "ab\n"},
    {"not UTF-8",
     "a\xff"
     "b\n",
     "a?b\n"},
    {"emoji", EMOJI "\n", EMOJI "\n"},
};

static void test_bodies(void **state) {
    for (size_t at = 0; at < COUNT(bodies); at++) {
        struct message message = plain_message();

        message.text = message.html = bodies[at].text;
        struct mail mail = built(*state, bodies[at].label, &message, 78);
        headers_check(bodies[at].label, &mail);
        check_text(bodies[at].label, mail.text, bodies[at].want);
        check_text(bodies[at].label, mail.html, bodies[at].want);
    }
}

static void test_long_bodies(void **state) {
    static const char *const pieces[] = {"x", ".",   " ",     "=",  "\xc3\xbc",
                                         HAN, EMOJI, "From ", "a\t"};

    for (size_t at = 0; at < COUNT(pieces); at++) {
        struct message message = plain_message();
        struct buffer body;

        buffer_init(&body, *state, 64 * 1024);
        for (int count = 0; count < 3000; count++)
            buffer_text(&body, pieces[at]);
        message.text = message.html = body.bytes;
        struct mail mail = built(*state, pieces[at], &message, 78);
        check_text(pieces[at], mail.text, arena_format(*state, "%s\n", body.bytes));
    }
}

static void test_too_long(void **state) {
    struct message message = plain_message();
    char *body = arena_alloc(*state, MESSAGE_MAX + 1);
    struct buffer bytes;

    memset(body, 'x', MESSAGE_MAX);
    message.text = body;
    buffer_init(&bytes, *state, MESSAGE_MAX);
    assert_int_equal(message_build(&message, &bytes), RESULT_INVALID);
}

/* ---- anything ---- */

static const char *random_text(struct seed *seed, char *out, size_t size) {
    static const char *const pieces[] = {
        "\r\n", "\n",   "\r",  "\r\n\r\n", "Bcc: x@y", ": ", "=?",        "?=",    "=?utf-8?Q?",
        "\"",   "\\",   "<",   ">",        ",",        ".",  "\r\n.\r\n", "From ", "--=_",
        HAN,    ARABIC, EMOJI, "\xff",     "\xc3",     "\t", " ",         "abc",   "=0D=0A"};
    size_t used = 0, count = (size_t)seed_below(seed, 40);

    out[0] = '\0';
    for (; count; count--) {
        const char *piece = pieces[seed_below(seed, COUNT(pieces))];

        if (used + strlen(piece) + 2 > size)
            break;
        if (seed_below(seed, 8) == 0)
            out[used++] = (char)(1 + seed_below(seed, 255));
        memcpy(out + used, piece, strlen(piece));
        used += strlen(piece);
        out[used] = '\0';
    }
    out[used] = '\0';
    return out;
}

static void test_anything(void **state) {
    struct seed seed = seed_start();

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_new(16 * 1024 * 1024);
        char name[512], from[512], subject[512], text[512], html[512], label[32];
        struct message message = plain_message();

        snprintf(label, sizeof label, "round %d", round);
        message.to.name = random_text(&seed, name, sizeof name);
        message.from.name = random_text(&seed, from, sizeof from);
        message.subject = random_text(&seed, subject, sizeof subject);
        message.text = random_text(&seed, text, sizeof text);
        message.html = random_text(&seed, html, sizeof html);
        struct mail mail = built(arena, label, &message, 78);
        headers_check(label, &mail);
        check_text(label, strrchr(header_of(&mail, "To"), '<'), "<ana@firm.example>");
        check_text(label, strrchr(header_of(&mail, "From"), '<'), "<billing@shop.example>");
        check_text(label, words_decode(arena, header_of(&mail, "Subject")),
                   encode_clean_line(arena, message.subject, MESSAGE_NAME_MAX));
        check_true(label, text_is_utf8(mail.text, strlen(mail.text)));
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plain, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_dates, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_names, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_long_names, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_long_address, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_bad_addresses, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_message_id, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_bodies, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_long_bodies, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_too_long, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_anything, arena_setup, arena_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
