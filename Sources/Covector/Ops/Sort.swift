// Sorting along an axis, the order that sorts, and the largest elements. All sorts are stable and
// put not-a-number last; Selection.swift builds on them.

import CovectorKernels

/// The elements in increasing order along the last axis.
struct Sort: Primitive, Parameterless {
  var name: String { "sorted" }

  var evaluation: Evaluation { .function { call in try call.sortRows(places: false) } }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].rank > 0 && !x[0].dtype.isComplex }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    _ = try sortedCount(x[0], name)
    return [x[0].type]
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    [tangents[0]?.takeAlongAxis(NDArray(ArgSort(), x[0]))]
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    // The order of the order is where each element went.
    let order = NDArray(ArgSort(), x[0])
    return [cotangents[0]?.takeAlongAxis(NDArray(ArgSort(), order))]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0].mappedInFront(axes[0], size: size))], [0])
  }
}

/// For each place of the sorted array, the place along the last axis its element comes from.
struct ArgSort: LocallyConstantPrimitive, Parameterless {
  var name: String { "argSort" }

  var evaluation: Evaluation { .function { call in try call.sortRows(places: true) } }

  func accepts(_ x: [NDArray]) -> Bool { x.count == 1 && x[0].rank > 0 && !x[0].dtype.isComplex }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    let count = try sortedCount(x[0], name)
    return [ArrayType(x[0].shape, count <= Int(Int32.max) ? .int32 : .int64)]
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0].mappedInFront(axes[0], size: size))], [0])
  }
}

/// The length of the rows, which the kernels count in 32 bits.
private func sortedCount(_ x: NDArray, _ operation: String) throws(ArrayError) -> Int {
  let count = x.shape.last ?? 1
  guard count <= Int(UInt32.max) else {
    throw ArrayError(operation, "an axis of size \(count) is too long; the limit is \(UInt32.max)")
  }
  return count
}

// MARK: - Methods

extension NDArray {
  /// Runs a function of the last axis along any axis; `nil` stands for all elements in row-major order.
  ///
  /// The results have their last axis put where it was.
  func alongLastAxis(
    _ operation: String, _ axis: Int?, _ body: (NDArray) throws(ArrayError) -> NDArray
  ) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      guard let axis else { return try body(reshaped([count])) }
      let place = try normalizedAxis(axis, rank: rank, operation)
      if place == rank - 1 { return try body(strong) }
      return try body(movingAxis(place, to: rank - 1)).movingAxis(-1, to: place)
    }
  }

  /// The elements in increasing order along an axis.
  ///
  /// Not-a-number comes last; complex numbers go by their real part, then by their imaginary part. The
  /// derivative follows the elements, equal ones in the order they come.
  /// - Parameter axis: The axis, a negative one counted from the end; `nil` for all elements in
  ///   row-major order, which makes the result one-dimensional.
  public func sorted(axis: Int? = -1) -> NDArray {
    alongLastAxis("sorted", axis) { NDArray(Sort(), $0) }
  }

  /// The places of the elements along an axis in increasing order, as `int32`; equal elements stay in
  /// the order they come.
  ///
  /// `x.takeAlongAxis(x.argSort(axis: a), axis: a)` is `x.sorted(axis: a)`. The derivative is 0.
  /// - Parameter axis: The axis, a negative one counted from the end; `nil` for all elements in
  ///   row-major order.
  public func argSort(axis: Int? = -1) -> NDArray {
    alongLastAxis("argSort", axis) { NDArray(ArgSort(), $0) }
  }

  /// The elements along an axis so that the one at `index` is where sorting puts it, those before it are
  /// not larger and those behind it not smaller.
  ///
  /// The result is in fact sorted.
  /// - Parameters:
  ///   - index: The place along the axis, a negative one counted from the end.
  ///   - axis: The axis, a negative one counted from the end; `nil` for all elements in row-major order.
  public func partitioned(at index: Int, axis: Int? = -1) -> NDArray {
    alongLastAxis("partitioned", axis) { x throws(ArrayError) in
      try x.requirePlace(index, "partitioned")
      return NDArray(Sort(), x)
    }
  }

  /// The places of the elements along an axis in the order of `partitioned(at:axis:)`, as `int32`.
  ///
  /// - Parameters:
  ///   - index: The place along the axis, a negative one counted from the end.
  ///   - axis: The axis, a negative one counted from the end; `nil` for all elements in row-major order.
  public func argPartition(at index: Int, axis: Int? = -1) -> NDArray {
    alongLastAxis("argPartition", axis) { x throws(ArrayError) in
      try x.requirePlace(index, "argPartition")
      return NDArray(ArgSort(), x)
    }
  }

  private func requirePlace(_ index: Int, _ operation: String) throws(ArrayError) {
    let count = shape[rank - 1]
    guard (-count..<count).contains(index) else {
      throw ArrayError(operation, "index \(index) is out of range for an axis of size \(count)")
    }
  }

  /// The largest elements along an axis in decreasing order, and their places as `int32`.
  ///
  /// Of equal elements those that come first are taken first; not-a-number counts as the largest. The
  /// derivative of the values follows the elements.
  /// - Parameters:
  ///   - count: The number of elements to take, at most the size of the axis.
  ///   - axis: The axis, a negative one counted from the end.
  /// - Precondition: The elements are not complex.
  public func topK(_ count: Int, axis: Int = -1) -> (values: NDArray, indices: NDArray) {
    let indices = alongLastAxis("topK", axis) { x throws(ArrayError) in
      _ = try requireOrdered([x], "topK")
      let size = x.shape[x.rank - 1]
      guard (0...size).contains(count) else {
        throw ArrayError("topK", "\(count) elements cannot be taken from an axis of size \(size)")
      }
      // Sorted backwards, equal elements are in the order they come once the order is reversed too.
      let order = NDArray(ArgSort(), x.flipped(-1))
      let last = NDArray.scalar(Double(size - 1), order.dtype)
      return last - order.flipped(-1).sliced(axis: x.rank - 1, from: 0, count: count)
    }
    if indices.isPoisoned { return (indices, indices) }
    return (takeAlongAxis(indices, axis: axis), indices)
  }
}
