// custom over trees: the function and its rules are called with the structures they were written for, and
// what the rules reply is checked. The public functions are in Surface.generated.swift.

/// A function's pullback: from its arguments, its results and their cotangents to the cotangents of the
/// arguments.
public typealias PullbackRule<Primals, Outputs> = (
  _ primals: Primals, _ outputs: Outputs, _ cotangents: Outputs
) -> Primals

/// A function's derivative: from its arguments, its results and the arguments' tangents to the tangents of
/// the results.
public typealias PushforwardRule<Primals, Outputs> = (
  _ primals: Primals, _ outputs: Outputs, _ tangents: Primals
) -> Outputs

/// A function of a batch: from arguments with the mapped axis in front, its size, and which arrays are mapped, to
/// results with the mapped axis in front.
public typealias BatchRule<Primals, Outputs> =
  @Sendable (
    _ arguments: Primals, _ size: Int, _ isMapped: [Bool]
  ) -> Outputs

enum Custom {
  /// Calls a function whose derivatives are those of its rules.
  ///
  /// Outside of all transforms nobody asks for a derivative, and the function is just called.
  static func call<Primals: ArrayTree, Outputs: ArrayTree>(
    _ primals: Primals, outputRole: TreeRole, _ function: (Primals) -> Outputs,
    vjp: ((Primals, Outputs, Outputs) -> Primals)? = nil,
    jvp: ((Primals, Outputs, Primals) -> Outputs)? = nil, batching: BatchingRule? = nil
  ) -> Outputs {
    guard let trace = Trace.current, vjp != nil || jvp != nil || batching != nil else {
      return function(primals)
    }
    let arguments = primals.leaves.map(\.strong)
    let hasDerivative = vjp != nil || jvp != nil
    let entered = hasDerivative ? arguments.map { stopGradient($0) } : arguments
    let outputs = function(primals.replacingLeaves(with: entered))
    let results = outputs.leaves.map(\.strong)
    let inputs = results + arguments
    // What no trace reaches is never asked for its derivative.
    guard !results.isEmpty, !inputs.contains(where: \.isPoisoned),
      inputs.contains(where: { $0.node.serial >= trace.outermost })
    else { return outputs.replacingLeaves(with: results) }

    let pullback = vjp.map { rule in
      traceRule(
        of: arguments + results, arguments.map(\.type) + results.map(\.type) + results.map(\.type)
      ) {
        let (given, rest) = $0.split(at: arguments.count)
        let (computed, cotangents) = rest.split(at: results.count)
        let reply = rule(
          primals.replacingLeaves(with: given), outputs.replacingLeaves(with: computed),
          outputs.replacingLeaves(with: cotangents))
        return checked(reply, like: primals, arguments, "vjp", "cotangent", .arguments)
      }
    }
    let pushforward = jvp.map { rule in
      traceRule(
        of: arguments + results, arguments.map(\.type) + results.map(\.type) + arguments.map(\.type)
      ) {
        let (given, rest) = $0.split(at: arguments.count)
        let (computed, tangents) = rest.split(at: results.count)
        let reply = rule(
          primals.replacingLeaves(with: given), outputs.replacingLeaves(with: computed),
          primals.replacingLeaves(with: tangents))
        return checked(reply, like: outputs, results, "jvp", "tangent", outputRole)
      }
    }
    let rules = [pullback, pushforward].compactMap { $0 }
    if rules.contains(where: \.rule.program.isPoisoned) { return outputs.poisonedTree() }
    let tie = CustomTie(
      resultCount: results.count, argumentCount: arguments.count, pullback: pullback?.rule,
      pushforward: pushforward?.rule, batching: batching)
    return outputs.replacingLeaves(
      with: NDArray.apply(tie, inputs + rules.flatMap(\.captured)))
  }

  /// A batching rule on flat lists, from one on the function's own structures.
  static func batching<Primals: ArrayTree & Sendable, Outputs: ArrayTree>(
    like primals: Primals, _ rule: @escaping @Sendable (Primals, Int, [Bool]) -> Outputs
  ) -> BatchingRule {
    BatchingRule { arguments, size, isMapped in
      rule(primals.replacingLeaves(with: arguments), size, isMapped).leaves
    }
  }

  // MARK: - Tracing rules

  /// How many rules are being traced, each called by the one before.
  @TaskLocal private static var depth = 0
  /// Rules that lead to more rules than this call each other without end.
  private static let depthLimit = 6

  /// Runs a rule once, on arguments and results that know their values as far as these do.
  private static func traceRule(
    of known: [NDArray], _ types: [ArrayType], _ rule: ([NDArray]) -> [NDArray]
  ) -> (rule: TracedRule, captured: [NDArray]) {
    let closure = $depth.withValue(depth + 1) {
      ClosedProgram.trace(CustomTie.ruleName, types, known: known) { inputs in
        guard depth <= depthLimit else {
          ArrayError.report(
            ArrayError(
              "custom",
              "a rule calls functions with rules that call it again; write it with the results it "
                + "is given"))
          return NDArray.poison(like: types[0])
        }
        return rule(inputs)
      }
    }
    let rule = TracedRule(program: closure.program, captureCount: closure.captured.count)
    return (rule, closure.captured)
  }

  /// A rule's reply for those leaves that have derivatives.
  private static func checked<Tree: ArrayTree>(
    _ reply: Tree, like tree: Tree, _ leaves: [NDArray], _ rule: String, _ noun: String,
    _ role: TreeRole
  ) -> [NDArray] {
    let places = leaves.indices.filter { leaves[$0].dtype.isInexact }
    do throws(ArrayError) {
      let given = try Differentiate.fitted(
        reply, to: tree, leaves, "\(rule) rule of custom", noun, role, ignoringIntegers: true)
      return places.map { given[$0] }
    } catch {
      ArrayError.report(error)
      return places.map { NDArray.poison(like: leaves[$0].type)[0] }
    }
  }
}

extension [NDArray] {
  fileprivate func split(at place: Int) -> ([NDArray], [NDArray]) {
    (Array(self[..<place]), Array(self[place...]))
  }
}
