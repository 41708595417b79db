/* A shim before the C library (LD_PRELOAD): traces, or fails, what a process does to its files.
 *   cc -O2 -shared -fPIC -o iofault.so iofault.c -ldl -lpthread
 *   IOF_DIR=/folder   only files below it are watched
 *   IOF_TRACE=/file   every write, truncation, sync, rename, removal and word is added to it
 *   iof_fail(n, errno, sticky, torn)   the n-th operation from now fails with errno (0: none does);
 *                     sticky: so do all after it; torn: a failing write first writes half
 * A word is what the process writes with pwrite to the file `said` in IOF_DIR.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define MOST 4096
static char names[MOST][512], folder[512];
static int folders[MOST], trace = -1, error_ = 0, sticky_ = 0, torn_ = 0;
static size_t length;
static long fail_at = 0, seen = 0;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, tracing = PTHREAD_MUTEX_INITIALIZER;

static int (*r_open)(const char *, int, ...), (*r_open64)(const char *, int, ...);
static int (*r_openat)(int, const char *, int, ...), (*r_close)(int);
static ssize_t (*r_pwrite)(int, const void *, size_t, off64_t), (*r_write)(int, const void *, size_t);
static int (*r_ftruncate)(int, off64_t), (*r_fdatasync)(int);
static int (*r_rename)(const char *, const char *), (*r_unlink)(const char *);

__attribute__((constructor)) static void init(void) {
  if (r_open) return;
  r_open64 = dlsym(RTLD_NEXT, "open64"); r_openat = dlsym(RTLD_NEXT, "openat");
  r_close = dlsym(RTLD_NEXT, "close"); r_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  r_write = dlsym(RTLD_NEXT, "write"); r_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  r_fdatasync = dlsym(RTLD_NEXT, "fdatasync"); r_rename = dlsym(RTLD_NEXT, "rename");
  r_unlink = dlsym(RTLD_NEXT, "unlink"); r_open = dlsym(RTLD_NEXT, "open");
  char *given = getenv("IOF_DIR");
  if (given) { strncpy(folder, given, sizeof folder - 1); length = strlen(folder); }
  if ((given = getenv("IOF_TRACE")) && *given) trace = r_open(given, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

void iof_fail(long at, int error, int sticky, int torn) {
  seen = 0; fail_at = at; error_ = error; sticky_ = sticky; torn_ = torn;
}

static int watched(const char *path) { return length && path && !strncmp(path, folder, length); }
static const char *name_of(int fd) { return fd >= 0 && fd < MOST && names[fd][0] ? names[fd] : 0; }
static int said(const char *name) { size_t n = strlen(name); return n > 5 && !strcmp(name + n - 5, "/said"); }

/* u8 operation, u16 length of the name, u64 offset, u64 length of the data, name, data */
static void note(char op, const char *name, uint64_t at, const void *data, uint64_t size) {
  if (trace < 0) return;
  uint16_t n = strlen(name);
  char head[19]; head[0] = op; memcpy(head + 1, &n, 2); memcpy(head + 3, &at, 8); memcpy(head + 11, &size, 8);
  pthread_mutex_lock(&tracing);
  r_write(trace, head, 19); r_write(trace, name, n);
  if (size) r_write(trace, data, size);
  pthread_mutex_unlock(&tracing);
}

static int fails(void) {
  if (!fail_at) return 0;
  long now = __sync_add_and_fetch(&seen, 1);
  return now == fail_at || (sticky_ && now > fail_at);
}

static void opened(int fd, const char *path, int flags) {
  if (fd < 0 || fd >= MOST) return;
  names[fd][0] = 0; folders[fd] = 0;
  if (!watched(path)) return;
  strncpy(names[fd], path, sizeof names[fd] - 1);
  struct stat found;
  folders[fd] = !fstat(fd, &found) && S_ISDIR(found.st_mode);
  if (flags & O_TRUNC) note('T', path, 0, 0, 0);
  else if (flags & O_CREAT) note('C', path, 0, 0, 0);
}

#define OPEN(real) \
  init(); mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
  if (watched(path) && (flags & (O_CREAT | O_WRONLY | O_RDWR)) && !said(path) && fails()) { errno = error_; return -1; } \
  int fd = real; pthread_mutex_lock(&lock); opened(fd, path, flags); pthread_mutex_unlock(&lock); return fd;
int open(const char *path, int flags, ...) { OPEN(r_open(path, flags, mode)) }
int open64(const char *path, int flags, ...) { OPEN(r_open64(path, flags, mode)) }
int openat(int at, const char *path, int flags, ...) { OPEN(r_openat(at, path, flags, mode)) }
int close(int fd) { init(); if (fd >= 0 && fd < MOST) names[fd][0] = 0; return r_close(fd); }

static ssize_t put(const char *name, int fd, const void *data, size_t size, off64_t at) {
  ssize_t done = r_pwrite(fd, data, size, at);
  if (done > 0) note(said(name) ? 'A' : 'W', name, at, data, done);
  return done;
}

static ssize_t written(int fd, const void *data, size_t size, off64_t at) {
  const char *name = name_of(fd);
  if (!name) return r_pwrite(fd, data, size, at);
  ssize_t done;
  pthread_mutex_lock(&lock);
  if (said(name) || !fails()) done = put(name, fd, data, size, at);
  else { if (torn_ && size > 1) put(name, fd, data, size / 2, at); done = -1; errno = error_; }
  pthread_mutex_unlock(&lock);
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { init(); return written(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { init(); return written(fd, data, size, at); }
ssize_t write(int fd, const void *data, size_t size) {
  init();
  if (!name_of(fd)) return r_write(fd, data, size);
  off64_t at = lseek(fd, 0, SEEK_CUR);
  ssize_t done = written(fd, data, size, at);
  if (done > 0) lseek(fd, at + done, SEEK_SET);
  return done;
}

static int cut(int fd, off64_t size) {
  const char *name = name_of(fd);
  if (name && fails()) { errno = error_; return -1; }
  int done = r_ftruncate(fd, size);
  if (name && !done) note('T', name, size, 0, 0);
  return done;
}
int ftruncate(int fd, off_t size) { init(); return cut(fd, size); }
int ftruncate64(int fd, off64_t size) { init(); return cut(fd, size); }

static int synced(int fd) {
  const char *name = name_of(fd);
  if (!name) return r_fdatasync(fd);
  if (fails()) { errno = error_; return -1; }
  note('s', name, 0, 0, 0);
  int done = r_fdatasync(fd);
  if (!done) note(folders[fd] ? 'D' : 'S', name, 0, 0, 0);
  return done;
}
int fsync(int fd) { init(); return synced(fd); }
int fdatasync(int fd) { init(); return synced(fd); }

int rename(const char *from, const char *to) {
  init();
  if (watched(to) && fails()) { errno = error_; return -1; }
  int done = r_rename(from, to);
  if (!done && watched(to)) note('R', from, 0, to, strlen(to));
  return done;
}
int unlink(const char *path) {
  init();
  if (watched(path) && fails()) { errno = error_; return -1; }
  int done = r_unlink(path);
  if (!done && watched(path)) note('U', path, 0, 0, 0);
  return done;
}
