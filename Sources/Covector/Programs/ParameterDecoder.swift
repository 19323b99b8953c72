// Parameters of primitives from trees of plain values, by way of the compiler's `Decodable`. A tree that does
// not fit throws; nothing here trusts what it reads.

/// Decodes from a tree.
struct ParameterDecoder: Decoder {
  let value: CodedValue
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(try DecodedFields<Key>(value))
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try DecodedList(value) }
  func singleValueContainer() -> any SingleValueDecodingContainer { DecodedSingle(value: value) }
}

extension CodedValue {
  static func mismatch(_ wanted: String) -> ArrayError {
    ArrayError("ProgramFile", "a parameter is no \(wanted)")
  }

  var isNothing: Bool {
    if case .nothing = content { return true }
    return false
  }
  func bool() throws -> Bool {
    guard case .bool(let value) = content else { throw Self.mismatch("truth value") }
    return value
  }
  func text() throws -> String {
    guard case .text(let value) = content else { throw Self.mismatch("text") }
    return value
  }
  func real() throws -> Double {
    guard case .real(let value) = content else { throw Self.mismatch("real number") }
    return value
  }
  func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    let number: Number? =
      switch content {
      case .signed(let value): Number(exactly: value)
      case .unsigned(let value): Number(exactly: value)
      default: nil
      }
    guard let number else { throw Self.mismatch("\(type)") }
    return number
  }
  func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try Value(from: ParameterDecoder(value: self))
  }
}

private struct DecodedFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let fields: [(name: String, value: CodedValue)]
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.name) } }

  init(_ value: CodedValue) throws {
    guard case .fields(let fields) = value.content else { throw CodedValue.mismatch("structure") }
    self.fields = fields
  }

  private func value(_ key: some CodingKey) throws -> CodedValue {
    guard let field = fields.first(where: { $0.name == key.stringValue }) else {
      throw ArrayError("ProgramFile", "a primitive has no parameter \(key.stringValue)")
    }
    return field.value
  }

  func contains(_ key: Key) -> Bool { fields.contains { $0.name == key.stringValue } }
  func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNothing }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).bool() }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).text() }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).real() }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try Float(value(key).real()) }
  func decode<Number: FixedWidthInteger & Decodable>(
    _ type: Number.Type, forKey key: Key
  ) throws -> Number {
    try value(key).whole(type)
  }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try value(key).decoded(type)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    KeyedDecodingContainer(try DecodedFields<Nested>(value(key)))
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try DecodedList(value(key))
  }
  func superDecoder() throws -> any Decoder { throw CodedValue.mismatch("class") }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw CodedValue.mismatch("class") }
}

private struct DecodedList: UnkeyedDecodingContainer {
  private let list: [CodedValue]
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var count: Int? { list.count }
  var isAtEnd: Bool { currentIndex >= list.count }

  init(_ value: CodedValue) throws {
    guard case .list(let list) = value.content else { throw CodedValue.mismatch("list") }
    self.list = list
  }

  private mutating func next() throws -> CodedValue {
    guard !isAtEnd else { throw ArrayError("ProgramFile", "a list of parameters is too short") }
    currentIndex += 1
    return list[currentIndex - 1]
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, list[currentIndex].isNothing else { return false }
    currentIndex += 1
    return true
  }
  mutating func decode(_ type: Bool.Type) throws -> Bool { try next().bool() }
  mutating func decode(_ type: String.Type) throws -> String { try next().text() }
  mutating func decode(_ type: Double.Type) throws -> Double { try next().real() }
  mutating func decode(_ type: Float.Type) throws -> Float { try Float(next().real()) }
  mutating func decode<Number: FixedWidthInteger & Decodable>(
    _ type: Number.Type
  ) throws -> Number {
    try next().whole(type)
  }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next().decoded(type)
  }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    KeyedDecodingContainer(try DecodedFields<Nested>(next()))
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try DecodedList(next())
  }
  func superDecoder() throws -> any Decoder { throw CodedValue.mismatch("class") }
}

private struct DecodedSingle: SingleValueDecodingContainer {
  let value: CodedValue
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { value.isNothing }
  func decode(_ type: Bool.Type) throws -> Bool { try value.bool() }
  func decode(_ type: String.Type) throws -> String { try value.text() }
  func decode(_ type: Double.Type) throws -> Double { try value.real() }
  func decode(_ type: Float.Type) throws -> Float { try Float(value.real()) }
  func decode<Number: FixedWidthInteger & Decodable>(_ type: Number.Type) throws -> Number {
    try value.whole(type)
  }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try value.decoded(type) }
}
