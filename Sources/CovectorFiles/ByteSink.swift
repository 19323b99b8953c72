// Files being written: what is half written never stands where a whole file is looked for.

import Covector

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file being written beside its place, and moved there once it is whole.
struct ByteSink: ~Copyable {
  private let format: String
  private let path: String
  private let draft: String
  private let file: Int32
  private var isFinished = false
  /// Bytes written so far.
  private(set) var count = 0

  /// Starts a file.
  init(path: String, format: String) throws(ArrayError) {
    (self.format, self.path) = (format, path)
    draft = "\(path).\(getpid())-\(UInt32.random(in: .min ... .max)).part"
    file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else {
      let message = systemMessage()
      isFinished = true
      throw ArrayError(format, "\(path): cannot be written: \(message)")
    }
  }

  /// Writes a file as a whole, or leaves the one that is there.
  static func create(
    _ path: String, format: String, _ body: (inout ByteSink) throws -> Void
  ) throws {
    var sink = try ByteSink(path: path, format: format)
    try body(&sink)
    try sink.finish()
  }

  deinit {
    if file >= 0 { close(file) }
    if !isFinished { unsafe unlink(draft) }
  }

  /// Appends bytes.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(ArrayError) {
    var done = 0
    while done < bytes.count {
      let place = unsafe bytes.baseAddress.map { unsafe $0 + done }
      let step = unsafe write(file, place, min(bytes.count - done, 1 << 30))
      if step < 0, errno == EINTR { continue }
      guard step > 0 else { throw failure() }
      done += step
    }
    count += done
  }

  /// Appends bytes.
  mutating func append(_ bytes: [UInt8]) throws(ArrayError) {
    unsafe try bytes.withUnsafeBufferPointer { (bytes) throws(ArrayError) in
      unsafe try append(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Appends the elements of an array, in row-major order.
  mutating func append(_ array: NDArray) throws {
    unsafe try array.withUnsafeBytes { unsafe try append($0) }
  }

  /// Moves the file to its place.
  mutating func finish() throws(ArrayError) {
    // What the name stands for must be on the disk before the name is.
    guard fsync(file) == 0, unsafe rename(draft, path) == 0 else { throw failure() }
    isFinished = true
  }

  private func failure() -> ArrayError {
    ArrayError(format, "\(path): cannot be written: \(systemMessage())")
  }
}
