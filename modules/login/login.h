/* login.h - what the pages of `login` share. */
#ifndef REMIT_MODULES_LOGIN_H
#define REMIT_MODULES_LOGIN_H

#include "common/program/visit.h"

enum result login_show(struct visit *visit);   /* GET  /login  */
enum result login_submit(struct visit *visit); /* POST /login  */
enum result login_end(struct visit *visit);    /* POST /logout */

extern const struct form login_show_form, login_submit_form;

/* Makes the session, its program tokens and their cookies. RESULT_FORBIDDEN: the user has no
 * account to look at. */
MUST_CHECK enum result login_begin(struct visit *visit, int64_t user_id);

/* Ends the session the request came with, if any, and takes its cookies away. */
MUST_CHECK enum result login_forget(struct visit *visit);

#endif
