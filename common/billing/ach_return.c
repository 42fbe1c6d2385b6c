#include "common/billing/ach_return.h"

#include <stddef.h>

#include "common/core/text.h"

enum { RETRY = 1, DISABLE = 2, STOP = 4, PERSON = 8, FEE = 16 };

#define RETURN(code_, meaning_, follows)                                                           \
    {                                                                                              \
        .code = (code_), .meaning = (meaning_), .may_retry = ((follows)&RETRY) != 0,               \
        .disables = ((follows)&DISABLE) != 0, .stops_autopay = ((follows)&STOP) != 0,              \
        .to_person = ((follows)&PERSON) != 0, .charges_fee = ((follows)&FEE) != 0                  \
    }

static const struct ach_return unknown_return = RETURN("", "a return whose code is not known",
                                                       PERSON);

static const struct ach_return returns[] = {
    RETURN("R01", "insufficient funds", RETRY | FEE),
    RETURN("R02", "account closed", DISABLE | FEE),
    RETURN("R03", "no account, or it cannot be found", DISABLE | FEE),
    RETURN("R04", "invalid account number", DISABLE | FEE),
    RETURN("R05", "consumer account debited as a company's", DISABLE | PERSON),
    RETURN("R06", "returned at the request of our bank", PERSON),
    RETURN("R07", "authorization revoked", DISABLE | STOP | FEE),
    RETURN("R08", "payment stopped by the customer", FEE),
    RETURN("R09", "uncollected funds", RETRY | FEE),
    RETURN("R10", "not authorized, or the originator is unknown", DISABLE | STOP | PERSON | FEE),
    RETURN("R11", "not according to the authorization", PERSON),
    RETURN("R12", "account sold to another bank", DISABLE | FEE),
    RETURN("R13", "bank does not take part in ACH", DISABLE | FEE),
    RETURN("R14", "payee deceased", DISABLE | STOP | PERSON | FEE),
    RETURN("R15", "account holder deceased", DISABLE | STOP | PERSON | FEE),
    RETURN("R16", "account frozen", DISABLE | FEE),
    RETURN("R17", "file edit or suspicious entry", PERSON),
    RETURN("R20", "not a transaction account", DISABLE | FEE),
    RETURN("R23", "credit refused by the receiver", PERSON),
    RETURN("R24", "duplicate entry", PERSON),
    RETURN("R29", "company did not authorize it", DISABLE | STOP | FEE),
    RETURN("R31", "late return permitted", PERSON),
    RETURN("R33", "return of a converted entry", PERSON),
    RETURN("R51", "item is not eligible", PERSON),
};

const struct ach_return *ach_return_find(const char *code) {
    for (size_t at = 0; at < sizeof returns / sizeof *returns; at++)
        if (text_equal(returns[at].code, code))
            return &returns[at];
    return &unknown_return;
}
