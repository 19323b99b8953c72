// The JSON of a safetensors header: objects, lists, texts and whole numbers (RFC 8259).

/// A value in a header.
enum JSONValue: Equatable {
  case text(String)
  case integer(Int)
  case list([JSONValue])
  /// Members in the order they stand.
  case object([Member])

  struct Member: Equatable {
    var key: String
    var value: JSONValue
  }
}

/// Reads one value from bytes.
struct JSONScanner {
  /// What is wrong, and where.
  struct Fault: Error {
    let message: String
  }

  private let bytes: [UInt8]
  private var place = 0

  /// The value that the bytes are; blanks may surround it.
  static func value(of bytes: [UInt8]) throws(Fault) -> JSONValue {
    var scanner = JSONScanner(bytes: bytes)
    let value = try scanner.value(depth: 0)
    scanner.skipBlanks()
    guard scanner.place == bytes.count else { throw scanner.fault("something follows the value") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func fault(_ message: String) -> Fault { Fault(message: "\(message) at byte \(place)") }

  private mutating func skipBlanks() {
    while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(Fault) -> JSONValue {
    guard depth < 8 else { throw fault("values are nested too deeply") }
    if skip("{") { return .object(try members(depth: depth)) }
    if skip("[") { return .list(try elements(depth: depth)) }
    if skip("\"") { return .text(try text()) }
    return .integer(try integer())
  }

  private mutating func members(depth: Int) throws(Fault) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    if skip("}") { return members }
    repeat {
      guard skip("\"") else { throw fault("a key is missing") }
      let key = try text()
      guard skip(":") else { throw fault("a colon is missing") }
      members.append(.init(key: key, value: try value(depth: depth + 1)))
    } while skip(",")
    guard skip("}") else { throw fault("an object is not closed") }
    return members
  }

  private mutating func elements(depth: Int) throws(Fault) -> [JSONValue] {
    var elements: [JSONValue] = []
    if skip("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while skip(",")
    guard skip("]") else { throw fault("a list is not closed") }
    return elements
  }

  private mutating func integer() throws(Fault) -> Int {
    skipBlanks()
    let start = place
    while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
    guard let digits = String(utf8: bytes[start..<place]), let number = Int(digits),
      place == start + 1 || bytes[start] != 0x30
    else { throw fault("a text, list, object or whole number of 0 or more is missing") }
    return number
  }

  /// The rest of a text whose opening quote has been read.
  private mutating func text() throws(Fault) -> String {
    var content: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(utf8: content) else { throw fault("a text is not UTF-8") }
        return text
      case UInt8(ascii: "\\"): content += String(try escape()).utf8
      case 0..<0x20: throw fault("a text has a control character")
      default: content.append(byte)
      }
    }
    throw fault("a text is not closed")
  }

  /// The character that an escape stands for.
  private mutating func escape() throws(Fault) -> Unicode.Scalar {
    guard place < bytes.count else { throw fault("a text is not closed") }
    place += 1
    switch Unicode.Scalar(bytes[place - 1]) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return scalar }
      // Two escapes stand for one character beyond 16 bits.
      guard (0xd800..<0xdc00).contains(first), bytes[place...].starts(with: [0x5c, 0x75]) else {
        throw fault("a text has half a character")
      }
      place += 2
      let second = try hexadecimal()
      guard (0xdc00..<0xe000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
      else { throw fault("a text has half a character") }
      return scalar
    default: throw fault("a text has an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(Fault) -> UInt32 {
    let digits = String(utf8: bytes[place...].prefix(4)) ?? ""
    guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit),
      let number = UInt32(digits, radix: 16)
    else { throw fault("an escape needs four hexadecimal digits") }
    place += 4
    return number
  }
}

extension String {
  /// The text as JSON has it, in quotes.
  var quotedForJSON: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
