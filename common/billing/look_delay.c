#include "common/billing/look_delay.h"

int64_t look_delay_s(int64_t looks) {
    static const int64_t delays_s[] = {60, 240, 600, 2700};

    return looks < (int64_t)(sizeof delays_s / sizeof *delays_s) ? delays_s[looks] : 24 * 3600;
}
