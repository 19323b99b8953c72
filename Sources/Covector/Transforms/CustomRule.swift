// The primitive beneath custom: it ties the results of a function to its arguments by rules of their own.
//
// The function itself is recorded in the graph as it is, on arguments that no derivative passes through. The
// tie stands behind its results: as values they are the same, for derivatives they come from the arguments
// by the rules. So evaluation sees nothing of it, and every transform meets the rules wherever it comes in.

/// A derivative rule as a program, traced when the function was called.
///
/// What the rule captured follows its arguments; the tie hands it in, so that transforms reach it.
struct TracedRule: Hashable, Sendable, Codable {
  let program: ClosedProgram
  let captureCount: Int

  /// The rule for each example of a batch, and what it needs besides the captures it has.
  ///
  /// - Parameter place: Makes the results whole from those of the batch and where their mapped axes are.
  func batched(
    axes: [Int?], size: Int, _ place: ([(array: NDArray, axis: Int?)]) -> [NDArray]
  ) -> (rule: TracedRule, captured: [NDArray]) {
    let types = zip(program.inputTypes, axes).map { type, axis in
      axis.map { ArrayType(type.shape.inserting(size, at: $0), type.dtype) } ?? type
    }
    let closure = ClosedProgram.trace(CustomTie.ruleName, types) { inputs in
      place(program.batched(inputs, axes: axes, size: size))
    }
    let rule = TracedRule(
      program: closure.program, captureCount: captureCount + closure.captured.count)
    return (rule, closure.captured)
  }
}

/// A batching rule: arguments with the mapped axis in front, its size, and which of them have it.
final class BatchingRule: Sendable {
  typealias Function = @Sendable ([NDArray], Int, [Bool]) -> [NDArray]
  let function: Function
  init(_ function: @escaping Function) { self.function = function }
}

extension BatchingRule: Codable {
  // It is code: a file can keep the values and derivatives of the function, not its batching.
  convenience init(from decoder: any Decoder) throws {
    throw ArrayError("ProgramFile", "a custom batching rule cannot be read from a file")
  }

  func encode(to encoder: any Encoder) throws {
    throw ArrayError("ProgramFile", "a custom batching rule cannot be kept in a file; leave it out")
  }
}

extension BatchingRule: Hashable {
  static func == (a: BatchingRule, b: BatchingRule) -> Bool { a === b }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Results of a function, which derivatives see as functions of the arguments by rules of their own.
///
/// The inputs are the results as the function computed them, the arguments, and what the rules captured.
struct CustomTie: Primitive {
  /// What a message says a value was read inside of.
  static let ruleName = "a rule of custom"

  let resultCount: Int
  let argumentCount: Int
  /// From arguments, results and cotangents of results to the cotangents of inexact arguments.
  let pullback: TracedRule?
  /// From arguments, results and tangents of arguments to the tangents of inexact results.
  let pushforward: TracedRule?
  let batching: BatchingRule?

  var name: String { "custom" }
  var evaluation: Evaluation { .identity }
  // A batching rule is the user's function.
  var ruleDependence: RuleDependence { batching == nil ? .nothing : .values }

  func accepts(_ x: [NDArray]) -> Bool {
    guard resultCount > 0, argumentCount >= 0, resultCount <= x.count,
      argumentCount <= x.count - resultCount
    else { return false }
    let types = x.map(\.type)
    let (results, rest) = (types[..<resultCount], types[resultCount...])
    let arguments = rest.prefix(argumentCount)
    var captured = rest.dropFirst(argumentCount)
    for (rule, moved, answers) in [
      (pullback, results, arguments), (pushforward, arguments, results),
    ] {
      guard let rule else { continue }
      guard rule.captureCount >= 0, rule.captureCount <= captured.count else { return false }
      let given = arguments + results + moved + captured.prefix(rule.captureCount)
      captured = captured.dropFirst(rule.captureCount)
      guard rule.program.inputTypes == Array(given),
        rule.program.outputTypes == answers.filter(\.dtype.isInexact)
      else { return false }
    }
    return captured.isEmpty
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    x.prefix(resultCount).map(\.type)
  }

  private var hasDerivative: Bool { pullback != nil || pushforward != nil }

  private func arguments<Element>(_ x: [Element]) -> [Element] {
    Array(x[resultCount..<(resultCount + argumentCount)])
  }

  private func captures<Element>(of rule: TracedRule, _ x: [Element]) -> [Element] {
    let first = resultCount + argumentCount
    let count = rule.captureCount
    return Array(rule == pullback ? x[first..<(first + count)] : x.suffix(count))
  }

