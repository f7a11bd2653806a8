// The coprocess does not keep its answers. (B05; PIPE-02, PROC-31)
// impasse: --program twice=twice_flushed.c
// impasse: expect ok
// impasse: states 24 transitions 23

#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char *const argv[] = {"twice", NULL};
    char answer[8] = "";
    int to[2], from[2];
    pid_t child;
    posix_spawn_file_actions_t actions;

    pipe2(to, O_CLOEXEC);
    pipe2(from, O_CLOEXEC);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    if (posix_spawnp(&child, argv[0], &actions, NULL, argv, environ) != 0)
        return 1;
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    for (int i = 0; i < 2; i++) {
        write(to[1], "21\n", 3);
        assert(read(from[0], answer, sizeof answer - 1) > 0);
        assert(atoi(answer) == 42);
    }
    close(to[1]);
    waitpid(child, NULL, 0);
    return 0;
}
