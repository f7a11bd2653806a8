// Writes its arguments to standard output, one to a line. (PROC-04, PROC-25)
// impasse: expect ok
// impasse: states 2 transitions 1

#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (write(1, argv[i], strlen(argv[i])) < 0 || write(1, "\n", 1) < 0)
            return 1;
    }
    return 0;
}
