/* login_tries.c - how often somebody may try: counted for the e-mail and for the address, whether
 * or not such a user exists. */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/store/counter_store.h"
#include "modules/login/login.h"

enum { BUCKET_S = 60, ADDRESS_TIMES = 10 };

struct tries tries_of(struct visit *visit, const char *what, const char *email, int64_t window_s) {
    const char *lower = text_lower(visit->arena, email);
    struct tries tries = {
        .email_counter = arena_format(visit->arena, "%s_email", what),
        .address_counter = arena_format(visit->arena, "%s_address", what),
        .window_s = window_s,
    };

    secret_hash(lower, strlen(lower), tries.email);
    secret_hash(visit->request.address, strlen(visit->request.address), tries.address);
    return tries;
}

enum result tries_left(struct visit *visit, const struct tries *tries, int64_t most,
                       bool *out_left) {
    int64_t by_email = 0, by_address = 0, since = visit->now - tries->window_s;
    enum result result = counter_read(visit->running->db, visit->arena, tries->email_counter,
                                      tries->email, since, &by_email);

    if (result == RESULT_OK)
        result = counter_read(visit->running->db, visit->arena, tries->address_counter,
                              tries->address, since, &by_address);
    *out_left = by_email < most && by_address < most * ADDRESS_TIMES;
    return result;
}

void tries_count(struct visit *visit, const struct tries *tries) {
    int64_t window_at = visit->now - visit->now % BUCKET_S;

    if (counter_add(visit->running->db, tries->email_counter, tries->email, window_at) !=
            RESULT_OK ||
        counter_add(visit->running->db, tries->address_counter, tries->address, window_at) !=
            RESULT_OK)
        LOG(LOG_LEVEL_WARNING, "tries.uncounted", LOG_TEXT("counter", tries->email_counter));
}
