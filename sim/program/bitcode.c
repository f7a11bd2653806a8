/* See bitcode.h.
 *
 * LLVM's reader may crash on hostile bitcode (it aborts on some broken records, and reads out of bounds on others), so
 * a .bc or .ll file of the user is read once in a child process first: if the child dies, the file is refused.
 */
#include "program/bitcode.h"

#include <errno.h>
#include <llvm-c/Analysis.h>
#include <llvm-c/Error.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Provided by the build (libc_image.S): the bitcode of sim/program/libc. */
extern const char impasse_libc_start[], impasse_libc_end[];

#define BUFFER_NAME "input"

/* Reads the whole file. False with an error. */
static bool file_read(const char *file, vec_char *out, struct diag *diag)
{
    struct diag_place at = {.file = file};
    FILE *f = fopen(file, "rb");
    if (!f) {
        diag_error(diag, at, "%s", strerror(errno));
        return false;
    }
    char buffer[65536];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0)
        text_append(out, buffer, n);
    bool ok = !ferror(f);
    if (!ok)
        diag_error(diag, at, "%s", strerror(errno));
    fclose(f);
    return ok;
}

/* Refuses what cannot be an input at all, in words that clang and LLVM do not find. */
static bool file_check(const char *file, struct diag *diag)
{
    struct diag_place at = {.file = file};
    struct stat st;
    if (stat(file, &st) < 0)
        diag_error(diag, at, "%s", errno == ENOENT ? "no such file" : strerror(errno));
    else if (S_ISDIR(st.st_mode))
        diag_error(diag, at, "this is a directory, not a file");
    else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
        diag_error(diag, at, "this is not a regular file");
    else if (S_ISREG(st.st_mode) && st.st_size == 0)
        diag_error(diag, at, "the file is empty");
    else if (access(file, R_OK) < 0)
        diag_error(diag, at, "%s", strerror(errno));
    else
        return true;
    return false;
}

/* Debug info of another version, say, is only worth a warning, and that one is not for our users. */
static void ignore_diagnostic(LLVMDiagnosticInfoRef info, void *context)
{
    (void)info;
    (void)context;
}

/* Parses; NULL with LLVM's reason in *message (LLVMDisposeMessage) on failure. */
static LLVMModuleRef parse(LLVMContextRef context, const char *bytes, size_t size, char **message)
{
    LLVMModuleRef module = NULL;
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, size, BUFFER_NAME);
    LLVMContextSetDiagnosticHandler(context, ignore_diagnostic, NULL);
    *message = NULL;
    if (LLVMParseIRInContext(context, buffer, &module, message)) /* takes the buffer */
        return NULL;
    return module;
}

/* The errno-like reason why a module cannot be used, or NULL. */
static const char *module_problem(LLVMModuleRef module)
{
    LLVMTargetDataRef layout = LLVMGetModuleDataLayout(module);
    const char *triple = LLVMGetTarget(module);
    if (triple[0] && strncmp(triple, "x86_64", 6) != 0)
        return "it was not compiled for x86_64";
    if (LLVMByteOrder(layout) != LLVMLittleEndian || LLVMPointerSize(layout) != 8)
        return "its data layout is not that of x86_64";
    return NULL;
}

/* In the child: reads the file and never comes back. The parent only looks at how it ended. */
static _Noreturn void trial(const char *bytes, size_t size)
{
    static const struct rlimit no_core = {0, 0}, seconds = {20, 20}; /* the largest honest file takes 1 s */
    setrlimit(RLIMIT_CORE, &no_core);
    setrlimit(RLIMIT_CPU, &seconds);
    if (!freopen("/dev/null", "w", stderr)) /* a crash report of LLVM is no message of ours */
        _exit(1);
    LLVMContextRef context = LLVMContextCreate();
    char *message;
    LLVMModuleRef module = parse(context, bytes, size, &message);
    if (!module)
        _exit(0); /* it is refused in words by the parent */
    LLVMVerifyModule(module, LLVMReturnStatusAction, &message);
    _exit(0);
}

