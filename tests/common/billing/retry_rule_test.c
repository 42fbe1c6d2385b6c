/* What follows from an attempt of a draft: lists of days, methods, declines, returns, retry days.
 */
#include "tests/support/test.h"

#include <string.h>

#include "common/billing/ach_return.h"
#include "common/billing/banking_day.h"
#include "common/billing/retry_rule.h"

static struct date date_of(const char *text) {
    struct date date = {0};

    if (text && *text)
        assert_true(date_parse(text, &date));
    return date;
}

static const char *text_of(struct date date) {
    static char text[DATE_TEXT_SIZE];

    if (date.year == 0)
        return "";
    date_format(date, text);
    return text;
}

/* ---- the provider's days ---- */

static void test_parse(void **state) {
    static const struct {
        const char *text;
        size_t max;
        int days[RETRY_DAYS_MAX]; /* until 0 */
    } right[] = {
        {"3, 7, 14", 8, {3, 7, 14}},
        {"3,7,14", 8, {3, 7, 14}},
        {" 3 ,\t7 , 14 ", 8, {3, 7, 14}},
        {"1", 8, {1}},
        {"60", 8, {60}},
        {"007", 8, {7}},
        {"", 8, {0}},
        {"  ", 8, {0}},
        {"1,2,3,4,5,6,7,8", 8, {1, 2, 3, 4, 5, 6, 7, 8}},
        {"5, 12", 2, {5, 12}},
    };
    static const char *const wrong[] = {
        "0",     "61",     "3, 3", "7, 3",
        "3, 7,", ",3",     ",",    "3 7",
        "3;7",   "-3",     "+3",   "3.5",
        "three", "3d",     "3,,7", "1,2,3,4,5,6,7,8,9",
        "3, 61", "3, 07x", "1e1",  "99999999999999999999",
        "3\n",
    };
    struct retry_days list;

    (void)state;
    for (size_t at = 0; at < COUNT(right); at++) {
        size_t count = 0;

        for (; count < RETRY_DAYS_MAX && right[at].days[count]; count++)
            ;
        list.count = 99;
        check_int(right[at].text, retry_days_parse(right[at].text, right[at].max, &list),
                  RESULT_OK);
        check_int(right[at].text, (int64_t)list.count, (int64_t)count);
        for (size_t day = 0; day < count; day++)
            check_int(right[at].text, list.days[day], right[at].days[day]);
    }
    for (size_t at = 0; at < COUNT(wrong); at++) {
        list.count = 99;
        check_int(wrong[at], retry_days_parse(wrong[at], 8, &list), RESULT_INVALID);
        check_int(wrong[at], (int64_t)list.count, 99);
    }
    check_int("too many", retry_days_parse("5, 12, 20", 2, &list), RESULT_INVALID);
}

/* ---- which method ---- */

static void test_choose(void **state) {
    enum { NO, OK, WORN }; /* not usable, usable, tried as often as it may be; -1: no backup */
    static const struct {
        const char *label;
        int first, backup;
        bool used_backup, wants_backup;
        enum retry_choice want;
        enum draft_reason reason;
    } cases[] = {
        {"the usual", OK, -1, false, false, RETRY_WITH_FIRST, 0},
        {"before its backup", OK, OK, false, false, RETRY_WITH_FIRST, 0},
        {"cannot be used", NO, -1, false, false, RETRY_WITH_NONE, DRAFT_METHOD},
        {"tried too often", WORN, -1, false, false, RETRY_WITH_NONE, DRAFT_TRIES},
        {"its backup", NO, OK, false, false, RETRY_WITH_BACKUP, 0},
        {"its backup, tries", WORN, OK, false, false, RETRY_WITH_BACKUP, 0},
        {"its backup was used", NO, OK, true, false, RETRY_WITH_NONE, DRAFT_METHOD},
        {"its backup cannot be used", NO, NO, false, false, RETRY_WITH_NONE, DRAFT_METHOD},
        {"its backup was tried too often", WORN, WORN, false, false, RETRY_WITH_NONE, DRAFT_TRIES},
        {"the backup's turn", OK, OK, false, true, RETRY_WITH_BACKUP, 0},
        {"the backup's turn again", OK, OK, true, true, RETRY_WITH_BACKUP, 0},
        {"the backup's turn, but it is gone", OK, -1, false, true, RETRY_WITH_FIRST, 0},
        {"the backup's turn, but nothing can", NO, NO, true, true, RETRY_WITH_NONE, DRAFT_METHOD},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct retry_method first = {cases[at].first != NO, cases[at].first == WORN ? 10 : 9};
        struct retry_method backup = {cases[at].backup != NO, cases[at].backup == WORN ? 10 : 9};
        enum draft_reason reason = DRAFT_NO_REASON;

        check_int(cases[at].label,
                  retry_choose(&first, cases[at].backup < 0 ? NULL : &backup, cases[at].used_backup,
                               cases[at].wants_backup, 10, &reason),
                  cases[at].want);
        check_int(cases[at].label, reason, cases[at].reason);
    }
}

