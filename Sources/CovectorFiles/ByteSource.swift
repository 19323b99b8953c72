// Bytes to be read, with everything that can go wrong on the way said in one line.

import Covector

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that can be read from any place: an open file, or memory.
///
/// A file is read where and when its bytes are needed and never mapped: one that shrinks meanwhile is
/// an error here, and would end the process there.
final class ByteSource: Sendable {
  private enum Storage {
    case file(Int32)
    case memory([UInt8])
  }

  /// The format that is read, as errors name it.
  let format: String
  /// What is read, as errors name it: a path.
  let name: String
  /// The number of bytes, when the file was opened.
  let count: Int
  private let storage: Storage

  /// Bytes in memory.
  init(_ bytes: [UInt8], name: String, format: String) {
    (self.format, self.name, self.count, storage) = (format, name, bytes.count, .memory(bytes))
  }

  /// Opens a file.
  init(path: String, format: String) throws(ArrayError) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw ArrayError(format, "\(path): cannot be opened: \(systemMessage())")
    }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw ArrayError(format, "\(path): is not a file")
    }
    (self.format, name, count, storage) = (format, path, Int(status.st_size), .file(file))
  }

  deinit {
    if case .file(let file) = storage { close(file) }
  }

  /// An error about what is read, in one line of bounded length whatever names the file has.
  func error(_ message: String) -> ArrayError {
    ArrayError(format, "\(name): \(message.inOneLine(atMost: 2000))")
  }

  /// An error that says which arrays there are.
  func error(noArray name: String, among names: [String]) -> ArrayError {
    let few = names.prefix(8).joined(separator: ", ")
    let rest = names.count > 8 ? " and \(names.count - 8) more" : ""
    return error("has no array \(name); it has \(names.isEmpty ? "none" : few + rest)")
  }

  /// Fills memory with the bytes from a place on.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(ArrayError) {
    guard offset >= 0, target.count <= count, offset <= count - target.count else {
      throw error(
        "ends too early: \(target.count) bytes at \(offset) are needed, it has \(count)")
    }
    switch storage {
    case .memory(let bytes):
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + target.count]))
      }
    case .file(let file):
      var done = 0
      while done < target.count {
        let place = unsafe target.baseAddress.map { unsafe $0 + done }
        let step = unsafe pread(
          file, place, min(target.count - done, 1 << 30), off_t(offset + done))
        if step < 0, errno == EINTR { continue }
        guard step >= 0 else { throw error("cannot be read: \(systemMessage())") }
        guard step > 0 else {
          throw error("has become shorter since it was opened: byte \(offset + done) is gone")
        }
        done += step
      }
    }
  }

  /// The bytes from a place on.
  func bytes(at offset: Int, count: Int) throws(ArrayError) -> [UInt8] {
    guard offset >= 0, count >= 0, count <= self.count, offset <= self.count - count else {
      throw error("ends too early: \(count) bytes at \(offset) are needed, it has \(self.count)")
    }
    var result = [UInt8](repeating: 0, count: count)
    unsafe try result.withUnsafeMutableBufferPointer { (target) throws(ArrayError) in
      unsafe try read(at: offset, into: UnsafeMutableRawBufferPointer(target))
    }
    return result
  }

  /// An array of the elements from a place on.
  ///
  /// Bytes that are no truth value are an error, as no `Bool` can hold them.
  func array(at offset: Int, _ type: ArrayType, swapped: Bool = false) throws(ArrayError) -> NDArray
  {
    unsafe try NDArray(shape: type.shape, dtype: type.dtype) { (target) throws(ArrayError) in
      unsafe try read(at: offset, into: target)
      if type.dtype == .bool, let wrong = unsafe target.first(where: { $0 > 1 }) {
        throw error("has the byte \(wrong) in a bool array; it must be 0 or 1")
      }
      if swapped { unsafe swapBytes(target, size: type.dtype.real.byteCount) }
    }
  }
}

/// Turns the byte order of numbers of a size around.
private func swapBytes(_ bytes: UnsafeMutableRawBufferPointer, size: Int) {
  func swap<T: FixedWidthInteger>(_ type: T.Type) {
    let numbers = unsafe bytes.bindMemory(to: type)
    for index in numbers.indices { unsafe numbers[index] = unsafe numbers[index].byteSwapped }
  }
  switch size {
  case 2: swap(UInt16.self)
  case 4: swap(UInt32.self)
  case 8: swap(UInt64.self)
  default: break
  }
}

extension String {
  /// The text with line ends and other control characters spelled out, cut where it is longer than so many
  /// characters.
  fileprivate func inOneLine(atMost length: Int) -> String {
    var line = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == length { return line + "..." }
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: line += scalar.escaped(asASCII: true)
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}

/// What the system says of its latest failure.
func systemMessage() -> String { unsafe String(cString: strerror(errno)) }

extension [UInt8] {
  /// The little-endian number of some bytes at a place, which must be within.
  func number(at place: Int, bytes: Int) -> UInt64 {
    (0..<bytes).reduce(0) { $0 | UInt64(self[place + $1]) << (8 * UInt64($1)) }
  }

  /// Appends the little-endian bytes of a number.
  mutating func append<T: FixedWidthInteger>(number: T) {
    for place in 0..<T.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
  }
}

extension String {
  /// The text of UTF-8 bytes, or `nil` where they are not.
  init?(utf8 bytes: some Sequence<UInt8>) {
    self.init(validating: bytes, as: UTF8.self)
  }
}
