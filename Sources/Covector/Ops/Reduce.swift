// Reductions: folds over axes and what is composed of them.

/// The sum over axes, which disappear.
struct Sum: LinearPrimitive {
  let axes: [Int]

  var name: String { "sum" }
  var evaluation: Evaluation { .fold(.sum, axes: axes) }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(reducedShape(x[0].shape, axes), x[0].dtype)]
  }

  func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
    [cotangent.restoringAxes(axes, of: inputs[0].shape)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    let mapped = axes[0] ?? 0
    let folded = self.axes.map { $0 < mapped ? $0 : $0 + 1 }
    let place = mapped - self.axes.count(where: { $0 < mapped })
    return ([NDArray(Sum(axes: folded), x[0])], [place])
  }
}

func reducedShape(_ shape: [Int], _ axes: [Int]) -> [Int] {
  shape.indices.filter { !axes.contains($0) }.map { shape[$0] }
}

extension NDArray {
  /// The array with reduced axes put back and repeated to their size in `shape`.
  func restoringAxes(_ axes: [Int], of shape: [Int]) -> NDArray {
    var kept = shape
    for axis in axes { kept[axis] = 1 }
    return reshaped(kept).broadcast(to: shape)
  }
}
