/*
 * Makes a directory behave like a disk that hangs: system calls below it block while a file exists. Preloaded into a
 * gateway by frozen-disk.ts.
 *
 *   FROZEN_DIRECTORY   the directory, absolute, without symbolic links
 *   FROZEN_WHILE       path of the file, outside of the directory
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* System calls of its own, because the functions of libc are replaced below. */
static int is_frozen(void) {
  const char *path = getenv("FROZEN_WHILE");
  return path != NULL && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

static void wait_for_path(const char *path) {
  const char *directory = getenv("FROZEN_DIRECTORY");
  const struct timespec pause = {0, 20 * 1000 * 1000};
  if (directory == NULL || path == NULL || strncmp(path, directory, strlen(directory)) != 0) return;
  while (is_frozen()) nanosleep(&pause, NULL);
}

static void wait_for_descriptor(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = '\0';
  wait_for_path(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size) {
  wait_for_descriptor(fd);
  return REAL(write)(fd, bytes, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  wait_for_descriptor(fd);
  return REAL(writev)(fd, parts, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
  wait_for_descriptor(fd);
  return REAL(pwrite64)(fd, bytes, size, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  wait_for_descriptor(fd);
  return REAL(pwritev64)(fd, parts, count, offset);
}

int ftruncate64(int fd, off64_t size) {
  wait_for_descriptor(fd);
  return REAL(ftruncate64)(fd, size);
}

int fsync(int fd) {
  wait_for_descriptor(fd);
  return REAL(fsync)(fd);
}

int fdatasync(int fd) {
  wait_for_descriptor(fd);
  return REAL(fdatasync)(fd);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  wait_for_path(path);
  return REAL(open64)(path, flags, mode);
}

int rename(const char *from, const char *to) {
  wait_for_path(from);
  return REAL(rename)(from, to);
}

int unlink(const char *path) {
  wait_for_path(path);
  return REAL(unlink)(path);
}
