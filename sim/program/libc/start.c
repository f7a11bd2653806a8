/* The entry of a simulated program, and the names that glibc keeps of it. */
#include "libc.h"

int main(int argc, char **argv, char **envp);

LIBC char **environ;
LIBC char *program_invocation_name = "";
LIBC char *program_invocation_short_name = "";

/* The part of the path after its last slash. */
static char *after_last_slash(char *path) {
    char *name = path;
    for (; *path; path++)
        if (*path == '/')
            name = path + 1;
    return name;
}

/* What the machine calls first: runs main and exits with its result. */
void __impasse_start(int argc, char **argv, char **envp) {
    environ = envp;
    if (argc > 0) {
        program_invocation_name = argv[0];
        program_invocation_short_name = after_last_slash(argv[0]);
    }
    __impasse_exit(main(argc, argv, envp));
}
