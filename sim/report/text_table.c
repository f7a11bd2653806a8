/* Draws the table of a trace so that it fits the terminal: cells are wrapped, and where there are too many processes
 * for a column each, one column has their names. */
#include <string.h>

#include "report/text_table.h"

enum {
    COLUMN_MIN = 22, /* a column is not wrapped to less than this */
    GAP = 2,         /* between columns */
};

static size_t at_least(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Gives every column its natural width if that fits, else cuts the widest ones alike. False if columns cannot be had.
 */
static bool fit_columns(struct table *table, size_t room)
{
    size_t n = table->names.count, least = (n - 1) * GAP, total = least, widest = 0;
    if (n > room)
        return false;
    for (size_t i = 0; i < n; i++)
        VEC_PUSH(&table->widths, strlen(table->names.items[i]));
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct row *row = &table->rows.items[i];
        if (!row->gap)
            table->widths.items[row->column] = at_least(table->widths.items[row->column], row->cell.count);
    }
    for (size_t i = 0; i < n; i++) {
        size_t width = table->widths.items[i];
        least += width < COLUMN_MIN ? width : COLUMN_MIN;
        total += width;
        widest = at_least(widest, width);
    }
    if (least > room)
        return false;
    for (; total > room; widest--) /* all columns of the greatest width lose one, as long as it takes */
        for (size_t i = 0; i < n && total > room; i++)
            if (table->widths.items[i] == widest) {
                table->widths.items[i]--;
                total--;
            }
    return true;
}

static void name_column(struct table *table, size_t room)
{
    size_t width = strlen("process");
    for (size_t i = 0; i < table->names.count; i++)
        width = at_least(width, strlen(table->names.items[i]));
    if (width > room / 3)
        width = room / 3;
    VEC_FREE(&table->widths);
    VEC_PUSH(&table->widths, width);
    VEC_PUSH(&table->widths, room - width - GAP);
}

static void draw_head(const struct text *t, const struct table *table, bool columns)
{
    vec_char head = {0};
    text_printf(&head, "%*s", (int)table->label_width, "step");
    if (table->place_width)
        text_printf(&head, "%*s%*s", GAP, "", (int)table->place_width, table->many_files ? "place" : "line");
    for (size_t i = 0; columns && i < table->names.count; i++) {
        text_printf(&head, "%*s", GAP, "");
        size_t before = head.count;
        text_ascii(&head, table->names.items[i]);
        size_t used = head.count - before, width = table->widths.items[i];
        if (used > width) { /* cut: the whole name stands with the tasks above */
            head.count = before + width;
            head.items[head.count - 1] = '~';
            head.items[head.count] = '\0';
        } else if (i + 1 < table->names.count) {
            text_printf(&head, "%*s", (int)(width - used), "");
        }
    }
    if (!columns)
        text_printf(&head, "%*s%-*s%*s%s", GAP, "", (int)table->widths.items[0], "process", GAP, "", "call");
    text_paint(t, PAINT_STRONG, head.items);
    text_append(t->out, "\n", 1);
    VEC_FREE(&head);
}

static void draw_label(const struct text *t, const struct table *table, const struct row *row)
{
    char label[32];
    snprintf(label, sizeof label, "%*s", (int)table->label_width, row ? row->label : "");
    text_paint(t, row && row->marked ? PAINT_WARNING : PAINT_DIM, label);
    if (table->place_width && !(row && row->gap)) {
        text_spaces(t, GAP);
        text_printf(t->out, "%*s", (int)table->place_width, row && row->place.items ? row->place.items : "");
    }
}

/* Takes the next line of `width` columns from *rest and pads it; continuation lines are indented by 2. */
static void draw_piece(const struct text *t, const char **rest, size_t width, bool first)
{
    size_t indent = first || !**rest || width < 8 ? 0 : 2;
    size_t n = text_fit(*rest, width - indent);
    text_spaces(t, indent);
    text_append(t->out, *rest, n);
    text_spaces(t, width - indent - n);
    *rest += n + strspn(*rest + n, " ");
}

/* The rows from..to (exclusive) on common lines: they have one label and different columns. */
static void draw_band(const struct text *t, const struct table *table, size_t from, size_t to, const char **rest)
{
    size_t n = table->names.count;
    bool more = true;
    for (size_t i = 0; i < n; i++)
        rest[i] = "";
    for (size_t i = from; i < to; i++)
        rest[table->rows.items[i].column] = table->rows.items[i].cell.items;
    for (bool first = true; more; first = false) {
        more = false;
        draw_label(t, table, first ? &table->rows.items[from] : NULL);
        for (size_t i = 0; i < n; i++) {
            text_spaces(t, GAP);
            draw_piece(t, &rest[i], table->widths.items[i], first);
            more |= *rest[i] != '\0';
        }
        text_append(t->out, "\n", 1);
    }
}

static void draw_named(const struct text *t, const struct table *table, const struct row *row)
{
    vec_char name = {0};
    text_ascii(&name, table->names.items[row->column]);
    const char *rest = row->cell.items, *who = name.items ? name.items : "";
    for (bool first = true; first || *rest || *who; first = false) {
        draw_label(t, table, first ? row : NULL);
        text_spaces(t, GAP);
        draw_piece(t, &who, table->widths.items[0], true);
        text_spaces(t, GAP);
        draw_piece(t, &rest, table->widths.items[1], first);
        text_append(t->out, "\n", 1);
    }
    VEC_FREE(&name);
}

static void draw(const struct text *t, const struct table *table, bool columns)
{
    const char **rest = mem_zero(table->names.count, sizeof *rest);
    draw_head(t, table, columns);
    for (size_t i = 0, next; i < table->rows.count; i = next) {
        const struct row *row = &table->rows.items[i];
        next = i + 1;
        while (columns && row->end && next < table->rows.count && table->rows.items[next].end)
            next++;
        if (row->gap) {
            draw_label(t, table, row);
            text_printf(t->out, "  %s\n", row->cell.items);
        } else if (columns) {
            draw_band(t, table, i, next, rest);
        } else {
            draw_named(t, table, row);
        }
    }
    mem_free(rest);
}

static void measure_labels(struct table *table)
{
    table->label_width = strlen("step");
    for (size_t i = 0; i < table->rows.count; i++) {
        const struct row *row = &table->rows.items[i];
        table->label_width = at_least(table->label_width, strlen(row->label));
        table->place_width = at_least(table->place_width, row->place.count);
    }
    if (table->place_width)
        table->place_width = at_least(table->place_width, strlen(table->many_files ? "place" : "line"));
}

void table_draw(const struct text *t, struct table *table)
{
    measure_labels(table);
    size_t used = table->label_width + (table->place_width ? GAP + table->place_width : 0) + GAP;
    size_t room = t->width > used + 2 * GAP + COLUMN_MIN ? t->width - used : COLUMN_MIN;
    bool columns = fit_columns(table, room);
    if (!columns)
        name_column(table, room);
    draw(t, table, columns);
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->rows.count; i++) {
        VEC_FREE(&table->rows.items[i].place);
        VEC_FREE(&table->rows.items[i].cell);
    }
    VEC_FREE(&table->rows);
    VEC_FREE(&table->names);
    VEC_FREE(&table->widths);
    VEC_FREE(&table->pids);
}