/* ---- after an attempt ---- */

static const struct retry_settings settings = {
    .days = {3, {3, 7, 14}}, .bank_days = {2, {5, 12}}, .card_tries = 10};
static const struct retry_method usable = {true, 1}, worn = {true, 10}, unusable = {false, 1};

/* A first decline on the draft's day, the next one a month later. */
static struct attempt attempt_make(enum payment_state state, const char *decline_class) {
    return (struct attempt){
        .state = state,
        .decline_class = decline_class,
        .return_code = "",
        .declines = state == PAYMENT_DECLINED,
        .returns = state == PAYMENT_RETURNED,
        .first = usable,
        .draft_on = {2026, 12, 1},
        .today = {2026, 12, 1},
        .next_on = {2027, 1, 1},
    };
}

static void check_decision(const char *label, const struct attempt *attempt, enum draft_state state,
                           const char *retry_on, enum draft_reason reason, bool method_fails) {
    struct attempt_decision decision;

    memset(&decision, 0x55, sizeof decision);
    attempt_decide(attempt, &settings, &decision);
    check_text(label, draft_state_name(decision.state), draft_state_name(state));
    check_text(label, text_of(decision.retry_on), retry_on);
    check_text(label, draft_reason_name(decision.reason), draft_reason_name(reason));
    check_int(label, decision.method_fails, method_fails);
    check_int(label, decision.stops_run, attempt->is_misconfigured);
    check_int(label, decision.repeats,
              state == DRAFT_RETRY && reason != DRAFT_WITH_BACKUP && attempt->returns > 0);
}

/* Every state of a payment, without anything special around it. */
static void test_states(void **state) {
    static const struct {
        enum payment_state state;
        enum draft_state want;
        enum draft_reason reason;
        bool method_fails;
    } cases[] = {
        {PAYMENT_PROCESSING, DRAFT_OPEN, 0, false},
        {PAYMENT_UNKNOWN, DRAFT_OPEN, 0, false},
        {PAYMENT_PENDING, DRAFT_TAKEN, 0, false},
        {PAYMENT_SUCCEEDED, DRAFT_TAKEN, 0, false},
        {PAYMENT_PARTLY_REFUNDED, DRAFT_TAKEN, 0, false},
        {PAYMENT_REFUNDED, DRAFT_TAKEN, 0, false},
        {PAYMENT_NOT_CHARGED, DRAFT_RETRY, 0, false},
        {PAYMENT_DECLINED, DRAFT_FAILED, DRAFT_DECLINED, true}, /* class not known */
        {PAYMENT_FAILED, DRAFT_FAILED, DRAFT_REFUSED, false},
        {PAYMENT_RETURNED, DRAFT_FAILED, DRAFT_RETURNED, false}, /* code not known */
        {PAYMENT_VOIDED, DRAFT_FAILED, DRAFT_VOIDED, false},
        {PAYMENT_CHARGED_BACK, DRAFT_FAILED, DRAFT_CHARGED_BACK, true},
    };

    (void)state;
    assert_int_equal(COUNT(cases), PAYMENT_STATE_COUNT - 2);
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct attempt attempt = attempt_make(cases[at].state, "");

        check_decision(payment_state_name(cases[at].state), &attempt, cases[at].want,
                       cases[at].want == DRAFT_RETRY ? "2026-12-01" : "", cases[at].reason,
                       cases[at].method_fails);
    }
}

