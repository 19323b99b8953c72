// Reads programs from bytes that may be anything: counts are held against what is left, numbers of values
// against what is known, and every operation against its type rule.

/// Reads what `ProgramWriter` writes.
struct ProgramReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private let types: [String: any Primitive.Type]
  private var arrays: [NDArray] = []
  private var depth = 0

  /// Parameters and programs nested deeper than this are refused.
  private static let depthLimit = 64

  init(_ bytes: ArraySlice<UInt8>, _ types: [any Primitive.Type]) {
    self.bytes = bytes
    self.types = Dictionary(types.map { ("\($0)", $0) }) { $1 }
    position = bytes.startIndex
  }

  /// The type of the operations of that name: one that was given, or one of the library's.
  private func primitive(named name: String) -> (any Primitive.Type)? {
    if let type = types[name] { return type }
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return nil }
    // The mangled name of a structure of this module.
    return _typeByName("8Covector\(name.utf8.count)\(name)V") as? any Primitive.Type
  }

  private static func damaged(_ what: String) -> ArrayError {
    ArrayError("ProgramFile", "the file is damaged: \(what)")
  }

  private var left: Int { bytes.endIndex - position }

  func finish() throws(ArrayError) {
    if left != 0 { throw Self.damaged("\(left) bytes are left over") }
  }

  private mutating func readByte() throws(ArrayError) -> UInt8 {
    guard left > 0 else { throw Self.damaged("it ends too soon") }
    position += 1
    return bytes[position - 1]
  }

  private mutating func readBytes(_ count: Int) throws(ArrayError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= left else { throw Self.damaged("it ends too soon") }
    position += count
    return bytes[(position - count)..<position]
  }

  mutating func readFixed() throws(ArrayError) -> UInt64 {
    try readBytes(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func readNumber() throws(ArrayError) -> UInt64 {
    var (number, shift) = (UInt64(0), UInt64(0))
    while true {
      let byte = try readByte()
      guard shift < 63 || (shift == 63 && byte <= 1) else {
        throw Self.damaged("a number is too long")
      }
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
  }

  private mutating func readSize() throws(ArrayError) -> Int {
    guard let size = Int(exactly: try readNumber()) else {
      throw Self.damaged("a size is too large")
    }
    return size
  }

  /// A count of things that take a byte each at least.
  mutating func readCount() throws(ArrayError) -> Int {
    let count = try readSize()
    guard count <= left else { throw Self.damaged("it counts \(count) things in \(left) bytes") }
    return count
  }

  mutating func readText() throws(ArrayError) -> String {
    let text = try readBytes(try readCount())
    guard let text = String(validating: text, as: UTF8.self) else {
      throw Self.damaged("a text is not UTF-8")
    }
    return text
  }

  private mutating func readNumbers() throws(ArrayError) -> [Int] {
    var numbers: [Int] = []
    for _ in 0..<(try readCount()) { numbers.append(try readSize()) }
    return numbers
  }

  private mutating func readType() throws(ArrayError) -> ArrayType {
    guard let dtype = DType(rawValue: try readByte()) else { throw Self.damaged("no such dtype") }
    let type = ArrayType(try readNumbers(), dtype)
    try type.checkSize("ProgramFile")
    return type
  }

  mutating func readArrays() throws(ArrayError) {
    for _ in 0..<(try readCount()) {
      // 0 for an array, 1 for a scalar that adopts a dtype, 2 for one that has its own.
      let kind = try readByte()
      let type = try readType()
      let content = [UInt8](try readBytes(type.count * type.dtype.byteCount))
      guard type.dtype != .bool || content.allSatisfy({ $0 < 2 }) else {
        throw Self.damaged("a truth value is neither")
      }
      if kind > 0 {
        guard kind < 3, type.shape.isEmpty else { throw Self.damaged("a scalar has axes") }
        let words = content + [UInt8](repeating: 0, count: 16 - content.count)
        let low = words[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let high = words[8..<16].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let constant = Constant(low: low, high: high, dtype: type.dtype)
        arrays.append(kind == 1 ? NDArray.weak(constant) : NDArray(constant))
      } else {
        arrays.append(
          unsafe try NDArray(bytes: content.span.bytes, shape: type.shape, dtype: type.dtype))
      }
    }
  }

  /// - Parameter isNested: Whether a primitive holds it, which makes anew what is computed from nothing.
  mutating func readProgram(isNested: Bool = false) throws(ArrayError) -> Program {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw Self.damaged("programs are nested too deep") }
    do {
      // All that is computed belongs to the program, even where it depends on no input.
      return try Trace.run(keepsProgram: true) { trace in
        try Trace.$branch.withValue(trace.serial) {
          try checked { try readProgram(trace, isNested: isNested) }
        }
      }
    } catch let error as ArrayError {
      throw error.operation == "ProgramFile" ? error : Self.damaged(error.summary)
    } catch {
      throw Self.damaged("\(error)")
    }
  }

  private mutating func readProgram(_ trace: Trace, isNested: Bool) throws -> Program {
    var values: [NDArray] = []
    var names: [String] = []
    for _ in 0..<(try readCount()) {
      values.append(trace.placeholder(try readType(), for: "trace"))
      names.append(try readText())
    }
    let inputs = values
    for _ in 0..<(try readCount()) {
      let number = try readSize()
      guard arrays.indices.contains(number) else { throw Self.damaged("no array \(number)") }
      values.append(arrays[number])
    }
    for _ in 0..<(try readCount()) { values += try readOperation(values) }
    let outputs = try readNumbers()
    guard outputs.allSatisfy(values.indices.contains) else { throw Self.damaged("no such output") }
    var program = Program(
      from: inputs, to: outputs.map { values[$0].strong }, since: trace.serial,
      makesConstants: !isNested, effects: trace.takeEffects())
    if !isNested { program.inputNames = names }
    return program
  }

  private mutating func readOperation(_ values: [NDArray]) throws -> [NDArray] {
    let name = try readText()
    guard let type = primitive(named: name) else {
      throw ArrayError(
        "ProgramFile", "no operation is called \(name); give its type among the primitives")
    }
    let isGuarded = try readByte() == 1
    let primitive = try type.init(from: ParameterDecoder(value: try readValue()))
    let operands = try readNumbers()
    guard operands.allSatisfy(values.indices.contains) else {
      throw Self.damaged("no such operand")
    }
    let inputs = operands.map { values[$0] }
    guard primitive.accepts(inputs) else {
      throw Self.damaged("\(name) does not fit \(inputs.map(\.type))")
    }
    var types: [ArrayType] = []
    for _ in 0..<(try readCount()) { types.append(try readType()) }
    guard types.count > 0, types.count == primitive.resultCount else {
      throw Self.damaged("\(name) has other results")
    }
    func apply(_ primitive: some Primitive) -> [NDArray] { NDArray.apply(primitive, inputs) }
    let results = isGuarded ? Recording.guarded { apply(primitive) } : apply(primitive)
    guard results.map(\.storedType) == types else {
      throw Self.damaged("the results of \(name) are \(results.map(\.storedType)), not \(types)")
    }
    return results
  }

  private mutating func readValue() throws(ArrayError) -> CodedValue {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw Self.damaged("parameters are nested too deep") }
    switch try readByte() {
    case 0: return CodedValue(.nothing)
    case 1: return CodedValue(.bool(try readByte() == 1))
    case 2:
      let number = try readNumber()
      return CodedValue(.signed(Int64(bitPattern: number >> 1) ^ -Int64(number & 1)))
    case 3: return CodedValue(.unsigned(try readNumber()))
    case 4: return CodedValue(.real(Double(bitPattern: try readFixed())))
    case 5: return CodedValue(.text(try readText()))
    case 6:
      var list: [CodedValue] = []
      for _ in 0..<(try readCount()) { list.append(try readValue()) }
      return CodedValue(.list(list))
    case 7:
      var fields: [(name: String, value: CodedValue)] = []
      for _ in 0..<(try readCount()) { fields.append((try readText(), try readValue())) }
      return CodedValue(.fields(fields))
    case 8:
      let program = try readProgram(isNested: true)
      return CodedValue(.program(program, inputs: Array(0..<program.inputCount)))
    case let tag: throw Self.damaged("no parameter begins with \(tag)")
    }
  }
}
