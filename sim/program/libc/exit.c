/* The end of a process: exit, and the handlers that run before it. */
#include "libc.h"

#include <stdlib.h>
#include <unistd.h>

/* Exactly one of the two functions is set. */
struct handler {
    struct handler *next;
    void (*plain)(void);
    void (*with_status)(int status, void *argument);
    void *argument;
};

static struct handler *exit_handlers;
static struct handler *quick_handlers;

static int push(struct handler **list, struct handler what) {
    struct handler *handler = malloc(sizeof *handler);
    if (!handler)
        return -1;
    what.next = *list;
    *handler = what;
    *list = handler;
    return 0;
}

/* Last registered, first run. A handler is taken off before it runs, so that exit() inside a handler goes on with
   the others, and a handler that is registered meanwhile runs too. */
static void run(struct handler **list, int status) {
    while (*list) {
        struct handler handler = **list;
        free(*list);
        *list = handler.next;
        if (handler.plain)
            handler.plain();
        else
            handler.with_status(status, handler.argument);
    }
}

void __impasse_exit(int status) {
    run(&exit_handlers, status);
    __impasse_flush_all();
    _exit(status);
}

LIBC void exit(int status) {
    __impasse_exit(status);
}

LIBC int atexit(void (*function)(void)) {
    return push(&exit_handlers, (struct handler){.plain = function});
}

LIBC int on_exit(void (*function)(int status, void *argument), void *argument) {
    return push(&exit_handlers, (struct handler){.with_status = function, .argument = argument});
}

LIBC int at_quick_exit(void (*function)(void)) {
    return push(&quick_handlers, (struct handler){.plain = function});
}

/* Runs only the handlers of at_quick_exit and flushes nothing. */
LIBC void quick_exit(int status) {
    run(&quick_handlers, status);
    _exit(status);
}

LIBC void _Exit(int status) {
    _exit(status);
}
