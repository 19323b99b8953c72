// Whether two trees differ in nothing but their arrays: what decides if a traced function serves again.

@_spi(Reflection) import Swift
import Synchronization

extension ArrayTree {
  /// Compares the stored properties of a struct, or the case and contents of an enum.
  ///
  /// Trees are compared as trees; values with `==`; others by their bytes, which are equal for the same
  /// closure or object, or the same number. So what cannot be compared counts as different when in doubt,
  /// but an object counts as the same whatever has changed inside it.
  public func isStructured(like other: Self) -> Bool {
    guard let fields = StructureFields.of(Self.self) else {
      return CaseComparison.areEqual(self, other)
    }
    return unsafe withUnsafeBytes(of: self) { mine in
      unsafe withUnsafeBytes(of: other) { others in
        guard let mine = mine.baseAddress, let others = others.baseAddress else { return true }
        return fields.allSatisfy { unsafe $0.isEqual(mine + $0.offset, others + $0.offset) }
      }
    }
  }
}

/// The stored properties of a struct, and how each is compared.
private enum StructureFields {
  struct Field: Sendable {
    let offset: Int
    let type: any Any.Type
    /// Whether it may be read as its type says; a weak reference may not.
    let isReference: Bool

    /// Compares the property of two structs where they lie in memory.
    func isEqual(_ mine: UnsafeRawPointer, _ other: UnsafeRawPointer) -> Bool {
      func compareTrees<Tree: ArrayTree>(_ type: Tree.Type) -> Bool {
        let mine = unsafe mine.assumingMemoryBound(to: Tree.self).pointee
        return unsafe mine.isStructured(
          like: other.assumingMemoryBound(to: Tree.self).pointee)
      }
      func compareValues<Value: Equatable>(_ type: Value.Type) -> Bool {
        let mine = unsafe mine.assumingMemoryBound(to: Value.self).pointee
        return unsafe mine == other.assumingMemoryBound(to: Value.self).pointee
      }
      func compareBytes<Value>(_ type: Value.Type) -> Bool {
        let size = MemoryLayout<Value>.size
        let mine = unsafe UnsafeRawBufferPointer(start: mine, count: size)
        return unsafe mine.elementsEqual(UnsafeRawBufferPointer(start: other, count: size))
      }
      if let type = type as? any ArrayTree.Type { return compareTrees(type) }
      if type == (any ArrayTree).self {
        let mine = unsafe mine.assumingMemoryBound(to: (any ArrayTree).self).pointee
        let other = unsafe other.assumingMemoryBound(to: (any ArrayTree).self).pointee
        return CaseComparison.areEqualTrees(mine, other)
      }
      if !isReference, let type = type as? any Equatable.Type { return compareValues(type) }
      return _openExistential(type, do: compareBytes)
    }
  }

  private static let known = Mutex<[ObjectIdentifier: [Field]]>([:])

  /// The properties of a type; `nil` where it is not a struct.
  static func of<Tree: ArrayTree>(_ type: Tree.Type) -> [Field]? {
    let key = ObjectIdentifier(type)
    if let found = known.withLock({ $0[key] }) { return found }
    guard TreeFields.isStruct(type) else { return nil }
    var fields: [Field] = []
    TreeFields.forEachField(of: type) { offset, fieldType, isReference in
      fields.append(Field(offset: offset, type: fieldType, isReference: isReference))
    }
    let found = fields
    known.withLock { $0[key] = found }
    return found
  }
}

/// Comparing enums and objects, which only mirrors see into.
private enum CaseComparison {
  static func areEqual<Tree: ArrayTree>(_ mine: Tree, _ other: Tree) -> Bool {
    let (mirror, otherMirror) = (Mirror(reflecting: mine), Mirror(reflecting: other))
    guard mirror.children.count == otherMirror.children.count else { return false }
    if mirror.children.isEmpty {
      return unsafe withUnsafeBytes(of: mine) { mine in
        unsafe withUnsafeBytes(of: other) { unsafe mine.elementsEqual($0) }
      }
    }
    return zip(mirror.children, otherMirror.children).allSatisfy { mine, other in
      mine.label == other.label && areEqualContents(mine.value, other.value)
    }
  }

  private static func areEqualContents(_ mine: Any, _ other: Any) -> Bool {
    if let mine = mine as? any ArrayTree { return areEqualTrees(mine, other) }
    if let mine = mine as? any Equatable { return areEqualValues(mine, other) }
    return false
  }

  static func areEqualTrees<Tree: ArrayTree>(_ mine: Tree, _ other: Any) -> Bool {
    guard let other = other as? Tree else { return false }
    return mine.isStructured(like: other)
  }

  private static func areEqualValues<Value: Equatable>(_ mine: Value, _ other: Any) -> Bool {
    mine == other as? Value
  }
}

/// A value that is no array, as an argument of a transformed function or a field of a tree.
///
/// A compiled function is traced once for each value:
///
///     let power = compile { (x: NDArray, n: Static<Int>) in
///       var y = x
///       for _ in 1..<n.value { y = y * x }
///       return y
///     }
///     power(x, Static(3))
public struct Static<Value: Equatable>: ArrayTree {
  /// The value.
  public var value: Value

  /// Wraps a value.
  public init(_ value: Value) { self.value = value }

  /// There are no arrays.
  public mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {}

  /// Whether the values are equal.
  public func isStructured(like other: Self) -> Bool { value == other.value }
}

extension Static: Sendable where Value: Sendable {}
