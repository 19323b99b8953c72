// Arrays with parts of them changed: `x.at[...]` and the setters of subscripts.

extension NDArray {
  /// The array with places to be named in brackets, as in `x.at[0, ..., 1..<3].adding(y)`.
  ///
  /// What stands in the brackets is as in subscripts. In contrast to `x[i] += y`, every occurrence
  /// of an index counts.
  public var at: Places { Places(array: self) }

  /// An array, about to be told which part of it to change.
  public struct Places: Sendable {
    let array: NDArray

    /// The part of the array that the indices select.
    public subscript(_ indices: any ArrayIndex...) -> SelectedPlaces {
      SelectedPlaces(array: array, terms: indices.map(\.axisSelection.kind))
    }

    /// All axes, then those that the indices select.
    public subscript(_ ellipsis: UnboundedRange, _ indices: any ArrayIndex...) -> SelectedPlaces {
      SelectedPlaces(array: array, terms: AxisSelection.list([], indices))
    }

    /// An index for the first axis, all axes left over, and indices for the last axes.
    public subscript(
      _ first: any ArrayIndex, _ ellipsis: UnboundedRange, _ indices: any ArrayIndex...
    ) -> SelectedPlaces {
      SelectedPlaces(array: array, terms: AxisSelection.list([first], indices))
    }

    /// Indices for the first two axes, all axes left over, and indices for the last axes.
    public subscript(
      _ first: any ArrayIndex, _ second: any ArrayIndex, _ ellipsis: UnboundedRange,
      _ indices: any ArrayIndex...
    ) -> SelectedPlaces {
      SelectedPlaces(array: array, terms: AxisSelection.list([first, second], indices))
    }

    /// Indices for the first three axes, all axes left over, and indices for the last axes.
    public subscript(
      _ first: any ArrayIndex, _ second: any ArrayIndex, _ third: any ArrayIndex,
      _ ellipsis: UnboundedRange, _ indices: any ArrayIndex...
    ) -> SelectedPlaces {
      SelectedPlaces(array: array, terms: AxisSelection.list([first, second, third], indices))
    }
  }

  /// Part of an array, about to be told how to change.
  ///
  /// The values broadcast to the part and are converted to the array's dtype, which must be able to
  /// hold their kind. Where an index occurs several times, all its values count, in row-major
  /// order.
  public struct SelectedPlaces: Sendable {
    let array: NDArray
    let terms: [AxisSelection.Kind]

    private func updating(_ update: PlaceUpdate, _ values: NDArray) -> NDArray {
      array.updating(terms, update, with: values, "at")
    }

    /// The array with the values in the part; of several for one place, the last one stays.
    ///
    /// The derivative goes to the values that stayed.
    public func setting(to values: NDArray) -> NDArray { updating(.set, values) }

    /// The array with the values added to the part.
    public func adding(_ values: NDArray) -> NDArray { updating(.add, values) }

    /// The array with the values subtracted from the part.
    public func subtracting(_ values: NDArray) -> NDArray { updating(.subtract, values) }

    /// The array with the part multiplied by the values.
    public func multiplying(by values: NDArray) -> NDArray { updating(.multiply, values) }

    /// The array, floating-point or complex, with the part divided by the values.
    public func dividing(by values: NDArray) -> NDArray { updating(.divide, values) }

    /// The array with each element of the part replaced by the largest of itself and its values.
    ///
    /// The derivative is shared evenly among all that are equal to the largest.
    public func maximum(_ values: NDArray) -> NDArray { updating(.maximum, values) }

    /// The array with each element of the part replaced by the smallest of itself and its values.
    ///
    /// The derivative is shared evenly among all that are equal to the smallest.
    public func minimum(_ values: NDArray) -> NDArray { updating(.minimum, values) }
  }
}

/// What is done to a selected part.
enum PlaceUpdate {
  case set, add, subtract, multiply, divide, maximum, minimum
}

