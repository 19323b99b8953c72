// Jacobians and Hessians: the maps of Differentiate over a basis, all its vectors at once by vmap; and
// the transpose of a linear function.

/// How a Jacobian is computed.
public enum JacobianMode: Hashable, Sendable {
  /// Forward where the result has at least as many elements as the argument, else reverse.
  case automatic
  /// By tangents: one for each element of the argument.
  case forward
  /// By cotangents: one for each element of the result.
  case reverse
}

extension Differentiate {
  /// The derivative of each element of the result by each element of the primals.
  ///
  /// The leaves have the shape of the result followed by that of the primal.
  static func jacobian<Primals: ArrayTree>(
    _ operation: String = "jacobian", at primals: Primals,
    role: TreeRole = .arguments, mode: JacobianMode, chunk: Int? = nil,
    _ function: (Primals) -> NDArray
  ) -> Primals {
    var chunk = chunk
    do throws(ArrayError) {
      if let chunk { try Vectorize.requireChunk(chunk, operation) }
    } catch {
      ArrayError.report(error)
      chunk = nil
    }
    let traced = trace(operation, at: primals, role: role, function)
    let output = traced.outputs
    let isWrong = !traced.isPoisoned && !hasJacobian(traced, mode)
    if traced.isPoisoned || isWrong {
      return traced.primals.replacingLeaves(
        with: traced.primalLeaves.map { jacobianPoison(output, $0) })
    }
    let isForward =
      switch mode {
      case .forward: true
      case .reverse: false
      case .automatic:
        output.dtype.isComplex && !traced.primalLeaves.allSatisfy(\.dtype.isComplex)
          || traced.primalLeaves.reduce(0) { $0 + $1.count } <= output.count
      }
    let leaves = isForward ? forwardBlocks(traced, chunk) : reverseBlocks(traced, chunk)
    return traced.primals.replacingLeaves(with: leaves)
  }

  /// Reports where a function is not one number for each pair of elements, or not in that mode.
  private static func hasJacobian<Primals: ArrayTree>(
    _ traced: Traced<Primals, NDArray>, _ mode: JacobianMode
  ) -> Bool {
    let hasComplex = traced.primalLeaves.contains(where: \.dtype.isComplex)
    let hasReal = traced.primalLeaves.contains(where: \.dtype.isFloating)
    if hasComplex, !traced.outputs.dtype.isComplex {
      ArrayError.report(
        ArrayError(
          traced.operation,
          "a real result of a complex argument has two derivatives for each pair of elements; use "
            + "grad or vjp, or make the result complex"))
      return false
    }
    if hasReal, traced.outputs.dtype.isComplex, mode == .reverse {
      ArrayError.report(
        ArrayError(
          traced.operation,
          "cotangents give half of the derivatives of a complex result by a real argument; use the "
            + "mode .forward"))
      return false
    }
    return true
  }

  private static func jacobianPoison(_ output: NDArray, _ primal: NDArray) -> NDArray {
    NDArray.poison(like: ArrayType(output.shape + primal.shape, output.dtype))[0]
  }

  private static func forwardBlocks<Primals: ArrayTree>(
    _ traced: Traced<Primals, NDArray>, _ chunk: Int?
  ) -> [NDArray] {
    let output = traced.outputs
    return traced.primalLeaves.enumerated().map { number, primal in
      let mapped = Vectorize.apply(
        { place in
          var tangents = [NDArray?](repeating: nil, count: traced.primalLeaves.count)
          tangents[number] = NDArray.unit(primal.type, at: place[0])
          return [pushForward(traced.program, tangents)[0] ?? output.zerosLike()]
        }, to: [NDArray.arange(primal.count)], size: primal.count, axes: [0], chunk: chunk)
      let column = mapped[0].array
      let columns = column.mappedInFront(mapped[0].axis, size: primal.count)
      return columns.movingAxis(0, to: output.rank).reshaped(output.shape + primal.shape)
    }
  }

  private static func reverseBlocks<Primals: ArrayTree>(
    _ traced: Traced<Primals, NDArray>, _ chunk: Int?
  ) -> [NDArray] {
    let output = traced.outputs
    let mapped = Vectorize.apply(
      { place in
        let pulled = pullBack(traced.program, [NDArray.unit(output.type, at: place[0])])
        return zip(pulled, traced.primalLeaves).map { $0 ?? $1.zerosLike() }
      }, to: [NDArray.arange(output.count)], size: output.count, axes: [0], chunk: chunk)
    return zip(mapped, traced.primalLeaves).map { row, primal in
      // The convention of cotangents conjugates: the conjugate of the derivative comes back.
      row.array.mappedInFront(row.axis, size: output.count).conjugated
        .reshaped(output.shape + primal.shape)
    }
  }

