/* Producers and consumers; the C is models/pipe/producers_consumers.c. Each dead local is cleared here by hand, which the
   C does not do; -DKEEP leaves them as they are. */
chan queue = [4] of { byte, byte };
chan answers[NP] = [1] of { byte };

active [NP] proctype producer()
{
	byte value = 0, answer;
	do
	:: queue!_pid,value;
#ifdef KEEP
	   d_step { answers[_pid]?answer; assert(answer == value); value = 1 - value }
#else
	   d_step { answers[_pid]?answer; assert(answer == value); answer = 0; value = 1 - value }
#endif
	od
}

active [NC] proctype consumer()
{
	byte id, value;
	do
	:: queue?id,value;
#ifdef KEEP
	   answers[id]!value
#else
	   d_step { answers[id]!value; id = 0; value = 0 }
#endif
	od
}
