// Written by Tools/generate-surface; changes belong there. The public functions over the
// transforms, one for each number of arguments and results. No logic here: that is in
// Vectorize+Trees, Compile, Differentiate+Trees, Jacobian and Programs.

// MARK: - Arguments and results as one tree

struct Trees1<A0: ArrayTree>: ArrayTree {
  var part0: A0

  init(_ part0: A0) {
    self.part0 = part0
  }

  func isStructured(like other: Self) -> Bool {
    part0.isStructured(like: other.part0)
  }

  var parts: A0 { part0 }

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit(.index(0), &part0)
  }
}

extension Trees1: Sendable
where A0: Sendable {}

struct Trees2<A0: ArrayTree, A1: ArrayTree>: ArrayTree {
  var part0: A0
  var part1: A1

  init(_ part0: A0, _ part1: A1) {
    self.part0 = part0
    self.part1 = part1
  }

  init(of parts: (A0, A1)) {
    part0 = parts.0
    part1 = parts.1
  }

  func isStructured(like other: Self) -> Bool {
    part0.isStructured(like: other.part0)
      && part1.isStructured(like: other.part1)
  }

  var parts: (A0, A1) { (part0, part1) }

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit(.index(0), &part0)
    visitor.visit(.index(1), &part1)
  }
}

extension Trees2: Sendable
where A0: Sendable, A1: Sendable {}

struct Trees3<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree>: ArrayTree {
  var part0: A0
  var part1: A1
  var part2: A2

  init(_ part0: A0, _ part1: A1, _ part2: A2) {
    self.part0 = part0
    self.part1 = part1
    self.part2 = part2
  }

  init(of parts: (A0, A1, A2)) {
    part0 = parts.0
    part1 = parts.1
    part2 = parts.2
  }

  func isStructured(like other: Self) -> Bool {
    part0.isStructured(like: other.part0)
      && part1.isStructured(like: other.part1)
      && part2.isStructured(like: other.part2)
  }

  var parts: (A0, A1, A2) { (part0, part1, part2) }

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit(.index(0), &part0)
    visitor.visit(.index(1), &part1)
    visitor.visit(.index(2), &part2)
  }
}

extension Trees3: Sendable
where A0: Sendable, A1: Sendable, A2: Sendable {}

struct Trees4<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree>: ArrayTree {
  var part0: A0
  var part1: A1
  var part2: A2
  var part3: A3

  init(_ part0: A0, _ part1: A1, _ part2: A2, _ part3: A3) {
    self.part0 = part0
    self.part1 = part1
    self.part2 = part2
    self.part3 = part3
  }

  init(of parts: (A0, A1, A2, A3)) {
    part0 = parts.0
    part1 = parts.1
    part2 = parts.2
    part3 = parts.3
  }

  func isStructured(like other: Self) -> Bool {
    part0.isStructured(like: other.part0)
      && part1.isStructured(like: other.part1)
      && part2.isStructured(like: other.part2)
      && part3.isStructured(like: other.part3)
  }

  var parts: (A0, A1, A2, A3) { (part0, part1, part2, part3) }

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit(.index(0), &part0)
    visitor.visit(.index(1), &part1)
    visitor.visit(.index(2), &part2)
    visitor.visit(.index(3), &part3)
  }
}

extension Trees4: Sendable
where A0: Sendable, A1: Sendable, A2: Sendable, A3: Sendable {}

struct Trees5<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree
>: ArrayTree {
  var part0: A0
  var part1: A1
  var part2: A2
  var part3: A3
  var part4: A4

  init(_ part0: A0, _ part1: A1, _ part2: A2, _ part3: A3, _ part4: A4) {
    self.part0 = part0
    self.part1 = part1
    self.part2 = part2
    self.part3 = part3
    self.part4 = part4
  }

  init(of parts: (A0, A1, A2, A3, A4)) {
    part0 = parts.0
    part1 = parts.1
    part2 = parts.2
    part3 = parts.3
    part4 = parts.4
  }

  func isStructured(like other: Self) -> Bool {
    part0.isStructured(like: other.part0)
      && part1.isStructured(like: other.part1)
      && part2.isStructured(like: other.part2)
      && part3.isStructured(like: other.part3)
      && part4.isStructured(like: other.part4)
  }

  var parts: (A0, A1, A2, A3, A4) { (part0, part1, part2, part3, part4) }

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit(.index(0), &part0)
    visitor.visit(.index(1), &part1)
    visitor.visit(.index(2), &part2)
    visitor.visit(.index(3), &part3)
    visitor.visit(.index(4), &part4)
  }
}

extension Trees5: Sendable
where A0: Sendable, A1: Sendable, A2: Sendable, A3: Sendable, A4: Sendable {}

// MARK: - vmap

