#include "common/mail/address.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "common/core/text.h"

enum { LOCAL_MAX = 64, LABEL_MAX = 63 };

static bool is_atom(char c) {
    return text_is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* Words of atoms with single points between them. */
static bool local_is_valid(const char *local, size_t length) {
    if (length < 1 || length > LOCAL_MAX || local[0] == '.' || local[length - 1] == '.')
        return false;
    for (size_t at = 0; at < length; at++)
        if (local[at] == '.' ? local[at + 1] == '.' : !is_atom(local[at]))
            return false;
    return true;
}

static bool label_is_valid(const char *label, size_t length) {
    if (length < 1 || length > LABEL_MAX || label[0] == '-' || label[length - 1] == '-')
        return false;
    for (size_t at = 0; at < length; at++)
        if (!text_is_alnum(label[at]) && label[at] != '-')
            return false;
    return true;
}

static bool domain_is_valid(const char *domain) {
    for (;;) {
        size_t length = strcspn(domain, ".");

        if (!label_is_valid(domain, length))
            return false;
        /* Its last label is a name, or it is an IP address. */
        if (!domain[length])
            return !text_is_digits(domain, LABEL_MAX);
        domain += length + 1;
    }
}

bool mail_address_is_valid(const char *address) {
    const char *at = strchr(address, '@');

    return at && strlen(address) <= MAIL_ADDRESS_MAX &&
           local_is_valid(address, (size_t)(at - address)) && domain_is_valid(at + 1);
}

const char *mail_address_domain(const char *address) {
    assert(mail_address_is_valid(address));
    return strchr(address, '@') + 1;
}
