// Programs as bytes: constants, signatures and all. Docs/ProgramFile.md describes the format. What is read is
// checked before it is used, and traced anew, so that every type rule runs again.

/// Programs by name, to be kept in a file with the arrays they were traced with.
///
///     let bytes = try ProgramFile(["predict": trace(model)(x)]).encoded()
///     let program = try ProgramFile(decoding: bytes)["predict"]
///
/// Programs of one function for several types of arguments are signatures: `callAsFunction` picks the one
/// that fits.
public struct ProgramFile: Sendable {
  /// The programs by name.
  public var programs: [String: Program]

  /// Makes a file of programs.
  public init(_ programs: [String: Program]) { self.programs = programs }

  /// The program of that name.
  public subscript(name: String) -> Program? { programs[name] }

  /// Calls the program whose input types are those of the arrays.
  ///
  /// - Throws: `ArrayError` where there is none.
  public func callAsFunction(_ inputs: [NDArray]) throws(ArrayError) -> [NDArray] {
    let types = inputs.map(\.type)
    for name in programs.keys.sorted() {
      if let program = programs[name], program.inputTypes == types { return program(inputs) }
    }
    let known = programs.keys.sorted().map { "\($0)\(programs[$0]?.inputTypes ?? [])" }
    throw ArrayError(
      "ProgramFile", "no program takes \(types); there are \(known.joined(separator: ", "))")
  }

  static let magic: [UInt8] = [0x89, 0x43, 0x56, 0x50, 0x0D, 0x0A, 0x1A, 0x0A]
  static let version: UInt64 = 1
  static let headerCount = 32

  /// The bytes of the file; captured arrays are computed now.
  ///
  /// - Throws: `ArrayError` where an array has no value, or an operation cannot be kept in a file.
  public func encoded() throws(ArrayError) -> [UInt8] {
    var writer = ProgramWriter()
    writer.write(count: programs.count)
    for (name, program) in programs.sorted(by: { $0.key < $1.key }) {
      writer.write(name)
      try writer.write(program)
    }
    let body = writer.arrayBytes() + writer.bytes
    var header = ProgramWriter()
    header.bytes = Self.magic
    for number in [Self.version, UInt64(body.count), Checksum.of(body)] {
      header.write(fixed: number)
    }
    return header.bytes + body
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter primitives: Types of operations beside the library's own.
  /// - Throws: `ArrayError` where the bytes are not a whole, unchanged file of a version that is known.
  public init(
    decoding bytes: [UInt8], primitives: [any Primitive.Type] = []
  ) throws(ArrayError) {
    guard bytes.count >= Self.headerCount, Array(bytes[0..<8]) == Self.magic else {
      throw ArrayError("ProgramFile", "the bytes do not begin as a file of programs does")
    }
    var header = ProgramReader(bytes[8..<Self.headerCount], [])
    let version = try header.readFixed()
    guard version == Self.version else {
      throw ArrayError(
        "ProgramFile", "version \(version) is not known; version \(Self.version) is")
    }
    let (count, checksum) = (try header.readFixed(), try header.readFixed())
    let body = bytes[Self.headerCount...]
    guard UInt64(body.count) == count, Checksum.of(body) == checksum else {
      throw ArrayError(
        "ProgramFile", "the file is damaged: its \(body.count) bytes do not have the stated sum")
    }
    var reader = ProgramReader(body, primitives)
    try reader.readArrays()
    var programs: [String: Program] = [:]
    for _ in 0..<(try reader.readCount()) {
      let name = try reader.readText()
      guard programs.updateValue(try reader.readProgram(), forKey: name) == nil else {
        throw ArrayError("ProgramFile", "two programs are named \(name)")
      }
    }
    try reader.finish()
    self.programs = programs
  }
}

/// FNV-1a in 64 bits: every change of a single byte changes it.
enum Checksum {
  static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return sum
  }
}

/// Writes programs; arrays they share are written once.
struct ProgramWriter {
  var bytes: [UInt8] = []
  private var arrays: [UInt8] = []
  private var arrayNumbers: [ObjectIdentifier: [Int: Int]] = [:]
  private var arrayCount = 0
  /// Keeps the arrays, so that no identity is used twice.
  private var kept: [NDArray] = []

