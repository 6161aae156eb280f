/* zkload: a pipelined load generator for any server that speaks the ZooKeeper
 * client protocol: ours and Java's are measured by this same tool.  One thread,
 * epoll, no dependencies, so that on a small machine the server under test keeps
 * most of the CPU.  `make bench` builds it; by hand:
 *
 *   cc -O2 -o zkload bench/zkload.c
 *   ./zkload -s 127.0.0.1:2181,127.0.0.1:2182 -c 6 -w 32 -n 20000 -o set -b 128
 *
 * -s  servers; connections are spread over them round robin
 * -c  connections (sessions)            -w  requests in flight per connection
 * -n  requests in all (counted)         -W  warm-up requests first (default n/10)
 * -o  create | set | get | exists | mixed (-r percent of reads, default 90)
 * -b  bytes of data per node            -k  number of keys (default 1000)
 * -p  parent path (default /zkload)     -j  one JSON line instead of text
 * -t  give up after this many seconds (default 120)
 *
 * Every reply is checked: xid in order, err == 0 (create: -110 is counted as
 * an error), and for get the payload length.  Exit 0 only with no errors.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OP_CREATE, OP_SET, OP_GET, OP_EXISTS, OP_MIXED };
#define MAXC 4096
#define MAXW 4096

typedef struct {
  int fd, nextxid, expxid, inflight;
  char *out; size_t outlen, outoff, outcap;
  char *in; size_t inlen, incap;
  double t0[MAXW]; int kind[MAXW];
} conn;

static conn C[MAXC];
static int nc = 1, win = 16, nkeys = 1000, bytes = 128, op = OP_SET, readpct = 90, json = 0, limit_s = 120;
static long total = 10000, warm = -1, sent, done, errs, counted_from, firsterr;
static const char *parent = "/zkload"; static char *payload;
static double *lat; static long nlat; static unsigned seed = 12345; static long creates;

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }
static void die(const char *m) { fprintf(stderr, "zkload: %s: %s\n", m, errno ? strerror(errno) : ""); exit(2); }
static unsigned rnd(void) { seed = seed * 1103515245u + 12345u; return (seed >> 8) & 0xffffff; }

static char *p32(char *p, int32_t v) { v = htonl(v); memcpy(p, &v, 4); return p + 4; }
static char *p64(char *p, int64_t v) { p = p32(p, (int32_t)(v >> 32)); return p32(p, (int32_t)v); }
static char *pbuf(char *p, const void *b, int n) { p = p32(p, n); if (n > 0) memcpy(p, b, n); return p + (n > 0 ? n : 0); }
static int32_t g32(const char *p) { int32_t v; memcpy(&v, p, 4); return ntohl(v); }

static int dial(const char *hp) {
  char h[256]; snprintf(h, sizeof h, "%s", hp); char *c = strrchr(h, ':'); if (!c) die("bad server"); *c++ = 0;
  struct addrinfo hi = {.ai_socktype = SOCK_STREAM}, *ai; if (getaddrinfo(h, c, &hi, &ai)) die("resolve");
  int fd = socket(ai->ai_family, SOCK_STREAM, 0); if (connect(fd, ai->ai_addr, ai->ai_addrlen)) die(hp);
  freeaddrinfo(ai); int one = 1; setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); return fd;
}
static void wr(int fd, const char *b, size_t n) { while (n) { ssize_t k = write(fd, b, n); if (k <= 0) die("write"); b += k; n -= k; } }
static void rd(int fd, char *b, size_t n) { while (n) { ssize_t k = read(fd, b, n); if (k <= 0) die("server closed the connection"); b += k; n -= k; } }

static void handshake(int fd) {
  char b[64], *p = b + 4; p = p32(p, 0); p = p64(p, 0); p = p32(p, 30000); p = p64(p, 0);
  char pw[16] = {0}; p = pbuf(p, pw, 16); *p++ = 0; p32(b, p - b - 4); wr(fd, b, p - b);
  char l[4]; rd(fd, l, 4); int n = g32(l); if (n < 8 || n > 4096) die("bad connect reply");
  char r[4096]; rd(fd, r, n); if (g32(r + 4) <= 0) die("session refused");
}
static char *rec_create(char *p, const char *path, const void *d, int n) {
  p = pbuf(p, path, strlen(path)); p = pbuf(p, d, n); p = p32(p, 1); p = p32(p, 31);
  p = pbuf(p, "world", 5); p = pbuf(p, "anyone", 6); return p32(p, 0);
}
/* one blocking request, used for set-up only */
static int call(int fd, int xid, int type, char *body, int n) {
  char *b = malloc(n + 16), *p = b; p = p32(p, n + 8); p = p32(p, xid); p = p32(p, type); memcpy(p, body, n); wr(fd, b, n + 12); free(b);
  for (;;) { char l[4]; rd(fd, l, 4); int m = g32(l); char *r = malloc(m); rd(fd, r, m); int x = g32(r), e = g32(r + 12); free(r); if (x == xid) return e; }
}
static void key(char *o, int k) { sprintf(o, "%s/k%06d", parent, k); }

