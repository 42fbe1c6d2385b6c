/* mailer_autopay.c - what mails about autopay tell. */
#include <string.h>

#include "common/billing/method_words.h"
#include "common/billing/notice_rule.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/money/money.h"
#include "common/store/mail_draft_store.h"
#include "modules/mailer/mailer.h"

static void schedule_set(struct running *running, struct arena *arena,
                         const struct mail_enrolment *enrolment, struct values *values) {
    struct values *node = values_child(values, "Autopay");

    values_set(node, "Schedule", schedule_word(enrolment->schedule));
    if (enrolment->is_active && enrolment->next_on.year)
        values_set(node, "NextOn", date_long(arena, enrolment->next_on));
    if (enrolment->largest_cents)
        values_set(node, "Largest", money_text(arena, enrolment->largest_cents));
    if (*enrolment->backup_text)
        line_set(node, arena, "Backup", method_words_of(arena, enrolment->backup_text));
    link_set(running, arena, node, "autopay", "/autopay");
}

static enum result covers_set(struct running *running, struct arena *arena,
                              const struct outbox_row *row, struct values *values) {
    const char *const *list;
    size_t count = 0;
    enum result result = mail_enrolment_covers(running->db, arena, row->account_id, row->subject_id,
                                               &list, &count);

    for (size_t at = 0; result == RESULT_OK && at < count; at++)
        line_set(values_item(values, "Covers", at), arena, "Text", list[at]);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

static enum result enrolment_set(struct running *running, struct arena *arena,
                                 const struct outbox_row *row, struct values *values,
                                 struct mail_enrolment *out_enrolment) {
    enum result result = mail_enrolment(running->db, arena, row->account_id, row->subject_id,
                                        out_enrolment);

    if (result != RESULT_OK)
        return result;
    schedule_set(running, arena, out_enrolment, values);
    result = covers_set(running, arena, row, values);
    link_set(running, arena, values_child(values, "Pay"), "pay", "/pay");
    return result == RESULT_OK ? method_set(running, arena, row, out_enrolment->method_id, values)
                               : result;
}

/* Of one that is told first: no more is taken, and not before. */
static void first_set(struct running *running, struct arena *arena,
                      const struct mail_enrolment *enrolment, struct values *node) {
    const struct notice_terms terms = {
        .is_persons = enrolment->is_persons,
        .backup_is_persons = enrolment->backup_is_persons,
        .largest_cents = enrolment->largest_cents,
        .notice_days = running->settings.autopay.bank_notice_days,
    };
    bool is_shifted = schedule_is_calendar(enrolment->schedule) &&
                      date_compare(schedule_day_of(enrolment->schedule, enrolment->noticed_on),
                                   enrolment->noticed_on) != 0;

    if (!notice_is_first(&terms))
        return;
    values_set(node, "Most", "1");
    if (is_shifted)
        values_set(node, "Days", arena_format(arena, "%lld", (long long)terms.notice_days));
}

/* What the notice was about, also where it is read after that day. */
enum result autopay_upcoming_fill(struct running *running, struct arena *arena,
                                  const struct outbox_row *row, struct values *values) {
    struct mail_enrolment enrolment;
    enum result result = enrolment_set(running, arena, row, values, &enrolment);

    if (result != RESULT_OK)
        return result;
    if (!enrolment.noticed_on.year || !enrolment.noticed_cents)
        return RESULT_NOT_FOUND;
    struct values *node = values_child(values, "Draft");
    values_set(node, "On", date_long(arena, enrolment.noticed_on));
    values_set(node, "Amount", money_text(arena, enrolment.noticed_cents));
    first_set(running, arena, &enrolment, node);
    return RESULT_OK;
}

enum result autopay_on_fill(struct running *running, struct arena *arena,
                            const struct outbox_row *row, struct values *values) {
    struct mail_enrolment enrolment;
    struct mail_consent consent;
    enum result result = enrolment_set(running, arena, row, values, &enrolment);

    /* The provider changed it: what was agreed to before is not what it says now. */
    if (result == RESULT_OK && strstr(row->key, ":changed:")) {
        values_set(values, "Autopay.ByUs", "1");
        return RESULT_OK;
    }
    if (result == RESULT_OK)
        result = mail_enrolment_consent(running->db, arena, row->account_id, row->subject_id,
                                        &consent);
    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_OK : result;
    struct values *node = values_child(values, "Consent");
    values_set(node, "At", instant_long(arena, consent.accepted_at));
    lines_set(node, arena, "Lines", consent.text);
    return RESULT_OK;
}

static const char *off_sentence(const char *reason) {
    static const struct {
        const char *reason, *sentence;
    } list[] = {
        {"customer", WORDS("It was turned off on the billing pages.")},
        {"provider", WORDS("We turned it off.")},
        {"method", WORDS("Its payment method was removed.")},
        {"user", WORDS("You may not use Auto Pay for this account any more.")},
        {"taken_over", WORDS("Another payment method has taken over what it paid.")},
        {"returned",
         WORDS("Your bank told us that the payment method may not be debited any more.")},
    };

    for (size_t at = 0; at < sizeof list / sizeof *list; at++)
        if (text_equal(list[at].reason, reason))
            return say(list[at].sentence);
    return "";
}

enum result autopay_off_fill(struct running *running, struct arena *arena,
                             const struct outbox_row *row, struct values *values) {
    struct mail_enrolment enrolment;
    enum result result = enrolment_set(running, arena, row, values, &enrolment);

    if (result == RESULT_OK)
        values_set(values, "Off.Why", off_sentence(enrolment.off_reason));
    return result;
}

enum result draft_failed_fill(struct running *running, struct arena *arena,
                              const struct outbox_row *row, struct values *values) {
    struct values *node = values_child(values, "Draft");
    struct mail_draft draft;
    enum result result = mail_draft(running->db, arena, row->account_id, row->subject_id, &draft);

    if (result != RESULT_OK)
        return result;
    values_set(node, "On", date_long(arena, draft.draft_on));
    values_set(node, "Why",
               draft_reason_sentence(draft.retry_on.year ? DRAFT_DECLINED : draft.reason));
    if (draft.retry_on.year)
        values_set(node, "Again", date_long(arena, draft.retry_on));
    if (draft.amount_cents)
        values_set(node, "Amount", money_text(arena, draft.amount_cents));
    if (*draft.method_text)
        line_set(node, arena, "Method", method_words_of(arena, draft.method_text));
    link_set(running, arena, values_child(values, "Pay"), "pay", "/pay");
    result = method_set(running, arena, row, draft.method_id, values);
    /* Straight to the method, where it can be mended. */
    link_set(running, arena, values_child(values, "Method"), "methods",
             arena_format(arena, "/methods/%lld", (long long)draft.method_id));
    return result;
}

enum result method_expiring_fill(struct running *running, struct arena *arena,
                                 const struct outbox_row *row, struct values *values) {
    struct date expires_on = {0};
    enum result result = method_set(running, arena, row, row->subject_id, values);

    if (result == RESULT_OK)
        result = mail_method_expiry(running->db, arena, row->account_id, row->subject_id,
                                    &expires_on);
    if (result == RESULT_OK && expires_on.year)
        values_set(values, "Method.ExpiresOn", date_long(arena, expires_on));
    link_set(running, arena, values_child(values, "Method"), "methods",
             arena_format(arena, "/methods/%lld", (long long)row->subject_id));
    return result;
}

/* What happened to it stands in the mail's key: the card itself has gone on since. */
static const char *change_of(const char *key) {
    return strstr(key, ":closed:") ? "closed" : strstr(key, ":contact:") ? "contact" : "changed";
}

enum result method_updated_fill(struct running *running, struct arena *arena,
                                const struct outbox_row *row, struct values *values) {
    enum result result = method_expiring_fill(running, arena, row, values);

    if (result == RESULT_OK)
        values_set(values, "Method.Change", change_of(row->key));
    return result;
}
