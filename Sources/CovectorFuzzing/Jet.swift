// Numbers with infinitesimals: what the plain interpreter computes with, so that derivatives of any
// nesting come from the values' own arithmetic and from nothing in the library.

import Foundation

/// A number plus multiples of products of up to three independent infinitesimals.
///
/// The coefficient of the product of a set of infinitesimals is at the set's bit pattern. The square of each
/// infinitesimal is zero. (Nested dual numbers: Siskind and Pearlmutter, Nesting forward-mode AD in a
/// functional framework, 2008.)
struct Jet: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  var parts: SIMD8<Double>

  /// The most infinitesimals there can be.
  static let levels = 3

  init(parts: SIMD8<Double>) { self.parts = parts }
  init(_ value: Double) { parts = SIMD8(value, 0, 0, 0, 0, 0, 0, 0) }
  init(floatLiteral value: Double) { self.init(value) }
  init(integerLiteral value: Int) { self.init(Double(value)) }

  /// The number without its infinitesimals.
  var value: Double { parts[0] }

  /// Whether there are no infinitesimals.
  var isPlain: Bool { highest == nil }

  /// The last infinitesimal with a multiple.
  private var highest: Int? {
    for level in (0..<Self.levels).reversed() {
      for set in 0..<8 where set >> level & 1 == 1 {
        if parts[set] != 0 { return level }
      }
    }
    return nil
  }

  /// What multiplies an infinitesimal.
  func coefficient(_ level: Int) -> Jet {
    var result = Jet(0)
    for set in 0..<8 where set >> level & 1 == 1 { result.parts[set ^ 1 << level] = parts[set] }
    return result
  }

  /// The number without one infinitesimal.
  func dropping(_ level: Int) -> Jet {
    var result = self
    for set in 0..<8 where set >> level & 1 == 1 { result.parts[set] = 0 }
    return result
  }

  /// The number times an infinitesimal.
  func times(infinitesimal level: Int) -> Jet {
    var result = Jet(0)
    for set in 0..<8 where set >> level & 1 == 0 { result.parts[set | 1 << level] = parts[set] }
    return result
  }

  /// A function of the number: f(a + εb) = f(a) + ε f'(a) b, infinitesimal by infinitesimal.
  func map(_ function: (Double) -> Double, derivative: (Jet) -> Jet) -> Jet {
    guard let level = highest else { return Jet(function(value)) }
    let rest = dropping(level)
    let slope = derivative(rest) * coefficient(level)
    return rest.map(function, derivative: derivative) + slope.times(infinitesimal: level)
  }

  static func + (a: Jet, b: Jet) -> Jet { Jet(parts: a.parts + b.parts) }
  static func - (a: Jet, b: Jet) -> Jet { Jet(parts: a.parts - b.parts) }
  static prefix func - (a: Jet) -> Jet { Jet(parts: -a.parts) }

  static func * (a: Jet, b: Jet) -> Jet {
    if b.isPlain { return a.scaled { $0 * b.value } }
    if a.isPlain { return b.scaled { $0 * a.value } }
    var result = Jet(a.value * b.value)
    for left in 0..<8 where a.parts[left] != 0 {
      for right in 0..<8 where left & right == 0 && left | right != 0 && b.parts[right] != 0 {
        result.parts[left | right] += a.parts[left] * b.parts[right]
      }
    }
    return result
  }

  static func / (a: Jet, b: Jet) -> Jet {
    b.isPlain ? a.scaled { $0 / b.value } : a * b.reciprocal
  }

  /// The number with a multiplication by a plain one done to it; what is not there stays away, even where
  /// that is infinite.
  private func scaled(_ rule: (Double) -> Double) -> Jet {
    var result = Jet(rule(value))
    for set in 1..<8 where parts[set] != 0 { result.parts[set] = rule(parts[set]) }
    return result
  }

  var reciprocal: Jet { map({ 1 / $0 }) { -(1.0 / ($0 * $0)) } }
  static func += (a: inout Jet, b: Jet) { a = a + b }
}

// MARK: - Elementary functions

