/* Pictures of DOT text, through Graphviz's own libraries (2.42 and later). */
#include <gvc.h>
#include <string.h>

#include "report/render_file.h"
#include "report/text.h"

enum { MESSAGE_MAX = 300 };

static bool known_format(const char *format)
{
    return strcmp(format, "svg") == 0 || strcmp(format, "png") == 0 || strcmp(format, "pdf") == 0;
}

/* Graphviz speaks through a callback that has no context. One graph is drawn at a time, so one place is enough. */
static vec_char *complaints;

/* Never freed: Graphviz 2.42's pango plug-in keeps a pointer to a font name of the first context, and would read it in
 * the second (a use after free). */
static GVC_t *gvc;

static int complain(char *text)
{
    if (complaints && complaints->count < MESSAGE_MAX)
        text_append(complaints, text, strlen(text));
    return 0;
}

/* Appends what Graphviz said, as one line. */
static void append_complaints(vec_char *why, const vec_char *said)
{
    vec_char line = {0};
    for (size_t i = 0; i < said->count && line.count < MESSAGE_MAX; i++) {
        bool newline = said->items[i] == '\n';
        if (!newline)
            text_append(&line, &said->items[i], 1);
        else if (i + 1 < said->count)
            text_append(&line, "; ", 2);
    }
    if (line.count > 0) {
        text_printf(why, "%s", why->count ? ": " : "");
        text_ascii(why, line.items);
    }
    VEC_FREE(&line);
}

/* Takes out the comments of an SVG: they name the version of Graphviz, and whatever is between "--" and "-->". */
static unsigned strip_comments(char *svg, unsigned length)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < length;) {
        char *end = length - i >= 4 && memcmp(svg + i, "<!--", 4) == 0 ? memmem(svg + i, length - i, "-->", 3) : NULL;
        if (end) {
            i = (unsigned)(end + 3 - svg);
            if (i < length && svg[i] == '\n')
                i++;
        } else {
            svg[kept++] = svg[i++];
        }
    }
    return kept;
}

/* cairo writes the time of day into a PDF; equal graphs are to give equal files. In place, for the PDF counts its
 * bytes. */
static void fix_creation_date(char *pdf, unsigned length)
{
    static const char key[] = "/CreationDate (D:", date[] = "19700101000000";
    char *found = memmem(pdf, length, key, sizeof key - 1);
    if (found && (size_t)(pdf + length - found) > sizeof key + sizeof date)
        memcpy(found + sizeof key - 1, date, sizeof date - 1);
}

/* `file`, not `path`: a header of Graphviz has a global type of that name. */
static bool draw(const char *dot, const char *format, const char *file, vec_char *why)
{
    bool done = false;
    char *data = NULL;
    unsigned length = 0;
    Agraph_t *g = agmemread(dot);
    if (!g) {
        text_printf(why, "Graphviz cannot read the graph");
        return false;
    }
    if (gvLayout(gvc, g, "dot") != 0) {
        text_printf(why, "Graphviz cannot lay the graph out");
    } else {
        if (gvRenderData(gvc, g, format, &data, &length) != 0 || !data || length == 0) {
            text_printf(why, "Graphviz cannot draw %s (is its cairo plug-in there?)", format);
        } else {
            if (strcmp(format, "svg") == 0)
                length = strip_comments(data, length);
            if (strcmp(format, "pdf") == 0)
                fix_creation_date(data, length);
            done = render_file(file, data, length, why);
        }
        gvFreeRenderData(data);
        gvFreeLayout(gvc, g);
    }
    agclose(g);
    return done;
}

bool graph_render(const char *dot, const char *format, const char *file, vec_char *why)
{
    vec_char said = {0};
    if (!known_format(format)) {
        text_printf(why, "unknown picture format '");
        text_ascii(why, format);
        text_printf(why, "': it can be svg, png or pdf");
        return false;
    }
    complaints = &said;
    agusererrf before = agseterrf(complain);
    bool done = false;
    if (!gvc)
        gvc = gvContext();
    if (gvc)
        done = draw(dot, format, file, why);
    else
        text_printf(why, "Graphviz does not start");
    agseterrf(before);
    complaints = NULL;
    append_complaints(why, &said);
    VEC_FREE(&said);
    return done;
}
