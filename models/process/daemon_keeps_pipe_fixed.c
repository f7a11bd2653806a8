// The cure for daemon_keeps_pipe.c: a daemon closes the descriptors that it has inherited from
// whoever happened to start it. (B25; PROC-01, PROC-14, PIPE-04)
// impasse: expect ok
// impasse: states 45 transitions 66

#include <impasse.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int output[2], orders[2];
    char c;

    pipe(output);
    pipe(orders);
    if (fork() == 0) {                      // the command
        close(orders[1]);
        if (fork() == 0) {                  // the daemon
            close(output[1]);
            impasse_idle();
            read(orders[0], &c, 1);         // serves until the orders end
            _exit(0);
        }
        write(output[1], "started\n", 8);
        _exit(0);
    }
    close(output[1]);
    wait(NULL);
    while (read(output[0], &c, 1) > 0)
        continue;
    return 0;
}
