/* What the parts of the jitter library share; see jitter.c. */
#ifndef JITTER_H
#define JITTER_H

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

/* A random number; the same ones for the same seed and process. */
uint64_t jitter_draw(void);
/* Yields or sleeps, or does nothing; errno is kept. */
void jitter_dawdle(void);
/* In a new child: what its parent armed is not its own. */
void jitter_forget_timers(void);

/* Puts the next definition of the function, of the given type, into `next`; errno is kept. */
#define NEXT(next, name)                                                                                               \
    do {                                                                                                               \
        if (!(next)) {                                                                                                 \
            int before = errno;                                                                                        \
            *(void **)(void *)&(next) = dlsym(RTLD_NEXT, #name);                                                       \
            errno = before;                                                                                            \
        }                                                                                                              \
    } while (0)

#define WRAP(result, name, parameters, arguments)                                                                      \
    EXPORT result name parameters {                                                                                    \
        static result(*next) parameters;                                                                               \
        NEXT(next, name);                                                                                              \
        jitter_dawdle();                                                                                               \
        return next arguments;                                                                                         \
    }

#endif
