/*
 * result.h - how a call into the world can end, named after what the caller can do next.
 *
 * Our own mistakes are asserts and the customer's are data (common/http/form.h); neither has a
 * value here. Out parameters are written only on RESULT_OK unless a function says otherwise.
 */
#ifndef REMIT_CORE_RESULT_H
#define REMIT_CORE_RESULT_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum result {
    RESULT_OK = 0,
    RESULT_NOT_FOUND,   /* nothing matches: 404, or an empty list                    */
    RESULT_INVALID,     /* the caller's data is wrong: show it again                 */
    RESULT_FORBIDDEN,   /* this user may not: 403, say whom to ask                   */
    RESULT_CONFLICT,    /* someone was first: read again and decide                  */
    RESULT_RETRY,       /* nothing happened: the whole unit may be tried again       */
    RESULT_UNCERTAIN,   /* it may have happened: look before trying again            */
    RESULT_UNAVAILABLE, /* the world is away and nothing happened: 503, come back    */
    RESULT_FAILED       /* give up: log it, show the error page                      */
};

/* A word for logs; never NULL. */
const char *result_name(enum result result);

#endif
