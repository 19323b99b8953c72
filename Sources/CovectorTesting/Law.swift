// A law that every operation must obey, the sample it is tried on, and its verdict.

import Covector
import CovectorValues

/// A statement that must hold for every sample of every operation.
public struct Law: Sendable {
  /// A short name, as in reports and on the command line.
  public let name: String
  /// What the law says, in one sentence.
  public let statement: String
  /// The exceptions of a sample that excuse it from the law.
  let excused: OpEntry.Exceptions
  /// What an excused sample must do all the same; throws `Violation` where it does not.
  let least: (@Sendable (Subject) throws -> Void)?
  /// Throws `Violation` where the law is broken; false where it says nothing about the sample.
  let holds: @Sendable (Subject) throws -> Bool

  init(
    _ name: String, _ statement: String, excused: OpEntry.Exceptions = [],
    least: (@Sendable (Subject) throws -> Void)? = nil,
    _ holds: @escaping @Sendable (Subject) throws -> Bool
  ) {
    self.name = name
    self.statement = statement
    self.excused = excused
    self.least = least
    self.holds = holds
  }

  /// Every law, in the order of the reports.
  public static let all: [Law] =
    valueLaws + typeLaws + derivativeLaws + batchingLaws + evaluationLaws

  /// What a law says about a sample.
  public enum Verdict: Sendable, Equatable {
    /// It holds.
    case holds
    /// It is broken, and how.
    case broken(String)
    /// It says nothing here: there is nothing to differentiate, or no compiler.
    case silent
    /// The sample is excused, for this reason.
    case excused(String)
  }

  /// Tries the law on a sample.
  ///
  /// Mistakes and failures inside are caught and break the law.
  func verdict(on subject: Subject) -> Verdict {
    let exceptions = subject.sample.exceptions.intersection(excused)
    do {
      guard exceptions.isEmpty else {
        try checked { try least?(subject) }
        let reason = subject.sample.reason
        return .excused(reason.isEmpty ? exceptions.reason : reason)
      }
      return try checked { try holds(subject) } ? .holds : .silent
    } catch let violation as Violation {
      return .broken("\(violation.why) (inputs \(subject.shapes))")
    } catch {
      return .broken("unexpected error: \(error) (inputs \(subject.shapes))")
    }
  }
}

/// How a law was broken.
struct Violation: Error {
  let why: String
  init(_ why: String) { self.why = why }
}

extension OpEntry.Exceptions {
  /// The reason that goes with the exceptions, in words.
  var reason: String {
    var reasons: [String] = []
    if contains(.derivatives) { reasons.append("the result is piecewise constant") }
    if contains(.secondDerivatives) {
      reasons.append("the second derivative does not exist or is not finite at the sample")
    }
    if contains(.batchBits) { reasons.append("a batch adds in another order than one example") }
    if contains(.values) {
      reasons.append("the result is determined only up to a sign or an order")
    }
    return reasons.joined(separator: "; ")
  }
}

/// One sample of one operation, as the laws see it.
struct Subject: Sendable {
  let entry: OpEntry
  let sample: OpEntry.Sample
  /// Golden values, where the sweep was given any.
  let golden: Golden?
  /// Compiles a function, where the sweep was given the means.
  let compile: Sweep.Compile?

  var shapes: String {
    sample.inputs.map { "\($0.shape)" }.joined(separator: ", ")
  }

  /// The call.
  func run(_ inputs: [NDArray]) -> [NDArray] { sample.run(inputs) }

  /// The inputs of one example as numbers.
  func values(_ dtype: DType, example: Int = 0) -> [Values] {
    sample.inputs.enumerated().map { place, input in
      input.values(dtype, input: place, example: example)
    }
  }

  /// The inputs of one example.
  func inputs(_ dtype: DType, example: Int = 0) -> [NDArray] {
    values(dtype, example: example).map { $0.array() }
  }

