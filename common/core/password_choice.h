/*
 * password_choice.h - what a user may choose as a password.
 *
 * Length counts and nothing has to be mixed in (NIST SP 800-63B). What everybody tries first is
 * refused: a short list of ours, one character again and again, runs of the keyboard, the e-mail.
 */
#ifndef REMIT_CORE_PASSWORD_CHOICE_H
#define REMIT_CORE_PASSWORD_CHOICE_H

/* password: valid UTF-8. email: of its user. NULL: it may be chosen; else a sentence. */
const char *password_choice_fault(const char *password, const char *email);

#endif
