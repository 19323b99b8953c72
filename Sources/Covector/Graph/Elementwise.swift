// The elementwise kind: one instruction and one partial derivative for each input. Shapes,
// derivatives in both modes and batching follow from these here.

/// A primitive that computes each element of its result from the elements at the same place.
///
/// Inputs broadcast against each other as in NumPy.
public protocol Elementwise: Primitive {
  /// The instruction of the loop machine.
  var instruction: Instruction { get }

  /// The dtype of the result.
  /// - Throws: `ArrayError` for dtypes the operation is not defined on.
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType

  /// The derivative of the result `y` by the input of that index, element by element.
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial
}

/// The derivative of one element of a result by one element of an input.
public enum Partial: Sendable {
  /// Zero everywhere it exists.
  case zero
  /// One.
  case one
  /// Minus one.
  case minusOne
  /// These values; complex ones are the derivative of a holomorphic function.
  case factor(NDArray)
  /// One where the condition holds, zero elsewhere.
  case oneWhere(NDArray)
  /// Zero where the condition holds, one elsewhere.
  case zeroWhere(NDArray)
}

extension Elementwise {
  /// Weak scalars alone give a weak scalar.
  public var keepsWeakness: Bool { true }

  /// One instruction, fused with its neighbours.
  public var evaluation: Evaluation { .instruction(instruction) }

  /// As many inputs as the instruction reads, all of one dtype.
  public func accepts(_ inputs: [NDArray]) -> Bool {
    inputs.count == instruction.inputCount && inputs.haveOneDType
  }

  /// The broadcast shape and `resultDType`.
  public func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    try ElementwiseRules.resultTypes(Unspecialized(self), x)
  }

  /// The sum of the tangents, each times its partial derivative.
  public func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    ElementwiseRules.jvp(Unspecialized(self), x, tangents, y)
  }

  /// The cotangent times each partial derivative, summed where the input was broadcast.
  public func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    ElementwiseRules.vjp(Unspecialized(self), x, cotangents, y, wanted)
  }

  /// The primitive on inputs whose mapped axes have been brought to one place.
  public func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let (aligned, axis) = alignedForBroadcast(x, axes)
    return ([NDArray(self, aligned)], [axis])
  }
}

/// A value behind its protocol, where the optimiser would compile a copy of the callee for each of the types it may
/// have, up to a hundred and forty, which takes long.
struct Unspecialized<Existential> {
  let value: Existential
  init(_ value: Existential) { self.value = value }
}

/// The rules of every elementwise primitive.
private enum ElementwiseRules {
  static func resultTypes(
    _ primitive: Unspecialized<any Elementwise>, _ x: [NDArray]
  ) throws(ArrayError) -> [ArrayType] {
    let dtype = try primitive.value.resultDType(x)
    var shape = x.first?.shape ?? []
    for other in x.dropFirst() where other.shape != shape {
      guard let joint = broadcastShape(shape, other.shape) else {
        throw ArrayError(
          primitive.value.name,
          "shapes \(x.map(\.shape).joinedDescription) do not broadcast; "
            + "sizes must be equal or 1, counted from the last axis")
      }
      shape = joint
    }
    return [ArrayType(shape, dtype)]
  }

  static func jvp(
    _ primitive: Unspecialized<any Elementwise>, _ x: [NDArray], _ tangents: [NDArray?],
    _ y: [NDArray]
  ) -> [NDArray?] {
    var total: NDArray?
    for (index, tangent) in tangents.enumerated() {
      guard let tangent else { continue }
      let term = product(tangent, primitive.value.partial(index, x, y[0]))
      total = sumOfTangents(total, term)
    }
    return [total?.broadcast(to: y[0].shape)]
  }

  static func vjp(
    _ primitive: Unspecialized<any Elementwise>, _ x: [NDArray], _ cotangents: [NDArray?],
    _ y: [NDArray],
    _ wanted: [Bool]
  ) -> [NDArray?] {
    guard let cotangent = cotangents[0] else { return x.map { _ in nil } }
    return x.indices.map { index in
      guard wanted[index] else { return nil }
      var partial = primitive.value.partial(index, x, y[0])
      if case .factor(let factor) = partial { partial = .factor(factor.conjugated) }
      return product(cotangent, partial)?.summed(to: x[index].shape)
    }
  }

  /// The change of the result that a change of an input makes; `nil` for none.
  private static func product(_ change: NDArray, _ partial: Partial) -> NDArray? {
    switch partial {
    case .zero: nil
    case .one: change
    case .minusOne: -change
    case .factor(let factor): change * factor
    case .oneWhere(let condition): which(condition, change, change.zeroScalar)
    case .zeroWhere(let condition): which(condition, change.zeroScalar, change)
    }
  }
}

/// Inputs with their mapped axis at one common place, so that broadcasting pairs it with itself.
func alignedForBroadcast(_ x: [NDArray], _ axes: [Int?]) -> ([NDArray], Int) {
  // Ranks without the mapped axis; broadcasting aligns these from the right.
  let rank = zip(x, axes).map { $0.rank - ($1 == nil ? 0 : 1) }.max() ?? 0
  // Where every mapped axis is equally far from the right, with no unmapped axis to pair with or to
  // shift, nothing needs to move.
  let distances = zip(x, axes).compactMap { array, axis in axis.map { array.rank - $0 } }
  if let distance = distances.first, distances.allSatisfy({ $0 == distance }),
    zip(x, axes).allSatisfy({ $1 == nil ? $0.rank < distance : $0.rank == rank + 1 })
  {
    return (x, rank + 1 - distance)
  }
  let aligned = zip(x, axes).map { array, axis -> NDArray in
    guard let axis else { return array }
    let front = array.movingAxis(axis, to: 0)
    let missing = rank + 1 - front.rank
    guard missing > 0 else { return front }
    return front.reshaped(
      [front.shape[0]] + [Int](repeating: 1, count: missing) + front.shape.dropFirst())
  }
  return (aligned, 0)
}

/// The shape two shapes broadcast to, or `nil`.
func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int]? {
  if a == b { return a }
  var long = a.count >= b.count ? a : b
  let short = a.count >= b.count ? b : a
  let shift = long.count - short.count
  for axis in short.indices {
    let (x, y) = (long[axis + shift], short[axis])
    guard x == y || x == 1 || y == 1 else { return nil }
    if x == 1 { long[axis + shift] = y }
  }
  return long
}

extension [[Int]] {
  /// The shapes as prose: `[2, 3] and [4]`.
  var joinedDescription: String {
    guard count > 1 else { return first.map(String.init(describing:)) ?? "none" }
    return dropLast().map(String.init(describing:)).joined(separator: ", ")
      + " and \(self[count - 1])"
  }
}
