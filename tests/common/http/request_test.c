/* One request: limits and one past them, encodings, names, cookies, where it comes from. */
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/buffer.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/http/request.h"
#include "tests/support/source.h"

static int read_query(struct arena *arena, const char *query, struct request *out_request) {
    struct fake_request fake;

    fake_init(&fake);
    fake_param(&fake, "QUERY_STRING", query);
    struct request_source source = fake_source(&fake);
    return request_read(out_request, arena, &source);
}

static int read_body(struct arena *arena, const char *body, size_t length, const char *type,
                     struct request *out_request) {
    struct fake_request fake;

    fake_init(&fake);
    fake_body(&fake, body, length);
    fake_param(&fake, "CONTENT_TYPE", type);
    struct request_source source = fake_source(&fake);
    return request_read(out_request, arena, &source);
}

static const char form_type[] = "application/x-www-form-urlencoded";

/* "name=aaa..." of length bytes in all. */
static char *long_pair(struct arena *arena, const char *name, size_t length) {
    char *bytes = arena_alloc(arena, length + 1);

    memset(bytes, 'a', length);
    memcpy(bytes, name, strlen(name));
    bytes[strlen(name)] = '=';
    return bytes;
}

static void test_sizes(void **state) {
    static const struct {
        const char *label;
        bool is_body;
        size_t length;
        int want;
    } cases[] = {
        {"body at its limit", true, REQUEST_BODY_MAX, 0},
        {"body one past", true, REQUEST_BODY_MAX + 1, 413},
        {"body far past", true, 4 * REQUEST_BODY_MAX, 413},
        {"query at its limit", false, REQUEST_QUERY_MAX, 0},
        {"query one past", false, REQUEST_QUERY_MAX + 1, 414},
        {"query far past", false, 4 * REQUEST_QUERY_MAX, 414},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct request request;
        const char *bytes = long_pair(*state, "note", cases[at].length);
        int status = cases[at].is_body
                         ? read_body(*state, bytes, cases[at].length, form_type, &request)
                         : read_query(*state, bytes, &request);
        const struct pairs *pairs = cases[at].is_body ? &request.body : &request.query;

        check_int(cases[at].label, status, cases[at].want);
        check_text(cases[at].label, request.path, "/billing/");
        if (status == 0)
            check_int(cases[at].label, (int64_t)strlen(pairs_find(pairs, "note")),
                      (int64_t)cases[at].length - 5);
    }
}

/* However the bytes arrive, the request is the same. */
static void test_pieces(void **state) {
    static const size_t pieces[] = {1, 2, 3, 4096, 65536};
    size_t length = REQUEST_BODY_MAX;
    const char *bytes = long_pair(*state, "note", length);

    for (size_t at = 0; at < COUNT(pieces); at++) {
        struct fake_request fake;
        struct request request;

        fake_init(&fake);
        fake_body(&fake, bytes, length);
        fake.piece = pieces[at];
        struct request_source source = fake_source(&fake);
        check_int("piece", request_read(&request, *state, &source), 0);
        check_text("piece", pairs_find(&request.body, "note"), bytes + 5);
    }
}

