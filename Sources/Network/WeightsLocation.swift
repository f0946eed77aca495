import Glibc

/// Where the weights are looked for. Never in the current folder, where a stranger may have put them.
package enum WeightsLocation {
  /// What the file is called wherever it is installed.
  package static let fileName = "vgg19.safetensors"

  /// The path of the weights: the value of IMPASTO_WEIGHTS if that is set, whether or not there is such a file, else
  /// the first of `candidates` that exists.
  package static func find(environment: (String) -> String? = variable) throws(WeightsError) -> String {
    if let chosen = environment("IMPASTO_WEIGHTS"), !chosen.isEmpty { return chosen }
    let candidates = candidates(environment: environment, engine: pathOfEngine())
    for path in candidates where access(path, F_OK) == 0 { return path }
    throw WeightsError(
      .missing, fileName,
      "not found (expected at \(candidates.joined(separator: " or ")), or where IMPASTO_WEIGHTS says)")
  }

  /// Beside the engine (the library or executable that this code is in), in the share folder of the same installation,
  /// in the system's, and in the user's GIMP plug-in folder; in this order, each an absolute path.
  package static func candidates(environment: (String) -> String?, engine: String?) -> [String] {
    var folders: [String] = []
    if let engine, engine.hasPrefix("/"), let slash = engine.lastIndex(of: "/") {
      let folder = engine[..<slash]
      folders += ["\(folder)", "\(folder)/../share/impasto"]
    }
    folders.append("/usr/share/impasto")
    if let profile = gimpFolder(environment: environment) {
      let folder = "\(profile)/plug-ins/impasto"
      // The plug-in's own engine lies there itself.
      if !folders.contains(folder) { folders.append(folder) }
    }
    return folders.map { "\($0)/\(fileName)" }
  }

  /// GIMP 2.10's folder of the user, by its own rules: GIMP2_DIRECTORY, taken from the home folder unless absolute,
  /// else GIMP/2.10 in the user's configuration folder.
  private static func gimpFolder(environment: (String) -> String?) -> String? {
    func absolute(_ path: String?) -> String? { path.flatMap { $0.hasPrefix("/") ? $0 : nil } }
    let home = absolute(environment("HOME"))
    if let chosen = environment("GIMP2_DIRECTORY"), !chosen.isEmpty {
      return absolute(chosen) ?? home.map { "\($0)/\(chosen)" }
    }
    let configuration = absolute(environment("XDG_CONFIG_HOME")) ?? home.map { "\($0)/.config" }
    return configuration.map { "\($0)/GIMP/2.10" }
  }

  /// The value of an environment variable, nil if it is not set.
  package static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The absolute path of the file that this code was loaded from; nil if the system does not tell.
  ///
  /// Asked of the kernel's list of mappings: the dynamic linker names an executable as it was called, which may be a
  /// bare name, and a library as it was searched for.
  static func pathOfEngine() -> String? {
    let address = UInt(bitPattern: #dsohandle)
    guard let maps = fopen("/proc/self/maps", "re") else { return nil }
    defer { fclose(maps) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, maps) > 0 {
      // 7f00-7fff r-xp 00000000 08:01 1234   /path
      guard let text = line.map({ String(cString: $0) }), let slash = text.firstIndex(of: "/") else { continue }
      let bounds = text.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
      if bounds.count == 2, (bounds[0]..<bounds[1]).contains(address) {
        return String(text[slash...].prefix { $0 != "\n" })
      }
    }
    return nil
  }
}
