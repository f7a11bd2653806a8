/*
 * The pages of spec/, one after the other, as read-only text: impasse_rules_start up to, not including,
 * impasse_rules_end. The build puts them together as rules.md, and its folder on the -I path.
 */
    .section .rodata
    .globl impasse_rules_start
    .type impasse_rules_start, @object
impasse_rules_start:
    .incbin "rules.md"
    .size impasse_rules_start, . - impasse_rules_start
    .globl impasse_rules_end
    .type impasse_rules_end, @object
impasse_rules_end:
    .byte 0
    .size impasse_rules_end, 1

    .section .note.GNU-stack, "", @progbits
