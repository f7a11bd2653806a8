/* Readers and writers; see readers_writers.c. Dead locals are cleared by hand. */
byte mutex = 1, room = 1, readers = 0;
bit writing = 0;

#define take(s) d_step { s > 0 -> s-- }

active [R] proctype reader()
{
	byte n = 0;
	do
	:: take(mutex);
	   n = readers;
	   if
	   :: d_step { n == 0 -> readers = 1 }; take(room)
	   :: d_step { n > 0 -> readers = n + 1; n = 0 }
	   fi;
	   mutex++;
	   assert(!writing);
	   take(mutex);
	   n = readers;
	   if
	   :: d_step { n == 1 -> readers = 0; n = 0 }; room++
	   :: d_step { n > 1 -> readers = n - 1; n = 0 }
	   fi;
	   mutex++
	od
}

active [W] proctype writer()
{
	do
	:: take(room);
	   writing = 1;
	   writing = 0;
	   room++
	od
}
