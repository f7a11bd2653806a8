// Two clients ask, one server answers, for ever; but every answer goes to client 0. Client 1 asks
// once and then never moves again, while the other two go on: the system as a whole looks alive.
// (B44 with pipes; GEN-11, PIPE-03)
// impasse: expect stuck at read:17
// impasse: states 23 transitions 34

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
        write(answers[0][1], "!", 1);
    }
}
