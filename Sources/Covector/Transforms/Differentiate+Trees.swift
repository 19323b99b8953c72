// vjp, jvp, grad and their kin over trees: what may be differentiated, what tangents and cotangents must
// look like, and zeros where nothing arrives. The public functions are in Surface.generated.swift.

extension Differentiate {
  /// A function of trees run once, and the program between its leaves.
  struct Traced<Primals: ArrayTree, Outputs: ArrayTree> {
    let operation: String
    let primals: Primals
    let primalLeaves: [NDArray]
    let outputs: Outputs
    let outputLeaves: [NDArray]
    let program: Program
    /// Whether the results stand for nothing, because of a mistake.
    let isPoisoned: Bool
    let outputRole: TreeRole
  }

  /// Runs a function on primals that must all have derivatives.
  static func trace<Primals: ArrayTree, Outputs: ArrayTree>(
    _ operation: String, _ function: (Primals) -> Outputs, at primals: Primals,
    role: TreeRole = .arguments, outputRole: TreeRole = .result
  ) -> Traced<Primals, Outputs> {
    let primals = withDerivatives(primals, operation, role)
    let leaves = primals.leaves.map(\.strong)
    var outputs: Outputs?
    let (outputLeaves, program) = trace(
      { tracers in
        let results = function(primals.replacingLeaves(with: tracers))
        outputs = results
        return results.leaves
      }, at: leaves)
    let traced = outputs ?? function(primals)
    return Traced(
      operation: operation, primals: primals, primalLeaves: leaves,
      outputs: traced.replacingLeaves(with: outputLeaves), outputLeaves: outputLeaves,
      program: program,
      isPoisoned: outputLeaves.contains(where: \.isPoisoned) || leaves.contains(where: \.isPoisoned),
      outputRole: outputRole)
  }

  /// The primals, if all of them have derivatives.
  static func withDerivatives<Primals: ArrayTree>(
    _ primals: Primals, _ operation: String, _ role: TreeRole
  ) -> Primals {
    let leaves = primals.leaves
    guard
      let number = leaves.firstIndex(where: { !$0.storedType.dtype.isInexact && !$0.isPoisoned })
    else { return primals }
    let name = primals.leafPaths[number].described(as: role)
    ArrayError.report(
      ArrayError(
        operation,
        "\(name) has dtype \(leaves[number].dtype), which has no derivatives; "
          + "convert it with asType, or use it from outside the function"))
    return primals.poisonedTree()
  }

  /// Cotangents or tangents that fit their arrays one by one; weak scalars get the dtype.
  private static func fitted<Tree: ArrayTree>(
    _ given: Tree, to expected: Tree, _ expectedLeaves: [NDArray], _ operation: String,
    _ noun: String, _ role: TreeRole
  ) throws(ArrayError) -> [NDArray] {
    var leaves = given.leaves
    // A lone array has no structure to compare.
    if leaves.count != expectedLeaves.count || leaves.count != 1 {
      try given.requireSameStructure(
        as: expected, operation, "the \(noun)", role.isNumbered ? "the list of \(role.noun)s" : role.noun)
    }
    for (number, leaf) in leaves.enumerated() {
      let type = expectedLeaves[number].type
      if leaf.isWeak, leaf.shape == type.shape, type.dtype.adopting(leaf.storedType.dtype) == type.dtype {
        leaves[number] = leaf.promoted(to: type.dtype)
      }
      guard leaves[number].type == type || leaf.isPoisoned || expectedLeaves[number].isPoisoned else {
        let name = expected.leafPaths[number].described(as: role)
        throw ArrayError(
          operation, "the \(noun) of \(name) has type \(leaf.type); it must be \(type), the type of "
            + name)
      }
    }
    return leaves
  }
}

extension Differentiate.Traced {
  /// The cotangents of the primals, given those of the outputs; can be called many times.
  ///
  /// Outputs of integers need a cotangent like any other, which is not looked at.
  func pullBack(_ cotangents: Outputs) -> Primals {
    do throws(ArrayError) {
      let leaves = try Differentiate.fitted(
        cotangents, to: outputs, outputLeaves, operation, "cotangent", outputRole)
      return pullBack(leaves)
    } catch {
      ArrayError.report(error)
      return primals.poisonedTree()
    }
  }

  func pullBack(_ cotangents: [NDArray?]) -> Primals {
    if isPoisoned || cotangents.contains(where: { $0?.isPoisoned ?? false }) {
      return primals.poisonedTree()
    }
    let answers = Differentiate.pullBack(program, cotangents)
    return primals.replacingLeaves(
      with: zip(answers, primalLeaves).map { $0 ?? $1.zerosLike() })
  }

  /// The tangents of the outputs, given those of the primals; can be called many times.
  func pushForward(_ tangents: Primals) -> Outputs {
    do throws(ArrayError) {
      let leaves = try Differentiate.fitted(
        tangents, to: primals, primalLeaves, operation, "tangent", .arguments)
      if isPoisoned || leaves.contains(where: \.isPoisoned) { return outputs.poisonedTree() }
      let pushed = Differentiate.pushForward(program, leaves)
      return outputs.replacingLeaves(
        with: zip(pushed, outputLeaves).map { $0 ?? $1.zerosLike() })
    } catch {
      ArrayError.report(error)
      return outputs.poisonedTree()
    }
  }
}

// MARK: - Gradients

extension Differentiate {
  /// The value of a scalar function, what else it returns, and the gradient.
  static func valueAndGradient<Primals: ArrayTree, Auxiliary>(
    _ operation: String, at primals: Primals, role: TreeRole = .arguments,
    _ function: (Primals) -> (NDArray, Auxiliary)
  ) -> (value: NDArray, auxiliary: Auxiliary, gradient: Primals) {
    var kept: Auxiliary?
    let traced = trace(
      operation,
      { primals in
        let (value, auxiliary) = function(primals)
        kept = auxiliary
        return value
      }, at: primals, role: role)
    // The function has been called once by now; a second call only satisfies the compiler.
    let auxiliary = kept ?? function(primals).1
    let value = traced.outputs
    guard value.shape.isEmpty || value.isPoisoned else {
      ArrayError.report(
        ArrayError(
          operation,
          "the function returned shape \(value.shape); a gradient needs a scalar of shape [], so reduce "
            + "it with sum or mean, or use jacobian or vjp"))
      return (value, auxiliary, traced.primals.poisonedTree())
    }
    if value.isPoisoned || traced.isPoisoned {
      return (value, auxiliary, traced.primals.poisonedTree())
    }
    return (value, auxiliary, traced.pullBack([NDArray.scalar(1, value.dtype)]))
  }

  /// The gradient of a scalar function.
  static func gradient<Primals: ArrayTree>(
    _ operation: String = "grad", at primals: Primals, role: TreeRole = .arguments,
    _ function: (Primals) -> NDArray
  ) -> Primals {
    valueAndGradient(operation, at: primals, role: role) { (function($0), ()) }.gradient
  }
}

/// Stands for every argument of a function, in `grad(wrt: .all, f)`.
public struct AllArguments: Sendable {
  /// Every argument; the gradients come as a tuple.
  public static let all = AllArguments()
}
