-- A token ring; see ring.c.
const N: 4; T: 2;
type S: 0..N-1;
var full: array [S] of boolean; holds: array [S] of boolean;
startstate begin for i: S do full[i] := false; holds[i] := i < T; end; end;
ruleset i: S do
rule "read" full[i] & !holds[i] ==> begin full[i] := false; holds[i] := true; end;
rule "write" holds[i] & !full[(i + 1) % N] ==> begin holds[i] := false; full[(i + 1) % N] := true; end;
end;
