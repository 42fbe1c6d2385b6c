/* Many sales in flight: each context gets its own answer, in the words of gateway_sale(). */
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "common/gateway/gateway_many.h"
#include "tests/common/gateway/ask.h"
#include "tests/common/gateway/crowd.h"
#include "tests/support/test.h"

enum { LONG_MS = 20000, LIMIT = 64 };

#ifdef __SANITIZE_ADDRESS__
/* What is freed stays for a while: memory says nothing there. */
enum { IS_MEASURED = 0, MEMORY_FROM = 500, MEMORY_TO = 2000 };
#else
enum { IS_MEASURED = 1, MEMORY_FROM = 2000, MEMORY_TO = 20000 };
#endif

struct sale {
    struct arena *arena;
    unsigned number;
    bool is_bank;
};

/* What a test knows of the sales it sends. */
struct shop {
    struct gateway *gateway;
    struct gateway_many *many;
    struct gateway_options options;
    struct gateway_answer *answers; /* by number; NULL: not kept */
    unsigned char *told;            /* times, by number */
    unsigned next, last; /* numbers that an answer's place is given to: next .. last - 1 */
    unsigned ended, approved, most;
    int64_t not_after_ms;
};

static void shop_open(struct shop *shop, const struct crowd *crowd, unsigned limit) {
    *shop = (struct shop){.options = ask_options(crowd->url, LONG_MS, ""),
                          .told = calloc(CROWD_REFERENCES, 1),
                          .not_after_ms = INT64_MAX};
    assert_int_equal(gateway_open(&shop->options, &shop->gateway), RESULT_OK);
    shop->many = gateway_many_open(shop->gateway, limit);
}

static void shop_close(struct shop *shop) {
    gateway_many_close(shop->many);
    gateway_close(shop->gateway);
    free(shop->told);
}

static void shop_sell(struct shop *shop, unsigned number) {
    struct arena *arena = arena_new(GATEWAY_MANY_ARENA_BYTES);
    struct sale *sale = arena_alloc(arena, sizeof *sale);
    /* The ask itself is gone when the answer comes. */
    const struct gateway_sale_ask ask = {.reference = arena_format(arena, "P%u", number),
                                         .vault_id = ASK_VAULT_ID,
                                         .is_bank = number % 2,
                                         .amount_cents = 100 + number,
                                         .description = "",
                                         .address = "",
                                         .email = "",
                                         .initiator = INITIATED_BY_MERCHANT,
                                         .credential = CREDENTIAL_LATER,
                                         .initial_transaction_id = ""};

    *sale = (struct sale){arena, number, ask.is_bank};
    gateway_many_sale(shop->many, arena, &ask, shop->not_after_ms, sale);
    if (gateway_many_in_flight(shop->many) > shop->most)
        shop->most = gateway_many_in_flight(shop->many);
}

/* Frees the sale's memory, and sells the next in its place. */
static void tell(const struct gateway_answer *answer, void *context, void *user) {
    const struct sale *sale = context;
    struct shop *shop = user;

    shop->told[sale->number]++;
    shop->ended++;
    shop->approved += answer->outcome == (sale->is_bank ? GATEWAY_PENDING : GATEWAY_APPROVED);
    if (shop->answers)
        shop->answers[sale->number] = *answer;
    arena_free(sale->arena);
    if (shop->next < shop->last)
        shop_sell(shop, shop->next++);
}

static void shop_run(struct shop *shop) {
    while (gateway_many_wait(shop->many, LONG_MS, -1, tell, shop))
        continue;
}

/* ---- a mix ---- */

struct mix {
    const char *label;
    enum crowd_act act;
    enum gateway_outcome outcome; /* of a card */
    bool slow_down;
};

static const struct mix mixes[] = {
    {"good", CROWD_ANSWER, GATEWAY_APPROVED, false},
    {"closed", CROWD_CLOSE, GATEWAY_UNKNOWN, false},
    {"reset", CROWD_RESET, GATEWAY_UNKNOWN, false},
    {"garbage", CROWD_GARBAGE, GATEWAY_UNKNOWN, false},
    {"rate limit of the gateway", CROWD_REFUSE, GATEWAY_REFUSED, true},
    {"HTTP 503", CROWD_BUSY, GATEWAY_UNKNOWN, true},
    {"HTTP 429", CROWD_LIMITED, GATEWAY_UNKNOWN, true},
    {"flood", CROWD_FLOOD, GATEWAY_UNKNOWN, false},
    {"good again", CROWD_ANSWER, GATEWAY_APPROVED, false},
};

static enum crowd_act mix_act(unsigned number) {
    return mixes[number % COUNT(mixes)].act;
}

static size_t lines_with(const char *text, const char *words) {
    size_t count = 0;

    while ((text = strstr(text, words))) {
        count++;
        text += strlen(words);
    }
    return count;
}

static void test_mix(void **state) {
    enum { SALES = 20 * 9 };
    struct crowd *crowd = crowd_start(SALES, mix_act);
    struct gateway_answer answers[SALES] = {0};
    struct shop shop;

    shop_open(&shop, crowd, SALES);
    shop.answers = answers;
    for (unsigned number = 0; number < SALES; number++)
        shop_sell(&shop, number);
    capture_begin();
    shop_run(&shop);
    const char *log = capture_end(*state);
    crowd_stop(crowd);

    check_int("all at once", (int64_t)crowd->most_held, SALES);
    check_int("lines", (int64_t)lines_with(log, "\"gateway.sale\""), SALES);
    check_int("secrets", (int64_t)(lines_with(log, ASK_KEY) + lines_with(log, ASK_VAULT_ID)), 0);
    for (unsigned number = 0; number < SALES; number++) {
        const struct mix *mix = &mixes[number % COUNT(mixes)];
        bool is_good = mix->outcome == GATEWAY_APPROVED;
        enum gateway_outcome outcome = is_good && number % 2 ? GATEWAY_PENDING : mix->outcome;

        check_text(mix->label, gateway_outcome_name(answers[number].outcome),
                   gateway_outcome_name(outcome));
        check_text(mix->label, answers[number].transaction_id,
                   is_good ? arena_format(*state, "T%u", number) : "");
        check_int(mix->label, answers[number].slow_down, mix->slow_down);
        check_int(mix->label, shop.told[number], 1);
        check_int(mix->label, crowd->seen[number], 1);
    }
    shop_close(&shop);
    crowd_free(crowd);
}

