// Branches of which only the one that is chosen is computed: cond and branch. The primitive beneath them is
// in Branch.swift.

/// The result of one of two branches; only the branch that is chosen is computed.
///
///     let y = cond(x.sum() .> 0) { sqrt(x) } else: { -x }
///
/// What the branches need of the arrays outside they simply use. Under `vmap`, where every example may
/// choose for itself, each branch is computed for the examples that chose it and for no others; with the
/// derivatives too, so that what is not finite in a branch does no harm where the other is taken.
///
/// - Parameters:
///   - predicate: A scalar; anything but zero is true.
///   - then: Computes the result where the predicate is true.
///   - otherwise: Computes the result where it is false.
/// - Returns: A tree of the structure that both branches give, with shapes and dtypes that must be equal;
///   scalars without a dtype, such as literals, adopt that of the other branch.
public func cond<Result: ArrayTree>(
  _ predicate: NDArray, then: () -> Result, else otherwise: () -> Result
) -> Result {
  ControlFlow.branch("cond", 2, { $0 == 0 ? otherwise() : then() }) { () throws(ArrayError) in
    guard predicate.shape.isEmpty || predicate.isPoisoned else {
      throw ArrayError(
        "cond",
        "the predicate has shape \(predicate.shape); it must be a scalar, so reduce it with any or "
          + "all, or choose element by element with which")
    }
    return predicate.promoted(to: .bool).asType(.int64)
  }
}

/// The result of one of several branches, by number; only the branch that is chosen is computed.
///
///     let y = branch(mode, [{ x }, { x * x }, { exp(x) }])
///
/// Under `vmap` each branch is computed for the examples that chose it and for no others.
/// - Parameters:
///   - index: An integer scalar. One that is not the number of a branch is an error when the result is
///     computed.
///   - branches: Compute the result; trees of one structure, with equal shapes and dtypes.
/// - Returns: What the chosen branch computes.
/// - Precondition: There is at least one branch.
public func branch<Result: ArrayTree>(_ index: NDArray, _ branches: [() -> Result]) -> Result {
  ControlFlow.branch("branch", branches.count, { branches[$0]() }) { () throws(ArrayError) in
    guard index.shape.isEmpty || index.isPoisoned else {
      throw ArrayError("branch", "the index has shape \(index.shape); it must be a scalar")
    }
    guard index.dtype.isInteger || index.isPoisoned else {
      throw ArrayError("branch", "the index has dtype \(index.dtype); it must be an integer")
    }
    return index.asType(.int64)
  }
}

/// The result of one of several branches, by number; only the branch that is chosen is computed.
public func branch<Result: ArrayTree>(_ index: NDArray, _ branches: (() -> Result)...) -> Result {
  branch(index, branches)
}

/// What the public functions share: from closures over trees to programs over leaves.
enum ControlFlow {
  static func branch<Result: ArrayTree>(
    _ name: String, _ count: Int, _ branch: (Int) -> Result,
    index: () throws(ArrayError) -> NDArray
  ) -> Result {
    var trees: [Result] = []
    let closures = ClosedProgram.traceBranches(
      name, count,
      { number in
        let tree = branch(number)
        trees.append(tree)
        return tree.leaves
      },
      unified: { leaves in
        do throws(ArrayError) {
          for tree in trees.dropFirst() { try requireSameStructure(trees[0], tree, name) }
          return try unified(leaves, name) { trees[0].leafPaths[$0].descriptionOfResult }
        } catch {
          ArrayError.report(error)
          return leaves.map { $0.map { NDArray.poison(like: $0.type)[0] } }
        }
      })
    guard let tree = trees.first else {
      fatalError(ArrayError(name, "there are no branches; at least one is needed").description)
    }
    do throws(ArrayError) {
      let index = try index()
      if closures.contains(where: \.program.isPoisoned) { return tree.poisonedTree() }
      if closures[0].program.outputTypes.isEmpty { return tree }
      // An array that several branches read is one operand.
      var operands: [NDArray] = []
      var numbers: [ArrayIdentity: Int] = [:]
      let arms = closures.map { closure in
        Branch.Arm(
          program: closure.program,
          operands: closure.captured.map { array in
            let identity = ArrayIdentity(array)
            if let number = numbers[identity] { return number }
            numbers[identity] = operands.count
            operands.append(array)
            return operands.count - 1
          })
      }
      let primitive = Branch(name: name, arms: arms, lanes: nil)
      return tree.replacingLeaves(with: NDArray.apply(primitive, [index] + operands))
    } catch {
      ArrayError.report(error)
      return tree.poisonedTree()
    }
  }

  private static func requireSameStructure<Tree: ArrayTree>(
    _ first: Tree, _ other: Tree, _ name: String
  ) throws(ArrayError) {
    guard let difference = other.structuralDifference(from: first) else { return }
    let fault =
      switch difference {
      case .onlyInFirst(let path), .onlyInSecond(let path):
        "only one of them has an array \(path.descriptionOfResult)"
      case .order: "the arrays come in another order"
      }
    throw ArrayError(name, "the branches return different trees: \(fault); both must have the same")
  }

  /// The leaves of the branches with equal types, where scalars without a dtype adopt one.
  private static func unified(
    _ leaves: [[NDArray]], _ name: String, path: (Int) -> String
  ) throws(ArrayError) -> [[NDArray]] {
    var unified = leaves
    for number in leaves[0].indices {
      let column = leaves.map { $0[number] }
      if column.contains(where: \.isPoisoned) { continue }
      let dtype = promotedDType(column)
      for (branch, array) in column.enumerated() where array.isWeak {
        unified[branch][number] = array.promoted(to: dtype)
      }
      let types = unified.map { $0[number].type }
      if let other = types.first(where: { $0 != types[0] }) {
        throw ArrayError(
          name,
          "\(path(number)) is \(types[0]) in one branch and \(other) in another; the types must be "
            + "equal, so convert with asType or broadcast")
      }
    }
    return unified
  }
}

/// Which result of which node an array is.
struct ArrayIdentity: Hashable {
  private let node: ObjectIdentifier
  private let result: Int

  init(_ array: NDArray) {
    node = ObjectIdentifier(array.node)
    result = array.result
  }
}

extension LeafPath {
  /// The path from a result: `the result` itself, or `result.weight`.
  var descriptionOfResult: String { steps.isEmpty ? "the result" : "result\(description)" }
}
