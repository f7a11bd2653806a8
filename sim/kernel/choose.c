/* impasse_choose(n): any of 0..n-1, all of them explored. */
#include <inttypes.h>
#include <signal.h>

#include "kernel/handlers.h"

void choose_number(struct kstep *k)
{
    int32_t n = kstep_int(k, 0);
    if (n < 1)
        kstep_die(k, SIGABRT, "impasse_choose(%" PRId32 "): there is nothing to choose from; n must be at least 1", n);
    else
        kstep_return(k, kstep_choose(k, (uint32_t)n));
}
