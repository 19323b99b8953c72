// NumPy's format for one array.
// Source: NumPy, "A simple file format for NumPy arrays" (numpy.lib.format, versions 1.0 to 3.0).

public import Covector

/// Files of one array in NumPy's format, `.npy`.
///
/// All dtypes are read and written, `bfloat16` as `ml_dtypes` spells it (`<V2`). Big-endian numbers and
/// Fortran order are read. What is written is byte for byte what `numpy.save` writes.
public enum NpyFile {
  /// Reads the array of a file.
  ///
  /// - Throws: `ArrayError` where the file cannot be read, is damaged, or holds what no dtype is.
  public static func read(_ path: String) throws(ArrayError) -> NDArray {
    let source = try ByteSource(path: path, format: "npy")
    return try read(source, from: 0, to: source.count)
  }

  /// Reads the array of a file that is in memory.
  public static func decode(_ bytes: [UInt8]) throws(ArrayError) -> NDArray {
    try read(ByteSource(bytes, name: "the bytes", format: "npy"), from: 0, to: bytes.count)
  }

  /// Writes an array to a file, which is replaced as a whole where it exists.
  public static func write(_ array: NDArray, to path: String) throws {
    try ByteSink.create(path, format: "npy") { sink in
      try sink.append(header(array.type))
      try sink.append(array)
    }
  }

  /// The bytes of the file of an array.
  public static func encode(_ array: NDArray) throws -> [UInt8] {
    unsafe try header(array.type) + array.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}

// MARK: - The header

extension NpyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// What stands before the elements.
  static func header(_ type: ArrayType) -> [UInt8] {
    var text = "{'descr': '\(descriptor(type.dtype))', 'fortran_order': False, 'shape': "
    let sizes = type.shape.map(String.init).joined(separator: ", ")
    text += type.rank == 1 ? "(\(sizes),), }" : "(\(sizes)), }"
    // Room for the first size to grow to 21 digits, as NumPy leaves it.
    if let first = type.shape.first {
      text += String(repeating: " ", count: 21 - String(first).count)
    }
    // The elements begin at a multiple of 64 bytes. No shape is so long that version 1, which counts the
    // header in two bytes, would not do.
    let padded = (10 + text.utf8.count + 1 + 63) / 64 * 64
    text += String(repeating: " ", count: padded - 10 - text.utf8.count - 1) + "\n"
    var bytes = magic + [1, 0]
    bytes.append(number: UInt16(text.utf8.count))
    return bytes + text.utf8
  }

  /// NumPy's name of a dtype.
  private static func descriptor(_ dtype: DType) -> String {
    switch dtype {
    case .bool: "|b1"
    case .uint8: "|u1"
    case .int8: "|i1"
    case .bfloat16: "<V2"
    default: "<\(letter(dtype))\(dtype.byteCount)"
    }
  }

  private static func letter(_ dtype: DType) -> Character {
    if dtype == .bool { return "b" }
    if dtype.isUnsignedInteger { return "u" }
    if dtype.isInteger { return "i" }
    if dtype == .bfloat16 { return "V" }
    return dtype.isComplex ? "c" : "f"
  }

  /// The dtype of a name, and whether its numbers are big-endian.
  private static func dtype(
    _ descriptor: String, _ source: ByteSource
  ) throws(ArrayError) -> (DType, swapped: Bool) {
    var rest = Substring(descriptor)
    let order: Character = rest.first.map { "<>=|".contains($0) ? $0 : "=" } ?? "="
    if let first = rest.first, "<>=|".contains(first) { rest.removeFirst() }
    let found = DType.allCases.first { rest == "\(letter($0))\($0.byteCount)" }
    guard let found else {
      let reason =
        switch rest.first {
        case "O": "holds Python objects, which only Python can read"
        case "U", "S", "a": "holds text"
        case "M", "m": "holds dates or times"
        default: "holds elements of the type '\(descriptor)', which no dtype is"
        }
      throw source.error(
        reason + "; the elements must be truth values, integers, floating-point or "
          + "complex numbers of at most 16 bytes")
    }
    return (found, order == ">")
  }

