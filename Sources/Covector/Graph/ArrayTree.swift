// Trees of arrays: what the arguments and results of transforms are made of. One mutating visitor
// serves reading, replacing and naming the leaves; the walk of a struct's fields is in TreeReflection.

/// A value made of arrays: an array, a collection or optional of trees, or a struct of such fields.
///
/// A struct declares the conformance and writes nothing more; fields that hold no arrays stay as they
/// are in every copy that a transform makes:
///
///     struct Layer: ArrayTree {
///       var weight: NDArray
///       var bias: NDArray?
///       let activation: String
///     }
///
/// An enum or a class, or a struct that leaves some arrays out, writes `visitLeaves(_:)` itself, one
/// line for each part. That is also several times faster:
///
///     mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
///       visitor.visit("weight", &weight)
///       visitor.visit("bias", &bias)
///     }
public protocol ArrayTree: SendableMetatype {
  /// Shows every leaf to the visitor, which may replace it, in an order that depends on nothing but the
  /// structure.
  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor)

  /// A copy whose leaves can be replaced without changing this value.
  ///
  /// Values are such copies themselves; a class must make a new instance.
  func copyOfTree() -> Self

  /// Whether everything but the values of the arrays is equal: how many parts there are, and the fields
  /// that are not arrays.
  ///
  /// Where it is, a function compiled for the one serves for the other.
  func isStructured(like other: Self) -> Bool
}

extension ArrayTree {
  /// Visits the stored properties, in the order they are declared.
  ///
  /// Works for structs. Traps where it would miss an array: an enum, a class, a `let` that holds arrays.
  public mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitFields(&visitor)
  }

  /// The value itself.
  public func copyOfTree() -> Self { self }
}

extension ArrayTree where Self: AnyObject {
  /// Reports that a class must say how it is copied.
  public func copyOfTree() -> Self {
    ArrayError.report(
      ArrayError(
        "ArrayTree",
        "\(Self.self) is a class, which a transform would change for everyone who holds it; make it a "
          + "struct, or write copyOfTree()"))
    return self
  }
}

/// One step from a tree into a part of it.
public enum TreeStep: Hashable, Sendable, CustomStringConvertible {
  /// A named field of a struct.
  case field(String)
  /// A place in an array.
  case index(Int)
  /// A key of a dictionary.
  case key(String)

  /// The step as Swift spells it: `.weight`, `[2]`, `["w"]`.
  public var description: String {
    switch self {
    case .field(let name): ".\(name)"
    case .index(let index): "[\(index)]"
    case .key(let key): "[\"\(key)\"]"
    }
  }
}

/// What is done with the leaves of a tree, in the order they come.
public protocol TreeVisitor {
  /// Whether leaves are replaced. Where they are not, containers hand out copies of their parts, which
  /// is cheaper than making room for changes.
  static var replacesLeaves: Bool { get }

  /// Reads or replaces a leaf.
  mutating func leaf(_ array: inout NDArray)

  /// Called before the parts beneath a step.
  mutating func enter(_ step: @autoclosure () -> TreeStep)

  /// Called after the parts beneath the latest step that was entered.
  mutating func leave()
}

extension TreeVisitor {
  /// Visits a named field.
  public mutating func visit<Tree: ArrayTree>(_ name: String, _ tree: inout Tree) {
    visit(.field(name), &tree)
  }

  /// Visits a part of a tree.
  public mutating func visit<Tree: ArrayTree>(
    _ step: @autoclosure () -> TreeStep, _ tree: inout Tree
  ) {
    enter(step())
    if Self.replacesLeaves { tree = tree.copyOfTree() }
    tree.visitLeaves(&self)
    leave()
  }
}

// MARK: - The trees of the standard library

extension NDArray: ArrayTree {
  /// The array itself is the leaf.
  public mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.leaf(&self)
  }

  /// All arrays are structured alike.
  public func isStructured(like other: NDArray) -> Bool { true }
}

extension Array: ArrayTree where Element: ArrayTree {
  /// Visits the elements in order.
  public mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    for index in indices {
      if Visitor.replacesLeaves {
        visitor.visit(.index(index), &self[index])
      } else {
        var element = self[index]
        visitor.visit(.index(index), &element)
      }
    }
  }

  /// Whether there are as many elements, each structured like the other's.
  public func isStructured(like other: [Element]) -> Bool {
    count == other.count && indices.allSatisfy { self[$0].isStructured(like: other[$0]) }
  }
}

extension Dictionary: ArrayTree where Key == String, Value: ArrayTree {
  /// Visits the values in the alphabetical order of their keys.
  public mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    for place in indices.sorted(by: { self[$0].key < self[$1].key }) {
      let key = self[place].key
      if Visitor.replacesLeaves {
        visitor.visit(.key(key), &values[place])
      } else {
        var value = self[place].value
        visitor.visit(.key(key), &value)
      }
    }
  }

  /// Whether the keys are the same, and each value is structured like the other's.
  public func isStructured(like other: [String: Value]) -> Bool {
    count == other.count
      && allSatisfy { key, value in other[key].map { value.isStructured(like: $0) } ?? false }
  }
}

extension Optional: ArrayTree where Wrapped: ArrayTree {
  /// Visits the wrapped tree; `nil` has no leaves.
  public mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    if Visitor.replacesLeaves, let wrapped = self { self = wrapped.copyOfTree() }
    self?.visitLeaves(&visitor)
  }
  /// Whether both are `nil`, or both trees that are structured alike.
  public func isStructured(like other: Wrapped?) -> Bool {
    guard let self, let other else { return self == nil && other == nil }
    return self.isStructured(like: other)
  }
}
