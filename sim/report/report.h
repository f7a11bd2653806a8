/* What a run found, as plain data, and the ways to show it. The data is made by report/finding.c from a search result;
 * the writers below know nothing of the kernel or of the search. All strings are borrowed from the finding's arena.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/vec.h"

#define IMPASSE_VERSION "0.1.0"

/* X(NAME, "word in text and JSON", exit status) */
#define VERDICTS(X)                                                                                                    \
    X(OK, "ok", 0)                                                                                                     \
    X(DEADLOCK, "deadlock", 1)                                                                                         \
    X(STUCK, "stuck", 1)                                                                                               \
    X(LIVELOCK, "livelock", 1)                                                                                         \
    X(ASSERTION, "assertion", 1)                                                                                       \
    X(CRASH, "crash", 1)                                                                                               \
    X(INCOMPLETE, "incomplete", 3)

enum verdict {
#define X(name, word, status) VERDICT_##name,
    VERDICTS(X)
#undef X
};

/* A waker: who could still let a blocked task go on. "the only open write end is the child's own descriptor 4,
 * inherited by fork at line 12" */
struct finding_task {
    uint32_t pid;
    const char *name;   /* "main", "child", "child 2", "child 1.2" */
    const char *status; /* "blocked", "idle", "running", "crashed", "zombie" */
    const char *call;   /* C name of the pending call, or NULL */
    const char *arguments;
    const char *file; /* NULL if unknown */
    uint32_t line, column;
    const char *needs; /* "the pipe is empty: needs data, or its last write end closed"; NULL if not blocked */
    VEC_OF(const char *) enablers; /* one sentence each; may be empty: then nobody can */
    VEC_OF(uint32_t) waits_for;    /* pids, ascending, of processes that could enable it, itself included if so */
    bool culprit;                  /* among the tasks that the verdict is about */
};

struct finding_step {
    uint32_t number; /* from 1 */
    uint32_t pid;
    const char *name; /* of the process */
    const char *call;
    const char *arguments;
    const char *result; /* "" if it did not return */
    const char *file;
    uint32_t line, column;
    const char *note; /* "crash: ..." or "" */
};

struct finding {
    enum verdict kind;
    const char *message; /* one line: "2 of 2 processes wait forever"; "assertion failed: n == 1" */
    const char *cause;   /* "end-of-file that never comes", "circular wait", … or NULL */
    const char *help;    /* what would cure it, or NULL */
    const char *stays;   /* of a livelock through calls: why a culprit's call leads nowhere; else NULL */
    VEC_OF(struct finding_task) tasks;
    VEC_OF(uint32_t) cycle; /* pids around the wait-for cycle, first not repeated; empty if there is none */
    VEC_OF(struct finding_step) trace;
    bool no_return_known;
    uint32_t no_return; /* step after which no schedule ends well; 0: every schedule ends so from the start */
    bool shortest;      /* the trace is a shortest one */
};

/* Something about the program that no schedule has to show. */
struct report_warning {
    const char *kind; /* "signal-safety" */
    const char *rule; /* "SIG-30" */
    const char *file; /* NULL if unknown */
    uint32_t line, column;
    const char *message;
};

struct report {
    VEC_OF(const char *) files; /* as the user gave them */
    const char *command;        /* "check", "fuzz", "replay" */
    const char *options;        /* of the command line, what other commands need to see the same program, ready for a
                                 * shell: "-DN=3 --set pipe_capacity=4"; NULL: none */
    enum verdict verdict;
    bool complete;
    const char *incomplete_reason; /* "the limit --max-states 1000 was reached"; NULL if complete */
    VEC_OF(const char *) notes;    /* further lines: limits met, unreached lines */
    VEC_OF(struct report_warning) warnings;
    uint64_t states, transitions, depth;
    bool reduced; /* interleavings were left out that cannot matter */
    unsigned threads;
    double seconds;
    uint64_t peak_bytes, store_bytes;
    const char *store; /* "exact", "compact", "bitstate"; NULL: no search */
    double omitted;    /* of a partial search: states expected to have been left out */
    double bytes_per_state;
    /* fuzz only */
    bool fuzz;
    uint64_t runs, failures, seed;
    const char *strategy;
    const char *trail_file; /* where a failure was saved, or NULL */
    VEC_OF(struct finding) violations;
};

struct report_style {
    bool color;     /* ANSI colours */
    unsigned width; /* of the terminal, 0: unknown (take 120) */
    /* The text of a source line without its newline, or NULL; borrowed until the next call. */
    const char *(*source_line)(void *context, const char *file, uint32_t line);
    void *context;
};

/* Reports for people, the first five lines carrying the answer (design.md 7). */
void report_text(const struct report *r, const struct report_style *style, FILE *out);
/* The probability that at least one state was left out, where so many are to be expected (Poisson). */
double report_omission(double omitted);
/* One JSON object per spec/report.schema.json. `seconds` and `peak_bytes` are left out if `stable` (for comparisons).
 */
void report_json(const struct report *r, bool stable, FILE *out);
int report_exit_status(const struct report *r);
const char *verdict_word(enum verdict v);

/* A state graph to draw: plain data, in a stable order. */
enum graph_mark {
    GRAPH_INITIAL = 1,
    GRAPH_FINAL = 2,
    GRAPH_DEADLOCK = 4,
    GRAPH_STUCK = 8,
    GRAPH_TRACE = 16,
    GRAPH_CRASH = 32,
    GRAPH_OPEN = 64, /* has successors that are not shown */
    GRAPH_LIVELOCK = 128
};

struct graph_node {
    uint64_t number; /* in breadth-first order of the whole graph, from 0 */
    uint32_t depth;
    uint32_t marks;                    /* enum graph_mark */
    VEC_OF(const char *) task_lines;   /* "main:21 wait" per process */
    VEC_OF(const char *) object_lines; /* "pipe 3/4 bytes" */
};

struct graph_edge {
    uint64_t from, to; /* node numbers */
    const char *label; /* "child: read(3, "h", 1) = 1" */
    uint32_t task;     /* number of the process, for its colour */
    bool trace;        /* on the counterexample */
};

struct graph {
    const char *title;   /* "models/semaphore/abba.c" */
    const char *caption; /* what is shown and what was left out, verdict, counts */
    VEC_OF(struct graph_node) nodes;
    VEC_OF(struct graph_edge) edges;
    VEC_OF(const char *) task_names;
};

/* DOT text, byte-identical for equal graphs. */
void graph_dot(const struct graph *g, vec_char *out);
/* Draws DOT text through Graphviz's libraries; format "svg", "png", "pdf". The file is complete or not there. False
 * with a message in `why`; true may leave one too: a warning of Graphviz, such as that the picture had to be scaled.
 * One at a time: Graphviz is not thread-safe. */
bool graph_render(const char *dot, const char *format, const char *path, vec_char *why);

#endif
