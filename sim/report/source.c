/* See source.h. A file is kept as one string, its newlines made NULs, and the offsets of its lines. */
#include "report/source.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

enum { FILE_BYTES_MAX = 16 << 20 }; /* no program that is written by hand is larger */

struct source_file {
    char *name;
    vec_char text;
    VEC_OF(size_t) lines; /* offset of each; empty: the file cannot be read */
};

struct source_cache {
    VEC_OF(struct source_file) files;
};

struct source_cache *source_cache_create(void)
{
    return mem_zero(1, sizeof(struct source_cache));
}

void source_cache_destroy(struct source_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < cache->files.count; i++) {
        mem_free(cache->files.items[i].name);
        VEC_FREE(&cache->files.items[i].text);
        VEC_FREE(&cache->files.items[i].lines);
    }
    VEC_FREE(&cache->files);
    mem_free(cache);
}

static void read_text(vec_char *text, const char *name)
{
    struct stat status;
    /* O_NONBLOCK: a FIFO must not make a checker of hangs hang. */
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= FILE_BYTES_MAX) {
        char block[1 << 14];
        ssize_t n;
        while (text->count <= FILE_BYTES_MAX && (n = read(fd, block, sizeof block)) > 0)
            text_append(text, block, (size_t)n);
    }
    close(fd);
}

static void split_lines(struct source_file *file)
{
    for (size_t at = 0; at < file->text.count;) {
        char *line = file->text.items + at;
        char *newline = memchr(line, '\n', file->text.count - at);
        size_t length = newline ? (size_t)(newline - line) : file->text.count - at;
        VEC_PUSH(&file->lines, at);
        at += length + 1;
        line[length] = '\0'; /* text_append has kept room for one behind the last line */
        if (length > 0 && line[length - 1] == '\r')
            line[length - 1] = '\0';
    }
}

static const struct source_file *find(struct source_cache *cache, const char *name)
{
    for (size_t i = 0; i < cache->files.count; i++)
        if (strcmp(cache->files.items[i].name, name) == 0)
            return &cache->files.items[i];
    struct source_file file = {.name = mem_copy_string(name)};
    read_text(&file.text, name);
    split_lines(&file);
    VEC_PUSH(&cache->files, file);
    return &cache->files.items[cache->files.count - 1];
}

const char *source_line(void *cache, const char *file, uint32_t line)
{
    const struct source_file *found = find(cache, file);
    if (line == 0 || line > found->lines.count)
        return NULL;
    return found->text.items + found->lines.items[line - 1];
}
