#include "common/program/limits.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/core/log.h"
#include "common/core/words.h"
#include "common/store/counter_store.h"

enum { HOUR_S = 3600, BUCKET_S = 300, SITE_S = 600, SUBJECT_SIZE = 80 };

static const unsigned char site[SECRET_HASH_BYTES]; /* all zero: every new card */

static void subject_of(const char *kind, const char *who, unsigned char out[SECRET_HASH_BYTES]) {
    char text[SUBJECT_SIZE];
    int length = snprintf(text, sizeof text, "%s:%s", kind, who);

    secret_hash(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1, out);
}

static void subject_of_id(const char *kind, int64_t id, unsigned char out[SECRET_HASH_BYTES]) {
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)id);
    subject_of(kind, text, out);
}

/* One customer has a whole /64 of IPv6 to come from. */
static void subject_of_address(const char *address, unsigned char out[SECRET_HASH_BYTES]) {
    struct in6_addr v6;
    char network[INET6_ADDRSTRLEN];

    if (inet_pton(AF_INET6, address, &v6) == 1 && !IN6_IS_ADDR_V4MAPPED(&v6)) {
        memset(v6.s6_addr + 8, 0, 8);
        if (inet_ntop(AF_INET6, &v6, network, sizeof network))
            address = network;
    }
    subject_of("address", address, out);
}

static struct pay_tries tries_of(const struct visit *visit, const struct payment_try *attempt) {
    const struct session *session = &visit->session;
    struct pay_tries tries = {0};

    subject_of_id("user", session->user_id, tries.subjects[TRIED_USER]);
    subject_of_id("account", session->account_id, tries.subjects[TRIED_ACCOUNT]);
    subject_of_address(visit->request.address, tries.subjects[TRIED_ADDRESS]);
    /* Cards without a row share one count for their user. */
    if (attempt->method_id)
        subject_of_id("method", attempt->method_id, tries.subjects[TRIED_METHOD]);
    else
        subject_of_id("new", session->user_id, tries.subjects[TRIED_METHOD]);
    if (!attempt->is_new_card)
        subject_of("site", "saved", tries.subjects[TRIED_SITE]);
    return tries;
}

static int64_t bucket(int64_t now) {
    return now - now % BUCKET_S;
}

/* What is over its limit; NULL: nothing. */
static const char *over_limit(const struct limits *limits, const struct pay_tries *tries,
                              bool is_new_card) {
    if (tries->counts[TRIED_USER] >= limits->user)
        return "user";
    if (tries->counts[TRIED_ACCOUNT] >= limits->account)
        return "account";
    if (tries->counts[TRIED_ADDRESS] >= limits->address)
        return "address";
    if (tries->counts[TRIED_METHOD] >= limits->method)
        return "method";
    if (is_new_card && tries->counts[TRIED_SITE] >= limits->decline_minimum &&
        tries->site_declines * 100 >= tries->counts[TRIED_SITE] * limits->decline_percent)
        return "declines";
    return NULL;
}

static bool refuse(struct visit *visit, const char *limit) {
    bool is_site = strcmp(limit, "declines") == 0;

    LOG(LOG_LEVEL_WARNING, "limit.reached", LOG_TEXT("limit", limit),
        LOG_INT("account_id", visit->session.account_id));
    if (is_site)
        (void)visit_wait(
            visit, SITE_S,
            say("New cards cannot be taken for some minutes. Nothing was charged. Please"
                " try again in ten minutes, or use a saved payment method."));
    else
        (void)visit_wait(
            visit, HOUR_S,
            say("There were too many tries in the last hour. Nothing was saved or charged by this"
                " one. Please try again in an hour, or contact your service provider."));
    return false;
}

static bool unavailable(struct visit *visit) {
    visit_error(visit, 503, say("Billing is not available right now"),
                say("Nothing was changed. Please try again in a minute."));
    return false;
}

bool limits_allow(struct visit *visit, const struct payment_try *attempt) {
    struct pay_tries tries = tries_of(visit, attempt);

    if (tries_read(visit->running->db, visit->arena, bucket(visit->now - HOUR_S) + BUCKET_S,
                   bucket(visit->now - SITE_S) + BUCKET_S, &tries) != RESULT_OK)
        return unavailable(visit);
    const char *limit = over_limit(&visit->running->settings.limits, &tries, attempt->is_new_card);
    return limit ? refuse(visit, limit) : true;
}

void limits_count(struct visit *visit, const struct payment_try *attempt) {
    struct pay_tries tries = tries_of(visit, attempt);

    if (tries_add(visit->running->db, &tries, bucket(visit->now)) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "limit.uncounted", LOG_NONE);
}

void limits_count_decline(struct visit *visit, const struct payment_try *attempt) {
    if (attempt->is_new_card &&
        counter_add(visit->running->db, "try.declined", site, bucket(visit->now)) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "limit.uncounted", LOG_NONE);
}

bool limits_allow_review(struct visit *visit) {
    unsigned char subject[SECRET_HASH_BYTES];
    int64_t count = 0;

    subject_of_id("user", visit->session.user_id, subject);
    if (counter_read(visit->running->db, visit->arena, "review.user", subject,
                     bucket(visit->now - HOUR_S) + BUCKET_S, &count) != RESULT_OK)
        return unavailable(visit);
    if (count >= visit->running->settings.limits.reviews)
        return refuse(visit, "reviews");
    if (counter_add(visit->running->db, "review.user", subject, bucket(visit->now)) != RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "limit.uncounted", LOG_NONE);
    return true;
}
