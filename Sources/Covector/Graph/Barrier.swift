// What makes one computation wait for another.

/// The first input, computed after the others.
///
/// Evaluation computes what a graph needs in the order of its inputs; without a reason to wait, what is recomputed
/// to save memory would be computed at once.
struct Barrier: Primitive, Parameterless {
  var name: String { "barrier" }
  var evaluation: Evaluation { .view { $0 } }

  func accepts(_ x: [NDArray]) -> Bool { !x.isEmpty }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] { [tangents[0]] }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    cotangents + x.dropFirst().map { _ in nil }
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], [axes[0]])
  }
}

extension NDArray {
  /// The same array, computed after others.
  func after(_ others: [NDArray]) -> NDArray {
    others.isEmpty ? self : NDArray(Barrier(), [self] + others)
  }
}
