/* --checkpoint and --resume of check: see search/checkpoint.h. */
#ifndef CLI_RESUME_H
#define CLI_RESUME_H

#include "cli/session.h"

/* Sets the identity of the search in the options and, with --resume, opens the checkpoint and makes the model that it
 * needs. False with an error in diag. */
bool resume_prepare(struct session *s, struct cli_options *o, struct diag *diag);
/* After a search: closes the checkpoint. False with an error in diag if it was of another program after all. A
 * checkpoint that could not be written gives a warning. */
bool resume_finish(struct cli_options *o, const struct search_result *r, struct diag *diag);

#endif
