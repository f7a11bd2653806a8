// A server starts a helper before it closes a client's pipe: the helper has a copy, runs on until it is told to stop,
// and the client's end-of-file does not come. (B27; PIPE-03, PROC-01)
// impasse: expect deadlock at read:31, read:20
// impasse: states 20 transitions 28

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int answer[2], stop[2];
    char c;
    pid_t server;

    pipe(answer);
    pipe(stop);
    if ((server = fork()) == 0) {
        close(stop[1]);
        if (fork() == 0) {
            read(stop[0], &c, 1);
            _exit(0);
        }
        write(answer[1], "a", 1);
        close(answer[1]);
        wait(NULL);
        _exit(0);
    }
    close(answer[1]);
    close(stop[0]);
    /* the client: it has the server stopped when it has seen the end of the answer */
    while (read(answer[0], &c, 1) > 0)
        continue;
    close(stop[1]);
    waitpid(server, NULL, 0);
    return 0;
}
