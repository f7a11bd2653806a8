/* See kind.h. */
#include "search/kind.h"

unsigned kind_property(enum search_kind kind)
{
    switch (kind) {
    case FOUND_NOTHING:
        return 0;
    case FOUND_DEADLOCK:
        return PROPERTY_DEADLOCK;
    case FOUND_STUCK:
        return PROPERTY_STUCK;
    case FOUND_ASSERTION:
        return PROPERTY_ASSERTION;
    case FOUND_CRASH:
        return PROPERTY_CRASH;
    case FOUND_ENDLESS:
    case FOUND_NO_PROGRESS:
        return PROPERTY_LIVELOCK;
    }
    return 0;
}

enum search_kind kind_of_trouble(enum model_trouble trouble)
{
    switch (trouble) {
    case MODEL_FINE:
    case MODEL_LIMIT:
        return FOUND_NOTHING;
    case MODEL_CRASH:
        return FOUND_CRASH;
    case MODEL_ASSERTION:
        return FOUND_ASSERTION;
    case MODEL_ENDLESS:
        return FOUND_ENDLESS;
    }
    return FOUND_NOTHING;
}
