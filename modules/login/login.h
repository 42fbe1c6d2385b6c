/*
 * login.h - what the pages of `login` share.
 *
 * Files named login_* are for people who are not signed in: signing in, and choosing a password
 * with a link that came by mail. Files named account_* are for those who are: what they see and
 * change of themselves.
 */
#ifndef REMIT_MODULES_LOGIN_H
#define REMIT_MODULES_LOGIN_H

#include "common/core/password.h"
#include "common/program/visit.h"

enum { EMAIL_MAX = 254, KEY_MAX = 100 };

enum result login_show(struct visit *visit);   /* GET  /login */
enum result login_submit(struct visit *visit); /* POST /login */
enum result login_end(struct visit *visit);    /* POST /logout */
extern const struct form login_show_form, login_submit_form;

enum result login_site(struct visit *visit); /* GET /login/site */
extern const struct form login_site_form;

enum result login_reset_show(struct visit *visit); /* GET  /login/reset */
enum result login_reset_send(struct visit *visit); /* POST /login/reset */
extern const struct form login_reset_show_form, login_reset_form;

enum result login_link(struct visit *visit);          /* GET  /login/link */
enum result login_choose_show(struct visit *visit);   /* GET  /login/password */
enum result login_choose_submit(struct visit *visit); /* POST /login/password */
extern const struct form login_link_form, login_choose_form;

enum result account_profile_show(struct visit *visit); /* GET  /account */
enum result account_profile_save(struct visit *visit); /* POST /account */
extern const struct form account_profile_show_form, account_profile_form;

enum result account_password_show(struct visit *visit); /* GET  /account/password */
enum result account_password_save(struct visit *visit); /* POST /account/password */
extern const struct form account_password_show_form, account_password_form;

enum result account_sessions_show(struct visit *visit); /* GET  /account/sessions */
enum result account_sessions_end(struct visit *visit);  /* POST /account/sessions */
extern const struct form account_sessions_show_form, account_sessions_form;

enum result account_switch_show(struct visit *visit); /* GET  /account/switch */
enum result account_switch_to(struct visit *visit);   /* POST /account/switch */
extern const struct form account_switch_show_form, account_switch_form;

enum result account_access(struct visit *visit); /* GET /account/access */
extern const struct form account_access_form;

/* ---- login_pages.c ---- */

/* The form's next where it is a path of ours below the base, otherwise "/". */
const char *login_next(struct visit *visit);

/* ---- login_site.c ---- */

/* Whether the provider's site says who a visitor is: then nobody has a password here, and the pages
 * about passwords are not there. */
bool login_is_site(const struct visit *visit);
/* Sends somebody who is not signed in to /login/site, and from there to next. */
enum result login_site_go(struct visit *visit, const char *next);
/* The answer to who has just signed out: the sign-in with done ("", "?done=everywhere") behind its
 * path, or what the site has for it. */
enum result login_left(struct visit *visit, const char *done);

/* ---- login_door.c: forms of people who are not signed in ---- */

/* Renders a page with a form of this purpose: its key (Form.Key) is bound to a random cookie. */
enum result door_render(struct visit *visit, int status, const char *page, const char *title,
                        const char *purpose);
enum form_key_state door_key_check(struct visit *visit, const char *purpose);

/* ---- login_tries.c: how often, for the e-mail and for the address it comes from ---- */

struct tries {
    const char *email_counter, *address_counter;
    unsigned char email[SECRET_HASH_BYTES], address[SECRET_HASH_BYTES];
    int64_t window_s;
};

/* what: "sign_in". email: as it was typed, whether or not there is such a user. */
struct tries tries_of(struct visit *visit, const char *what, const char *email, int64_t window_s);
/* Fewer than most for the e-mail, and fewer than ten times that for the address: many people may
 * share one, one e-mail is one person. */
MUST_CHECK enum result tries_left(struct visit *visit, const struct tries *tries, int64_t most,
                                  bool *out_left);
void tries_count(struct visit *visit, const struct tries *tries);

/* ---- login_choice.c: a new password, typed twice ---- */

/* For a form that has them. */
#define CHOICE_FIELDS                                                                              \
    {.name = "password", .flags = FIELD_SECRET, .max_length = PASSWORD_MAX}, {                     \
        .name = "again", .flags = FIELD_SECRET, .max_length = PASSWORD_MAX                         \
    }
/* false: the form says what is wrong. email: whose password it will be. */
bool choice_is_right(struct visit *visit, const char *email);
void choice_show(struct visit *visit);

/* ---- login_session.c ---- */

struct beginning;

/* A session to be made, for a user of the account; lives in the request's arena. */
struct beginning *beginning_new(struct visit *visit, int64_t user_id, int64_t account_id);
/* Makes it and its program tokens, and ends the one the request came with. Inside a transaction. */
MUST_CHECK enum result beginning_write(struct db *db, struct beginning *beginning);
/* Its cookies: once its COMMIT is known. */
void beginning_cookies(struct beginning *beginning);

/* All of it, on the account the user joined first, for who knew the password of this hash;
 * NULL: who needs none, because the site says who it is.
 * RESULT_FORBIDDEN: the user has no account. RESULT_CONFLICT: the password is another one now,
 * or the user is not active any more (of whom the site knows: RESULT_FORBIDDEN). */
MUST_CHECK enum result login_begin(struct visit *visit, int64_t user_id, const char *hash);

/* Ends the session the request came with, if any, and takes its cookies away. */
MUST_CHECK enum result login_forget(struct visit *visit);
void login_cookies_clear(struct visit *visit);

/* What the browser asks for, of the languages there are: its code. */
const char *login_language(const struct visit *visit);

/* An audit row about a user (0: nobody is known), from this request. Inside a transaction.
 * account_id 0: none. */
MUST_CHECK enum result login_audit(struct db *db, struct visit *visit, int64_t user_id,
                                   int64_t account_id, const char *action);

/* ---- account.c: pages of the signed in ---- */

/* With the tabs of these pages; path: of the one that is open ("/account"). */
enum result account_render(struct visit *visit, int status, const char *page, const char *title,
                           const char *path);

/* Keys of forms about the user, whichever account the session looks at. */
const char *account_key(struct visit *visit, const char *purpose);
/* false: the error summary says what is wrong, and nothing may be done. */
bool account_key_is_good(struct visit *visit, const char *purpose);

struct account_paging {
    const char *path; /* of the page: "/account/switch" */
    int64_t page, per_page;
    const char *find; /* what the list was searched for; "" */
    bool has_all;     /* all of it may be seen at once */
    bool all;         /* and is */
};

/* Shows "1 - 3 of 8", "Page 1 of 3" and the ways on below Pages. Returns the page to show: what is
 * past the end is the last one. */
int64_t account_pages(struct visit *visit, const struct account_paging *paging, int64_t total);

/* Of the query: 1 when absent. false: it is none. */
bool account_page_read(struct visit *visit, int64_t *out_page);

#endif
