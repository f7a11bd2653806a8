-- A barrier; see barrier.c. Dead values are cleared by hand. Phase 0 meets at the first gate, phase 1 at the second.
const N: 3;
type process: 0..N-1; phase: 0..1;
var mutex: boolean; count: 0..N; gate: array [phase] of 0..N;
 turn: array [process] of phase; at: array [process] of 0..5; n: array [process] of 0..N; i: array [process] of 0..N-1;
startstate begin
 mutex := true; count := 0;
 for k: phase do gate[k] := 0; end;
 for p: process do turn[p] := 0; at[p] := 0; n[p] := 0; i[p] := 0; end;
end;
ruleset p: process do
rule "take the mutex" at[p] = 0 & mutex ==> begin mutex := false; at[p] := 1; end;
rule "load" at[p] = 1 ==> begin n[p] := count; at[p] := 2; end;
rule "store" at[p] = 2 ==> begin
 if turn[p] = 0 then count := n[p] + 1; else count := n[p] - 1; end;
 n[p] := 0;
 at[p] := count = (turn[p] = 0 ? N : 0) ? 3 : 4; end;
rule "open the gate" at[p] = 3 ==> begin
 gate[turn[p]] := gate[turn[p]] + 1;
 if i[p] = N - 1 then i[p] := 0; at[p] := 4; else i[p] := i[p] + 1; end; end;
rule "put the mutex" at[p] = 4 ==> begin mutex := true; at[p] := 5; end;
rule "pass the gate" at[p] = 5 & gate[turn[p]] > 0 ==> begin
 gate[turn[p]] := gate[turn[p]] - 1; turn[p] := 1 - turn[p]; at[p] := 0; end;
end;
