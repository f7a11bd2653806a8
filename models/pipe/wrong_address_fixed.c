// The cure for wrong_address.c: the server answers the client that asked. (B44 with pipes; GEN-11,
// PIPE-03)
// impasse: expect ok
// impasse: states 22 transitions 35

#include <unistd.h>

static int requests[2], answers[2][2];

static void client(char id)
{
    char answer;

    for (;;) {
        write(requests[1], &id, 1);
        read(answers[(int)id][0], &answer, 1);
    }
}

int main(void)
{
    char who;

    pipe(requests);
    for (int id = 0; id < 2; id++)
        pipe(answers[id]);
    for (int id = 0; id < 2; id++)
        if (fork() == 0)
            client(id);
    for (;;) {
        read(requests[0], &who, 1);
        write(answers[(int)who][1], "!", 1);
    }
}
