// A program as text: a line for each operation. What is named and how is decided in `ProgramListing`, which
// the drawings use too.

extension Program: CustomStringConvertible {
  /// The inputs, the captured arrays, a line for each operation with its type, and the outputs.
  ///
  ///     program(a: float32[3]) -> float32[] {
  ///       b: float32[3] = multiply(a, a)
  ///       c: float32[] = sum(b, axes: [0])
  ///       return c
  ///     }
  ///
  /// A program traced inside `recordingLines` has the line of the source at each operation.
  public var description: String {
    ProgramListing(self).text()
  }
}

/// The values of a program by name.
struct ProgramListing {
  let program: Program
  let inputs: [Int]
  /// The captured values that something reads, but for scalars, which stand where they are read.
  private(set) var captures: [Int] = []
  /// The value each value is the same as.
  private var same: [Int]
  private var names: [String]

  /// - Parameter inputs: The numbers of the values that are handed in, where not those of the tracers.
  init(_ program: Program, inputs: [Int]? = nil) {
    self.program = program
    let inputs = inputs ?? Array(0..<program.inputCount)
    self.inputs = inputs
    same = Array(program.values.indices)
    names = [String](repeating: "", count: program.values.count)
    for operation in program.operations where operation.node.primitive is Alias {
      same[operation.result] = same[operation.operands[0]]
    }
    var isRead = [Bool](repeating: false, count: program.values.count)
    for operation in program.computing {
      for operand in operation.operands { isRead[same[operand]] = true }
    }
    for output in program.outputs { isRead[same[output]] = true }
    let isInput = Set(inputs)
    for number in program.captures where isRead[number] && !isInput.contains(number) {
      guard let constant = program.values[number].node.constant else {
        captures.append(number)
        continue
      }
      names[number] = constant.literal
    }
    let results = program.computing.flatMap { operation in
      operation.result..<(operation.result + operation.node.resultCount)
    }
    for (place, number) in (inputs + captures + results).enumerated() {
      names[number] = Self.name(place)
    }
  }

  /// The name of a value, or the scalar it is.
  func name(_ number: Int) -> String { names[same[number]] }

  /// The value that `number` is another identity of, or `number`.
  func source(of number: Int) -> Int { same[number] }

  /// `a` to `z`, then `aa`, `ab` and so on.
  private static func name(_ place: Int) -> String {
    var (rest, text) = (place, "")
    repeat {
      text = String(UnicodeScalar(UInt8(97 + rest % 26))) + text
      rest = rest / 26 - 1
    } while rest >= 0
    return text
  }

  private func declaration(_ number: Int) -> String {
    "\(name(number)): \(program.values[number].type)"
  }

  /// An operation as it is called: `sum(b, axes: [0])`, or `a * b` for an operator.
  func call(_ operation: Program.Operation, indentation: String = "") -> String {
    let primitive = operation.node.primitive
    let parameters = Mirror(reflecting: primitive).children.compactMap { label, value -> String? in
      guard let label, let text = parameterText(value, indentation) else { return nil }
      return "\(label): \(text)"
    }
    let pieces = operation.operands.map(name) + parameters
    let isOperator = primitive.name.allSatisfy { !$0.isLetter } && parameters.isEmpty
    if isOperator, pieces.count == 2 { return "\(pieces[0]) \(primitive.name) \(pieces[1])" }
    if isOperator, pieces.count == 1 { return "\(primitive.name)\(pieces[0])" }
    return "\(primitive.name)(\(pieces.joined(separator: ", ")))"
  }

  /// The text of a program, nested in a line that is indented so far.
  func text(indentation: String = "") -> String {
    let inner = indentation + "  "
    let results = program.outputs.map { "\(program.values[$0].type)" }
    let result = results.count == 1 ? results[0] : "(\(results.joined(separator: ", ")))"
    let declarations = inputs.map(declaration)
    var lines = ["program(\(declarations.joined(separator: ", "))) -> \(result) {"]
    let isPlain = program.inputNames.enumerated().allSatisfy { $1 == "argument \($0)" }
    if !isPlain || lines[0].count > 100 {
      lines = ["program("]
      for (place, text) in declarations.enumerated() {
        let comma = place < declarations.count - 1 ? "," : ""
        let comment = isPlain ? "" : "  // \(program.inputName(place))"
        lines.append(inner + text + comma + comment)
      }
      lines.append("\(indentation)) -> \(result) {")
    }
    for number in captures { lines.append("\(inner)capture \(declaration(number))") }
    for operation in program.computing {
      let results = operation.result..<(operation.result + operation.node.resultCount)
      let declared = results.map(declaration).joined(separator: ", ")
      let line = operation.node.origin?.line.map { "  // \($0)" } ?? ""
      lines.append("\(inner)\(declared) = \(call(operation, indentation: inner))\(line)")
    }
    if !program.outputs.isEmpty {
      lines.append("\(inner)return \(program.outputs.map(name).joined(separator: ", "))")
    }
    lines.append("\(indentation)}")
    return lines.joined(separator: "\n")
  }
}

/// A parameter of a primitive as text; `nil` for what says nothing.
private func parameterText(_ value: Any, _ indentation: String) -> String? {
  switch value {
  case let closed as ClosedProgram:
    return ProgramListing(closed.program, inputs: closed.inputNumbers).text(
      indentation: indentation)
  case let program as Program:
    return ProgramListing(program).text(indentation: indentation)
  case let text as String:
    return "\"\(text)\""
  case let dtype as DType:
    return ".\(dtype)"
  default:
    break
  }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional:
    return mirror.children.first.flatMap { parameterText($0.value, indentation) }
  case .enum where mirror.children.isEmpty:
    return ".\(value)"
  case .collection:
    let parts = mirror.children.map { parameterText($0.value, indentation) ?? "nil" }
    return "[\(parts.joined(separator: ", "))]"
  case .struct, .tuple, .enum:
    if mirror.children.isEmpty { return "\(value)" }
    let parts = mirror.children.compactMap { label, value -> String? in
      guard let text = parameterText(value, indentation) else { return nil }
      guard let label, !label.hasPrefix(".") else { return text }
      return "\(label): \(text)"
    }
    return "(\(parts.joined(separator: ", ")))"
  default:
    let text = "\(value)"
    return text == "(Function)" ? nil : text
  }
}

extension Constant {
  /// The scalar as it is written in a program.
  var literal: String {
    let array = NDArray(self)
    switch dtype {
    case .bool: return "\(array.item(Bool.self))"
    case .uint64: return "\(array.item(UInt64.self))"
    case .complex64, .complex128: return "\(array.item(Complex<Double>.self))"
    default: return dtype.isInteger ? "\(array.item(Int.self))" : "\(array.item(Double.self))"
    }
  }
}