  // MARK: Derivatives

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard hasDerivative else { return Array(tangents.prefix(resultCount)) }
    if tangents.prefix(resultCount).contains(where: { $0 != nil }) {
      Self.reportCapture()
      return y.map { NDArray.poison(like: $0.type)[0] }
    }
    let given = arguments(tangents)
    if given.allSatisfy({ $0 == nil }) { return y.map { _ in nil } }
    let inexact = y.indices.filter { y[$0].dtype.isInexact }
    let filled = zip(given, arguments(x)).map { $0 ?? $1.zerosLike() }
    var results = y.map { _ -> NDArray? in nil }
    let answers: [NDArray?]
    if let pushforward {
      answers = pushforward.program(arguments(x) + y + filled + captures(of: pushforward, x))
    } else {
      // The transpose of the pullback, which is linear in the cotangents.
      let linear = { pull(x, inexact.spread($0, over: y), y) }
      let (_, transposed) = Differentiate.vjp(linear, inexact.map { y[$0].zerosLike() })
      let places = arguments(x).indices.filter { arguments(x)[$0].dtype.isInexact }
      answers = transposed(places.map { filled[$0] })
    }
    for (place, answer) in zip(inexact, answers) { results[place] = answer }
    return results
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    let rest = x.dropFirst(resultCount)
    guard hasDerivative else { return cotangents + rest.map { _ in nil } }
    var answers = x.map { _ -> NDArray? in nil }
    if wanted.prefix(resultCount).contains(true) {
      Self.reportCapture()
      for place in answers.indices { answers[place] = NDArray.poison(like: x[place].type)[0] }
      return answers
    }
    let inexact = arguments(x).indices.filter { arguments(x)[$0].dtype.isInexact }
    let pulled: [NDArray?]
    if pullback != nil {
      pulled = pull(x, zip(cotangents, y).map { $0 ?? $1.zerosLike() }, y)
    } else if let pushforward {
      // The transpose of the pushforward, which is linear in the tangents.
      let linear = { (tangents: [NDArray]) in
        pushforward.program(
          arguments(x) + y + inexact.spread(tangents, over: arguments(x))
            + captures(of: pushforward, x))
      }
      let (_, transposed) = Differentiate.vjp(linear, inexact.map { arguments(x)[$0].zerosLike() })
      pulled = transposed(y.indices.filter { y[$0].dtype.isInexact }.map { cotangents[$0] })
    } else {
      pulled = []
    }
    for (place, answer) in zip(inexact, pulled) { answers[resultCount + place] = answer }
    return answers
  }

  /// The cotangents of the inexact arguments, given those of all results.
  private func pull(_ x: [NDArray], _ cotangents: [NDArray], _ y: [NDArray]) -> [NDArray] {
    guard let pullback else { return [] }
    return pullback.program(arguments(x) + y + cotangents + captures(of: pullback, x))
  }

  private static func reportCapture() {
    ArrayError.report(
      ArrayError(
        "custom",
        "the function captures an array that the derivative is taken by, and its rules answer for arguments "
          + "only; pass it as an argument, or capture stopGradient of it"))
  }

  // MARK: Batching

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let argumentAxes = arguments(axes)
    var results = zip(x, axes).prefix(resultCount).map { $0.mappedInFront($1, size: size) }
    if let batching, argumentAxes.contains(where: { $0 != nil }) {
      results = apply(batching, x, argumentAxes, size: size, like: results)
    }
    let front = results.map { _ -> Int? in 0 }
    guard hasDerivative else { return (results, front) }
    var captured: [NDArray] = []
    // The results of both rules are of the arguments' and the results' types with the axis.
    let batchedPullback = pullback.map { rule in
      let given = argumentAxes + front + front + captures(of: rule, axes)
      let batched = rule.batched(axes: given, size: size) { pulled in
        let inexact = argumentAxes.indices.filter { arguments(x)[$0].dtype.isInexact }
        return zip(pulled, inexact).map { result, place in
          // What all examples share gets the sum of their cotangents.
          guard let axis = argumentAxes[place] else {
            return result.array.mappedInFront(result.axis, size: size).summed(over: [0])
          }
          return result.array.mappedInFront(result.axis, size: size).movingAxis(0, to: axis)
        }
      }
      captured += captures(of: rule, x) + batched.captured
      return batched.rule
    }
    let batchedPushforward = pushforward.map { rule in
      let given = argumentAxes + front + argumentAxes + captures(of: rule, axes)
      let batched = rule.batched(axes: given, size: size) { pushed in
        pushed.map { $0.array.mappedInFront($0.axis, size: size) }
      }
      captured += captures(of: rule, x) + batched.captured
      return batched.rule
    }
    let tie = CustomTie(
      resultCount: resultCount, argumentCount: argumentCount, pullback: batchedPullback,
      pushforward: batchedPushforward, batching: nil)
    return (NDArray.apply(tie, results + arguments(x) + captured), front)
  }

  /// The results of the whole batch by the function's own rule.
  private func apply(
    _ rule: BatchingRule, _ x: [NDArray], _ axes: [Int?], size: Int, like results: [NDArray]
  ) -> [NDArray] {
    let front = zip(arguments(x), axes).map { argument, axis in
      let argument = hasDerivative ? stopGradient(argument) : argument
      return axis.map { argument.movingAxis($0, to: 0) } ?? argument
    }
    let answers = rule.function(front, size, axes.map { $0 != nil }).map(\.strong)
    for (place, (answer, result)) in zip(answers, results).enumerated()
    where answer.type != result.type && !answer.isPoisoned {
      ArrayError.report(
        ArrayError(
          "custom",
          "the vmap rule gave \(answer.type) for result \(place); it must be \(result.type), with the "
            + "mapped axis in front"))
      return results.map { NDArray.poison(like: $0.type)[0] }
    }
    guard answers.count == results.count else {
      ArrayError.report(
        ArrayError(
          "custom",
          "the vmap rule gave \(answers.count) arrays; the function has \(results.count) results"))
      return results.map { NDArray.poison(like: $0.type)[0] }
    }
    return answers
  }
}

extension [Int] {
  /// Arrays at these places among others, which are zero.
  fileprivate func spread(_ arrays: [NDArray], over others: [NDArray]) -> [NDArray] {
    var filled = others.map { $0.zerosLike() }
    for (place, array) in zip(self, arrays) { filled[place] = array }
    return filled
  }
}
