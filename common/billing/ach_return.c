#include "common/billing/ach_return.h"

#include <stddef.h>

#include "common/core/text.h"
#include "common/core/words.h"

enum { RETRY = 1, DISABLE = 2, STOP = 4, PERSON = 8, FEE = 16 };

#define RETURN(code_, meaning_, follows)                                                           \
    {                                                                                              \
        .code = (code_), .meaning = (meaning_), .may_retry = ((follows)&RETRY) != 0,               \
        .disables = ((follows)&DISABLE) != 0, .stops_autopay = ((follows)&STOP) != 0,              \
        .to_person = ((follows)&PERSON) != 0, .charges_fee = ((follows)&FEE) != 0                  \
    }

static const struct ach_return unknown_return = RETURN(
    "", WORDS("a return whose code is not known"), PERSON);

static const struct ach_return returns[] = {
    RETURN("R01", WORDS("insufficient funds"), RETRY | FEE),
    RETURN("R02", WORDS("account closed"), DISABLE | FEE),
    RETURN("R03", WORDS("no account, or it cannot be found"), DISABLE | FEE),
    RETURN("R04", WORDS("invalid account number"), DISABLE | FEE),
    RETURN("R05", WORDS("consumer account debited as a company's"), DISABLE | PERSON),
    RETURN("R06", WORDS("returned at the request of our bank"), PERSON),
    RETURN("R07", WORDS("authorization revoked"), DISABLE | STOP | FEE),
    RETURN("R08", WORDS("payment stopped by the customer"), FEE),
    RETURN("R09", WORDS("uncollected funds"), RETRY | FEE),
    RETURN("R10", WORDS("not authorized, or the originator is unknown"),
           DISABLE | STOP | PERSON | FEE),
    RETURN("R11", WORDS("not according to the authorization"), PERSON),
    RETURN("R12", WORDS("account sold to another bank"), DISABLE | FEE),
    RETURN("R13", WORDS("bank does not take part in ACH"), DISABLE | FEE),
    RETURN("R14", WORDS("payee deceased"), DISABLE | STOP | PERSON | FEE),
    RETURN("R15", WORDS("account holder deceased"), DISABLE | STOP | PERSON | FEE),
    RETURN("R16", WORDS("account frozen"), DISABLE | FEE),
    RETURN("R17", WORDS("file edit or suspicious entry"), PERSON),
    RETURN("R20", WORDS("not a transaction account"), DISABLE | FEE),
    RETURN("R23", WORDS("credit refused by the receiver"), PERSON),
    RETURN("R24", WORDS("duplicate entry"), PERSON),
    RETURN("R29", WORDS("company did not authorize it"), DISABLE | STOP | FEE),
    RETURN("R31", WORDS("late return permitted"), PERSON),
    RETURN("R33", WORDS("return of a converted entry"), PERSON),
    RETURN("R51", WORDS("item is not eligible"), PERSON),
};

const struct ach_return *ach_return_find(const char *code) {
    for (size_t at = 0; at < sizeof returns / sizeof *returns; at++)
        if (text_equal(returns[at].code, code))
            return &returns[at];
    return &unknown_return;
}
