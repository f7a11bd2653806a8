/* Philosophers, N of them; number 0 takes its forks in the other order. See models/semaphore/philosophers_lefty.c. */
byte fork_[N] = 1;

#define first  (_pid == 0 -> 1 : _pid)
#define second (_pid == 0 -> 0 : (_pid + 1) % N)

active [N] proctype philosopher()
{
	do
	:: d_step { fork_[first] > 0 -> fork_[first]-- };
	   d_step { fork_[second] > 0 -> fork_[second]-- };
	   fork_[second]++;
	   fork_[first]++
	od
}
