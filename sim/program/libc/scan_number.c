/* Bytes and numbers for the scanf family. At most one byte beyond what a conversion needs is looked at and put back. */
#include "number.h"
#include "scan.h"

#include <limits.h>

int __impasse_scan_take(struct source *source) {
    int c = EOF;
    if (!source->string)
        c = __impasse_stream_get(source->file);
    else if (*source->string)
        c = (unsigned char)*source->string++;
    source->taken += c != EOF;
    return c;
}

void __impasse_scan_put_back(struct source *source, int c) {
    if (c == EOF)
        return;
    source->taken--;
    if (source->string)
        source->string--;
    else
        __impasse_stream_unget(source->file, c);
}

int __impasse_scan_take_within(struct scan *scan) {
    if (scan->width == 0)
        return EOF;
    int c = __impasse_scan_take(scan->source);
    if (c != EOF)
        scan->width--;
    return c;
}

void __impasse_scan_put_back_within(struct scan *scan, int c) {
    if (c == EOF)
        return;
    scan->width++;
    __impasse_scan_put_back(scan->source, c);
}

static void store_integer(const struct scan *scan, void *target, const struct scanned_integer *integer, int is_signed) {
    unsigned long value =
        is_signed ? (unsigned long)__impasse_signed_value(integer) : __impasse_unsigned_value(integer);
    switch (scan->size) {
    case 1:
        *(unsigned char *)target = (unsigned char)value;
        break;
    case 2:
        *(unsigned short *)target = (unsigned short)value;
        break;
    case 4:
        *(unsigned *)target = (unsigned)value;
        break;
    default:
        *(unsigned long *)target = value;
        break;
    }
}

/* Reads what strtol would, byte by byte. "0x" without a digit behind it is taken as zero, as in glibc. */
enum outcome __impasse_scan_integer(struct scan *scan, unsigned base, int is_signed, void *target) {
    struct scanned_integer integer = {0};
    int any = 0, c = __impasse_scan_take_within(scan);
    if (c == EOF)
        return INPUT_ENDED;
    if (c == '-' || c == '+') {
        integer.is_negative = c == '-';
        c = __impasse_scan_take_within(scan);
    }
    if (c == '0' && (base == 0 || base == 16)) {
        any = 1;
        c = __impasse_scan_take_within(scan);
        if (c != EOF && lower(c) == 'x') {
            base = 16;
            c = __impasse_scan_take_within(scan);
        } else if (base == 0) {
            base = 8;
        }
    }
    if (base == 0)
        base = 10;
    for (; c != EOF && (unsigned)digit_value(c) < base; c = __impasse_scan_take_within(scan)) {
        unsigned long digit = (unsigned long)digit_value(c);
        any = 1;
        if (integer.magnitude > (ULONG_MAX - digit) / base)
            integer.overflows = 1;
        else
            integer.magnitude = integer.magnitude * base + digit;
    }
    __impasse_scan_put_back_within(scan, c);
    if (!any)
        return MISMATCH;
    if (target)
        store_integer(scan, target, &integer, is_signed);
    return CONVERTED;
}

/* The bytes of a number as they are taken; c is the next one, not yet part of it. Longer texts are cut. */
struct reader {
    struct scan *scan;
    int c;
    int length;
    char text[400];
};

static void accept(struct reader *reader) {
    if (reader->length < (int)sizeof reader->text - 1)
        reader->text[reader->length++] = (char)reader->c;
    reader->c = __impasse_scan_take_within(reader->scan);
}

static int accept_if(struct reader *reader, char letter) {
    if (reader->c == EOF || lower(reader->c) != letter)
        return 0;
    accept(reader);
    return 1;
}

static void accept_sign(struct reader *reader) {
    if (!accept_if(reader, '-'))
        accept_if(reader, '+');
}

static void accept_digits(struct reader *reader, int base) {
    while (reader->c != EOF && digit_value(reader->c) < base)
        accept(reader);
}

static void accept_number(struct reader *reader) {
    int base = 10;
    if (accept_if(reader, '0') && accept_if(reader, 'x'))
        base = 16;
    accept_digits(reader, base);
    if (accept_if(reader, '.'))
        accept_digits(reader, base);
    if (accept_if(reader, base == 16 ? 'p' : 'e')) {
        accept_sign(reader);
        accept_digits(reader, 10);
    }
}

static void accept_word(struct reader *reader, const char *word) {
    while (*word && accept_if(reader, *word))
        word++;
}

/* Takes bytes as long as they may continue a number; a mismatch when they are none in the end ("in"). As in
   glibc an exponent without digits is taken and ignored, and so is an "x" that the width cuts off from its digits. */
enum outcome __impasse_scan_double(struct scan *scan, void *target) {
    struct reader reader;
    reader.scan = scan;
    reader.length = 0;
    reader.c = __impasse_scan_take_within(scan);
    if (reader.c == EOF)
        return INPUT_ENDED;
    accept_sign(&reader);
    if (reader.c != EOF && lower(reader.c) == 'i')
        accept_word(&reader, "infinity");
    else if (reader.c != EOF && lower(reader.c) == 'n')
        accept_word(&reader, "nan");
    else
        accept_number(&reader);
    __impasse_scan_put_back_within(scan, reader.c);
    reader.text[reader.length] = '\0';

    char *end;
    float narrow = scan->size == 4 ? __impasse_parse_float(reader.text, &end) : 0;
    double wide = scan->size == 4 ? 0 : __impasse_parse_double(reader.text, &end);
    int is_cut = lower(*end) == 'e' || lower(*end) == 'p' || (lower(*end) == 'x' && scan->width == 0);
    if (end == reader.text || (*end && !is_cut))
        return MISMATCH;
    if (target && scan->size == 4)
        *(float *)target = narrow;
    else if (target)
        *(double *)target = wide;
    return CONVERTED;
}
