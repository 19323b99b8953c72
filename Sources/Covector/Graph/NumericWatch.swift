// Finding where not-a-numbers and infinities come from: every result is computed at once and looked at, in
// the order in which operations are asked for, or their rules run.

import Synchronization

/// Numbers that `checked(for:_:)` takes for mistakes.
public struct NumericFaults: OptionSet, Sendable {
  /// A bit for each kind.
  public let rawValue: Int
  /// Makes a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }
  /// Not-a-numbers.
  public static let nan = NumericFaults(rawValue: 1)
  /// Infinities of either sign.
  public static let infinity = NumericFaults(rawValue: 2)
}

/// Runs code in which the first not-a-number, or infinity, is a mistake that names the operation.
///
/// Every operation is computed at once and alone, which takes time and memory, and its results are looked at:
/// the values, and under the derivative transforms the tangents and cotangents. The error says where in the
/// result the number is, in which lane of `vmap`, and on which line the operation was asked for.
///
///     try checked(for: .nan) { grad(loss)(model) }
///     // [sqrt] NaN at [2] of the cotangent of its input, float32[3], … (at Model.swift:12)
/// - Parameter faults: What is looked for.
/// - Throws: The first `ArrayError`, as `checked(_:)` does.
public func checked<Result>(
  for faults: NumericFaults, _ body: () throws -> Result
) throws -> Result {
  try checked { try Recording.lines(for: NumericWatch(faults), body) }
}

/// Looks at results for numbers that are faults.
final class NumericWatch: Sendable {
  private let faults: NumericFaults

  /// How an array under `vmap` came about: the array without its lanes' axis, and that axis.
  private struct Lanes {
    let axis: Int
    let source: NDArray
    /// Kept so that its identity is not used again.
    let node: Node
  }

  private struct State {
    var lanes: [ObjectIdentifier: [Int: Lanes]] = [:]
    /// Nodes that depend on arrays whose values are not known.
    var valueless: [ObjectIdentifier: Node] = [:]
  }
  private let state = Mutex(State())

  init(_ faults: NumericFaults) { self.faults = faults }

  /// Looks at results of an operation or of one of its rules.
  func inspect(
    _ results: [NDArray?], of node: Node, _ role: Origin.Role, lanes: [Int?]? = nil
  ) {
    guard let scope = ErrorScope.current, scope.first == nil else { return }
    // A node lets go of its inputs when it is computed.
    let inputs = node.inputs
    for (number, result) in results.enumerated() {
      guard let result, !result.isPoisoned else { continue }
      if let axis = lanes?[number] {
        let entry = Lanes(
          axis: axis, source: NDArray(node: node, result: number), node: result.node)
        state.withLock {
          $0.lanes[ObjectIdentifier(result.node), default: [:]][result.result] = entry
        }
      }
      if isValueless(result.node) { continue }
      let error = Recording.paused { () -> ArrayError? in
        do throws(ArrayError) {
          try evaluate([result])
          guard let (kind, place) = fault(in: result) else { return nil }
          let words = text(kind, place, result, number, node, inputs, role)
          return ArrayError(node.origin?.operation ?? node.primitive.name, words)
            .asked(at: node.origin)
        } catch {
          return error.asked(at: node.origin)
        }
      }
      if let error {
        scope.record(error)
        return
      }
    }
  }

  /// Whether the node depends on an array whose value is not known.
  private func isValueless(_ node: Node) -> Bool {
    var stack = [node]
    var seen: Set<ObjectIdentifier> = []
    while let next = stack.popLast() {
      let key = ObjectIdentifier(next)
      if next.flags.contains(.valueless) || state.withLock({ $0.valueless[key] != nil }) {
        state.withLock { $0.valueless[ObjectIdentifier(node)] = node }
        return true
      }
      if next.value(of: 0) != nil || !seen.insert(key).inserted { continue }
      stack.append(contentsOf: next.inputs.map(\.node))
    }
    return false
  }

  /// The first element that is a fault, by its number in row-major order.
  private func fault(in array: NDArray) -> (kind: String, place: Int)? {
    guard array.storedType.dtype.isInexact, array.count > 0 else { return nil }
    let array = array.strong
    if faults.contains(.nan), isNaN(array).any().item(Bool.self) {
      return isNaN(array).array(of: Bool.self).firstIndex(of: true).map { ("NaN", $0) }
    }
    if faults.contains(.infinity), isInfinite(array).any().item(Bool.self) {
      return isInfinite(array).array(of: Bool.self).firstIndex(of: true).map { ("infinity", $0) }
    }
    return nil
  }

  private func text(
    _ kind: String, _ place: Int, _ result: NDArray, _ number: Int, _ node: Node,
    _ inputs: [NDArray], _ role: Origin.Role
  ) -> String {
    let strides = result.shape.rowMajorStrides
    var position = zip(result.shape, strides).map { (place / $1) % $0 }
    var shape = result.shape
    var lanes: [Int] = []
    var array = result
    while let entry = state.withLock({ $0.lanes[ObjectIdentifier(array.node)]?[array.result] }) {
      lanes.append(position.remove(at: entry.axis))
      shape.remove(at: entry.axis)
      array = entry.source
    }
    let role = role == .value ? node.origin?.role ?? .value : role
    let part =
      switch role {
      case .value: node.resultCount > 1 ? "result \(number)" : "its result"
      case .tangent: "the tangent of its result"
      case .cotangent: "the cotangent of its input"
      }
    var text = "\(kind) at \(position) of \(part), \(ArrayType(shape, result.dtype))"
    if !lanes.isEmpty {
      let list = lanes.map(String.init).joined(separator: ", ")
      text += ", in lane\(lanes.count == 1 ? "" : "s") \(list) of vmap"
    }
    if role == .value, lanes.isEmpty, let note = note(on: node, inputs, at: position) {
      text += "; " + note
    }
    return text
  }

  /// What is seen in the inputs of an operation that is no rule's.
  private func note(on node: Node, _ inputs: [NDArray], at position: [Int]) -> String? {
    guard !inputs.contains(where: { isValueless($0.node) }) else { return nil }
    for (number, input) in inputs.enumerated() where fault(in: input) != nil {
      return "its input \(number) has one already"
    }
    guard node.primitive is any Elementwise, inputs.allSatisfy({ !$0.isComplex }) else {
      return nil
    }
    let numbers = inputs.map { input -> String in
      let place = zip(input.shape, position.suffix(input.rank)).map { $0 == 1 ? 0 : $1 }
      let offset = zip(place, input.shape.rowMajorStrides).reduce(0) { $0 + $1.0 * $1.1 }
      return "\(input.array(of: Double.self)[offset])"
    }
    return numbers.count == 1
      ? "its input there is \(numbers[0])"
      : "its inputs there are \(numbers.joined(separator: ", "))"
  }
}