/* The answers' places are taken at once: never more than the limit, each sold once. */
static void test_refill(void **state) {
    enum { SALES = 1000 };
    struct crowd *crowd = crowd_start(LIMIT, NULL);
    struct shop shop;

    shop_open(&shop, crowd, LIMIT);
    shop.next = LIMIT;
    shop.last = SALES;
    for (unsigned number = 0; number < LIMIT; number++)
        shop_sell(&shop, number);
    capture_begin();
    shop_run(&shop);
    (void)capture_end(*state);
    shop_close(&shop);
    crowd_stop(crowd);
    check_int("most", shop.most, LIMIT);
    check_int("approved", shop.approved, SALES);
    check_int("requests", (int64_t)crowd->requests, SALES);
    for (unsigned number = 0; number < SALES; number++)
        check_int("once", crowd->seen[number], 1);
    crowd_free(crowd);
}

static void test_late(void **state) {
    struct crowd *crowd = crowd_start(0, NULL);
    struct gateway_answer answers[2];
    struct shop shop;

    shop_open(&shop, crowd, 2);
    shop.answers = answers;
    shop.not_after_ms = clock_monotonic_ms();
    shop_sell(&shop, 0);
    shop.not_after_ms += LONG_MS;
    shop_sell(&shop, 1);
    capture_begin();
    shop_run(&shop);
    (void)capture_end(*state);
    shop_close(&shop);
    crowd_stop(crowd);
    check_int("late", answers[0].outcome, GATEWAY_NOT_SENT);
    check_int("in time", answers[1].outcome, GATEWAY_PENDING);
    check_int("requests", (int64_t)crowd->requests, 1);
    crowd_free(crowd);
}

/* A SIGTERM ends the wait, not the sale: told, then sold to its end. */
static void test_signal(void **state) {
    struct crowd *crowd = crowd_start(2, NULL);
    struct signalfd_siginfo told;
    struct shop shop;
    sigset_t term, before;

    shop_open(&shop, crowd, 2);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &term, &before), 0);
    int signals = signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
    int64_t from_ms = clock_monotonic_ms();

    capture_begin();
    shop_sell(&shop, 0);
    assert_int_equal(raise(SIGTERM), 0);
    check_int("in flight", gateway_many_wait(shop.many, LONG_MS, signals, tell, &shop), 1);
    check_true("at once", clock_monotonic_ms() - from_ms < LONG_MS / 2);
    check_int("told", read(signals, &told, sizeof told), sizeof told);
    shop_sell(&shop, 1);
    shop_run(&shop);
    (void)capture_end(*state);
    check_int("approved", shop.approved, 2);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
    close(signals);
    shop_close(&shop);
    crowd_stop(crowd);
    crowd_free(crowd);
}

static void sell_twice(void *context) {
    struct shop shop;

    shop_open(&shop, context, 1);
    shop_sell(&shop, 0);
    shop_sell(&shop, 1);
}

static void close_busy(void *context) {
    struct shop shop;

    shop_open(&shop, context, 1);
    shop_sell(&shop, 0);
    shop_close(&shop);
}

static void test_limit(void **state) {
    struct crowd *crowd = crowd_start(0, NULL);

    (void)state;
    check_true("one past the limit", dies(sell_twice, crowd));
    check_true("closed with one in flight", dies(close_busy, crowd));
    gateway_many_close(NULL);
    crowd_stop(crowd);
    crowd_free(crowd);
}

/* ---- memory ---- */

static int64_t resident_pages(void) {
    FILE *file = fopen("/proc/self/statm", "re");
    char line[128];

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    (void)fclose(file);
    return strtol(strchr(line, ' '), NULL, 10);
}

/* The log goes to a file outside, for what it says would be memory. */
static void sell_up_to(struct shop *shop, unsigned last) {
    int kept = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    shop->last = last;
    assert_true(dup2(nowhere, STDERR_FILENO) >= 0);
    for (unsigned at = 0; at < LIMIT; at++)
        shop_sell(shop, shop->next++);
    shop_run(shop);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    close(nowhere);
}

static void test_memory(void **state) {
    struct crowd *crowd = crowd_start(0, NULL);
    struct shop shop;

    (void)state;
    shop_open(&shop, crowd, LIMIT);
    sell_up_to(&shop, MEMORY_FROM);
    int64_t before = resident_pages();
    sell_up_to(&shop, MEMORY_TO);
    int64_t after = resident_pages();
    print_message("  %d sales: %lld pages, %d: %lld\n", MEMORY_FROM, (long long)before, MEMORY_TO,
                  (long long)after);
    shop_close(&shop);
    crowd_stop(crowd);
    check_int("approved", shop.approved, MEMORY_TO);
    for (unsigned number = 0; number < MEMORY_TO; number++)
        check_int("once", crowd->seen[number], 1);
    check_true("memory is flat", !IS_MEASURED || after * 100 <= before * 105);
    crowd_free(crowd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_mix, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_refill, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_late, arena_setup, arena_teardown),
        cmocka_unit_test_setup_teardown(test_signal, arena_setup, arena_teardown),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_memory),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
