// Arrays as the plain interpreter has them: a shape and its elements in row-major order. Every operation is
// a loop over indices, written for being read.

import Covector
import CovectorValues

/// An array of the plain interpreter.
struct Plain: Sendable {
  /// What the elements are: numbers with derivatives, whole numbers, or truth values.
  enum Kind: Sendable, Hashable { case real, whole, truth }

  var kind: Kind
  var shape: [Int]
  var elements: [Jet]

  /// The array whose element at each index is that of the rule.
  init<Failure: Error>(
    _ shape: [Int], _ kind: Kind = .real, _ element: ([Int]) throws(Failure) -> Jet
  ) throws(Failure) {
    self.kind = kind
    self.shape = shape
    elements = []
    elements.reserveCapacity(shape.elementCount)
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<shape.elementCount {
      elements.append(try element(index))
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
  }

  init(_ shape: [Int], _ kind: Kind = .real, elements: [Jet]) {
    self.kind = kind
    self.shape = shape
    self.elements = elements
  }

  var rank: Int { shape.count }
  var count: Int { elements.count }
  var isReal: Bool { kind == .real }

  /// The dtype the library has such arrays in.
  var dtype: DType {
    switch kind {
    case .real: .float64
    case .whole: .int32
    case .truth: .bool
    }
  }

  /// The element at an index.
  subscript(_ index: [Int]) -> Jet {
    var place = 0
    for axis in shape.indices { place = place * shape[axis] + index[axis] }
    return elements[place]
  }

  /// The element at an index of a shape this one broadcasts to.
  func broadcast(at index: [Int]) -> Jet {
    let lead = index.count - rank
    return self[shape.indices.map { shape[$0] == 1 ? 0 : index[$0 + lead] }]
  }

  /// The elements along an axis, at the index's place on all other axes.
  func line(_ axis: Int, at index: [Int]) -> [Jet] {
    var index = index
    return (0..<shape[axis]).map { place in
      index[axis] = place
      return self[index]
    }
  }

  /// The result of a rule for each line along an axis, which keeps its place with the result's size.
  func lines<Failure: Error>(
    _ axis: Int, count: Int? = nil, _ kind: Kind? = nil, _ rule: ([Jet]) throws(Failure) -> [Jet]
  ) throws(Failure) -> Plain {
    var target = shape
    target[axis] = count ?? shape[axis]
    return try Plain(target, kind ?? self.kind) { index throws(Failure) in
      try rule(line(axis, at: index))[index[axis]]
    }
  }

  /// The result of a rule for the elements along several axes, in row-major order.
  func folded<Failure: Error>(
    _ axes: [Int], keepDims: Bool, _ kind: Kind = .real, _ rule: ([Jet]) throws(Failure) -> Jet
  ) throws(Failure) -> Plain {
    let kept = shape.indices.filter { !axes.contains($0) }
    let inner = axes.map { shape[$0] }
    let target =
      keepDims ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] } : kept.map { shape[$0] }
    return try Plain(target, kind) { index throws(Failure) in
      let outer = keepDims ? kept.map { index[$0] } : index
      let group = Plain(inner) { place in
        var full = [Int](repeating: 0, count: rank)
        for (axis, value) in zip(kept, outer) { full[axis] = value }
        for (axis, value) in zip(axes, place) { full[axis] = value }
        return self[full]
      }
      return try rule(group.elements)
    }
  }

  /// The array with its axes in another order.
  func transposed(_ order: [Int]) -> Plain {
    Plain(order.map { shape[$0] }, kind) { index in
      var source = [Int](repeating: 0, count: rank)
      for (place, axis) in order.enumerated() { source[axis] = index[place] }
      return self[source]
    }
  }

  func reshaped(_ target: [Int]) -> Plain { Plain(target, kind, elements: elements) }

  /// The part at a place along an axis, which disappears.
  func example(_ number: Int, along axis: Int) -> Plain {
    var target = shape
    target.remove(at: axis)
    return Plain(target, kind) { index in
      var index = index
      index.insert(number, at: axis)
      return self[index]
    }
  }

  /// Arrays of one shape along a new first axis.
  static func stacked(_ arrays: [Plain], like type: Plain.Signature) -> Plain {
    Plain([arrays.count] + type.shape, type.kind, elements: arrays.flatMap(\.elements))
  }

  /// A shape and a kind.
  struct Signature: Sendable, Hashable {
    var kind: Kind
    var shape: [Int]
  }
  var signature: Signature { Signature(kind: kind, shape: shape) }

  /// The numbers without infinitesimals.
  var values: Values {
    Values(type: ArrayType(shape, dtype), real: elements.map(\.value))
  }

  /// The largest number among values and coefficients.
  var magnitude: Double {
    elements.reduce(0) { largest, element in
      (0..<8).reduce(largest) { Swift.max($0, Swift.abs(element.parts[$1])) }
    }
  }

  var isFinite: Bool {
    elements.allSatisfy { element in (0..<8).allSatisfy { element.parts[$0].isFinite } }
  }
}
