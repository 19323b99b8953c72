// What stands between the brackets of a subscript: integers, ranges, strided ranges, a new axis, an
// ellipsis, arrays of integers and masks. NDArray+Indexing.swift resolves them.

/// A selection along one or more axes, as subscripts of arrays take it.
///
/// Integers, ranges of integers, `[Int]`, `NDArray` (integers or a mask), `.stride(from:to:by:)`,
/// `.newAxis` and `.ellipsis` are such selections.
public protocol ArrayIndex: Sendable {
  /// The selection.
  var axisSelection: AxisSelection { get }
}

/// A selection along one or more axes.
public struct AxisSelection: ArrayIndex {
  enum Kind: Sendable {
    case element(Int)
    case range(from: Int?, to: Int?, by: Int)
    case newAxis
    case ellipsis
    case array(NDArray)
  }

  let kind: Kind

  /// The selection itself.
  public var axisSelection: AxisSelection { self }
}

extension ArrayIndex where Self == AxisSelection {
  /// A new axis of size 1.
  public static var newAxis: AxisSelection { AxisSelection(kind: .newAxis) }

  /// All axes that the other selections leave over; written `...` where a subscript has one alone.
  public static var ellipsis: AxisSelection { AxisSelection(kind: .ellipsis) }

  /// Every `step`-th element from `start` on, up to but not including `end`.
  ///
  /// Negative bounds count from the end, bounds outside the axis are cut to it, and missing ones
  /// are the ends of the axis, so that `.stride(by: -1)` reverses it.
  public static func stride(from start: Int? = nil, to end: Int? = nil, by step: Int = 1)
    -> AxisSelection
  {
    AxisSelection(kind: .range(from: start, to: end, by: step))
  }
}

extension Int: ArrayIndex {
  /// The one element at that place, whose axis disappears; negative ones count from the end.
  public var axisSelection: AxisSelection { AxisSelection(kind: .element(self)) }
}

extension Range: ArrayIndex where Bound == Int {
  /// The elements in the range, cut to the axis; negative bounds count from the end.
  ///
  /// `-3..<0` is the last three.
  public var axisSelection: AxisSelection {
    let isOpen = lowerBound < 0 && upperBound == 0
    return AxisSelection(kind: .range(from: lowerBound, to: isOpen ? nil : upperBound, by: 1))
  }
}

extension ClosedRange: ArrayIndex where Bound == Int {
  /// The elements in the range, cut to the axis; negative bounds count from the end.
  public var axisSelection: AxisSelection {
    AxisSelection(kind: .range(from: lowerBound, to: upperBound.endAfter, by: 1))
  }
}

extension PartialRangeFrom: ArrayIndex where Bound == Int {
  /// The elements from that place on; a negative bound counts from the end.
  public var axisSelection: AxisSelection {
    AxisSelection(kind: .range(from: lowerBound, to: nil, by: 1))
  }
}

extension PartialRangeUpTo: ArrayIndex where Bound == Int {
  /// The elements before that place; a negative bound counts from the end.
  public var axisSelection: AxisSelection {
    AxisSelection(kind: .range(from: nil, to: upperBound, by: 1))
  }
}

extension PartialRangeThrough: ArrayIndex where Bound == Int {
  /// The elements up to and including that place; a negative bound counts from the end.
  public var axisSelection: AxisSelection {
    AxisSelection(kind: .range(from: nil, to: upperBound.endAfter, by: 1))
  }
}

extension Array: ArrayIndex where Element == Int {
  /// The elements at these places, in this order; negative integers count from the end.
  public var axisSelection: AxisSelection { AxisSelection(kind: .array(NDArray(self))) }
}

extension NDArray: ArrayIndex {
  /// The elements at these places; or, for a mask of `bool`, those where it is true.
  public var axisSelection: AxisSelection { AxisSelection(kind: .array(self)) }
}

extension Int {
  /// The end of a range whose last element this is; `nil` where that is the end of the axis.
  fileprivate var endAfter: Int? { self == -1 || self == .max ? nil : self + 1 }
}

/// What a list of selections means for one shape.
struct Selection {
  /// The slice of the array that everything lies in; integers have count 1.
  var starts: [Int] = []
  var counts: [Int] = []
  var steps: [Int] = []
  /// The axes of the array that integers select on, which disappear.
  var dropped: [Int] = []
  /// The axes, counted without the dropped ones, that index arrays select on, and the arrays.
  var indexed: [Int] = []
  var indices: [NDArray] = []
  /// The shape of the index arrays together.
  var indexShape: [Int] = []
  /// The number of whole axes before the axes of `indexShape` in the result.
  var wholeBefore = 0
  /// The shape of the result.
  var shape: [Int] = []