  /// A linear function's transpose, from the types of its arguments.
  static func linearTranspose<Primals: ArrayTree, Outputs: ArrayTree>(
    like primals: Primals, outputRole: TreeRole, _ function: (Primals) -> Outputs
  ) -> (Outputs) -> Primals {
    let traced = Trace.run("linearTranspose", keepsProgram: true) {
      trace -> Traced<Primals, Outputs> in
      let primals = withDerivatives(primals, "linearTranspose", .arguments)
      let leaves = primals.leaves.map { leaf in
        trace.placeholder(leaf.type, for: "linearTranspose", poisoned: leaf.isPoisoned)
      }
      let outputs = function(primals.replacingLeaves(with: leaves))
      let outputLeaves = outputs.leaves.map(\.strong)
      return Traced(
        operation: "linearTranspose", primals: primals, primalLeaves: leaves, outputs: outputs,
        outputLeaves: outputLeaves,
        program: Program(from: leaves, to: outputLeaves, since: trace.serial),
        isPoisoned: (leaves + outputLeaves).contains(where: \.isPoisoned), outputRole: outputRole)
    }
    if !traced.isPoisoned, dependsOnPrimals(traced) {
      ArrayError.report(
        ArrayError(
          "linearTranspose",
          "the function is not linear: its derivative depends on its arguments; use vjp to "
            + "differentiate it at a point"))
      return { _ in primals.poisonedTree() }
    }
    return { traced.pullBack($0) }
  }

  /// Whether what is pulled back depends on the primals.
  private static func dependsOnPrimals<Primals: ArrayTree, Outputs: ArrayTree>(
    _ traced: Traced<Primals, Outputs>
  ) -> Bool {
    Trace.run(keepsProgram: true) { trace -> Bool in
      let cotangents = traced.outputLeaves.map { output in
        trace.placeholder(output.type, for: "linearTranspose")
      }
      let answers = pullBack(traced.program, cotangents).compactMap { $0 }
      let serial = traced.primalLeaves.first?.node.serial ?? 0
      let transposed = Program(from: traced.primalLeaves, to: answers, since: serial)
      let isRead = transposed.operations.contains { operation in
        operation.operands.contains { $0 < transposed.inputCount }
      }
      return isRead || transposed.outputs.contains { $0 < transposed.inputCount }
    }
  }
}

extension NDArray {
  /// The array of a type that is one in one place, counted in row-major order, and zero elsewhere.
  static func unit(_ type: ArrayType, at place: NDArray) -> NDArray {
    let isThere: NDArray = arange(type.count) .== place
    let one = NDArray.scalar(1, type.dtype)
    return which(isThere, one, one.zeroScalar).reshaped(type.shape)
  }
}

// MARK: - Second derivatives

extension Differentiate {
  /// The Hessian of a scalar function of one array.
  static func hessian(
    at primals: Trees1<NDArray>, role: TreeRole = .arguments, chunk: Int? = nil,
    _ function: (Trees1<NDArray>) -> NDArray
  ) -> NDArray {
    let primal = primals.part0
    guard !primal.dtype.isComplex else {
      let name = LeafPath(steps: [.index(0)]).described(as: role)
      return NDArray.reporting(like: primal) { () throws(ArrayError) in
        throw ArrayError(
          "hessian", "\(name) has dtype \(primal.dtype); the Hessian is defined for real arrays")
      }
    }
    return jacobian("hessian", at: primals, role: role, mode: .forward, chunk: chunk) {
      gradient("hessian", at: $0, role: role, function).part0
    }.part0
  }

  /// The Hessian times vectors, forward over reverse.
  static func hvp<Primals: ArrayTree>(
    at primals: Primals, _ vectors: Primals, _ function: (Primals) -> NDArray
  ) -> Primals {
    trace("hvp", at: primals) { gradient("hvp", at: $0, function) }.pushForward(vectors)
  }

  /// Vectors times the Hessian, reverse over reverse.
  static func vhp<Primals: ArrayTree>(
    at primals: Primals, _ vectors: Primals, _ function: (Primals) -> NDArray
  ) -> Primals {
    trace("vhp", at: primals) { gradient("vhp", at: $0, function) }.pullBack(vectors)
  }
}
