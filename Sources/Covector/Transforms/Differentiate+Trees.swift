// vjp, jvp, grad and their kin over trees: what may be differentiated, what tangents and cotangents
// must look like, zeros where nothing arrives. The public functions are in Surface.generated.swift.

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
    _ operation: String, at primals: Primals, role: TreeRole = .arguments,
    outputRole: TreeRole = .result, _ function: (Primals) -> Outputs
  ) -> Traced<Primals, Outputs> {
    let primals = withDerivatives(primals, operation, role)
    let leaves = primals.leaves.map(\.strong)
    var outputs: Outputs?
    let (outputLeaves, program) = trace(
      { tracers in
        let results = function(primals.replacingLeaves(with: tracers))
        outputs = results
        return results.leaves
      }, at: leaves, for: operation)
    let isPoisoned = (leaves + outputLeaves).contains(where: \.isPoisoned)
    let traced = outputs ?? function(primals)
    return Traced(
      operation: operation, primals: primals, primalLeaves: leaves,
      outputs: traced.replacingLeaves(with: outputLeaves), outputLeaves: outputLeaves,
      program: program, isPoisoned: isPoisoned, outputRole: outputRole)
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
  ///
  /// - Parameter ignoringIntegers: Whether those of integers may be anything.
  static func fitted<Tree: ArrayTree>(
    _ given: Tree, to expected: Tree, _ expectedLeaves: [NDArray], _ operation: String,
    _ noun: String, _ role: TreeRole, ignoringIntegers: Bool = false
  ) throws(ArrayError) -> [NDArray] {
    var leaves = given.leaves
    // A lone array has no structure to compare.
    if leaves.count != expectedLeaves.count || leaves.count != 1 {
      let whole = role.isNumbered ? "\(role.noun)s" : role.noun
      switch given.structuralDifference(from: expected) {
      case .onlyInFirst(let path)?:
        throw ArrayError(
          operation,
          "there is a \(noun) for \(path.described(as: role)), which is not among the arrays of the "
            + whole)
      case .onlyInSecond(let path)?:
        throw ArrayError(
          operation,
          "there is no \(noun) for \(path.described(as: role)); every array of the \(whole) needs one"
        )
      case .order?:
        throw ArrayError(operation, "the \(noun)s come in another order than the \(whole)")
      case nil:
        break
      }
    }
    for (number, leaf) in leaves.enumerated() {
      let type = expectedLeaves[number].type
      if ignoringIntegers, !type.dtype.isInexact { continue }
      if leaf.isWeak, leaf.shape == type.shape,
        type.dtype.adopting(leaf.storedType.dtype) == type.dtype
      {
        leaves[number] = leaf.promoted(to: type.dtype)
      }
      let isKnown = !leaf.isPoisoned && !expectedLeaves[number].isPoisoned
      guard leaves[number].type == type || !isKnown else {
        let name = expected.leafPaths[number].described(as: role)
        throw ArrayError(
          operation,
          "the \(noun) of \(name) has type \(leaf.type); it must be \(type), as \(name) is")
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
  /// The value of a scalar function, what else it returns, and the gradient of the value.
  static func valueAuxiliaryAndGradient<Primals: ArrayTree, Auxiliary>(
    _ operation: String = "valueAndGrad", at primals: Primals, role: TreeRole = .arguments,
    _ function: (Primals) -> (NDArray, Auxiliary)
  ) -> (value: NDArray, auxiliary: Auxiliary, gradient: Primals) {
    var kept: Auxiliary?
    let traced = trace(operation, at: primals, role: role) { primals in
      let (value, auxiliary) = function(primals)
      kept = auxiliary
      return value
    }
    // The function has been called once by now; the second call only satisfies the compiler.
    return (traced.outputs, kept ?? function(primals).1, gradient(traced))
  }

  /// The value of a scalar function, and its gradient.
  static func valueAndGradient<Primals: ArrayTree>(
    _ operation: String = "valueAndGrad", at primals: Primals, role: TreeRole = .arguments,
    _ function: (Primals) -> NDArray
  ) -> (value: NDArray, gradient: Primals) {
    let traced = trace(operation, at: primals, role: role, function)
    return (traced.outputs, gradient(traced))
  }

  /// The gradient of a scalar function.
  static func gradient<Primals: ArrayTree>(
    _ operation: String = "grad", at primals: Primals, role: TreeRole = .arguments,
    _ function: (Primals) -> NDArray
  ) -> Primals {
    gradient(trace(operation, at: primals, role: role, function))
  }

  private static func gradient<Primals: ArrayTree>(
    _ traced: Traced<Primals, NDArray>
  ) -> Primals {
    let value = traced.outputs
    if traced.isPoisoned { return traced.primals.poisonedTree() }
    guard !traced.primalLeaves.isEmpty else {
      ArrayError.report(
        ArrayError(
          traced.operation,
          "what is differentiated by holds no arrays; at least one is needed for a gradient"))
      return traced.primals
    }
    guard value.shape.isEmpty else {
      ArrayError.report(
        ArrayError(
          traced.operation,
          "the function returned shape \(value.shape); a gradient needs a scalar of shape [], so "
            + "reduce it with sum or mean, or use jacobian or vjp"))
      return traced.primals.poisonedTree()
    }
    return traced.pullBack([NDArray.scalar(1, value.dtype)])
  }
}

/// Stands for every argument of a function, in `grad(wrt: .all, f)`.
public struct AllArguments: Sendable {
  /// Every argument; the gradients come as a tuple.
  public static let all = AllArguments()
}

/// The part of a function's arguments that it is differentiated by.
struct Choice<Arguments, Part: ArrayTree> {
  let path: WritableKeyPath<Arguments, Part>
  let arguments: Arguments

  init(_ path: WritableKeyPath<Arguments, Part>, in arguments: Arguments) {
    self.path = path
    self.arguments = arguments
  }

  var part: Trees1<Part> { Trees1(arguments[keyPath: path]) }

  /// The arguments with another value in place of the part.
  func replaced(by part: Trees1<Part>) -> Arguments {
    var replaced = arguments
    replaced[keyPath: path] = part.part0
    return replaced
  }
}
