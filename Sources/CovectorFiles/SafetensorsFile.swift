// The safetensors format: eight bytes with the length of a JSON header, the header, and the elements of
// all arrays without gaps.
// Source: Hugging Face, safetensors, README, section "Format".

public import Covector

/// A file of named arrays in the safetensors format; an array is read when it is asked for.
///
/// What is written is byte for byte what the `safetensors` package writes. The format has no
/// `complex128`; what other packages write in 8 bits or fewer and is no dtype cannot be read.
public struct SafetensorsFile: Sendable {
  private struct Entry {
    var kind: String
    var shape: [Int]
    var start: Int
    var end: Int
  }

  private let source: ByteSource
  private let entries: [String: Entry]
  private let firstByte: Int

  /// The names of the arrays, in the order of their elements in the file.
  public let names: [String]

  /// Texts that describe the file.
  public let metadata: [String: String]

  /// Opens a file and reads its header.
  public init(_ path: String) throws(ArrayError) {
    source = try ByteSource(path: path, format: "safetensors")
    guard source.count >= 8 else {
      throw source.error("has \(source.count) bytes; the length of the header alone takes 8")
    }
    let length = try source.bytes(at: 0, count: 8).number(at: 0, bytes: 8)
    // The limit is the format's own.
    guard length <= 100_000_000, Int(length) <= source.count - 8 else {
      throw source.error(
        "is damaged: its header is said to have \(length) bytes, and the file has \(source.count)")
    }
    firstByte = 8 + Int(length)
    let header = try source.bytes(at: 8, count: Int(length))
    let root: JSONValue
    do throws(JSONScanner.Fault) {
      root = try JSONScanner.value(of: header)
    } catch {
      throw source.error("has a damaged header: \(error.message)")
    }
    guard case .object(let members) = root else {
      throw source.error("has a damaged header: it is not an object")
    }
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]
    for member in members {
      if member.key == "__metadata__" {
        metadata = try Self.metadata(member.value, source)
      } else if entries.updateValue(try Self.entry(member, source), forKey: member.key) != nil {
        throw source.error("has two arrays \(member.key)")
      }
    }
    names = entries.sorted {
      ($0.value.start, $0.value.end, $0.key) < ($1.value.start, $1.value.end, $1.key)
    }
    .map(\.key)
    (self.entries, self.metadata) = (entries, metadata)
    try checkPlaces()
  }

  /// The shapes and dtypes of the arrays by name; none for those that no dtype is.
  public var types: [String: ArrayType] {
    entries.compactMapValues { entry in
      Self.dtype(entry.kind).map { ArrayType(entry.shape, $0) }
    }
  }

  /// Reads the array of a name.
  public subscript(name: String) -> NDArray {
    get throws(ArrayError) {
      guard let entry = entries[name] else {
        throw source.error(noArray: name, among: names)
      }
      guard let dtype = Self.dtype(entry.kind) else {
        throw source.error("has elements of type \(entry.kind) in \(name), which no dtype is")
      }
      return try source.array(at: firstByte + entry.start, ArrayType(entry.shape, dtype))
    }
  }

  /// Reads all arrays.
  public func arrays() throws(ArrayError) -> [String: NDArray] {
    var arrays: [String: NDArray] = [:]
    for name in names { arrays[name] = try self[name] }
    return arrays
  }

  /// Writes named arrays to a file, which is replaced as a whole where it exists.
  ///
  /// - Parameters:
  ///   - arrays: The arrays by name.
  ///   - metadata: Texts that describe the file.
  ///   - path: The file.
  /// - Throws: `ArrayError` where the file cannot be written, or for a `complex128` array.
  public static func write(
    _ arrays: [String: NDArray], metadata: [String: String] = [:], to path: String
  ) throws {
    for (name, array) in arrays where kind(array.dtype) == nil || name == "__metadata__" {
      throw ArrayError(
        "safetensors",
        name == "__metadata__"
          ? "\(path): no array can have the name __metadata__, which the format keeps for itself"
          : "\(path): \(name) is \(array.dtype), which the format does not have; complex64 would do"
      )
    }
    // Large elements first, so that all lie at multiples of their size.
    let ordered = arrays.sorted {
      let (left, right) = (rank($0.value.dtype), rank($1.value.dtype))
      return left == right ? $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) : left > right
    }
    var parts: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\($0.key.quotedForJSON):\($0.value.quotedForJSON)" }
      parts.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, array) in ordered {
      let shape = array.shape.map(String.init).joined(separator: ",")
      let end = offset + array.byteCount
      parts.append(
        "\(name.quotedForJSON):{\"dtype\":\"\(kind(array.dtype) ?? "")\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var length: [UInt8] = []
    length.append(number: UInt64(header.count))
    try ByteSink.create(path, format: "safetensors") { sink in
      try sink.append(length + header)
      for (_, array) in ordered { try sink.append(array) }
    }
  }
}