  /// The accepted dtypes, in a fixed order; one where no input takes the dtype under test.
  var dtypes: [DType] {
    let accepted = DType.allCases.filter { entry.dtypes.contains($0) }
    return sample.inputs.contains(where: \.takesDType) ? accepted : Array(accepted.prefix(1))
  }

  /// The dtypes derivatives are compared with finite differences in.
  var derivativeDTypes: [DType] { dtypes.filter { $0 == .float64 || $0 == .complex128 } }

  /// The dtypes for comparisons bit by bit: one that stands for all, then others of another kind.
  var bitDTypes: [DType] {
    let order: [DType] = [.float32, .complex64, .int32, .bool, .bfloat16]
    let chosen = order.filter { dtypes.contains($0) }
    return chosen.isEmpty ? Array(dtypes.prefix(1)) : chosen
  }

  /// The inputs that have derivatives when `dtype` is under test.
  func differentiable(_ dtype: DType) -> [Int] {
    sample.inputs.indices.filter { sample.inputs[$0].dtype(dtype).isInexact }
  }

  /// A direction to move an input along; symmetric where the input is.
  func direction(_ input: Int, _ dtype: DType, stream: Int = 0) -> Values {
    let type = ArrayType(sample.inputs[input].shape, sample.inputs[input].dtype(dtype))
    let direction = InputRule.direction(type, stream: 8 * stream + input)
    return sample.inputs[input].content == .positiveDefinite
      ? direction.symmetrized() : direction
  }

  /// The call as a function of some of its inputs, the others held at these arrays.
  func function(of places: [Int], at inputs: [NDArray]) -> @Sendable ([NDArray]) -> [NDArray] {
    { [sample] arrays in
      var all = inputs
      for (place, array) in zip(places, arrays) { all[place] = array }
      return sample.run(all)
    }
  }
}

extension Values {
  /// Half the sum of matrices in the last two axes and their conjugate transposes.
  func symmetrized() -> Values {
    let size = type.shape.last ?? 0
    var result = self
    for start in stride(from: 0, to: count, by: max(size * size, 1)) {
      for row in 0..<size {
        for column in 0..<size {
          let (here, there) = (start + row * size + column, start + column * size + row)
          result.real[here] = (real[here] + real[there]) / 2
          if !imaginary.isEmpty {
            result.imaginary[here] = (imaginary[here] - imaginary[there]) / 2
          }
        }
      }
    }
    return result
  }
}

/// Throws a violation unless the condition holds.
func require(_ condition: Bool, _ why: @autoclosure () -> String) throws {
  if !condition { throw Violation(why()) }
}

/// Throws a violation unless two arrays' bits are equal.
func requireSameBits(
  _ results: [Bits], _ expected: [Bits], _ context: @autoclosure () -> String
) throws {
  try require(results.count == expected.count, "\(context()): the number of results differs")
  for (number, (result, other)) in zip(results, expected).enumerated() {
    if let difference = result.difference(from: other) {
      let which = expected.count > 1 ? "result \(number), " : ""
      throw Violation("\(context()): \(which)\(difference)")
    }
  }
}

/// Throws a violation unless numbers agree within a fraction of the largest of them.
func requireClose(
  _ result: Values, _ expected: Values, relative: Double, absolute: Double = 0,
  _ context: @autoclosure () -> String
) throws {
  try require(
    result.type.shape == expected.type.shape,
    "\(context()): the shape is \(result.type.shape), expected \(expected.type.shape)")
  let allowed = relative * max(expected.magnitude, result.magnitude) + absolute
  func near(_ a: Double, _ b: Double) -> Bool {
    a == b || abs(a - b) <= allowed || (a.isNaN && b.isNaN)
  }
  for index in expected.real.indices {
    let isNear =
      near(result.real[index], expected.real[index])
      && (result.imaginary.isEmpty || expected.imaginary.isEmpty
        || near(result.imaginary[index], expected.imaginary[index]))
    try require(
      isNear,
      "\(context()): element \(index) of \(result.type) is \(result.description(at: index)), "
        + "expected \(expected.description(at: index)), give or take \(allowed)")
  }
}
