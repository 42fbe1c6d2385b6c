#include "common/program/consent.h"

#include "common/store/event_store.h"

enum result consent_keep(struct db *db, const struct consent *consent, const char *mail_key) {
    int64_t consent_id = 0;
    enum result result = consent_add(db, consent, &consent_id);

    if (result != RESULT_OK || !mail_key)
        return result;
    return outbox_add(db, mail_key, "authorization", consent->account_id, consent->user_id,
                      consent_id, consent->now);
}
