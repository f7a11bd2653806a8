/* Growable arrays, and the allocator that everything goes through.
 *
 * A vector is a plain struct of pointer, length and capacity; VEC_* work on any struct that has the three fields
 * `items`, `count`, `capacity`. Memory is owned by the vector until vec_free. Host memory exhaustion ends the program
 * with a clear line and status 3: the limits that users set are far below it and are honoured by the search.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdint.h>

#define VEC_OF(type)                                                                                                   \
    struct {                                                                                                           \
        type *items;                                                                                                   \
        size_t count;                                                                                                  \
        size_t capacity;                                                                                               \
    }

typedef VEC_OF(uint32_t) vec_u32;
typedef VEC_OF(uint64_t) vec_u64;
typedef VEC_OF(char) vec_char;

/* Never return NULL. `mem_zero` gives zeroed memory. Free with mem_free. */
void *mem_alloc(size_t bytes);
void *mem_zero(size_t count, size_t size);
void *mem_grow(void *old, size_t bytes);
void mem_free(void *p);
/* Says that a block will be used all over, at random places: where it is large it is asked for in huge pages, as most
 * of what a look costs is else finding its page. Returns p. */
void *mem_scattered(void *p);
/* Bytes that are held now, and the most that were held at once, by all threads: what was taken through these functions.
 * A growing array counts as one. */
size_t mem_bytes(void);
size_t mem_bytes_most(void);
/* From now on mem_bytes_most is about what follows. */
void mem_watch(void);
char *mem_copy_string(const char *s);
void *mem_copy(const void *p, size_t bytes);

void vec_reserve_raw(void **items, size_t *capacity, size_t wanted, size_t item_size);

#define VEC_RESERVE(v, wanted)                                                                                         \
    do {                                                                                                               \
        if ((size_t)(wanted) > (v)->capacity) {                                                                        \
            void *vec_items_ = (v)->items;                                                                             \
            vec_reserve_raw(&vec_items_, &(v)->capacity, (size_t)(wanted), sizeof *(v)->items);                        \
            (v)->items = vec_items_;                                                                                   \
        }                                                                                                              \
    } while (0)

#define VEC_PUSH(v, item)                                                                                              \
    do {                                                                                                               \
        VEC_RESERVE(v, (v)->count + 1);                                                                                \
        (v)->items[(v)->count++] = (item);                                                                             \
    } while (0)

#define VEC_FREE(v)                                                                                                    \
    do {                                                                                                               \
        mem_free((v)->items);                                                                                          \
        (v)->items = NULL;                                                                                             \
        (v)->count = (v)->capacity = 0;                                                                                \
    } while (0)

/* Appends bytes or text to a character vector; text_printf keeps the vector NUL-terminated (the NUL is not counted). */
void text_append(vec_char *t, const void *bytes, size_t n);
void text_printf(vec_char *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
