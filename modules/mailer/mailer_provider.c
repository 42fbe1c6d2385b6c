/* mailer_provider.c - mail to the provider: to whom it goes, and what waits for a person. */
#include <string.h>

#include "common/billing/queue_kind.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/mail/encode.h"
#include "common/store/mail_queue_store.h"
#include "modules/mailer/mailer.h"

enum { ITEMS_MAX = 20, DETAIL_MAX = 500 };

int64_t provider_place(const struct outbox_row *row) {
    const char *slash = strrchr(row->key, '/');
    int64_t place;

    return slash && text_to_int(slash + 1, &place) && place > 0 ? place : 0;
}

const char *provider_address(const struct running *running, const struct outbox_row *row) {
    const struct mail_settings *mail = &running->settings.mail;
    int64_t place = provider_place(row);

    return place && (size_t)place <= mail->provider_count ? mail->providers[place - 1] : NULL;
}

static void item_set(struct arena *arena, const struct mail_queue_item *item, struct values *node) {
    values_set(node, "Id", arena_format(arena, "%lld", (long long)item->id));
    line_set(node, arena, "Kind", queue_kind_word(item->kind));
    line_set(node, arena, "Account", item->account_number);
    line_set(node, arena, "Payment", item->payment_reference);
    values_set(node, "Detail", encode_clean_line(arena, item->detail, DETAIL_MAX));
    values_set(node, "Since", instant_long(arena, item->opened_at));
}

/* What is open now, whatever the row was written for. */
enum result queue_fill(struct running *running, struct arena *arena, const struct outbox_row *row,
                       struct values *values) {
    struct mail_queue queue;
    enum result result = mail_queue(running->db, arena, ITEMS_MAX, &queue);

    (void)row;
    if (result != RESULT_OK)
        return result;
    /* Between the count and the list something may have been opened or closed. */
    int64_t listed = (int64_t)queue.count;
    int64_t open = queue.open_count > listed ? queue.open_count : listed;
    if (!listed)
        return RESULT_CONFLICT;
    values_set(values, "Queue.Count", arena_format(arena, "%lld", (long long)open));
    values_set(values, "Queue.See", "remit settle queue");
    values_set(values, "Queue.Decide", "remit settle resolve");
    if (open > listed)
        values_set(values, "Queue.More", arena_format(arena, "%lld", (long long)(open - listed)));
    for (size_t at = 0; at < queue.count; at++)
        item_set(arena, &queue.list[at], values_item(values, "Items", at));
    return RESULT_OK;
}
