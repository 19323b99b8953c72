// Printing a value from inside a function under any transform.

/// The same values, printed when they are computed.
struct DebugPrint: Primitive {
  let label: String
  /// The axes that `vmap` added, outermost first.
  var lanes: [Int] = []

  var name: String { "debugPrint" }
  var hasEffect: Bool { true }

  var evaluation: Evaluation {
    .function { call in
      let array = try call.array(0)
      print(array, from: call.device)
      call.copy(0, to: 0, layout: Layout(call.outputs[0].layout.shape))
    }
  }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] { tangents }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] { cotangents }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    guard let axis = axes[0] else { return ([NDArray(self, x)], axes) }
    let inner = lanes.map { $0 >= axis ? $0 + 1 : $0 }
    return ([NDArray(DebugPrint(label: label, lanes: [axis] + inner), x)], axes)
  }

  /// Lanes beyond this many are counted and not printed.
  private static let laneLimit = 16

  private func print(_ array: NDArray, from device: Device) {
    let write = DebugOutput.current.write
    if lanes.isEmpty { return write("\(label): \(array)") }
    let others = array.shape.indices.filter { !lanes.contains($0) }
    let sizes = lanes.map { array.shape[$0] }
    let strides = sizes.rowMajorStrides
    let ordered = array.transposed(lanes + others)
      .reshaped(to: [sizes.elementCount] + others.map { array.shape[$0] })
    for lane in 0..<Swift.min(sizes.elementCount, Self.laneLimit) {
      let place = zip(sizes, strides).map { (lane / $1) % $0 }
      let names = place.map(String.init).joined(separator: ", ")
      write("\(label) [lane \(names)]: \(ordered[lane])")
    }
    let rest = sizes.elementCount - Self.laneLimit
    if rest > 0 { write("\(label): and \(rest) more lanes") }
  }
}

/// Where debugging prints go.
///
/// A value of its own: a task-local that is itself a function is pushed wrongly by the optimiser of Swift 6.3.
struct DebugOutput: Sendable {
  let write: @Sendable (String) -> Void

  @TaskLocal static var current = DebugOutput { print($0) }
}

extension NDArray {
  /// The array itself; its values are printed with the label as soon as they are known.
  ///
  /// That is at once, also under the derivative transforms, which print primals; under `vmap` it is when
  /// the batch runs, a line for each lane. A line is printed even where nothing depends on the result.
  /// The derivative is that of the identity.
  public func debugPrinted(_ label: String) -> NDArray { NDArray(DebugPrint(label: label), self) }
}

/// Runs code whose `debugPrinted` lines go to `write` and not to the standard output.
public func debugPrinting<Result>(
  to write: @escaping @Sendable (String) -> Void, _ body: () throws -> Result
) rethrows -> Result {
  try DebugOutput.$current.withValue(DebugOutput(write: write), operation: body)
}
