/*
 * page.h - renders templates. With values.h the only user of ClearSilver (0.10.5).
 *
 * Every template is parsed once at start, so a broken one stops the deploy and not a customer; a
 * parsed tree is rendered against each request's own values. Output is escaped as HTML unless a
 * template does something templates/README.md forbids (a check looks). A name that ends in ".txt"
 * is plain text instead, and nothing in it is escaped: for the text part of mails, never for a
 * browser.
 */
#ifndef REMIT_PAGE_PAGE_H
#define REMIT_PAGE_PAGE_H

#include "common/core/buffer.h"
#include "common/core/words.h"
#include "common/page/values.h"

struct pages;

/*
 * names: "invoices/home", ... NULL at the end. folders: whole paths, searched in order for each
 * file. languages: a tree for each is made, and kept; NULL: English alone. shared: site-wide values
 * every page sees (Site.*); kept, not copied. RESULT_INVALID: a template is missing or broken;
 * *out_reason says which (in arena).
 */
MUST_CHECK enum result pages_open(const char *const *names, const char *const *folders,
                                  size_t folder_count, const struct languages *languages,
                                  struct values *shared, struct arena *arena,
                                  struct pages **out_pages, const char **out_reason);
void pages_close(struct pages *pages);

/* Renders into out, in the language spoken (words.h). Asking for a name that was not opened is our
 * mistake. RESULT_FAILED: the template failed on these values, or the page is over out's limit;
 * logged. */
MUST_CHECK enum result page_render(struct pages *pages, const char *name, struct values *values,
                                   struct buffer *out);

#endif
