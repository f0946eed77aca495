#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

bool
child_start (child *c, void (*work) (void *context, int to_parent, int chatter), void *context)
{
  int to_parent[2], chatter[2];
  if (pipe2 (to_parent, O_CLOEXEC) != 0)
    return false;
  if (pipe2 (chatter, O_CLOEXEC | O_NONBLOCK) != 0)
    {
      close (to_parent[0]);
      close (to_parent[1]);
      return false;
    }
  const int pid = fork ();
  if (pid == 0)
    {
      close (to_parent[0]); /* or the child would wait for itself to read, once the parent is gone */
      signal (SIGPIPE, SIG_DFL);
      signal (SIGINT, SIG_IGN);
      signal (SIGTERM, SIG_IGN);
      signal (SIGHUP, SIG_IGN);
      signal (SIGXFSZ, SIG_IGN); /* a file grown too large is an error of write, not the end */
      dup2 (chatter[1], STDOUT_FILENO);
      dup2 (chatter[1], STDERR_FILENO);
      work (context, to_parent[1], chatter[0]);
      _exit (0); /* no exit handlers: they are the parent's */
    }
  close (to_parent[1]);
  close (chatter[0]);
  close (chatter[1]);
  if (pid < 0)
    close (to_parent[0]);
  *c = (child) { pid, to_parent[0] };
  return pid > 0;
}

/* babl, when a colour profile makes it give up, runs a debugger by a file of commands in /tmp. */
static void
forbid_programs_and_connections (void)
{
  struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_execve, 3, 0),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_execveat, 2, 0),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 1, 0),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
  };
  const struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program); /* a kernel without it is none the worse */
}

/* Of address space, what fork left included. */
static uint64_t
bytes_mapped (void)
{
  unsigned long pages = 0;
  FILE *statm = fopen ("/proc/self/statm", "re");
  if (statm == NULL || fscanf (statm, "%lu", &pages) != 1)
    pages = 0;
  if (statm != NULL)
    fclose (statm);
  return (uint64_t) pages * (uint64_t) sysconf (_SC_PAGESIZE);
}

static void
limit (int resource, uint64_t most, uint64_t grace)
{
  struct rlimit now;
  if (getrlimit (resource, &now) != 0)
    return;
  if (now.rlim_cur == RLIM_INFINITY || now.rlim_cur > most)
    now.rlim_cur = (rlim_t) most;
  if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most + grace)
    now.rlim_max = (rlim_t) (most + grace);
  setrlimit (resource, &now);
}

void
child_confine (uint64_t bytes, uint64_t seconds)
{
  const uint64_t mapped = bytes_mapped ();
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (mapped > 0)
    limit (RLIMIT_AS, mapped + bytes, 0);
  limit (RLIMIT_CPU, seconds, 5); /* ended by SIGXCPU: SIGKILL, after the grace, would look like a lack of memory */
  limit (RLIMIT_CORE, 0, 0);
  forbid_programs_and_connections ();
}

bool
child_read (const child *c, void *data, size_t size)
{
  for (size_t done = 0; done < size;)
    {
      const ssize_t count = read (c->pipe, (char *) data + done, size - done);
      if (count == 0 || (count < 0 && errno != EINTR))
        return false;
      done += count > 0 ? (size_t) count : 0;
    }
  return true;
}

int
child_finish (child *c)
{
  int status = 0;
  if (c->pid == 0)
    return 0;
  close (c->pipe); /* a child that still writes is told so by SIGPIPE */
  while (waitpid (c->pid, &status, 0) < 0 && errno == EINTR)
    ;
  c->pid = 0;
  return WIFSIGNALED (status) ? WTERMSIG (status) : 0;
}

static void *
end_at_once (void *nothing)
{
  return nothing;
}

bool
child_has_resources (void)
{
  enum { DESCRIPTORS = 16 };
  int descriptors[DESCRIPTORS], count = 0;
  while (count < DESCRIPTORS && (descriptors[count] = dup (STDERR_FILENO)) >= 0)
    count++;
  for (int i = 0; i < count; i++)
    close (descriptors[i]);
  pthread_t thread;
  if (count < DESCRIPTORS || pthread_create (&thread, NULL, end_at_once, NULL) != 0)
    return false;
  pthread_join (thread, NULL);
  return true;
}

bool
write_all (int descriptor, const void *data, size_t size)
{
  for (size_t done = 0; done < size;)
    {
      const ssize_t count = write (descriptor, (const char *) data + done, size - done);
      if (count < 0 && errno != EINTR)
        return false;
      done += count > 0 ? (size_t) count : 0;
    }
  return true;
}
