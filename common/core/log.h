/*
 * log.h - one JSON line per event on standard error, written once, at the place that decides.
 *
 * Never a secret, a token, a whole request or an account number: callers choose the fields.
 * Library code returns results; programs log.
 */
#ifndef REMIT_CORE_LOG_H
#define REMIT_CORE_LOG_H

#include <stdint.h>

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

struct log_field {
    const char *name; /* NULL ends the list */
    const char *text; /* NULL: number holds the value */
    int64_t number;
};

#define LOG_TEXT(name_, text_) ((struct log_field){.name = (name_), .text = (text_)})
#define LOG_INT(name_, number_) ((struct log_field){.name = (name_), .number = (number_)})
#define LOG_NONE ((struct log_field){.name = NULL})

/* event is a dotted constant ("payment.unknown"); at least one field or LOG_NONE. */
#define LOG(level, event, ...)                                                                     \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__, LOG_NONE})

/* The program's name on every line; text is borrowed for good. */
void log_open(const char *program);

/* The request id on every following line, until "" is set. Copied. */
void log_set_request(const char *request_id);

void log_write(enum log_level level, const char *event, const struct log_field *fields);

#endif
