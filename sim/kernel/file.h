/* Regular files: bytes with a length. See spec/file.md. */
#ifndef KERNEL_FILE_H
#define KERNEL_FILE_H

#include "kernel/inode.h"
#include "kernel/ofd.h"

/* Whether the range could be user memory at all (FD-09). io.c */
bool io_range_is_good(uint64_t address, uint64_t n);

/* read and write of files and devices, at the description's offset; o stands in `slot`; n > 0 but for devices. End the
 * step. */
void file_read(struct kstep *k, uint32_t slot, const struct ofd *o, uint64_t address, uint64_t n);
void file_write(struct kstep *k, uint32_t slot, const struct ofd *o, uint64_t address, uint64_t n);
void device_read(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n);
void device_write(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n);
/* The new length of a file: 0, or an errno. */
int file_resize(struct kstep *k, uint32_t inode, uint64_t size);
/* lseek on a description that can seek. Ends the step. */
void directory_seek(struct kstep *k, uint32_t slot, struct ofd *o, int64_t offset, int32_t whence);
void file_seek(struct kstep *k, uint32_t slot, struct ofd *o, int64_t offset, int32_t whence);

#endif
