// Counts the lines of standard input up to end-of-file; its exit status is their number. (PIPE-04)
// impasse: expect ok
// impasse: states 3 transitions 2

#include <unistd.h>

int main(void)
{
    char c;
    int lines = 0;

    while (read(0, &c, 1) == 1)
        lines += c == '\n';
    return lines;
}