/// The function mapped over axes of its arguments: every position along them at once.
///
/// Mapped axes must have equal sizes. The function is called once, on arrays without the mapped
/// axis whose values are not known; an array it captures is the same for every position.
/// - Parameters:
///   - inAxes: The axes of the arguments; `nil` for those that are passed whole.
///   - outAxes: Where the results have the new axis. A result that does not depend on a mapped
///     argument is repeated along it, or left alone where its axis is `nil`.
///   - axisName: What the function may call the mapped axis: see `axisIndex(_:)` and `sum(over:)`.
///   - chunk: The most positions to compute at once, for less memory; the results are the same.
/// - Returns: A function of arguments with the extra axes.
public func vmap<A0: ArrayTree, R: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0) -> R
) -> (A0) -> R {
  { a0 in
    Vectorize.map(
      Trees1(a0), count: 1,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
public func vmap<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1) -> R
) -> (A0, A1) -> R {
  { a0, a1 in
    Vectorize.map(
      Trees2(a0, a1), count: 2,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0, $0.part1)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
public func vmap<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2) -> R
) -> (A0, A1, A2) -> R {
  { a0, a1, a2 in
    Vectorize.map(
      Trees3(a0, a1, a2), count: 3,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
public func vmap<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> R
) -> (A0, A1, A2, A3) -> R {
  { a0, a1, a2, a3 in
    Vectorize.map(
      Trees4(a0, a1, a2, a3), count: 4,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
public func vmap<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> R
) -> (A0, A1, A2, A3, A4) -> R {
  { a0, a1, a2, a3, a4 in
    Vectorize.map(
      Trees5(a0, a1, a2, a3, a4), count: 5,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0) -> (R0, R1)
) -> (A0) -> (R0, R1) {
  { a0 in
    Vectorize.map(
      Trees1(a0), count: 1,
      resultCount: 2, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees2(of: function($0.part0)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1) -> (R0, R1)
) -> (A0, A1) -> (R0, R1) {
  { a0, a1 in
    Vectorize.map(
      Trees2(a0, a1), count: 2,
      resultCount: 2, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees2(of: function($0.part0, $0.part1)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2) -> (R0, R1)
) -> (A0, A1, A2) -> (R0, R1) {
  { a0, a1, a2 in
    Vectorize.map(
      Trees3(a0, a1, a2), count: 3,
      resultCount: 2, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1)
) -> (A0, A1, A2, A3) -> (R0, R1) {
  { a0, a1, a2, a3 in
    Vectorize.map(
      Trees4(a0, a1, a2, a3), count: 4,
      resultCount: 2, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1)
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  { a0, a1, a2, a3, a4 in
    Vectorize.map(
      Trees5(a0, a1, a2, a3, a4), count: 5,
      resultCount: 2, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0) -> (R0, R1, R2)
) -> (A0) -> (R0, R1, R2) {
  { a0 in
    Vectorize.map(
      Trees1(a0), count: 1,
      resultCount: 3, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees3(of: function($0.part0)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1) -> (R0, R1, R2)
) -> (A0, A1) -> (R0, R1, R2) {
  { a0, a1 in
    Vectorize.map(
      Trees2(a0, a1), count: 2,
      resultCount: 3, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees3(of: function($0.part0, $0.part1)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2)
) -> (A0, A1, A2) -> (R0, R1, R2) {
  { a0, a1, a2 in
    Vectorize.map(
      Trees3(a0, a1, a2), count: 3,
      resultCount: 3, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2)
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  { a0, a1, a2, a3 in
    Vectorize.map(
      Trees4(a0, a1, a2, a3), count: 4,
      resultCount: 3, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2)
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  { a0, a1, a2, a3, a4 in
    Vectorize.map(
      Trees5(a0, a1, a2, a3, a4), count: 5,
      resultCount: 3, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0) -> (R0, R1, R2, R3)
) -> (A0) -> (R0, R1, R2, R3) {
  { a0 in
    Vectorize.map(
      Trees1(a0), count: 1,
      resultCount: 4, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees4(of: function($0.part0)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3)
) -> (A0, A1) -> (R0, R1, R2, R3) {
  { a0, a1 in
    Vectorize.map(
      Trees2(a0, a1), count: 2,
      resultCount: 4, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees4(of: function($0.part0, $0.part1)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3)
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  { a0, a1, a2 in
    Vectorize.map(
      Trees3(a0, a1, a2), count: 3,
      resultCount: 4, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3 in
    Vectorize.map(
      Trees4(a0, a1, a2, a3), count: 4,
      resultCount: 4, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3, a4 in
    Vectorize.map(
      Trees5(a0, a1, a2, a3, a4), count: 5,
      resultCount: 4, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
public func vmap(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { a0 in
    Vectorize.map(
      Trees1(a0), count: 1,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
public func vmap(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    Vectorize.map(
      Trees2(a0, a1), count: 2,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0, $0.part1)) }.parts
  }
}

/// The function mapped over axes of its arguments: every position along them at once.
public func vmap(
  in inAxes: Axes = 0,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    Vectorize.map(
      Trees3(a0, a1, a2), count: 3,
      resultCount: 1, in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
    ) { Trees1(function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
///
/// The same as `vmap(in:out:_:)`, for functions that have a name: `vmap(grad(loss), in: (nil, 0,
/// 0))`.
/// - Parameters:
///   - inAxes: The axes of the arguments; `nil` for those that are passed whole.
///   - outAxes: Where the results have the new axis.
///   - axisName: What the function may call the mapped axis.
///   - chunk: The most positions to compute at once.
/// - Returns: A function of arguments with the extra axes.
public func vmap<A0: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0) -> R,
  in inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0) -> R {
  vmap(
    in: inAxes, out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
public func vmap<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1) -> R,
  in inAxes: (Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1) -> R {
  vmap(
    in: .list([inAxes.0, inAxes.1]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
public func vmap<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> R,
  in inAxes: (Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2) -> R {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
public func vmap<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2, A3) -> R,
  in inAxes: (Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3) -> R {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
public func vmap<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> R,
  in inAxes: (Axes, Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3, A4) -> R {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3, inAxes.4]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1),
  in inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0) -> (R0, R1) {
  vmap(
    in: inAxes, out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1),
  in inAxes: (Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1) -> (R0, R1) {
  vmap(
    in: .list([inAxes.0, inAxes.1]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1),
  in inAxes: (Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2) -> (R0, R1) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1),
  in inAxes: (Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3) -> (R0, R1) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1),
  in inAxes: (Axes, Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3, inAxes.4]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2),
  in inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0) -> (R0, R1, R2) {
  vmap(
    in: inAxes, out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2),
  in inAxes: (Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1) -> (R0, R1, R2) {
  vmap(
    in: .list([inAxes.0, inAxes.1]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2),
  in inAxes: (Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2) -> (R0, R1, R2) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2),
  in inAxes: (Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2),
  in inAxes: (Axes, Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3, inAxes.4]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2, R3),
  in inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0) -> (R0, R1, R2, R3) {
  vmap(
    in: inAxes, out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3),
  in inAxes: (Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1) -> (R0, R1, R2, R3) {
  vmap(
    in: .list([inAxes.0, inAxes.1]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3),
  in inAxes: (Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3),
  in inAxes: (Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
@_disfavoredOverload
public func vmap<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3),
  in inAxes: (Axes, Axes, Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2, inAxes.3, inAxes.4]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
public func vmap(
  _ function: @escaping (NDArray) -> NDArray,
  in inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (NDArray) -> NDArray {
  vmap(
    in: inAxes, out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
public func vmap(
  _ function: @escaping (NDArray, NDArray) -> NDArray,
  in inAxes: (Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (NDArray, NDArray) -> NDArray {
  vmap(
    in: .list([inAxes.0, inAxes.1]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

/// The function mapped over axes of its arguments, one entry of a tuple for each argument.
public func vmap(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray,
  in inAxes: (Axes, Axes, Axes),
  out outAxes: Axes = 0,
  axisName: String? = nil,
  chunk: Int? = nil
) -> (NDArray, NDArray, NDArray) -> NDArray {
  vmap(
    in: .list([inAxes.0, inAxes.1, inAxes.2]), out: outAxes, axisName: axisName,
    chunk: chunk, function)
}

// MARK: - compile

/// The function traced once for each kind of arguments, and run as a plan from then on.
///
/// A call computes its results at once. It costs neither tracing nor planning where arguments with
/// the same shapes, dtypes and structure have been met before; for others the function is traced
/// again. What the trace depends on is compared in full: the number, shapes and dtypes of the
/// arrays, numbers without a dtype, keys, `nil`, and the fields that are not arrays; wrap what is
/// no tree in `Static`. So a plan never serves arguments it was not made for, whatever the function
/// asks of their shapes.
///
/// `compile(mappedOver:)` has one trace for batches of every size.
///
/// The function runs only when it is traced: arrays that it captures are taken as they are then,
/// and what it does besides computing its results is not done again. State, as of an optimizer or a
/// random key, is passed in and returned. The values of its arguments are not known to it; reading
/// them is a mistake.
///
/// Called inside another transform with arguments that depend on it, or where the function captures
/// what depends on it, the function is called like any other. Calls from several tasks may overlap.
/// - Parameters:
///   - file: Named by `CompileLog`.
///   - line: Named by `CompileLog`.
/// - Returns: A function of the same type.
public func compile<A0: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0) -> R, file: StaticString = #fileID, line: UInt = #line
) -> (A0) -> R {
  let compiled = Compiled<
    Trees1<A0>, Trees1<R>
  >(file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees1(function($0.part0))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
public func compile<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1) -> R, file: StaticString = #fileID, line: UInt = #line
) -> (A0, A1) -> R {
  let compiled = Compiled<
    Trees2<A0, A1>, Trees1<R>
  >(file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees1(function($0.part0, $0.part1))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
public func compile<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> R, file: StaticString = #fileID, line: UInt = #line
) -> (A0, A1, A2) -> R {
  let compiled = Compiled<
    Trees3<A0, A1, A2>, Trees1<R>
  >(file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees1(function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
public func compile<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2, A3) -> R, file: StaticString = #fileID, line: UInt = #line
) -> (A0, A1, A2, A3) -> R {
  let compiled = Compiled<
    Trees4<A0, A1, A2, A3>, Trees1<R>
  >(file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees1(function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
public func compile<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> R, file: StaticString = #fileID, line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> R {
  let compiled = Compiled<
    Trees5<A0, A1, A2, A3, A4>, Trees1<R>
  >(file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1), file: StaticString = #fileID, line: UInt = #line
) -> (A0) -> (R0, R1) {
  let compiled = Compiled<
    Trees1<A0>, Trees2<R0, R1>
  >(file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees2(of: function($0.part0))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1), file: StaticString = #fileID, line: UInt = #line
) -> (A0, A1) -> (R0, R1) {
  let compiled = Compiled<
    Trees2<A0, A1>, Trees2<R0, R1>
  >(file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees2(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1), file: StaticString = #fileID, line: UInt = #line
) -> (A0, A1, A2) -> (R0, R1) {
  let compiled = Compiled<
    Trees3<A0, A1, A2>, Trees2<R0, R1>
  >(file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees2(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3) -> (R0, R1) {
  let compiled = Compiled<
    Trees4<A0, A1, A2, A3>, Trees2<R0, R1>
  >(file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  let compiled = Compiled<
    Trees5<A0, A1, A2, A3, A4>, Trees2<R0, R1>
  >(file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2), file: StaticString = #fileID, line: UInt = #line
) -> (A0) -> (R0, R1, R2) {
  let compiled = Compiled<
    Trees1<A0>, Trees3<R0, R1, R2>
  >(file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees3(of: function($0.part0))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2), file: StaticString = #fileID, line: UInt = #line
) -> (A0, A1) -> (R0, R1, R2) {
  let compiled = Compiled<
    Trees2<A0, A1>, Trees3<R0, R1, R2>
  >(file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees3(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2) -> (R0, R1, R2) {
  let compiled = Compiled<
    Trees3<A0, A1, A2>, Trees3<R0, R1, R2>
  >(file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees3(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  let compiled = Compiled<
    Trees4<A0, A1, A2, A3>, Trees3<R0, R1, R2>
  >(file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  let compiled = Compiled<
    Trees5<A0, A1, A2, A3, A4>, Trees3<R0, R1, R2>
  >(file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2, R3), file: StaticString = #fileID, line: UInt = #line
) -> (A0) -> (R0, R1, R2, R3) {
  let compiled = Compiled<
    Trees1<A0>, Trees4<R0, R1, R2, R3>
  >(file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees4(of: function($0.part0))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1) -> (R0, R1, R2, R3) {
  let compiled = Compiled<
    Trees2<A0, A1>, Trees4<R0, R1, R2, R3>
  >(file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees4(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  let compiled = Compiled<
    Trees3<A0, A1, A2>, Trees4<R0, R1, R2, R3>
  >(file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees4(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  let compiled = Compiled<
    Trees4<A0, A1, A2, A3>, Trees4<R0, R1, R2, R3>
  >(file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  let compiled = Compiled<
    Trees5<A0, A1, A2, A3, A4>, Trees4<R0, R1, R2, R3>
  >(file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
public func compile(
  _ function: @escaping (NDArray) -> NDArray, file: StaticString = #fileID, line: UInt = #line
) -> (NDArray) -> NDArray {
  let compiled = Compiled<
    Trees1<NDArray>, Trees1<NDArray>
  >(file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees1(function($0.part0))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
public func compile(
  _ function: @escaping (NDArray, NDArray) -> NDArray,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (NDArray, NDArray) -> NDArray {
  let compiled = Compiled<
    Trees2<NDArray, NDArray>, Trees1<NDArray>
  >(file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees1(function($0.part0, $0.part1))
    }.parts
  }
}

/// The function traced once for each kind of arguments, and run as a plan from then on.
public func compile(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (NDArray, NDArray, NDArray) -> NDArray {
  let compiled = Compiled<
    Trees3<NDArray, NDArray, NDArray>, Trees1<NDArray>
  >(file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees1(function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
///
/// The same as `compile(vmap(in:out:axisName:_:))`, but for another size of the mapped axes the
/// function is not called again: the program of one example is applied to all of them. The function
/// never sees how many there are, so nothing it does can be wrong for another number. To ask for it
/// is a mistake: `axisSize(_:)`, `gathered(over:axis:)` and `permuted(over:_:)` are refused, while
/// sums, means and extrema over the named axis serve any number. Where an example has other types,
/// the function is traced for those. A new size costs a plan.
///
/// All else is as with `compile`: arrays that the function captures are taken as they are when it
/// is traced.
/// - Parameters:
///   - inAxes: The axes of the arguments; `nil` for those that are passed whole.
///   - outAxes: Where the results have the new axis; `nil` for one that does not depend on a mapped
///     argument, as a sum over the named axis does not.
///   - axisName: What the function may call the mapped axis: see `sum(over:)` and `mean(over:)`.
///   - file: Named by `CompileLog`.
///   - line: Named by `CompileLog`.
/// - Returns: A function of arguments with the extra axes.
public func compile<A0: ArrayTree, R: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0) -> R,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0) -> R {
  let compiled = CompiledMap<
    Trees1<A0>, Trees1<R>
  >((1, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees1(function($0.part0))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
public func compile<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1) -> R,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1) -> R {
  let compiled = CompiledMap<
    Trees2<A0, A1>, Trees1<R>
  >((2, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees1(function($0.part0, $0.part1))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
public func compile<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2) -> R,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2) -> R {
  let compiled = CompiledMap<
    Trees3<A0, A1, A2>, Trees1<R>
  >((3, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees1(function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
public func compile<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> R,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3) -> R {
  let compiled = CompiledMap<
    Trees4<A0, A1, A2, A3>, Trees1<R>
  >((4, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees1(function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
public func compile<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> R,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> R {
  let compiled = CompiledMap<
    Trees5<A0, A1, A2, A3, A4>, Trees1<R>
  >((5, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0) -> (R0, R1),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0) -> (R0, R1) {
  let compiled = CompiledMap<
    Trees1<A0>, Trees2<R0, R1>
  >((1, 2), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees2(of: function($0.part0))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1) -> (R0, R1),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1) -> (R0, R1) {
  let compiled = CompiledMap<
    Trees2<A0, A1>, Trees2<R0, R1>
  >((2, 2), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees2(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2) -> (R0, R1),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2) -> (R0, R1) {
  let compiled = CompiledMap<
    Trees3<A0, A1, A2>, Trees2<R0, R1>
  >((3, 2), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees2(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3) -> (R0, R1) {
  let compiled = CompiledMap<
    Trees4<A0, A1, A2, A3>, Trees2<R0, R1>
  >((4, 2), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  let compiled = CompiledMap<
    Trees5<A0, A1, A2, A3, A4>, Trees2<R0, R1>
  >((5, 2), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0) -> (R0, R1, R2) {
  let compiled = CompiledMap<
    Trees1<A0>, Trees3<R0, R1, R2>
  >((1, 3), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees3(of: function($0.part0))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1) -> (R0, R1, R2) {
  let compiled = CompiledMap<
    Trees2<A0, A1>, Trees3<R0, R1, R2>
  >((2, 3), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees3(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2) -> (R0, R1, R2) {
  let compiled = CompiledMap<
    Trees3<A0, A1, A2>, Trees3<R0, R1, R2>
  >((3, 3), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees3(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  let compiled = CompiledMap<
    Trees4<A0, A1, A2, A3>, Trees3<R0, R1, R2>
  >((4, 3), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  let compiled = CompiledMap<
    Trees5<A0, A1, A2, A3, A4>, Trees3<R0, R1, R2>
  >((5, 3), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0) -> (R0, R1, R2, R3) {
  let compiled = CompiledMap<
    Trees1<A0>, Trees4<R0, R1, R2, R3>
  >((1, 4), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees4(of: function($0.part0))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1) -> (R0, R1, R2, R3) {
  let compiled = CompiledMap<
    Trees2<A0, A1>, Trees4<R0, R1, R2, R3>
  >((2, 4), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees4(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  let compiled = CompiledMap<
    Trees3<A0, A1, A2>, Trees4<R0, R1, R2, R3>
  >((3, 4), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees4(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  let compiled = CompiledMap<
    Trees4<A0, A1, A2, A3>, Trees4<R0, R1, R2, R3>
  >((4, 4), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3 in
    compiled.call(Trees4(a0, a1, a2, a3)) {
      Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
@_disfavoredOverload
public func compile<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3),
  file: StaticString = #fileID,
  line: UInt = #line
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  let compiled = CompiledMap<
    Trees5<A0, A1, A2, A3, A4>, Trees4<R0, R1, R2, R3>
  >((5, 4), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2, a3, a4 in
    compiled.call(Trees5(a0, a1, a2, a3, a4)) {
      Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
public func compile(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (NDArray) -> NDArray,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (NDArray) -> NDArray {
  let compiled = CompiledMap<
    Trees1<NDArray>, Trees1<NDArray>
  >((1, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0 in
    compiled.call(Trees1(a0)) {
      Trees1(function($0.part0))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
public func compile(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (NDArray, NDArray) -> NDArray,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (NDArray, NDArray) -> NDArray {
  let compiled = CompiledMap<
    Trees2<NDArray, NDArray>, Trees1<NDArray>
  >((2, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1 in
    compiled.call(Trees2(a0, a1)) {
      Trees1(function($0.part0, $0.part1))
    }.parts
  }
}

/// The function mapped over axes of its arguments, traced once whatever their size, and run as
/// plans.
public func compile(
  mappedOver inAxes: Axes,
  out outAxes: Axes = 0,
  axisName: String? = nil,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray,
  file: StaticString = #fileID,
  line: UInt = #line
) -> (NDArray, NDArray, NDArray) -> NDArray {
  let compiled = CompiledMap<
    Trees3<NDArray, NDArray, NDArray>, Trees1<NDArray>
  >((3, 1), in: inAxes, out: outAxes, name: axisName, file, line)
  return { a0, a1, a2 in
    compiled.call(Trees3(a0, a1, a2)) {
      Trees1(function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

// MARK: - vjp

/// The results of a function, and cotangents of them pulled back to its arguments.
///
/// Each cotangent has the shape and dtype of its result; numbers without a dtype adopt it. The
/// arguments must be floating-point or complex. Results of integers need cotangents too, which
/// count for nothing.
/// - Returns: The results, and one vector–Jacobian product for each argument, of its structure,
///   shapes and dtypes; zeros for what the results do not depend on. For complex arguments the
///   product is `re + i im` of the derivatives by the two parts.
public func vjp<A0: ArrayTree, R: ArrayTree>(
  _ function: (A0) -> R, _ primals: A0, _ cotangents: R
) -> (outputs: R, vjps: A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
public func vjp<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1) -> R, _ primals: (A0, A1), _ cotangents: R
) -> (outputs: R, vjps: (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
public func vjp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2) -> R, _ primals: (A0, A1, A2), _ cotangents: R
) -> (outputs: R, vjps: (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
public func vjp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2, A3) -> R, _ primals: (A0, A1, A2, A3), _ cotangents: R
) -> (outputs: R, vjps: (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
public func vjp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> R, _ primals: (A0, A1, A2, A3, A4), _ cotangents: R
) -> (outputs: R, vjps: (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0) -> (R0, R1), _ primals: A0, _ cotangents: (R0, R1)
) -> (outputs: (R0, R1), vjps: A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .results
  ) { Trees2(of: function($0.part0)) }
  let vjps = traced.pullBack(Trees2(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1), _ primals: (A0, A1), _ cotangents: (R0, R1)
) -> (outputs: (R0, R1), vjps: (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1)) }
  let vjps = traced.pullBack(Trees2(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1, A2) -> (R0, R1), _ primals: (A0, A1, A2), _ cotangents: (R0, R1)
) -> (outputs: (R0, R1), vjps: (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2)) }
  let vjps = traced.pullBack(Trees2(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1), _ primals: (A0, A1, A2, A3), _ cotangents: (R0, R1)
) -> (outputs: (R0, R1), vjps: (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let vjps = traced.pullBack(Trees2(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1),
  _ primals: (A0, A1, A2, A3, A4),
  _ cotangents: (R0, R1)
) -> (outputs: (R0, R1), vjps: (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let vjps = traced.pullBack(Trees2(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2), _ primals: A0, _ cotangents: (R0, R1, R2)
) -> (outputs: (R0, R1, R2), vjps: A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .results
  ) { Trees3(of: function($0.part0)) }
  let vjps = traced.pullBack(Trees3(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1, R2), _ primals: (A0, A1), _ cotangents: (R0, R1, R2)
) -> (outputs: (R0, R1, R2), vjps: (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1)) }
  let vjps = traced.pullBack(Trees3(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2), _ primals: (A0, A1, A2), _ cotangents: (R0, R1, R2)
) -> (outputs: (R0, R1, R2), vjps: (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2)) }
  let vjps = traced.pullBack(Trees3(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2),
  _ primals: (A0, A1, A2, A3),
  _ cotangents: (R0, R1, R2)
) -> (outputs: (R0, R1, R2), vjps: (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let vjps = traced.pullBack(Trees3(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2),
  _ primals: (A0, A1, A2, A3, A4),
  _ cotangents: (R0, R1, R2)
) -> (outputs: (R0, R1, R2), vjps: (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let vjps = traced.pullBack(Trees3(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2, R3), _ primals: A0, _ cotangents: (R0, R1, R2, R3)
) -> (outputs: (R0, R1, R2, R3), vjps: A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .results
  ) { Trees4(of: function($0.part0)) }
  let vjps = traced.pullBack(Trees4(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: (A0, A1) -> (R0, R1, R2, R3), _ primals: (A0, A1), _ cotangents: (R0, R1, R2, R3)
) -> (outputs: (R0, R1, R2, R3), vjps: (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1)) }
  let vjps = traced.pullBack(Trees4(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2, R3),
  _ primals: (A0, A1, A2),
  _ cotangents: (R0, R1, R2, R3)
) -> (outputs: (R0, R1, R2, R3), vjps: (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2)) }
  let vjps = traced.pullBack(Trees4(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2, R3),
  _ primals: (A0, A1, A2, A3),
  _ cotangents: (R0, R1, R2, R3)
) -> (outputs: (R0, R1, R2, R3), vjps: (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let vjps = traced.pullBack(Trees4(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3),
  _ primals: (A0, A1, A2, A3, A4),
  _ cotangents: (R0, R1, R2, R3)
) -> (outputs: (R0, R1, R2, R3), vjps: (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let vjps = traced.pullBack(Trees4(of: cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
public func vjp(
  _ function: (NDArray) -> NDArray, _ primals: NDArray, _ cotangents: NDArray
) -> (outputs: NDArray, vjps: NDArray) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
public func vjp(
  _ function: (NDArray, NDArray) -> NDArray, _ primals: (NDArray, NDArray), _ cotangents: NDArray
) -> (outputs: NDArray, vjps: (NDArray, NDArray)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and cotangents of them pulled back to its arguments.
public func vjp(
  _ function: (NDArray, NDArray, NDArray) -> NDArray,
  _ primals: (NDArray, NDArray, NDArray),
  _ cotangents: NDArray
) -> (outputs: NDArray, vjps: (NDArray, NDArray, NDArray)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  let vjps = traced.pullBack(Trees1(cotangents))
  return (traced.outputs.parts, vjps.parts)
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
///
/// The function runs once; the pullback can be called many times.
public func vjp<A0: ArrayTree, R: ArrayTree>(
  _ function: (A0) -> R, _ primals: A0
) -> (outputs: R, pullback: (R) -> A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
public func vjp<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1) -> R, _ primals: (A0, A1)
) -> (outputs: R, pullback: (R) -> (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
public func vjp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2) -> R, _ primals: (A0, A1, A2)
) -> (outputs: R, pullback: (R) -> (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
public func vjp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2, A3) -> R, _ primals: (A0, A1, A2, A3)
) -> (outputs: R, pullback: (R) -> (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
public func vjp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> R, _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: R, pullback: (R) -> (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0) -> (R0, R1), _ primals: A0
) -> (outputs: (R0, R1), pullback: (R0, R1) -> A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .results
  ) { Trees2(of: function($0.part0)) }
  return (traced.outputs.parts, { traced.pullBack(Trees2($0, $1)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1), _ primals: (A0, A1)
) -> (outputs: (R0, R1), pullback: (R0, R1) -> (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1)) }
  return (traced.outputs.parts, { traced.pullBack(Trees2($0, $1)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1, A2) -> (R0, R1), _ primals: (A0, A1, A2)
) -> (outputs: (R0, R1), pullback: (R0, R1) -> (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2)) }
  return (traced.outputs.parts, { traced.pullBack(Trees2($0, $1)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1), _ primals: (A0, A1, A2, A3)
) -> (outputs: (R0, R1), pullback: (R0, R1) -> (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  return (traced.outputs.parts, { traced.pullBack(Trees2($0, $1)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1), _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1), pullback: (R0, R1) -> (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  return (traced.outputs.parts, { traced.pullBack(Trees2($0, $1)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2), _ primals: A0
) -> (outputs: (R0, R1, R2), pullback: (R0, R1, R2) -> A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .results
  ) { Trees3(of: function($0.part0)) }
  return (traced.outputs.parts, { traced.pullBack(Trees3($0, $1, $2)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1, R2), _ primals: (A0, A1)
) -> (outputs: (R0, R1, R2), pullback: (R0, R1, R2) -> (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1)) }
  return (traced.outputs.parts, { traced.pullBack(Trees3($0, $1, $2)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2), _ primals: (A0, A1, A2)
) -> (outputs: (R0, R1, R2), pullback: (R0, R1, R2) -> (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2)) }
  return (traced.outputs.parts, { traced.pullBack(Trees3($0, $1, $2)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2), _ primals: (A0, A1, A2, A3)
) -> (outputs: (R0, R1, R2), pullback: (R0, R1, R2) -> (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  return (traced.outputs.parts, { traced.pullBack(Trees3($0, $1, $2)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2), _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1, R2), pullback: (R0, R1, R2) -> (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  return (traced.outputs.parts, { traced.pullBack(Trees3($0, $1, $2)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2, R3), _ primals: A0
) -> (outputs: (R0, R1, R2, R3), pullback: (R0, R1, R2, R3) -> A0) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .results
  ) { Trees4(of: function($0.part0)) }
  return (traced.outputs.parts, { traced.pullBack(Trees4($0, $1, $2, $3)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: (A0, A1) -> (R0, R1, R2, R3), _ primals: (A0, A1)
) -> (outputs: (R0, R1, R2, R3), pullback: (R0, R1, R2, R3) -> (A0, A1)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1)) }
  return (traced.outputs.parts, { traced.pullBack(Trees4($0, $1, $2, $3)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2, R3), _ primals: (A0, A1, A2)
) -> (outputs: (R0, R1, R2, R3), pullback: (R0, R1, R2, R3) -> (A0, A1, A2)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2)) }
  return (traced.outputs.parts, { traced.pullBack(Trees4($0, $1, $2, $3)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2, R3), _ primals: (A0, A1, A2, A3)
) -> (outputs: (R0, R1, R2, R3), pullback: (R0, R1, R2, R3) -> (A0, A1, A2, A3)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees4(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  return (traced.outputs.parts, { traced.pullBack(Trees4($0, $1, $2, $3)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
@_disfavoredOverload
public func vjp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3), _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1, R2, R3), pullback: (R0, R1, R2, R3) -> (A0, A1, A2, A3, A4)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees5(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  return (traced.outputs.parts, { traced.pullBack(Trees4($0, $1, $2, $3)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
public func vjp(
  _ function: (NDArray) -> NDArray, _ primals: NDArray
) -> (outputs: NDArray, pullback: (NDArray) -> NDArray) {
  let traced = Differentiate.trace(
    "vjp", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
public func vjp(
  _ function: (NDArray, NDArray) -> NDArray, _ primals: (NDArray, NDArray)
) -> (outputs: NDArray, pullback: (NDArray) -> (NDArray, NDArray)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

/// The results of a function, and a function that pulls cotangents of them back to the arguments.
public func vjp(
  _ function: (NDArray, NDArray, NDArray) -> NDArray, _ primals: (NDArray, NDArray, NDArray)
) -> (outputs: NDArray, pullback: (NDArray) -> (NDArray, NDArray, NDArray)) {
  let traced = Differentiate.trace(
    "vjp", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  return (traced.outputs.parts, { traced.pullBack(Trees1($0)).parts })
}

// MARK: - jvp

/// The results of a function, and tangents of its arguments pushed forward to them.
///
/// Each tangent has the shape and dtype of its argument, which must be floating-point or complex;
/// numbers without a dtype adopt it.
/// - Returns: The results, and their derivatives along the tangents, of the same types; zeros for
///   integers.
public func jvp<A0: ArrayTree, R: ArrayTree>(
  _ function: (A0) -> R, _ primals: A0, _ tangents: A0
) -> (outputs: R, tangents: R) {
  let traced = Differentiate.trace(
    "jvp", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  let pushed = traced.pushForward(Trees1(tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
public func jvp<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1) -> R, _ primals: (A0, A1), _ tangents: (A0, A1)
) -> (outputs: R, tangents: R) {
  let traced = Differentiate.trace(
    "jvp", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  let pushed = traced.pushForward(Trees2(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
public func jvp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2) -> R, _ primals: (A0, A1, A2), _ tangents: (A0, A1, A2)
) -> (outputs: R, tangents: R) {
  let traced = Differentiate.trace(
    "jvp", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  let pushed = traced.pushForward(Trees3(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
public func jvp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2, A3) -> R, _ primals: (A0, A1, A2, A3), _ tangents: (A0, A1, A2, A3)
) -> (outputs: R, tangents: R) {
  let traced = Differentiate.trace(
    "jvp", at: Trees4(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushed = traced.pushForward(Trees4(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
public func jvp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> R,
  _ primals: (A0, A1, A2, A3, A4),
  _ tangents: (A0, A1, A2, A3, A4)
) -> (outputs: R, tangents: R) {
  let traced = Differentiate.trace(
    "jvp", at: Trees5(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushed = traced.pushForward(Trees5(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0) -> (R0, R1), _ primals: A0, _ tangents: A0
) -> (outputs: (R0, R1), tangents: (R0, R1)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees1(primals), outputRole: .results
  ) { Trees2(of: function($0.part0)) }
  let pushed = traced.pushForward(Trees1(tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1), _ primals: (A0, A1), _ tangents: (A0, A1)
) -> (outputs: (R0, R1), tangents: (R0, R1)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees2(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1)) }
  let pushed = traced.pushForward(Trees2(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1, A2) -> (R0, R1), _ primals: (A0, A1, A2), _ tangents: (A0, A1, A2)
) -> (outputs: (R0, R1), tangents: (R0, R1)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees3(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2)) }
  let pushed = traced.pushForward(Trees3(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1),
  _ primals: (A0, A1, A2, A3),
  _ tangents: (A0, A1, A2, A3)
) -> (outputs: (R0, R1), tangents: (R0, R1)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees4(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushed = traced.pushForward(Trees4(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1),
  _ primals: (A0, A1, A2, A3, A4),
  _ tangents: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1), tangents: (R0, R1)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees5(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushed = traced.pushForward(Trees5(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2), _ primals: A0, _ tangents: A0
) -> (outputs: (R0, R1, R2), tangents: (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees1(primals), outputRole: .results
  ) { Trees3(of: function($0.part0)) }
  let pushed = traced.pushForward(Trees1(tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1, R2), _ primals: (A0, A1), _ tangents: (A0, A1)
) -> (outputs: (R0, R1, R2), tangents: (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees2(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1)) }
  let pushed = traced.pushForward(Trees2(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2), _ primals: (A0, A1, A2), _ tangents: (A0, A1, A2)
) -> (outputs: (R0, R1, R2), tangents: (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees3(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2)) }
  let pushed = traced.pushForward(Trees3(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2),
  _ primals: (A0, A1, A2, A3),
  _ tangents: (A0, A1, A2, A3)
) -> (outputs: (R0, R1, R2), tangents: (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees4(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushed = traced.pushForward(Trees4(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2),
  _ primals: (A0, A1, A2, A3, A4),
  _ tangents: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1, R2), tangents: (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees5(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushed = traced.pushForward(Trees5(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2, R3), _ primals: A0, _ tangents: A0
) -> (outputs: (R0, R1, R2, R3), tangents: (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees1(primals), outputRole: .results
  ) { Trees4(of: function($0.part0)) }
  let pushed = traced.pushForward(Trees1(tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: (A0, A1) -> (R0, R1, R2, R3), _ primals: (A0, A1), _ tangents: (A0, A1)
) -> (outputs: (R0, R1, R2, R3), tangents: (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees2(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1)) }
  let pushed = traced.pushForward(Trees2(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2, R3), _ primals: (A0, A1, A2), _ tangents: (A0, A1, A2)
) -> (outputs: (R0, R1, R2, R3), tangents: (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees3(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2)) }
  let pushed = traced.pushForward(Trees3(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2, R3),
  _ primals: (A0, A1, A2, A3),
  _ tangents: (A0, A1, A2, A3)
) -> (outputs: (R0, R1, R2, R3), tangents: (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees4(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushed = traced.pushForward(Trees4(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
@_disfavoredOverload
public func jvp<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3),
  _ primals: (A0, A1, A2, A3, A4),
  _ tangents: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1, R2, R3), tangents: (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "jvp", at: Trees5(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushed = traced.pushForward(Trees5(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
public func jvp(
  _ function: (NDArray) -> NDArray, _ primals: NDArray, _ tangents: NDArray
) -> (outputs: NDArray, tangents: NDArray) {
  let traced = Differentiate.trace(
    "jvp", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  let pushed = traced.pushForward(Trees1(tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
public func jvp(
  _ function: (NDArray, NDArray) -> NDArray,
  _ primals: (NDArray, NDArray),
  _ tangents: (NDArray, NDArray)
) -> (outputs: NDArray, tangents: NDArray) {
  let traced = Differentiate.trace(
    "jvp", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  let pushed = traced.pushForward(Trees2(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

/// The results of a function, and tangents of its arguments pushed forward to them.
public func jvp(
  _ function: (NDArray, NDArray, NDArray) -> NDArray,
  _ primals: (NDArray, NDArray, NDArray),
  _ tangents: (NDArray, NDArray, NDArray)
) -> (outputs: NDArray, tangents: NDArray) {
  let traced = Differentiate.trace(
    "jvp", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  let pushed = traced.pushForward(Trees3(of: tangents))
  return (traced.outputs.parts, pushed.parts)
}

// MARK: - linearize

/// The results of a function, and the linear function of tangents that is its derivative there.
///
/// The function runs once; the derivative can be called many times.
public func linearize<A0: ArrayTree, R: ArrayTree>(
  _ function: (A0) -> R, _ primals: A0
) -> (outputs: R, pushforward: (A0) -> R) {
  let traced = Differentiate.trace(
    "linearize", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  let pushforward = { traced.pushForward(Trees1($0)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
public func linearize<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1) -> R, _ primals: (A0, A1)
) -> (outputs: R, pushforward: (A0, A1) -> R) {
  let traced = Differentiate.trace(
    "linearize", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  let pushforward = { traced.pushForward(Trees2($0, $1)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
public func linearize<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2) -> R, _ primals: (A0, A1, A2)
) -> (outputs: R, pushforward: (A0, A1, A2) -> R) {
  let traced = Differentiate.trace(
    "linearize", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  let pushforward = { traced.pushForward(Trees3($0, $1, $2)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
public func linearize<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2, A3) -> R, _ primals: (A0, A1, A2, A3)
) -> (outputs: R, pushforward: (A0, A1, A2, A3) -> R) {
  let traced = Differentiate.trace(
    "linearize", at: Trees4(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushforward = { traced.pushForward(Trees4($0, $1, $2, $3)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
public func linearize<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> R, _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: R, pushforward: (A0, A1, A2, A3, A4) -> R) {
  let traced = Differentiate.trace(
    "linearize", at: Trees5(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushforward = { traced.pushForward(Trees5($0, $1, $2, $3, $4)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0) -> (R0, R1), _ primals: A0
) -> (outputs: (R0, R1), pushforward: (A0) -> (R0, R1)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees1(primals), outputRole: .results
  ) { Trees2(of: function($0.part0)) }
  let pushforward = { traced.pushForward(Trees1($0)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1), _ primals: (A0, A1)
) -> (outputs: (R0, R1), pushforward: (A0, A1) -> (R0, R1)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees2(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1)) }
  let pushforward = { traced.pushForward(Trees2($0, $1)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: (A0, A1, A2) -> (R0, R1), _ primals: (A0, A1, A2)
) -> (outputs: (R0, R1), pushforward: (A0, A1, A2) -> (R0, R1)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees3(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2)) }
  let pushforward = { traced.pushForward(Trees3($0, $1, $2)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1), _ primals: (A0, A1, A2, A3)
) -> (outputs: (R0, R1), pushforward: (A0, A1, A2, A3) -> (R0, R1)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees4(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushforward = { traced.pushForward(Trees4($0, $1, $2, $3)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1), _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1), pushforward: (A0, A1, A2, A3, A4) -> (R0, R1)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees5(of: primals), outputRole: .results
  ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushforward = { traced.pushForward(Trees5($0, $1, $2, $3, $4)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2), _ primals: A0
) -> (outputs: (R0, R1, R2), pushforward: (A0) -> (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees1(primals), outputRole: .results
  ) { Trees3(of: function($0.part0)) }
  let pushforward = { traced.pushForward(Trees1($0)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: (A0, A1) -> (R0, R1, R2), _ primals: (A0, A1)
) -> (outputs: (R0, R1, R2), pushforward: (A0, A1) -> (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees2(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1)) }
  let pushforward = { traced.pushForward(Trees2($0, $1)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2), _ primals: (A0, A1, A2)
) -> (outputs: (R0, R1, R2), pushforward: (A0, A1, A2) -> (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees3(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2)) }
  let pushforward = { traced.pushForward(Trees3($0, $1, $2)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2), _ primals: (A0, A1, A2, A3)
) -> (outputs: (R0, R1, R2), pushforward: (A0, A1, A2, A3) -> (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees4(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushforward = { traced.pushForward(Trees4($0, $1, $2, $3)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2), _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1, R2), pushforward: (A0, A1, A2, A3, A4) -> (R0, R1, R2)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees5(of: primals), outputRole: .results
  ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushforward = { traced.pushForward(Trees5($0, $1, $2, $3, $4)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: (A0) -> (R0, R1, R2, R3), _ primals: A0
) -> (outputs: (R0, R1, R2, R3), pushforward: (A0) -> (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees1(primals), outputRole: .results
  ) { Trees4(of: function($0.part0)) }
  let pushforward = { traced.pushForward(Trees1($0)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: (A0, A1) -> (R0, R1, R2, R3), _ primals: (A0, A1)
) -> (outputs: (R0, R1, R2, R3), pushforward: (A0, A1) -> (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees2(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1)) }
  let pushforward = { traced.pushForward(Trees2($0, $1)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2) -> (R0, R1, R2, R3), _ primals: (A0, A1, A2)
) -> (outputs: (R0, R1, R2, R3), pushforward: (A0, A1, A2) -> (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees3(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2)) }
  let pushforward = { traced.pushForward(Trees3($0, $1, $2)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> (R0, R1, R2, R3), _ primals: (A0, A1, A2, A3)
) -> (outputs: (R0, R1, R2, R3), pushforward: (A0, A1, A2, A3) -> (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees4(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  let pushforward = { traced.pushForward(Trees4($0, $1, $2, $3)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
@_disfavoredOverload
public func linearize<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3), _ primals: (A0, A1, A2, A3, A4)
) -> (outputs: (R0, R1, R2, R3), pushforward: (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3)) {
  let traced = Differentiate.trace(
    "linearize", at: Trees5(of: primals), outputRole: .results
  ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  let pushforward = { traced.pushForward(Trees5($0, $1, $2, $3, $4)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
public func linearize(
  _ function: (NDArray) -> NDArray, _ primals: NDArray
) -> (outputs: NDArray, pushforward: (NDArray) -> NDArray) {
  let traced = Differentiate.trace(
    "linearize", at: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  let pushforward = { traced.pushForward(Trees1($0)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
public func linearize(
  _ function: (NDArray, NDArray) -> NDArray, _ primals: (NDArray, NDArray)
) -> (outputs: NDArray, pushforward: (NDArray, NDArray) -> NDArray) {
  let traced = Differentiate.trace(
    "linearize", at: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  let pushforward = { traced.pushForward(Trees2($0, $1)).parts }
  return (traced.outputs.parts, pushforward)
}

/// The results of a function, and the linear function of tangents that is its derivative there.
public func linearize(
  _ function: (NDArray, NDArray, NDArray) -> NDArray, _ primals: (NDArray, NDArray, NDArray)
) -> (outputs: NDArray, pushforward: (NDArray, NDArray, NDArray) -> NDArray) {
  let traced = Differentiate.trace(
    "linearize", at: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  let pushforward = { traced.pushForward(Trees3($0, $1, $2)).parts }
  return (traced.outputs.parts, pushforward)
}

// MARK: - linearTranspose

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
///
/// - Parameters:
///   - function: A linear function. One whose derivative depends on its arguments is a mistake.
///   - primals: Arguments of the right structure, shapes and dtypes; their values do not matter.
public func linearTranspose<A0: ArrayTree, R: ArrayTree>(
  _ function: (A0) -> R, like primals: A0
) -> (R) -> A0 {
  let transposed = Differentiate.linearTranspose(
    like: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  return { transposed(Trees1($0)).parts }
}

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
public func linearTranspose<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1) -> R, like primals: (A0, A1)
) -> (R) -> (A0, A1) {
  let transposed = Differentiate.linearTranspose(
    like: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  return { transposed(Trees1($0)).parts }
}

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
public func linearTranspose<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: (A0, A1, A2) -> R, like primals: (A0, A1, A2)
) -> (R) -> (A0, A1, A2) {
  let transposed = Differentiate.linearTranspose(
    like: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  return { transposed(Trees1($0)).parts }
}

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
public func linearTranspose<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree
>(
  _ function: (A0, A1, A2, A3) -> R, like primals: (A0, A1, A2, A3)
) -> (R) -> (A0, A1, A2, A3) {
  let transposed = Differentiate.linearTranspose(
    like: Trees4(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }
  return { transposed(Trees1($0)).parts }
}

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
public func linearTranspose<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: (A0, A1, A2, A3, A4) -> R, like primals: (A0, A1, A2, A3, A4)
) -> (R) -> (A0, A1, A2, A3, A4) {
  let transposed = Differentiate.linearTranspose(
    like: Trees5(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  return { transposed(Trees1($0)).parts }
}

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
public func linearTranspose(
  _ function: (NDArray) -> NDArray, like primals: NDArray
) -> (NDArray) -> NDArray {
  let transposed = Differentiate.linearTranspose(
    like: Trees1(primals), outputRole: .result
  ) { Trees1(function($0.part0)) }
  return { transposed(Trees1($0)).parts }
}

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
public func linearTranspose(
  _ function: (NDArray, NDArray) -> NDArray, like primals: (NDArray, NDArray)
) -> (NDArray) -> (NDArray, NDArray) {
  let transposed = Differentiate.linearTranspose(
    like: Trees2(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1)) }
  return { transposed(Trees1($0)).parts }
}

/// The transpose of a linear function; for complex arrays, the conjugate transpose.
public func linearTranspose(
  _ function: (NDArray, NDArray, NDArray) -> NDArray, like primals: (NDArray, NDArray, NDArray)
) -> (NDArray) -> (NDArray, NDArray, NDArray) {
  let transposed = Differentiate.linearTranspose(
    like: Trees3(of: primals), outputRole: .result
  ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  return { transposed(Trees1($0)).parts }
}

// MARK: - grad

/// The gradient of a function whose result is a scalar, by its first argument.
///
/// The gradient has the structure, shapes and dtypes of the argument, which must be floating-point
/// or complex; zeros where the result does not depend on it. Other arguments may be anything. For
/// complex arrays the gradient is `re + i im` of the derivatives by the two parts.
public func grad<A0: ArrayTree>(
  _ function: @escaping (A0) -> NDArray
) -> (A0) -> A0 {
  { a0 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by a chosen part.
///
/// The key path names a part of the argument.
public func grad<A0, W: ArrayTree>(
  wrt path: WritableKeyPath<A0, W>, _ function: @escaping (A0) -> NDArray
) -> (A0) -> W {
  { a0 in
    let choice = Choice(path, in: a0)
    return Differentiate.gradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all)
    }.part0
  }
}

/// The gradient of a function whose result is a scalar, by its first argument.
public func grad<A0: ArrayTree, A1>(
  _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> A0 {
  { a0, a1 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0, a1) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func grad<A0, A1, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1), W>, _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> W {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    return Differentiate.gradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }.part0
  }
}

/// The gradient of a function whose result is a scalar, by all of its arguments.
///
/// The derivatives come as a tuple.
public func grad<A0: ArrayTree, A1: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> (A0, A1) {
  { a0, a1 in
    Differentiate.gradient(at: Trees2(a0, a1)) {
      function($0.part0, $0.part1)
    }.parts
  }
}

/// The gradient of a function whose result is a scalar, by its first argument.
public func grad<A0: ArrayTree, A1, A2>(
  _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> A0 {
  { a0, a1, a2 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0, a1, a2) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func grad<A0, A1, A2, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2), W>, _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> W {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    return Differentiate.gradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }.part0
  }
}

/// The gradient of a function whose result is a scalar, by all of its arguments.
///
/// The derivatives come as a tuple.
public func grad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> (A0, A1, A2) {
  { a0, a1, a2 in
    Differentiate.gradient(at: Trees3(a0, a1, a2)) {
      function($0.part0, $0.part1, $0.part2)
    }.parts
  }
}

/// The gradient of a function whose result is a scalar, by its first argument.
public func grad<A0: ArrayTree, A1, A2, A3>(
  _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> A0 {
  { a0, a1, a2, a3 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0, a1, a2, a3) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func grad<A0, A1, A2, A3, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3), W>, _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> W {
  { a0, a1, a2, a3 in
    let choice = Choice(path, in: (a0, a1, a2, a3))
    return Differentiate.gradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3)
    }.part0
  }
}

/// The gradient of a function whose result is a scalar, by all of its arguments.
///
/// The derivatives come as a tuple.
public func grad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> (A0, A1, A2, A3) {
  { a0, a1, a2, a3 in
    Differentiate.gradient(at: Trees4(a0, a1, a2, a3)) {
      function($0.part0, $0.part1, $0.part2, $0.part3)
    }.parts
  }
}

/// The gradient of a function whose result is a scalar, by its first argument.
public func grad<A0: ArrayTree, A1, A2, A3, A4>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> A0 {
  { a0, a1, a2, a3, a4 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0, a1, a2, a3, a4) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func grad<A0, A1, A2, A3, A4, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3, A4), W>,
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> W {
  { a0, a1, a2, a3, a4 in
    let choice = Choice(path, in: (a0, a1, a2, a3, a4))
    return Differentiate.gradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3, all.4)
    }.part0
  }
}

/// The gradient of a function whose result is a scalar, by all of its arguments.
///
/// The derivatives come as a tuple.
public func grad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> (A0, A1, A2, A3, A4) {
  { a0, a1, a2, a3, a4 in
    Differentiate.gradient(at: Trees5(a0, a1, a2, a3, a4)) {
      function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)
    }.parts
  }
}

/// The gradient of a function whose result is a scalar, by its first argument.
public func grad(
  _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { a0 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by its first argument.
public func grad(
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0, a1) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func grad(
  wrt path: WritableKeyPath<(NDArray, NDArray), NDArray>,
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    return Differentiate.gradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }.part0
  }
}

/// The gradient of a function whose result is a scalar, by all of its arguments.
///
/// The derivatives come as a tuple.
public func grad(
  wrt all: AllArguments, _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> (NDArray, NDArray) {
  { a0, a1 in
    Differentiate.gradient(at: Trees2(a0, a1)) {
      function($0.part0, $0.part1)
    }.parts
  }
}

/// The gradient of a function whose result is a scalar, by its first argument.
public func grad(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    Differentiate.gradient(at: Trees1(a0)) { function($0.part0, a1, a2) }.part0
  }
}

/// The gradient of a function whose result is a scalar, by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func grad(
  wrt path: WritableKeyPath<(NDArray, NDArray, NDArray), NDArray>,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    return Differentiate.gradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }.part0
  }
}

/// The gradient of a function whose result is a scalar, by all of its arguments.
///
/// The derivatives come as a tuple.
public func grad(
  wrt all: AllArguments, _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> (NDArray, NDArray, NDArray) {
  { a0, a1, a2 in
    Differentiate.gradient(at: Trees3(a0, a1, a2)) {
      function($0.part0, $0.part1, $0.part2)
    }.parts
  }
}

// MARK: - valueAndGrad

/// The value of a function whose result is a scalar, and its gradient by its first argument.
///
/// See `grad` for the gradient.
public func valueAndGrad<A0: ArrayTree>(
  _ function: @escaping (A0) -> NDArray
) -> (A0) -> (value: NDArray, gradient: A0) {
  { a0 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by a chosen part.
///
/// The key path names a part of the argument.
public func valueAndGrad<A0, W: ArrayTree>(
  wrt path: WritableKeyPath<A0, W>, _ function: @escaping (A0) -> NDArray
) -> (A0) -> (value: NDArray, gradient: W) {
  { a0 in
    let choice = Choice(path, in: a0)
    let both = Differentiate.valueAndGradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all)
    }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by its first argument.
public func valueAndGrad<A0: ArrayTree, A1>(
  _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> (value: NDArray, gradient: A0) {
  { a0, a1 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0, a1) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func valueAndGrad<A0, A1, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1), W>, _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> (value: NDArray, gradient: W) {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    let both = Differentiate.valueAndGradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by all of its arguments.
///
/// The derivatives come as a tuple.
public func valueAndGrad<A0: ArrayTree, A1: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> (value: NDArray, gradient: (A0, A1)) {
  { a0, a1 in
    let both = Differentiate.valueAndGradient(at: Trees2(a0, a1)) {
      function($0.part0, $0.part1)
    }
    return (both.value, both.gradient.parts)
  }
}

/// The value of a function whose result is a scalar, and its gradient by its first argument.
public func valueAndGrad<A0: ArrayTree, A1, A2>(
  _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> (value: NDArray, gradient: A0) {
  { a0, a1, a2 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0, a1, a2) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func valueAndGrad<A0, A1, A2, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2), W>, _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> (value: NDArray, gradient: W) {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    let both = Differentiate.valueAndGradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by all of its arguments.
///
/// The derivatives come as a tuple.
public func valueAndGrad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> (value: NDArray, gradient: (A0, A1, A2)) {
  { a0, a1, a2 in
    let both = Differentiate.valueAndGradient(at: Trees3(a0, a1, a2)) {
      function($0.part0, $0.part1, $0.part2)
    }
    return (both.value, both.gradient.parts)
  }
}

/// The value of a function whose result is a scalar, and its gradient by its first argument.
public func valueAndGrad<A0: ArrayTree, A1, A2, A3>(
  _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> (value: NDArray, gradient: A0) {
  { a0, a1, a2, a3 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0, a1, a2, a3) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func valueAndGrad<A0, A1, A2, A3, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3), W>, _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> (value: NDArray, gradient: W) {
  { a0, a1, a2, a3 in
    let choice = Choice(path, in: (a0, a1, a2, a3))
    let both = Differentiate.valueAndGradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3)
    }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by all of its arguments.
///
/// The derivatives come as a tuple.
public func valueAndGrad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> (value: NDArray, gradient: (A0, A1, A2, A3)) {
  { a0, a1, a2, a3 in
    let both = Differentiate.valueAndGradient(at: Trees4(a0, a1, a2, a3)) {
      function($0.part0, $0.part1, $0.part2, $0.part3)
    }
    return (both.value, both.gradient.parts)
  }
}

/// The value of a function whose result is a scalar, and its gradient by its first argument.
public func valueAndGrad<A0: ArrayTree, A1, A2, A3, A4>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> (value: NDArray, gradient: A0) {
  { a0, a1, a2, a3, a4 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0, a1, a2, a3, a4) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func valueAndGrad<A0, A1, A2, A3, A4, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3, A4), W>,
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> (value: NDArray, gradient: W) {
  { a0, a1, a2, a3, a4 in
    let choice = Choice(path, in: (a0, a1, a2, a3, a4))
    let both = Differentiate.valueAndGradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3, all.4)
    }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by all of its arguments.
///
/// The derivatives come as a tuple.
public func valueAndGrad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> (value: NDArray, gradient: (A0, A1, A2, A3, A4)) {
  { a0, a1, a2, a3, a4 in
    let both = Differentiate.valueAndGradient(at: Trees5(a0, a1, a2, a3, a4)) {
      function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)
    }
    return (both.value, both.gradient.parts)
  }
}

/// The value of a function whose result is a scalar, and its gradient by its first argument.
public func valueAndGrad(
  _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> (value: NDArray, gradient: NDArray) {
  { a0 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by its first argument.
public func valueAndGrad(
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> (value: NDArray, gradient: NDArray) {
  { a0, a1 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0, a1) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func valueAndGrad(
  wrt path: WritableKeyPath<(NDArray, NDArray), NDArray>,
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> (value: NDArray, gradient: NDArray) {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    let both = Differentiate.valueAndGradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by all of its arguments.
///
/// The derivatives come as a tuple.
public func valueAndGrad(
  wrt all: AllArguments, _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> (value: NDArray, gradient: (NDArray, NDArray)) {
  { a0, a1 in
    let both = Differentiate.valueAndGradient(at: Trees2(a0, a1)) {
      function($0.part0, $0.part1)
    }
    return (both.value, both.gradient.parts)
  }
}

/// The value of a function whose result is a scalar, and its gradient by its first argument.
public func valueAndGrad(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> (value: NDArray, gradient: NDArray) {
  { a0, a1, a2 in
    let both = Differentiate.valueAndGradient(at: Trees1(a0)) { function($0.part0, a1, a2) }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func valueAndGrad(
  wrt path: WritableKeyPath<(NDArray, NDArray, NDArray), NDArray>,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> (value: NDArray, gradient: NDArray) {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    let both = Differentiate.valueAndGradient(at: choice.part, role: .chosen) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }
    return (both.value, both.gradient.part0)
  }
}

/// The value of a function whose result is a scalar, and its gradient by all of its arguments.
///
/// The derivatives come as a tuple.
public func valueAndGrad(
  wrt all: AllArguments, _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> (value: NDArray, gradient: (NDArray, NDArray, NDArray)) {
  { a0, a1, a2 in
    let both = Differentiate.valueAndGradient(at: Trees3(a0, a1, a2)) {
      function($0.part0, $0.part1, $0.part2)
    }
    return (both.value, both.gradient.parts)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
///
/// What else is returned may be of any type and takes no part in this gradient; arrays in it remain
/// differentiable by an enclosing transform.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, Auxiliary>(
  _ function: @escaping (A0) -> (NDArray, Auxiliary)
) -> (A0) -> (value: NDArray, auxiliary: Auxiliary, gradient: A0) {
  { a0 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by a chosen part.
///
/// The key path names a part of the argument.
@_disfavoredOverload
public func valueAndGrad<A0, W: ArrayTree, Auxiliary>(
  wrt path: WritableKeyPath<A0, W>, _ function: @escaping (A0) -> (NDArray, Auxiliary)
) -> (A0) -> (value: NDArray, auxiliary: Auxiliary, gradient: W) {
  { a0 in
    let choice = Choice(path, in: a0)
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: choice.part, role: .chosen
    ) {
      let all = choice.replaced(by: $0)
      return function(all)
    }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, A1, Auxiliary>(
  _ function: @escaping (A0, A1) -> (NDArray, Auxiliary)
) -> (A0, A1) -> (value: NDArray, auxiliary: Auxiliary, gradient: A0) {
  { a0, a1 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0, a1) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
@_disfavoredOverload
public func valueAndGrad<A0, A1, W: ArrayTree, Auxiliary>(
  wrt path: WritableKeyPath<(A0, A1), W>, _ function: @escaping (A0, A1) -> (NDArray, Auxiliary)
) -> (A0, A1) -> (value: NDArray, auxiliary: Auxiliary, gradient: W) {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: choice.part, role: .chosen
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by all of its arguments.
///
/// The derivatives come as a tuple.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, A1: ArrayTree, Auxiliary>(
  wrt all: AllArguments, _ function: @escaping (A0, A1) -> (NDArray, Auxiliary)
) -> (A0, A1) -> (value: NDArray, auxiliary: Auxiliary, gradient: (A0, A1)) {
  { a0, a1 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees2(a0, a1)
    ) {
      function($0.part0, $0.part1)
    }
    return (both.value, both.auxiliary, both.gradient.parts)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, A1, A2, Auxiliary>(
  _ function: @escaping (A0, A1, A2) -> (NDArray, Auxiliary)
) -> (A0, A1, A2) -> (value: NDArray, auxiliary: Auxiliary, gradient: A0) {
  { a0, a1, a2 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0, a1, a2) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
@_disfavoredOverload
public func valueAndGrad<A0, A1, A2, W: ArrayTree, Auxiliary>(
  wrt path: WritableKeyPath<(A0, A1, A2), W>,
  _ function: @escaping (A0, A1, A2) -> (NDArray, Auxiliary)
) -> (A0, A1, A2) -> (value: NDArray, auxiliary: Auxiliary, gradient: W) {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: choice.part, role: .chosen
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by all of its arguments.
///
/// The derivatives come as a tuple.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, Auxiliary>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2) -> (NDArray, Auxiliary)
) -> (A0, A1, A2) -> (value: NDArray, auxiliary: Auxiliary, gradient: (A0, A1, A2)) {
  { a0, a1, a2 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees3(a0, a1, a2)
    ) {
      function($0.part0, $0.part1, $0.part2)
    }
    return (both.value, both.auxiliary, both.gradient.parts)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, A1, A2, A3, Auxiliary>(
  _ function: @escaping (A0, A1, A2, A3) -> (NDArray, Auxiliary)
) -> (A0, A1, A2, A3) -> (value: NDArray, auxiliary: Auxiliary, gradient: A0) {
  { a0, a1, a2, a3 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0, a1, a2, a3) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
@_disfavoredOverload
public func valueAndGrad<A0, A1, A2, A3, W: ArrayTree, Auxiliary>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3), W>,
  _ function: @escaping (A0, A1, A2, A3) -> (NDArray, Auxiliary)
) -> (A0, A1, A2, A3) -> (value: NDArray, auxiliary: Auxiliary, gradient: W) {
  { a0, a1, a2, a3 in
    let choice = Choice(path, in: (a0, a1, a2, a3))
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: choice.part, role: .chosen
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3)
    }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by all of its arguments.
///
/// The derivatives come as a tuple.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, Auxiliary>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2, A3) -> (NDArray, Auxiliary)
) -> (A0, A1, A2, A3) -> (value: NDArray, auxiliary: Auxiliary, gradient: (A0, A1, A2, A3)) {
  { a0, a1, a2, a3 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees4(a0, a1, a2, a3)
    ) {
      function($0.part0, $0.part1, $0.part2, $0.part3)
    }
    return (both.value, both.auxiliary, both.gradient.parts)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
@_disfavoredOverload
public func valueAndGrad<A0: ArrayTree, A1, A2, A3, A4, Auxiliary>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (NDArray, Auxiliary)
) -> (A0, A1, A2, A3, A4) -> (value: NDArray, auxiliary: Auxiliary, gradient: A0) {
  { a0, a1, a2, a3, a4 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0, a1, a2, a3, a4) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
@_disfavoredOverload
public func valueAndGrad<A0, A1, A2, A3, A4, W: ArrayTree, Auxiliary>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3, A4), W>,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (NDArray, Auxiliary)
) -> (A0, A1, A2, A3, A4) -> (value: NDArray, auxiliary: Auxiliary, gradient: W) {
  { a0, a1, a2, a3, a4 in
    let choice = Choice(path, in: (a0, a1, a2, a3, a4))
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: choice.part, role: .chosen
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3, all.4)
    }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by all of its arguments.
///
/// The derivatives come as a tuple.
@_disfavoredOverload
public func valueAndGrad<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, Auxiliary
>(
  wrt all: AllArguments, _ function: @escaping (A0, A1, A2, A3, A4) -> (NDArray, Auxiliary)
) -> (A0, A1, A2, A3, A4) -> (
  value: NDArray, auxiliary: Auxiliary, gradient: (A0, A1, A2, A3, A4)
) {
  { a0, a1, a2, a3, a4 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees5(a0, a1, a2, a3, a4)
    ) {
      function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)
    }
    return (both.value, both.auxiliary, both.gradient.parts)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
@_disfavoredOverload
public func valueAndGrad<Auxiliary>(
  _ function: @escaping (NDArray) -> (NDArray, Auxiliary)
) -> (NDArray) -> (value: NDArray, auxiliary: Auxiliary, gradient: NDArray) {
  { a0 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
@_disfavoredOverload
public func valueAndGrad<Auxiliary>(
  _ function: @escaping (NDArray, NDArray) -> (NDArray, Auxiliary)
) -> (NDArray, NDArray) -> (value: NDArray, auxiliary: Auxiliary, gradient: NDArray) {
  { a0, a1 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0, a1) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
@_disfavoredOverload
public func valueAndGrad<Auxiliary>(
  wrt path: WritableKeyPath<(NDArray, NDArray), NDArray>,
  _ function: @escaping (NDArray, NDArray) -> (NDArray, Auxiliary)
) -> (NDArray, NDArray) -> (value: NDArray, auxiliary: Auxiliary, gradient: NDArray) {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: choice.part, role: .chosen
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by all of its arguments.
///
/// The derivatives come as a tuple.
@_disfavoredOverload
public func valueAndGrad<Auxiliary>(
  wrt all: AllArguments, _ function: @escaping (NDArray, NDArray) -> (NDArray, Auxiliary)
) -> (NDArray, NDArray) -> (value: NDArray, auxiliary: Auxiliary, gradient: (NDArray, NDArray)) {
  { a0, a1 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees2(a0, a1)
    ) {
      function($0.part0, $0.part1)
    }
    return (both.value, both.auxiliary, both.gradient.parts)
  }
}

/// A scalar function's value, what else it returns, and the gradient by its first argument.
@_disfavoredOverload
public func valueAndGrad<Auxiliary>(
  _ function: @escaping (NDArray, NDArray, NDArray) -> (NDArray, Auxiliary)
) -> (NDArray, NDArray, NDArray) -> (value: NDArray, auxiliary: Auxiliary, gradient: NDArray) {
  { a0, a1, a2 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees1(a0)
    ) { function($0.part0, a1, a2) }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
@_disfavoredOverload
public func valueAndGrad<Auxiliary>(
  wrt path: WritableKeyPath<(NDArray, NDArray, NDArray), NDArray>,
  _ function: @escaping (NDArray, NDArray, NDArray) -> (NDArray, Auxiliary)
) -> (NDArray, NDArray, NDArray) -> (value: NDArray, auxiliary: Auxiliary, gradient: NDArray) {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: choice.part, role: .chosen
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }
    return (both.value, both.auxiliary, both.gradient.part0)
  }
}

/// A scalar function's value, what else it returns, and the gradient by all of its arguments.
///
/// The derivatives come as a tuple.
@_disfavoredOverload
public func valueAndGrad<Auxiliary>(
  wrt all: AllArguments, _ function: @escaping (NDArray, NDArray, NDArray) -> (NDArray, Auxiliary)
) -> (NDArray, NDArray, NDArray) -> (
  value: NDArray, auxiliary: Auxiliary, gradient: (NDArray, NDArray, NDArray)
) {
  { a0, a1, a2 in
    let both = Differentiate.valueAuxiliaryAndGradient(
      at: Trees3(a0, a1, a2)
    ) {
      function($0.part0, $0.part1, $0.part2)
    }
    return (both.value, both.auxiliary, both.gradient.parts)
  }
}

// MARK: - jacobian

/// The derivative of each element of a function's result by each element of its first argument.
///
/// The Jacobian has the structure of the argument; each array has the shape of the result followed
/// by that of the argument's array. All rows, or columns, are computed together by `vmap`.
/// - Parameters:
///   - mode: By tangents or by cotangents; by default whichever needs fewer.
///   - chunk: The most tangents or cotangents to compute with at once, for less memory.
public func jacobian<A0: ArrayTree>(
  mode: JacobianMode = .automatic, chunk: Int? = nil, _ function: @escaping (A0) -> NDArray
) -> (A0) -> A0 {
  { a0 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0) }.part0
  }
}

/// The derivative of each element of a function's result by each element of a chosen part.
///
/// The key path names a part of the argument.
public func jacobian<A0, W: ArrayTree>(
  wrt path: WritableKeyPath<A0, W>,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0) -> NDArray
) -> (A0) -> W {
  { a0 in
    let choice = Choice(path, in: a0)
    return Differentiate.jacobian(
      at: choice.part, role: .chosen, mode: mode, chunk: chunk
    ) {
      let all = choice.replaced(by: $0)
      return function(all)
    }.part0
  }
}

/// The derivative of each element of a function's result by each element of its first argument.
public func jacobian<A0: ArrayTree, A1>(
  mode: JacobianMode = .automatic, chunk: Int? = nil, _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> A0 {
  { a0, a1 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0, a1) }.part0
  }
}

/// The derivative of each element of a function's result by each element of a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func jacobian<A0, A1, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1), W>,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> W {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    return Differentiate.jacobian(
      at: choice.part, role: .chosen, mode: mode, chunk: chunk
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }.part0
  }
}

/// The derivative of each element of a function's result by each element of all of its arguments.
///
/// The derivatives come as a tuple.
public func jacobian<A0: ArrayTree, A1: ArrayTree>(
  wrt all: AllArguments,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> (A0, A1) {
  { a0, a1 in
    Differentiate.jacobian(
      at: Trees2(a0, a1), mode: mode, chunk: chunk
    ) {
      function($0.part0, $0.part1)
    }.parts
  }
}

/// The derivative of each element of a function's result by each element of its first argument.
public func jacobian<A0: ArrayTree, A1, A2>(
  mode: JacobianMode = .automatic, chunk: Int? = nil, _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> A0 {
  { a0, a1, a2 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0, a1, a2) }.part0
  }
}

/// The derivative of each element of a function's result by each element of a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func jacobian<A0, A1, A2, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2), W>,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> W {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    return Differentiate.jacobian(
      at: choice.part, role: .chosen, mode: mode, chunk: chunk
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }.part0
  }
}

/// The derivative of each element of a function's result by each element of all of its arguments.
///
/// The derivatives come as a tuple.
public func jacobian<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree>(
  wrt all: AllArguments,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> (A0, A1, A2) {
  { a0, a1, a2 in
    Differentiate.jacobian(
      at: Trees3(a0, a1, a2), mode: mode, chunk: chunk
    ) {
      function($0.part0, $0.part1, $0.part2)
    }.parts
  }
}

/// The derivative of each element of a function's result by each element of its first argument.
public func jacobian<A0: ArrayTree, A1, A2, A3>(
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> A0 {
  { a0, a1, a2, a3 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0, a1, a2, a3) }.part0
  }
}

/// The derivative of each element of a function's result by each element of a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func jacobian<A0, A1, A2, A3, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3), W>,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> W {
  { a0, a1, a2, a3 in
    let choice = Choice(path, in: (a0, a1, a2, a3))
    return Differentiate.jacobian(
      at: choice.part, role: .chosen, mode: mode, chunk: chunk
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3)
    }.part0
  }
}

/// The derivative of each element of a function's result by each element of all of its arguments.
///
/// The derivatives come as a tuple.
public func jacobian<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree>(
  wrt all: AllArguments,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> (A0, A1, A2, A3) {
  { a0, a1, a2, a3 in
    Differentiate.jacobian(
      at: Trees4(a0, a1, a2, a3), mode: mode, chunk: chunk
    ) {
      function($0.part0, $0.part1, $0.part2, $0.part3)
    }.parts
  }
}

/// The derivative of each element of a function's result by each element of its first argument.
public func jacobian<A0: ArrayTree, A1, A2, A3, A4>(
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> A0 {
  { a0, a1, a2, a3, a4 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0, a1, a2, a3, a4) }.part0
  }
}

/// The derivative of each element of a function's result by each element of a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func jacobian<A0, A1, A2, A3, A4, W: ArrayTree>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3, A4), W>,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> W {
  { a0, a1, a2, a3, a4 in
    let choice = Choice(path, in: (a0, a1, a2, a3, a4))
    return Differentiate.jacobian(
      at: choice.part, role: .chosen, mode: mode, chunk: chunk
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3, all.4)
    }.part0
  }
}

/// The derivative of each element of a function's result by each element of all of its arguments.
///
/// The derivatives come as a tuple.
public func jacobian<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree>(
  wrt all: AllArguments,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> (A0, A1, A2, A3, A4) {
  { a0, a1, a2, a3, a4 in
    Differentiate.jacobian(
      at: Trees5(a0, a1, a2, a3, a4), mode: mode, chunk: chunk
    ) {
      function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)
    }.parts
  }
}

/// The derivative of each element of a function's result by each element of its first argument.
public func jacobian(
  mode: JacobianMode = .automatic, chunk: Int? = nil, _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { a0 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0) }.part0
  }
}

/// The derivative of each element of a function's result by each element of its first argument.
public func jacobian(
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0, a1) }.part0
  }
}

/// The derivative of each element of a function's result by each element of a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func jacobian(
  wrt path: WritableKeyPath<(NDArray, NDArray), NDArray>,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    return Differentiate.jacobian(
      at: choice.part, role: .chosen, mode: mode, chunk: chunk
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }.part0
  }
}

/// The derivative of each element of a function's result by each element of all of its arguments.
///
/// The derivatives come as a tuple.
public func jacobian(
  wrt all: AllArguments,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> (NDArray, NDArray) {
  { a0, a1 in
    Differentiate.jacobian(
      at: Trees2(a0, a1), mode: mode, chunk: chunk
    ) {
      function($0.part0, $0.part1)
    }.parts
  }
}

/// The derivative of each element of a function's result by each element of its first argument.
public func jacobian(
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    Differentiate.jacobian(
      at: Trees1(a0), mode: mode, chunk: chunk
    ) { function($0.part0, a1, a2) }.part0
  }
}

/// The derivative of each element of a function's result by each element of a chosen part.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func jacobian(
  wrt path: WritableKeyPath<(NDArray, NDArray, NDArray), NDArray>,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    return Differentiate.jacobian(
      at: choice.part, role: .chosen, mode: mode, chunk: chunk
    ) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }.part0
  }
}

/// The derivative of each element of a function's result by each element of all of its arguments.
///
/// The derivatives come as a tuple.
public func jacobian(
  wrt all: AllArguments,
  mode: JacobianMode = .automatic,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> (NDArray, NDArray, NDArray) {
  { a0, a1, a2 in
    Differentiate.jacobian(
      at: Trees3(a0, a1, a2), mode: mode, chunk: chunk
    ) {
      function($0.part0, $0.part1, $0.part2)
    }.parts
  }
}

// MARK: - hessian

/// The second derivatives of a function whose result is a scalar, by a chosen part, an array.
///
/// The shape is that of the argument twice over. Computed forward over reverse; the array must be
/// real.
/// - Parameter chunk: The most columns to compute at once, for less memory.
///
/// The key path names a part of the argument.
public func hessian<A0>(
  wrt path: WritableKeyPath<A0, NDArray>, chunk: Int? = nil, _ function: @escaping (A0) -> NDArray
) -> (A0) -> NDArray {
  { a0 in
    let choice = Choice(path, in: a0)
    return Differentiate.hessian(at: choice.part, role: .chosen, chunk: chunk) {
      let all = choice.replaced(by: $0)
      return function(all)
    }
  }
}

/// The second derivatives of a function whose result is a scalar, by its first argument, an array.
public func hessian<A1>(
  chunk: Int? = nil, _ function: @escaping (NDArray, A1) -> NDArray
) -> (NDArray, A1) -> NDArray {
  { a0, a1 in
    Differentiate.hessian(at: Trees1(a0), chunk: chunk) { function($0.part0, a1) }
  }
}

/// The second derivatives of a function whose result is a scalar, by a chosen part, an array.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func hessian<A0, A1>(
  wrt path: WritableKeyPath<(A0, A1), NDArray>,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1) -> NDArray
) -> (A0, A1) -> NDArray {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    return Differentiate.hessian(at: choice.part, role: .chosen, chunk: chunk) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }
  }
}

/// The second derivatives of a function whose result is a scalar, by its first argument, an array.
public func hessian<A1, A2>(
  chunk: Int? = nil, _ function: @escaping (NDArray, A1, A2) -> NDArray
) -> (NDArray, A1, A2) -> NDArray {
  { a0, a1, a2 in
    Differentiate.hessian(at: Trees1(a0), chunk: chunk) { function($0.part0, a1, a2) }
  }
}

/// The second derivatives of a function whose result is a scalar, by a chosen part, an array.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func hessian<A0, A1, A2>(
  wrt path: WritableKeyPath<(A0, A1, A2), NDArray>,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2) -> NDArray
) -> (A0, A1, A2) -> NDArray {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    return Differentiate.hessian(at: choice.part, role: .chosen, chunk: chunk) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }
  }
}

/// The second derivatives of a function whose result is a scalar, by its first argument, an array.
public func hessian<A1, A2, A3>(
  chunk: Int? = nil, _ function: @escaping (NDArray, A1, A2, A3) -> NDArray
) -> (NDArray, A1, A2, A3) -> NDArray {
  { a0, a1, a2, a3 in
    Differentiate.hessian(at: Trees1(a0), chunk: chunk) { function($0.part0, a1, a2, a3) }
  }
}

/// The second derivatives of a function whose result is a scalar, by a chosen part, an array.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func hessian<A0, A1, A2, A3>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3), NDArray>,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3) -> NDArray
) -> (A0, A1, A2, A3) -> NDArray {
  { a0, a1, a2, a3 in
    let choice = Choice(path, in: (a0, a1, a2, a3))
    return Differentiate.hessian(at: choice.part, role: .chosen, chunk: chunk) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3)
    }
  }
}

/// The second derivatives of a function whose result is a scalar, by its first argument, an array.
public func hessian<A1, A2, A3, A4>(
  chunk: Int? = nil, _ function: @escaping (NDArray, A1, A2, A3, A4) -> NDArray
) -> (NDArray, A1, A2, A3, A4) -> NDArray {
  { a0, a1, a2, a3, a4 in
    Differentiate.hessian(at: Trees1(a0), chunk: chunk) { function($0.part0, a1, a2, a3, a4) }
  }
}

/// The second derivatives of a function whose result is a scalar, by a chosen part, an array.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func hessian<A0, A1, A2, A3, A4>(
  wrt path: WritableKeyPath<(A0, A1, A2, A3, A4), NDArray>,
  chunk: Int? = nil,
  _ function: @escaping (A0, A1, A2, A3, A4) -> NDArray
) -> (A0, A1, A2, A3, A4) -> NDArray {
  { a0, a1, a2, a3, a4 in
    let choice = Choice(path, in: (a0, a1, a2, a3, a4))
    return Differentiate.hessian(at: choice.part, role: .chosen, chunk: chunk) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2, all.3, all.4)
    }
  }
}

/// The second derivatives of a function whose result is a scalar, by its first argument, an array.
public func hessian(
  chunk: Int? = nil, _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { a0 in
    Differentiate.hessian(at: Trees1(a0), chunk: chunk) { function($0.part0) }
  }
}

/// The second derivatives of a function whose result is a scalar, by its first argument, an array.
public func hessian(
  chunk: Int? = nil, _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    Differentiate.hessian(at: Trees1(a0), chunk: chunk) { function($0.part0, a1) }
  }
}

/// The second derivatives of a function whose result is a scalar, by a chosen part, an array.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func hessian(
  wrt path: WritableKeyPath<(NDArray, NDArray), NDArray>,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    let choice = Choice(path, in: (a0, a1))
    return Differentiate.hessian(at: choice.part, role: .chosen, chunk: chunk) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1)
    }
  }
}

/// The second derivatives of a function whose result is a scalar, by its first argument, an array.
public func hessian(
  chunk: Int? = nil, _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    Differentiate.hessian(at: Trees1(a0), chunk: chunk) { function($0.part0, a1, a2) }
  }
}

/// The second derivatives of a function whose result is a scalar, by a chosen part, an array.
///
/// The key path names an argument, as `\.1` does, or a part of one.
public func hessian(
  wrt path: WritableKeyPath<(NDArray, NDArray, NDArray), NDArray>,
  chunk: Int? = nil,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    let choice = Choice(path, in: (a0, a1, a2))
    return Differentiate.hessian(at: choice.part, role: .chosen, chunk: chunk) {
      let all = choice.replaced(by: $0)
      return function(all.0, all.1, all.2)
    }
  }
}

// MARK: - hvp and vhp

/// The Hessian of a scalar function times vectors, forward over reverse.
///
/// The Hessian itself is not made. The vectors have the structure, shapes and dtypes of the
/// arguments; so have the results.
public func hvp<A0: ArrayTree>(
  _ function: (A0) -> NDArray, _ primals: A0, _ vectors: A0
) -> A0 {
  Differentiate.hvp(
    at: Trees1(primals), Trees1(vectors)
  ) { function($0.part0) }.parts
}

/// The Hessian of a scalar function times vectors, forward over reverse.
public func hvp<A0: ArrayTree, A1: ArrayTree>(
  _ function: (A0, A1) -> NDArray, _ primals: (A0, A1), _ vectors: (A0, A1)
) -> (A0, A1) {
  Differentiate.hvp(
    at: Trees2(of: primals), Trees2(of: vectors)
  ) { function($0.part0, $0.part1) }.parts
}

/// The Hessian of a scalar function times vectors, forward over reverse.
public func hvp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree>(
  _ function: (A0, A1, A2) -> NDArray, _ primals: (A0, A1, A2), _ vectors: (A0, A1, A2)
) -> (A0, A1, A2) {
  Differentiate.hvp(
    at: Trees3(of: primals), Trees3(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2) }.parts
}

/// The Hessian of a scalar function times vectors, forward over reverse.
public func hvp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree>(
  _ function: (A0, A1, A2, A3) -> NDArray, _ primals: (A0, A1, A2, A3), _ vectors: (A0, A1, A2, A3)
) -> (A0, A1, A2, A3) {
  Differentiate.hvp(
    at: Trees4(of: primals), Trees4(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2, $0.part3) }.parts
}

/// The Hessian of a scalar function times vectors, forward over reverse.
public func hvp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree>(
  _ function: (A0, A1, A2, A3, A4) -> NDArray,
  _ primals: (A0, A1, A2, A3, A4),
  _ vectors: (A0, A1, A2, A3, A4)
) -> (A0, A1, A2, A3, A4) {
  Differentiate.hvp(
    at: Trees5(of: primals), Trees5(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4) }.parts
}

/// The Hessian of a scalar function times vectors, forward over reverse.
public func hvp(
  _ function: (NDArray) -> NDArray, _ primals: NDArray, _ vectors: NDArray
) -> NDArray {
  Differentiate.hvp(
    at: Trees1(primals), Trees1(vectors)
  ) { function($0.part0) }.parts
}

/// The Hessian of a scalar function times vectors, forward over reverse.
public func hvp(
  _ function: (NDArray, NDArray) -> NDArray,
  _ primals: (NDArray, NDArray),
  _ vectors: (NDArray, NDArray)
) -> (NDArray, NDArray) {
  Differentiate.hvp(
    at: Trees2(of: primals), Trees2(of: vectors)
  ) { function($0.part0, $0.part1) }.parts
}

/// The Hessian of a scalar function times vectors, forward over reverse.
public func hvp(
  _ function: (NDArray, NDArray, NDArray) -> NDArray,
  _ primals: (NDArray, NDArray, NDArray),
  _ vectors: (NDArray, NDArray, NDArray)
) -> (NDArray, NDArray, NDArray) {
  Differentiate.hvp(
    at: Trees3(of: primals), Trees3(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
///
/// Equal to `hvp` where second derivatives are continuous; of use where a rule has no forward form.
public func vhp<A0: ArrayTree>(
  _ function: (A0) -> NDArray, _ primals: A0, _ vectors: A0
) -> A0 {
  Differentiate.vhp(
    at: Trees1(primals), Trees1(vectors)
  ) { function($0.part0) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
public func vhp<A0: ArrayTree, A1: ArrayTree>(
  _ function: (A0, A1) -> NDArray, _ primals: (A0, A1), _ vectors: (A0, A1)
) -> (A0, A1) {
  Differentiate.vhp(
    at: Trees2(of: primals), Trees2(of: vectors)
  ) { function($0.part0, $0.part1) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
public func vhp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree>(
  _ function: (A0, A1, A2) -> NDArray, _ primals: (A0, A1, A2), _ vectors: (A0, A1, A2)
) -> (A0, A1, A2) {
  Differentiate.vhp(
    at: Trees3(of: primals), Trees3(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
public func vhp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree>(
  _ function: (A0, A1, A2, A3) -> NDArray, _ primals: (A0, A1, A2, A3), _ vectors: (A0, A1, A2, A3)
) -> (A0, A1, A2, A3) {
  Differentiate.vhp(
    at: Trees4(of: primals), Trees4(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2, $0.part3) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
public func vhp<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree>(
  _ function: (A0, A1, A2, A3, A4) -> NDArray,
  _ primals: (A0, A1, A2, A3, A4),
  _ vectors: (A0, A1, A2, A3, A4)
) -> (A0, A1, A2, A3, A4) {
  Differentiate.vhp(
    at: Trees5(of: primals), Trees5(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
public func vhp(
  _ function: (NDArray) -> NDArray, _ primals: NDArray, _ vectors: NDArray
) -> NDArray {
  Differentiate.vhp(
    at: Trees1(primals), Trees1(vectors)
  ) { function($0.part0) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
public func vhp(
  _ function: (NDArray, NDArray) -> NDArray,
  _ primals: (NDArray, NDArray),
  _ vectors: (NDArray, NDArray)
) -> (NDArray, NDArray) {
  Differentiate.vhp(
    at: Trees2(of: primals), Trees2(of: vectors)
  ) { function($0.part0, $0.part1) }.parts
}

/// Vectors times the Hessian of a scalar function, reverse over reverse.
public func vhp(
  _ function: (NDArray, NDArray, NDArray) -> NDArray,
  _ primals: (NDArray, NDArray, NDArray),
  _ vectors: (NDArray, NDArray, NDArray)
) -> (NDArray, NDArray, NDArray) {
  Differentiate.vhp(
    at: Trees3(of: primals), Trees3(of: vectors)
  ) { function($0.part0, $0.part1, $0.part2) }.parts
}

// MARK: - custom

/// The function with derivatives of its own.
///
/// Each rule may be given alone; the other mode is then derived by transposing it. Rules are
/// ordinary functions of arrays, so that higher derivatives go through them, and they are kept in
/// every order of `vmap`, `grad`, `jvp` and other transforms. Several arguments or results come as
/// tuples.
///
/// Rules are run once at each call of the function inside a transform: the values of `primals` and
/// `outputs` may be read there, as far as they are known, those of `cotangents` and `tangents` may
/// not. Rules may capture traced arrays. The function may too, but a derivative by what it captures
/// is an error, as no rule answers for it.
/// - Parameters:
///   - vjp: From the arguments, the results and their cotangents to the cotangents of the
///     arguments, of the arguments' structure, shapes and dtypes. What it gives for integers does
///     not matter.
///   - jvp: From the arguments, the results and the arguments' tangents to the tangents of the
///     results. It must be linear in the tangents.
public func custom<A0: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0) -> R,
  vjp: PullbackRule<A0, R>? = nil,
  jvp: PushforwardRule<A0, R>? = nil
) -> (A0) -> R {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
public func custom<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1) -> R,
  vjp: PullbackRule<(A0, A1), R>? = nil,
  jvp: PushforwardRule<(A0, A1), R>? = nil
) -> (A0, A1) -> R {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
public func custom<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> R,
  vjp: PullbackRule<(A0, A1, A2), R>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), R>? = nil
) -> (A0, A1, A2) -> R {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
public func custom<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2, A3) -> R,
  vjp: PullbackRule<(A0, A1, A2, A3), R>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), R>? = nil
) -> (A0, A1, A2, A3) -> R {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
public func custom<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> R,
  vjp: PullbackRule<(A0, A1, A2, A3, A4), R>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), R>? = nil
) -> (A0, A1, A2, A3, A4) -> R {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1),
  vjp: PullbackRule<A0, (R0, R1)>? = nil,
  jvp: PushforwardRule<A0, (R0, R1)>? = nil
) -> (A0) -> (R0, R1) {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1),
  vjp: PullbackRule<(A0, A1), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1), (R0, R1)>? = nil
) -> (A0, A1) -> (R0, R1) {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1),
  vjp: PullbackRule<(A0, A1, A2), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), (R0, R1)>? = nil
) -> (A0, A1, A2) -> (R0, R1) {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1),
  vjp: PullbackRule<(A0, A1, A2, A3), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), (R0, R1)>? = nil
) -> (A0, A1, A2, A3) -> (R0, R1) {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1),
  vjp: PullbackRule<(A0, A1, A2, A3, A4), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), (R0, R1)>? = nil
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2),
  vjp: PullbackRule<A0, (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<A0, (R0, R1, R2)>? = nil
) -> (A0) -> (R0, R1, R2) {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1), (R0, R1, R2)>? = nil
) -> (A0, A1) -> (R0, R1, R2) {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1, A2), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), (R0, R1, R2)>? = nil
) -> (A0, A1, A2) -> (R0, R1, R2) {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1, A2, A3), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), (R0, R1, R2)>? = nil
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1, A2, A3, A4), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), (R0, R1, R2)>? = nil
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2, R3),
  vjp: PullbackRule<A0, (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<A0, (R0, R1, R2, R3)>? = nil
) -> (A0) -> (R0, R1, R2, R3) {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1), (R0, R1, R2, R3)>? = nil
) -> (A0, A1) -> (R0, R1, R2, R3) {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1, A2), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), (R0, R1, R2, R3)>? = nil
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1, A2, A3), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), (R0, R1, R2, R3)>? = nil
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1, A2, A3, A4), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), (R0, R1, R2, R3)>? = nil
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
public func custom(
  _ function: @escaping (NDArray) -> NDArray,
  vjp: PullbackRule<NDArray, NDArray>? = nil,
  jvp: PushforwardRule<NDArray, NDArray>? = nil
) -> (NDArray) -> NDArray {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
public func custom(
  _ function: @escaping (NDArray, NDArray) -> NDArray,
  vjp: PullbackRule<(NDArray, NDArray), NDArray>? = nil,
  jvp: PushforwardRule<(NDArray, NDArray), NDArray>? = nil
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with derivatives of its own.
public func custom(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray,
  vjp: PullbackRule<(NDArray, NDArray, NDArray), NDArray>? = nil,
  jvp: PushforwardRule<(NDArray, NDArray, NDArray), NDArray>? = nil
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
///
/// See `custom(_:vjp:jvp:)` for the derivatives. Results of the batching rule are differentiated by
/// those.
/// - Parameter vmap: From arguments whose mapped arrays have the mapped axis in front, the size of
///   that axis, and which of the arguments' arrays are mapped, to results that all have it in
///   front.
public func custom<A0: ArrayTree & Sendable, R: ArrayTree>(
  _ function: @escaping (A0) -> R,
  vjp: PullbackRule<A0, R>? = nil,
  jvp: PushforwardRule<A0, R>? = nil,
  vmap: @escaping BatchRule<A0, R>
) -> (A0) -> R {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
public func custom<A0: ArrayTree & Sendable, A1: ArrayTree & Sendable, R: ArrayTree>(
  _ function: @escaping (A0, A1) -> R,
  vjp: PullbackRule<(A0, A1), R>? = nil,
  jvp: PushforwardRule<(A0, A1), R>? = nil,
  vmap: @escaping BatchRule<(A0, A1), R>
) -> (A0, A1) -> R {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
public func custom<
  A0: ArrayTree & Sendable, A1: ArrayTree & Sendable, A2: ArrayTree & Sendable, R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> R,
  vjp: PullbackRule<(A0, A1, A2), R>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), R>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2), R>
) -> (A0, A1, A2) -> R {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> R,
  vjp: PullbackRule<(A0, A1, A2, A3), R>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), R>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3), R>
) -> (A0, A1, A2, A3) -> R {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  A4: ArrayTree & Sendable,
  R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> R,
  vjp: PullbackRule<(A0, A1, A2, A3, A4), R>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), R>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3, A4), R>
) -> (A0, A1, A2, A3, A4) -> R {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree & Sendable, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1),
  vjp: PullbackRule<A0, (R0, R1)>? = nil,
  jvp: PushforwardRule<A0, (R0, R1)>? = nil,
  vmap: @escaping BatchRule<A0, (R0, R1)>
) -> (A0) -> (R0, R1) {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees2(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable, A1: ArrayTree & Sendable, R0: ArrayTree, R1: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1),
  vjp: PullbackRule<(A0, A1), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1), (R0, R1)>? = nil,
  vmap: @escaping BatchRule<(A0, A1), (R0, R1)>
) -> (A0, A1) -> (R0, R1) {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees2(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1),
  vjp: PullbackRule<(A0, A1, A2), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), (R0, R1)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2), (R0, R1)>
) -> (A0, A1, A2) -> (R0, R1) {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees2(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1),
  vjp: PullbackRule<(A0, A1, A2, A3), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), (R0, R1)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3), (R0, R1)>
) -> (A0, A1, A2, A3) -> (R0, R1) {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees2(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  A4: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1),
  vjp: PullbackRule<(A0, A1, A2, A3, A4), (R0, R1)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), (R0, R1)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3, A4), (R0, R1)>
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees2(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<A0: ArrayTree & Sendable, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2),
  vjp: PullbackRule<A0, (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<A0, (R0, R1, R2)>? = nil,
  vmap: @escaping BatchRule<A0, (R0, R1, R2)>
) -> (A0) -> (R0, R1, R2) {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees3(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable, A1: ArrayTree & Sendable, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1), (R0, R1, R2)>? = nil,
  vmap: @escaping BatchRule<(A0, A1), (R0, R1, R2)>
) -> (A0, A1) -> (R0, R1, R2) {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees3(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1, A2), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), (R0, R1, R2)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2), (R0, R1, R2)>
) -> (A0, A1, A2) -> (R0, R1, R2) {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees3(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1, A2, A3), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), (R0, R1, R2)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3), (R0, R1, R2)>
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees3(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  A4: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2),
  vjp: PullbackRule<(A0, A1, A2, A3, A4), (R0, R1, R2)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), (R0, R1, R2)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3, A4), (R0, R1, R2)>
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .results,
      { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees3(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: @escaping (A0) -> (R0, R1, R2, R3),
  vjp: PullbackRule<A0, (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<A0, (R0, R1, R2, R3)>? = nil,
  vmap: @escaping BatchRule<A0, (R0, R1, R2, R3)>
) -> (A0) -> (R0, R1, R2, R3) {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees4(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1), (R0, R1, R2, R3)>? = nil,
  vmap: @escaping BatchRule<(A0, A1), (R0, R1, R2, R3)>
) -> (A0, A1) -> (R0, R1, R2, R3) {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees4(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1, A2), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2), (R0, R1, R2, R3)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2), (R0, R1, R2, R3)>
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees4(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1, A2, A3), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3), (R0, R1, R2, R3)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3), (R0, R1, R2, R3)>
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3 in
    let primals = Trees4(a0, a1, a2, a3)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: vjp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees4(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
@_disfavoredOverload
public func custom<
  A0: ArrayTree & Sendable,
  A1: ArrayTree & Sendable,
  A2: ArrayTree & Sendable,
  A3: ArrayTree & Sendable,
  A4: ArrayTree & Sendable,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3),
  vjp: PullbackRule<(A0, A1, A2, A3, A4), (R0, R1, R2, R3)>? = nil,
  jvp: PushforwardRule<(A0, A1, A2, A3, A4), (R0, R1, R2, R3)>? = nil,
  vmap: @escaping BatchRule<(A0, A1, A2, A3, A4), (R0, R1, R2, R3)>
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3, a4 in
    let primals = Trees5(a0, a1, a2, a3, a4)
    return Custom.call(
      primals, outputRole: .results,
      { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: vjp.map { rule in { Trees5(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees4(of: rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees4(of: vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
public func custom(
  _ function: @escaping (NDArray) -> NDArray,
  vjp: PullbackRule<NDArray, NDArray>? = nil,
  jvp: PushforwardRule<NDArray, NDArray>? = nil,
  vmap: @escaping BatchRule<NDArray, NDArray>
) -> (NDArray) -> NDArray {
  { a0 in
    let primals = Trees1(a0)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0)) },
      vjp: vjp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
public func custom(
  _ function: @escaping (NDArray, NDArray) -> NDArray,
  vjp: PullbackRule<(NDArray, NDArray), NDArray>? = nil,
  jvp: PushforwardRule<(NDArray, NDArray), NDArray>? = nil,
  vmap: @escaping BatchRule<(NDArray, NDArray), NDArray>
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    let primals = Trees2(a0, a1)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1)) },
      vjp: vjp.map { rule in { Trees2(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a batching rule, and perhaps derivatives, of its own.
public func custom(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray,
  vjp: PullbackRule<(NDArray, NDArray, NDArray), NDArray>? = nil,
  jvp: PushforwardRule<(NDArray, NDArray, NDArray), NDArray>? = nil,
  vmap: @escaping BatchRule<(NDArray, NDArray, NDArray), NDArray>
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    let primals = Trees3(a0, a1, a2)
    return Custom.call(
      primals, outputRole: .result,
      { Trees1(function($0.part0, $0.part1, $0.part2)) },
      vjp: vjp.map { rule in { Trees3(of: rule($0.parts, $1.parts, $2.parts)) } },
      jvp: jvp.map { rule in { Trees1(rule($0.parts, $1.parts, $2.parts)) } },
      batching: Custom.batching(like: primals) {
        Trees1(vmap($0.parts, $1, $2))
      }
    ).parts
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
///
/// As `custom(_:vjp:jvp:)` with a vjp rule. The pullback is given arrays that `function` returns
/// beside its result.
/// - Parameters:
///   - function: Returns the result, and a tree of arrays to keep for the pullback.
///   - pullback: From what was kept and the cotangents of the result to the cotangents of the
///     arguments.
public func custom<A0: ArrayTree, R: ArrayTree, Kept: ArrayTree>(
  keeping function: @escaping (A0) -> (R, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: R) -> A0
) -> (A0) -> R {
  { a0 in
    Custom.call(
      Trees1(a0), outputRole: .results,
      { Trees2(of: function($0.part0)) },
      vjp: { Trees1(pullback($1.part1, $2.part0)) }
    ).part0
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
public func custom<A0: ArrayTree, A1: ArrayTree, R: ArrayTree, Kept: ArrayTree>(
  keeping function: @escaping (A0, A1) -> (R, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: R) -> (A0, A1)
) -> (A0, A1) -> R {
  { a0, a1 in
    Custom.call(
      Trees2(a0, a1), outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1)) },
      vjp: { Trees2(of: pullback($1.part1, $2.part0)) }
    ).part0
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
public func custom<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree, Kept: ArrayTree>(
  keeping function: @escaping (A0, A1, A2) -> (R, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: R) -> (A0, A1, A2)
) -> (A0, A1, A2) -> R {
  { a0, a1, a2 in
    Custom.call(
      Trees3(a0, a1, a2), outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: { Trees3(of: pullback($1.part1, $2.part0)) }
    ).part0
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
public func custom<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree, Kept: ArrayTree
>(
  keeping function: @escaping (A0, A1, A2, A3) -> (R, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: R) -> (A0, A1, A2, A3)
) -> (A0, A1, A2, A3) -> R {
  { a0, a1, a2, a3 in
    Custom.call(
      Trees4(a0, a1, a2, a3), outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) },
      vjp: { Trees4(of: pullback($1.part1, $2.part0)) }
    ).part0
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
public func custom<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R: ArrayTree,
  Kept: ArrayTree
>(
  keeping function: @escaping (A0, A1, A2, A3, A4) -> (R, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: R) -> (A0, A1, A2, A3, A4)
) -> (A0, A1, A2, A3, A4) -> R {
  { a0, a1, a2, a3, a4 in
    Custom.call(
      Trees5(a0, a1, a2, a3, a4), outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) },
      vjp: { Trees5(of: pullback($1.part1, $2.part0)) }
    ).part0
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
public func custom<Kept: ArrayTree>(
  keeping function: @escaping (NDArray) -> (NDArray, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { a0 in
    Custom.call(
      Trees1(a0), outputRole: .results,
      { Trees2(of: function($0.part0)) },
      vjp: { Trees1(pullback($1.part1, $2.part0)) }
    ).part0
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
public func custom<Kept: ArrayTree>(
  keeping function: @escaping (NDArray, NDArray) -> (NDArray, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: NDArray) -> (NDArray, NDArray)
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    Custom.call(
      Trees2(a0, a1), outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1)) },
      vjp: { Trees2(of: pullback($1.part1, $2.part0)) }
    ).part0
  }
}

/// The function with a pullback of its own that uses what the function kept for it.
public func custom<Kept: ArrayTree>(
  keeping function: @escaping (NDArray, NDArray, NDArray) -> (NDArray, Kept),
  pullback: @escaping (_ kept: Kept, _ cotangents: NDArray) -> (NDArray, NDArray, NDArray)
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    Custom.call(
      Trees3(a0, a1, a2), outputRole: .results,
      { Trees2(of: function($0.part0, $0.part1, $0.part2)) },
      vjp: { Trees3(of: pullback($1.part1, $2.part0)) }
    ).part0
  }
}

// MARK: - checkpoint

/// The function with less kept for its derivative: what it computes on the way is computed again.
///
/// Values, derivatives of every order, and random draws are those of the function itself; arrays it
/// captures get their derivatives as well. Reverse mode runs it a second time, just before its part
/// of the derivative.
/// - Parameter policy: What is kept all the same; nothing but the arguments by default.
public func checkpoint<A0: ArrayTree, R: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0) -> R
) -> (A0) -> R {
  { a0 in
    Checkpoint.call(Trees1(a0), policy) {
      Trees1(function($0.part0))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
public func checkpoint<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1) -> R
) -> (A0, A1) -> R {
  { a0, a1 in
    Checkpoint.call(Trees2(a0, a1), policy) {
      Trees1(function($0.part0, $0.part1))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
public func checkpoint<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2) -> R
) -> (A0, A1, A2) -> R {
  { a0, a1, a2 in
    Checkpoint.call(Trees3(a0, a1, a2), policy) {
      Trees1(function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
public func checkpoint<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2, A3) -> R
) -> (A0, A1, A2, A3) -> R {
  { a0, a1, a2, a3 in
    Checkpoint.call(Trees4(a0, a1, a2, a3), policy) {
      Trees1(function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
public func checkpoint<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2, A3, A4) -> R
) -> (A0, A1, A2, A3, A4) -> R {
  { a0, a1, a2, a3, a4 in
    Checkpoint.call(Trees5(a0, a1, a2, a3, a4), policy) {
      Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0) -> (R0, R1)
) -> (A0) -> (R0, R1) {
  { a0 in
    Checkpoint.call(Trees1(a0), policy) {
      Trees2(of: function($0.part0))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1) -> (R0, R1)
) -> (A0, A1) -> (R0, R1) {
  { a0, a1 in
    Checkpoint.call(Trees2(a0, a1), policy) {
      Trees2(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2) -> (R0, R1)
) -> (A0, A1, A2) -> (R0, R1) {
  { a0, a1, a2 in
    Checkpoint.call(Trees3(a0, a1, a2), policy) {
      Trees2(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2, A3) -> (R0, R1)
) -> (A0, A1, A2, A3) -> (R0, R1) {
  { a0, a1, a2, a3 in
    Checkpoint.call(Trees4(a0, a1, a2, a3), policy) {
      Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1)
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  { a0, a1, a2, a3, a4 in
    Checkpoint.call(Trees5(a0, a1, a2, a3, a4), policy) {
      Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0) -> (R0, R1, R2)
) -> (A0) -> (R0, R1, R2) {
  { a0 in
    Checkpoint.call(Trees1(a0), policy) {
      Trees3(of: function($0.part0))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1) -> (R0, R1, R2)
) -> (A0, A1) -> (R0, R1, R2) {
  { a0, a1 in
    Checkpoint.call(Trees2(a0, a1), policy) {
      Trees3(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2) -> (R0, R1, R2)
) -> (A0, A1, A2) -> (R0, R1, R2) {
  { a0, a1, a2 in
    Checkpoint.call(Trees3(a0, a1, a2), policy) {
      Trees3(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2)
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  { a0, a1, a2, a3 in
    Checkpoint.call(Trees4(a0, a1, a2, a3), policy) {
      Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2)
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  { a0, a1, a2, a3, a4 in
    Checkpoint.call(Trees5(a0, a1, a2, a3, a4), policy) {
      Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0) -> (R0, R1, R2, R3)
) -> (A0) -> (R0, R1, R2, R3) {
  { a0 in
    Checkpoint.call(Trees1(a0), policy) {
      Trees4(of: function($0.part0))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1) -> (R0, R1, R2, R3)
) -> (A0, A1) -> (R0, R1, R2, R3) {
  { a0, a1 in
    Checkpoint.call(Trees2(a0, a1), policy) {
      Trees4(of: function($0.part0, $0.part1))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3)
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  { a0, a1, a2 in
    Checkpoint.call(Trees3(a0, a1, a2), policy) {
      Trees4(of: function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing,
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3 in
    Checkpoint.call(Trees4(a0, a1, a2, a3), policy) {
      Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
@_disfavoredOverload
public func checkpoint<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  saving policy: CheckpointPolicy = .nothing,
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3, a4 in
    Checkpoint.call(Trees5(a0, a1, a2, a3, a4), policy) {
      Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
public func checkpoint(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { a0 in
    Checkpoint.call(Trees1(a0), policy) {
      Trees1(function($0.part0))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
public func checkpoint(
  saving policy: CheckpointPolicy = .nothing, _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    Checkpoint.call(Trees2(a0, a1), policy) {
      Trees1(function($0.part0, $0.part1))
    }.parts
  }
}

/// The function with less kept for its derivative: what it computes on the way is computed again.
public func checkpoint(
  saving policy: CheckpointPolicy = .nothing,
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    Checkpoint.call(Trees3(a0, a1, a2), policy) {
      Trees1(function($0.part0, $0.part1, $0.part2))
    }.parts
  }
}

// MARK: - trace

/// The program of a function: what it does with arguments of these shapes and dtypes.
///
/// The function is called once, on arrays whose values are not known; `placeholder` makes arguments
/// that take no memory. A program prints, draws, counts, and can be called as a function.
/// - Returns: A function of the arguments that returns the `Program`.
public func trace<A0: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0) -> R
) -> (A0) -> Program {
  { a0 in
    Program.traced(
      at: Trees1(a0)
    ) { Trees1(function($0.part0)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
public func trace<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1) -> R
) -> (A0, A1) -> Program {
  { a0, a1 in
    Program.traced(
      at: Trees2(a0, a1)
    ) { Trees1(function($0.part0, $0.part1)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
public func trace<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> R
) -> (A0, A1, A2) -> Program {
  { a0, a1, a2 in
    Program.traced(
      at: Trees3(a0, a1, a2)
    ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
public func trace<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2, A3) -> R
) -> (A0, A1, A2, A3) -> Program {
  { a0, a1, a2, a3 in
    Program.traced(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
public func trace<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> R
) -> (A0, A1, A2, A3, A4) -> Program {
  { a0, a1, a2, a3, a4 in
    Program.traced(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1)
) -> (A0) -> Program {
  { a0 in
    Program.traced(
      at: Trees1(a0)
    ) { Trees2(of: function($0.part0)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1)
) -> (A0, A1) -> Program {
  { a0, a1 in
    Program.traced(
      at: Trees2(a0, a1)
    ) { Trees2(of: function($0.part0, $0.part1)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1)
) -> (A0, A1, A2) -> Program {
  { a0, a1, a2 in
    Program.traced(
      at: Trees3(a0, a1, a2)
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1)
) -> (A0, A1, A2, A3) -> Program {
  { a0, a1, a2, a3 in
    Program.traced(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1)
) -> (A0, A1, A2, A3, A4) -> Program {
  { a0, a1, a2, a3, a4 in
    Program.traced(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2)
) -> (A0) -> Program {
  { a0 in
    Program.traced(
      at: Trees1(a0)
    ) { Trees3(of: function($0.part0)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2)
) -> (A0, A1) -> Program {
  { a0, a1 in
    Program.traced(
      at: Trees2(a0, a1)
    ) { Trees3(of: function($0.part0, $0.part1)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2)
) -> (A0, A1, A2) -> Program {
  { a0, a1, a2 in
    Program.traced(
      at: Trees3(a0, a1, a2)
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2)
) -> (A0, A1, A2, A3) -> Program {
  { a0, a1, a2, a3 in
    Program.traced(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2)
) -> (A0, A1, A2, A3, A4) -> Program {
  { a0, a1, a2, a3, a4 in
    Program.traced(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2, R3)
) -> (A0) -> Program {
  { a0 in
    Program.traced(
      at: Trees1(a0)
    ) { Trees4(of: function($0.part0)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3)
) -> (A0, A1) -> Program {
  { a0, a1 in
    Program.traced(
      at: Trees2(a0, a1)
    ) { Trees4(of: function($0.part0, $0.part1)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3)
) -> (A0, A1, A2) -> Program {
  { a0, a1, a2 in
    Program.traced(
      at: Trees3(a0, a1, a2)
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3) -> Program {
  { a0, a1, a2, a3 in
    Program.traced(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
@_disfavoredOverload
public func trace<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3, A4) -> Program {
  { a0, a1, a2, a3, a4 in
    Program.traced(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
public func trace(
  _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> Program {
  { a0 in
    Program.traced(
      at: Trees1(a0)
    ) { Trees1(function($0.part0)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
public func trace(
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> Program {
  { a0, a1 in
    Program.traced(
      at: Trees2(a0, a1)
    ) { Trees1(function($0.part0, $0.part1)) }
  }
}

/// The program of a function: what it does with arguments of these shapes and dtypes.
public func trace(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> Program {
  { a0, a1, a2 in
    Program.traced(
      at: Trees3(a0, a1, a2)
    ) { Trees1(function($0.part0, $0.part1, $0.part2)) }
  }
}

// MARK: - evalShape

/// The function with nothing computed: its results have shapes and dtypes, but no values.
///
/// Takes no memory for arrays, whatever their shapes. The function is called once; arguments may be
/// placeholders, and the results are placeholders.
public func evalShape<A0: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0) -> R
) -> (A0) -> R {
  { a0 in
    Program.shapes(
      at: Trees1(a0)
    ) { Trees1(function($0.part0)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
public func evalShape<A0: ArrayTree, A1: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1) -> R
) -> (A0, A1) -> R {
  { a0, a1 in
    Program.shapes(
      at: Trees2(a0, a1)
    ) { Trees1(function($0.part0, $0.part1)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
public func evalShape<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> R
) -> (A0, A1, A2) -> R {
  { a0, a1, a2 in
    Program.shapes(
      at: Trees3(a0, a1, a2)
    ) { Trees1(function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
public func evalShape<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R: ArrayTree>(
  _ function: @escaping (A0, A1, A2, A3) -> R
) -> (A0, A1, A2, A3) -> R {
  { a0, a1, a2, a3 in
    Program.shapes(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
public func evalShape<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, A4: ArrayTree, R: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> R
) -> (A0, A1, A2, A3, A4) -> R {
  { a0, a1, a2, a3, a4 in
    Program.shapes(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees1(function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1)
) -> (A0) -> (R0, R1) {
  { a0 in
    Program.shapes(
      at: Trees1(a0)
    ) { Trees2(of: function($0.part0)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1)
) -> (A0, A1) -> (R0, R1) {
  { a0, a1 in
    Program.shapes(
      at: Trees2(a0, a1)
    ) { Trees2(of: function($0.part0, $0.part1)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1)
) -> (A0, A1, A2) -> (R0, R1) {
  { a0, a1, a2 in
    Program.shapes(
      at: Trees3(a0, a1, a2)
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, A3: ArrayTree, R0: ArrayTree, R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1)
) -> (A0, A1, A2, A3) -> (R0, R1) {
  { a0, a1, a2, a3 in
    Program.shapes(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1)
) -> (A0, A1, A2, A3, A4) -> (R0, R1) {
  { a0, a1, a2, a3, a4 in
    Program.shapes(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees2(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2)
) -> (A0) -> (R0, R1, R2) {
  { a0 in
    Program.shapes(
      at: Trees1(a0)
    ) { Trees3(of: function($0.part0)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2)
) -> (A0, A1) -> (R0, R1, R2) {
  { a0, a1 in
    Program.shapes(
      at: Trees2(a0, a1)
    ) { Trees3(of: function($0.part0, $0.part1)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree, A1: ArrayTree, A2: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2)
) -> (A0, A1, A2) -> (R0, R1, R2) {
  { a0, a1, a2 in
    Program.shapes(
      at: Trees3(a0, a1, a2)
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2)
) -> (A0, A1, A2, A3) -> (R0, R1, R2) {
  { a0, a1, a2, a3 in
    Program.shapes(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2)
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2) {
  { a0, a1, a2, a3, a4 in
    Program.shapes(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees3(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<A0: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree>(
  _ function: @escaping (A0) -> (R0, R1, R2, R3)
) -> (A0) -> (R0, R1, R2, R3) {
  { a0 in
    Program.shapes(
      at: Trees1(a0)
    ) { Trees4(of: function($0.part0)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree, A1: ArrayTree, R0: ArrayTree, R1: ArrayTree, R2: ArrayTree, R3: ArrayTree
>(
  _ function: @escaping (A0, A1) -> (R0, R1, R2, R3)
) -> (A0, A1) -> (R0, R1, R2, R3) {
  { a0, a1 in
    Program.shapes(
      at: Trees2(a0, a1)
    ) { Trees4(of: function($0.part0, $0.part1)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2) -> (R0, R1, R2, R3)
) -> (A0, A1, A2) -> (R0, R1, R2, R3) {
  { a0, a1, a2 in
    Program.shapes(
      at: Trees3(a0, a1, a2)
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3 in
    Program.shapes(
      at: Trees4(a0, a1, a2, a3)
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
@_disfavoredOverload
public func evalShape<
  A0: ArrayTree,
  A1: ArrayTree,
  A2: ArrayTree,
  A3: ArrayTree,
  A4: ArrayTree,
  R0: ArrayTree,
  R1: ArrayTree,
  R2: ArrayTree,
  R3: ArrayTree
>(
  _ function: @escaping (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3)
) -> (A0, A1, A2, A3, A4) -> (R0, R1, R2, R3) {
  { a0, a1, a2, a3, a4 in
    Program.shapes(
      at: Trees5(a0, a1, a2, a3, a4)
    ) { Trees4(of: function($0.part0, $0.part1, $0.part2, $0.part3, $0.part4)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
public func evalShape(
  _ function: @escaping (NDArray) -> NDArray
) -> (NDArray) -> NDArray {
  { a0 in
    Program.shapes(
      at: Trees1(a0)
    ) { Trees1(function($0.part0)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
public func evalShape(
  _ function: @escaping (NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray) -> NDArray {
  { a0, a1 in
    Program.shapes(
      at: Trees2(a0, a1)
    ) { Trees1(function($0.part0, $0.part1)) }.parts
  }
}

/// The function with nothing computed: its results have shapes and dtypes, but no values.
public func evalShape(
  _ function: @escaping (NDArray, NDArray, NDArray) -> NDArray
) -> (NDArray, NDArray, NDArray) -> NDArray {
  { a0, a1, a2 in
    Program.shapes(
      at: Trees3(a0, a1, a2)
    ) { Trees1(function($0.part0, $0.part1, $0.part2)) }.parts
  }
}
