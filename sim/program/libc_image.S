/*
 * The simulated libc, as a read-only array of bitcode: impasse_libc_start up to, not including, impasse_libc_end.
 * The build compiles the files of sim/program/libc/ with clang, links them to libc.bc, and puts its folder on the -I path.
 */
    .section .rodata
    .balign 16
    .globl impasse_libc_start
    .type impasse_libc_start, @object
impasse_libc_start:
    .incbin "libc.bc"
    .size impasse_libc_start, . - impasse_libc_start
    .globl impasse_libc_end
    .type impasse_libc_end, @object
impasse_libc_end:
    .byte 0
    .size impasse_libc_end, 1

    .section .note.GNU-stack, "", @progbits
