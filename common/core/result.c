#include "common/core/result.h"

const char *result_name(enum result result) {
    switch (result) {
    case RESULT_OK:
        return "ok";
    case RESULT_NOT_FOUND:
        return "not_found";
    case RESULT_INVALID:
        return "invalid";
    case RESULT_FORBIDDEN:
        return "forbidden";
    case RESULT_CONFLICT:
        return "conflict";
    case RESULT_RETRY:
        return "retry";
    case RESULT_UNCERTAIN:
        return "uncertain";
    case RESULT_UNAVAILABLE:
        return "unavailable";
    case RESULT_FAILED:
        return "failed";
    }
    return "?";
}
