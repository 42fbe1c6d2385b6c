/* codes.c - response codes of the gateway and their texts. */
#include "modules/sandbox/sandbox.h"

static const struct {
    int code;
    const char *text;
} codes[] = {
    {100, "SUCCESS"},
    {200, "DECLINE"},
    {201, "Do not honor"},
    {202, "Insufficient funds"},
    {203, "Over limit"},
    {204, "Transaction not allowed"},
    {220, "Incorrect payment information"},
    {221, "No such card issuer"},
    {222, "No card number on file with issuer"},
    {223, "Expired card"},
    {224, "Invalid expiration date"},
    {225, "Invalid card security code"},
    {226, "Invalid PIN"},
    {240, "Call issuer for further information"},
    {250, "Pick up card"},
    {251, "Lost card"},
    {252, "Stolen card"},
    {253, "Fraudulent card"},
    {260, "Declined with further instructions available"},
    {261, "Declined - Stop all recurring payments"},
    {262, "Declined - Stop this recurring program"},
    {263, "Declined - Update cardholder data available"},
    {264, "Declined - Retry in a few days"},
    {300, "Transaction was rejected by gateway"},
    {301, "Rate limit exceeded"},
    {400, "Transaction error returned by processor"},
    {410, "Invalid merchant configuration"},
    {411, "Merchant account is inactive"},
    {420, "Communication error"},
    {421, "Communication error with issuer"},
    {430, "Duplicate transaction at processor"},
    {440, "Processor format error"},
    {441, "Invalid transaction information"},
    {460, "Processor feature not available"},
    {461, "Unsupported card type"},
};

const char *code_text(int code, bool is_check) {
    if (code == 200 && is_check)
        return "FAILED";
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (codes[i].code == code)
            return codes[i].text;
    return NULL;
}

int code_response(int code) {
    return code < 200 ? 1 : code < 300 ? 2 : 3;
}
