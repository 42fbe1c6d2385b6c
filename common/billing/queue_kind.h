/* queue_kind.h - what a thing that waits for a person is called (queue_item.kind). */
#ifndef REMIT_BILLING_QUEUE_KIND_H
#define REMIT_BILLING_QUEUE_KIND_H

/* A few words in the language spoken: "A refund that came back". A kind that nobody knows is
 * itself. Lives as long as kind and the language do. */
const char *queue_kind_word(const char *kind);

#endif
