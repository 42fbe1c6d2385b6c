/* mailer_compose.c - a row of the outbox becomes a letter: who gets it, and what it says now. */
#include <string.h>

#include "common/core/log.h"
#include "common/core/text.h"
#include "common/core/words.h"
#include "common/mail/address.h"
#include "common/mail/message.h"
#include "common/page/page.h"
#include "common/store/mail_store.h"
#include "modules/mailer/mailer.h"

enum { PART_MAX = 256 * 1024 };

static const char subject_mark[] = "Subject: ";

static const char gone[] = "what it is about is not there";
static const char over[] = "nothing is left to tell: paid, in progress, decided, or past by now";

/* A result of reading, where RESULT_NOT_FOUND has words of its own. */
static enum compose_end read_end(enum result result, const char *missing, const char **out_words) {
    if (result == RESULT_UNAVAILABLE)
        return COMPOSE_UNAVAILABLE;
    if (result == RESULT_CONFLICT) {
        *out_words = over;
        return COMPOSE_NEEDLESS;
    }
    *out_words = result == RESULT_NOT_FOUND ? missing
                                            : "the database refused to tell what it is about";
    return result == RESULT_NOT_FOUND ? COMPOSE_IMPOSSIBLE : COMPOSE_FAILED;
}

static enum compose_end recipient_read(struct running *running, struct arena *arena,
                                       const struct outbox_row *row,
                                       struct mail_recipient *out_recipient,
                                       const char **out_words) {
    enum result result = mail_recipient(running->db, arena, row->account_id, row->user_id,
                                        out_recipient);

    if (result != RESULT_OK)
        return read_end(result, "there is no such user", out_words);
    *out_words = "";
    if (!out_recipient->may_get_it)
        *out_words = "the user is not active any more, or not of this account";
    else if (!mail_address_is_valid(out_recipient->email))
        *out_words = "the user's e-mail address cannot be written to";
    return **out_words ? COMPOSE_IMPOSSIBLE : COMPOSE_READY;
}

/* A place that is no more is nobody's fault. */
static enum compose_end provider_read(const struct running *running, const struct outbox_row *row,
                                      struct mail_recipient *out_recipient,
                                      const char **out_words) {
    *out_recipient = (struct mail_recipient){.email = provider_address(running, row),
                                             .name = "",
                                             .account_number = "",
                                             .organization = "",
                                             .language = "",
                                             .seen_language = "",
                                             .may_get_it = true};
    *out_words = out_recipient->email ? "" : "Mail.Provider has fewer addresses by now";
    return out_recipient->email ? COMPOSE_READY : COMPOSE_NEEDLESS;
}

/* What the recipient chose, or else read at the last sign-in; the first where that is none of ours,
 * or nothing is known. */
static const struct language *language_of(const struct running *running,
                                          const struct mail_recipient *recipient) {
    const struct languages *languages = &running->settings.languages;
    const struct language *language = languages_find(languages, recipient->language);

    if (!language)
        language = languages_find(languages, recipient->seen_language);
    return language ? language : languages->list[0];
}

static struct values *values_begin(struct running *running, struct arena *arena,
                                   const struct outbox_row *row,
                                   const struct mail_recipient *recipient) {
    const struct settings *settings = &running->settings;
    struct values *values = values_in(arena);

    values_set(values, "Page.Language", language_code(language_spoken()));
    values_set(values, "Mail.Billing",
               arena_format(arena, "%s%s/", settings->origin, settings->base));
    values_set(values, "Mail.At", instant_long(arena, row->created_at));
    line_set(values, arena, "Recipient.Name", recipient->name);
    line_set(values, arena, "Account.Number", recipient->account_number);
    line_set(values, arena, "Account.Organization", recipient->organization);
    return values;
}

/* The text part begins with the subject's line, and an empty one. */
static const char *subject_take(struct arena *arena, const char **text) {
    size_t length = strcspn(*text, "\n");
    const char *subject;

    if (!text_starts_with(*text, subject_mark))
        return NULL;
    subject = arena_copy(arena, *text + strlen(subject_mark), length - strlen(subject_mark));
    *text += length;
    *text += strspn(*text, "\n");
    return *subject ? subject : NULL;
}