static const struct {
    const char *label, *query;
    int want;
    const char *name, *value; /* NULL: the name is not there */
} pair_cases[] = {
    {"plain", "a=1&b=2", 0, "b", "2"},
    {"the first of two", "a=1&a=2", 0, "a", "1"},
    {"no value", "a=", 0, "a", ""},
    {"no equals sign", "a", 0, "a", ""},
    {"equals sign in the value", "a=b=c", 0, "a", "b=c"},
    {"empty pieces", "&&a=1&&", 0, "a", "1"},
    {"empty", "", 0, "a", NULL},
    {"plus is a space", "a=x+y", 0, "a", "x y"},
    {"percent", "a=%41%2b%26%3D", 0, "a", "A+&="},
    {"decoded once", "a=%2541", 0, "a", "%41"},
    {"UTF-8", "a=%C3%A9", 0, "a", "\xC3\xA9"},
    {"UTF-8 as it is", "a=\xC3\xA9", 0, "a", "\xC3\xA9"},
    {"name encoded", "%61=1", 0, "a", "1"},
    {"underscore and digits", "a_1=x", 0, "a_1", "x"},
    {"longest name", "abcdefghijklmnopqrstuvwxyz_12345=x", 0, "abcdefghijklmnopqrstuvwxyz_12345",
     "x"},
    {"name too long", "abcdefghijklmnopqrstuvwxyz_123456=x", 400, NULL, NULL},
    {"no name", "=1", 400, NULL, NULL},
    {"dot in the name", "a.b=1", 400, NULL, NULL},
    {"dot in the name, encoded", "a%2Eb=1", 400, NULL, NULL},
    {"brackets in the name", "a[]=1", 400, NULL, NULL},
    {"hyphen in the name", "a-b=1", 400, NULL, NULL},
    {"space in the name", "a+b=1", 400, NULL, NULL},
    {"letters of other scripts", "%C3%A9=1", 400, NULL, NULL},
    {"NUL in the name", "a%00b=1", 400, NULL, NULL},
    {"NUL in the value", "a=x%00y", 400, NULL, NULL},
    {"NUL at the end", "a=%00", 400, NULL, NULL},
    {"percent alone", "a=%", 400, NULL, NULL},
    {"percent cut", "a=%4", 400, NULL, NULL},
    {"percent cut by the next", "a=%4&b=1", 400, NULL, NULL},
    {"not hexadecimal", "a=%zz", 400, NULL, NULL},
    {"signed hexadecimal", "a=%+1", 400, NULL, NULL},
    {"lone byte", "a=%FF", 400, NULL, NULL},
    {"lone byte as it is", "a=1&b=\xFF", 400, NULL, NULL},
    {"cut by a lone byte", "a=paid\xFF", 400, NULL, NULL},
    {"overlong slash", "a=%C0%AF", 400, NULL, NULL},
    {"surrogate", "a=%ED%A0%80", 400, NULL, NULL},
    {"past the last character", "a=%F4%90%80%80", 400, NULL, NULL},
    {"sequence cut", "a=%E2%82", 400, NULL, NULL},
    {"sequence across pieces", "a=%E2%82&b=%AC", 400, NULL, NULL},
};

static void test_pairs(void **state) {
    for (size_t at = 0; at < COUNT(pair_cases); at++) {
        const char *text = pair_cases[at].query, *label = pair_cases[at].label;
        struct request query, body;

        check_int(label, read_query(*state, text, &query), pair_cases[at].want);
        check_int(label, read_body(*state, text, strlen(text), form_type, &body),
                  pair_cases[at].want);
        if (pair_cases[at].want)
            continue;
        if (!pair_cases[at].value) {
            check_true(label, !pairs_find(&query.query, pair_cases[at].name));
            continue;
        }
        check_text(label, pairs_find(&query.query, pair_cases[at].name), pair_cases[at].value);
        check_text(label, pairs_find(&body.body, pair_cases[at].name), pair_cases[at].value);
        check_int(label, (int64_t)query.body.count + (int64_t)body.query.count, 0);
    }
}

/* A raw NUL in a body ends nothing. */
static void test_raw_nul(void **state) {
    struct request request;

    assert_int_equal(read_body(*state, "a=x\0y", 5, form_type, &request), 400);
    assert_int_equal(read_body(*state, "a\0b=x", 5, form_type, &request), 400);
}

static char *many_pairs(struct arena *arena, size_t count, const char *pair) {
    struct buffer text;

    buffer_init(&text, arena, 1024 * 1024);
    for (size_t at = 0; at < count; at++) {
        buffer_text(&text, at ? "&" : "");
        buffer_text(&text, pair);
    }
    return text.bytes;
}

static void test_pair_limit(void **state) {
    const char *most = many_pairs(*state, REQUEST_PAIRS_MAX, "x=1");
    const char *over = many_pairs(*state, REQUEST_PAIRS_MAX + 1, "x=1");
    const char *empty = many_pairs(*state, REQUEST_PAIRS_MAX + 1, "");
    struct request request;

    assert_int_equal(REQUEST_PAIRS_MAX, 1600);
    assert_int_equal(read_body(*state, most, strlen(most), form_type, &request), 0);
    assert_int_equal(request.body.count, REQUEST_PAIRS_MAX);
    assert_int_equal(read_body(*state, over, strlen(over), form_type, &request), 400);
    assert_int_equal(read_body(*state, empty, strlen(empty), form_type, &request), 400);
}

