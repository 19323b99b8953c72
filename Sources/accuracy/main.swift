// Measures the largest error of every elementwise function, in units in the last place (ulp):
//
//     swift run -c release accuracy [--stride N] [--function NAME] [--instruction-set NAME] [--write FILE]
//
// Rows of functions that are not measured stay as they are in the file.
//
// float32: every N-th of the 2^32 inputs (a stride of 1 tries all) against the C library in double precision.
// float16, bfloat16: every input, likewise. float64: samples against the C library in 80-bit precision.

import Covector
import Dispatch
import Foundation
import Synchronization

/// A function, and what computes it independently.
struct Function: Sendable {
  let name: String
  let library: @Sendable (NDArray) -> NDArray
  let double: @Sendable (Double) -> Double
  let extended: @Sendable (Float80) -> Float80
}

/// The largest error found.
struct Worst: Sendable {
  var error = 0.0
  var input = 0.0
  var result = 0.0
  /// Inputs at which one is infinite or not-a-number and the other is not.
  var special = 0
  var specialInput = 0.0
  var count = 0

  /// Counts one result; its error is `nil` where one is infinite or not-a-number and the other is not.
  mutating func note(_ error: Double?, _ input: Double, _ result: Double) {
    count += 1
    guard let error else {
      if special == 0 { specialInput = input }
      special += 1
      return
    }
    if error > self.error { (self.error, self.input, self.result) = (error, input, result) }
  }

  mutating func add(_ other: Worst) {
    if other.error > error { (error, input, result) = (other.error, other.input, other.result) }
    if special == 0 { specialInput = other.specialInput }
    special += other.special
    count += other.count
  }
}

/// A floating-point format: its digits, its exponents.
struct Format: Sendable {
  let dtype: DType
  /// Bits after the point.
  let precision: Int
  let leastExponent: Int
  /// The number from which on results round to infinity.
  let overflow: Float80

  static let float16 = Format(dtype: .float16, precision: 10, leastExponent: -14, overflow: 65520)
  static let bfloat16 = Format(
    dtype: .bfloat16, precision: 7, leastExponent: -126, overflow: 0x1.FFp127)
  static let float32 = Format(
    dtype: .float32, precision: 23, leastExponent: -126, overflow: 0x1.FFFFFFp127)
  static let float64 = Format(
    dtype: .float64, precision: 52, leastExponent: -1022, overflow: 0x1.FFFFFFFFFFFFF8p1023)

  /// The distance of a result to the exact one in units of the last place of the latter; `nil` where one is
  /// infinite or not-a-number and the other is not.
  func error(_ result: Double, _ exact: Float80) -> Double? {
    if exact.isNaN { return result.isNaN ? 0 : nil }
    if result.isNaN { return nil }
    if abs(exact) >= overflow {
      if result.isInfinite { return (result < 0) == (exact < 0) ? 0 : nil }
      // Just below infinity a finite result is off by less than an ulp.
      return exact.isInfinite ? nil : Double(abs(Float80(result) - exact) / unit(exact))
    }
    if result.isInfinite {
      return abs(exact) >= overflow
        * (1 - 0x1p-4 * Float80(sign: .plus, exponent: -precision, significand: 1))
        ? 0 : nil
    }
    return Double(abs(Float80(result) - exact) / unit(exact))
  }

  /// The same for `float32` and an ordinary result, faster; `nil` where one of the numbers is not.
  static func error32(_ result: Float, _ exact: Double) -> Double? {
    guard result.isFinite, abs(exact) < 0x1.FFFFFFp127 else { return nil }
    let exponent = max(Int(exact.bitPattern >> 52) & 0x7FF, 1023 - 126)
    let perUnit = Double(bitPattern: UInt64(2046 + 23 - exponent) << 52)
    return abs(Double(result) - exact) * perUnit
  }

  private func unit(_ exact: Float80) -> Float80 {
    let exponent = exact == 0 ? leastExponent : max(Int(exact.exponent), leastExponent)
    return Float80(sign: .plus, exponent: exponent - precision, significand: 1)
  }
}

func sigmoid80(_ x: Float80) -> Float80 { 1 / (1 + Foundation.exp(-x)) }

