/* A formatted text of any length: on the stack as long as it is short, so that printing leaves the heap alone. */
#include "libc.h"

#include <stdlib.h>

int __impasse_message_format(struct message *message, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    message->text = NULL;
    message->length = 0;
    int length = __impasse_format(message->room, sizeof message->room, format, arguments);
    if (length >= 0) {
        size_t size = (size_t)length + 1;
        message->text = message->room;
        if (size > sizeof message->room && (message->text = malloc(size)))
            __impasse_format(message->text, size, format, again);
        message->length = (size_t)length;
    }
    va_end(again);
    return message->text ? length : -1;
}

int __impasse_message_print(struct message *message, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = __impasse_message_format(message, format, arguments);
    va_end(arguments);
    return length;
}

void __impasse_message_free(struct message *message) {
    if (message->text != message->room)
        free(message->text);
}
