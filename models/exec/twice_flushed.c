// The same filter writes each answer at once. (PIPE-02)
// impasse: expect ok
// impasse: states 3 transitions 2

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    char line[8];

    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin))
        printf("%d\n", 2 * atoi(line));
    return 0;
}
