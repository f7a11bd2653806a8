/* AB-BA in a chain; see chain.c. */
byte lock[N] = 1;

#define turned (_pid == N - 1 && !CYCLE)
#define first  (turned -> 0 : _pid)
#define second (turned -> _pid : (_pid + 1) % N)

active [N] proctype process()
{
	d_step { lock[first] > 0 -> lock[first]-- };
	d_step { lock[second] > 0 -> lock[second]-- };
	lock[second]++;
	lock[first]++;
end:	false
}
