/* Loaded under the program with LD_PRELOAD: plants the fault that what is dialled is looked up anew, after the
 * addresses of the first look-up were vetted. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char last[256];

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
      dlsym(RTLD_NEXT, "getaddrinfo");
  pthread_mutex_lock(&lock);
  if (name) snprintf(last, sizeof last, "%s", name);
  pthread_mutex_unlock(&lock);
  return real(name, service, hints, found);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
  int (*look_up)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
      dlsym(RTLD_NEXT, "getaddrinfo");
  char name[256];
  pthread_mutex_lock(&lock);
  memcpy(name, last, sizeof name);
  pthread_mutex_unlock(&lock);
  struct addrinfo *again;
  if (address->sa_family == AF_INET && name[0] && !look_up(name, NULL, NULL, &again)) {
    struct sockaddr_in other = *(const struct sockaddr_in *)address;
    for (struct addrinfo *one = again; one; one = one->ai_next)
      if (one->ai_family == AF_INET) {
        other.sin_addr = ((struct sockaddr_in *)one->ai_addr)->sin_addr;
        break;
      }
    freeaddrinfo(again);
    return real(fd, (struct sockaddr *)&other, sizeof other);
  }
  return real(fd, address, length);
}
