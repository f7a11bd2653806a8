-- AB-BA in a chain; see chain.c. "rest" is no step of the C: without it Rumur would take the proper end for a deadlock.
const N: 4; CYCLE: 1;
type pid: 0..N-1;
var lock: array [pid] of boolean; pc: array [pid] of 0..4;
startstate begin for i: pid do lock[i] := true; pc[i] := 0; end; end;
ruleset i: pid do
alias f: lock[i = N - 1 & CYCLE = 0 ? 0 : i]; s: lock[i = N - 1 & CYCLE = 0 ? i : (i + 1) % N] do
rule "take first" pc[i] = 0 & f ==> begin f := false; pc[i] := 1; end;
rule "take second" pc[i] = 1 & s ==> begin s := false; pc[i] := 2; end;
rule "put second" pc[i] = 2 ==> begin s := true; pc[i] := 3; end;
rule "put first" pc[i] = 3 ==> begin f := true; pc[i] := 4; end;
end;
end;
rule "rest" forall i: pid do pc[i] = 4 end ==> begin end;
