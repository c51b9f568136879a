/* Loaded under the program with LD_PRELOAD: notes what SQLite does to its files, so that the harness can say
 * what a disk would hold had the power been cut at any moment. Everything is done as asked, too.
 *
 * CRIER_DISK_LOG: where to note. CRIER_DISK_LIES: a disk (or `synchronous=OFF`) that only claims to sync.
 * The records are read by src/replay.rs. Files are those of the database itself; its -shm is left out, since
 * SQLite builds it anew from the others and never relies on what a disk kept of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DATABASE = 1, WAL = 2, JOURNAL = 3, FOLDER = 4 };
enum { CREATE = 'C', WRITE = 'W', TRUNCATE = 'T', UNLINK = 'U', BEGIN = 'B', END = 'E' };

struct record {
  uint32_t magic;
  uint8_t what, file;
  uint16_t unused;
  uint64_t inode, offset, length;
};

#define MOST_FILES 65536
static uint8_t files[MOST_FILES];
static uint64_t inodes[MOST_FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static int lies;
static uint64_t syncs;

static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_open)(const char *, int, ...);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_unlink)(const char *);
static int (*real_close)(int);
static void *(*real_mmap)(void *, size_t, int, int, int, off64_t);
static ssize_t (*real_write)(int, const void *, size_t);

/* Other libraries may open files before our turn comes. */
__attribute__((constructor)) static void start(void) {
  if (real_write) return;
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_close = dlsym(RTLD_NEXT, "close");
  real_mmap = dlsym(RTLD_NEXT, "mmap64");
  real_write = dlsym(RTLD_NEXT, "write");
  const char *path = getenv("CRIER_DISK_LOG");
  lies = getenv("CRIER_DISK_LIES") != NULL;
  if (path) out = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* What can't be noted must not pass for a disk that lost it. */
static void fail(const char *why) {
  fprintf(stderr, "disk.c: %s\n", why);
  abort();
}

static int known(int fd) { return out >= 0 && fd >= 0 && fd < MOST_FILES ? files[fd] : 0; }

static int kind(const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  if (!strcmp(name, "crier.db")) return DATABASE;
  if (!strcmp(name, "crier.db-wal")) return WAL;
  if (!strcmp(name, "crier.db-journal")) return JOURNAL;
  return 0;
}

static void note(uint8_t what, uint8_t file, uint64_t inode, uint64_t offset, const void *data, uint64_t length) {
  struct record record = {0x43524945, what, file, 0, inode, offset, length};
  struct iovec parts[2] = {{&record, sizeof record}, {(void *)data, data ? length : 0}};
  size_t all = sizeof record + parts[1].iov_len;
  if (syscall(SYS_writev, out, parts, 2) != (ssize_t)all) fail("the log can't be written");
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  start();
  int file = known(fd);
  if (!file) return real_pwrite(fd, data, length, offset);
  pthread_mutex_lock(&lock);
  note(WRITE, file, inodes[fd], offset, data, length);
  ssize_t done = real_pwrite(fd, data, length, offset);
  if (done != (ssize_t)length) fail("a write was not done whole");
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t write(int fd, const void *data, size_t length) {
  start();
  if (known(fd)) fail("SQLite writes in a way that is not noted");
  return real_write(fd, data, length);
}

int ftruncate64(int fd, off64_t length) {
  start();
  int file = known(fd);
  if (!file) return real_ftruncate(fd, length);
  pthread_mutex_lock(&lock);
  note(TRUNCATE, file, inodes[fd], length, NULL, 0);
  int done = real_ftruncate(fd, length);
  pthread_mutex_unlock(&lock);
  return done;
}

/* What was written before a sync began is on disk when it has ended, and not before. */
int fsync(int fd) {
  start();
  int file = known(fd);
  if (!file) return real_fsync(fd);
  if (lies) return 0;
  pthread_mutex_lock(&lock);
  uint64_t number = ++syncs;
  note(BEGIN, file, inodes[fd], number, NULL, 0);
  pthread_mutex_unlock(&lock);
  int done = real_fsync(fd);
  if (done) return done;
  pthread_mutex_lock(&lock);
  note(END, file, inodes[fd], number, NULL, 0);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fdatasync(int fd) { return fsync(fd); }

int unlink(const char *path) {
  start();
  int file = out >= 0 ? kind(path) : 0;
  if (!file) return real_unlink(path);
  pthread_mutex_lock(&lock);
  struct stat before;
  int there = !stat(path, &before);
  int done = real_unlink(path);
  int why = errno;
  if (there && !done) note(UNLINK, file, before.st_ino, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = why;
  return done;
}

static int opened(const char *path, int flags, mode_t mode) {
  start();
  int file = out >= 0 ? kind(path) : 0;
  if (out < 0) return real_open(path, flags, mode);
  pthread_mutex_lock(&lock);
  struct stat before;
  int there = !stat(path, &before);
  int fd = real_open(path, flags, mode);
  int why = errno;
  if (fd >= 0 && fd < MOST_FILES) {
    struct stat now;
    if (!file && !fstat(fd, &now) && S_ISDIR(now.st_mode)) file = FOLDER;
    files[fd] = file;
    if (file) {
      fstat(fd, &now);
      inodes[fd] = now.st_ino;
      if (file != FOLDER && !there) note(CREATE, file, now.st_ino, 0, NULL, 0);
      if (file != FOLDER && there && (flags & O_TRUNC)) note(TRUNCATE, file, now.st_ino, 0, NULL, 0);
    }
  }
  pthread_mutex_unlock(&lock);
  errno = why;
  return fd;
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return opened(path, flags, mode);
}

int close(int fd) {
  start();
  if (known(fd)) {
    pthread_mutex_lock(&lock);
    files[fd] = 0;
    pthread_mutex_unlock(&lock);
  }
  return real_close(fd);
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
  start();
  if (known(fd) && protection & PROT_WRITE && flags & MAP_SHARED) fail("SQLite maps a file that is noted");
  return real_mmap(at, length, protection, flags, fd, offset);
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  return mmap64(at, length, protection, flags, fd, offset);
}
