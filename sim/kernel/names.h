/* Names of numbers, for reports: independent of the host's libc and language. */
#ifndef KERNEL_NAMES_H
#define KERNEL_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

/* Append "EAGAIN", "SIGPIPE", "F_GETFL", "O_NONBLOCK|O_CLOEXEC", "WNOHANG"; a number that has no name as a number. */
void names_error(vec_char *out, int32_t error);
void names_signal(vec_char *out, int32_t signal);
/* "[SIGUSR1 SIGCHLD]" */
void names_signal_set(vec_char *out, uint64_t set);
void names_mask_change(vec_char *out, int32_t how);
void names_fcntl(vec_char *out, int32_t command);
void names_open_flags(vec_char *out, uint32_t flags);
void names_wait_options(vec_char *out, uint32_t options);
void names_place(vec_char *out, bool directory, int32_t number); /* "AT_FDCWD", "SEEK_SET" */
void names_resource(vec_char *out, int32_t resource);            /* "RLIMIT_NOFILE" */
void names_ioctl(vec_char *out, uint32_t command);
void names_poll(vec_char *out, uint32_t bits);
void names_epoll(vec_char *out, uint32_t bits);
void names_epoll_operation(vec_char *out, int32_t operation);
void names_protection(vec_char *out, uint32_t bits);
void names_map_flags(vec_char *out, uint32_t flags);

#endif
