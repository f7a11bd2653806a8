/* Reading from a stream on a pipe: characters, lines, blocks, formats, and pushing back. */
#define _GNU_SOURCE
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A stream that gives the text and then ends. */
static FILE *text_stream(const char *text) {
    int ends[2];
    assert(pipe(ends) == 0);
    assert(write(ends[1], text, strlen(text)) == (ssize_t)strlen(text));
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    assert(in);
    return in;
}

static void characters(void) {
    FILE *in = text_stream("abc");
    assert(fgetc(in) == 'a' && getc(in) == 'b');
    assert(ungetc('B', in) == 'B' && getc(in) == 'B' && getc(in) == 'c');
    assert(ungetc('C', in) == 'C' && getc(in) == 'C');
    assert(getc(in) == EOF && feof(in) && !ferror(in));
    assert(ungetc('d', in) == 'd' && !feof(in) && getc(in) == 'd' && getc(in) == EOF);
    fclose(in);
    in = text_stream("x");
    assert(ungetc('w', in) == 'w' && getc(in) == 'w' && getc(in) == 'x' && getc(in) == EOF);
    fclose(in);
}

static void lines(void) {
    FILE *in = text_stream("first\na long second line\n\nlast");
    char room[10];
    while (fgets(room, sizeof room, in))
        printf("[%s]", room);
    printf("%d\n", feof(in) != 0);
    fclose(in);

    in = text_stream("one\n\nthree and more than that\nend");
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, in)) >= 0)
        printf("%zd:%s|", length, line);
    printf("%d\n", feof(in) != 0);
    free(line);
    fclose(in);
}

static void blocks(void) {
    char text[6001], back[6001];
    for (int i = 0; i < 6000; i++)
        text[i] = (char)('a' + i % 26);
    text[6000] = '\0';
    FILE *in = text_stream(text);
    assert(fread(back, 1, 10, in) == 10 && memcmp(back, text, 10) == 0);
    assert(fread(back + 10, 7, 1000, in) == 855 && feof(in));
    assert(memcmp(back, text, 10 + 855 * 7) == 0);
    fclose(in);
}

static void formats(void) {
    FILE *in = text_stream("12 name 0x1f\n3.5 rest of it\n");
    int number = 0, hex = 0, c;
    char word[16] = "";
    double real = 0;
    printf("%d ", fscanf(in, "%d %15s %i", &number, word, &hex));
    printf("%d %s %d ", number, word, hex);
    printf("%d ", fscanf(in, "%lf", &real));
    printf("%g", real);
    while ((c = getc(in)) != EOF)
        putchar(c);
    printf("%d\n", fscanf(in, "%d", &number));
    fclose(in);
}

static void unbuffered(void) {
    int ends[2];
    char c = '?';
    assert(pipe(ends) == 0 && write(ends[1], "ab", 2) == 2);
    FILE *in = fdopen(ends[0], "r");
    setvbuf(in, NULL, _IONBF, 0);
    assert(getc(in) == 'a');
    assert(read(ends[0], &c, 1) == 1 && c == 'b');
    close(ends[1]);
    assert(getc(in) == EOF);
    fclose(in);
}

int main(void) {
    characters();
    lines();
    blocks();
    formats();
    unbuffered();
    return 0;
}