static void decide_review(void *context) {
    struct attempt attempt = attempt_make(*(enum payment_state *)context, "");
    struct attempt_decision decision;

    attempt_decide(&attempt, &settings, &decision);
}

static void test_never(void **state) {
    static enum payment_state never[] = {PAYMENT_REVIEW, PAYMENT_EXPIRED};

    (void)state;
    assert_true(dies(decide_review, &never[0]));
    assert_true(dies(decide_review, &never[1]));
}

enum { OFF = 1, ON_BACKUP = 2, USED = 4, REFUSED_BEFORE = 8, WRONG_SETTINGS = 16 };

static const struct {
    const char *label;
    enum payment_state state;
    const char *class;
    const char *today, *next_on;
    int declines;
    unsigned flags;
    const struct retry_method *first, *backup;
    enum draft_state want;
    const char *retry_on;
    enum draft_reason reason;
    bool method_fails;
} outcomes[] = {
#define SOFT(label_, today_, declines_)                                                            \
    (label_), PAYMENT_DECLINED, "soft", (today_), "2027-01-01", (declines_)
#define HARD(label_) (label_), PAYMENT_DECLINED, "hard", "2026-12-01", "2027-01-01", 1
#define FIX(label_) (label_), PAYMENT_DECLINED, "fix_data", "2026-12-01", "2027-01-01", 1
#define REFUSED(label_) (label_), PAYMENT_FAILED, "", "2026-12-01", "2027-01-01", 0
#define UNSENT(label_) (label_), PAYMENT_NOT_CHARGED, "", "2026-12-03", "2027-01-01", 0
    {SOFT("soft", "2026-12-01", 1), 0, &usable, NULL, DRAFT_RETRY, "2026-12-04", 0, false},
    {SOFT("soft, late", "2026-12-03", 1), 0, &usable, NULL, DRAFT_RETRY, "2026-12-04", 0, false},
    {SOFT("soft, on a retry day", "2026-12-04", 2), 0, &usable, NULL, DRAFT_RETRY, "2026-12-08", 0,
     false},
    {SOFT("soft, third", "2026-12-08", 3), 0, &usable, NULL, DRAFT_RETRY, "2026-12-15", 0, false},
    {SOFT("soft, days missed", "2026-12-10", 2), 0, &usable, NULL, DRAFT_RETRY, "2026-12-15", 0,
     false},
    {SOFT("soft, fourth", "2026-12-15", 4), 0, &usable, NULL, DRAFT_FAILED, "", DRAFT_DECLINED,
     false},
    {SOFT("soft, tries", "2026-12-01", 1), 0, &worn, NULL, DRAFT_FAILED, "", DRAFT_TRIES, false},
    {SOFT("soft, removed meanwhile", "2026-12-01", 1), 0, &unusable, NULL, DRAFT_FAILED, "",
     DRAFT_DECLINED, false},
    {"soft, next day first", PAYMENT_DECLINED, "soft", "2026-12-01", "2026-12-03", 1, 0, &usable,
     NULL, DRAFT_FAILED, "", DRAFT_NEXT_DAY, false},
    {"soft, next day the same", PAYMENT_DECLINED, "soft", "2026-12-01", "2026-12-04", 1, 0, &usable,
     NULL, DRAFT_FAILED, "", DRAFT_NEXT_DAY, false},
    {"soft, next day after", PAYMENT_DECLINED, "soft", "2026-12-01", "2026-12-05", 1, 0, &usable,
     NULL, DRAFT_RETRY, "2026-12-04", 0, false},
    {"soft, no next day", PAYMENT_DECLINED, "soft", "2026-12-01", "", 1, 0, &usable, NULL,
     DRAFT_RETRY, "2026-12-04", 0, false},
    {SOFT("soft, off", "2026-12-01", 1), OFF, &usable, &usable, DRAFT_FAILED, "", DRAFT_OFF, false},
    {SOFT("soft, backup", "2026-12-01", 1), 0, &usable, &usable, DRAFT_RETRY, "2026-12-01",
     DRAFT_WITH_BACKUP, false},
    {SOFT("soft, backup cannot", "2026-12-01", 1), 0, &usable, &unusable, DRAFT_RETRY, "2026-12-04",
     0, false},
    {SOFT("soft, backup tried too often", "2026-12-01", 1), 0, &usable, &worn, DRAFT_RETRY,
     "2026-12-04", 0, false},
    {SOFT("soft, backup helps a worn card", "2026-12-01", 1), 0, &worn, &usable, DRAFT_RETRY,
     "2026-12-01", DRAFT_WITH_BACKUP, false},
    {SOFT("soft, second decline", "2026-12-04", 2), 0, &usable, &usable, DRAFT_RETRY, "2026-12-08",
     0, false},
    {SOFT("soft, backup used", "2026-12-04", 1), USED, &usable, &usable, DRAFT_RETRY, "2026-12-08",
     0, false},
    {SOFT("soft on the backup", "2026-12-01", 2), USED | ON_BACKUP, &usable, &usable, DRAFT_RETRY,
     "2026-12-04", 0, false},
    {SOFT("soft on the backup, first is out", "2026-12-01", 2), USED | ON_BACKUP, &unusable,
     &usable, DRAFT_FAILED, "", DRAFT_DECLINED, false},
    {SOFT("soft on the backup, first was refused", "2026-12-01", 1),
     USED | ON_BACKUP | REFUSED_BEFORE, &usable, &usable, DRAFT_FAILED, "", DRAFT_DECLINED, false},
    {HARD("hard"), 0, &usable, NULL, DRAFT_FAILED, "", DRAFT_DECLINED, true},
    {HARD("hard, backup"), 0, &usable, &usable, DRAFT_RETRY, "2026-12-01", DRAFT_WITH_BACKUP, true},
    {HARD("hard, backup cannot"), 0, &usable, &unusable, DRAFT_FAILED, "", DRAFT_DECLINED, true},
    {HARD("hard, backup used"), USED, &usable, &usable, DRAFT_FAILED, "", DRAFT_DECLINED, true},
    {HARD("hard, off"), OFF, &usable, &usable, DRAFT_FAILED, "", DRAFT_DECLINED, true},
    {HARD("hard on the backup"), USED | ON_BACKUP, &usable, &usable, DRAFT_RETRY, "2026-12-04", 0,
     true},
    {HARD("hard on the backup, first is out"), USED | ON_BACKUP, &unusable, &usable, DRAFT_FAILED,
     "", DRAFT_DECLINED, true},
    {HARD("hard on the backup, first was refused"), USED | ON_BACKUP | REFUSED_BEFORE, &usable,
     &usable, DRAFT_FAILED, "", DRAFT_DECLINED, true},
    {"hard on a retry day, backup", PAYMENT_DECLINED, "hard", "2026-12-04", "2027-01-01", 2, 0,
     &usable, &usable, DRAFT_RETRY, "2026-12-04", DRAFT_WITH_BACKUP, true},
    {"hard, settled on the next day, backup", PAYMENT_DECLINED, "hard", "2027-01-01", "2027-01-01",
     1, 0, &usable, &usable, DRAFT_FAILED, "", DRAFT_NEXT_DAY, true},
    {FIX("fix"), 0, &usable, NULL, DRAFT_FAILED, "", DRAFT_DECLINED, true},
    {FIX("fix, backup"), 0, &usable, &usable, DRAFT_RETRY, "2026-12-01", DRAFT_WITH_BACKUP, true},
    {FIX("fix on the backup"), USED | ON_BACKUP, &usable, &usable, DRAFT_RETRY, "2026-12-04", 0,
     true},
    {REFUSED("refused"), 0, &usable, NULL, DRAFT_FAILED, "", DRAFT_REFUSED, false},
    {REFUSED("refused, backup"), 0, &usable, &usable, DRAFT_RETRY, "2026-12-01", DRAFT_WITH_BACKUP,
     false},
    {REFUSED("refused on the backup"), USED | ON_BACKUP, &usable, &usable, DRAFT_RETRY,
     "2026-12-04", 0, false},
    {REFUSED("refused on both"), USED | ON_BACKUP | REFUSED_BEFORE, &usable, &usable, DRAFT_FAILED,
     "", DRAFT_REFUSED, false},
    {UNSENT("not charged"), 0, &usable, &usable, DRAFT_RETRY, "2026-12-03", 0, false},
    {UNSENT("not charged, the card worn"), 0, &worn, NULL, DRAFT_RETRY, "2026-12-03", 0, false},
    {UNSENT("not charged, on the backup"), USED | ON_BACKUP, &usable, &usable, DRAFT_RETRY,
     "2026-12-03", DRAFT_WITH_BACKUP, false},
    {UNSENT("not charged, off"), OFF, &usable, NULL, DRAFT_FAILED, "", DRAFT_OFF, false},
    {"not charged, settled on the next day", PAYMENT_NOT_CHARGED, "", "2027-01-01", "2027-01-01", 0,
     0, &usable, NULL, DRAFT_FAILED, "", DRAFT_NEXT_DAY, false},
    {REFUSED("our settings"), WRONG_SETTINGS, &usable, &usable, DRAFT_RETRY, "2026-12-01", 0,
     false},
    {REFUSED("our settings, on the backup"), WRONG_SETTINGS | USED | ON_BACKUP, &usable, &usable,
     DRAFT_RETRY, "2026-12-01", DRAFT_WITH_BACKUP, false},
    {REFUSED("our settings, off"), WRONG_SETTINGS | OFF, &usable, NULL, DRAFT_FAILED, "", DRAFT_OFF,
     false},
};