  mutating func write(fixed number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// Seven bits in each byte, the lowest first; the high bit says that more follow.
  mutating func write(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func write(count: Int) { write(UInt64(count)) }

  mutating func write(_ text: String) {
    write(count: text.utf8.count)
    bytes += text.utf8
  }

  mutating func write(_ numbers: [Int]) {
    write(count: numbers.count)
    for number in numbers { write(count: number) }
  }

  mutating func write(_ type: ArrayType) {
    bytes.append(type.dtype.rawValue)
    write(type.shape)
  }

  /// The arrays that the programs written so far refer to, as they stand at the start of the body.
  func arrayBytes() -> [UInt8] {
    var writer = ProgramWriter()
    writer.write(count: arrayCount)
    return writer.bytes + arrays
  }

  /// Writes the number of an array, and the array where it is new.
  private mutating func write(_ array: NDArray) throws(ArrayError) {
    let key = ObjectIdentifier(array.node)
    if let known = arrayNumbers[key]?[array.result] { return write(count: known) }
    guard let value = try array.computed() else {
      throw ArrayError("ProgramFile", "a captured array is the result of an error")
    }
    var writer = ProgramWriter()
    writer.bytes.append(array.isWeak ? 1 : array.node.constant != nil ? 2 : 0)
    writer.write(array.storedType)
    arrays += writer.bytes
    arrays += try value.denseBytes(array.storedType)
    arrayNumbers[key, default: [:]][array.result] = arrayCount
    kept.append(array)
    write(count: arrayCount)
    arrayCount += 1
  }

  /// Writes a program.
  ///
  /// - Parameter inputs: The numbers of its inputs, where not those of the tracers.
  mutating func write(_ program: Program, inputs: [Int]? = nil) throws(ArrayError) {
    let listing = ProgramListing(program, inputs: inputs)
    // Values are numbered anew: inputs, captured arrays, results in order.
    var numbers: [Int: Int] = [:]
    write(count: listing.inputs.count)
    for (place, input) in listing.inputs.enumerated() {
      write(program.values[input].type)
      write(inputs == nil ? program.inputName(place) : "")
      numbers[input] = numbers.count
    }
    let captures = program.captures.filter { numbers[$0] == nil }
    // What is computed from nothing is an operation in the file: its array is not.
    let sources = captures.filter { program.values[$0].node.isSource }
    let arrays = captures.filter { !program.values[$0].node.isSource }
    write(count: arrays.count)
    for capture in arrays {
      try write(program.values[capture])
      numbers[capture] = numbers.count
    }
    let operations = program.computing
    write(count: sources.count + operations.count)
    for source in sources {
      try write(program.values[source].node, operands: [])
      numbers[source] = numbers.count
    }
    for operation in operations {
      let node = operation.node
      try write(
        node, operands: operation.operands.map { numbers[listing.source(of: $0), default: 0] })
      for offset in 0..<node.resultCount { numbers[operation.result + offset] = numbers.count }
    }
    write(program.outputs.map { numbers[listing.source(of: $0), default: 0] })
  }

  private mutating func write(_ node: Node, operands: [Int]) throws(ArrayError) {
    write("\(type(of: node.primitive))")
    bytes.append(node.origin?.isGuarded ?? false ? 1 : 0)
    try write(parameters(of: node.primitive))
    write(operands)
    write(count: node.resultCount)
    for result in 0..<node.resultCount { write(node.type(of: result)) }
  }

  private func parameters(of primitive: any Primitive) throws(ArrayError) -> CodedValue {
    do {
      return try ParameterEncoder.tree(of: primitive)
    } catch let error as ArrayError {
      throw error
    } catch {
      throw ArrayError("ProgramFile", "\(primitive.name) cannot be kept in a file: \(error)")
    }
  }

  private mutating func write(_ value: CodedValue) throws(ArrayError) {
    bytes.append(value.content.tag)
    switch value.content {
    case .nothing: break
    case .bool(let value): bytes.append(value ? 1 : 0)
    case .signed(let value): write(UInt64(bitPattern: value << 1 ^ value >> 63))
    case .unsigned(let value): write(value)
    case .real(let value): write(fixed: value.bitPattern)
    case .text(let value): write(value)
    case .list(let list):
      write(count: list.count)
      for value in list { try write(value) }
    case .fields(let fields):
      write(count: fields.count)
      for field in fields {
        write(field.name)
        try write(field.value)
      }
    case .program(let program, let inputs): try write(program, inputs: inputs)
    }
  }
}

extension CodedValue.Content {
  /// What stands before the value in a file.
  var tag: UInt8 {
    switch self {
    case .nothing: 0
    case .bool: 1
    case .signed: 2
    case .unsigned: 3
    case .real: 4
    case .text: 5
    case .list: 6
    case .fields: 7
    case .program: 8
    }
  }
}

extension ArrayValue {
  /// The elements in row-major order.
  fileprivate func denseBytes(_ type: ArrayType) throws(ArrayError) -> [UInt8] {
    let array = NDArray(self, type)
    do {
      return unsafe try array.withUnsafeBytes { unsafe [UInt8]($0) }
    } catch {
      throw ArrayError("ProgramFile", "a captured array cannot be read: \(error)")
    }
  }
}
