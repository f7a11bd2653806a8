/* See conform_names.h. */
#include "cli/conform_names.h"

#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

void names_begin(const char *list)
{
    int f = open(list, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (f < 0)
        return;
    fchmod(f, 0666);
    close(f);
}

static void remove_one(const char *kind, const char *name)
{
    int id = atoi(name);
    if (strcmp(kind, "shm") == 0)
        shm_unlink(name);
    else if (strcmp(kind, "sem") == 0)
        sem_unlink(name);
    else if (strcmp(kind, "mq") == 0)
        mq_unlink(name);
    else if (strcmp(kind, "shmid") == 0)
        shmctl(id, IPC_RMID, NULL);
    else if (strcmp(kind, "semid") == 0)
        semctl(id, 0, IPC_RMID);
    else if (strcmp(kind, "msqid") == 0)
        msgctl(id, IPC_RMID, NULL);
}

void names_remove(const char *list)
{
    char line[512];
    FILE *in = fopen(list, "re");
    while (in && fgets(line, sizeof line, in)) {
        char *name = strchr(line, ' ');
        line[strcspn(line, "\n")] = '\0';
        if (!name)
            continue;
        *name = '\0';
        remove_one(line, name + 1);
    }
    if (in)
        fclose(in);
}
