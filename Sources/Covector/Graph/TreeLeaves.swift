// What is done with the leaves of trees: read, replace, name, count, map and zip.

extension ArrayTree {
  /// The arrays of the tree, in order.
  public var leaves: [NDArray] {
    var copy = self
    var collector = LeafCollector()
    copy.visitLeaves(&collector)
    return collector.leaves
  }

  /// The arrays of the tree with the way to each: `.layers[2].weight`.
  public var namedLeaves: [(name: String, array: NDArray)] {
    zip(leafPaths, leaves).map { (name: $0.description, array: $1) }
  }

  /// The number of arrays in the tree.
  public var leafCount: Int { leaves.count }

  /// The number of elements of all arrays in the tree together.
  public var leafElementCount: Int { leaves.reduce(0) { $0 + $1.count } }

  /// The bytes of all arrays in the tree together, stored densely.
  public var leafByteCount: Int { leaves.reduce(0) { $0 + $1.byteCount } }

  /// A copy of the tree with other arrays in place of its own, in order.
  ///
  /// There must be as many arrays as the tree has leaves.
  public func replacingLeaves(with arrays: [NDArray]) -> Self {
    var copy = copyOfTree()
    var replacer = LeafReplacer(arrays)
    copy.visitLeaves(&replacer)
    if replacer.next != arrays.count {
      ArrayError.report(
        ArrayError(
          "replacingLeaves",
          "\(arrays.count) arrays were given for \(replacer.next) leaves; one is needed for each"))
    }
    return copy
  }

  /// A copy of the tree with each array replaced by a function of it.
  public func mapLeaves(_ transform: (NDArray) -> NDArray) -> Self {
    replacingLeaves(with: leaves.map(transform))
  }

  /// A copy of the tree with each array replaced by a function of the way to it and of the array.
  ///
  /// The way is that of `namedLeaves`: `.layers[2].weight`.
  public func mapNamedLeaves(_ transform: (String, NDArray) -> NDArray) -> Self {
    replacingLeaves(with: namedLeaves.map { transform($0.name, $0.array) })
  }

  /// A copy of the tree with each array replaced by a function of it and of its fellow in another tree.
  ///
  /// The trees must have the same structure. Fields that are not arrays are those of this tree.
  public func zipLeaves<Other: ArrayTree>(
    with other: Other, _ transform: (NDArray, NDArray) -> NDArray
  ) -> Self {
    let (mine, others) = (leaves, other.leaves)
    do throws(ArrayError) {
      try requireSameStructure(as: other, "the other")
    } catch {
      ArrayError.report(error)
      return poisonedTree()
    }
    return replacingLeaves(with: mine.indices.map { transform(mine[$0], others[$0]) })
  }

  /// A copy of the tree with each array replaced by a function of it and of its fellows in two others.
  ///
  /// The trees must have the same structure. Fields that are not arrays are those of this tree.
  public func zipLeaves<Second: ArrayTree, Third: ArrayTree>(
    with second: Second, _ third: Third, _ transform: (NDArray, NDArray, NDArray) -> NDArray
  ) -> Self {
    let (mine, seconds, thirds) = (leaves, second.leaves, third.leaves)
    do throws(ArrayError) {
      try requireSameStructure(as: second, "the second")
      try requireSameStructure(as: third, "the third")
    } catch {
      ArrayError.report(error)
      return poisonedTree()
    }
    return replacingLeaves(
      with: mine.indices.map { transform(mine[$0], seconds[$0], thirds[$0]) })
  }
}

/// The way from a tree to one of its leaves.
struct LeafPath: Equatable, CustomStringConvertible {
  var steps: [TreeStep]

  var description: String { steps.map(\.description).joined() }

  /// The path, or a word for the tree that is itself the leaf.
  var descriptionOrSelf: String { steps.isEmpty ? ".self" : description }

  /// The path where the first step picks an argument or a result: `argument 1.weight`.
  func described(as role: TreeRole) -> String {
    let rest = LeafPath(steps: Array(steps.dropFirst())).description
    guard role.isNumbered, case .index(let number)? = steps.first else {
      return rest.isEmpty ? "the \(role.noun)" : role.noun + rest
    }
    return "\(role.noun) \(number)\(rest)"
  }
}

/// How the structures of two trees differ.
enum TreeDifference {
  case onlyInFirst(LeafPath)
  case onlyInSecond(LeafPath)
  case order
}

