/* mailer_user.c - mails about a user: links to choose a password with, and that it was changed. */
#include <string.h>

#include "common/core/clock.h"
#include "common/core/log.h"
#include "common/core/secret.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/program/user_link.h"
#include "modules/mailer/mailer.h"

/* The token is made here again, in time for the mail alone: RESULT_NOT_FOUND where it comes out
 * otherwise than it was made, so nobody is sent a link that leads nowhere. */
static enum result token_make(struct running *running, const struct link_mail *link, char *out) {
    unsigned char hash[SECRET_HASH_BYTES];

    if (!running->settings.has_link_secret) {
        LOG(LOG_LEVEL_ERROR, "mail.link_key", LOG_TEXT("why", "Secret.LinkKey is missing"));
        return RESULT_NOT_FOUND;
    }
    user_link_token(running->settings.link_secret, link->kind, link->salt, out);
    secret_hash(out, strlen(out), hash);
    if (secret_equal(hash, link->token_hash, sizeof hash))
        return RESULT_OK;
    LOG(LOG_LEVEL_ERROR, "mail.link_key",
        LOG_TEXT("why", "Secret.LinkKey is not the one that the link was made with"));
    return RESULT_NOT_FOUND;
}

/* One that was used, or is too old, is not sent any more. */
enum result link_fill(struct running *running, struct arena *arena, const struct outbox_row *row,
                      struct values *values) {
    char token[SECRET_TOKEN_TEXT_SIZE];
    struct link_mail link;
    enum result result = link_mail(running->db, arena, row->subject_id, row->user_id,
                                   row->account_id, &link);

    if (result == RESULT_OK && (!link.is_open || clock_now(running->clock) >= link.ends_at))
        return RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = token_make(running, &link, token);
    if (result != RESULT_OK)
        return result;
    values_set(values, "Link.Until", instant_long(arena, link.ends_at));
    values_set(values, "Link.Url",
               arena_format(arena, "%s%s/login/link?token=%s", running->settings.origin,
                            running->settings.base, token));
    return RESULT_OK;
}

/* Who changed it stands in the row's key: "password_changed:7:reset:1795359600". */
enum result password_changed_fill(struct running *running, struct arena *arena,
                                  const struct outbox_row *row, struct values *values) {
    static const struct {
        const char *mark, *sentence;
    } ways[] = {
        {":reset:", WORDS("It was changed with a link that we sent to this address.")},
        {":provider:", WORDS("We changed it.")},
    };
    const char *sentence = WORDS(
        "It was changed on the billing pages, by somebody who knew the old one.");

    for (size_t at = 0; at < sizeof ways / sizeof *ways; at++)
        if (strstr(row->key, ways[at].mark))
            sentence = ways[at].sentence;
    values_set(values, "Password.How", say(sentence));
    link_set(running, arena, values_child(values, "Password"), "login", "/login/reset");
    return RESULT_OK;
}
