// Wrong operations, each breaking one law, and right ones. The tester must tell them apart.

import Synchronization

import CovectorTesting

@testable import Covector

/// The square, with the partial derivative and the batching one asks for.
struct PlantedSquare: Elementwise, TransientPrimitive {
  enum Rule: Hashable { case right, wrong, heldConstant }
  var rule: Rule

  var name: String { "plantedSquare" }
  var instruction: Instruction { Square().instruction }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { try requireFloating(x, name) }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial {
    switch rule {
    case .right: .factor(2 * x[0])
    case .wrong: .factor(2.001 * x[0])
    case .heldConstant: .factor(2 * NDArray(Held(), x[0]))
    }
  }
}

/// The same elements, without a derivative.
struct Held: LinearPrimitive {
  var name: String { "held" }
  var evaluation: Evaluation { .view { $0 } }
  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] { [nil] }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [nil]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

/// Reverses an axis, with at most one mistake.
struct PlantedFlip: LinearPrimitive, TransientPrimitive {
  enum Mistake: Hashable {
    case none, transpose, batch, batchOfTranspose, transposeOfBatch, jvpOfBatch, shape
  }
  var axis = 0
  var mistake: Mistake

  var name: String { "plantedFlip" }

  var evaluation: Evaluation {
    .view { [axis, mistake] source in
      var layout = source
      layout.offset += max(source.shape[axis] - 1, 0) * source.strides[axis]
      layout.strides[axis] *= -1
      if mistake == .shape { layout.shape.swapAt(0, 1) }
      return layout
    }
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    tangents.map { tangent in
      tangent.map { mistake == .jvpOfBatch && axis > 0 ? $0 : NDArray(self, $0) }
    }
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    switch mistake {
    case .transpose: [cotangent]
    case .transposeOfBatch where axis > 0: [cotangent]
    case .batchOfTranspose: [NDArray(PlantedFlip(axis: axis, mistake: .batch), cotangent)]
    default: [NDArray(self, cotangent)]
    }
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    if mistake == .batch { return ([NDArray(self, x)], axes) }
    let front = x[0].movingAxis(axes[0] ?? 0, to: 0)
    return ([NDArray(PlantedFlip(axis: axis + 1, mistake: mistake), front)], [0])
  }
}

/// Copies a `float32` array in a function of its own, with at most one mistake.
struct PlantedCopy: LinearPrimitive, TransientPrimitive {
  enum Mistake: Hashable { case none, layout, unwritten, threads, identity(Int) }
  var mistake: Mistake

  var name: String { "plantedCopy" }

  var evaluation: Evaluation {
    .function { [mistake] call in
      let (source, target) = (call.inputs[0], call.outputs[0])
      if mistake == .layout {
        // As if the memory were dense from its start.
        unsafe target.base.copyMemory(from: source.base, byteCount: source.count * 4)
        return
      }
      let layout = Layout(target.layout.shape)
      if mistake == .unwritten, let rows = layout.shape.first, rows > 0 { return }
      call.copy(0, to: 0, layout: layout)
      if mistake == .threads, source.count > 0 {
        unsafe target.start.storeBytes(of: Float(call.device.threads), as: Float.self)
      }
    }
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    guard x[0].dtype == .float32 else {
      throw ArrayError(name, "not defined for \(x[0].dtype); float32 is needed")
    }
    return [x[0].type]
  }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [NDArray(self, cotangent)]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

/// The same elements, and a mistake where it is differentiated.
struct Undifferentiable: LinearPrimitive {
  var name: String { "undifferentiable" }
  var evaluation: Evaluation { .view { $0 } }
  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    ArrayError.report(ArrayError(name, "has no derivative"))
    return [nil]
  }
  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    ArrayError.report(ArrayError(name, "has no derivative"))
    return [nil]
  }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

/// Numbers that are never the same twice.
final class Serial: Sendable {
  private let next = Atomic<Int>(0)
  func number() -> Int { next.wrappingAdd(1, ordering: .relaxed).newValue }
}

extension OpEntry {
  /// An entry of one sample of a function of a matrix.
  static func planted(
    dtypes: Set<DType> = .floats, oracle: String? = nil, except: Exceptions = [],
    _ function: @escaping @Sendable (NDArray) -> NDArray
  ) -> OpEntry {
    OpEntry(
      "planted", dtypes: dtypes,
      [.init("", [.real(3, 4)], oracle: oracle, except: except) { function($0[0]) }])
  }
  static func square(_ rule: PlantedSquare.Rule) -> OpEntry {
    planted { NDArray(PlantedSquare(rule: rule), $0) }
  }
  static func flip(_ mistake: PlantedFlip.Mistake) -> OpEntry {
    planted(dtypes: .all) { NDArray(PlantedFlip(mistake: mistake), $0) }
  }
  static func copy(_ mistake: PlantedCopy.Mistake) -> OpEntry {
    planted(dtypes: [.float32]) { NDArray(PlantedCopy(mistake: mistake), $0) }
  }
}
