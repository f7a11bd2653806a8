/* exec: a process becomes another program. See spec/process.md.
 *
 * settings->programs says which programs there are and how they are called. Those that stand there with an absolute
 * path are files (PROC-33); the others are found by what exec is given, whatever the file system holds. What is neither
 * fails as on a real system (PROC-26). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/ofd.h"
#include "kernel/path.h"
#include "kernel/shm.h"
#include "kernel/signals.h"

/* Linux's limits for one string and for all of them together (PROC-27). */
enum { STRING_BYTES_MAX = 131072, STRINGS_BYTES_MAX = 2097152 };

static const char *without_dot(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        for (path += 2; *path == '/';)
            path++;
    return path;
}

/* PROC-25: the program that a path means, by the whole path or by its last part; NULL: none. */
static const struct kernel_program *program_find(struct kstep *k, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < k->settings->program_count; i++) {
        const struct kernel_program *p = &k->settings->programs[i];
        if (p->is_file)
            continue;
        bool whole = strchr(p->path, '/') != NULL;
        if (strcmp(without_dot(p->path), whole ? without_dot(path) : name) == 0)
            return p;
    }
    return NULL;
}

/* What the caller of exec names: a path, or a descriptor. */
struct target {
    int32_t directory; /* AT_FDCWD, or a descriptor: the directory that a path is relative to, or the file itself */
    bool by_descriptor;
    bool by_name;              /* a name without a slash is looked for as PATH would */
    uint64_t path, argv, envp; /* addresses */
};

/* The program in a file (PROC-33). False after failing (PROC-26). */
static bool inode_image(struct kstep *k, uint32_t slot, uint32_t *image)
{
    bool runs = inode_kind(k, slot) == SLOT_FILE && inode_permits(k, slot, X_OK);
    struct inode i = {0};
    if (runs)
        inode_get(k, slot, &i);
    if (!i.h.program)
        kstep_fail(k, runs ? ENOEXEC : EACCES);
    *image = i.h.program - 1;
    return i.h.program != 0;
}

/* PROC-34: what a descriptor stands for. */
static bool descriptor_image(struct kstep *k, int32_t number, uint32_t *image)
{
    struct process self;
    struct ofd o = {0};
    process_get(k, k->pid, &self);
    bool open = number == AT_FDCWD || ofd_of(k, &self, number, &o);
    if (open && o.kind == OFD_FILE)
        return inode_image(k, o.object, image);
    kstep_fail(k, open ? EACCES : EBADF);
    return false;
}

/* /proc/self/exe, and all others. False after failing: the errno that a file which is no program gives (PROC-26). */
static bool image_find(struct kstep *k, const struct target *t, uint32_t *image)
{
    char text[PATH_BYTES_MAX];
    struct process self;
    struct path p;
    if (t->by_descriptor)
        return descriptor_image(k, t->directory, image);
    if (!path_copy_in(k, t->path, text))
        return false;
    bool relative = t->directory != AT_FDCWD && *text != '/';
    const struct kernel_program *program = *text && !relative ? program_find(k, text) : NULL;
    process_get(k, k->pid, &self);
    *image = program ? program->image : self.h.image;
    if (program || strcmp(text, "/proc/self/exe") == 0)
        return true;
    if (t->by_name && !strchr(text, '/')) {
        kstep_fail(k, ENOENT);
        return false;
    }
    return path_existing(k, t->directory, t->path, &p) && inode_image(k, p.inode, image);
}

/* Appends the strings of an array that ends with a null pointer. False after failing. */
static bool strings_copy_in(struct kstep *k, uint64_t array, vec_char *out, uint32_t *count)
{
    for (*count = 0; array; ++*count) { /* no array: none (PROC-27) */
        uint64_t at, start = out->count;
        if (!kstep_copy_in(k, array + UINT64_C(8) * *count, &at, sizeof at))
            return false;
        if (!at)
            break;
        for (char c = 'x'; c; at++) {
            if (!kstep_copy_in(k, at, &c, 1))
                return false;
            text_append(out, &c, 1);
            if (out->count - start > STRING_BYTES_MAX || out->count > STRINGS_BYTES_MAX) {
                kstep_fail(k, E2BIG);
                return false;
            }
        }
    }
    return true;
}

/* What the new program is given, interned. False after failing. */
static bool arguments_copy_in(struct kstep *k, const struct target *t, uint32_t *arguments)
{
    struct kexec_counts counts = {0};
    vec_char packed = {0};
    text_append(&packed, &counts, sizeof counts);
    bool good = strings_copy_in(k, t->argv, &packed, &counts.arguments);
    if (good && !counts.arguments) { /* PROC-27: an empty argv[0] */
        text_append(&packed, "", 1);
        counts.arguments = 1;
    }
    good = good && strings_copy_in(k, t->envp, &packed, &counts.environment);
    memcpy(packed.items, &counts, sizeof counts);
    *arguments = good ? intern_put(k->components, packed.items, packed.count) : 0;
    VEC_FREE(&packed);
    return good;
}