static void test_outcomes(void **state) {
    (void)state;
    for (size_t at = 0; at < COUNT(outcomes); at++) {
        struct attempt attempt = attempt_make(outcomes[at].state, outcomes[at].class);

        attempt.today = date_of(outcomes[at].today);
        attempt.next_on = date_of(outcomes[at].next_on);
        attempt.declines = outcomes[at].declines;
        attempt.is_off = outcomes[at].flags & OFF;
        attempt.is_backup = outcomes[at].flags & ON_BACKUP;
        attempt.used_backup = outcomes[at].flags & USED;
        attempt.first_refused = outcomes[at].flags & REFUSED_BEFORE;
        attempt.is_misconfigured = outcomes[at].flags & WRONG_SETTINGS;
        attempt.first = *outcomes[at].first;
        attempt.backup = outcomes[at].backup;
        check_decision(outcomes[at].label, &attempt, outcomes[at].want, outcomes[at].retry_on,
                       outcomes[at].reason, outcomes[at].method_fails);
    }
}

/* Without days nothing is tried again. */
static void test_no_days(void **state) {
    static const struct retry_settings none = {.card_tries = 10};
    struct attempt attempt = attempt_make(PAYMENT_DECLINED, "soft");
    struct attempt_decision decision;

    (void)state;
    attempt_decide(&attempt, &none, &decision);
    check_int("declined", decision.state, DRAFT_FAILED);
    check_int("declined", decision.reason, DRAFT_DECLINED);
    attempt = attempt_make(PAYMENT_RETURNED, "");
    attempt.return_code = "R01";
    attempt_decide(&attempt, &none, &decision);
    check_int("returned", decision.state, DRAFT_FAILED);
    check_int("returned", decision.reason, DRAFT_RETURNED);
}

