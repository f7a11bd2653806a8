/* What poll, select and epoll were asked and what they told: for describe.c. */
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "kernel/describe.h"
#include "kernel/names.h"

enum { SHOWN_MAX = 8 };

static void set_text(struct kstep *k, const struct koutcome *o, uint64_t address, uint64_t count, vec_char *out)
{
    struct pollfd rows[SHOWN_MAX];
    uint64_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;
    memset(rows, 0, sizeof rows);
    if (shown && !describe_memory(k, o, address, rows, (size_t)shown * sizeof *rows)) {
        text_printf(out, "...");
        return;
    }
    text_printf(out, "[");
    for (uint64_t i = 0; i < shown; i++) {
        text_printf(out, "%s%d ", i ? ", " : "", rows[i].fd);
        names_poll(out, (uint32_t)(unsigned short)rows[i].events);
        if (o->kind == KOUT_RETURN && rows[i].revents) {
            text_printf(out, " -> ");
            names_poll(out, (uint32_t)(unsigned short)rows[i].revents);
        }
    }
    text_printf(out, shown < count ? ", ...]" : "]");
}

/* The numbers in the set: those asked for, or those reported. */
static void numbers_text(struct kstep *k, const struct koutcome *o, uint64_t address, vec_char *out)
{
    int32_t count = (int32_t)(uint32_t)k->call.args[0];
    uint64_t words[FD_SETSIZE / 64];
    uint32_t shown = count < 0 ? 0 : count > FD_SETSIZE ? FD_SETSIZE : (uint32_t)count;
    const char *separator = "";
    if (!address) {
        text_printf(out, "NULL");
        return;
    }
    memset(words, 0, sizeof words);
    if (shown && !describe_memory(k, o, address, words, (shown + 63) / 64 * sizeof *words)) {
        text_printf(out, "...");
        return;
    }
    text_printf(out, "[");
    for (uint32_t i = 0; i < shown; i++)
        if (words[i / 64] >> (i % 64) & 1) {
            text_printf(out, "%s%" PRIu32, separator, i);
            separator = ", ";
        }
    text_printf(out, "]");
}

static void events_text(struct kstep *k, const struct koutcome *o, uint64_t address, vec_char *out)
{
    struct epoll_event events[SHOWN_MAX];
    bool asks = k->call.number == KCALL_EPOLL_CTL;
    uint64_t count = asks ? 1 : o->kind == KOUT_RETURN && o->value > 0 ? (uint64_t)o->value : 0;
    uint64_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;
    if (!address || !count || !describe_memory(k, o, address, events, (size_t)shown * sizeof *events)) {
        text_printf(out, address ? "..." : "NULL");
        return;
    }
    for (uint64_t i = 0; i < shown; i++) {
        text_printf(out, "%s", asks ? "" : i ? ", " : "[");
        names_epoll(out, events[i].events);
        text_printf(out, " %" PRIu64, events[i].data.u64);
    }
    text_printf(out, "%s", asks ? "" : shown < count ? ", ...]" : "]");
}

void describe_poll_argument(struct kstep *k, const struct koutcome *o, char letter, unsigned i, vec_char *out)
{
    uint64_t value = k->call.args[i];
    if (letter == 'v')
        set_text(k, o, value, k->call.args[i + 1], out);
    else if (letter == 'V')
        numbers_text(k, o, value, out);
    else if (letter == 'E')
        events_text(k, o, value, out);
    else
        names_epoll_operation(out, (int32_t)(uint32_t)value);
}