static void test_types(void **state) {
    static const struct {
        const char *type;
        int want;
    } cases[] = {
        {"application/x-www-form-urlencoded", 0},
        {"application/x-www-form-urlencoded; charset=UTF-8", 0},
        {"application/x-www-form-urlencoded;charset=utf-8", 0},
        {"application/x-www-form-urlencoded ; charset=utf-8", 0},
        {"application/x-www-form-urlencoded; charset=\"utf-8\"", 0},
        {"application/x-www-form-urlencoded;", 0},
        {"application/x-www-form-urlencoded; charset=utf-16", 415},
        {"application/x-www-form-urlencoded; charset=utf-8859", 415},
        {"application/x-www-form-urlencoded; charset=\"utf-8", 415},
        {"application/x-www-form-urlencoded; charset=", 415},
        {"application/x-www-form-urlencoded; boundary=x", 415},
        {"application/x-www-form-urlencoded x", 415},
        {"Application/X-WWW-Form-URLEncoded", 0},
        {"application/x-www-form-urlencodedx", 415},
        {"application/x-www-form", 415},
        {"multipart/form-data; boundary=x", 415},
        {"text/plain", 415},
        {"application/json", 415},
        {"", 415},
        {NULL, 415},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct request request;

        check_int(cases[at].type ? cases[at].type : "none",
                  read_body(*state, "a=1", 3, cases[at].type, &request), cases[at].want);
        check_int("fields", (int64_t)request.body.count, cases[at].want == 0);
    }
}

static void test_methods(void **state) {
    static const struct {
        const char *text;
        enum request_method want;
        bool is_head;
    } cases[] = {
        {"GET", METHOD_GET, false},      {"HEAD", METHOD_GET, true},
        {"POST", METHOD_POST, false},    {"PUT", METHOD_OTHER, false},
        {"DELETE", METHOD_OTHER, false}, {"get", METHOD_OTHER, false},
        {"POSTER", METHOD_OTHER, false}, {"", METHOD_OTHER, false},
        {NULL, METHOD_OTHER, false},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct fake_request fake;
        struct request request;

        fake_init(&fake);
        fake_body(&fake, "a=1", 3);
        fake_param(&fake, "REQUEST_METHOD", cases[at].text);
        struct request_source source = fake_source(&fake);
        check_int(cases[at].text ? cases[at].text : "none", request_read(&request, *state, &source),
                  0);
        check_int("method", request.method, cases[at].want);
        check_int("head", request.is_head, cases[at].is_head);
        check_int("only a POST has fields", (int64_t)request.body.count,
                  cases[at].want == METHOD_POST);
    }
}

static void test_paths(void **state) {
    static const struct {
        const char *label, *path, *want;
    } cases[] = {
        {"plain", "/billing/invoices", "/billing/invoices"},
        {"UTF-8", "/billing/\xC3\xA9", "/billing/\xC3\xA9"},
        {"none", NULL, ""},
        {"not UTF-8: no page at all", "/billing/invoices\xFF", ""},
    };
    char *longest = long_pair(*state, "/", REQUEST_PATH_MAX);

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct fake_request fake;
        struct request request;

        fake_init(&fake);
        fake_param(&fake, "DOCUMENT_URI", cases[at].path);
        struct request_source source = fake_source(&fake);
        check_int(cases[at].label, request_read(&request, *state, &source), 0);
        check_text(cases[at].label, request.path, cases[at].want);
    }
    for (size_t over = 0; over < 2; over++) {
        char *path = long_pair(*state, "/", REQUEST_PATH_MAX + over);
        struct fake_request fake;
        struct request request;

        fake_init(&fake);
        fake_param(&fake, "DOCUMENT_URI", path);
        struct request_source source = fake_source(&fake);
        check_int("long", request_read(&request, *state, &source), 0);
        check_text("long", request.path, over ? "" : longest);
    }
}

static void test_ids(void **state) {
    static const struct {
        const char *label, *id;
        bool is_kept;
    } cases[] = {
        {"nginx's", "0123456789abcdef0123456789abcdef", true},
        {"short", "0123456789abcdef0123456789abcde", false},
        {"long", "0123456789abcdef0123456789abcdef0", false},
        {"capitals", "0123456789ABCDEF0123456789ABCDEF", false},
        {"line break", "0123456789abcdef0123456789abcde\n", false},
        {"none", NULL, false},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct fake_request fake;
        struct request request;

        fake_init(&fake);
        fake_param(&fake, "REQUEST_ID", cases[at].id);
        struct request_source source = fake_source(&fake);
        check_int(cases[at].label, request_read(&request, *state, &source), 0);
        check_int(cases[at].label, (int64_t)strlen(request.id), 32);
        check_int(cases[at].label, (int64_t)strspn(request.id, "0123456789abcdef"), 32);
        check_int(cases[at].label, cases[at].id && strcmp(request.id, cases[at].id) == 0,
                  cases[at].is_kept);
    }
}

