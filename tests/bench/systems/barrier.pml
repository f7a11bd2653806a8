/* A barrier; see barrier.c. Dead locals are cleared by hand. */
byte mutex = 1, gate0 = 0, gate1 = 0, count = 0;

#define take(s) d_step { s > 0 -> s-- }

inline meet(next, last, gate)
{
	take(mutex);
	n = count;
	if
	:: d_step { next != last -> count = next; n = 0 }
	:: d_step { next == last -> count = last; n = 0 };
	   do
	   :: d_step { i < N - 1 -> gate++; i++ }
	   :: d_step { i == N - 1 -> gate++; i = 0 }; break
	   od
	fi;
	mutex++;
	take(gate)
}

active [N] proctype process()
{
	byte n = 0, i = 0;
	do
	:: meet((n + 1), N, gate0);
	   meet((n - 1), 0, gate1)
	od
}
