// The system's zlib, loaded when an archive is first read or written: see Docs/Decisions/0007.

import Covector

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The zlib library of the system.
@safe struct Zlib: @unchecked Sendable {
  #if canImport(Darwin)
    static let names = ["/usr/lib/libz.1.dylib"]
  #else
    static let names = ["libz.so.1"]
  #endif

  private static let found = Zlib(libraries: names)

  private let checksum: Checksum
  private let startInflating: StartInflating
  private let inflate: Step
  private let endInflating: End
  private let startDeflating: StartDeflating
  private let deflate: Step
  private let endDeflating: End

  /// The library; an error that says how to get it where there is none.
  static func installed() throws(ArrayError) -> Zlib {
    guard let found else {
      throw ArrayError(
        "npz",
        "zlib is needed, but \(names.joined(separator: ", ")) was not found; install it, on Debian "
          + "and Ubuntu with apt-get install zlib1g")
    }
    return found
  }

  /// The first of these libraries that can be loaded and has what is needed.
  init?(libraries: [String]) {
    for name in libraries {
      guard let library = unsafe dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
      guard let checksum = unsafe dlsym(library, "crc32"),
        let startInflating = unsafe dlsym(library, "inflateInit2_"),
        let inflate = unsafe dlsym(library, "inflate"),
        let endInflating = unsafe dlsym(library, "inflateEnd"),
        let startDeflating = unsafe dlsym(library, "deflateInit2_"),
        let deflate = unsafe dlsym(library, "deflate"),
        let endDeflating = unsafe dlsym(library, "deflateEnd")
      else { continue }
      unsafe self.checksum = unsafe unsafeBitCast(checksum, to: Checksum.self)
      unsafe self.startInflating = unsafe unsafeBitCast(startInflating, to: StartInflating.self)
      unsafe self.inflate = unsafe unsafeBitCast(inflate, to: Step.self)
      unsafe self.endInflating = unsafe unsafeBitCast(endInflating, to: End.self)
      unsafe self.startDeflating = unsafe unsafeBitCast(startDeflating, to: StartDeflating.self)
      unsafe self.deflate = unsafe unsafeBitCast(deflate, to: Step.self)
      unsafe self.endDeflating = unsafe unsafeBitCast(endDeflating, to: End.self)
      return
    }
    return nil
  }

  /// The CRC-32 of bytes.
  func crc32(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt = 0
    unsafe bytes.withUnsafeBytes { bytes in
      var rest = unsafe bytes[...]
      while unsafe !rest.isEmpty {
        let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(Self.pieceLimit))
        sum = unsafe checksum(sum, piece.baseAddress, UInt32(piece.count))
        unsafe rest = rest.dropFirst(piece.count)
      }
    }
    return UInt32(truncatingIfNeeded: sum)
  }

  /// The bytes that a raw deflate stream stands for; `nil` where it is damaged or they are not as many
  /// as expected.
  func inflated(_ bytes: [UInt8], count: Int) -> [UInt8]? {
    // No stream stands for more than 1,032 times its bytes.
    guard count <= bytes.count * 1032 + 64 else { return nil }
    var stream = unsafe Stream()
    // Minus 15: the largest window, and no header around the stream.
    guard
      unsafe startInflating(&stream, -15, "1", Int32(MemoryLayout<Stream>.size)) == Code.ok
    else { return nil }
    defer { _ = unsafe endInflating(&stream) }
    // One byte more than expected shows a stream that is too long.
    let (code, result) = unsafe run(&stream, inflate, bytes, limit: count + 1)
    return code == Code.end && result.count == count ? result : nil
  }

  /// A raw deflate stream for bytes.
  func deflated(_ bytes: [UInt8]) throws(ArrayError) -> [UInt8] {
    var stream = unsafe Stream()
    let size = unsafe Int32(MemoryLayout<Stream>.size)
    // Level 6, deflate, no header, zlib's ordinary memory and strategy: as NumPy has it.
    var code = unsafe startDeflating(&stream, 6, 8, -15, 8, 0, "1", size)
    guard code == Code.ok else { throw ArrayError("npz", "zlib could not be started: \(code)") }
    defer { _ = unsafe endDeflating(&stream) }
    let result: [UInt8]
    (code, result) = unsafe run(&stream, deflate, bytes, limit: .max)
    guard code == Code.end else { throw ArrayError("npz", "zlib could not compress: \(code)") }
    return result
  }

  /// Runs a stream to its end, to an error, or until it has given `limit` bytes.
  private func run(
    _ stream: inout Stream, _ step: Step, _ input: [UInt8], limit: Int
  ) -> (Int32, [UInt8]) {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var code = Code.ok
    unsafe input.withUnsafeBytes { input in
      var rest = unsafe input[...]
      repeat {
        if unsafe stream.inputCount == 0 {
          let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(Self.pieceLimit))
          unsafe stream.input = piece.baseAddress
          unsafe stream.inputCount = UInt32(piece.count)
          unsafe rest = rest.dropFirst(piece.count)
        }
        let room = min(chunk.count, limit - output.count)
        unsafe chunk.withUnsafeMutableBytes { chunk in
          unsafe stream.output = chunk.baseAddress
          unsafe stream.outputCount = UInt32(room)
          code = unsafe step(&stream, rest.isEmpty ? Self.finish : 0)
        }
        output += unsafe chunk.prefix(room - Int(stream.outputCount))
        // A step that could do nothing for want of input or room is not an error if there is more.
        if code == Code.stuck, unsafe !rest.isEmpty || stream.outputCount == 0 { code = Code.ok }
      } while code == Code.ok && output.count < limit
    }
    return (code, output)
  }

  private static let pieceLimit = 1 << 30
  private static let finish: Int32 = 4

  private enum Code {
    static let ok: Int32 = 0
    static let end: Int32 = 1
    static let stuck: Int32 = -5
  }

  // MARK: The interface of zlib 1.2 (zlib.h)

  /// `z_stream`.
  @unsafe private struct Stream {
    var input: UnsafeRawPointer?
    var inputCount: UInt32 = 0
    var inputTotal: UInt = 0
    var output: UnsafeMutableRawPointer?
    var outputCount: UInt32 = 0
    var outputTotal: UInt = 0
    var message: UnsafeRawPointer?
    var state: UnsafeRawPointer?
    var allocate: UnsafeRawPointer?
    var release: UnsafeRawPointer?
    var context: UnsafeRawPointer?
    var dataType: Int32 = 0
    var checksum: UInt = 0
    var reserved: UInt = 0
  }

  private typealias StreamPointer = UnsafeMutableRawPointer
  private typealias Checksum = @convention(c) (UInt, UnsafeRawPointer?, UInt32) -> UInt
  private typealias StartInflating =
    @convention(c) (
      StreamPointer, Int32, UnsafePointer<CChar>, Int32
    ) -> Int32
  private typealias StartDeflating =
    @convention(c) (
      StreamPointer, Int32, Int32, Int32, Int32, Int32, UnsafePointer<CChar>, Int32
    ) -> Int32
  private typealias Step = @convention(c) (StreamPointer, Int32) -> Int32
  private typealias End = @convention(c) (StreamPointer) -> Int32
}
