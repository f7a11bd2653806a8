/* Dates as text. */
#include "libc.h"

#include <stdio.h>
#include <time.h>

static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const months[] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

static const char *name_of(const char *const names[], int count, int i) {
    return i >= 0 && i < count ? names[i] : "?";
}

static int print(char *out, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = __impasse_format(out, size, format, arguments);
    va_end(arguments);
    return length;
}

/* "Thu Jan  1 00:00:00 1970\n" */
static char *describe(const struct tm *date, char *out) {
    print(out, 26, "%.3s %.3s%3d %.2d:%.2d:%.2d %d\n", name_of(weekdays, 7, date->tm_wday),
          name_of(months, 12, date->tm_mon), date->tm_mday, date->tm_hour, date->tm_min, date->tm_sec,
          1900 + date->tm_year);
    return out;
}

/* The one text that asctime and ctime share. */
static char shared_text[26];

LIBC char *asctime(const struct tm *date) {
    return describe(date, shared_text);
}

LIBC char *asctime_r(const struct tm *date, char *out) {
    return describe(date, out);
}

LIBC char *ctime(const time_t *when) {
    struct tm *date = localtime(when);
    return date ? describe(date, shared_text) : NULL;
}

LIBC char *ctime_r(const time_t *when, char *out) {
    struct tm date;
    return localtime_r(when, &date) ? describe(&date, out) : NULL;
}

static int is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The week of ISO 8601: weeks start on Monday, and the first one of a year has its first Thursday. */
static int iso_week(const struct tm *date, int *year) {
    int weekday = (date->tm_wday + 6) % 7;
    int week = (date->tm_yday - weekday + 10) / 7;
    *year = date->tm_year + 1900;
    if (week < 1) {
        --*year;
        int days = 365 + is_leap(*year);
        return (date->tm_yday + days - weekday + 10) / 7;
    }
    int days = 365 + is_leap(*year);
    if (week == 53 && date->tm_yday - weekday + 3 >= days) {
        ++*year;
        return 1;
    }
    return week;
}

static size_t put_date(char *out, size_t size, const char *format, const struct tm *date);

/* Writes one conversion; the result is its length, or -1 when there is none of this letter. */
static int put_field(char *out, size_t size, char letter, const struct tm *date) {
    int year = date->tm_year + 1900, iso_year, week = iso_week(date, &iso_year);
    int hour12 = date->tm_hour % 12 ? date->tm_hour % 12 : 12;
    struct tm copy = *date;
    switch (letter) {
    case 'a':
        return print(out, size, "%.3s", name_of(weekdays, 7, date->tm_wday));
    case 'A':
        return print(out, size, "%s", name_of(weekdays, 7, date->tm_wday));
    case 'b':
    case 'h':
        return print(out, size, "%.3s", name_of(months, 12, date->tm_mon));
    case 'B':
        return print(out, size, "%s", name_of(months, 12, date->tm_mon));
    case 'c':
        return (int)put_date(out, size, "%a %b %e %H:%M:%S %Y", date);
    case 'C':
        return print(out, size, "%02d", year / 100);
    case 'd':
        return print(out, size, "%02d", date->tm_mday);
    case 'D':
    case 'x':
        return (int)put_date(out, size, "%m/%d/%y", date);
    case 'e':
        return print(out, size, "%2d", date->tm_mday);
    case 'F':
        return (int)put_date(out, size, "%Y-%m-%d", date);
    case 'g':
        return print(out, size, "%02d", iso_year % 100);
    case 'G':
        return print(out, size, "%d", iso_year);
    case 'H':
        return print(out, size, "%02d", date->tm_hour);
    case 'I':
        return print(out, size, "%02d", hour12);
    case 'j':
        return print(out, size, "%03d", date->tm_yday + 1);
    case 'k':
        return print(out, size, "%2d", date->tm_hour);
    case 'l':
        return print(out, size, "%2d", hour12);
    case 'm':
        return print(out, size, "%02d", date->tm_mon + 1);
    case 'M':
        return print(out, size, "%02d", date->tm_min);
    case 'n':
        return print(out, size, "\n");
    case 'p':
        return print(out, size, date->tm_hour < 12 ? "AM" : "PM");
    case 'P':
        return print(out, size, date->tm_hour < 12 ? "am" : "pm");
    case 'r':
        return (int)put_date(out, size, "%I:%M:%S %p", date);
    case 'R':
        return (int)put_date(out, size, "%H:%M", date);
    case 's':
        return print(out, size, "%ld", (long)mktime(&copy));
    case 'S':
        return print(out, size, "%02d", date->tm_sec);
    case 't':
        return print(out, size, "\t");
    case 'T':
    case 'X':
        return (int)put_date(out, size, "%H:%M:%S", date);
    case 'u':
        return print(out, size, "%d", date->tm_wday ? date->tm_wday : 7);
    case 'U':
        return print(out, size, "%02d", (date->tm_yday - date->tm_wday + 7) / 7);
    case 'V':
        return print(out, size, "%02d", week);
    case 'w':
        return print(out, size, "%d", date->tm_wday);
    case 'W':
        return print(out, size, "%02d", (date->tm_yday - (date->tm_wday + 6) % 7 + 7) / 7);
    case 'y':
        return print(out, size, "%02d", year % 100);
    case 'Y':
        return print(out, size, "%d", year);
    case 'z':
        return print(out, size, "+0000");
    case 'Z':
        return print(out, size, "%s", date->tm_zone ? date->tm_zone : "UTC");
    case '%':
        return print(out, size, "%%");
    default:
        return -1;
    }
}

/* The result is the length without the zero, or 0 when the text does not fit; what is no conversion stays as it is. */
static size_t put_date(char *out, size_t size, const char *format, const struct tm *date) {
    size_t length = 0;
    for (; *format; format++) {
        char field[32];
        int n = -1;
        if (*format == '%' && format[1]) {
            const char *letter = format + 1;
            if ((*letter == 'E' || *letter == 'O') && letter[1])
                letter++;
            n = put_field(field, sizeof field, *letter, date);
            if (n >= 0)
                format = letter;
        }
        if (n < 0) {
            field[0] = *format;
            n = 1;
        }
        if (length + (size_t)n >= size)
            return 0;
        for (int i = 0; i < n; i++)
            out[length++] = field[i];
    }
    if (size == 0)
        return 0;
    out[length] = '\0';
    return length;
}

LIBC size_t strftime(char *out, size_t size, const char *format, const struct tm *date) {
    return put_date(out, size, format, date);
}
