// Parameters of primitives as trees of plain values, by way of the compiler's `Encodable`: a primitive says
// nothing of files. ProgramFile writes the trees.

/// A value that parameters are made of.
final class CodedValue {
  indirect enum Content {
    case nothing
    case bool(Bool)
    case signed(Int64)
    case unsigned(UInt64)
    case real(Double)
    case text(String)
    case list([CodedValue])
    case fields([(name: String, value: CodedValue)])
    case program(Program, inputs: [Int])

    static func whole<Number: FixedWidthInteger>(_ value: Number) -> Content {
      Number.isSigned ? .signed(Int64(value)) : .unsigned(UInt64(value))
    }
  }
  var content: Content

  init(_ content: Content = .nothing) { self.content = content }

  func append(_ value: CodedValue) {
    guard case .list(let list) = content else { return content = .list([value]) }
    content = .list(list + [value])
  }

  func set(_ name: String, _ value: CodedValue) {
    guard case .fields(let fields) = content else { return content = .fields([(name, value)]) }
    content = .fields(fields + [(name, value)])
  }
}

/// Encodes into a tree.
struct ParameterEncoder: Encoder {
  let value = CodedValue()
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The tree of a value.
  static func tree(of value: some Encodable) throws -> CodedValue {
    let encoder = ParameterEncoder()
    try value.encode(to: encoder)
    return encoder.value
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    value.content = .fields([])
    return KeyedEncodingContainer(EncodedFields<Key>(value: value))
  }
  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    value.content = .list([])
    return EncodedList(value: value)
  }
  func singleValueContainer() -> any SingleValueEncodingContainer { EncodedSingle(value: value) }
}

private struct EncodedFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let value: CodedValue
  var codingPath: [any CodingKey] { [] }

  private func put(_ content: CodedValue.Content, _ key: Key) {
    value.set(key.stringValue, CodedValue(content))
  }
  private func child(_ key: some CodingKey, _ content: CodedValue.Content) -> CodedValue {
    let child = CodedValue(content)
    value.set(key.stringValue, child)
    return child
  }

  func encodeNil(forKey key: Key) { put(.nothing, key) }
  func encode(_ value: Bool, forKey key: Key) { put(.bool(value), key) }
  func encode(_ value: String, forKey key: Key) { put(.text(value), key) }
  func encode(_ value: Double, forKey key: Key) { put(.real(Double(value)), key) }
  func encode(_ value: Float, forKey key: Key) { put(.real(Double(value)), key) }
  func encode(_ value: some FixedWidthInteger & Encodable, forKey key: Key) {
    put(.whole(value), key)
  }
  func encode(_ value: some Encodable, forKey key: Key) throws {
    self.value.set(key.stringValue, try ParameterEncoder.tree(of: value))
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    KeyedEncodingContainer(EncodedFields<Nested>(value: child(key, .fields([]))))
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    EncodedList(value: child(key, .list([])))
  }
  func superEncoder() -> any Encoder { ParameterEncoder() }
  func superEncoder(forKey key: Key) -> any Encoder { ParameterEncoder() }
}

private struct EncodedList: UnkeyedEncodingContainer {
  let value: CodedValue
  var codingPath: [any CodingKey] { [] }
  var count: Int {
    guard case .list(let list) = value.content else { return 0 }
    return list.count
  }

  private func put(_ content: CodedValue.Content) { value.append(CodedValue(content)) }

  func encodeNil() { put(.nothing) }
  func encode(_ value: Bool) { put(.bool(value)) }
  func encode(_ value: String) { put(.text(value)) }
  func encode(_ value: Double) { put(.real(Double(value))) }
  func encode(_ value: Float) { put(.real(Double(value))) }
  func encode(_ value: some FixedWidthInteger & Encodable) { put(.whole(value)) }
  func encode(_ value: some Encodable) throws {
    self.value.append(try ParameterEncoder.tree(of: value))
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    let child = CodedValue(.fields([]))
    value.append(child)
    return KeyedEncodingContainer(EncodedFields<Nested>(value: child))
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    let child = CodedValue(.list([]))
    value.append(child)
    return EncodedList(value: child)
  }
  func superEncoder() -> any Encoder { ParameterEncoder() }
}

private struct EncodedSingle: SingleValueEncodingContainer {
  let value: CodedValue
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { value.content = .nothing }
  func encode(_ value: Bool) { self.value.content = .bool(value) }
  func encode(_ value: String) { self.value.content = .text(value) }
  func encode(_ value: Double) { self.value.content = .real(Double(value)) }
  func encode(_ value: Float) { self.value.content = .real(Double(value)) }
  func encode(_ value: some FixedWidthInteger & Encodable) { self.value.content = .whole(value) }
  func encode(_ value: some Encodable) throws {
    self.value.content = try ParameterEncoder.tree(of: value).content
  }
}
