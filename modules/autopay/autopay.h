/* autopay.h - what the pages of `autopay` share. */
#ifndef REMIT_MODULES_AUTOPAY_H
#define REMIT_MODULES_AUTOPAY_H

#include "common/program/enrolling.h"
#include "common/program/visit.h"
#include "common/store/method_store.h"

enum result autopay_list(struct visit *visit);        /* GET  /autopay          */
enum result autopay_new(struct visit *visit);         /* GET  /autopay/new      */
enum result autopay_new_save(struct visit *visit);    /* POST /autopay/new      */
enum result autopay_change(struct visit *visit);      /* GET  /autopay/:id      */
enum result autopay_change_save(struct visit *visit); /* POST /autopay/:id      */
enum result autopay_off_ask(struct visit *visit);     /* GET  /autopay/:id/off  */
enum result autopay_off(struct visit *visit);         /* POST /autopay/:id/off  */
enum result autopay_skip(struct visit *visit);        /* POST /autopay/:id/skip */

extern const struct form autopay_list_form, autopay_new_form, autopay_save_form, autopay_off_form,
    autopay_skip_form;

/* "/autopay/17", and what stands below it ("", "/off", "/skip"). */
const char *autopay_path(struct visit *visit, int64_t enrolment_id, const char *below);

/* An active enrolment of the account, under an id as it came, whoever's it is.
 * RESULT_NOT_FOUND: no number, of another account; or off, unless may_be_off. */
MUST_CHECK enum result autopay_read(struct visit *visit, const char *id, bool may_be_off,
                                    struct enrolment *out_enrolment);

/* The list, under a status of its own. */
MUST_CHECK enum result autopay_list_show(struct visit *visit, int status);

/* What list and off page say of an enrolment. */
void autopay_show(struct visit *visit, struct values *node, const struct enrolment *enrolment,
                  const struct enrolment_invoices *invoices);

/* How many days ahead drafts are told of; 0: they do not wait for that. */
void notice_show(struct visit *visit, struct values *node, int64_t days);

/* Drafts of an enrolment that are to be tried again, which comes before any draft day: a sentence
 * each, the first items of name. How many. */
size_t retries_show(struct visit *visit, struct values *node, const char *name,
                    const struct enrolment_drafts *drafts, int64_t enrolment_id,
                    const char *method_text);

const char *autopay_skip_purpose(struct visit *visit, int64_t enrolment_id);

/* Keeps who did what. Inside a transaction. */
MUST_CHECK enum result autopay_audit(struct db *db, struct visit *visit, const char *action,
                                     int64_t enrolment_id);

/* ---- the form ---- */

enum { TYPES_MAX = 100, DRAFTS_MAX = 12 };

/* What can be chosen, and what was. */
struct choosing {
    const char *path; /* of the form */
    const char *purpose;
    int64_t enrolment_id; /* 0: a new one */
    struct methods methods;
    struct enrolment_invoices invoices;
    const char *const *types;
    size_t type_count;

    int64_t method_id, backup_method_id;
    const char *schedule, *scope, *largest; /* as typed */
    bool older;
    const char *covers[ENROLMENT_COVERS_MAX];
    size_t cover_count;
};

/* What there is to choose from. */
MUST_CHECK enum result choosing_read(struct visit *visit, struct choosing *choosing);
/* What was chosen, and what is wrong with it as form errors; *out_ask is whole when nothing is. */
void choosing_take(struct visit *visit, struct choosing *choosing, struct enrolling_ask *out_ask);
bool choosing_has(const struct choosing *choosing, const char *key);
/* The page with what choosing holds. */
MUST_CHECK enum result choosing_show(struct visit *visit, const struct choosing *choosing,
                                     int status);

#endif
