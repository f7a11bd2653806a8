/* Calls and objects as text for reports. Arguments go by the letters of calls.def. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "kernel/describe.h"
#include "kernel/names.h"
#include "kernel/pipe.h"
#include "kernel/shm.h"
#include "kernel/signalfd.h"
#include "kernel/signals.h"

enum { TEXT_MAX = 32 /* bytes of a buffer that are shown */, STRINGS_MAX = 4 /* of an argv */ };

bool describe_memory(struct kstep *k, const struct koutcome *o, uint64_t address, void *bytes, size_t n)
{
    for (size_t i = 0; i < o->copies.count; i++) {
        const struct kcopy *copy = &o->copies.items[i];
        size_t size;
        const void *written = intern_get(k->components, copy->bytes, &size);
        if (copy->address == address && size >= n) {
            memcpy(bytes, written, n);
            return true;
        }
    }
    if (shm_is_shared(address))
        return shm_read(k, address, bytes, n) == KMEMORY_OK;
    return k->memory && k->memory->read(k->memory_context, address, bytes, n) == KMEMORY_OK;
}

/* A place in private memory says nothing to people: three dots. */
static void address_text(struct kstep *k, vec_char *out, uint64_t address)
{
    if (!address)
        text_printf(out, "NULL");
    else if (!describe_shared_address(k, address, out))
        text_printf(out, "...");
}

/* A C string literal, as strace writes it. */
static void bytes_text(vec_char *out, const unsigned char *bytes, size_t n, bool cut)
{
    static const char letters[] = "\a\b\t\n\v\f\r", names[] = "abtnvfr";
    text_printf(out, "\"");
    for (size_t i = 0; i < n; i++) {
        unsigned char c = bytes[i];
        const char *letter = c ? strchr(letters, c) : NULL;
        bool digit_follows = i + 1 < n && bytes[i + 1] >= '0' && bytes[i + 1] <= '9';
        if (letter)
            text_printf(out, "\\%c", names[letter - letters]);
        else if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c >= ' ' && c < 0x7f)
            text_printf(out, "%c", c);
        else
            text_printf(out, digit_follows ? "\\%03o" : "\\%o", c);
    }
    text_printf(out, cut ? "\"..." : "\"");
}

static void buffer_text(struct kstep *k, const struct koutcome *o, uint64_t address, uint64_t n, vec_char *out)
{
    unsigned char bytes[TEXT_MAX];
    size_t shown = n < TEXT_MAX ? (size_t)n : TEXT_MAX;
    /* A long read is one copy, of which the start is enough. */
    if (describe_memory(k, o, address, bytes, shown))
        bytes_text(out, bytes, shown, n > shown);
    else
        address_text(k, out, address);
}

static void pair_text(struct kstep *k, const struct koutcome *o, uint64_t address, bool done, vec_char *out)
{
    int32_t pair[2];
    if (done && describe_memory(k, o, address, pair, sizeof pair))
        text_printf(out, "[%" PRId32 ", %" PRId32 "]", pair[0], pair[1]);
    else
        address_text(k, out, address);
}

static void status_text(struct kstep *k, const struct koutcome *o, uint64_t address, bool done, vec_char *out)
{
    int32_t status;
    if (!address || !done || !describe_memory(k, o, address, &status, sizeof status)) {
        address_text(k, out, address);
    } else if (k->call.number == KCALL_SEM_GETVALUE || k->call.number == KCALL_TIMER_CREATE) {
        text_printf(out, "[%" PRId32 "]", status);
    } else if (k->call.number == KCALL_SIGWAIT) {
        text_printf(out, "[");
        names_signal(out, status);
        text_printf(out, "]");
    } else if (WIFSTOPPED(status)) {
        text_printf(out, "[stopped by ");
        names_signal(out, WSTOPSIG(status));
        text_printf(out, "]");
    } else if (WIFCONTINUED(status)) {
        text_printf(out, "[continued]");
    } else if (WIFEXITED(status)) {
        text_printf(out, "[exited %d]", WEXITSTATUS(status));
    } else {
        text_printf(out, "[");
        names_signal(out, WTERMSIG(status));
        text_printf(out, "]");
    }
}

static void set_text(struct kstep *k, const struct koutcome *o, uint64_t address, bool done, vec_char *out)
{
    uint64_t set;
    if (address && done && describe_memory(k, o, address, &set, sizeof set))
        names_signal_set(out, set);
    else
        address_text(k, out, address);
}

/* Whether the call says it moved something: wait that found a child, a call that did not fail. */
static bool succeeded(const struct kstep *k, const struct koutcome *o)
{
    bool waiting = k->call.number == KCALL_WAIT || k->call.number == KCALL_WAITPID;
    return o->kind == KOUT_RETURN && o->value >= (waiting ? 1 : 0);
}

/* A path as a C string literal; what cannot be read is three dots. */
static void path_text(struct kstep *k, const struct koutcome *o, uint64_t address, vec_char *out)
{
    unsigned char text[TEXT_MAX + 1];
    size_t n = 0;
    while (address && n <= TEXT_MAX && describe_memory(k, o, address + n, &text[n], 1) && text[n])
        n++;
    if (n)
        bytes_text(out, text, n > TEXT_MAX ? TEXT_MAX : n, n > TEXT_MAX);
    else
        address_text(k, out, address);
}

