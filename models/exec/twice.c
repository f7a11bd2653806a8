// A filter for coprocesses: twice each number of standard input. Its output waits in stdio's buffer, as it is no
// terminal. (PIPE-02)
// impasse: expect ok
// impasse: states 3 transitions 2

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    char line[8];

    while (fgets(line, sizeof line, stdin))
        printf("%d\n", 2 * atoi(line));
    return 0;
}
