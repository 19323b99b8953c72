// The operations random programs are made of: each draws its parameters, and says how the library and how
// the plain interpreter compute it.

import Covector

/// An operation random programs may contain.
struct Word: Sendable {
  let name: String
  /// A step on values the program has, with random parameters; `nil` where nothing fits.
  let make: @Sendable (inout ProgramMaker) -> Step?
}

enum Vocabulary {
  /// Every operation.
  static let all: [Word] =
    unaryWords + piecewiseWords + binaryWords + logicWords + shapeWords + joinWords + foldWords
    + lineWords + indexWords + productWords + controlWords + matrixWords

  typealias Elementwise = @Sendable (NDArray) -> NDArray
  typealias Function = @Sendable (Jet) throws -> Jet

  /// A function of each element of one array.
  static func unary(
    _ name: String, of kinds: Set<Plain.Kind> = [.real], to kind: Plain.Kind = .real,
    _ run: @escaping Elementwise, _ function: @escaping Function
  ) -> Word {
    Word(name: name) { maker in
      guard let x = maker.pick(kinds) else { return nil }
      return Step(name: name, operands: [x.number], run: { run($0[0]) }) { operands in
        let x = operands[0]
        return Plain(x.shape, kind, elements: try x.elements.map(function))
      }
    }
  }

  /// A function of pairs of elements of arrays that broadcast.
  static func binary(
    _ name: String, of kinds: Set<Plain.Kind> = [.real], to kind: Plain.Kind? = nil,
    _ run: @escaping @Sendable (NDArray, NDArray) -> NDArray,
    _ function: @escaping @Sendable (Jet, Jet) throws -> Jet
  ) -> Word {
    Word(name: name) { maker in
      guard let x = maker.pick(kinds) else { return nil }
      guard
        let y = maker.pick([x.value.kind], where: { joint(x.value.shape, $0.shape) != nil })
      else { return nil }
      let (a, b) = maker.draw.chance(50) ? (x, y) : (y, x)
      return Step(name: name, operands: [a.number, b.number], run: { run($0[0], $0[1]) }) {
        operands in
        let (x, y) = (operands[0], operands[1])
        guard let shape = joint(x.shape, y.shape) else { throw ArrayError(name, "shapes") }
        return try Plain(shape, kind ?? x.kind) {
          try function(x.broadcast(at: $0), y.broadcast(at: $0))
        }
      }
    }
  }

  /// The shape two shapes broadcast to.
  static func joint(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    func size(_ shape: [Int], _ axis: Int) -> Int {
      let place = axis - (rank - shape.count)
      return place < 0 ? 1 : shape[place]
    }
    var result: [Int] = []
    for axis in 0..<rank {
      let (m, n) = (size(a, axis), size(b, axis))
      guard m == n || m == 1 || n == 1 else { return nil }
      result.append(m == 1 ? n : m)
    }
    return result
  }

  /// A step on one value.
  static func step(
    _ name: String, _ x: Known, _ run: @escaping @Sendable (NDArray) -> NDArray,
    _ plain: @escaping @Sendable (Plain) throws -> Plain
  ) -> Step {
    Step(name: name, operands: [x.number], run: { run($0[0]) }, plain: { try plain($0[0]) })
  }

  static let everyKind: Set<Plain.Kind> = [.real, .whole, .truth]
  static let numbers: Set<Plain.Kind> = [.real, .whole]
}

extension Double {
  /// One or zero.
  init(_ truth: Bool) { self = truth ? 1 : 0 }
}

// MARK: - Elementwise mathematics

private let half = Jet(0.5)

