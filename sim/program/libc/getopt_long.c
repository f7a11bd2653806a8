/* getopt_long and getopt_long_only: options of whole words, which may be shortened while they stay unambiguous. */
#include "options.h"

#include "stream.h"

#include <string.h>

/* A word as the user wrote it: its dashes, its name and the value behind '='. */
struct word {
    const char *dashes;
    const char *name;
    size_t length;
    char *value;
};

static struct word word_of(char *argument) {
    int dashes = argument[1] == '-' ? 2 : 1;
    struct word word = {.dashes = dashes == 2 ? "--" : "-", .name = argument + dashes};
    while (word.name[word.length] && word.name[word.length] != '=')
        word.length++;
    if (word.name[word.length])
        word.value = (char *)word.name + word.length + 1;
    return word;
}

static int is_prefix(const struct word *word, const struct option *option) {
    return strncmp(option->name, word->name, word->length) == 0;
}

static int is_same_option(const struct option *a, const struct option *b) {
    return a->has_arg == b->has_arg && a->flag == b->flag && a->val == b->val;
}

enum { NO_MATCH = -1, AMBIGUOUS = -2 };

/* The option that the word names exactly, or else the only one that it shortens. Options that mean the same are not
   ambiguous, except in getopt_long_only. */
static int match(const struct word *word, const struct option *options, int is_long_only) {
    int found = NO_MATCH, is_ambiguous = 0;
    for (int i = 0; options[i].name; i++) {
        if (!is_prefix(word, &options[i]))
            continue;
        if (__impasse_length(options[i].name) == word->length)
            return i;
        if (found == NO_MATCH)
            found = i;
        else if (is_long_only || !is_same_option(&options[found], &options[i]))
            is_ambiguous = 1;
    }
    return is_ambiguous ? AMBIGUOUS : found;
}

/* Prints the message with all the candidates. The list is made piece by piece, but written as one. */
static void complain_ambiguous(int is_silent, const char *program, const struct word *word, const char *written,
                               const struct option *options) {
    struct message list;
    __impasse_message_print(&list, "%s", "");
    for (int i = 0; options[i].name; i++) {
        struct message longer;
        if (!is_prefix(word, &options[i]))
            continue;
        if (__impasse_message_print(&longer, "%s '%s%s'", list.text, word->dashes, options[i].name) < 0)
            break;
        __impasse_message_free(&list);
        list = longer;
        if (longer.text == longer.room)
            list.text = list.room;
    }
    __impasse_option_complain(is_silent, "%s: option '%s%s' is ambiguous; possibilities:%s\n", program, word->dashes,
                              written, list.text);
    __impasse_message_free(&list);
}

/* Takes the option's argument; the result is what getopt_long returns. *index is left alone by an error. */
static int take(int count, char **argv, const struct word *word, const struct option *options, int found, int *index,
                int is_silent) {
    const struct option *option = &options[found];
    if (word->value && option->has_arg == no_argument) {
        __impasse_option_complain(is_silent, "%s: option '%s%s' doesn't allow an argument\n", argv[0], word->dashes,
                                  option->name);
        optopt = option->val;
        return '?';
    }
    if (word->value) {
        optarg = word->value;
    } else if (option->has_arg == required_argument) {
        if (optind >= count) {
            __impasse_option_complain(is_silent, "%s: option '%s%s' requires an argument\n", argv[0], word->dashes,
                                      option->name);
            optopt = option->val;
            return is_silent ? ':' : '?';
        }
        optarg = argv[optind++];
    }
    if (index)
        *index = found;
    if (!option->flag)
        return option->val;
    *option->flag = option->val;
    return 0;
}

static int take_long(int count, char **argv, const struct option *options, int *index, int is_long_only,
                     int is_silent) {
    struct word word = word_of(argv[optind]);
    int found = match(&word, options, is_long_only);
    optind++;
    if (found >= 0)
        return take(count, argv, &word, options, found, index, is_silent);
    if (found == AMBIGUOUS)
        complain_ambiguous(is_silent, argv[0], &word, word.name, options);
    else
        __impasse_option_complain(is_silent, "%s: unrecognized option '%s%s'\n", argv[0], word.dashes, word.name);
    optopt = 0;
    return '?';
}

/* With one dash getopt_long_only looks for a long option first, and takes the word as short options when there is
   none and its first letter is one. */
static int is_long_word(char *argument, const char *options, const struct option *long_options, int is_long_only) {
    if (argument[1] == '-')
        return 1;
    if (!is_long_only)
        return 0;
    if (!argument[2])
        return !strchr(options, argument[1]);
    struct word word = word_of(argument);
    return match(&word, long_options, 1) != NO_MATCH || !strchr(options, argument[1]);
}

static int next_option(int count, char **argv, const char *options, const struct option *long_options, int *index,
                       int is_long_only) {
    enum option_style style;
    options = __impasse_option_style(options, &style);
    if (count < 1)
        return -1;
    int found = __impasse_option_find(count, argv, style);
    if (found != OPTION_FOUND)
        return found;
    struct option_scan *scan = &__impasse_option_scan;
    if (!scan->next) {
        if (is_long_word(argv[optind], options, long_options, is_long_only))
            return take_long(count, argv, long_options, index, is_long_only, *options == ':');
        scan->next = argv[optind] + 1;
    }
    return __impasse_option_short(count, argv, options);
}

LIBC int getopt_long(int count, char *const *argv, const char *options, const struct option *long_options, int *index) {
    return next_option(count, (char **)argv, options, long_options, index, 0);
}

LIBC int getopt_long_only(int count, char *const *argv, const char *options, const struct option *long_options,
                          int *index) {
    return next_option(count, (char **)argv, options, long_options, index, 1);
}