extension NDArray {
  /// The array with a part changed.
  func updating(
    _ terms: [AxisSelection.Kind], _ update: PlaceUpdate, with values: NDArray, _ operation: String
  ) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      if isPoisoned || values.isPoisoned { return NDArray.poison(like: type)[0] }
      try check(update, operation)
      if terms.count == 1, case .array(let mask) = terms[0], mask.dtype == .bool, mask.rank > 0 {
        return try strong.updating(mask: mask, update, with: values, operation)
      }
      let array = strong
      let selection = try Selection(terms, of: shape, operation)
      let part = array.slice(selection)
      let spread = try values.asUpdate(of: array, shape: selection.shape, operation)
      let changed = part.updated(update, spread, at: selection)
      let isWhole = selection.counts == shape && selection.steps.allSatisfy { $0 == 1 }
      if isWhole { return changed.reshaped(shape) }
      return NDArray(
        Overwrite(starts: selection.starts, steps: selection.steps), array,
        changed.reshaped(selection.counts))
    }
  }

  private func check(_ update: PlaceUpdate, _ operation: String) throws(ArrayError) {
    switch update {
    case .divide:
      _ = try requireInexact([strong], operation)
    case .subtract:
      _ = try requireNumbers([strong], operation)
    case .maximum, .minimum:
      _ = try requireOrdered([strong], operation)
    case .set, .add, .multiply:
      break
    }
  }

  /// This array, the slice of a selection, with values of the shape of the selection's result put
  /// in.
  private func updated(
    _ update: PlaceUpdate, _ values: NDArray, at selection: Selection
  ) -> NDArray {
    let whole = reducedShape(shape, selection.indexed)
    let count = selection.indexShape.count
    // New axes away, then the axes of the index arrays in front.
    let before = selection.wholeBefore
    let plain = values.reshaped(whole[..<before] + selection.indexShape + whole[before...])
    if selection.indices.isEmpty { return combined(update, plain) }
    let order =
      Array(before..<(before + count)) + Array(0..<before) + Array((before + count)..<plain.rank)
    let updates = plain.transposed(order)
    func scattered(_ mode: ScatterMode, _ array: NDArray, _ updates: NDArray) -> NDArray {
      Scatter(axes: selection.indexed, mode: mode)
        .applied(array, selection.indices, updates)
    }
    switch update {
    case .set: return scattered(.set, self, updates)
    case .add: return scattered(.add, self, updates)
    case .subtract: return scattered(.add, self, -updates)
    case .multiply: return scattered(.multiply, self, updates)
    case .divide:
      let ones = NDArray.scalar(1, dtype).broadcast(to: shape)
      return self / scattered(.multiply, ones, updates)
    case .maximum: return scattered(.maximum, self, updates)
    case .minimum: return scattered(.minimum, self, updates)
    }
  }

  /// All elements combined with values of the same shape and dtype.
  private func combined(_ update: PlaceUpdate, _ values: NDArray) -> NDArray {
    switch update {
    case .set: return values
    case .add: return self + values
    case .subtract: return self - values
    case .multiply: return self * values
    case .divide: return self / values
    case .maximum, .minimum:
      // As one slice at place 0, so that ties are shared as everywhere else in this file.
      let scatter = Scatter(axes: [0], mode: update == .maximum ? .maximum : .minimum)
      let zero = NDArray.scalar(0, .int32)
      return NDArray(scatter, reshaped([1] + shape), zero, values).reshaped(shape)
    }
  }

  /// The array changed where a mask over its leading axes is true.
  ///
  /// Works without knowing the mask's values: values that are the same for each selected element
  /// are chosen with `which`; a list of them is spread over the array by counting the true
  /// elements.
  private func updating(
    mask: NDArray, _ update: PlaceUpdate, with values: NDArray, _ operation: String
  ) throws(ArrayError) -> NDArray {
    guard Array(shape.prefix(mask.rank)) == mask.shape else {
      throw ArrayError(
        operation,
        "a mask of shape \(mask.shape) does not fit the sizes \(Array(shape.prefix(mask.rank))) "
          + "from axis 0 on")
    }
    let rest = Array(shape.dropFirst(mask.rank))
    let wide = mask.reshaped(mask.shape + [Int](repeating: 1, count: rest.count))
    let isList = values.rank > rest.count && values.shape[values.rank - rest.count - 1] != 1
    let spread: NDArray
    if isList {
      let count = values.shape[values.rank - rest.count - 1]
      guard count <= mask.count else {
        throw ArrayError(
          operation,
          "\(count) values do not fit a mask of shape \(mask.shape), which has \(mask.count)")
      }
      let list = try values.asUpdate(of: self, shape: [count] + rest, operation)
      let numbers = NDArray(MaskNumbers(expected: count, rank: mask.rank), mask)
      // Place 0 serves the elements that are not selected.
      var widths = [(before: Int, after: Int)](repeating: (0, 0), count: list.rank)
      widths[0] = (1, 0)
      spread = NDArray(Gather(axes: [0]), list.padded(widths), numbers)
    } else {
      let excess = Swift.max(values.rank - rest.count, 0)
      guard values.shape.prefix(excess).allSatisfy({ $0 == 1 }) else {
        throw ArrayError(
          operation,
          "values of shape \(values.shape) do not fit the selection, of shape \([-1] + rest)")
      }
      let one = excess == 0 ? values : values.reshaped(Array(values.shape.dropFirst(excess)))
      spread = try one.asUpdate(of: self, shape: rest, operation)
    }
    if update == .set { return which(wide, spread, self) }
    // Elements that are not selected meet a value that changes nothing and has a harmless
    // derivative.
    let neutral: NDArray
    switch update {
    case .multiply, .divide: neutral = .scalar(1, dtype)
    case .maximum, .minimum, .set: neutral = self
    case .add, .subtract: neutral = zeroScalar
    }
    let safe = which(wide, spread, neutral).broadcast(to: shape)
    return which(wide, combined(update, safe), self)
  }
}
