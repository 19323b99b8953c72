// The identity that no derivative passes through.

/// The same values; no tangent goes in and no cotangent comes out.
struct StopGradient: LocallyConstantPrimitive, Parameterless {
  var name: String { "stopGradient" }
  var evaluation: Evaluation { .view { $0 } }
  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] { [x[0].type] }
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x)], axes)
  }
}

/// The same tree of arrays, which derivatives take for a constant.
///
/// The derivative is zero in every mode and to every order.
public func stopGradient<Tree: ArrayTree>(_ tree: Tree) -> Tree {
  tree.mapLeaves { NDArray(StopGradient(), $0) }
}

/// The same array, which derivatives take for a constant.
///
/// The derivative is zero in every mode and to every order.
public func stopGradient(_ x: NDArray) -> NDArray { NDArray(StopGradient(), x) }
