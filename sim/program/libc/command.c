/* popen and system, as far as no shell is needed: the command is words between blanks (PROC-32). */
#include "command.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int execvpe(const char *file, char *const argv[], char *const envp[]);

/* A descriptor of popen and its child. */
struct opened {
    struct opened *next;
    FILE *file;
    pid_t child;
};

static struct opened *all_opened;

/* What only a shell understands. */
static int is_special(char c) {
    return c && strchr("|&;<>()$`\\\"'*?[]#~=%!{}\n", c) != NULL;
}

char **__impasse_command_words(const char *caller, const char *command) {
    size_t words = 0, length = __impasse_length(command);
    for (size_t i = 0; i < length; i++) {
        words += !is_space(command[i]) && (i == 0 || is_space(command[i - 1]));
        if (is_special(command[i])) {
            struct message said;
            if (__impasse_message_print(&said, "%s: it takes a shell, which is not simulated, to understand '%c' in \"%s\"",
                                        caller, command[i], command) >= 0) {
                __impasse_refuse(said.text);
                __impasse_message_free(&said);
            }
            errno = ENOSYS;
            return NULL;
        }
    }
    char **argv = calloc(1, (words + 1) * sizeof *argv + length + 1);
    if (!argv)
        return NULL;
    char *text = (char *)(argv + words + 1);
    memcpy(text, command, length);
    words = 0;
    for (size_t i = 0; i < length; i++) {
        if (is_space(text[i]))
            text[i] = '\0';
        else if (i == 0 || !text[i - 1])
            argv[words++] = text + i;
    }
    return argv;
}

/* In the child; a program that is not there is what it is to a shell. */
static void execute(char **argv) {
    if (argv[0])
        execvpe(argv[0], argv, environ);
    _exit(argv[0] ? errno == ENOENT ? 127 : 126 : 0);
}

/* The child's side: its standard stream, and none of the streams of earlier calls. */
static void redirect(int mine, int standard) {
    for (const struct opened *o = all_opened; o; o = o->next)
        if (o->file->_fileno != mine)
            close(o->file->_fileno);
    if (mine == standard)
        fcntl(mine, F_SETFD, 0);
    else
        dup2(mine, standard);
}

LIBC FILE *popen(const char *command, const char *mode) {
    int reads = *mode == 'r', ends[2];
    if ((!reads && *mode != 'w') || (mode[1] && (mode[1] != 'e' || mode[2]))) {
        errno = EINVAL;
        return NULL;
    }
    char **argv = __impasse_command_words("popen", command);
    struct opened *o = argv ? calloc(1, sizeof *o) : NULL;
    if (!o || pipe2(ends, O_CLOEXEC) == -1) {
        free(o);
        free(argv);
        return NULL;
    }
    int own = ends[!reads], its = ends[reads];
    o->child = __impasse_spawn();
    if (o->child == 0) {
        redirect(its, reads);
        execute(argv);
    }
    if (o->child < 0 && o->child != -1)
        o->child = -o->child; /* it ended with 127 */
    o->file = o->child == -1 ? NULL : __impasse_stream_create(own, mode);
    free(argv);
    close(its);
    if (!o->file) {
        close(own);
        free(o);
        return NULL;
    }
    if (mode[1] != 'e')
        fcntl(own, F_SETFD, 0);
    o->next = all_opened;
    all_opened = o;
    return o->file;
}

static pid_t wait_for(pid_t child, int *status) {
    pid_t found;
    do
        found = waitpid(child, status, 0);
    while (found == -1 && errno == EINTR);
    return found;
}

LIBC int pclose(FILE *file) {
    struct opened **link = &all_opened;
    int status;
    while (*link && (*link)->file != file)
        link = &(*link)->next;
    if (!*link) {
        errno = ECHILD;
        return -1;
    }
    struct opened *o = *link;
    pid_t child = o->child;
    *link = o->next;
    free(o);
    fclose(file);
    return wait_for(child, &status) == child ? status : -1;
}

/* SIGINT and SIGQUIT are ignored meanwhile, SIGCHLD is blocked. */
LIBC int system(const char *command) {
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    sigset_t chld, mask;
    int status = -1;
    if (!command)
        return 1;
    char **argv = __impasse_command_words("system", command);
    if (!argv)
        return -1;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    sigprocmask(SIG_BLOCK, &chld, &mask);
    pid_t child = __impasse_spawn();
    if (child == 0) {
        sigaction(SIGINT, &interrupt, NULL);
        sigaction(SIGQUIT, &quit, NULL);
        sigprocmask(SIG_SETMASK, &mask, NULL);
        execute(argv);
    }
    free(argv);
    if (child != -1 && wait_for(child < 0 ? -child : child, &status) == -1)
        status = -1;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return status;
}