/// The normal distribution, with what rounding x/√2 loses put back.
func normal80(_ x: Float80) -> Float80 {
  let root = Float80(0.5).squareRoot()
  let rest = Float80(0.5).addingProduct(-root, root) / (2 * root)
  let z = -x * root
  let lost = (-z).addingProduct(-x, root) - x * rest
  let tail = Foundation.erfc(z)
  return 0.5 * (z > 0 && z < 200 ? tail * (1 - 2 * z * lost) : tail)
}

func softplus64(_ x: Double) -> Double { max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x))) }
func softplus80(_ x: Float80) -> Float80 { max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x))) }

let functions: [Function] = [
  Function(name: "square", library: { square($0) }, double: { $0 * $0 }, extended: { $0 * $0 }),
  Function(
    name: "reciprocal", library: { reciprocal($0) }, double: { 1 / $0 }, extended: { 1 / $0 }),
  Function(
    name: "sqrt", library: { sqrt($0) }, double: { $0.squareRoot() }, extended: { $0.squareRoot() }),
  Function(
    name: "rsqrt", library: { rsqrt($0) }, double: { 1 / $0.squareRoot() },
    extended: { 1 / $0.squareRoot() }),
  Function(
    name: "cbrt", library: { cbrt($0) }, double: { Foundation.cbrt($0) },
    extended: { Foundation.cbrt($0) }),
  Function(
    name: "exp", library: { exp($0) }, double: { Foundation.exp($0) },
    extended: { Foundation.exp($0) }),
  Function(
    name: "exp2", library: { exp2($0) }, double: { Foundation.exp2($0) },
    extended: { Foundation.exp2($0) }),
  Function(
    name: "expm1", library: { expm1($0) }, double: { Foundation.expm1($0) },
    extended: { Foundation.expm1($0) }),
  Function(
    name: "log", library: { log($0) }, double: { Foundation.log($0) },
    extended: { Foundation.log($0) }),
  Function(
    name: "log2", library: { log2($0) }, double: { Foundation.log2($0) },
    extended: { Foundation.log2($0) }),
  Function(
    name: "log10", library: { log10($0) }, double: { Foundation.log10($0) },
    extended: { Foundation.log10($0) }),
  Function(
    name: "log1p", library: { log1p($0) }, double: { Foundation.log1p($0) },
    extended: { Foundation.log1p($0) }),
  Function(
    name: "sin", library: { sin($0) }, double: { Foundation.sin($0) },
    extended: { Foundation.sin($0) }),
  Function(
    name: "cos", library: { cos($0) }, double: { Foundation.cos($0) },
    extended: { Foundation.cos($0) }),
  Function(
    name: "tan", library: { tan($0) }, double: { Foundation.tan($0) },
    extended: { Foundation.tan($0) }),
  Function(
    name: "asin", library: { asin($0) }, double: { Foundation.asin($0) },
    extended: { Foundation.asin($0) }),
  Function(
    name: "acos", library: { acos($0) }, double: { Foundation.acos($0) },
    extended: { Foundation.acos($0) }),
  Function(
    name: "atan", library: { atan($0) }, double: { Foundation.atan($0) },
    extended: { Foundation.atan($0) }),
  Function(
    name: "sinh", library: { sinh($0) }, double: { Foundation.sinh($0) },
    extended: { Foundation.sinh($0) }),
  Function(
    name: "cosh", library: { cosh($0) }, double: { Foundation.cosh($0) },
    extended: { Foundation.cosh($0) }),
  Function(
    name: "tanh", library: { tanh($0) }, double: { Foundation.tanh($0) },
    extended: { Foundation.tanh($0) }),
  Function(
    name: "asinh", library: { asinh($0) }, double: { Foundation.asinh($0) },
    extended: { Foundation.asinh($0) }),
  Function(
    name: "acosh", library: { acosh($0) }, double: { Foundation.acosh($0) },
    extended: { Foundation.acosh($0) }),
  Function(
    name: "atanh", library: { atanh($0) }, double: { Foundation.atanh($0) },
    extended: { Foundation.atanh($0) }),
  Function(
    name: "erf", library: { erf($0) }, double: { Foundation.erf($0) },
    extended: { Foundation.erf($0) }),
  Function(
    name: "erfc", library: { erfc($0) }, double: { Foundation.erfc($0) },
    extended: { Foundation.erfc($0) }),
  Function(
    name: "lgamma", library: { lgamma($0) }, double: { Foundation.lgamma($0) },
    extended: { Foundation.lgamma($0).0 }),
  Function(
    name: "sigmoid", library: { sigmoid($0) }, double: { 1 / (1 + Foundation.exp(-$0)) },
    extended: { sigmoid80($0) }),
  Function(
    name: "softplus", library: { softplus($0) },
    double: { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) },
    extended: { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) }),
  Function(
    name: "logSigmoid", library: { logSigmoid($0) },
    double: { min($0, 0) - Foundation.log1p(Foundation.exp(-abs($0))) },
    extended: { min($0, 0) - Foundation.log1p(Foundation.exp(-abs($0))) }),
  Function(
    name: "silu", library: { silu($0) }, double: { $0 / (1 + Foundation.exp(-$0)) },
    extended: { $0 * sigmoid80($0) }),
  Function(
    name: "gelu", library: { gelu($0) },
    double: { 0.5 * $0 * Foundation.erfc(-$0 * 0.5.squareRoot()) },
    extended: { $0 * normal80($0) }),
  Function(
    name: "ndtr", library: { ndtr($0) },
    double: { 0.5 * Foundation.erfc(-$0 * 0.5.squareRoot()) }, extended: { normal80($0) }),
  Function(
    name: "gamma", library: { gamma($0) }, double: { Foundation.tgamma($0) },
    extended: { Foundation.tgamma($0) }),
  Function(
    name: "mish", library: { mish($0) }, double: { $0 * Foundation.tanh(softplus64($0)) },
    extended: { $0 * Foundation.tanh(softplus80($0)) }),
  Function(
    name: "sech", library: { sech($0) }, double: { 1 / Foundation.cosh($0) },
    extended: { 1 / Foundation.cosh($0) }),
  Function(
    name: "softsign", library: { softsign($0) }, double: { $0 / (1 + abs($0)) },
    extended: { $0 / (1 + abs($0)) }),
  Function(
    name: "elu", library: { elu($0) }, double: { $0 > 0 ? $0 : Foundation.expm1($0) },
    extended: { $0 > 0 ? $0 : Foundation.expm1($0) }),
  Function(
    name: "degrees", library: { degrees($0) }, double: { $0 * (180 / Double.pi) },
    extended: { $0 * (180 / Float80.pi) }),
  Function(
    name: "radians", library: { radians($0) }, double: { $0 * (Double.pi / 180) },
    extended: { $0 * (Float80.pi / 180) }),
]