extension Vocabulary {
  static let unaryWords: [Word] = [
    unary("negative", of: numbers, { -$0 }, { -$0 }).keepingKind(),
    unary("square", { square($0) }, { $0 * $0 }),
    unary("reciprocal", { reciprocal($0) }, { try Jet(1).quotient(by: $0) }),
    unary("sqrt", { sqrt($0) }, { Jet.sqrt(try $0.away(from: 0)) }),
    unary("rsqrt", { rsqrt($0) }, { 1.0 / Jet.sqrt(try $0.away(from: 0)) }),
    unary("cbrt", { cbrt($0) }, { Jet.cbrt(try $0.away(from: 0)) }),
    unary("exp", { exp($0) }, { Jet.exp($0) }),
    unary("exp2", { exp2($0) }, { Jet.exp($0 * Jet(0.693147180559945309)) }),
    unary("expm1", { expm1($0) }, { Jet.expm1($0) }),
    unary("log", { log($0) }, { Jet.log(try $0.away(from: 0)) }),
    unary("log2", { log2($0) }, { Jet.log2(try $0.away(from: 0)) }),
    unary("log10", { log10($0) }, { Jet.log10(try $0.away(from: 0)) }),
    unary("log1p", { log1p($0) }, { Jet.log1p(try $0.away(from: -1)) }),
    unary("sin", { sin($0) }, { Jet.sin($0) }),
    unary("cos", { cos($0) }, { Jet.cos($0) }),
    unary("tan", { tan($0) }, { Jet.tan($0) }),
    unary("asin", { asin($0) }, { Jet.asin(try $0.away(from: -1, 1)) }),
    unary("acos", { acos($0) }, { Jet.acos(try $0.away(from: -1, 1)) }),
    unary("atan", { atan($0) }, { Jet.atan($0) }),
    unary("sinh", { sinh($0) }, { Jet.sinh($0) }),
    unary("cosh", { cosh($0) }, { Jet.cosh($0) }),
    unary("tanh", { tanh($0) }, { Jet.tanh($0) }),
    unary("sech", { sech($0) }, { 1.0 / Jet.cosh($0) }),
    unary("asinh", { asinh($0) }, { Jet.asinh($0) }),
    unary("acosh", { acosh($0) }, { Jet.acosh(try $0.away(from: 1)) }),
    unary("atanh", { atanh($0) }, { Jet.atanh(try $0.away(from: -1, 1)) }),
    unary("erf", { erf($0) }, { Jet.erf($0) }),
    unary("erfc", { erfc($0) }, { Jet.erfc($0) }),
    unary("sigmoid", { sigmoid($0) }, { Jet.sigmoid($0) }),
    unary("softplus", { softplus($0) }, { Jet.softplus($0) }),
    unary("logSigmoid", { logSigmoid($0) }, { -Jet.softplus(-$0) }),
    unary("silu", { silu($0) }, { $0 * Jet.sigmoid($0) }),
    unary("mish", { mish($0) }, { $0 * Jet.tanh(Jet.softplus($0)) }),
    unary("gelu", { gelu($0) }, { half * $0 * (1.0 + Jet.erf($0 * Jet(2.0.squareRoot() / 2))) }),
    unary("degrees", { degrees($0) }, { $0 * Jet(180 / Double.pi) }),
    unary("radians", { radians($0) }, { $0 * Jet(Double.pi / 180) }),
    unary("pow 2", { pow($0, 2) }, { Jet.pow($0, 2) }),
    unary("pow 3", { pow($0, 3) }, { Jet.pow($0, 3) }),
    unary("plus 1.5", { $0 + 1.5 }, { $0 + 1.5 }),
    unary("times 0.7", { 0.7 * $0 }, { 0.7 * $0 }),
    unary("1 minus", { 1 - $0 }, { 1.0 - $0 }),
    unary("2 over", { 2 / $0 }, { try Jet(2).quotient(by: $0) }),
    unary("stopGradient", { stopGradient($0) }, { Jet($0.value) }),
    unary("asType float64", of: everyKind, { $0.asType(.float64) }, { $0 }),
    unary("asType int32", of: [.truth], to: .whole, { $0.asType(.int32) }, { $0 }),
  ]

  static let piecewiseWords: [Word] = [
    unary("abs", { abs($0) }, { try $0.piece(below: { -$0 }, 0, above: { $0 }) }),
    unary("sign", { sign($0) }, { try $0.piece(below: { _ in -1 }, 0, above: { _ in 1 }) }),
    unary("relu", { relu($0) }, { try $0.piece(below: { _ in 0 }, 0, above: { $0 }) }),
    unary("relu2", { relu2($0) }, { try $0.piece(below: { _ in 0 }, 0, above: { $0 * $0 }) }),
    unary(
      "leakyRelu", { leakyRelu($0) },
      { try $0.piece(below: { 0.01 * $0 }, 0, above: { $0 }) }),
    unary("elu", { elu($0) }, { try $0.piece(below: { Jet.expm1($0) }, 0, above: { $0 }) }),
    unary(
      "softsign", { softsign($0) },
      { x in x / (1.0 + (try x.piece(below: { -$0 }, 0, above: { $0 }))) }),
    unary(
      "hardTanh", { hardTanh($0) },
      {
        let low = try $0.piece(below: { _ in -1 }, -1, above: { $0 })
        return try $0.piece(below: { _ in low }, 1, above: { _ in 1 })
      }),
    unary(
      "softShrink", { softShrink($0) },
      {
        let low = try $0.piece(below: { $0 + 0.5 }, -0.5, above: { _ in 0 })
        return try $0.piece(below: { _ in low }, 0.5, above: { $0 - 0.5 })
      }),
    unary(
      "clip", { clip($0, min: -0.75, max: 1.25) },
      {
        let low = try $0.piece(below: { _ in -0.75 }, -0.75, above: { $0 })
        return try $0.piece(below: { _ in low }, 1.25, above: { _ in 1.25 })
      }),
    unary("floor", { floor($0) }, { try $0.rounded(.down) }),
    unary("ceil", { ceil($0) }, { try $0.rounded(.up) }),
    unary("trunc", { trunc($0) }, { try $0.rounded(.towardZero) }),
    unary("round", { round($0) }, { try $0.rounded(.toNearestOrEven) }),
  ]