extension Jet {
  static func exp(_ x: Jet) -> Jet { x.map(Foundation.exp) { exp($0) } }
  static func expm1(_ x: Jet) -> Jet { x.map(Foundation.expm1) { exp($0) } }
  static func log(_ x: Jet) -> Jet { x.map(Foundation.log) { 1.0 / $0 } }
  static func log1p(_ x: Jet) -> Jet { x.map(Foundation.log1p) { 1.0 / ($0 + 1.0) } }
  static func log2(_ x: Jet) -> Jet { x.map(Foundation.log2) { Jet(1 / Foundation.log(2.0)) / $0 } }
  static func log10(_ x: Jet) -> Jet {
    x.map(Foundation.log10) { Jet(1 / Foundation.log(10.0)) / $0 }
  }
  static func sqrt(_ x: Jet) -> Jet { x.map({ $0.squareRoot() }) { 0.5 / sqrt($0) } }
  static func cbrt(_ x: Jet) -> Jet {
    x.map(Foundation.cbrt) { Jet(1.0 / 3) / (cbrt($0) * cbrt($0)) }
  }
  static func sin(_ x: Jet) -> Jet { x.map(Foundation.sin) { cos($0) } }
  static func cos(_ x: Jet) -> Jet { x.map(Foundation.cos) { -sin($0) } }
  static func tan(_ x: Jet) -> Jet { x.map(Foundation.tan) { 1.0 + tan($0) * tan($0) } }
  static func asin(_ x: Jet) -> Jet { x.map(Foundation.asin) { 1.0 / sqrt(1.0 - $0 * $0) } }
  static func acos(_ x: Jet) -> Jet { x.map(Foundation.acos) { -1.0 / sqrt(1.0 - $0 * $0) } }
  static func atan(_ x: Jet) -> Jet { x.map(Foundation.atan) { 1.0 / (1.0 + $0 * $0) } }
  static func sinh(_ x: Jet) -> Jet { x.map(Foundation.sinh) { cosh($0) } }
  static func cosh(_ x: Jet) -> Jet { x.map(Foundation.cosh) { sinh($0) } }
  static func tanh(_ x: Jet) -> Jet { x.map(Foundation.tanh) { 1.0 - tanh($0) * tanh($0) } }
  static func asinh(_ x: Jet) -> Jet { x.map(Foundation.asinh) { 1.0 / sqrt($0 * $0 + 1.0) } }
  static func acosh(_ x: Jet) -> Jet { x.map(Foundation.acosh) { 1.0 / sqrt($0 * $0 - 1.0) } }
  static func atanh(_ x: Jet) -> Jet { x.map(Foundation.atanh) { 1.0 / (1.0 - $0 * $0) } }
  static func erf(_ x: Jet) -> Jet {
    x.map(Foundation.erf) { Jet(2 / Double.pi.squareRoot()) * exp(-($0 * $0)) }
  }
  static func erfc(_ x: Jet) -> Jet {
    x.map(Foundation.erfc) { Jet(-2 / Double.pi.squareRoot()) * exp(-($0 * $0)) }
  }
  static func sigmoid(_ x: Jet) -> Jet { 1.0 / (1.0 + exp(-x)) }
  /// log(1 + exp x), for numbers of moderate size.
  static func softplus(_ x: Jet) -> Jet { log(1.0 + exp(x)) }
  static func atan2(_ y: Jet, _ x: Jet) -> Jet {
    // The angle near (x₀, y₀) is the angle there plus that of the rotated point.
    let (y0, x0) = (y.value, x.value)
    let turned = (along: x * Jet(x0) + y * Jet(y0), across: y * Jet(x0) - x * Jet(y0))
    return Jet(Foundation.atan2(y0, x0)) + atan(turned.across / turned.along)
  }
  static func pow(_ x: Jet, _ y: Jet) -> Jet {
    x.isPlain && y.isPlain ? Jet(Foundation.pow(x.value, y.value)) : exp(y * log(x))
  }
  static func pow(_ x: Jet, _ count: Int) -> Jet {
    (0..<count).reduce(1.0) { product, _ in product * x }
  }
}

// MARK: - Choices

/// A choice that rounding could change: two numbers too close to tell apart.
struct Unsteady: Error {}

extension Jet {
  /// Whether this is less than another number.
  /// - Throws: `Unsteady` where they are so close that the derivative, or the choice itself, is in doubt.
  func isLess(than other: Jet) throws(Unsteady) -> Bool {
    let scale = 1 + Swift.max(abs(value), abs(other.value))
    guard abs(value - other.value) > 1e-6 * scale else { throw Unsteady() }
    return value < other.value
  }

  /// The number itself where it is not near points at which a function or its derivative is infinite.
  func away(from points: Double...) throws(Unsteady) -> Jet {
    guard points.allSatisfy({ abs(value - $0) > 1e-6 }) else { throw Unsteady() }
    return self
  }

  /// The quotient where the divisor is not near zero.
  func quotient(by divisor: Jet) throws(Unsteady) -> Jet { self / (try divisor.away(from: 0)) }

  /// The square root where it is smooth: not near zero.
  func smoothRoot() throws(Unsteady) -> Jet {
    guard value > 1e-10 else { throw Unsteady() }
    return Jet.sqrt(self)
  }

  /// The piece of a piecewise function that holds at a number: that below, or that above a kink.
  func piece(below: (Jet) -> Jet, _ kink: Double, above: (Jet) -> Jet) throws(Unsteady) -> Jet {
    try isLess(than: Jet(kink)) ? below(self) : above(self)
  }

  /// The value rounded by a rule whose steps are not near; its derivative is zero.
  func rounded(_ rule: FloatingPointRoundingRule) throws(Unsteady) -> Jet {
    let step = rule == .toNearestOrEven ? value - 0.5 : value
    guard abs(step - step.rounded()) > 1e-6 * (1 + abs(value)) else { throw Unsteady() }
    return Jet(value.rounded(rule))
  }
}
