/* methods.h - what the pages of `methods` share. */
#ifndef REMIT_MODULES_METHODS_H
#define REMIT_MODULES_METHODS_H

#include "common/program/visit.h"
#include "common/store/enrolment_store.h"
#include "common/store/method_store.h"

enum result methods_list(struct visit *visit);       /* GET  /methods            */
enum result methods_card(struct visit *visit);       /* GET  /methods/card       */
enum result methods_card_save(struct visit *visit);  /* POST /methods/card       */
enum result methods_bank(struct visit *visit);       /* GET  /methods/bank       */
enum result methods_bank_save(struct visit *visit);  /* POST /methods/bank       */
enum result methods_method(struct visit *visit);     /* GET  /methods/:id        */
enum result methods_rename(struct visit *visit);     /* POST /methods/:id        */
enum result methods_remove_ask(struct visit *visit); /* GET  /methods/:id/remove */
enum result methods_remove(struct visit *visit);     /* POST /methods/:id/remove */

extern const struct form methods_list_form, methods_add_form, methods_card_save_form,
    methods_bank_save_form, methods_method_form, methods_rename_form, methods_remove_form;

/* The visitor's own method under an id as it came. RESULT_NOT_FOUND: no number, somebody else's, of
 * another account, or removed. */
MUST_CHECK enum result method_read(struct visit *visit, const char *id, struct method *out_method);

/* "/methods/17", and what stands below it ("", "/remove"). */
const char *method_path(struct visit *visit, int64_t method_id, const char *below);

/* The account's autopay; nothing where the program is not installed. */
MUST_CHECK enum result autopay_standing(struct visit *visit, struct enrolments *out_active);

/* A method as list and details show it. */
void method_show(struct visit *visit, struct values *node, const struct method *method,
                 const struct enrolments *active);

/* Whether the visitor has as many methods as can be kept. */
MUST_CHECK enum result list_is_full(struct visit *visit, bool *out_is_full);

/* The list, under a status of its own. */
MUST_CHECK enum result list_show(struct visit *visit, int status);

#endif