  static let binaryWords: [Word] = [
    binary("add", of: numbers, { $0 + $1 }, { $0 + $1 }),
    binary("subtract", of: numbers, { $0 - $1 }, { $0 - $1 }),
    binary("multiply", of: numbers, { $0 * $1 }, { $0 * $1 }),
    binary("divide", { $0 / $1 }, { try $0.quotient(by: $1) }),
    binary("maximum", { maximum($0, $1) }, { try $0.isLess(than: $1) ? $1 : $0 }),
    binary("minimum", { minimum($0, $1) }, { try $0.isLess(than: $1) ? $0 : $1 }),
    binary(
      "maximum of integers", of: [.whole], { maximum($0, $1) }, { Jet(max($0.value, $1.value)) }),
    binary(
      "pow", { pow(abs($0) + 0.1, $1) },
      { x, y in Jet.pow(try x.piece(below: { -$0 }, 0, above: { $0 }) + 0.1, y) }),
    binary(
      "atan2", { atan2($0, $1) },
      // Left of the origin the angle jumps from -π to π.
      { y, x in Jet.atan2(x.value < 1e-6 ? try y.away(from: 0) : y, x) }),
    binary("hypot", { hypot($0, $1) }, { try ($0 * $0 + $1 * $1).smoothRoot() }),
    binary("logaddexp", { logaddexp($0, $1) }, { Jet.log(Jet.exp($0) + Jet.exp($1)) }),
    binary(
      "remainder", { $0 % $1 }, { x, y in x - (try x.quotient(by: y).rounded(.down)) * y }),
    binary(
      "floorDivide", { floorDivide($0, $1) }, { try $0.quotient(by: $1).rounded(.down) }),
    binary(
      "copysign", { copysign($0, $1) },
      { x, y in
        let size = try x.piece(below: { -$0 }, 0, above: { $0 })
        return try y.isLess(than: 0) ? -size : size
      }),
  ]

  static let logicWords: [Word] = [
    binary("less", to: .truth, { $0 .< $1 }, { Jet(Double(try $0.isLess(than: $1))) }),
    binary("greaterOrEqual", to: .truth, { $0 .>= $1 }, { Jet(Double(try $1.isLess(than: $0))) }),
    binary(
      "equal", of: [.whole, .truth], to: .truth, { $0 .== $1 },
      { Jet(Double($0.value == $1.value)) }),
    binary(
      "notEqual", of: [.whole], to: .truth, { $0 .!= $1 }, { Jet(Double($0.value != $1.value)) }),
    binary(
      "less of integers", of: [.whole], to: .truth, { $0 .< $1 },
      { Jet(Double($0.value < $1.value)) }),
    binary("and", of: [.truth], { $0 .& $1 }, { $0 * $1 }),
    binary("or", of: [.truth], { $0 .| $1 }, { Jet(max($0.value, $1.value)) }),
    binary("xor", of: [.truth], { $0 .^ $1 }, { Jet(Double($0.value != $1.value)) }),
    binary(
      "bitwise and", of: [.whole], { $0 & $1 }, { Jet(Double(Int($0.value) & Int($1.value))) }),
    unary("not", of: [.truth], to: .truth, { .!$0 }, { 1.0 - $0 }),
    Word(name: "which") { maker in
      guard let condition = maker.pick([.truth]), let x = maker.pick(numbers) else { return nil }
      guard let shape = joint(condition.value.shape, x.value.shape) else { return nil }
      guard let y = maker.pick([x.value.kind], where: { joint(shape, $0.shape) != nil }) else {
        return nil
      }
      let numbers = [condition.number, x.number, y.number]
      return Step(name: "which", operands: numbers, run: { which($0[0], $0[1], $0[2]) }) {
        operands in
        let pair = joint(operands[0].shape, operands[1].shape) ?? []
        return Plain(joint(pair, operands[2].shape) ?? [], operands[1].kind) { index in
          operands[operands[0].broadcast(at: index).value != 0 ? 1 : 2].broadcast(at: index)
        }
      }
    },
  ]
}

extension Word {
  /// The word for a function whose result is of its operand's kind.
  func keepingKind() -> Word {
    Word(name: name) { maker in
      guard let step = make(&maker) else { return nil }
      return Step(name: step.name, operands: step.operands, run: step.run) { operands in
        var result = try step.plain(operands)
        result.kind = operands[0].kind
        return result
      }
    }
  }
}
