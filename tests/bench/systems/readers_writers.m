-- Readers and writers; see readers_writers.c. Dead values are cleared by hand.
const R: 2; W: 2;
type reader: 0..R-1; writer: 0..W-1;
var mutex, empty, writing: boolean; readers: 0..R;
 at: array [reader] of 0..10; n: array [reader] of 0..R; wat: array [writer] of 0..3;
startstate begin
 mutex := true; empty := true; writing := false; readers := 0;
 for i: reader do at[i] := 0; n[i] := 0; end;
 for i: writer do wat[i] := 0; end;
end;
ruleset i: reader do
rule "in: take the mutex" at[i] = 0 & mutex ==> begin mutex := false; at[i] := 1; end;
rule "in: load" at[i] = 1 ==> begin n[i] := readers; at[i] := 2; end;
rule "in: store" at[i] = 2 ==> begin readers := n[i] + 1; at[i] := n[i] = 0 ? 3 : 4; n[i] := 0; end;
rule "in: take empty" at[i] = 3 & empty ==> begin empty := false; at[i] := 4; end;
rule "in: put the mutex" at[i] = 4 ==> begin mutex := true; at[i] := 5; end;
rule "look" at[i] = 5 ==> begin assert !writing; at[i] := 6; end;
rule "out: take the mutex" at[i] = 6 & mutex ==> begin mutex := false; at[i] := 7; end;
rule "out: load" at[i] = 7 ==> begin n[i] := readers; at[i] := 8; end;
rule "out: store" at[i] = 8 ==> begin readers := n[i] - 1; at[i] := n[i] = 1 ? 9 : 10; n[i] := 0; end;
rule "out: put empty" at[i] = 9 ==> begin empty := true; at[i] := 10; end;
rule "out: put the mutex" at[i] = 10 ==> begin mutex := true; at[i] := 0; end;
end;
ruleset i: writer do
rule "take empty" wat[i] = 0 & empty ==> begin empty := false; wat[i] := 1; end;
rule "write" wat[i] = 1 ==> begin writing := true; wat[i] := 2; end;
rule "written" wat[i] = 2 ==> begin writing := false; wat[i] := 3; end;
rule "put empty" wat[i] = 3 ==> begin empty := true; wat[i] := 0; end;
end;
