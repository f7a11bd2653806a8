/* A token ring; see ring.c. With -DXRS SPIN is told who alone reads and who alone writes each channel, which its
   reduction needs. That takes a process that starts the others: the full graph does without. */
chan ring[N] = [1] of { bit };

#ifdef XRS
#define HOLDER proctype holder(chan left, right)
#define STATION proctype station(chan left, right)

init {
	byte i;
	atomic {
		do
		:: i < T -> run holder(ring[i], ring[(i + 1) % N]); i++
		:: i >= T && i < N -> run station(ring[i], ring[(i + 1) % N]); i++
		:: i == N -> break
		od
	}
}
#else
#define left  ring[_pid]
#define right ring[(_pid + 1) % N]
#define HOLDER active [T] proctype holder()
#define STATION active [N - T] proctype station()
#endif

HOLDER
{
#ifdef XRS
	xr left; xs right;
#endif
	do
	:: right!1; left?1
	od
}

STATION
{
#ifdef XRS
	xr left; xs right;
#endif
	do
	:: left?1; right!1
	od
}
