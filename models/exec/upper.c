// Copies standard input to standard output in capital letters, up to end-of-file. (PIPE-02, PIPE-04)
// impasse: expect ok
// impasse: states 3 transitions 2

#include <ctype.h>
#include <unistd.h>

int main(void)
{
    char line[8];
    ssize_t n;

    while ((n = read(0, line, sizeof line)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            line[i] = (char)toupper((unsigned char)line[i]);
        if (write(1, line, (size_t)n) != n)
            return 1;
    }
    return n < 0;
}
