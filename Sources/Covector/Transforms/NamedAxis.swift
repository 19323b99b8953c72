// Axes with a name: what a function under vmap knows of the other lanes, and how it combines values over them.
//
// A collective is a primitive that names its axis and reads the number of the lane. While a function is traced
// it stands for itself; the vmap that owns the axis replaces it by an ordinary reduction. Nothing else knows
// where the lanes are.

/// A mapped axis that has a name.
struct NamedAxis: Sendable {
  let name: String
  /// The number of lanes; `nil` where the function is to serve any number of them.
  let size: Int?
  /// The number of the lane, as the vmap that owns the axis traces it.
  let lane: NDArray

  /// The named axes this task is inside of, the innermost last.
  @TaskLocal static var visible: [NamedAxis] = []

  /// The innermost axis of a name.
  static func find(_ name: String, _ operation: String) throws(ArrayError) -> NamedAxis {
    if let axis = visible.last(where: { $0.name == name }) { return axis }
    let names = visible.map { "\"\($0.name)\"" }.joined(separator: ", ")
    throw ArrayError(
      operation,
      "no axis is named \"\(name)\" here; "
        + (names.isEmpty
          ? "give vmap that axisName and call this inside its function" : "there is \(names)"))
  }

  /// The number of lanes, for what depends on it.
  func size(for operation: String) throws(ArrayError) -> Int {
    if let size { return size }
    throw ArrayError(
      operation,
      "the number of lanes of \"\(name)\" is not known here, as the function is compiled for any; use "
        + "sum(over:) or mean(over:), or compile vmap(f), which traces f for each number")
  }
}

/// The number of the lane along a named axis, from 0, as an `int32` scalar.
///
/// - Parameter name: The `axisName` of an enclosing `vmap`; the innermost one of that name.
public func axisIndex(_ name: String) -> NDArray {
  NDArray.reporting(like: NDArray(Int32(0))) { () throws(ArrayError) in
    try NamedAxis.find(name, "axisIndex").lane
  }
}

/// The number of lanes along a named axis.
///
/// Not known to a function that is compiled for any: see `compile(mappedOver:out:axisName:_:file:line:)`.
/// - Parameter name: The `axisName` of an enclosing `vmap`; the innermost one of that name.
public func axisSize(_ name: String) -> Int {
  do throws(ArrayError) {
    return try NamedAxis.find(name, "axisSize").size(for: "axisSize")
  } catch {
    ArrayError.report(error)
    return 0
  }
}

extension NDArray {
  /// The sum over the lanes of a named axis, the same for each of them.
  ///
  /// An array that is the same for every lane is counted once for each. `bool` and integers of less than 32 bits
  /// are added as `int32` or `uint32`. Gradients taken inside the mapped function are those of the sum of
  /// all lanes' results.
  public func sum(over name: String) -> NDArray {
    collective("sum(over:)", .sum, name) { $0.widenedForSum }
  }

  /// The mean over the lanes of a named axis, the same for each of them; integers become `float32`.
  public func mean(over name: String) -> NDArray {
    let sum = collective("mean(over:)", .sum, name) { $0.inexact.wide }
    if sum.isPoisoned { return sum }
    let size = NamedAxis.visible.last { $0.name == name }?.size
    let count =
      size.map { NDArray.scalar(Double($0), sum.dtype) }
      ?? NDArray.scalar(1, sum.dtype).sum(over: name)
    return (sum / count).promoted(to: inexact.dtype)
  }

  /// The largest values over the lanes of a named axis, the same for each of them.
  ///
  /// The derivative is shared equally between lanes that are equal.
  public func max(over name: String) -> NDArray { collective("max(over:)", .maximum, name) }

  /// The smallest values over the lanes of a named axis, the same for each of them.
  ///
  /// The derivative is shared equally between lanes that are equal.
  public func min(over name: String) -> NDArray { collective("min(over:)", .minimum, name) }

  /// The arrays of all lanes of a named axis along a new axis, the same for each lane.
  /// - Parameter axis: The place of the new axis in the result.
  public func gathered(over name: String, axis: Int = 0) -> NDArray {
    let all = collective("gathered(over:)", .gather, name)
    return all.isPoisoned ? all : all.movingAxis(0, to: axis)
  }

  /// For each lane of a named axis, the array of the lane that sends to it; zeros where none does.
  ///
  /// - Parameter routes: Pairs of a lane that sends and the lane that receives; no lane receives twice.
  public func permuted(over name: String, _ routes: [(from: Int, to: Int)]) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let axis = try NamedAxis.find(name, "permuted(over:)")
      let size = try axis.size(for: "permuted(over:)")
      var sources = [Int?](repeating: nil, count: size)
      for (from, to) in routes {
        guard sources.indices.contains(from), sources.indices.contains(to) else {
          throw ArrayError(
            "permuted(over:)",
            "there is no way from lane \(from) to lane \(to): \"\(name)\" has \(size) lanes")
        }
        guard sources[to] == nil else {
          throw ArrayError(
            "permuted(over:)", "lane \(to) receives twice; each lane receives once at most")
        }
        sources[to] = from
      }
      return collective("permuted(over:)", .permute(sources), name)
    }
  }

  private func collective(
    _ operation: String, _ kind: Collective.Kind, _ name: String,
    _ prepare: (NDArray) -> NDArray = { $0 }
  ) -> NDArray {
    NDArray.reporting(like: self) { () throws(ArrayError) in
      let axis = try NamedAxis.find(name, operation)
      if kind == .gather { _ = try axis.size(for: operation) }
      let primitive = Collective(kind: kind, axis: name, size: axis.size, name: operation)
      return NDArray(primitive, prepare(strong), axis.lane)
    }
  }
}

