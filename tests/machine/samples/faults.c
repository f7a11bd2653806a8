/* One function for every way to die; argv[1] names it. The line that is at fault ends with a comment: the same name. */
#include <alloca.h>
#include <assert.h>
#include <impasse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct node {
    struct node *next;
    int value[4];
};

static int table[10];
static const int constants[2] = {1, 2};
static volatile int sink;
static int zero;

static void *nothing(void) { return NULL; }

static void null_read(void)
{
    int *p = nothing();
    sink = *p; /* null_read */
}

static void null_write(void)
{
    char *p = nothing();
    *p = 1; /* null_write */
}

static void null_member(void)
{
    struct node *n = nothing();
    sink = n->value[1]; /* null_member */
}

static void wild_pointer(void)
{
    long *p = (long *)0x123456789abcdef0;
    sink = (int)*p; /* wild_pointer */
}

static void code_read(void)
{
    char *p = (char *)null_read;
    sink = *p; /* code_read */
}

static void global_after(void)
{
    for (int i = 0; i <= 10; i++)
        table[i] = i; /* global_after */
}

static void global_before(void)
{
    int *p = table;
    p[-1 - zero] = 3; /* global_before */
}

static void local_after(void)
{
    int numbers[3] = {1, 2, 3};
    int i = 3 + zero;
    sink = numbers[i]; /* local_after */
}

static void local_overlap(void)
{
    char text[6] = "hello";
    sink = *(int *)(text + 4 + zero); /* local_overlap */
}

static void heap_after(void)
{
    char *p = malloc(10);
    p[10] = 0; /* heap_after */
}

static void heap_before(void)
{
    long *p = malloc(16);
    p[-1] = 0; /* heap_before */
}

static void copy_too_long(void)
{
    char small[4];
    memcpy(small, "hello, world", 8 + (size_t)zero); /* copy_too_long */
    sink = small[0];
}

static void use_after_free(void)
{
    struct node *n = calloc(1, sizeof *n);
    free(n);
    n->value[0] = 1; /* use_after_free */
}

static int *escape(void)
{
    int gone[2] = {4, 5};
    int *volatile p = gone;
    return p;
}

static void use_after_return(void)
{
    int *p = escape();
    sink = p[1]; /* use_after_return */
}

static void free_twice(void)
{
    char *p = malloc(3);
    free(p);
    free(p); /* free_twice */
}

static void free_local(void)
{
    int local[2] = {zero, 1};
    free(local); /* free_local */
}

static void free_middle(void)
{
    char *p = malloc(8);
    free(p + 4); /* free_middle */
}

static void free_mapping(void)
{
    void *p = mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    free(p); /* free_mapping */
}

static void realloc_freed(void)
{
    char *p = malloc(3);
    free(p);
    p = realloc(p, 5); /* realloc_freed */
    sink = p[0];
}

static void write_literal(void)
{
    char *s = (char *)"hello";
    s[0] = 'j'; /* write_literal */
}

static void write_constant(void)
{
    int *p = (int *)constants;
    p[1] = 3; /* write_constant */
}

static void divide_by_zero(void)
{
    sink = 7 / zero; /* divide_by_zero */
}

static void remainder_by_zero(void)
{
    sink = (int)(7u % (unsigned)zero); /* remainder_by_zero */
}

static void divide_overflow(void)
{
    int smallest = INT_MIN + zero;
    sink = smallest / (zero - 1); /* divide_overflow */
}

static int deeper(int n)
{
    return deeper(n + 1) + 1; /* deep_recursion */
}

static void deep_recursion(void) { sink = deeper(0); }

static int wider(int n)
{
    char buffer[100000];
    memset(buffer, n, sizeof buffer);
    return wider(n + 1) + buffer[0]; /* wide_recursion */
}

static void wide_recursion(void) { sink = wider(0); }

static void big_alloca(void)
{
    char *p = alloca((size_t)(9 << 20) + (size_t)zero); /* big_alloca */
    p[0] = 1;
}

static void alloca_after(void)
{
    char *p = alloca(7 + (size_t)zero);
    p[7] = 2; /* alloca_after */
}

static void call_null(void)
{
    void (*f)(void) = (void (*)(void))nothing();
    f(); /* call_null */
}

static void call_data(void)
{
    void (*f)(void) = (void (*)(void))(void *)table;
    f(); /* call_data */
}

static void unreachable(void)
{
    if (!zero)
        __builtin_unreachable(); /* unreachable */
}

static void trap(void)
{
    __builtin_trap(); /* trap */
}

static void aborts(void)
{
    abort(); /* aborts */
}

static void asserts(void)
{
    assert(zero == 1 && "why not"); /* asserts */
}

static void atomic_twice(void)
{
    impasse_atomic_begin();
    impasse_atomic_begin(); /* atomic_twice */
}

static void argument_after(void)
{
    extern char **environ;
    sink = environ[1] != NULL; /* argument_after */
}

static void string_unended(void)
{
    char text[3] = {'a', 'b', 'c'};
    sink = (int)strlen(text); /* string_unended */
}

#define CASE(name) {#name, name}
static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    CASE(null_read),        CASE(null_write),     CASE(null_member),       CASE(wild_pointer),  CASE(code_read),
    CASE(global_after),     CASE(global_before),  CASE(local_after),       CASE(local_overlap), CASE(heap_after),
    CASE(heap_before),      CASE(copy_too_long),  CASE(use_after_free),    CASE(free_twice),    CASE(use_after_return),
    CASE(free_local),       CASE(free_middle),    CASE(free_mapping),      CASE(realloc_freed), CASE(write_literal),
    CASE(write_constant),   CASE(divide_by_zero), CASE(remainder_by_zero), CASE(divide_overflow), CASE(deep_recursion),
    CASE(wide_recursion),   CASE(big_alloca),     CASE(alloca_after),      CASE(call_null),     CASE(call_data),
    CASE(unreachable),      CASE(trap),           CASE(aborts),            CASE(asserts),       CASE(atomic_twice),
    CASE(argument_after),   CASE(string_unended),
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof cases / sizeof *cases; i++)
        if (strcmp(cases[i].name, argv[1]) == 0)
            cases[i].run();
    return 0;
}
