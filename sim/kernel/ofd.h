/* Open file descriptions: what dup and fork share (FD-02). See spec/fd.md.
 *
 * A description lives as long as a descriptor of any process refers to it (GEN-13). The terminal's is not counted:
 * whoever started the program holds it as well, so that it lives for ever, and its users do not depend on one another
 * (FD-15).
 */
#ifndef KERNEL_OFD_H
#define KERNEL_OFD_H

#include <fcntl.h>

#include "kernel/process.h"

enum ofd_kind {
    OFD_CONSOLE = 1,
    OFD_PIPE_READ,
    OFD_PIPE_WRITE,
    OFD_PIPE_BOTH /* a FIFO that was opened O_RDWR */,
    OFD_FILE,
    OFD_DIRECTORY,
    OFD_DEVICE,
    OFD_EPOLL,
    OFD_SIGNALFD
};

/* Status flags: what F_SETFL may change; and what Linux shows of every file that was opened by name. */
#define OFD_STATUS ((uint32_t)(O_APPEND | O_NONBLOCK))
#define OFD_LARGE 0x8000u
/* Flags of open that F_GETFL does not show (FD-12). */
#define OFD_FORGOTTEN ((uint32_t)(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC))

struct ofd {
    uint32_t kind;       /* enum ofd_kind */
    uint32_t flags;      /* O_RDONLY, O_WRONLY or O_RDWR, with O_NONBLOCK and O_APPEND */
    uint32_t references; /* descriptors that refer to it */
    uint32_t object; /* slot of the pipe, file, directory, device...; of the console: its stream, with console_state */
    uint64_t offset; /* of a file: where the next read or write is (FD-02) */
};

/* The description behind a descriptor of a process; false if it is not open. */
bool ofd_of(struct kstep *k, const struct process *p, int32_t number, struct ofd *o);
/* The same for one of the caller's; false after failing with EBADF (FD-07). */
bool ofd_own(struct kstep *k, int32_t number, struct ofd *o);
void ofd_get(struct kstep *k, uint32_t slot, struct ofd *o);
void ofd_put(struct kstep *k, uint32_t slot, const struct ofd *o);
/* Makes one without references, named by its creator. Returns its slot. */
uint32_t ofd_create(struct kstep *k, struct ofd o);
/* Whether its references are counted: not those of a terminal (FD-15). */
bool ofd_is_counted(const struct kstep *k, const struct ofd *o);
void ofd_retain(struct kstep *k, uint32_t slot);
/* The last reference closes the object (GEN-13). */
void ofd_release(struct kstep *k, uint32_t slot);
/* Ends the step of a read or write of the caller's that has to sleep, whether O_NONBLOCK is set or not: blocks, or
 * falls asleep first where somebody else could set it meanwhile (FD-14). */
void ofd_sleep(struct kstep *k, const struct ofd *o);
/* Whether the pending call must not sleep: O_NONBLOCK is set, and the call does not sleep already (FD-14). */
bool ofd_refuses_sleep(const struct kstep *k, const struct ofd *o);
bool ofd_is_pipe(const struct ofd *o);
bool ofd_reads(const struct ofd *o);
bool ofd_writes(const struct ofd *o);

#endif
