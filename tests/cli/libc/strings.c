/* string.h, strings.h and libgen.h. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int sign(int n) {
    return (n > 0) - (n < 0);
}

static void compare(void) {
    assert(strlen("") == 0 && strlen("abc") == 3 && strnlen("abc", 2) == 2 && strnlen("abc", 9) == 3);
    printf("%d %d %d %d\n", sign(strcmp("a", "b")), sign(strcmp("b", "a")), strcmp("a", "a"), sign(strcmp("", "a")));
    printf("%d %d %d\n", sign(strcmp("\xff", "a")), strncmp("abc", "abd", 2), sign(strncmp("abc", "abd", 3)));
    printf("%d %d %d\n", strcasecmp("HeLLo", "hEllO"), sign(strncasecmp("ABx", "aby", 3)),
           strncasecmp("ABx", "aby", 2));
    printf("%d %d\n", memcmp("a\0b", "a\0b", 3), sign(memcmp("a\0b", "a\0c", 3)));
}

static void search(void) {
    const char *s = "the cat and the hat";
    printf("%td %td %d\n", strchr(s, 'c') - s, strrchr(s, 't') - s, strchr(s, 'z') == NULL);
    printf("%td %d\n", strchr(s, '\0') - s, *strchrnul(s, 'z'));
    printf("%td %d %d\n", strstr(s, "the h") - s, strstr(s, "dog") == NULL, strstr(s, "") == s);
    printf("%td %td\n", strcasestr(s, "CAT") - s, strpbrk(s, "nd") - s);
    printf("%zu %zu\n", strspn(s, "eht"), strcspn(s, "c"));
    printf("%td %td %td\n", (char *)memchr(s, 'a', 19) - s, (char *)memrchr(s, 'a', 19) - s,
           (char *)memmem(s, 19, "and", 3) - s);
}

static void copy(void) {
    char out[16];
    memset(out, '#', sizeof out);
    strncpy(out, "ab", 4);
    assert(memcmp(out, "ab\0\0#", 5) == 0);
    assert(strcmp(strcpy(out, "one"), "one") == 0);
    assert(stpcpy(out, "four") == out + 4);
    assert(strcmp(strcat(out, "teen"), "fourteen") == 0);
    assert(strcmp(strncat(out, "abcdef", 2), "fourteenab") == 0);
    memmove(out + 1, out, 5);
    printf("%s\n", out);
    memmove(out, out + 2, 5);
    printf("%s\n", out);
    bzero(out, 3);
    assert(out[0] == 0 && out[2] == 0 && out[3] != 0);
    char *twin = strdup("twin"), *part = strndup("partial", 4);
    printf("%s %s\n", twin, part);
    free(twin);
    free(part);
}

static void tokens(void) {
    char text[] = "  alpha beta,,gamma ", *rest;
    for (char *token = strtok(text, " ,"); token; token = strtok(NULL, " ,"))
        printf("<%s>", token);
    char fields[] = "a::b:", *p = fields, *field;
    while ((field = strsep(&p, ":")))
        printf("{%s}", field);
    char again[] = "x-y";
    printf("%s", strtok_r(again, "-", &rest));
    printf("%s", strtok_r(NULL, "-", &rest));
    printf("%d\n", strtok_r(NULL, "-", &rest) == NULL);
}

static void messages(void) {
    printf("%s|%s|%s|%s\n", strerror(0), strerror(EAGAIN), strerror(EDEADLK), strerror(12345));
    char room[40];
    printf("%s|%s\n", strerror_r(EINTR, room, sizeof room), strsignal(13));
    printf("%s|%d\n", sigdescr_np(SIGTERM), sigdescr_np(40) == NULL);
    stderr = stdout;
    psignal(SIGINT, "who");
    psignal(SIGSEGV, NULL);
    psignal(SIGRTMIN + 1, "");
    psignal(99, "who");
}

static void paths(void) {
    static const char *const all[] = {"/usr/lib", "/usr/", "usr", "/", ".", "..", "", "a/b//", "//x"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char one[16], two[16];
        strcpy(one, all[i]);
        strcpy(two, all[i]);
        char *directory = dirname(one);
        printf("[%s] [%s]\n", directory, basename(two));
    }
}

int main(void) {
    compare();
    search();
    copy();
    tokens();
    messages();
    paths();
    return 0;
}