/* What read() took from a signalfd: the signals. False: it is none. */
static bool signals_text(struct kstep *k, const struct koutcome *o, uint64_t address, vec_char *out)
{
    unsigned char bytes[TEXT_MAX * SIGNALFD_INFO_BYTES];
    size_t n = (size_t)o->value < sizeof bytes ? (size_t)o->value : sizeof bytes;
    struct process p;
    struct ofd from;
    process_get(k, k->pid, &p);
    if (k->call.number != KCALL_READ || !ofd_of(k, &p, (int32_t)(uint32_t)k->call.args[0], &from) ||
        from.kind != OFD_SIGNALFD || !describe_memory(k, o, address, bytes, n))
        return false;
    for (size_t at = 0; at < n; at += SIGNALFD_INFO_BYTES) {
        text_printf(out, at ? ", " : "[");
        names_signal(out, bytes[at]); /* ssi_signo: its low byte, which is all of it */
    }
    text_printf(out, "]");
    return true;
}

/* The soft limit of a struct rlimit. */
static void limit_text(struct kstep *k, const struct koutcome *o, uint64_t address, vec_char *out)
{
    uint64_t soft;
    if (describe_memory(k, o, address, &soft, sizeof soft))
        text_printf(out, soft == UINT64_MAX ? "[unlimited]" : "[%" PRIu64 "]", soft);
    else
        address_text(k, out, address);
}

/* The strings of an argv. */
static void strings_text(struct kstep *k, const struct koutcome *o, uint64_t address, vec_char *out)
{
    uint64_t at;
    text_printf(out, "[");
    for (unsigned i = 0; describe_memory(k, o, address + UINT64_C(8) * i, &at, sizeof at) && at; i++) {
        if (i)
            text_printf(out, ", ");
        if (i == STRINGS_MAX) {
            text_printf(out, "...");
            break;
        }
        path_text(k, o, at, out);
    }
    text_printf(out, "]");
}

static void argument_text(struct kstep *k, const struct koutcome *o, char letter, unsigned i, vec_char *out)
{
    uint64_t value = k->call.args[i];
    switch (letter) {
    case 'f':
    case 'i':
        text_printf(out, "%" PRId32, (int32_t)(uint32_t)value);
        break;
    case 'u':
        text_printf(out, "%" PRIu32, (uint32_t)value);
        break;
    case 'z':
        text_printf(out, "%" PRIu64, value);
        break;
    case 't':
        text_printf(out, "%" PRId64, (int64_t)value);
        break;
    case 'O':
        if ((value & O_ACCMODE) == O_RDONLY)
            text_printf(out, value ? "O_RDONLY|" : "O_RDONLY");
        if (value)
            names_open_flags(out, (uint32_t)value);
        break;
    case 'n':
        names_open_flags(out, (uint32_t)value);
        break;
    case 'c':
        names_fcntl(out, (int32_t)(uint32_t)value);
        break;
    case 'w':
        names_wait_options(out, (uint32_t)value);
        break;
    case 'g':
        names_signal(out, (int32_t)(uint32_t)value);
        break;
    case 's':
        path_text(k, o, value, out);
        break;
    case 'A':
        strings_text(k, o, value, out);
        break;
    case 'L':
        names_resource(out, (int32_t)(uint32_t)value);
        break;
    case 'l':
        limit_text(k, o, value, out);
        break;
    case 'a':
        text_printf(out, "0%" PRIo32, (uint32_t)value);
        break;
    case 'I':
        names_ioctl(out, (uint32_t)value);
        break;
    case 'd':
    case 'q':
        names_place(out, letter == 'd', (int32_t)(uint32_t)value);
        break;
    case 'v':
    case 'V':
    case 'e':
    case 'E':
        describe_poll_argument(k, o, letter, i, out);
        break;
    case 'b':
        buffer_text(k, o, value, k->call.args[i + 1], out);
        break;
    case 'B':
        if (o->kind == KOUT_RETURN && o->value > 0 && !o->error && signals_text(k, o, value, out))
            break;
        if (o->kind == KOUT_RETURN && o->value >= 0 && !o->error)
            buffer_text(k, o, value, (uint64_t)o->value, out);
        else
            address_text(k, out, value);
        break;
    case 'P':
        pair_text(k, o, value, succeeded(k, o), out);
        break;
    case 'W':
        status_text(k, o, value, succeeded(k, o), out);
        break;
    case 'p':
    case 'S':
        address_text(k, out, value);
        break;
    case 'k':
        set_text(k, o, value, true, out);
        break;
    case 'K':
        set_text(k, o, value, succeeded(k, o), out);
        break;
    case 'h':
        names_mask_change(out, (int32_t)(uint32_t)value);
        break;
    case 'H':
        if (value <= SIGNAL_IGNORE)
            text_printf(out, value ? "SIG_IGN" : "SIG_DFL");
        else
            text_printf(out, "...");
        break;
    case 'm':
        names_protection(out, (uint32_t)value);
        break;
    case 'M':
        names_map_flags(out, (uint32_t)value);
        break;
    default: /* 'o', 'x' */
        text_printf(out, "0x%" PRIx64, value);
    }
}

