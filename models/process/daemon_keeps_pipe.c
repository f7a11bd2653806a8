// A command starts a daemon and ends; its caller collects the output up to end-of-file. The daemon
// has the pipe for its output, too, though it never writes: as in x=$(command), where command
// starts something in the background, the caller waits as long as the daemon lives. (B25; PROC-01,
// PROC-14, PIPE-04)
// impasse: expect deadlock at read:31
// impasse: states 22 transitions 25

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
