/* schedule_choice.h - when payments are made, asked for beside the tick "Pay your bill
 * automatically using this payment method". */
#ifndef REMIT_PROGRAM_SCHEDULE_CHOICE_H
#define REMIT_PROGRAM_SCHEDULE_CHOICE_H

#include "common/program/visit.h"

/* What a form sends of it, with the tick. */
#define SCHEDULE_CHOICE_FIELDS                                                                     \
    {.name = "autopay", .max_length = 1}, {                                                        \
        .name = "schedule", .max_length = 12                                                       \
    }

/* A schedule that is none becomes a form error. */
void schedule_choice_check(struct visit *visit);
/* Autopay.Schedules and Fields.Schedule of shared/schedules.cs: what was sent, or the due date. */
void schedule_choice_show(struct visit *visit);

#endif
