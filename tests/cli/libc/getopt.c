/* getopt and getopt_long: what they return, and how they permute the arguments. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 12 };

static int from_flag;
static const struct option longs[] = {
    {"alpha", no_argument, NULL, 'a'},
    {"beta", required_argument, NULL, 'b'},
    {"gamma", optional_argument, NULL, 'g'},
    {"delta", no_argument, &from_flag, 7},
    {NULL, 0, NULL, 0},
};

static void run(int has_longs, const char *options, const char *line) {
    char text[80], *words[WORDS_MAX + 1] = {"program"};
    int count = 1;
    strcpy(text, line);
    for (char *word = strtok(text, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        words[count++] = word;
    printf("%s \"%s\" %s:", has_longs ? "long" : "short", options, line);
    optind = 0;
    opterr = 0;
    for (;;) {
        int index = -1;
        int c = has_longs ? getopt_long(count, words, options, longs, &index) : getopt(count, words, options);
        if (c == -1)
            break;
        printf(" %d", c);
        if (c > ' ')
            printf("'%c'", c);
        if (optarg)
            printf("=%s", optarg);
        if (c == '?' || c == ':')
            printf("(%d)", optopt);
        if (index >= 0)
            printf("#%d", index);
    }
    printf(" |");
    for (int i = 1; i < count; i++)
        printf("%s%s", i == optind ? " ^" : " ", words[i]);
    printf("\n");
}

int main(void) {
    run(0, "ab:c::", "-a -bval -b val -c -cval x");
    run(0, "ab:c::", "x -a y -b v z -- -a");
    run(0, "+ab:", "-a x -b v");
    run(0, "-ab:", "x -a y");
    run(0, "ab:", "-ab");
    run(0, ":ab:", "-b");
    run(0, "ab:", "-z -a");
    run(0, "a", "- -a -");
    run(0, "a", "");
    run(1, "ab:g::", "--alpha --beta=1 --beta 2 --gamma --gamma=3 --delta x");
    run(1, "ab:g::", "x --al y --be=4 z -b 5");
    run(1, "ab:g::", "--zeta --alpha=1 --beta");
    run(1, ":ab:g::", "--beta");
    run(1, "ab:g::", "-a -- --beta x");
    printf("%d\n", from_flag);
    return 0;
}