  /// Resolves selections from left to right.
  /// - Throws: `ArrayError` where they do not fit the shape.
  init(_ terms: [AxisSelection.Kind], of shape: [Int], _ operation: String) throws(ArrayError) {
    let terms = try Self.completed(terms, rank: shape.count, operation)
    let hasArrays = terms.contains {
      if case .array = $0 { true } else { false }
    }
    // Before and after the axes of the index arrays in the result, were those to stay in place.
    var before: [Int] = []
    var after: [Int] = []
    // Whether an index array (an integer counts, beside arrays) has been seen, and something else
    // since.
    var isInside = false
    var isPast = false
    var isSplit = false
    func keep(_ size: Int) {
      if isInside {
        isPast = true
        after.append(size)
      } else {
        before.append(size)
      }
    }
    func advance() {
      if isPast { isSplit = true }
      isInside = true
    }
    for term in terms {
      let axis = starts.count
      switch term {
      case .element(let index):
        let size = shape[axis]
        guard (-size..<size).contains(index) else {
          let range = size == 0 ? "the axis is empty" : "valid indices are \(-size)...\(size - 1)"
          throw ArrayError(
            operation, "index \(index) is out of range for axis \(axis) of size \(size); \(range)")
        }
        add(start: index < 0 ? index + size : index, count: 1, step: 1)
        dropped.append(axis)
        if hasArrays { advance() }
      case .range(let start, let end, let step):
        let (first, count) = try Self.resolved(start, end, step, shape[axis], operation)
        add(start: first, count: count, step: step)
        keep(count)
        if !isInside { wholeBefore += 1 }
      case .newAxis:
        keep(1)
      case .ellipsis:
        break
      case .array(let index):
        advance()
        let parts = try Self.integers(index, Array(shape[axis...]), axis, operation)
        for part in parts {
          indexed.append(starts.count - dropped.count)
          indices.append(part)
          add(start: 0, count: shape[starts.count], step: 1)
        }
      }
    }
    indices = try preparedIndices(indices, operation)
    indexShape = try Covector.indexShape(indices[...], operation)
    if isSplit {
      wholeBefore = 0
      self.shape = indexShape + before + after
    } else {
      self.shape = before + indexShape + after
    }
  }

  private mutating func add(start: Int, count: Int, step: Int) {
    starts.append(start)
    counts.append(count)
    steps.append(step)
  }

  /// The terms with the ellipsis, written or implied, replaced by whole axes.
  private static func completed(
    _ terms: [AxisSelection.Kind], rank: Int, _ operation: String
  ) throws(ArrayError) -> [AxisSelection.Kind] {
    var used = 0
    var places: [Int] = []
    for (place, term) in terms.enumerated() {
      switch term {
      case .element, .range: used += 1
      case .newAxis: break
      case .ellipsis: places.append(place)
      case .array(let index): used += index.dtype == .bool ? index.rank : 1
      }
    }
    guard places.count <= 1 else {
      throw ArrayError(operation, "\(places.count) ellipses; at most one can be used")
    }
    guard used <= rank else {
      throw ArrayError(
        operation, "\(used) indices are too many for an array of \(rank) axes")
    }
    let whole = [AxisSelection.Kind](
      repeating: .range(from: nil, to: nil, by: 1), count: rank - used)
    guard let place = places.first else { return terms + whole }
    return terms[..<place] + whole + terms[(place + 1)...]
  }

  /// The first element and the count of a range, cut to an axis.
  private static func resolved(
    _ start: Int?, _ end: Int?, _ step: Int, _ size: Int, _ operation: String
  ) throws(ArrayError) -> (Int, Int) {
    guard step != 0 else { throw ArrayError(operation, "a stride of 0; it must not be 0") }
    // One before the first element stands for the end of a range that runs backwards.
    let (low, high) = step > 0 ? (0, size) : (-1, size - 1)
    func cut(_ bound: Int?, _ missing: Int) -> Int {
      guard let bound else { return missing }
      return min(max(bound < 0 ? bound + size : bound, low), high)
    }
    let first = cut(start, step > 0 ? low : high)
    let last = cut(end, step > 0 ? high : low)
    let distance = step > 0 ? last - first : first - last
    let count = distance <= 0 ? 0 : Int((distance.magnitude - 1) / step.magnitude) + 1
    return (count == 0 ? 0 : first, count)
  }

  /// Index arrays of integers, one for each axis that the given one selects along.
  private static func integers(
    _ index: NDArray, _ shape: [Int], _ axis: Int, _ operation: String
  ) throws(ArrayError) -> [NDArray] {
    guard index.dtype == .bool else { return [index] }
    guard index.rank > 0 else {
      throw ArrayError(operation, "a bool scalar cannot select; use which")
    }
    guard Array(shape.prefix(index.rank)) == index.shape else {
      throw ArrayError(
        operation,
        "a mask of shape \(index.shape) does not fit the sizes \(Array(shape.prefix(index.rank))) "
          + "from axis \(axis) on")
    }
    if let transform = index.unknownInside() {
      throw ArrayError(
        operation,
        "a mask selects as many elements as it is true for, which is not known inside "
          + "\(transform); use which(mask, x, 0), or write with x[mask] = values")
    }
    return index.placesOfTrue()
  }
}

extension NDArray {
  /// For each axis, the places of the true elements along it, in row-major order.
  func placesOfTrue() -> [NDArray] {
    var places = [[Int64]](repeating: [], count: rank)
    let strides = shape.rowMajorStrides
    for (position, isTrue) in array(of: Bool.self).enumerated() where isTrue {
      for axis in 0..<rank { places[axis].append(Int64(position / strides[axis] % shape[axis])) }
    }
    return places.map { NDArray($0) }
  }

  /// The transform whose tracers this array depends on without a value of its own; `nil` where its
  /// value is known or can be computed.
  func unknownInside() -> String? {
    var stack = [node]
    var seen: Set<ObjectIdentifier> = []
    while let node = stack.popLast() {
      // What no trace reached has no tracer beneath it.
      guard node.serial > 0, node.value(of: 0) == nil,
        seen.insert(ObjectIdentifier(node)).inserted
      else { continue }
      if node.flags.contains(.valueless) {
        return (node.primitive as? Placeholder)?.transform ?? "a transform"
      }
      for input in node.inputs { stack.append(input.node) }
    }
    return nil
  }
}