/* Closes what is marked close-on-exec (PROC-04). Each closing that others could notice is a step of its own, but the
 * last one comes with the rest. False: there is another one. */
static bool marked_close(struct kstep *k)
{
    struct process p;
    bool noticed = false;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.descriptor_count;) {
        if (!(p.descriptors[i].flags & FD_CLOEXEC)) {
            i++;
            continue;
        }
        bool observable = descriptor_close_is_observable(k, &p, &p.descriptors[i]);
        if (observable && noticed)
            return false;
        noticed |= observable;
        descriptor_release(k, k->pid, p.descriptors[i].number);
        process_get(k, k->pid, &p);
    }
    return true;
}

/* SIG-39: what timer_create made is gone, and what it has sent. */
static void timers_delete(struct signals *s)
{
    for (uint32_t i = 0; i < s->h.timer_count; i++)
        signals_drop_timer(s, s->timers[i].id);
    s->h.timer_count = 0;
}

/* PROC-04: what is caught goes to its default; what is ignored, blocked or pending stays so, and alarm's timer runs
 * on. What was caught, is not blocked and is ignored by default is pending no more (SIG-09). */
static void signals_reset(struct kstep *k)
{
    struct signals s;
    if (!k->signals)
        return;
    signals_get(k, k->pid, &s);
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++)
        if (s.actions[i].handler != SIGNAL_IGNORE)
            s.actions[i] = (struct signal_action){.signal = i};
        else
            s.actions[i].flags = 0, s.actions[i].mask = 0;
    timers_delete(&s);
    s.h.interrupting = 0; /* it is a variable of the C library's */
    signals_drop_ignored(&s, k->tid, signals_blocked(&s, k->tid));
    signals_put(k, &s);
}

/* progress: 0, or 1 and the program that was found before the first descriptor was closed, which may have been its own.
 */
static void execute(struct kstep *k, const struct target *t)
{
    struct process p;
    uint32_t image = (uint32_t)k->call.progress - 1, arguments;
    if ((!k->call.progress && !image_find(k, t, &image)) || !arguments_copy_in(k, t, &arguments))
        return;
    if (!marked_close(k)) {
        kstep_continue(k, image + 1); /* from here on nothing brings the old program back */
        return;
    }
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.mapping_count; i++)
        shm_release(k, p.mappings[i].region); /* PROC-04 */
    process_get(k, k->pid, &p);
    p.h.mapping_count = 0;
    p.h.image = image;
    p.h.flags = (p.h.flags & ~(uint32_t)PROCESS_BORROWS) | PROCESS_EXECUTED; /* PROC-22, PROC-28 */
    process_put(k, &p);
    signals_reset(k);
    kstep_exec(k, image, arguments);
}

static struct target target_of(struct kstep *k, bool by_name)
{
    const uint64_t *args = k->call.args;
    return (struct target){AT_FDCWD, .by_name = by_name, .path = args[0], .argv = args[1], .envp = args[2]};
}

void exec_path(struct kstep *k)
{
    struct target t = target_of(k, false);
    execute(k, &t);
}

void exec_name(struct kstep *k)
{
    struct target t = target_of(k, true);
    execute(k, &t);
}

/* PROC-34: glibc looks at the pointers before the kernel looks at anything. */
void exec_descriptor(struct kstep *k)
{
    struct target t = {kstep_int(k, 0), .by_descriptor = true, .argv = k->call.args[1], .envp = k->call.args[2]};
    if (t.directory < 0 || !t.argv || !t.envp)
        kstep_fail(k, EINVAL);
    else
        execute(k, &t);
}

/* PROC-34: the path comes first, then the flags. There are no symbolic links to follow. */
void exec_at(struct kstep *k)
{
    const uint64_t *args = k->call.args;
    struct target t = {kstep_int(k, 0), .path = args[1], .argv = args[2], .envp = args[3]};
    int32_t flags = kstep_int(k, 4);
    char text[PATH_BYTES_MAX] = "";
    if (!k->call.progress && !path_copy_in(k, t.path, text))
        return;
    t.by_descriptor = !k->call.progress && !*text;
    if (t.by_descriptor && !(flags & AT_EMPTY_PATH))
        kstep_fail(k, ENOENT);
    else if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
        kstep_fail(k, EINVAL);
    else
        execute(k, &t);
}
