import Glibc

/// What a process finds when it starts, and is made safe to work in.
enum Surroundings {
  /// Folders that GLib takes its user's settings, data and caches from, and GEGL its plug-ins.
  private static let folders = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"]

  /// To be called before anything else.
  static func prepare() {
    // A file opened later must not get a standard stream's number: what is meant for the stream would go there. What
    // is opened in its place for reading alone takes no output, as a closed stream takes none.
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    signal(SIGCHLD, SIG_DFL)  // ignored, it would keep from us how a decoder ended
    signal(SIGXFSZ, SIG_IGN)  // a file grown too large is an error of the write, not the end
    // In the current folder, which a relative one is in, a stranger may have put plug-ins for GEGL to run.
    for name in folders {
      if let value = getenv(name), value.pointee != CChar(bitPattern: UInt8(ascii: "/")) { unsetenv(name) }
    }
  }
}
