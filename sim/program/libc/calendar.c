/*
 * Dates. The simulated time zone is UTC, so that local time is Greenwich time. Days are turned into dates in years
 * that start on the 1st of March, where the leap day is the last one, and in eras of 400 years, which are all alike.
 */
#include "libc.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

LIBC char *tzname[2] = {"UTC", "UTC"};
LIBC long timezone;
LIBC int daylight;

enum { DAY_SECONDS = 86400, ERA_DAYS = 146097, EPOCH_DAYS = 719468 };

static int is_leap(long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static long floor_divide(long n, long by) {
    return n / by - (n % by < 0);
}

/* The days from the 1st of January 1970 to the 1st of a month; the month may be out of 0..11. */
static long days_before(long year, long month) {
    year += floor_divide(month, 12);
    month -= 12 * floor_divide(month, 12);
    long march_year = month < 2 ? year - 1 : year, march_month = (month + 10) % 12;
    long era = floor_divide(march_year, 400), year_of_era = march_year - 400 * era;
    long day_of_year = (153 * march_month + 2) / 5;
    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS;
}

/* Fills in the date; NULL and EOVERFLOW when the year does not fit into an int. */
static struct tm *break_down(time_t when, struct tm *date) {
    long days = floor_divide(when, DAY_SECONDS), seconds = when - days * DAY_SECONDS;
    long shifted = days + EPOCH_DAYS, era = floor_divide(shifted, ERA_DAYS), day_of_era = shifted - era * ERA_DAYS;
    long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    long march_month = (5 * day_of_year + 2) / 153, month = (march_month + 2) % 12;
    long year = era * 400 + year_of_era + (month < 2);
    if (year - 1900 > INT_MAX || year - 1900 < INT_MIN) {
        errno = EOVERFLOW;
        return NULL;
    }
    *date = (struct tm){
        .tm_sec = (int)(seconds % 60),
        .tm_min = (int)(seconds / 60 % 60),
        .tm_hour = (int)(seconds / 3600),
        .tm_mday = (int)(day_of_year - (153 * march_month + 2) / 5 + 1),
        .tm_mon = (int)month,
        .tm_year = (int)(year - 1900),
        .tm_wday = (int)(days + 4 - 7 * floor_divide(days + 4, 7)),
        .tm_yday = (int)(days - days_before(year, 0)),
        .tm_zone = "UTC",
    };
    return date;
}

/* The seconds of a date whose members may be out of range; the members are put right. */
static time_t seconds_of(struct tm *date) {
    long days = days_before(date->tm_year + 1900L, date->tm_mon) + date->tm_mday - 1;
    time_t when = days * DAY_SECONDS + date->tm_hour * 3600L + date->tm_min * 60L + date->tm_sec;
    return break_down(when, date) ? when : -1;
}

/* The one date that localtime, gmtime and ctime share, as in glibc. */
static struct tm shared_date;

LIBC struct tm *gmtime(const time_t *when) {
    return break_down(*when, &shared_date);
}

LIBC struct tm *localtime(const time_t *when) {
    return break_down(*when, &shared_date);
}

LIBC struct tm *gmtime_r(const time_t *when, struct tm *date) {
    return break_down(*when, date);
}

LIBC struct tm *localtime_r(const time_t *when, struct tm *date) {
    return break_down(*when, date);
}

LIBC time_t mktime(struct tm *date) {
    return seconds_of(date);
}

LIBC time_t timegm(struct tm *date) {
    return seconds_of(date);
}

LIBC time_t timelocal(struct tm *date) {
    return seconds_of(date);
}

LIBC double difftime(time_t end, time_t start) {
    return (double)end - (double)start;
}

LIBC void tzset(void) {
}

LIBC int dysize(int year) {
    return is_leap(year) ? 366 : 365;
}

/* The processor time of the process, in units of a microsecond. */
LIBC clock_t clock(void) {
    struct timespec used;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == -1)
        return -1;
    return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / 1000;
}