// MARK: - The header

extension SafetensorsFile {
  /// The format's names, in its order; a file has the last of them first.
  private static let kinds: [(name: String, dtype: DType)] = [
    ("BOOL", .bool), ("U8", .uint8), ("I8", .int8), ("I16", .int16), ("U16", .uint16),
    ("F16", .float16), ("BF16", .bfloat16), ("I32", .int32), ("U32", .uint32), ("F32", .float32),
    ("C64", .complex64), ("F64", .float64), ("I64", .int64), ("U64", .uint64),
  ]

  private static func kind(_ dtype: DType) -> String? {
    kinds.first { $0.dtype == dtype }?.name
  }

  private static func dtype(_ kind: String) -> DType? { kinds.first { $0.name == kind }?.dtype }

  private static func rank(_ dtype: DType) -> Int {
    kinds.firstIndex { $0.dtype == dtype } ?? kinds.count
  }

  private static func metadata(
    _ value: JSONValue, _ source: ByteSource
  ) throws(ArrayError) -> [String: String] {
    guard case .object(let members) = value else {
      throw source.error("has a damaged header: __metadata__ is not an object")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .text(let text) = member.value else {
        throw source.error("has a damaged header: \(member.key) in __metadata__ is not a text")
      }
      metadata[member.key] = text
    }
    return metadata
  }

  private static func entry(
    _ member: JSONValue.Member, _ source: ByteSource
  ) throws(ArrayError) -> Entry {
    var kind: String?
    var shape: [Int]?
    var places: [Int]?
    if case .object(let parts) = member.value {
      for part in parts {
        switch (part.key, part.value) {
        case ("dtype", .text(let text)) where kind == nil: kind = text
        case ("shape", .list(let list)) where shape == nil: shape = integers(list)
        case ("data_offsets", .list(let list)) where places == nil: places = integers(list)
        default:
          throw source.error(
            "has a damaged header: \(part.key) of \(member.key) is not as it must be")
        }
      }
    }
    guard let kind, let shape, let places, places.count == 2 else {
      throw source.error(
        "has a damaged header: \(member.key) needs a dtype, a shape and two data_offsets")
    }
    let entry = Entry(kind: kind, shape: shape, start: places[0], end: places[1])
    if let dtype = dtype(kind) {
      let bytes = try NpyFile.byteCount(ArrayType(shape, dtype), source)
      guard entry.end - entry.start == bytes else {
        throw source.error(
          "has a damaged header: \(member.key) of shape \(shape) and type \(kind) needs \(bytes) "
            + "bytes and has \(entry.end - entry.start)")
      }
    }
    return entry
  }

  private static func integers(_ list: [JSONValue]) -> [Int]? {
    var integers: [Int] = []
    for case .integer(let integer) in list { integers.append(integer) }
    return integers.count == list.count ? integers : nil
  }

  /// An error about the file.
  func error(_ message: String) -> ArrayError { source.error(message) }

  /// Refuses arrays that overlap, gaps between them, and bytes that belong to none.
  private func checkPlaces() throws(ArrayError) {
    var place = 0
    for name in names {
      guard let entry = entries[name] else { continue }
      guard entry.start == place, entry.end >= place else {
        throw source.error(
          "is damaged: \(name) has the bytes \(entry.start) to \(entry.end), and should begin at "
            + "\(place)")
      }
      place = entry.end
    }
    guard place == source.count - firstByte else {
      throw source.error(
        "is damaged: its arrays need \(place) bytes, and it has \(source.count - firstByte)")
    }
  }
}
