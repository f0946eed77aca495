import ArgumentParser
import Glibc
import Stylization

/// How progress is shown.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  /// A line on stderr that is written over and over, if stderr is a terminal.
  case bar
  /// A line of JSON on stdout for every iteration.
  case json
  case none
}

/// Shows how far a painting is, in one of three ways.
struct ProgressReport {
  private var style: ProgressStyle
  /// Why progress could not be shown to the end; nil when it could, and when its reader has gone away.
  private(set) var failure: Failure?
  private let clock = ContinuousClock()
  private var lastDrawn: ContinuousClock.Instant?

  init(_ style: ProgressStyle) {
    self.style = style == .bar && isatty(STDERR_FILENO) == 0 ? .none : style
  }

  /// What cannot be shown stops the showing, not the work.
  mutating func show(_ progress: Progress) {
    switch style {
    case .bar: draw(progress)
    case .json:
      guard !writeAll(Self.json(progress) + "\n", to: STDOUT_FILENO) else { break }
      failure = errno == EPIPE ? nil : .stdout(errno)
      style = .none
    case .none: break
    }
  }

  /// Takes the bar away, so that what is written next has the line to itself.
  mutating func clear() {
    if lastDrawn != nil { writeAll("\r\u{1b}[K", to: STDERR_FILENO) }
    lastDrawn = nil
  }

  private mutating func draw(_ progress: Progress) {
    if let lastDrawn, clock.now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = clock.now
    writeAll(
      "\r\(Self.line(progress, width: Self.terminalWidth).prefix(Self.terminalWidth - 1))\u{1b}[K", to: STDERR_FILENO)
  }

  /// [#########----------] 45%  scale 2/3 (512x341)  12/50  loss 0.0123  1:05 left
  static func line(_ progress: Progress, width: Int) -> String {
    let cells = min(max(width - 60, 10), 30)
    let full = Int((progress.fraction * Double(cells)).rounded(.down))
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
    var parts = [
      "[\(bar)] \(Int(progress.fraction * 100))%",
      "scale \(progress.scale)/\(progress.scales) (\(progress.width)x\(progress.height))",
      "\(progress.iteration)/\(progress.iterations)", "loss \(rounded(progress.loss))",
    ]
    if let seconds = progress.secondsLeft { parts.append("\(clockTime(seconds)) left") }
    return parts.joined(separator: "  ")
  }

  /// Four digits, however large or small.
  private static func rounded(_ loss: Double) -> String {
    guard loss.isFinite, loss != 0 else { return "\(loss)" }
    let unit = pow(10, log10(abs(loss)).rounded(.down) - 3)
    let value = (loss / unit).rounded() * unit
    return abs(value) >= 1000 ? "\(Int(clamping: Int64(min(value, 1e18))))" : String("\(Float(value))".prefix(9))
  }

  private static func clockTime(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e8).rounded())
    func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    let tail = twoDigits(whole % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(tail)" : "\(minutes):\(tail)"
  }

  private static func json(_ progress: Progress) -> String {
    JSON.object([
      ("fraction", JSON.number(progress.fraction)), ("scale", "\(progress.scale)"), ("scales", "\(progress.scales)"),
      ("width", "\(progress.width)"), ("height", "\(progress.height)"), ("iteration", "\(progress.iteration)"),
      ("iterations", "\(progress.iterations)"), ("loss", JSON.number(progress.loss)),
      ("secondsLeft", JSON.number(progress.secondsLeft)),
    ])
  }

  private static var terminalWidth: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
  }
}
