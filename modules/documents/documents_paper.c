/* documents_paper.c - what every paper has: the provider above, the account it is for, a foot, a
 * name to be kept under; and how addresses of documents are made and read. */
#include <string.h>

#include "common/core/text.h"
#include "common/core/words.h"
#include "modules/documents/documents.h"

/* ---- addresses ---- */

const char *documents_stem(struct visit *visit, enum file_kind *out_kind) {
    static const char *const ends[] = {[FILE_PDF] = ".pdf", [FILE_CSV] = ".csv"};
    const char *text = visit->params[0];
    size_t length = strlen(text);

    *out_kind = FILE_PAGE;
    for (enum file_kind kind = FILE_PDF; kind <= FILE_CSV; kind++)
        if (length > strlen(ends[kind]) &&
            text_equal(text + length - strlen(ends[kind]), ends[kind])) {
            *out_kind = kind;
            return arena_copy(visit->arena, text, length - strlen(ends[kind]));
        }
    return text;
}

bool documents_month_parse(struct visit *visit, const char *text, struct date *out_month) {
    struct date month;

    if (strlen(text) != strlen("2026-11") ||
        !date_parse(arena_format(visit->arena, "%s-01", text), &month) ||
        date_compare(month, visit->today) > 0)
        return false;
    *out_month = month;
    return true;
}

bool documents_year_parse(struct visit *visit, const char *text, int *out_year) {
    struct date first;

    if (strlen(text) != strlen("2026") ||
        !date_parse(arena_format(visit->arena, "%s-01-01", text), &first) ||
        first.year > visit->today.year)
        return false;
    *out_year = first.year;
    return true;
}

const char *documents_month_title(struct visit *visit, struct date month) {
    return date_month_year(visit->arena, month.year, month.month);
}

bool documents_is_running(const struct visit *visit, struct date month) {
    return month.year == visit->today.year && month.month == visit->today.month;
}

const char *documents_closing_label(bool is_running) {
    return is_running ? say("Closing Balance so far") : say("Closing Balance");
}

const char *documents_month_url(struct visit *visit, struct date month, const char *end) {
    return visit_url(visit, arena_format(visit->arena, "/documents/statements/%04d-%02d%s",
                                         month.year, month.month, end));
}

const char *documents_year_url(struct visit *visit, int year, const char *end) {
    return visit_url(visit, arena_format(visit->arena, "/documents/years/%04d%s", year, end));
}

int documents_first_year(const struct activities *activities) {
    int first = 0;

    for (size_t at = 0; at < activities->count; at++) {
        const struct activity *one = &activities->list[at];

        if (one->grain == 'y' && (!first || one->on.year < first))
            first = one->on.year;
    }
    return first;
}

int documents_first_month(const struct activities *activities, int year) {
    struct date first = {(int16_t)year, MONTHS, 1};

    for (size_t at = 0; at < activities->count; at++) {
        const struct activity *one = &activities->list[at];

        if (one->grain == 'm' && one->on.year == year && date_compare(one->on, first) < 0)
            first = one->on;
    }
    return first.month;
}

/* ---- paper ---- */

/* Of the country, where it is English: as readers aloud want to know. */
static const char *paper_language(void) {
    const char *code = language_spoken() ? language_code(language_spoken()) : "en";

    return text_equal(code, "en") ? "en-US" : code;
}

struct print *documents_paper(struct visit *visit, const char *title) {
    const char *site = visit->running->settings.site_name;

    return print_new(visit->arena, visit->running->printer,
                     &(struct print_paper){
                         .title = title,
                         .author = site,
                         .language = paper_language(),
                         .foot = arena_format(visit->arena, "%s – %s", site, title),
                         .made_at = visit->now,
                     });
}

void documents_letterhead(struct visit *visit, struct print *print, const char *title,
                          const struct print_fact *facts, size_t fact_count) {
    const struct settings *settings = &visit->running->settings;
    enum { SUPPORT_LINES = 2 };
    static const char *const support[SUPPORT_LINES] = {"Site.Support.Email", "Site.Support.Phone"};
    const char **lines = arena_array(visit->arena, DOCUMENT_LINES_MAX + SUPPORT_LINES,
                                     sizeof *lines);
    size_t count = 0;

    for (size_t at = 0; at < DOCUMENT_LINES_MAX; at++)
        if (*settings->documents.address[at])
            lines[count++] = settings->documents.address[at];
    for (size_t at = 0; at < SUPPORT_LINES; at++)
        if (*values_text(settings->values, support[at]))
            lines[count++] = values_text(settings->values, support[at]);
    print_letterhead(print, &(struct print_letterhead){settings->site_name, lines, count, title,
                                                       facts, fact_count});
}

void documents_panel(struct visit *visit, struct print *print, const char *label,
                     struct print_fact figure, const char *note) {
    const struct session *session = &visit->session;
    enum { LINES = 4 };
    const char **lines = arena_array(visit->arena, LINES, sizeof *lines);
    size_t count = 0;

    lines[count++] = session->organization;
    if (*session->site)
        lines[count++] = session->site;
    if (*session->city)
        lines[count++] = session->city;
    lines[count++] = arena_format(visit->arena, say("Account Number %s"), session->account_number);
    print_panel(print, &(struct print_panel){label, lines, count, figure, note});
}

const struct print_column *documents_columns(struct visit *visit,
                                             const struct print_column *columns, size_t count) {
    struct print_column *copy = arena_array(visit->arena, count, sizeof *copy);

    for (size_t at = 0; at < count; at++) {
        copy[at] = columns[at];
        copy[at].title = say(columns[at].title);
    }
    return copy;
}

enum result documents_too_large(struct visit *visit, const char *title, const char *text) {
    visit_error(visit, 404, title, text);
    return RESULT_OK;
}

enum result documents_send(struct visit *visit, struct print *print, const char *name) {
    enum result result = print_finish(print, &visit->response->body);

    if (result == RESULT_INVALID)
        return documents_too_large(visit, say("This is too long for a PDF"),
                                   say("It would have more than 600 pages, or more than 4 MB. Its"
                                       " page on this site has all of it."));
    if (result == RESULT_OK)
        visit_file(visit, "application/pdf", name);
    return result;
}