/* ---- returns ---- */

/* Every code there may be, the ones nobody knows too: only two are presented again. */
static void test_codes(void **state) {
    (void)state;
    for (int number = 0; number <= 99; number++) {
        char code[4] = {'R', (char)('0' + number / 10), (char)('0' + number % 10), '\0'};
        const struct ach_return *meaning = ach_return_find(code);
        bool is_again = number == 1 || number == 9;
        struct attempt attempt = attempt_make(PAYMENT_RETURNED, "");
        struct attempt_decision decision;

        attempt.return_code = code;
        attempt.backup = &usable;
        attempt.today = date_of("2026-12-03");
        check_decision(code, &attempt, is_again ? DRAFT_RETRY : DRAFT_FAILED,
                       is_again ? "2026-12-10" : "", is_again ? 0 : DRAFT_RETURNED,
                       meaning->disables);
        attempt_decide(&attempt, &settings, &decision);
        check_int(code, decision.turns_off,
                  number == 7 || number == 10 || number == 14 || number == 15 || number == 29);
    }
}

static void test_returns(void **state) {
    static const struct {
        const char *label, *today, *next_on;
        int returns;
        bool is_off;
        enum draft_state want;
        const char *retry_on;
        enum draft_reason reason;
    } cases[] = {
        {"first", "2026-12-03", "2027-01-01", 1, false, DRAFT_RETRY, "2026-12-10", 0},
        {"second", "2026-12-14", "2027-01-15", 2, false, DRAFT_RETRY, "2026-12-31", 0},
        {"third", "2026-12-14", "", 3, false, DRAFT_FAILED, "", DRAFT_RETURNED},
        {"over holidays", "2026-12-23", "", 1, false, DRAFT_RETRY, "2026-12-31", 0},
        {"next day first", "2026-12-03", "2026-12-10", 1, false, DRAFT_FAILED, "", DRAFT_NEXT_DAY},
        {"before the next day", "2026-12-03", "2026-12-11", 1, false, DRAFT_RETRY, "2026-12-10", 0},
        {"off", "2026-12-03", "2027-01-01", 1, true, DRAFT_FAILED, "", DRAFT_OFF},
        /* 2026-12-01 and 180 days: 2027-05-30, a Sunday; Memorial Day follows. */
        {"within 180 days", "2027-05-21", "", 1, false, DRAFT_RETRY, "2027-05-28", 0},
        {"after 180 days", "2027-05-24", "", 1, false, DRAFT_FAILED, "", DRAFT_RETURNED},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        struct attempt attempt = attempt_make(PAYMENT_RETURNED, "");

        attempt.return_code = "R01";
        attempt.today = date_of(cases[at].today);
        attempt.next_on = date_of(cases[at].next_on);
        attempt.returns = cases[at].returns;
        attempt.is_off = cases[at].is_off;
        check_decision(cases[at].label, &attempt, cases[at].want, cases[at].retry_on,
                       cases[at].reason, false);
    }
}

