/*
 * getopt: short options. Like glibc's it moves the arguments that are no options behind the options, unless the
 * option string starts with '+' (stop at the first such argument) or '-' (return it as the argument of option 1).
 */
#include "options.h"

#include "stream.h"

LIBC char *optarg;
LIBC int optind = 1;
LIBC int opterr = 1;
LIBC int optopt = '?';

struct option_scan __impasse_option_scan;

static int is_option(const char *argument) {
    return argument[0] == '-' && argument[1];
}

static void reverse(char **first, char **end) {
    while (first < end) {
        char *argument = *first;
        *first++ = *--end;
        *end = argument;
    }
}

/* Exchanges argv[plain_start..plain_end) and the options behind it up to optind. */
static void move_plain_behind(struct option_scan *scan, char **argv) {
    reverse(argv + scan->plain_start, argv + scan->plain_end);
    reverse(argv + scan->plain_end, argv + optind);
    reverse(argv + scan->plain_start, argv + optind);
    scan->plain_start += optind - scan->plain_end;
    scan->plain_end = optind;
}

/* Once all options are found, optind is the first plain argument, and nothing of the scan is kept. */
static int finish(struct option_scan *scan) {
    if (scan->plain_start != scan->plain_end)
        optind = scan->plain_start;
    *scan = (struct option_scan){0};
    return -1;
}

const char *__impasse_option_style(const char *options, enum option_style *style) {
    *style = *options == '+' ? OPTIONS_FIRST : *options == '-' ? OPTIONS_IN_ORDER : OPTIONS_PERMUTE;
    return options + (*style != OPTIONS_PERMUTE);
}

/* optind 0, or 1 at the first call, starts a scan. */
static void start(struct option_scan *scan) {
    if (optind == 0 || !scan->is_started) {
        if (optind == 0)
            optind = 1;
        *scan = (struct option_scan){.plain_start = optind, .plain_end = optind, .is_started = 1};
    }
}

int __impasse_option_find(int count, char **argv, enum option_style style) {
    struct option_scan *scan = &__impasse_option_scan;
    start(scan);
    optarg = NULL;
    if (scan->next && *scan->next)
        return OPTION_FOUND;
    scan->next = NULL;
    if (scan->plain_end > optind)
        scan->plain_end = optind;
    if (scan->plain_start > optind)
        scan->plain_start = optind;
    if (style == OPTIONS_PERMUTE) {
        if (scan->plain_start != scan->plain_end && scan->plain_end != optind)
            move_plain_behind(scan, argv);
        else if (scan->plain_end != optind)
            scan->plain_start = optind;
        while (optind < count && !is_option(argv[optind]))
            optind++;
        scan->plain_end = optind;
    }
    if (optind < count && __impasse_equal(argv[optind], "--")) {
        optind++;
        if (scan->plain_start != scan->plain_end && scan->plain_end != optind)
            move_plain_behind(scan, argv);
        else if (scan->plain_start == scan->plain_end)
            scan->plain_start = optind;
        scan->plain_end = optind = count;
    }
    if (optind >= count)
        return finish(scan);
    if (!is_option(argv[optind])) {
        if (style == OPTIONS_FIRST)
            return finish(scan);
        optarg = argv[optind++];
        return 1;
    }
    return OPTION_FOUND;
}

void __impasse_option_complain(int is_silent, const char *format, ...) {
    if (is_silent || !opterr)
        return;
    struct message message;
    va_list arguments;
    va_start(arguments, format);
    if (__impasse_message_format(&message, format, arguments) >= 0) {
        __impasse_stream_write(stderr, message.text, message.length);
        __impasse_message_free(&message);
    }
    va_end(arguments);
}

/* The rule of the letter in the option string, or NULL. */
static const char *rule_of(const char *options, char letter) {
    if (letter == ':' || letter == ';')
        return NULL;
    for (; *options; options++)
        if (*options == letter)
            return options;
    return NULL;
}

/* "x:" takes an argument, from the rest of the word or else the next word; "x::" only from the rest of the word. */
int __impasse_option_short(int count, char **argv, const char *options) {
    struct option_scan *scan = &__impasse_option_scan;
    int is_silent = *options == ':';
    char letter = *scan->next++;
    const char *rule = rule_of(options, letter);
    if (!*scan->next)
        optind++;
    if (!rule) {
        __impasse_option_complain(is_silent, "%s: invalid option -- '%c'\n", argv[0], letter);
        optopt = (unsigned char)letter;
        return '?';
    }
    if (rule[1] != ':')
        return (unsigned char)letter;
    if (*scan->next) {
        optarg = scan->next;
        optind++;
    } else if (rule[2] == ':') {
        optarg = NULL;
    } else if (optind < count) {
        optarg = argv[optind++];
    } else {
        __impasse_option_complain(is_silent, "%s: option requires an argument -- '%c'\n", argv[0], letter);
        optopt = (unsigned char)letter;
        letter = is_silent ? ':' : '?';
    }
    scan->next = NULL;
    return (unsigned char)letter;
}

LIBC int getopt(int count, char *const *argv, const char *options) {
    enum option_style style;
    char **words = (char **)argv;
    options = __impasse_option_style(options, &style);
    if (count < 1)
        return -1;
    int found = __impasse_option_find(count, words, style);
    if (found != OPTION_FOUND)
        return found;
    if (!__impasse_option_scan.next)
        __impasse_option_scan.next = words[optind] + 1;
    return __impasse_option_short(count, words, options);
}