static enum compose_end letter_build(struct arena *arena, const struct message *message,
                                     struct letter *out_letter, const char **out_words) {
    struct buffer *bytes = arena_alloc(arena, sizeof *bytes);
    char *hash = arena_alloc(arena, MESSAGE_HASH_SIZE);

    buffer_init(bytes, arena, MESSAGE_MAX);
    if (message_build(message, bytes) != RESULT_OK) {
        *out_words = "the mail is too long";
        return COMPOSE_FAILED;
    }
    message_hash(message->origin, message->key, hash);
    *out_letter = (struct letter){message->to.address, hash, bytes->bytes, bytes->length};
    return COMPOSE_READY;
}

static enum compose_end letter_render(struct running *running, struct arena *arena,
                                      const struct kind *kind, struct values *values,
                                      struct message *message, struct letter *out_letter,
                                      const char **out_words) {
    struct buffer text, html;

    buffer_init(&text, arena, PART_MAX);
    buffer_init(&html, arena, PART_MAX);
    *out_words = "its template failed";
    if (page_render(running->pages, kind->text, values, &text) != RESULT_OK)
        return COMPOSE_FAILED;
    message->text = text.bytes;
    message->subject = subject_take(arena, &message->text);
    if (!message->subject) {
        LOG(LOG_LEVEL_ERROR, "mail.no_subject", LOG_TEXT("kind", kind->name));
        return COMPOSE_FAILED;
    }
    values_set(values, "Mail.Subject", message->subject);
    if (page_render(running->pages, kind->html, values, &html) != RESULT_OK)
        return COMPOSE_FAILED;
    message->html = html.bytes;
    return letter_build(arena, message, out_letter, out_words);
}

/* A row for nobody in particular. */
static enum compose_end split_look(struct running *running, struct arena *arena,
                                   const struct outbox_row *row, const struct kind *kind,
                                   const char **out_words) {
    enum result result = kind->may_lapse ? kind->fill(running, arena, row, values_in(arena))
                                         : RESULT_OK;

    return result == RESULT_OK ? COMPOSE_SPLIT : read_end(result, gone, out_words);
}

/* In the language spoken. */
static enum compose_end letter_compose(struct running *running, struct arena *arena,
                                       const struct outbox_row *row, const struct kind *kind,
                                       const struct mail_recipient *recipient, int64_t now,
                                       struct letter *out_letter, const char **out_words) {
    const struct mail_settings *mail = &running->settings.mail;
    struct values *values = values_begin(running, arena, row, recipient);
    enum result result = kind->fill(running, arena, row, values);

    if (result != RESULT_OK)
        return read_end(result, gone, out_words);
    struct message message = {
        .from = {mail->from_name, mail->from},
        .to = {recipient->name, recipient->email},
        .origin = running->settings.origin,
        .key = row->key,
        .at = now,
    };
    return letter_render(running, arena, kind, values, &message, out_letter, out_words);
}

enum compose_end compose(struct running *running, struct arena *arena, const struct outbox_row *row,
                         int64_t now, struct letter *out_letter, const char **out_words) {
    const struct language *before = language_spoken();
    const struct kind *kind = kind_find(row->kind);
    struct mail_recipient recipient;

    if (!kind) {
        *out_words = "nobody knows this kind of mail";
        return COMPOSE_IMPOSSIBLE;
    }
    if (kind->is_providers == (row->account_id != 0)) {
        *out_words = kind->is_providers ? "this kind of mail is about no account"
                                        : "it names no account to write to";
        return COMPOSE_IMPOSSIBLE;
    }
    if (!row->user_id && !(kind->is_providers && provider_place(row)))
        return split_look(running, arena, row, kind, out_words);
    enum compose_end end = kind->is_providers
                               ? provider_read(running, row, &recipient, out_words)
                               : recipient_read(running, arena, row, &recipient, out_words);
    if (end != COMPOSE_READY)
        return end;
    language_speak(language_of(running, &recipient));
    end = letter_compose(running, arena, row, kind, &recipient, now, out_letter, out_words);
    language_speak(before);
    return end;
}
