-- Producers and consumers; the C is models/pipe/producers_consumers.c. Dead values are cleared by hand.
const NP: 4; NC: 3; CAP: 4;
type P: 0..NP-1; C: 0..NC-1; V: 0..1; I: 0..CAP-1;
 message: record id: P; value: V; end;
var queue: array [I] of message; n: 0..CAP;
 answer: array [P] of V; answered: array [P] of boolean;
 value: array [P] of V; waiting: array [P] of boolean;
 holds: array [C] of boolean; held: array [C] of message;
startstate begin
 n := 0;
 for i: I do queue[i].id := 0; queue[i].value := 0; end;
 for p: P do answer[p] := 0; answered[p] := false; value[p] := 0; waiting[p] := false; end;
 for c: C do holds[c] := false; held[c].id := 0; held[c].value := 0; end;
end;
ruleset p: P do
rule "send" !waiting[p] & n < CAP ==> begin
 queue[n].id := p; queue[n].value := value[p]; n := n + 1; waiting[p] := true; end;
rule "take the answer" waiting[p] & answered[p] ==> begin
 assert answer[p] = value[p];
 answered[p] := false; answer[p] := 0; waiting[p] := false; value[p] := 1 - value[p]; end;
end;
ruleset c: C do
rule "receive" !holds[c] & n > 0 ==> begin
 held[c] := queue[0]; holds[c] := true;
 for i := 0 to CAP - 2 do queue[i] := queue[i + 1]; end;
 queue[CAP - 1].id := 0; queue[CAP - 1].value := 0; n := n - 1; end;
rule "answer" holds[c] & !answered[held[c].id] ==> begin
 answer[held[c].id] := held[c].value; answered[held[c].id] := true;
 holds[c] := false; held[c].id := 0; held[c].value := 0; end;
end;
