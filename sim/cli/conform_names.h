/* What native runs create outside of their folder, and its removal (jitter/jitter_names.c writes the list). */
#ifndef CLI_CONFORM_NAMES_H
#define CLI_CONFORM_NAMES_H

/* Makes the list anew and empty, for any user to add to. */
void names_begin(const char *list);
/* Removes all that the list names; what is gone already is fine. Blocks nowhere. */
void names_remove(const char *list);

#endif
