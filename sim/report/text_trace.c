/* The trace as a table: one column per process while they fit, else one column with the names.
 *
 *   step  line  main             child
 *      1    10  pipe(p) = [3, 4]
 *      2    12  fork() = 2
 *      3    17                   read(3, "h", 1) = 1
 *    end        wait(NULL) waits read(3) waits
 *
 * The rows `end` say where the processes of the verdict stand when nothing of it moves any more.
 */
#include <string.h>

#include "report/text_table.h"

enum {
    ROWS_MAX = 60,  /* longer traces lose their middle */
    ROWS_HEAD = 20, /* what is kept of them: the end tells more than the beginning */
    ROWS_TAIL = 34,
    ROWS_ABOUT = 2, /* before and after the point of no return, if it lies in the middle */
    ENDS_MAX = 12,
};

static const char *known(const char *s)
{
    return s ? s : "";
}

static size_t column_of(struct table *table, uint32_t pid, const char *name)
{
    for (size_t i = 0; i < table->pids.count; i++)
        if (table->pids.items[i] == pid)
            return i;
    VEC_PUSH(&table->pids, pid);
    VEC_PUSH(&table->names, name ? name : "?");
    return table->pids.count - 1;
}

static void find_places(struct table *table, const struct finding *f)
{
    const char *file = NULL;
    for (size_t i = 0; i < f->trace.count; i++) {
        const char *other = f->trace.items[i].file;
        if (file && other && strcmp(file, other) != 0)
            table->many_files = true;
        file = other ? other : file;
    }
}

static struct row *add_row(struct table *table, size_t column)
{
    VEC_PUSH(&table->rows, ((struct row){.column = column}));
    return &table->rows.items[table->rows.count - 1];
}

static void add_step(struct table *table, const struct finding *f, const struct finding_step *step)
{
    struct row *row = add_row(table, column_of(table, step->pid, step->name));
    snprintf(row->label, sizeof row->label, "%u", step->number);
    row->marked = f->no_return_known && step->number == f->no_return;
    if (step->file && step->line) {
        const char *slash = strrchr(step->file, '/');
        if (table->many_files) {
            text_ascii(&row->place, slash ? slash + 1 : step->file);
            text_append(&row->place, ":", 1);
        }
        text_printf(&row->place, "%u", step->line);
    }
    text_ascii(&row->cell, known(step->call));
    text_append(&row->cell, "(", 1);
    text_ascii(&row->cell, known(step->arguments));
    text_append(&row->cell, ")", 1);
    if (*known(step->result)) {
        text_append(&row->cell, " = ", 3);
        text_ascii(&row->cell, step->result);
    }
    if (*known(step->note)) {
        text_append(&row->cell, "  ", 2);
        text_ascii(&row->cell, step->note);
    }
}

static void add_steps(struct table *table, const struct finding *f)
{
    size_t count = f->trace.count, left_out = 0;
    for (size_t i = 0; i < count; i++) {
        const struct finding_step *step = &f->trace.items[i];
        bool about = f->no_return_known && f->no_return > 0 && step->number + ROWS_ABOUT >= f->no_return &&
                     step->number <= f->no_return + ROWS_ABOUT;
        if (count > ROWS_MAX && i >= ROWS_HEAD && i + ROWS_TAIL < count && !about) {
            left_out++;
            continue;
        }
        if (left_out > 0) {
            struct row *row = add_row(table, 0);
            row->gap = true;
            strcpy(row->label, "...");
            text_count(&row->cell, left_out, "step");
            text_append(&row->cell, " left out, --json has all", 25);
            left_out = 0;
        }
        add_step(table, f, step);
    }
}

static void add_ends(struct table *table, const struct finding *f)
{
    size_t added = 0;
    for (size_t i = 0; i < f->tasks.count && added < ENDS_MAX; i++) {
        const struct finding_task *task = &f->tasks.items[i];
        if (!task->culprit || !task->call || strcmp(known(task->status), "blocked") != 0)
            continue;
        struct row *row = add_row(table, column_of(table, task->pid, task->name));
        strcpy(row->label, "end");
        row->end = true;
        text_ascii(&row->cell, task->call);
        text_append(&row->cell, "(", 1);
        text_ascii(&row->cell, known(task->arguments));
        text_append(&row->cell, ") waits", 7);
        added++;
    }
}

void text_trace(const struct text *t, const struct finding *f)
{
    if (f->trace.count == 0)
        return;
    struct table table = {0};
    find_places(&table, f);
    add_steps(&table, f);
    add_ends(&table, f);
    table_draw(t, &table);
    table_free(&table);
}
