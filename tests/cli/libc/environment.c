/* The environment that a program makes for itself, dates in UTC, and the order of exit handlers. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void variables(void) {
    assert(getenv("IMPASSE_NO_SUCH_NAME") == NULL);
    assert(setenv("IMPASSE_ONE", "1", 0) == 0 && strcmp(getenv("IMPASSE_ONE"), "1") == 0);
    assert(setenv("IMPASSE_ONE", "2", 0) == 0 && strcmp(getenv("IMPASSE_ONE"), "1") == 0);
    assert(setenv("IMPASSE_ONE", "2", 1) == 0 && strcmp(getenv("IMPASSE_ONE"), "2") == 0);
    assert(setenv("a=b", "", 1) == -1 && errno == EINVAL);
    static char own[] = "IMPASSE_TWO=own";
    assert(putenv(own) == 0 && getenv("IMPASSE_TWO") == own + 12);
    assert(unsetenv("IMPASSE_ONE") == 0 && getenv("IMPASSE_ONE") == NULL);
}

static void dates(void) {
    static const time_t times[] = {0, 951782400, 1709251199, 4102444800, -86401};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[80], plain[26];
        struct tm date = *gmtime(&times[i]);
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %a %j week %V", &date);
        printf("%s | %s", text, asctime_r(&date, plain));
        assert(difftime(times[i], 0) == (double)times[i]);
    }
}

static void first(void) {
    printf("first handler\n");
}

static void second(void) {
    printf("second handler\n");
    atexit(first);
}

int main(int argc, char **argv) {
    assert(argc == 1 && argv[0] && argv[argc] == NULL);
    variables();
    dates();
    printf("%ld %d\n", sysconf(_SC_PAGESIZE), getpagesize());
    assert(sysconf(12345) == -1 && errno == EINVAL);
    assert(atexit(first) == 0 && atexit(second) == 0);
    return 0;
}
