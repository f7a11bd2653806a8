/* Whole transfers on a socket, files, and folders with all that is in them. */
#ifndef CLI_CONFORM_FILES_H
#define CLI_CONFORM_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* All n bytes, or false: the other side is gone, or (receiving) a signal handler ran. */
bool bytes_send(int socket, const void *bytes, size_t n);
bool bytes_receive(int socket, void *bytes, size_t n);

/* Writes over what is there, in one call; without a word if that fails. */
void text_overwrite(const char *path, const char *text);

/* What cannot be removed stays, without a word. Neither follows links nor leaves the folder's file system. */
void folder_empty(const char *path);
void folder_remove(const char *path);

#endif