static void cookies_of(struct arena *arena, const char *header, struct request *request) {
    struct fake_request fake;

    fake_init(&fake);
    fake_param(&fake, "HTTP_COOKIE", header);
    struct request_source source = fake_source(&fake);
    check_int("cookies", request_read(request, arena, &source), 0);
}

static void test_cookies(void **state) {
    static const struct {
        const char *label, *header, *value;
    } cases[] = {
        {"only one", "__Host-remit=abc", "abc"},
        {"between others", "a=1; __Host-remit=abc; b=2", "abc"},
        {"no spaces", "a=1;__Host-remit=abc;b=2", "abc"},
        {"many spaces", " a = 1 ;  __Host-remit = abc ; b=2", "abc"},
        {"equals sign in the value", "__Host-remit=a=b=", "a=b="},
        {"the first of two", "__Host-remit=abc; __Host-remit=def", "abc"},
        {"percent stays", "__Host-remit=%41", "%41"},
        {"quotes stay", "__Host-remit=\"abc\"", "\"abc\""},
        {"broken ones before", "junk; =x; ;; __Host-remit=abc", "abc"},
        {"dots and brackets before", "a.b.c[0]=1; __Host-remit=abc", "abc"},
        {"somebody else's Latin-1 before", "name=caf\xE9; __Host-remit=abc", "abc"},
        {"other case", "__host-remit=abc", NULL},
        {"part of a name", "x__Host-remit=abc", NULL},
        {"ours is not UTF-8", "__Host-remit=\xFF", NULL},
        {"none", "", NULL},
    };

    for (size_t at = 0; at < COUNT(cases); at++) {
        struct request request;

        cookies_of(*state, cases[at].header, &request);
        const char *value = pairs_find(&request.cookies, "__Host-remit");
        if (cases[at].value)
            check_text(cases[at].label, value, cases[at].value);
        else
            check_true(cases[at].label, !value);
    }
}

static void test_cookie_limit(void **state) {
    struct request request;
    struct buffer text;

    buffer_init(&text, *state, 64 * 1024);
    for (int at = 0; at < 3 * REQUEST_COOKIES_MAX; at++)
        buffer_format(&text, "c%d=%d; ", at, at);
    cookies_of(*state, text.bytes, &request);
    assert_int_equal(request.cookies.count, REQUEST_COOKIES_MAX);
    assert_string_equal(pairs_find(&request.cookies, "c0"), "0");
}

/* Who the site says it is comes whole or not at all: cut, it would be somebody else. */
static void test_remote(void **state) {
    static const struct {
        const char *text;
        bool is_taken;
    } cases[] = {
        {"ana@example.com", true}, {"Án\xc3\xa1", true}, {"", true},
        {"ana\xff", false},        {"ana\nbob", false},  {"ana\x7f", false},
    };
    char longest[REQUEST_REMOTE_MAX + 2];

    for (size_t at = 0; at < COUNT(cases) + 2; at++) {
        const char *text = at < COUNT(cases) ? cases[at].text : longest;
        bool is_taken = at < COUNT(cases) ? cases[at].is_taken : at == COUNT(cases);
        size_t length = REQUEST_REMOTE_MAX + (at > COUNT(cases));
        struct request request;
        struct fake_request fake;

        memset(longest, 'a', length);
        longest[length] = '\0';
        fake_init(&fake);
        fake_param(&fake, "REMOTE_USER", text);
        fake_param(&fake, "HTTP_REMOTE_USER", "mallory");
        fake_param(&fake, "HTTP_REMOTE_EMAIL", "mallory");
        struct request_source source = fake_source(&fake);
        assert_int_equal(request_read(&request, *state, &source), 0);
        assert_string_equal(request.remote.user, is_taken ? text : "");
        assert_string_equal(request.remote.email, "");
        assert_string_equal(request.remote.account, "");
        assert_string_equal(request.remote.name, "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sizes, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_pieces, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_pairs, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_raw_nul, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_pair_limit, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_types, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_methods, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_paths, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_ids, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_cookies, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_cookie_limit, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_remote, arena_setup, arena_teardown),
    };

    secret_open();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