/* Whatever is set, a debit is presented three times at most. */
static void test_two_repeats(void **state) {
    static const struct retry_settings many = {.bank_days = {4, {1, 2, 3, 4}}, .card_tries = 10};
    struct attempt attempt = attempt_make(PAYMENT_RETURNED, "");
    struct attempt_decision decision;

    (void)state;
    attempt.return_code = "R01";
    for (attempt.returns = 1; attempt.returns <= 4; attempt.returns++) {
        attempt_decide(&attempt, &many, &decision);
        check_int("again", decision.state, attempt.returns <= 2 ? DRAFT_RETRY : DRAFT_FAILED);
    }
}

/* The last of the 180 days counts. */
static void test_180_days(void **state) {
    struct attempt attempt = attempt_make(PAYMENT_RETURNED, "");

    (void)state;
    attempt.return_code = "R09";
    attempt.next_on = (struct date){0};
    attempt.today = date_of("2027-05-20");
    attempt.draft_on = date_add_days(banking_day_add(attempt.today, 5), -180);
    check_decision("the 180th", &attempt, DRAFT_RETRY, "2027-05-27", 0, false);
    attempt.draft_on = date_add_days(attempt.draft_on, -1);
    check_decision("the 181st", &attempt, DRAFT_FAILED, "", DRAFT_RETURNED, false);
}

