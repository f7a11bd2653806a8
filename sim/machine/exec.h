/* The interpreter. */
#ifndef MACHINE_EXEC_H
#define MACHINE_EXEC_H

#include "machine/task.h"

/* Runs the task from where its top frame is until it stops: at a visible operation, or in trouble. */
void exec_run(struct task *t);

#endif
