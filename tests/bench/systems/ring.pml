/* A token ring; see ring.c. */
chan ring[N] = [1] of { bit };

#define left  ring[_pid]
#define right ring[(_pid + 1) % N]

active [T] proctype holder()
{
	do
	:: right!1; left?1
	od
}

active [N - T] proctype station()
{
	do
	:: left?1; right!1
	od
}
