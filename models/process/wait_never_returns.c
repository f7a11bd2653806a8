// The parent waits for the child to end, and the child waits for a word from the parent, which was
// to come afterwards. Neither can be first. (GEN-10, PIPE-03, PROC-08)
// impasse: expect deadlock at read:16, wait:19

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        char word[2];

        read(p[0], word, sizeof word);
        _exit(0);
    }
    wait(NULL);
    write(p[1], "go", 2);
    return 0;
}
