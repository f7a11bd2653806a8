// The bench system: producers send messages of two bytes, {producer, value}, through one pipe of 8
// bytes, and consumers answer each over the producer's own pipe of 1 byte. It runs for ever and
// never hangs. (Natively a pipe is at least a page, and nothing else changes.) (PIPE-02, PIPE-07,
// PIPE-08, PIPE-14)
// impasse: expect ok
// impasse: states 16913 transitions 68625

#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <impasse.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef NP
#define NP 4        // producers
#endif
#ifndef NC
#define NC 3        // consumers
#endif

static int queue[2], answers[NP][2];

static void producer(char id)
{
    char message[2] = {id, 0}, answer;

    for (;;) {
        write(queue[1], message, 2);
        read(answers[(int)id][0], &answer, 1);
        assert(answer == message[1]);
        message[1] = !message[1];
    }
}

static void consumer(void)
{
    char message[2];

    for (;;) {
        read(queue[0], message, 2);
        write(answers[(int)message[0]][1], &message[1], 1);
    }
}

int main(void)
{
    impasse_atomic_begin();
    pipe(queue);
    fcntl(queue[1], F_SETPIPE_SZ, 8);
    for (int i = 0; i < NP; i++) {
        pipe(answers[i]);
        fcntl(answers[i][1], F_SETPIPE_SZ, 1);
        if (fork() == 0)
            producer(i);
    }
    for (int i = 0; i < NC; i++)
        if (fork() == 0)
            consumer();
    impasse_atomic_end();

    impasse_idle();
    wait(NULL);
}
