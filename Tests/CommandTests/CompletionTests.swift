import Foundation
import TestSupport
import Testing

/// What Bash offers, asked as it asks, of the completions that the Debian package installs.
@Suite struct CompletionTests {
  private static let subcommands = ["bench", "estimate", "evaluate", "help", "stylize", "weights"]
  private static let pictures = ["great wave.png", "photo.jpg"]
  private static let rootOptions = ["--help", "--version", "-h"]

  @Test(arguments: [
    // Without a subcommand it is `stylize`.
    ("photo.jpg --sch", ["--schedule"]),
    ("photo.jpg --schedule o", ["original"]),
    ("photo.jpg --style great-wave.png --recipe ga", ["gatys"]),
    ("photo.jpg --style ", pictures + ["painted"]),
    ("photo.jpg --output pa", ["painted"]),
    ("--keep-colors --s", ["--save-every", "--schedule", "--seed", "--size", "--strength", "--style"]),
    ("--sch", ["--schedule"]),
    ("--style g", ["great wave.png"]),
    ("ph", ["photo.jpg"]),
    // The first word may become one.
    ("", subcommands + rootOptions + pictures + ["painted"]),
    ("es", ["estimate"]),
    ("stylize photo.jpg --sch", ["--schedule"]),
    ("stylize --progress j", ["json"]),
    ("estimate photo.jpg --o", []),
    ("bench --th", ["--threads"]),
    ("bench --sch", []),
    ("weights w", ["weights.safetensors"]),
  ])
  func `bash completes with a subcommand and without`(line: String, offers: [String]) throws {
    try withFolder { folder in
      let files = FileManager.default
      for name in Self.pictures + ["notes.txt", "weights.safetensors"] {
        try Data().write(to: URL(filePath: "\(folder)/\(name)"))
      }
      try files.createDirectory(atPath: folder + "/painted", withIntermediateDirectories: false)
      let ask = """
        . completions
        COMP_WORDS=(impasto "$@") COMP_CWORD=$# COMP_LINE="impasto $*" COMP_TYPE=9 COMP_KEY=9
        COMP_POINT=${#COMP_LINE}
        [[ $(complete -p impasto) =~ -F\\ ([a-z_]+) ]]
        "${BASH_REMATCH[1]}" impasto "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      try Data(ask.utf8).write(to: URL(filePath: folder + "/ask"))
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
      let outcome = try Command.shell(
        "\"$impasto\" --generate-completion-script bash | cat - '\(RepositoryFile.root)/CShim/debian/impasto.bash.part' "
          + "> completions; bash --norc ./ask \(words.joined(separator: " "))", in: folder)
      #expect(outcome.errors.isEmpty)
      let answers = Set(outcome.output.split(separator: "\n").map(String.init)).subtracting(["ask", "completions"])
      #expect(answers.sorted() == offers.sorted())
    }
  }
}