/// Calls `body` for blocks of a range, on all cores, and joins what they find.
func inParallel(
  _ count: Int, block: Int, _ device: Device, _ body: @escaping @Sendable (Range<Int>) -> Worst
) -> Worst {
  let total = Mutex(Worst())
  let blocks = (count + block - 1) / block
  DispatchQueue.concurrentPerform(iterations: blocks) { number in
    let range = (number * block)..<min((number + 1) * block, count)
    let found = Device.$current.withValue(device) { body(range) }
    total.withLock { $0.add(found) }
  }
  return total.withLock { $0 }
}

func compare(
  _ inputs: [Double], _ results: [Double], _ format: Format, _ exact: (Double) -> Float80
) -> Worst {
  var worst = Worst()
  for (input, result) in zip(inputs, results) {
    worst.note(format.error(result, exact(input)), input, result)
  }
  return worst
}

func measure32(_ function: Function, stride: Int, _ device: Device) -> Worst {
  let count = ((1 << 32) + stride - 1) / stride
  return inParallel(count, block: 1 << 18, device) { range in
    let inputs = range.map { Float(bitPattern: UInt32($0 * stride)) }
    let results = function.library(NDArray(inputs)).array(of: Float.self)
    var worst = Worst()
    for (input, result) in zip(inputs, results) {
      let exact = function.double(Double(input))
      worst.note(
        Format.error32(result, exact) ?? Format.float32.error(Double(result), Float80(exact)),
        Double(input), Double(result))
    }
    return worst
  }
}