/* A debit presented again that was not sent, or said no to, is still the same debit. */
static void test_repeats(void **state) {
    struct attempt attempt = attempt_make(PAYMENT_NOT_CHARGED, "");

    (void)state;
    attempt.returns = 1;
    check_decision("not charged", &attempt, DRAFT_RETRY, "2026-12-01", 0, false);
    attempt.is_backup = attempt.used_backup = true;
    check_decision("not charged, on the backup", &attempt, DRAFT_RETRY, "2026-12-01", 0, false);
    attempt = attempt_make(PAYMENT_DECLINED, "soft");
    attempt.returns = 1;
    check_decision("declined", &attempt, DRAFT_RETRY, "2026-12-04", 0, false);
    attempt.backup = &usable;
    check_decision("declined, backup", &attempt, DRAFT_RETRY, "2026-12-01", DRAFT_WITH_BACKUP,
                   false);
}

/* ---- on a retry day ---- */

static void test_retry_day(void **state) {
    static const struct {
        const char *label, *retry_on, *next_on, *today;
        enum draft_state want;
        enum draft_reason reason;
    } cases[] = {
        {"its day", "2026-12-04", "2027-01-01", "2026-12-04", DRAFT_OPEN, 0},
        {"no next day", "2026-12-04", "", "2026-12-04", DRAFT_OPEN, 0},
        {"as late as may be", "2026-12-04", "2027-01-01", "2026-12-09", DRAFT_OPEN, 0},
        {"later", "2026-12-04", "2027-01-01", "2026-12-10", DRAFT_PERSON, DRAFT_LATE},
        {"the day before the next", "2026-12-31", "2027-01-01", "2026-12-31", DRAFT_OPEN, 0},
        {"the next day", "2026-12-31", "2027-01-01", "2027-01-01", DRAFT_FAILED, DRAFT_NEXT_DAY},
        {"long after the next day", "2026-12-04", "2027-01-01", "2027-02-01", DRAFT_FAILED,
         DRAFT_NEXT_DAY},
    };

    (void)state;
    for (size_t at = 0; at < COUNT(cases); at++) {
        enum draft_reason reason = DRAFT_OFF;

        check_int(cases[at].label,
                  retry_decide(date_of(cases[at].retry_on), date_of(cases[at].next_on),
                               date_of(cases[at].today), 5, &reason),
                  cases[at].want);
        check_int(cases[at].label, reason, cases[at].reason);
    }
}

/* Chosen on a draft day, its schedule begins with the next one. */
static void test_replaced(void **state) {
    (void)state;
    assert_true(retry_is_replaced((struct date){2026, 11, 30}, (struct date){2026, 12, 1}));
    assert_true(retry_is_replaced((struct date){2026, 12, 1}, (struct date){2026, 12, 1}));
    assert_false(retry_is_replaced((struct date){2026, 12, 2}, (struct date){2026, 12, 1}));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),       cmocka_unit_test(test_choose),
        cmocka_unit_test(test_states),      cmocka_unit_test(test_never),
        cmocka_unit_test(test_outcomes),    cmocka_unit_test(test_no_days),
        cmocka_unit_test(test_codes),       cmocka_unit_test(test_returns),
        cmocka_unit_test(test_replaced),    cmocka_unit_test(test_180_days),
        cmocka_unit_test(test_two_repeats), cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_retry_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