static bool survives_trial(const char *bytes, size_t size)
{
    pid_t pid = fork();
    if (pid == 0)
        trial(bytes, size);
    int status = 0;
    if (pid > 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    return pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static bool has_suffix(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n > m && strcmp(s + n - m, suffix) == 0;
}

/* LLVM's messages may have several lines, and begin with the name of the buffer, or with a place in it. */
static void refuse(struct diag *diag, const char *file, const char *what, char *message)
{
    struct diag_place at = {.file = file};
    if (message && message[0]) {
        int skip = 0;
        if (sscanf(message, BUFFER_NAME ":%u:%u: error: %n", &at.line, &at.column, &skip) != 2)
            sscanf(message, BUFFER_NAME ": error: %n", &skip);
        message[strcspn(message, "\n")] = '\0';
        diag_error(diag, at, "%s: %s", what, message + skip);
    } else {
        diag_error(diag, at, "%s", what);
    }
    if (message)
        LLVMDisposeMessage(message);
}

/* Bitcode begins with "BC" 0xC0DE, or with the magic number of its wrapper. */
static bool is_bitcode(const vec_char *bytes)
{
    return bytes->count >= 4 &&
           (memcmp(bytes->items, "BC\xc0\xde", 4) == 0 || memcmp(bytes->items, "\xde\xc0\x17\x0b", 4) == 0);
}

static LLVMModuleRef load_llvm(LLVMContextRef context, const char *file, bool text, struct diag *diag)
{
    vec_char bytes = {0};
    LLVMModuleRef module = NULL;
    char *message = NULL;
    const char *what = text ? "this is not valid LLVM assembly" : "this is not valid LLVM bitcode";
    if (!file_read(file, &bytes, diag))
        goto done;
    if (text == is_bitcode(&bytes) || !survives_trial(bytes.items, bytes.count)) {
        refuse(diag, file, what, NULL);
        goto done;
    }
    module = parse(context, bytes.items, bytes.count, &message);
    if (!module) {
        refuse(diag, file, what, message);
        goto done;
    }
    if (LLVMVerifyModule(module, LLVMReturnStatusAction, &message)) {
        refuse(diag, file, what, message);
        LLVMDisposeModule(module);
        module = NULL;
        goto done;
    }
    LLVMDisposeMessage(message);
done:
    VEC_FREE(&bytes);
    return module;
}

static LLVMModuleRef load_c(LLVMContextRef context, struct clang_job *job, struct diag *diag)
{
    vec_char bytes = {0};
    LLVMModuleRef module = NULL;
    char *message = NULL;
    if (clang_finish(job, &bytes, diag)) {
        module = parse(context, bytes.items, bytes.count, &message);
        if (!module)
            refuse(diag, job->file,
                   "clang's bitcode cannot be read (is clang newer than the LLVM that Impasse was "
                   "built with?)",
                   message);
    }
    VEC_FREE(&bytes);
    return module;
}

void bitcode_start(struct bitcode_job *job, const struct program_options *options, const char *file, struct diag *diag)
{
    *job = (struct bitcode_job){.file = file, .kind = BITCODE_REFUSED};
    if (!file_check(file, diag))
        return;
    if (has_suffix(file, ".c"))
        job->kind = clang_start(options, file, &job->clang, diag) ? BITCODE_C : BITCODE_REFUSED;
    else if (has_suffix(file, ".bc"))
        job->kind = BITCODE_BINARY;
    else if (has_suffix(file, ".ll"))
        job->kind = BITCODE_TEXT;
    else
        refuse(diag, file, "unknown kind of file: expected C (.c), LLVM bitcode (.bc) or LLVM assembly (.ll)", NULL);
}

LLVMModuleRef bitcode_finish(struct bitcode_job *job, LLVMContextRef context, struct diag *diag)
{
    LLVMModuleRef module = NULL;
    switch (job->kind) {
    case BITCODE_REFUSED:
        return NULL;
    case BITCODE_C:
        module = load_c(context, &job->clang, diag);
        break;
    case BITCODE_BINARY:
    case BITCODE_TEXT:
        module = load_llvm(context, job->file, job->kind == BITCODE_TEXT, diag);
        break;
    }
    const char *problem = module ? module_problem(module) : NULL;
    if (problem) {
        refuse(diag, job->file, problem, NULL);
        LLVMDisposeModule(module);
        return NULL;
    }
    return module;
}

LLVMModuleRef bitcode_load_libc(LLVMContextRef context, struct diag *diag)
{
    char *message;
    LLVMModuleRef module =
        parse(context, impasse_libc_start, (size_t)(impasse_libc_end - impasse_libc_start), &message);
    if (!module)
        refuse(diag, "libc", "the simulated libc of this build cannot be read", message);
    if (module && !bitcode_promote(module, "libc", diag)) {
        LLVMDisposeModule(module);
        return NULL;
    }
    return module;
}

bool bitcode_promote(LLVMModuleRef module, const char *file, struct diag *diag)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef error = LLVMRunPasses(module, "function(mem2reg)", NULL, options);
    LLVMDisposePassBuilderOptions(options);
    if (!error)
        return true;
    char *message = LLVMGetErrorMessage(error);
    diag_error(diag, (struct diag_place){.file = file}, "LLVM's passes failed: %s", message);
    LLVMDisposeErrorMessage(message);
    return false;
}