func measureHalf(_ function: Function, _ format: Format, _ device: Device) -> Worst {
  inParallel(1 << 16, block: 1 << 14, device) { range in
    let bits = NDArray(range.map { UInt16($0) })
    let inputs: [Double] =
      format.dtype == .float16
      ? range.map { Double(Float16(bitPattern: UInt16($0))) }
      : range.map { Double(Float(bitPattern: UInt32($0) << 16)) }
    _ = bits
    let results = function.library(NDArray(inputs).asType(format.dtype)).array(of: Double.self)
    return compare(inputs, results, format) { Float80(function.double($0)) }
  }
}

func measure64(_ function: Function, samples: Int, _ device: Device) -> Worst {
  inParallel(samples, block: 1 << 14, device) { range in
    // Half of any exponent, half of ordinary size.
    let inputs = range.map { number -> Double in
      var z = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z ^= z >> 31
      if number % 2 == 0 { return Double(bitPattern: z) }
      let unit = Double(z >> 11) * 0x1p-53
      return [1.0, 10, 100, 700][number / 2 % 4] * (2 * unit - 1)
    }
    let results = function.library(NDArray(inputs)).array(of: Double.self)
    return compare(inputs, results, .float64) { function.extended(Float80($0)) }
  }
}

var stride = 1
var name: String?
var instructionSet: String?
var file: String?
var arguments = CommandLine.arguments.dropFirst()

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("accuracy: \(message)\n".utf8))
  exit(2)
}

while let option = arguments.popFirst() {
  guard let value = arguments.popFirst() else { fail("\(option) needs a value") }
  switch option {
  case "--stride":
    guard let number = Int(value), number > 0 else {
      fail("--stride \(value) is not a positive number")
    }
    stride = number
  case "--function": name = value
  case "--instruction-set": instructionSet = value
  case "--write": file = value
  default: fail("unknown option \(option); there are --stride --function --instruction-set --write")
  }
}
let chosen = functions.filter { name == nil || $0.name == name }
if chosen.isEmpty {
  fail("no function \(name ?? ""); there are \(functions.map(\.name).joined(separator: ", "))")
}

func text(_ worst: Worst) -> String {
  let error = String(format: worst.error < 100 ? "%.2f" : "%.2e", worst.error)
  return worst.special == 0 ? error : "\(error), \(worst.special) at \(worst.specialInput)"
}

/// The rows a page has, by function.
func rows(of file: String?) -> [String: String] {
  let page = file.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
  let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
  return Dictionary(rows.map { (String($0.split(separator: "`")[1]), $0) }) { $1 }
}

do {
  let device = try Device(threads: 1, instructionSet: instructionSet)
  var rows = rows(of: file)
  for function in chosen {
    let narrow = measure32(function, stride: stride, device)
    let wide = measure64(function, samples: 1 << 20, device)
    let half = measureHalf(function, .float16, device)
    let brain = measureHalf(function, .bfloat16, device)
    let row =
      "| `\(function.name)` | \(text(narrow)) | \(Float(narrow.input)) | "
      + "\(stride == 1 ? "all" : "every \(stride)th") | \(text(wide)) | \(wide.input) | "
      + "\(text(half)) | \(text(brain)) |"
    print(row)
    rows[function.name] = row
  }
  let table = functions.compactMap { rows[$0.name] }.joined(separator: "\n")
  let page = """
    # Accuracy

    Made by `swift run -c release accuracy --write Docs/Accuracy.md`, with `--stride 4093` where not all inputs of
    `float32` were tried, and with `--function NAME` for single rows; do not edit.

    The largest error of each elementwise function in units in the last place of the exact result (0.5 is
    correct rounding), with the \(device.instructionSet) kernels and this machine's glibc. `float32`: so many of the
    2^32 inputs, against the C library in double precision; the half types: all inputs; `float64`: 2^20 samples,
    half of any exponent and half of ordinary size, against the C library in 80-bit precision. A second number
    counts inputs at which one of the two is infinite or not-a-number and the other is not, with the first of them.

    | function | float32 | at | inputs | float64 | at | float16 | bfloat16 |
    | --- | --- | --- | --- | --- | --- | --- | --- |
    \(table)

    """
  if let file { try page.write(toFile: file, atomically: true, encoding: .utf8) }
} catch {
  fail("\(error)")
}