/// A value combined over the lanes of a named axis; the second input is the number of the lane.
///
/// As maps of all lanes' values together, sums and gathers are linear: a transpose is a map of all
/// lanes' cotangents.
struct Collective: Primitive {
  enum Kind: Hashable, Sendable, Codable {
    case sum, maximum, minimum, gather
    /// For each lane, the one it receives from.
    case permute([Int?])
  }

  let kind: Kind
  let axis: String
  /// The number of lanes; `nil` where any will do, which a gather and a permutation do not leave open.
  let size: Int?
  let name: String

  /// Only the vmap that owns the axis knows the lanes.
  var evaluation: Evaluation { .none }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    switch kind {
    case .maximum, .minimum:
      _ = try requireOrdered([x[0]], name)
      return [x[0].type]
    case .gather: return [ArrayType([size ?? 0] + x[0].shape, x[0].dtype)]
    case .sum, .permute: return [x[0].type]
    }
  }

  private func with(_ kind: Kind, _ x: NDArray, _ lane: NDArray) -> NDArray {
    NDArray(Collective(kind: kind, axis: axis, size: size, name: name), x, lane)
  }

  /// Where the extremum is, and one divided by how many lanes have it.
  private func winners(_ x: [NDArray], _ y: NDArray) -> (mask: NDArray, share: NDArray) {
    let mask: NDArray = x[0] .== y
    return (mask, reciprocal(with(.sum, mask.promoted(to: y.dtype.compute), x[1])))
  }

  func jvp(_ x: [NDArray], _ tangents: [NDArray?], _ y: [NDArray]) -> [NDArray?] {
    guard let tangent = tangents[0] else { return [nil] }
    switch kind {
    case .sum, .gather, .permute: return [with(kind, tangent, x[1])]
    case .maximum, .minimum:
      let (mask, share) = winners(x, y[0])
      let sum = with(.sum, which(mask, tangent, tangent.zeroScalar).wide, x[1])
      return [(sum * share).promoted(to: y[0].dtype)]
    }
  }

  func vjp(
    _ x: [NDArray], _ cotangents: [NDArray?], _ y: [NDArray], wanted: [Bool]
  ) -> [NDArray?] {
    guard let cotangent = cotangents[0] else { return [nil, nil] }
    let lane = x[1]
    switch kind {
    case .sum: return [with(.sum, cotangent, lane), nil]
    case .gather: return [with(.sum, cotangent, lane).take(lane, axis: 0), nil]
    case .permute(let sources):
      var targets = [Int?](repeating: nil, count: sources.count)
      for (target, source) in sources.enumerated() {
        guard let source else { continue }
        // A lane may send to several, which its cotangent comes back from: then it is a sum over them.
        guard targets[source] == nil else { return [sumOfReturns(cotangent, sources, lane), nil] }
        targets[source] = target
      }
      return [with(.permute(targets), cotangent, lane), nil]
    case .maximum, .minimum:
      let (mask, share) = winners(x, y[0])
      let shared = (with(.sum, cotangent.wide, lane) * share).promoted(to: cotangent.dtype)
      return [which(mask, shared, cotangent.zeroScalar), nil]
    }
  }

  /// For each lane, the sum of the cotangents of the lanes it sends to.
  private func sumOfReturns(_ cotangent: NDArray, _ sources: [Int?], _ lane: NDArray) -> NDArray {
    let all = with(.gather, cotangent, lane)
    let senders = NDArray(sources.map { Int32($0 ?? -1) })
    let isMine: NDArray = senders .== lane
    let mask = isMine.reshaped([sources.count] + [Int](repeating: 1, count: cotangent.rank))
    return which(mask, all, all.zeroScalar).summed(over: [0])
  }

  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    // Mapped over another axis: every position along that one has lanes of its own.
    guard axes[1] != nil else {
      let place = axes[0].map { kind == .gather ? $0 + 1 : $0 }
      return ([NDArray(self, x)], [place])
    }
    if let all = self.size, size != all {
      ArrayError.report(
        ArrayError(
          name,
          "the axis \"\(axis)\" of size \(all) comes in chunks of \(size), and all lanes are needed "
            + "at once; leave out vmap's chunk"))
      return (NDArray.poison(like: x[0].type), [nil])
    }
    return resolved(x[0], axes[0], size)
  }

  /// The collective as an operation along an axis of an array that has all lanes.
  private func resolved(
    _ x: NDArray, _ mapped: Int?, _ size: Int
  ) -> ([NDArray], [Int?]) {
    switch kind {
    case .sum:
      let sum = mapped.map { x.summed(over: [$0]) }
      return ([sum ?? x * NDArray.scalar(Double(size), x.dtype)], [nil])
    case .maximum, .minimum:
      let extremum = mapped.map {
        NDArray(ExtremumReduction(isMaximum: kind == .maximum, axes: [$0]), x)
      }
      return ([extremum ?? x], [nil])
    case .gather:
      return ([x.mappedInFront(mapped, size: size)], [nil])
    case .permute(let sources):
      let all = x.mappedInFront(mapped, size: size)
      let moved = all.take(NDArray(sources.map { Int32($0 ?? 0) }), axis: 0)
      if !sources.contains(nil) { return ([moved], [0]) }
      let receives = NDArray(sources.map { $0 != nil })
      let mask = receives.reshaped([size] + [Int](repeating: 1, count: moved.rank - 1))
      return ([which(mask, moved, moved.zeroScalar)], [0])
    }
  }
}