  /// Reads the array whose file fills a part of the source.
  static func read(
    _ source: ByteSource, from start: Int, to end: Int
  ) throws(ArrayError) -> NDArray {
    guard end - start >= 10, try source.bytes(at: start, count: 6) == magic else {
      throw source.error("does not begin as an .npy file does, with \\x93NUMPY")
    }
    let version = try source.bytes(at: start + 6, count: 2)
    guard (1...3).contains(version[0]), version[1] == 0 else {
      throw source.error("has version \(version[0]).\(version[1]); 1.0, 2.0 and 3.0 are known")
    }
    let width = version[0] == 1 ? 2 : 4
    guard end - start >= 8 + width else { throw source.error("ends within its header") }
    let length = Int(try source.bytes(at: start + 8, count: width).number(at: 0, bytes: width))
    let first = start + 8 + width + length
    guard length >= 0, first <= end else {
      throw source.error("ends within its header, which is said to have \(length) bytes")
    }
    var scanner = PythonScanner(
      try source.bytes(at: start + 8 + width, count: length), source)
    let header = try scanner.header()
    let (dtype, swapped) = try dtype(header.descriptor, source)
    let shape = header.isFortran ? Array(header.shape.reversed()) : header.shape
    let bytes = try byteCount(ArrayType(shape, dtype), source)
    guard bytes == end - first else {
      throw source.error(
        "has \(end - first) bytes of elements; shape \(header.shape) of \(dtype) needs \(bytes)")
    }
    // Copies of halves pass through `float32`, which would make a signalling not-a-number a quiet one.
    let read = header.isFortran && dtype == .float16 ? DType.uint16 : dtype
    let array = try source.array(at: first, ArrayType(shape, read), swapped: swapped)
    return header.isFortran ? array.transposed().viewed(as: dtype) : array
  }

  /// The bytes of the elements; an error where they cannot be counted.
  static func byteCount(_ type: ArrayType, _ source: ByteSource) throws(ArrayError) -> Int {
    var bytes = type.dtype.byteCount
    // The sizes beside a zero count too: strides are made of them.
    for size in type.shape where size > 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else {
        throw source.error("has shape \(type.shape), which is larger than memory can be addressed")
      }
      bytes = product
    }
    return type.shape.contains(0) ? 0 : bytes
  }
}

/// Reads the Python dictionary of a header.
private struct PythonScanner {
  private let bytes: [UInt8]
  private let source: ByteSource
  private var place = 0

  init(_ bytes: [UInt8], _ source: ByteSource) {
    (self.bytes, self.source) = (bytes, source)
  }

  mutating func header() throws(ArrayError) -> (descriptor: String, isFortran: Bool, shape: [Int]) {
    var descriptor: String?
    var isFortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try text()
      try expect(":")
      switch key {
      case "descr" where descriptor == nil:
        guard peek() != UInt8(ascii: "[") else {
          throw source.error("holds records of several fields; one number an element is needed")
        }
        descriptor = try text()
      case "fortran_order" where isFortran == nil: isFortran = try truth()
      case "shape" where shape == nil: shape = try sizes()
      default: throw fault("the entry '\(key)' is unknown or stands there twice")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard place == bytes.count else { throw fault("something follows the dictionary") }
    guard let descriptor, let isFortran, let shape else {
      throw fault("'descr', 'fortran_order' and 'shape' are needed")
    }
    return (descriptor, isFortran, shape)
  }

  private func fault(_ message: String) -> ArrayError {
    source.error("has a damaged header: \(message)")
  }

  private mutating func skipBlanks() {
    while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
  }

  private mutating func peek() -> UInt8? {
    skipBlanks()
    return place < bytes.count ? bytes[place] : nil
  }

  private mutating func skip(_ text: StaticString) -> Bool {
    skipBlanks()
    let wanted = Array("\(text)".utf8)
    guard bytes[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func expect(_ text: StaticString) throws(ArrayError) {
    guard skip(text) else { throw fault("'\(text)' is missing at byte \(place)") }
  }

  private mutating func text() throws(ArrayError) -> String {
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw fault("a text is missing at byte \(place)")
    }
    guard let end = bytes[(place + 1)...].firstIndex(of: quote),
      let text = String(utf8: bytes[place + 1..<end])
    else { throw fault("the text at byte \(place) is not whole") }
    place = end + 1
    return text
  }

  private mutating func truth() throws(ArrayError) -> Bool {
    if skip("True") { return true }
    if skip("False") { return false }
    throw fault("True or False is missing at byte \(place)")
  }

  private mutating func sizes() throws(ArrayError) -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !skip(")") {
      skipBlanks()
      let start = place
      while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
      guard let digits = String(utf8: bytes[start..<place]), let size = Int(digits) else {
        throw fault("a size is missing, or too large, at byte \(start)")
      }
      sizes.append(size)
      // Python 2 marked long integers.
      _ = skip("L")
      if !skip(",") {
        guard sizes.count > 1, skip(")") else {
          throw fault("the shape is not a tuple of sizes at byte \(place)")
        }
        break
      }
    }
    return sizes
  }
}
