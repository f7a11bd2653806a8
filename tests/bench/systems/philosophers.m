-- Philosophers, N of them; number 0 takes its forks in the other order. The C is models/semaphore/philosophers_lefty.c.
const N: 5;
type pid: 0..N-1;
var fk: array [pid] of boolean; pc: array [pid] of 0..3;
startstate begin for i: pid do fk[i] := true; pc[i] := 0; end; end;
ruleset i: pid do
alias f: fk[i = 0 ? 1 : i]; s: fk[i = 0 ? 0 : (i + 1) % N] do
rule "take first" pc[i] = 0 & f ==> begin f := false; pc[i] := 1; end;
rule "take second" pc[i] = 1 & s ==> begin s := false; pc[i] := 2; end;
rule "put second" pc[i] = 2 ==> begin s := true; pc[i] := 3; end;
rule "put first" pc[i] = 3 ==> begin f := true; pc[i] := 0; end;
end;
end;
