/*
 * remit.h - what the files of the provider's command line share: one function for each verb.
 *
 * Each reads what was asked, says what is wrong with it in one sentence, and either does all of it
 * or nothing.
 */
#ifndef REMIT_REMIT_REMIT_H
#define REMIT_REMIT_REMIT_H

#include "common/program/command.h"

/* A file's bytes with a NUL behind them in the command's arena ("-": standard input).
 * RESULT_NOT_FOUND: cannot be read; RESULT_INVALID: more than limit_bytes. */
MUST_CHECK enum result file_read(struct command *command, const char *name, size_t limit_bytes,
                                 char **out_bytes, size_t *out_length);

/* Each says what is wrong: false means COMMAND_USAGE. --note and --key are left as they are where
 * they are not given; nothing that looks like a card number gets in. */
bool payment_reference_check(struct command *command, const char *reference);
bool note_and_key(struct command *command, const char **out_note, const char **out_key);

/* The invoices named with --invoice, each once, at most ALLOCATIONS_MAX: false means COMMAND_USAGE.
 */
bool invoice_numbers(struct command *command, const char *const **out_numbers, size_t *out_count);

/* The one account a verb is about. Says so when it is not there. */
MUST_CHECK enum command_exit account_take(struct command *command, const char *what,
                                          const char *number, int64_t *out_id);

/* What verbs about users share (user.c). Each says what is wrong. */
struct member_new;
struct provider_level;
MUST_CHECK bool user_email_read(struct command *command, const char *what, const char *text,
                                const char **out_email);
MUST_CHECK enum command_exit user_level_take(struct command *command,
                                             struct provider_level *out_level);
enum command_exit user_done(struct command *command, const char *email, const char *sentence);
/* --email, --name, --account and --level of a user to be. */
MUST_CHECK enum command_exit user_new_read(struct command *command, struct member_new *out_member);

enum command_exit remit_migrate(struct command *command);
enum command_exit remit_config_check(struct command *command);
enum command_exit remit_config_get(struct command *command);
enum command_exit remit_config_nginx(struct command *command);

enum command_exit remit_account_add(struct command *command);
/* A sentence, or NULL. */
const char *user_email_fault(const char *text);
const char *user_email_new_fault(const char *text);

enum command_exit remit_account_import(struct command *command);
enum command_exit remit_account_change(struct command *command);
enum command_exit remit_account_list(struct command *command);
enum command_exit remit_account_show(struct command *command);

enum command_exit remit_level_add(struct command *command);
enum command_exit remit_level_change(struct command *command);
enum command_exit remit_level_remove(struct command *command);
enum command_exit remit_level_list(struct command *command);

enum command_exit remit_user_add(struct command *command);
enum command_exit remit_user_invite(struct command *command);
enum command_exit remit_user_import(struct command *command);
enum command_exit remit_user_list(struct command *command);
enum command_exit remit_user_password(struct command *command);
enum command_exit remit_user_level(struct command *command);
enum command_exit remit_user_disable(struct command *command);
enum command_exit remit_user_external_id(struct command *command);
enum command_exit remit_user_enable(struct command *command);

enum command_exit remit_method_add(struct command *command);
enum command_exit remit_method_list(struct command *command);
enum command_exit remit_method_remove(struct command *command);

enum command_exit remit_invoice_import(struct command *command);
enum command_exit remit_import_list(struct command *command);
enum command_exit remit_import_resume(struct command *command);
enum command_exit remit_import_drop(struct command *command);
enum command_exit remit_invoice_list(struct command *command);
enum command_exit remit_invoice_show(struct command *command);

enum command_exit remit_invoice_void(struct command *command);
enum command_exit remit_invoice_undispute(struct command *command);

enum command_exit remit_payment_record(struct command *command);
enum command_exit remit_credit_give(struct command *command);
enum command_exit remit_credit_take(struct command *command);
enum command_exit remit_credit_apply(struct command *command);
enum command_exit remit_credit_list(struct command *command);
enum command_exit remit_payment_refund(struct command *command);
enum command_exit remit_payment_void(struct command *command);
enum command_exit remit_payment_return(struct command *command);
enum command_exit remit_payment_list(struct command *command);
enum command_exit remit_payment_show(struct command *command);

enum command_exit remit_autopay_run(struct command *command);
enum command_exit remit_autopay_preview(struct command *command);
enum command_exit remit_autopay_list(struct command *command);
enum command_exit remit_autopay_change(struct command *command);
enum command_exit remit_autopay_off(struct command *command);

enum command_exit remit_mail_list(struct command *command);
enum command_exit remit_mail_retry(struct command *command);

enum command_exit remit_export_journal(struct command *command);
enum command_exit remit_export_payments(struct command *command);
enum command_exit remit_export_invoices(struct command *command);

enum command_exit remit_events(struct command *command);
enum command_exit remit_settle(struct command *command);
enum command_exit remit_settle_queue(struct command *command);
enum command_exit remit_settle_foreign(struct command *command);
enum command_exit remit_settle_resolve(struct command *command);
enum command_exit remit_purge(struct command *command);
enum command_exit remit_check(struct command *command);

#endif
