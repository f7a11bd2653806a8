// A helper closes what it does not need. (B27; PIPE-04, PROC-01)
// impasse: expect ok
// impasse: states 39 transitions 62

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
            close(answer[1]);
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
