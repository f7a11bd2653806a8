/* setjmp and longjmp where signals matter: the mask, and a handler that jumps. The frames are the machine's
 * (sim/machine/jump.h). See spec/signal.md. */
#include "kernel/handlers.h"
#include "kernel/jump.h"
#include "kernel/signals.h"

void signal_setjmp(struct kstep *k)
{
    struct signals s;
    struct jump_buffer b = {.depth = (uint32_t)(k->call.args[1] >> 32),
                            .function = (uint32_t)k->call.args[1],
                            .pc = (uint32_t)k->call.args[2],
                            .has_mask = (uint32_t)k->call.args[3]};
    if (b.has_mask) {
        signals_get(k, k->pid, &s);
        b.mask = signals_blocked(&s, k->tid);
    }
    if (kstep_copy_out(k, k->call.args[0], &b, sizeof b))
        kstep_return(k, 0); /* SIG-40 */
}

/* The frames are gone already. */
void signal_longjmp(struct kstep *k)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    if (signals_blocked(&s, k->tid) != k->call.args[0]) {
        signals_block(&s, k->tid, k->call.args[0]);
        signals_put(k, &s);
    }
    kstep_return(k, (int64_t)k->call.args[1]);
}