static void need(conn *c, size_t n) { if (c->outlen + n > c->outcap) { c->outcap = (c->outlen + n) * 2; c->out = realloc(c->out, c->outcap); } }
static void submit(conn *c) {
  char path[300]; int kind = op; if (op == OP_MIXED) kind = (int)(rnd() % 100) < readpct ? OP_GET : OP_SET;
  if (kind == OP_CREATE) sprintf(path, "%s/c%d-%09ld", parent, (int)getpid(), creates++); else key(path, rnd() % nkeys);
  need(c, bytes + 600); char *s = c->out + c->outlen, *p = s + 4; int xid = c->nextxid++;
  p = p32(p, xid);
  switch (kind) {
  case OP_CREATE: p = p32(p, 1); p = rec_create(p, path, payload, bytes); break;
  case OP_SET: p = p32(p, 5); p = pbuf(p, path, strlen(path)); p = pbuf(p, payload, bytes); p = p32(p, -1); break;
  case OP_GET: p = p32(p, 4); p = pbuf(p, path, strlen(path)); *p++ = 0; break;
  default: p = p32(p, 3); p = pbuf(p, path, strlen(path)); *p++ = 0;
  }
  p32(s, p - s - 4); c->outlen += p - s; c->t0[xid % MAXW] = now(); c->kind[xid % MAXW] = kind; c->inflight++; sent++;
}
static void flush(conn *c, int ep) {
  while (c->outoff < c->outlen) {
    ssize_t k = write(c->fd, c->out + c->outoff, c->outlen - c->outoff);
    if (k < 0) { if (errno == EAGAIN) break; die("write"); } c->outoff += k;
  }
  int pend = c->outoff < c->outlen; if (!pend) c->outoff = c->outlen = 0;
  struct epoll_event e = {.events = EPOLLIN | (pend ? EPOLLOUT : 0), .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}
static void drain(conn *c) {
  for (;;) {
    if (c->incap - c->inlen < 65536) c->in = realloc(c->in, c->incap = c->incap * 2 + 131072);
    ssize_t k = read(c->fd, c->in + c->inlen, c->incap - c->inlen);
    if (k == 0) { errno = 0; die("server closed the connection"); } if (k < 0) { if (errno == EAGAIN) break; die("read"); } c->inlen += k;
    if ((size_t)k < 65536) break;
  }
  size_t o = 0; double t = now();
  while (c->inlen - o >= 4) {
    int n = g32(c->in + o); if (n < 16) die("short reply"); if (c->inlen - o - 4 < (size_t)n) break;
    char *r = c->in + o + 4; int xid = g32(r), err = g32(r + 12); o += 4 + n;
    if (xid < 0) continue;                                  /* ping or watch */
    if (xid != c->expxid) { errno = 0; die("replies out of order"); }
    c->expxid++; c->inflight--; done++;
    int bad = err != 0; if (!bad && c->kind[xid % MAXW] == OP_GET && g32(r + 16) != bytes) bad = 1;
    if (bad) { errs++; if (!firsterr) firsterr = err ? err : 1; }
    if (done > counted_from) lat[nlat++] = t - c->t0[xid % MAXW];
  }
  memmove(c->in, c->in + o, c->inlen - o); c->inlen -= o;
}
static int cmp(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return x < y ? -1 : x > y; }

int main(int argc, char **argv) {
  char *servers = "127.0.0.1:2181"; int o;
  while ((o = getopt(argc, argv, "s:c:w:n:W:o:b:k:p:r:t:j")) != -1) switch (o) {
    case 's': servers = optarg; break; case 'c': nc = atoi(optarg); break; case 'w': win = atoi(optarg); break;
    case 'n': total = atol(optarg); break; case 'W': warm = atol(optarg); break; case 'b': bytes = atoi(optarg); break;
    case 'k': nkeys = atoi(optarg); break; case 'p': parent = optarg; break; case 'r': readpct = atoi(optarg); break;
    case 't': limit_s = atoi(optarg); break; case 'j': json = 1; break;
    case 'o': op = !strcmp(optarg, "create") ? OP_CREATE : !strcmp(optarg, "set") ? OP_SET : !strcmp(optarg, "get") ? OP_GET : !strcmp(optarg, "exists") ? OP_EXISTS : OP_MIXED; break;
    default: fprintf(stderr, "see the head of zkload.c\n"); return 2; }
  if (warm < 0) warm = total / 10; if (nc > MAXC) nc = MAXC; if (win >= MAXW) win = MAXW - 1; counted_from = warm;
  payload = malloc(bytes + 1); memset(payload, 'x', bytes); lat = malloc(sizeof *lat * (total + 8));
  char *list[64]; int ns = 0; for (char *t = strtok(strdup(servers), ","); t && ns < 64; t = strtok(0, ",")) list[ns++] = t;
  int fd = dial(list[0]); handshake(fd); char *b = malloc(bytes + 1000), path[300]; int x = 1;
  call(fd, x++, 1, b, rec_create(b, parent, "", 0) - b);
  if (op != OP_CREATE) for (int k = 0; k < nkeys; k++) { key(path, k);
    int e = call(fd, x++, 1, b, rec_create(b, path, payload, bytes) - b);
    if (e == -110) { char *p = pbuf(b, path, strlen(path)); p = pbuf(p, payload, bytes); p = p32(p, -1); e = call(fd, x++, 5, b, p - b); }
    if (e) { fprintf(stderr, "zkload: set-up of %s failed: %d\n", path, e); return 2; } }
  int ep = epoll_create1(0);
  for (int i = 0; i < nc; i++) { conn *c = &C[i]; c->fd = dial(list[i % ns]); handshake(c->fd); c->nextxid = c->expxid = 1;
    if (op != OP_CREATE) { char *p = pbuf(b, parent, strlen(parent)); c->expxid = c->nextxid = 2; call(c->fd, 1, 9, b, p - b); } /* sync */
    fcntl(c->fd, F_SETFL, O_NONBLOCK); struct epoll_event e = {.events = EPOLLIN, .data.ptr = c}; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e); }
  long goal = total + warm; double t0 = now(), tc = warm ? 0 : t0, stop = t0 + limit_s;
  for (int i = 0; i < nc; i++) { while (C[i].inflight < win && sent < goal) submit(&C[i]); flush(&C[i], ep); }
  struct epoll_event ev[256];
  while (done < goal) {
    if (now() > stop) { fprintf(stderr, "zkload: gave up after %d s with %ld of %ld done\n", limit_s, done, goal); return 1; }
    int n = epoll_wait(ep, ev, 256, 1000);
    for (int i = 0; i < n; i++) { conn *c = ev[i].data.ptr; if (ev[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) drain(c);
      while (c->inflight < win && sent < goal) submit(c); flush(c, ep); }
    if (!tc && done >= warm) { tc = now(); counted_from = done; nlat = 0; }
  }
  double el = now() - tc; qsort(lat, nlat, sizeof *lat, cmp);
#define P(q) (nlat ? lat[(long)((nlat - 1) * q)] * 1e3 : 0)
  if (json) printf("{\"ops\":%ld,\"seconds\":%.4f,\"ops_per_s\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"errors\":%ld,\"first_error\":%ld}\n", nlat, el, nlat / el, P(.5), P(.99), P(1), errs, firsterr);
  else printf("%ld ops in %.3f s: %.0f ops/s, p50 %.2f ms, p99 %.2f ms, max %.2f ms, %ld errors (first %ld)\n", nlat, el, nlat / el, P(.5), P(.99), P(1), errs, firsterr);
  return errs != 0;
}
