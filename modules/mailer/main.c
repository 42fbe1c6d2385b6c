/* mailer - sends what is in the outbox, and once a day puts reminders into it. The only program
 * that reads it. */
#include "common/store/event_store.h"
#include "common/store/link_store.h"
#include "common/store/mail_draft_store.h"
#include "common/store/mail_queue_store.h"
#include "common/store/mail_store.h"
#include "common/store/remind_store.h"
#include "modules/mailer/mailer.h"

static const struct statement *const statements[] = {
    &outbox_due_sql,        &outbox_claim_sql,     &outbox_standing_sql,  &outbox_mark_sql,
    &outbox_recipients_sql, &outbox_add_sql,       &queue_add_sql,        &queue_add_silent_sql,
    MAIL_STATEMENTS,        MAIL_QUEUE_STATEMENTS, MAIL_DRAFT_STATEMENTS, REMIND_STATEMENTS,
    &link_mail_sql,
};

static int64_t pause_ms(const struct running *running) {
    return running->settings.mail.poll_ms;
}

int main(int argc, char **argv) {
    const struct service mailer = {
        .program = {.name = "mailer",
                    .statements = statements,
                    .statement_count = sizeof statements / sizeof *statements,
                    .pages = kind_pages,
                    .open = sender_open,
                    .close = sender_close},
        .about = "sends the mail in the outbox, until it is stopped.",
        .round = mailer_round,
        .pause_ms = pause_ms,
    };

    return service_run(&mailer, argc, argv);
}
