#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

bool
child_start (child *c, void (*work) (void *context, int to_parent, int chatter), void *context)
{
  int to_parent[2], chatter[2];
  if (pipe2 (to_parent, O_CLOEXEC) != 0)
    return false;
  const int pid = fork ();
  if (pid == 0)
    {
      close (to_parent[0]); /* or the child would wait for itself to read, once the parent is gone */
      signal (SIGPIPE, SIG_DFL);
      signal (SIGINT, SIG_IGN);
      signal (SIGTERM, SIG_IGN);
      signal (SIGHUP, SIG_IGN);
      signal (SIGXFSZ, SIG_IGN); /* a file grown too large is an error of write, not the end */
      if (pipe2 (chatter, O_CLOEXEC | O_NONBLOCK) == 0)
        {
          dup2 (chatter[1], STDOUT_FILENO);
          dup2 (chatter[1], STDERR_FILENO);
          work (context, to_parent[1], chatter[0]);
        }
      _exit (0); /* no exit handlers: they are the parent's */
    }
  close (to_parent[1]);
  if (pid < 0)
    close (to_parent[0]);
  *c = (child) { pid, to_parent[0] };
  return pid > 0;
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

void
child_finish (child *c)
{
  close (c->pipe); /* a child that still writes is told so by SIGPIPE */
  while (waitpid (c->pid, NULL, 0) < 0 && errno == EINTR)
    ;
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
