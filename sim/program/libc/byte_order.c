/* Network byte order as functions; glibc's headers also have them as macros, hence the brackets. */
#include "libc.h"

#include <arpa/inet.h>

static uint32_t swap32(uint32_t n) {
    return n << 24 | (n & 0xff00) << 8 | (n >> 8 & 0xff00) | n >> 24;
}

static uint16_t swap16(uint16_t n) {
    return (uint16_t)(n << 8 | n >> 8);
}

LIBC uint32_t(htonl)(uint32_t n) {
    return swap32(n);
}

LIBC uint32_t(ntohl)(uint32_t n) {
    return swap32(n);
}

LIBC uint16_t(htons)(uint16_t n) {
    return swap16(n);
}

LIBC uint16_t(ntohs)(uint16_t n) {
    return swap16(n);
}
