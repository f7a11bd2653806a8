/* The table that a trace is drawn as. Private to text_trace.c, which fills it, and text_table.c, which draws it. */
#ifndef REPORT_TEXT_TABLE_H
#define REPORT_TEXT_TABLE_H

#include "report/text.h"

struct row {
    char label[24];
    bool gap;      /* "... 17 steps left out": `cell` spans the table */
    bool end;      /* stands beside the other rows of this kind: they all mean the same moment */
    bool marked;   /* the point of no return */
    size_t column; /* index of the process */
    vec_char place;
    vec_char cell;
};

struct table {
    VEC_OF(struct row) rows;
    VEC_OF(const char *) names; /* of the processes: the columns */
    VEC_OF(size_t) widths;      /* of the columns as drawn; filled by table_draw */
    vec_u32 pids;               /* of the columns */
    size_t label_width, place_width;
    bool many_files;
};

void table_draw(const struct text *t, struct table *table);
void table_free(struct table *table);

#endif
