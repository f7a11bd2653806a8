/* FIFOs: pipes with a name (FIFO-08, FIFO-09, FD-08, FIFO-15). See spec/fifo.md.
 *
 * The inode is only the name and who waits; while an end is open a pipe (kernel/pipe.h) holds the bytes, which vanish
 * with the last close (FIFO-11). Behind the inode's header stand the slots, ascending, of the open file descriptions
 * that have not met a partner since they were opened: openers that sleep (FIFO-03), and readers that never saw a writer
 * (FIFO-10). An opener is counted before it sleeps: its description and its descriptor are already there.
 */
#ifndef KERNEL_FIFO_H
#define KERNEL_FIFO_H

#include "kernel/inode.h"
#include "kernel/ofd.h"

/* open of a FIFO; `flags` are those of open. Ends the step. */
void fifo_open(struct kstep *k, uint32_t fifo, uint32_t flags);
/* An opener that was counted tries again. Ends the step. */
void fifo_open_resume(struct kstep *k);
void fifo_open_explain(struct kstep *k, struct kwait *w);

/* Whether the description has not met a partner since it was opened. */
bool fifo_is_alone(struct kstep *k, uint32_t fifo, uint32_t description);
/* The last reference to a description of the FIFO went away. */
void fifo_close(struct kstep *k, uint32_t fifo, uint32_t description);
/* Adds all who could still open the FIFO to a wait, for they could let it end. */
void fifo_openers(struct kstep *k, uint32_t fifo, struct kwait *w);

#endif
