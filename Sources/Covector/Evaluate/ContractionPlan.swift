// A contraction as a batch of matrix products with strided operands.

/// A product of matrices, repeated over paired axes.
struct ContractionPlan: Sendable {
  var first: Int
  var second: Int
  var left: MatrixLayout
  var right: MatrixLayout
  var dtype: DType
  var output: Int
}

/// An operand of a contraction: matrices at any stride, repeated over batch axes.
struct MatrixLayout: Sendable {
  var batchSizes: [Int]
  var batchStrides: [Int]
  var rows: Int
  var columns: Int
  var rowStride: Int
  var columnStride: Int
  var offset: Int

  /// The operand without a copy, or `nil` where its rows or columns have no single stride.
  init?(_ layout: Layout, _ batch: [Int], rows: [Int], columns: [Int]) {
    let rowAxes = layout.transposed(rows).collapsed()
    let columnAxes = layout.transposed(columns).collapsed()
    guard rowAxes.sizes.count <= 1, columnAxes.sizes.count <= 1 else { return nil }
    batchSizes = batch.map { layout.shape[$0] }
    batchStrides = batch.map { layout.strides[$0] }
    self.rows = rowAxes.sizes.first ?? 1
    self.columns = columnAxes.sizes.first ?? 1
    rowStride = rowAxes.strides.first ?? 1
    columnStride = columnAxes.strides.first ?? 1
    offset = layout.offset
    // An empty axis collapses like any other, but its size must not be lost.
    if rows.contains(where: { layout.shape[$0] == 0 }) { self.rows = 0 }
    if columns.contains(where: { layout.shape[$0] == 0 }) { self.columns = 0 }
  }

  /// A dense operand whose axes are in the order batch, rows, columns.
  init(dense layout: Layout, batch: Int, rows: Int) {
    batchSizes = Array(layout.shape[..<batch])
    batchStrides = Array(layout.strides[..<batch])
    self.rows = Array(layout.shape[batch..<(batch + rows)]).elementCount
    columns = Array(layout.shape[(batch + rows)...]).elementCount
    rowStride = columns
    columnStride = 1
    offset = layout.offset
  }

  /// The element the matrix of a batch position starts at.
  func start(_ position: Int) -> Int {
    var start = offset
    var rest = position
    for axis in batchSizes.indices.reversed() {
      start += rest % batchSizes[axis] * batchStrides[axis]
      rest /= batchSizes[axis]
    }
    return start
  }
}