/* fcntl's third argument means something for some commands only. */
static bool argument_is_shown(const struct kstep *k, const char *letters, unsigned i)
{
    int32_t command = (int32_t)(uint32_t)k->call.args[1];
    if (k->call.number == KCALL_FCNTL && i == 2)
        return command != F_GETFD && command != F_GETFL && command != F_GETPIPE_SZ;
    if (letters[i] == 'a' && i > 1 && letters[i - 1] == 'O')
        return k->call.args[i - 1] & O_CREAT;
    return letters[i] != '-';
}

static void result_text(const struct kstep *k, const struct koutcome *o, vec_char *out)
{
    switch ((enum koutcome_kind)o->kind) {
    case KOUT_SPAWN:
        if (o->progress) { /* the parent of a vfork is not back yet (PROC-22) */
            text_printf(out, "child %" PRId64, o->value);
            break;
        }
        /* fall through */
    case KOUT_RETURN:
        if (shm_is_shared((uint64_t)o->value))
            text_printf(out, "shm");
        else if (o->value > INT32_MAX)
            text_printf(out, "0x%" PRIx64, (uint64_t)o->value);
        else
            text_printf(out, "%" PRId64, o->value);
        if (o->error) {
            text_printf(out, " ");
            names_error(out, o->error);
        }
        break;
    case KOUT_CONTINUE:
        if (o->progress & KCALL_ASLEEP)
            text_printf(out, "asleep");
        else if (k->call.number == KCALL_WRITE)
            text_printf(out, "%" PRIu64 " so far", o->progress);
        break;
    case KOUT_DIE:
        text_printf(out, "killed by ");
        names_signal(out, o->error);
        break;
    case KOUT_SIGNAL:
    case KOUT_NONE:
    case KOUT_BLOCK:
    case KOUT_EXIT:
    case KOUT_EXEC:
        break;
    }
}

/* What happens to the task while the call is pending: "deliver(SIGUSR1)", "timer()". */
static void describe_event(struct kstep *k, const struct koutcome *o, vec_char *arguments, vec_char *result)
{
    const char *call = kernel_call(k->call.number)->name;
    if (o->event == KEVENT_TIMER) {
        if (o->delivery.value)
            text_printf(arguments, "%" PRId64, o->delivery.value - 1);
        if (!o->delivery.value || o->delivery.signal)
            names_signal(result, o->delivery.value ? (int32_t)o->delivery.signal : SIGALRM);
        return;
    }
    names_signal(arguments, (int32_t)o->delivery.signal);
    if (o->kind == KOUT_SIGNAL && !o->delivery.handler)
        text_printf(result, "killed");
    else if (o->kind != KOUT_SIGNAL)
        text_printf(result, "stopped");
    else if (o->delivery.interrupts)
        text_printf(result, "handler, and %s is interrupted", call);
    else if (call[0] != '.')
        text_printf(result, "handler, before %s", call);
    else
        text_printf(result, "handler");
}

void kernel_path_text(struct kstep *k, uint64_t address, vec_char *out)
{
    const struct koutcome none = {.kind = KOUT_BLOCK};
    vec_char quoted = {0};
    path_text(k, &none, address, &quoted);
    if (quoted.items[0] == '"')
        text_append(out, quoted.items + 1, quoted.count - 2);
    text_append(out, "", 0);
    VEC_FREE(&quoted);
}

void kernel_describe_call(struct kstep *k, const struct koutcome *outcome, vec_char *arguments, vec_char *result)
{
    const char *letters = kernel_call(k->call.number)->arguments;
    if (outcome->event != KEVENT_CALL) {
        describe_event(k, outcome, arguments, result);
        return;
    }
    bool flags = k->call.number == KCALL_FCNTL && (int32_t)(uint32_t)k->call.args[1] == F_SETFL;
    for (unsigned i = 0; letters[i]; i++) {
        if (!argument_is_shown(k, letters, i))
            continue;
        text_printf(arguments, "%s", i ? ", " : "");
        argument_text(k, outcome, flags && i == 2 ? 'n' : letters[i], i, arguments);
    }
    result_text(k, outcome, result);
}

static void pipe_text(struct kstep *k, uint32_t slot, vec_char *out)
{
    struct pipe p;
    pipe_get(k, slot, &p);
    text_printf(out, "%s %" PRIu32 "/%" PRIu32 " bytes%s%s", p.h.fifo ? "FIFO" : "pipe", p.h.count, p.h.capacity,
                p.h.writers ? "" : ", no writer", p.h.readers ? "" : ", no reader");
}

bool kernel_describe_slot(struct kstep *k, uint32_t slot, vec_char *out)
{
    uint32_t kind = slots_name(k->slots, slot).kind;
    if (kind == SLOT_SHARED)
        return describe_shared_slot(k, slot, out);
    if (kind != SLOT_PIPE || !kstep_get(k, slot, NULL))
        return false;
    pipe_text(k, slot, out);
    return true;
}
