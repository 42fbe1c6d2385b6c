/* mailer_send.c - a letter leaves: to the server of the settings, or into their folder. */
#include <stdio.h>

#include "common/mail/address.h"
#include "common/mail/folder.h"
#include "modules/mailer/mailer.h"

static struct smtp *smtp; /* NULL: the folder */

enum result sender_open(struct running *running) {
    const struct mail_settings *mail = &running->settings.mail;

    if (!*mail->host)
        return RESULT_OK;
    smtp = smtp_new(&(struct smtp_options){.url = mail->host,
                                           .tls = mail->tls,
                                           .hello = mail_address_domain(mail->from),
                                           .user = mail->user,
                                           .password = mail->password,
                                           .ca_file = mail->ca_file,
                                           .timeout_ms = (unsigned)mail->timeout_ms});
    return RESULT_OK;
}

void sender_close(struct running *running) {
    (void)running;
    smtp_free(smtp);
    smtp = NULL;
}

void sender_send(struct running *running, const struct letter *letter, int64_t now,
                 struct smtp_answer *out_answer) {
    const struct mail_settings *mail = &running->settings.mail;

    if (smtp) {
        smtp_send(smtp, mail->from, letter->to, letter->bytes, letter->length, out_answer);
        return;
    }
    *out_answer = (struct smtp_answer){.end = SMTP_ACCEPTED, .step = "folder"};
    if (folder_write(mail->folder, now, letter->hash, letter->bytes, letter->length,
                     out_answer->words, sizeof out_answer->words) != RESULT_OK)
        out_answer->end = SMTP_LATER;
}
