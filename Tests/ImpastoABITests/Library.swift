import CImpasto
import Glibc

/// The library as it is shipped, opened as the plug-in opens it: one that is not self-contained would not open. It lies
/// beside the tests, where the same build has put it.
struct Library: Sendable {
  typealias Message = UnsafeMutablePointer<CChar>?
  typealias Reading = @convention(c) (OpaquePointer?, UnsafeMutablePointer<Float>?, Message) -> impasto_result
  typealias Making =
    @convention(c) (
      UnsafePointer<impasto_options>?, UnsafePointer<impasto_picture>?, UnsafePointer<impasto_picture>?, Int32,
      UnsafePointer<impasto_picture>?, UnsafeMutablePointer<OpaquePointer?>?, Message
    ) -> impasto_result
  typealias Estimating =
    @convention(c) (
      UnsafePointer<impasto_options>?, Int32, Int32, Int32, UnsafeMutablePointer<impasto_cost>?, Message
    ) -> impasto_result

  let version: @convention(c) () -> UnsafePointer<CChar>?
  let optionsDefault: @convention(c) (UnsafeMutablePointer<impasto_options>?) -> Void
  let jobNew: Making
  let jobStart: @convention(c) (OpaquePointer?, Message) -> impasto_result
  let jobStatus: @convention(c) (OpaquePointer?, UnsafeMutablePointer<impasto_status>?, Message) -> impasto_result
  let jobPreview: Reading
  let jobStop: @convention(c) (OpaquePointer?, Int32, Message) -> impasto_result
  let jobWait: @convention(c) (OpaquePointer?, Double, Message) -> impasto_result
  let jobResult: Reading
  let jobFree: @convention(c) (OpaquePointer?) -> Void
  let estimate: Estimating

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  init() throws {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &path, path.count - 1)
    let program = String(decoding: path.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let file = String(program[..<(program.lastIndex(of: "/") ?? program.startIndex)]) + "/libImpasto.so"
    // The tests hold the same modules: the library is to use its own. Only sanitizers cannot do with that.
    let binding = getenv("IMPASTO_TESTS_BIND_GLOBALLY") == nil ? RTLD_DEEPBIND : 0
    guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | binding) else {
      throw Missing(description: dlerror().map { String(cString: $0) } ?? file)
    }
    func find<Function>(_ name: String, as type: Function.Type = Function.self) throws -> Function {
      guard let symbol = dlsym(handle, "impasto_" + name) else { throw Missing(description: "no impasto_\(name)") }
      return unsafeBitCast(symbol, to: type)
    }
    version = try find("version")
    optionsDefault = try find("options_default")
    jobNew = try find("job_new")
    jobStart = try find("job_start")
    jobStatus = try find("job_status")
    jobPreview = try find("job_preview")
    jobStop = try find("job_stop")
    jobWait = try find("job_wait")
    jobResult = try find("job_result")
    jobFree = try find("job_free")
    estimate = try find("estimate")
  }
}

/// Opened once. A library that cannot be opened ends the tests, with the reason.
let library: Library = {
  do {
    return try Library()
  } catch {
    preconditionFailure("\(error)")
  }
}()
