// The directory of a zip archive: what it holds and where.
// Source: PKWARE, APPNOTE.TXT – .ZIP File Format Specification, version 6.3.10.

import Covector

/// One file in an archive.
struct ZipEntry: Sendable {
  var name: String
  var isDeflated: Bool
  var checksum: UInt32
  /// Bytes in the archive.
  var storedCount: Int
  /// Bytes of the file.
  var count: Int
  /// Where its local header stands.
  var offset: Int
}

/// The files in an archive, in the order of its directory.
struct ZipDirectory: Sendable {
  private(set) var entries: [ZipEntry] = []

  /// Reads the directory at the end of an archive.
  init(_ source: ByteSource) throws(ArrayError) {
    let (count, start, size) = try Self.find(source)
    guard start >= 0, size >= 0, start <= source.count, size <= source.count - start else {
      throw source.error("has a damaged directory: it lies outside the file")
    }
    let bytes = try source.bytes(at: start, count: size)
    var place = 0
    for _ in 0..<count { entries.append(try Self.entry(bytes, &place, source)) }
  }

  private static let fault = "has a damaged directory: "

  /// The number of entries, and the place and size of the directory.
  private static func find(
    _ source: ByteSource
  ) throws(ArrayError) -> (count: Int, start: Int, size: Int) {
    // The record that ends an archive may be followed by a comment of at most 65,535 bytes.
    let first = max(0, source.count - 22 - 0xffff)
    let tail = try source.bytes(at: first, count: source.count - first)
    let found = stride(from: tail.count - 22, through: 0, by: -1).first {
      tail.number(at: $0, bytes: 4) == 0x0605_4b50
        && $0 + 22 + Int(tail.number(at: $0 + 20, bytes: 2)) == tail.count
    }
    guard let end = found else {
      throw source.error("is not a zip archive, or not a whole one: it has no directory")
    }
    let count = Int(tail.number(at: end + 10, bytes: 2))
    let size = Int(tail.number(at: end + 12, bytes: 4))
    let start = Int(tail.number(at: end + 16, bytes: 4))
    guard count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff else {
      return (count, start, size)
    }
    // A large archive has a longer record, and one that tells where, before this one.
    guard end >= 20, tail.number(at: end - 20, bytes: 4) == 0x0706_4b50,
      let place = Int(exactly: tail.number(at: end - 12, bytes: 8))
    else { return (count, start, size) }
    let record = try source.bytes(at: place, count: 56)
    guard record.number(at: 0, bytes: 4) == 0x0606_4b50,
      let count = Int(exactly: record.number(at: 32, bytes: 8)),
      let size = Int(exactly: record.number(at: 40, bytes: 8)),
      let start = Int(exactly: record.number(at: 48, bytes: 8)), count <= size / 46
    else { throw source.error(fault + "its 64-bit record is not whole") }
    return (count, start, size)
  }

  private static func entry(
    _ bytes: [UInt8], _ place: inout Int, _ source: ByteSource
  ) throws(ArrayError) -> ZipEntry {
    guard place + 46 <= bytes.count, bytes.number(at: place, bytes: 4) == 0x0201_4b50 else {
      throw source.error(fault + "an entry is missing")
    }
    func field(_ offset: Int, _ width: Int) -> Int {
      Int(bytes.number(at: place + offset, bytes: width))
    }
    let nameEnd = place + 46 + field(28, 2)
    let extraEnd = nameEnd + field(30, 2)
    let end = extraEnd + field(32, 2)
    guard end <= bytes.count, let name = String(utf8: bytes[place + 46..<nameEnd]) else {
      throw source.error(fault + "an entry is not whole")
    }
    let method = field(10, 2)
    guard method == 0 || method == 8, field(8, 2) & 1 == 0 else {
      throw source.error(
        "has \(name) encrypted or compressed by method \(method); stored and deflated are known")
    }
    var sizes = [field(24, 4), field(20, 4), field(42, 4)]
    // What does not fit 32 bits stands in the extra field of number 1, in the same order.
    var extra = nameEnd
    while extra + 4 <= extraEnd {
      let length = Int(bytes.number(at: extra + 2, bytes: 2))
      if bytes.number(at: extra, bytes: 2) == 1 {
        var next = extra + 4
        for index in sizes.indices where sizes[index] == 0xffff_ffff {
          guard next + 8 <= min(extra + 4 + length, extraEnd),
            let size = Int(exactly: bytes.number(at: next, bytes: 8))
          else { throw source.error(fault + "the sizes of \(name) are not whole") }
          sizes[index] = size
          next += 8
        }
      }
      extra += 4 + length
    }
    defer { place = end }
    return ZipEntry(
      name: name, isDeflated: method == 8,
      checksum: UInt32(truncatingIfNeeded: bytes.number(at: place + 16, bytes: 4)),
      storedCount: sizes[1], count: sizes[0], offset: sizes[2])
  }
}

