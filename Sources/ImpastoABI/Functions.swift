// The functions of impasto.h, which says what they do. Their names are C's.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

public import CImpasto
internal import Network
internal import Pictures
internal import Stylization

private let version: StaticString = "1.0.0"

@c @implementation
public func impasto_version() -> UnsafePointer<CChar>? {
  UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}

@c @implementation
public func impasto_options_default(_ options: UnsafeMutablePointer<impasto_options>?) {
  options?.pointee = .defaults
}

@c @implementation
public func impasto_job_new(
  _ options: UnsafePointer<impasto_options>?, _ content: UnsafePointer<impasto_picture>?,
  _ styles: UnsafePointer<impasto_picture>?, _ count: Int32, _ initial: UnsafePointer<impasto_picture>?,
  _ job: UnsafeMutablePointer<OpaquePointer?>?, _ message: UnsafeMutablePointer<CChar>?
) -> impasto_result {
  answer(message) { () throws(Refusal) in
    guard let job else { throw .badArgument("job is NULL") }
    job.pointee = nil
    job.pointee = JobTable.shared.insert(
      RunningJob(
        try Job(options: options, content: content, styles: styles, count: count, initial: initial)))
  }
}

@c @implementation
public func impasto_job_start(_ job: OpaquePointer?, _ message: UnsafeMutablePointer<CChar>?) -> impasto_result {
  answer(message) { () throws(Refusal) in try JobTable.shared[job].start() }
}

@c @implementation
public func impasto_job_status(
  _ job: OpaquePointer?, _ status: UnsafeMutablePointer<impasto_status>?, _ message: UnsafeMutablePointer<CChar>?
) -> impasto_result {
  var failure: String?
  let result = answer(message) { () throws(Refusal) in
    guard let status else { throw .badArgument("status is NULL") }
    (status.pointee, failure) = try JobTable.shared[job].status
  }
  if let failure { write(failure, to: message) }
  return result
}

@c @implementation
public func impasto_job_preview(
  _ job: OpaquePointer?, _ pixels: UnsafeMutablePointer<Float>?, _ message: UnsafeMutablePointer<CChar>?
) -> impasto_result {
  answer(message) { () throws(Refusal) in
    let running = try JobTable.shared[job]
    guard let pixels else { throw .badArgument("pixels is NULL") }
    try running.preview().copy(to: pixels)
  }
}

@c @implementation
public func impasto_job_stop(
  _ job: OpaquePointer?, _ keep: Int32, _ message: UnsafeMutablePointer<CChar>?
) -> impasto_result {
  answer(message) { () throws(Refusal) in try JobTable.shared[job].stop(keeping: keep != 0) }
}

@c @implementation
public func impasto_job_wait(
  _ job: OpaquePointer?, _ seconds: Double, _ message: UnsafeMutablePointer<CChar>?
) -> impasto_result {
  answer(message) { () throws(Refusal) in
    let running = try JobTable.shared[job]
    guard !seconds.isNaN else { throw .badArgument("seconds is not a number") }
    guard try running.wait(seconds: seconds < 0 ? nil : min(seconds, 1e9)) else {
      throw Refusal(IMPASTO_NOT_READY, "the job has not ended")
    }
  }
}

@c @implementation
public func impasto_job_result(
  _ job: OpaquePointer?, _ pixels: UnsafeMutablePointer<Float>?, _ message: UnsafeMutablePointer<CChar>?
) -> impasto_result {
  answer(message) { () throws(Refusal) in
    let running = try JobTable.shared[job]
    guard let pixels else { throw .badArgument("pixels is NULL") }
    try running.result().copy(to: pixels)
  }
}

@c @implementation
public func impasto_job_free(_ job: OpaquePointer?) {
  guard let job, let running = JobTable.shared.remove(job) else { return }
  running.free()
}

@c @implementation
public func impasto_estimate(
  _ options: UnsafePointer<impasto_options>?, _ width: Int32, _ height: Int32, _ count: Int32,
  _ cost: UnsafeMutablePointer<impasto_cost>?, _ message: UnsafeMutablePointer<CChar>?
) -> impasto_result {
  answer(message) { () throws(Refusal) in
    guard let cost else { throw .badArgument("cost is NULL") }
    let settings = try Settings(options)
    let size = try Size(width: width, height: height, of: "the content picture")
    try Job.check(styleCount: count)
    let weights = try Weights(options)
    do throws(StylizationError) {
      let estimate = try Estimate(settings: settings, content: size, styles: Int(count), weights: weights)
      cost.pointee = impasto_cost(
        seconds: estimate.seconds, bytes: Int64(estimate.bytes), width: Int32(estimate.width),
        height: Int32(estimate.height), scales: Int32(estimate.scales))
    } catch {
      throw Refusal(error)
    }
  }
}
