// The reader takes one line and leaves, as in `yes | head -1`. A write to a pipe without readers
// sends SIGPIPE, and SIGPIPE kills: the writer cannot finish, clean up or report. (B10; PIPE-06)
// impasse: --set pipe_capacity=4
// impasse: expect crash at write:23
// impasse: states 19 transitions 28

#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        char line[2];

        close(p[1]);
        read(p[0], line, sizeof line);
        _exit(0);
    }
    close(p[0]);
    for (;;)
        write(p[1], "y\n", 2);
}
