// Subscripts: reading and replacing parts of arrays. Integers and ranges give views of the same
// memory; index arrays gather and scatter.

extension NDArray {
  /// The part of the array that the indices select, axis by axis.
  ///
  /// - An integer selects one element of its axis, which disappears; one out of range is an error.
  /// - A range, open or closed, with or without bounds, or `.stride(from:to:by:)` selects several;
  ///   ranges are cut to the axis.
  /// - `.newAxis` inserts an axis of size 1; `...` or `.ellipsis` stands for all axes left over.
  /// - An array of integers, or `[Int]`, selects by number and puts its own axes in place of the
  ///   one indexed. Several index arrays broadcast against each other and run together; where
  ///   something other than integers stands between them, their axes come first in the result.
  /// - A `bool` array is a mask over as many axes as it has; it selects the elements where it is
  ///   true. Their number depends on values: inside `vmap` only masks that do not depend on mapped
  ///   inputs can be read through.
  ///
  /// Negative integers count from the end everywhere. These are NumPy's rules.
  ///
  /// Setting a part replaces the array the variable names; other variables keep the old one. The
  /// values broadcast to the part and are converted to the array's dtype; where an index occurs
  /// twice, the later value stays.
  public subscript(_ indices: any ArrayIndex...) -> NDArray {
    get { selecting(indices.map(\.axisSelection.kind)) }
    set { self = replacing(indices.map(\.axisSelection.kind), with: newValue) }
  }

  /// The array with all its axes, then those that the indices select.
  public subscript(_ ellipsis: UnboundedRange, _ indices: any ArrayIndex...) -> NDArray {
    get { selecting([.ellipsis] + indices.map(\.axisSelection.kind)) }
    set { self = replacing([.ellipsis] + indices.map(\.axisSelection.kind), with: newValue) }
  }

  /// The part selected by an index for the first axis, all axes left over, and indices for the last
  /// axes.
  public subscript(
    _ first: any ArrayIndex, _ ellipsis: UnboundedRange, _ indices: any ArrayIndex...
  ) -> NDArray {
    get { selecting(AxisSelection.list([first], indices)) }
    set { self = replacing(AxisSelection.list([first], indices), with: newValue) }
  }

  /// The part selected by indices for the first two axes, all axes left over, and indices for the
  /// last axes.
  public subscript(
    _ first: any ArrayIndex, _ second: any ArrayIndex, _ ellipsis: UnboundedRange,
    _ indices: any ArrayIndex...
  ) -> NDArray {
    get { selecting(AxisSelection.list([first, second], indices)) }
    set { self = replacing(AxisSelection.list([first, second], indices), with: newValue) }
  }

  /// The part selected by indices for the first three axes, all axes left over, and indices for the
  /// last axes.
  public subscript(
    _ first: any ArrayIndex, _ second: any ArrayIndex, _ third: any ArrayIndex,
    _ ellipsis: UnboundedRange, _ indices: any ArrayIndex...
  ) -> NDArray {
    get { selecting(AxisSelection.list([first, second, third], indices)) }
    set { self = replacing(AxisSelection.list([first, second, third], indices), with: newValue) }
  }

  private func replacing(_ terms: [AxisSelection.Kind], with values: NDArray) -> NDArray {
    updating(terms, .set, with: values, "subscript")
  }

  private func selecting(_ terms: [AxisSelection.Kind]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      if isPoisoned { return self }
      let selection = try Selection(terms, of: shape, "subscript")
      let part = strong.slice(selection)
      if selection.indices.isEmpty { return part.reshaped(selection.shape) }
      let taken = NDArray(Gather(axes: selection.indexed), [part] + selection.indices)
      return taken.movingLeadingAxes(selection.indexShape.count, to: selection.wholeBefore)
        .reshaped(selection.shape)
    }
  }
}

extension AxisSelection {
  static func list(_ before: [any ArrayIndex], _ after: [any ArrayIndex]) -> [Kind] {
    before.map(\.axisSelection.kind) + [.ellipsis] + after.map(\.axisSelection.kind)
  }
}

extension NDArray {
  /// The slice a selection lies in, without the axes of integers.
  func slice(_ selection: Selection) -> NDArray {
    let isWhole = selection.counts == shape && selection.steps.allSatisfy { $0 == 1 }
    if isWhole, selection.dropped.isEmpty { return self }
    let slice = Slice(
      starts: selection.starts, counts: selection.counts, steps: selection.steps,
      dropping: selection.dropped)
    return NDArray(slice, self)
  }
}
