/* Producers and consumers; see models/pipe/producers_consumers.c. Each dead local is cleared here by hand, which the
   C does not do; -DKEEP leaves them as they are. With -DXRS SPIN is told that only one process reads each answer
   channel. */
chan queue = [4] of { byte, byte };
chan answers[NP] = [1] of { byte };

#ifdef XRS
proctype producer(byte id; chan answers_of)
{
	xr answers_of;
#else
#define id _pid
#define answers_of answers[_pid]
active [NP] proctype producer()
{
#endif
	byte value = 0, answer;
	do
	:: queue!id,value;
#ifdef KEEP
	   d_step { answers_of?answer; assert(answer == value); value = 1 - value }
#else
	   d_step { answers_of?answer; assert(answer == value); answer = 0; value = 1 - value }
#endif
	od
}

#undef id
#ifdef XRS
init { byte i; atomic { do :: i < NP -> run producer(i, answers[i]); i++ :: else -> break od } }
#endif

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
