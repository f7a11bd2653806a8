/* See diag.h. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

static void diag_line(struct diag *d, struct diag_place at, const char *severity, const char *format, va_list ap)
{
    char message[2048];
    vsnprintf(message, sizeof message, format, ap);
    if (!at.file)
        text_printf(&d->text, "impasse: %s: %s\n", severity, message);
    else if (!at.line)
        text_printf(&d->text, "%s: %s: %s\n", at.file, severity, message);
    else if (!at.column)
        text_printf(&d->text, "%s:%u: %s: %s\n", at.file, at.line, severity, message);
    else
        text_printf(&d->text, "%s:%u:%u: %s: %s\n", at.file, at.line, at.column, severity, message);
}

void diag_error(struct diag *d, struct diag_place at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    diag_line(d, at, "error", format, ap);
    va_end(ap);
    d->errors++;
}

void diag_warning(struct diag *d, struct diag_place at, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    diag_line(d, at, "warning", format, ap);
    va_end(ap);
}

void diag_free(struct diag *d)
{
    VEC_FREE(&d->text);
    d->errors = 0;
}
