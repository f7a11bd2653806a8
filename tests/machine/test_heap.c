/* A heap number is used again only when nothing points to the old block, and then it always is: equal situations have
 * equal addresses. The programs print `address >> 32 & 0xff`: the number. */
#include <criterion/criterion.h>

#include "machine/sim.h"

static const char *const prelude = "#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
                                   "#include <sys/mman.h>\n#include <errno.h>\n"
                                   "static int number(void *p) { return (int)((uintptr_t)p >> 32 & 0xff); }\n"
                                   "struct node { struct node *next; int value; };\n"
                                   "static struct node *head;\nstatic void *kept;\n";

/* Runs `int main(void) { body }` and compares what it printed. */
static void expect(const char *body, const char *printed, const struct machine_options *options)
{
    vec_char text = {0};
    struct sim s;
    text_printf(&text, "%sint main(void) { %s return 0; }\n", prelude, body);
    struct program *p = sim_compile_text(text.items);
    cr_assert_not_null(p, "%s", body);
    sim_begin(&s, p, options);
    sim_run(&s);
    char room[200];
    if (s.locals[0])
        cr_expect_fail("%s: %s", body, sim_message(&s, 0, room, sizeof room));
    cr_expect_str_eq(s.console.items, printed);
    sim_end(&s);
    program_destroy(p);
    VEC_FREE(&text);
}

Test(heap, numbers_are_the_lowest)
{
    expect(
        "char *a = malloc(1), *b = malloc(1), *c = malloc(1); printf(\"%d %d %d\", number(a), number(b), number(c));",
        "0 1 2", NULL);
}

Test(heap, a_dead_number_is_used_again)
{
    expect("char *a = malloc(1), *b = malloc(1); free(a); a = malloc(1); printf(\"%d\", number(a));"
           "free(b); b = malloc(1); printf(\" %d\", number(b)); free(a); free(b);",
           "0 1", NULL);
}

Test(heap, a_dangling_local_keeps_the_number)
{
    expect("char *a = malloc(1), *old = a; free(a); char *b = malloc(1); printf(\"%d %d\", number(old), number(b));",
           "0 1", NULL);
}

Test(heap, a_dangling_global_keeps_the_number)
{
    expect("kept = malloc(1); free(kept); char *b = malloc(1); printf(\"%d\", number(b));"
           "kept = NULL; b = malloc(1); printf(\" %d\", number(b));",
           "1 0", NULL);
}

Test(heap, a_dangling_pointer_on_the_heap_keeps_the_number)
{
    expect("struct node *a = malloc(sizeof *a); a->next = malloc(8); a->value = number(a->next); free(a->next);"
           "kept = malloc(1); printf(\"%d \", number(kept)); a->next = NULL; kept = malloc(1);"
           "printf(\"%d\", number(kept));",
           "2 1", NULL);
}

Test(heap, a_pointer_kept_by_a_caller_keeps_the_number)
{
    expect("char text[8]; char *volatile a = malloc(4); free(a); snprintf(text, 8, \"%d\", number(malloc(3)));"
           "printf(\"%s %d\", text, number(a));",
           "1 0", NULL);
}

Test(heap, realloc_moves)
{
    expect("int *a = malloc(8); a[1] = 77; kept = a; int *b = realloc(a, 4000); printf(\"%d %d %d %d\", number(a), "
           "number(b), b[1], b[999]);",
           "0 1 77 0", NULL);
}

Test(heap, a_list_built_and_freed_leaves_no_trace)
{
    expect("for (int round = 0; round < 3; round++) {"
           "  for (int i = 0; i < 20; i++) { struct node *n = malloc(sizeof *n); n->next = head; head = n; }"
           "  printf(\"%d \", number(head));"
           "  while (head) { struct node *n = head; head = n->next; free(n); } }",
           "19 19 19 ", NULL);
}

Test(heap, private_mappings_are_blocks)
{
    expect("char *a = mmap(NULL, 5000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);"
           "a[8191] = 1; printf(\"%d %d \", a[0], munmap(a, 5000)); a = malloc(1); printf(\"%d\", number(a));",
           "0 0 0", NULL);
}

Test(heap, out_of_memory_is_null_and_a_limit)
{
    const struct machine_options options = {.heap_bytes_max = 1000};
    expect("char *a = malloc(600), *b = malloc(600); printf(\"%d %d %d \", a != NULL, b == NULL, errno == ENOMEM);"
           "free(a); b = malloc(600); printf(\"%d\", b != NULL);",
           "1 1 1 1", &options);
}

Test(heap, overflowing_sizes_are_refused)
{
    expect("printf(\"%d %d\", calloc(1UL << 40, 1UL << 40) == NULL, reallocarray(NULL, 1UL << 63, 3) == NULL);", "1 1",
           NULL);
}

Test(heap, odd_allocators)
{
    expect("void *p; int r = posix_memalign(&p, 64, 100), bad = posix_memalign(&p, 3, 100);"
           "printf(\"%d %d %d %d\", r, bad == EINVAL, number(p), (int)((uintptr_t)aligned_alloc(4096, 8192) % 4096));",
           "0 1 0 0", NULL);
}

/* Many blocks: no scan of everything for each of them. */
Test(heap, many_blocks_are_no_problem, .timeout = 10)
{
    expect("for (int i = 0; i < 100000; i++) { struct node *n = malloc(sizeof *n); n->next = head; head = n;"
           "  if (i % 3 == 0) { n = head->next; head->next = n ? n->next : NULL; free(n); } }"
           "int n = 0; for (struct node *i = head; i; i = i->next) n++; printf(\"%d\", n);",
           "66667", NULL);
}