extension ZipEntry {
  /// The bytes of the file, checked.
  func contents(_ source: ByteSource, _ zlib: Zlib) throws(ArrayError) -> [UInt8] {
    let header = try source.bytes(at: offset, count: 30)
    guard header.number(at: 0, bytes: 4) == 0x0403_4b50 else {
      throw source.error("is damaged: \(name) is not where the directory says")
    }
    let start =
      offset + 30 + Int(header.number(at: 26, bytes: 2)) + Int(header.number(at: 28, bytes: 2))
    let stored = try source.bytes(at: start, count: storedCount)
    guard let bytes = isDeflated ? zlib.inflated(stored, count: count) : stored,
      bytes.count == count, zlib.crc32(bytes) == checksum
    else { throw source.error("is damaged: \(name) does not have the contents it should have") }
    return bytes
  }
}

// MARK: - Writing

extension ByteSink {
  /// Appends the header of a file and its bytes as an archive has them.
  ///
  /// Sizes are always given in 64 bits, as NumPy does, and the date is the first that zip knows.
  mutating func append(_ entry: ZipEntry, stored: [UInt8]) throws(ArrayError) {
    var bytes: [UInt8] = []
    bytes.append(number: 0x0403_4b50 as UInt32)
    bytes += entry.common
    bytes.append(number: UInt32.max)
    bytes.append(number: UInt32.max)
    bytes.append(number: UInt16(entry.name.utf8.count))
    bytes.append(number: 20 as UInt16)
    bytes += entry.name.utf8
    bytes.append(number: 1 as UInt16)
    bytes.append(number: 16 as UInt16)
    bytes.append(number: UInt64(entry.count))
    bytes.append(number: UInt64(entry.storedCount))
    try append(bytes)
    try append(stored)
  }

  /// Appends the directory that ends an archive.
  mutating func append(directory entries: [ZipEntry]) throws(ArrayError) {
    let start = count
    for entry in entries {
      var extra: [UInt8] = []
      func short(_ size: Int) -> UInt32 {
        if size < Int(UInt32.max) { return UInt32(size) }
        extra.append(number: UInt64(size))
        return .max
      }
      let sizes = [short(entry.count), short(entry.storedCount), short(entry.offset)]
      if !extra.isEmpty {
        var header: [UInt8] = []
        header.append(number: 1 as UInt16)
        header.append(number: UInt16(extra.count))
        extra = header + extra
      }
      var bytes: [UInt8] = []
      bytes.append(number: 0x0201_4b50 as UInt32)
      bytes.append(number: 0x032d as UInt16)
      bytes += entry.common
      bytes.append(number: sizes[1])
      bytes.append(number: sizes[0])
      bytes.append(number: UInt16(entry.name.utf8.count))
      bytes.append(number: UInt16(extra.count))
      // No comment, first disk, no attributes but that the owner may read and write.
      bytes += [0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x01]
      bytes.append(number: sizes[2])
      try append(bytes + entry.name.utf8 + extra)
    }
    let size = count - start
    let isLarge = entries.count >= 0xffff || size >= Int(UInt32.max) || start >= Int(UInt32.max)
    var bytes: [UInt8] = []
    if isLarge {
      let place = count
      bytes.append(number: 0x0606_4b50 as UInt32)
      bytes.append(number: 44 as UInt64)
      bytes += [45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]
      bytes.append(number: UInt64(entries.count))
      bytes.append(number: UInt64(entries.count))
      bytes.append(number: UInt64(size))
      bytes.append(number: UInt64(start))
      bytes.append(number: 0x0706_4b50 as UInt32)
      bytes.append(number: 0 as UInt32)
      bytes.append(number: UInt64(place))
      bytes.append(number: 1 as UInt32)
    }
    bytes.append(number: 0x0605_4b50 as UInt32)
    bytes.append(number: 0 as UInt32)
    bytes.append(number: UInt16(clamping: entries.count))
    bytes.append(number: UInt16(clamping: entries.count))
    bytes.append(number: UInt32(clamping: size))
    bytes.append(number: UInt32(clamping: start))
    bytes.append(number: 0 as UInt16)
    try append(bytes)
  }
}

extension ZipEntry {
  /// What a local header and the directory say alike: version, flags, method, date and checksum.
  fileprivate var common: [UInt8] {
    // Bit 11 says that the name is UTF-8.
    let isPlain = name.utf8.allSatisfy { $0 < 0x80 }
    var bytes: [UInt8] = [45, 0, 0, isPlain ? 0 : 8, isDeflated ? 8 : 0, 0, 0, 0, 0x21, 0]
    bytes.append(number: checksum)
    return bytes
  }
}
