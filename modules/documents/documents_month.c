/* documents_month.c - a month of the journal as it is at one moment, held against the sums that are
 * kept beside it: what does not agree is never printed. */
#include "common/core/log.h"
#include "common/money/money.h"
#include "modules/documents/documents.h"

enum reading_kind { READ_PAGE, READ_ALL, READ_EACH };

struct reading {
    struct visit *visit;
    enum reading_kind kind;
    struct date month;
    struct month_place place;
    int64_t limit;
    const struct month_writer *writer;
    struct month_report *report;
    struct statement_month counted; /* of the entries themselves */
    bool is_too_long;
};

static void entry_count(struct statement_month *sum, const struct entry *entry) {
    sum->entries++;
    sum->effect_cents = money_add(sum->effect_cents, entry->effect_cents);
}

/* One page, and what stands before it. */
static enum result page_read(struct db *db, struct reading *reading) {
    struct month_report *report = reading->report;
    struct arena *arena = reading->visit->arena;
    int64_t account_id = reading->visit->session.account_id;
    const struct month_place *place = &reading->place;
    struct statement_month before = {0, 0};
    enum result result;

    if (place->is_before)
        result = statement_entries_before(db, arena, account_id, reading->month, place->place,
                                          STATEMENT_PAGE_ENTRIES, &report->entries);
    else
        result = statement_entries(db, arena, account_id, reading->month, place->place,
                                   STATEMENT_PAGE_ENTRIES, &report->entries);
    if (result == RESULT_OK)
        result = statement_sum(db, arena, account_id, reading->month, (struct entry_place){0},
                               &reading->counted);
    if (result != RESULT_OK)
        return result;
    if (report->entries.count == 0 && place->place.on.year)
        return RESULT_NOT_FOUND;
    if (report->entries.count && place->place.on.year) {
        const struct entry *first = &report->entries.list[0];

        result = statement_sum(db, arena, account_id, reading->month,
                               (struct entry_place){first->on, first->id}, &before);
    }
    report->carried_cents = money_add(report->opening_cents, before.effect_cents);
    report->has_before = before.entries > 0;
    report->has_after = before.entries + (int64_t)report->entries.count < reading->counted.entries;
    return result;
}

static enum result all_read(struct db *db, struct reading *reading) {
    struct entries *entries = &reading->report->entries;

    enum result result = statement_entries(db, reading->visit->arena,
                                           reading->visit->session.account_id, reading->month,
                                           (struct entry_place){0}, reading->limit, entries);
    if (result != RESULT_OK)
        return result;
    for (size_t at = 0; at < entries->count; at++)
        entry_count(&reading->counted, &entries->list[at]);
    return RESULT_OK;
}

static enum result each_entry(const struct entry *entry, void *context) {
    struct reading *reading = context;

    entry_count(&reading->counted, entry);
    return reading->writer->each(entry, reading->writer->context);
}

static enum result entries_read(struct db *db, struct reading *reading) {
    switch (reading->kind) {
    case READ_PAGE:
        return page_read(db, reading);
    case READ_ALL:
        return all_read(db, reading);
    case READ_EACH:
        reading->writer->begin(reading->report, reading->writer->context);
        return statement_each(db, reading->visit->session.account_id, reading->month,
                              reading->limit, each_entry, reading);
    }
    return RESULT_FAILED;
}

static enum result disagree(const struct reading *reading) {
    char month[DATE_TEXT_SIZE];

    date_format(reading->month, month);
    LOG(LOG_LEVEL_ERROR, "documents.disagree",
        LOG_INT("account_id", reading->visit->session.account_id), LOG_TEXT("month", month));
    return RESULT_FAILED;
}

static enum result month_work(struct db *db, void *context) {
    struct reading *reading = context;
    struct month_report *report = reading->report;
    struct arena *arena = reading->visit->arena;
    int64_t account_id = reading->visit->session.account_id, balance_cents = 0;
    struct activities activities;

    reading->counted = (struct statement_month){0, 0};
    reading->is_too_long = false;
    *report = (struct month_report){.month = reading->month};
    enum result result = statement_account(db, arena, account_id, &balance_cents);
    if (result == RESULT_OK)
        result = statement_activity(db, arena, account_id, reading->month.year, &activities);
    if (result != RESULT_OK)
        return result;
    report->sum = statement_month_of(&activities, reading->month);
    report->opening_cents = statement_opening_cents(&activities, reading->month);
    report->closing_cents = money_add(report->opening_cents, report->sum.effect_cents);
    report->carried_cents = report->opening_cents;
    if (statement_total_cents(&activities) != balance_cents ||
        !statement_year_agrees(&activities, reading->month.year))
        return disagree(reading);
    reading->is_too_long = reading->limit && report->sum.entries > reading->limit;
    if (reading->is_too_long)
        return RESULT_OK;
    result = entries_read(db, reading);
    if (result == RESULT_OK && (reading->counted.entries != report->sum.entries ||
                                reading->counted.effect_cents != report->sum.effect_cents))
        return disagree(reading);
    return result;
}

static enum result month_read(struct reading *reading) {
    enum result result = db_transaction(reading->visit->running->db, month_work, reading);

    /* Nothing was written: a COMMIT without an answer says that the database is away. */
    return result == RESULT_UNCERTAIN ? RESULT_UNAVAILABLE : result;
}

enum result documents_month_page(struct visit *visit, struct date month, struct month_place place,
                                 struct month_report *out_report) {
    struct reading reading = {
        .visit = visit, .kind = READ_PAGE, .month = month, .place = place, .report = out_report};

    return month_read(&reading);
}

enum result documents_month_all(struct visit *visit, struct date month, int64_t limit,
                                struct month_report *out_report) {
    struct reading reading = {
        .visit = visit, .kind = READ_ALL, .month = month, .limit = limit, .report = out_report};

    return month_read(&reading);
}

enum result documents_month_each(struct visit *visit, struct date month, int64_t limit,
                                 const struct month_writer *writer,
                                 struct month_report *out_report) {
    struct reading reading = {.visit = visit,
                              .kind = READ_EACH,
                              .month = month,
                              .limit = limit,
                              .writer = writer,
                              .report = out_report};

    return month_read(&reading);
}