/// What a tree is to a transform: decides how errors call its parts.
///
/// Transforms wrap their arguments and results in one tree, so the first step is the number of one.
struct TreeRole {
  let noun: String
  let isNumbered: Bool

  static let arguments = TreeRole(noun: "argument", isNumbered: true)
  static let results = TreeRole(noun: "result", isNumbered: true)
  static let result = TreeRole(noun: "result", isNumbered: false)
  static let chosen = TreeRole(noun: "chosen part", isNumbered: false)
}

extension ArrayTree {
  /// The ways to the leaves, in order.
  var leafPaths: [LeafPath] {
    var copy = self
    var namer = LeafNamer()
    copy.visitLeaves(&namer)
    return namer.paths
  }

  /// A number that differs where the structure does: the steps to the leaves and their order.
  var structureHash: Int {
    var copy = self
    var hasher = StructureHasher()
    copy.visitLeaves(&hasher)
    return hasher.hasher.finalize()
  }

  /// Where the leaves of two trees are not reached by the same steps, or `nil`.
  func structuralDifference<Other: ArrayTree>(from other: Other) -> TreeDifference? {
    guard structureHash != other.structureHash else { return nil }
    let (mine, others) = (leafPaths, other.leafPaths)
    if let path = mine.first(where: { !others.contains($0) }) { return .onlyInFirst(path) }
    if let path = others.first(where: { !mine.contains($0) }) { return .onlyInSecond(path) }
    return .order
  }

  private func requireSameStructure<Other: ArrayTree>(
    as other: Other, _ name: String
  ) throws(ArrayError) {
    guard let difference = structuralDifference(from: other) else { return }
    let fault =
      switch difference {
      case .onlyInFirst(let path): "\(name) tree has no array \(path.descriptionOrSelf)"
      case .onlyInSecond(let path):
        "\(name) tree has an array \(path.descriptionOrSelf), which this one has not"
      case .order: "the arrays of \(name) tree come in another order"
      }
    throw ArrayError("zipLeaves", fault + "; their structures must be equal")
  }

  /// The tree with the results of a mistake in place of its arrays.
  func poisonedTree() -> Self {
    replacingLeaves(with: leaves.map { NDArray.poison(like: $0.type)[0] })
  }
}

// MARK: - Visitors

private struct LeafCollector: TreeVisitor {
  static var replacesLeaves: Bool { false }
  var leaves: [NDArray] = []
  mutating func leaf(_ array: inout NDArray) { leaves.append(array) }
  mutating func enter(_ step: @autoclosure () -> TreeStep) {}
  mutating func leave() {}
}

private struct LeafReplacer: TreeVisitor {
  static var replacesLeaves: Bool { true }
  let arrays: [NDArray]
  var next = 0

  init(_ arrays: [NDArray]) { self.arrays = arrays }

  mutating func leaf(_ array: inout NDArray) {
    if next < arrays.count { array = arrays[next] }
    next += 1
  }
  mutating func enter(_ step: @autoclosure () -> TreeStep) {}
  mutating func leave() {}
}

private struct LeafNamer: TreeVisitor {
  static var replacesLeaves: Bool { false }
  var paths: [LeafPath] = []
  var path: [TreeStep] = []
  mutating func leaf(_ array: inout NDArray) { paths.append(LeafPath(steps: path)) }
  mutating func enter(_ step: @autoclosure () -> TreeStep) { path.append(step()) }
  mutating func leave() { path.removeLast() }
}

private struct StructureHasher: TreeVisitor {
  static var replacesLeaves: Bool { false }
  var hasher = Hasher()
  mutating func leaf(_ array: inout NDArray) { hasher.combine(0 as UInt8) }
  mutating func enter(_ step: @autoclosure () -> TreeStep) {
    hasher.combine(1 as UInt8)
    switch step() {
    case .field(let name): hasher.combine(name)
    case .key(let name): hasher.combine(name)
    case .index(let index): hasher.combine(index)
    }
  }
  mutating func leave() { hasher.combine(2 as UInt8) }
}

/// Computes the arrays of trees that are pending, all together.
public func eval<each Tree: ArrayTree>(_ trees: repeat each Tree) {
  var leaves: [NDArray] = []
  for tree in repeat each trees { leaves += tree.leaves }
  eval(leaves)
}
