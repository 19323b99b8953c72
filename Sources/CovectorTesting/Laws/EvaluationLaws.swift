// Evaluation: whatever the memory, the layout, the neighbours, the threads or the compiler, the bits
// are the same.

import Covector
import CovectorValues

/// The laws about how results are computed.
let evaluationLaws: [Law] = [
  Law("compiled", "A compiled call gives the bits of a plain one.", compiledIsPlain),
  Law(
    "views",
    "Strided, reversed, transposed, repeated and offset inputs give the bits of dense ones.",
    viewsAreDense),
  Law(
    "poison",
    "Every element of every result is written and nothing beyond is read, in derivatives and batches too.",
    everythingIsWritten),
  Law(
    "fused", "Pending neighbours on both sides leave the bits unchanged.", neighboursChangeNothing),
  Law("threads", "One, two, three and eight threads give the same bits.", threadsChangeNothing),
]

private func compiledIsPlain(_ subject: Subject) throws -> Bool {
  guard let compile = subject.compile else { return false }
  for dtype in subject.bitDTypes {
    let compiled = compile(subject.run)
    for example in 0..<2 {
      let expected = try bits(subject.run(subject.inputs(dtype, example: example)))
      let results = try bits(compiled(subject.inputs(dtype, example: example)))
      try requireSameBits(results, expected, "\(dtype), call \(example)")
    }
  }
  return true
}

// MARK: - Views

/// A way to lay the elements of an array out in memory, or to make it pending on such memory.
private struct View {
  let name: String
  /// The array with the same elements; `nil` where the view is impossible.
  let make: @Sendable (Values) throws -> NDArray?

  static let all: [View] = [
    View(name: "strided") { try $0.array(stride: 2) },
    View(name: "reversed") { try $0.array(stride: -1) },
    View(name: "reversed and strided") { try $0.array(stride: -3) },
    View(name: "column-major") { try $0.columnMajorArray() },
    View(name: "offset") { try $0.array(stride: 1) },
    View(name: "pending transposed") {
      $0.type.rank < 2 ? nil : $0.transposed().array().transposed()
    },
    View(name: "pending reversed") { $0.type.rank < 1 ? nil : $0.reversed().array().flipped() },
  ]
}

extension Values {
  /// The elements in a new order.
  private func reordered(_ shape: [Int], _ source: (Int) -> Int) -> Values {
    Values(
      type: ArrayType(shape, type.dtype), real: (0..<count).map { real[source($0)] },
      imaginary: imaginary.isEmpty ? [] : (0..<count).map { imaginary[source($0)] })
  }

  func reversed() -> Values { reordered(type.shape) { count - 1 - $0 } }

  /// The elements of the array with all axes reversed.
  func transposed() -> Values {
    let shape = [Int](type.shape.reversed())
    let (steps, places) = (shape.rowMajorStrides, type.shape.rowMajorStrides)
    return reordered(shape) { index in
      var source = 0
      for axis in shape.indices {
        source += index / steps[axis] % shape[axis] * places[shape.count - 1 - axis]
      }
      return source
    }
  }

  /// The first element along an axis repeated along it, in memory once and in full.
  func repeated(along axis: Int) throws -> (view: NDArray, dense: NDArray) {
    let places = type.shape.rowMajorStrides
    let full = reordered(type.shape) { index in
      index - index / places[axis] % type.shape[axis] * places[axis]
    }
    let bytes = try Bits(full.array()).bytes
    var strides = places
    strides[axis] = 0
    let view = try Flat.array(
      bytes: bytes, dtype: type.dtype, layout: Layout(type.shape, strides: strides))
    return (view, full.array())
  }
}

private func viewsAreDense(_ subject: Subject) throws -> Bool {
  guard !subject.sample.inputs.isEmpty else { return false }
  for (number, dtype) in subject.bitDTypes.enumerated() {
    let values = subject.values(dtype)
    let dense = values.map { $0.array() }
    let expected = try bits(subject.run(dense))
    for view in View.all {
      let views = try values.enumerated().map { try view.make($1) ?? dense[$0] }
      try requireSameBits(
        bits(subject.run(views)), expected, "\(dtype), \(view.name) inputs")
      // One input at a time, for one dtype: the others stay dense.
      guard number == 0, dense.count > 1 else { continue }
      for place in dense.indices {
        var inputs = dense
        inputs[place] = views[place]
        try requireSameBits(
          bits(subject.run(inputs)), expected, "\(dtype), \(view.name) input \(place)")
      }
    }
    guard number == 0 else { continue }
    for place in values.indices {
      for axis in values[place].type.shape.indices where values[place].type.shape[axis] > 1 {
        let (view, full) = try values[place].repeated(along: axis)
        try requireSameOutcome(
          subject, dense.replacing(place, by: view), dense.replacing(place, by: full),
          "\(dtype), input \(place) repeated along axis \(axis)")
      }
    }
  }
  return true
}

extension [NDArray] {
  fileprivate func replacing(_ place: Int, by array: NDArray) -> [NDArray] {
    var copy = self
    copy[place] = array
    return copy
  }
}

/// The same bits, or the same failure: repeated rows make a matrix singular.
private func requireSameOutcome(
  _ subject: Subject, _ inputs: [NDArray], _ others: [NDArray], _ context: String
) throws {
  func outcome(_ inputs: [NDArray]) throws -> Result<[Bits], ArrayError> {
    do { return .success(try checked { try bits(subject.run(inputs)) }) } catch let error
      as ArrayError
    {
      return .failure(error)
    }
  }
  switch (try outcome(inputs), try outcome(others)) {
  case (.success(let results), .success(let expected)):
    try requireSameBits(results, expected, context)
  case (.failure(let error), .failure(let expected)):
    try require(error == expected, "\(context): fails with \(error), expected \(expected)")
  case (.failure(let error), .success): throw Violation("\(context): fails with \(error)")
  case (.success, .failure(let error)): throw Violation("\(context): does not fail with \(error)")
  }
}

// MARK: - Memory, neighbours, threads

private func everythingIsWritten(_ subject: Subject) throws -> Bool {
  for dtype in subject.bitDTypes {
    try requireSameInPoison("\(dtype)") { try bits(subject.run(subject.inputs(dtype))) }
  }
  // Rules of the transforms use primitives of their own: scatters, embeddings, sums.
  let isDifferentiable = !subject.sample.exceptions.contains(.derivatives)
  for dtype in subject.derivativeDTypes.prefix(1) where isDifferentiable {
    guard let f = Differentiated(subject, dtype), let gradient = f.gradient() else { continue }
    try requireSameInPoison("\(dtype), pulling back") {
      try bits(gradient.function(f.arrays + gradient.cotangents.map { $0.array() }))
    }
  }
  guard let dtype = subject.bitDTypes.first, !subject.sample.inputs.isEmpty else { return true }
  try requireSameInPoison("\(dtype), mapped") {
    let inputs = (0..<2).map { subject.values(dtype, example: $0) }
    let arrays = inputs[0].indices.map { place in
      Values.stacked(inputs.map { $0[place] }, like: inputs[0][place].type, axis: 0).array()
    }
    return try bits(Flat.vmap(subject.run, arrays, axes: arrays.map { _ in 0 }, size: 2))
  }
  return true
}

/// The same bits whatever the memory held before.
private func requireSameInPoison(_ context: String, _ run: () throws -> [Bits]) throws {
  // Two patterns: an element that keeps its old contents differs in one of them at least.
  let expected = try Device.$current.withValue(Flat.poisonedDevice(0x01)) { try run() }
  for byte: UInt8 in [0xff, 0x00] {
    let results = try Device.$current.withValue(Flat.poisonedDevice(byte)) { try run() }
    try requireSameBits(results, expected, "\(context), in memory full of \(byte)")
  }
}

/// A pending array with the elements of `array`, computed from them and not to be simplified away.
private func pendingCopy(_ array: NDArray) -> NDArray {
  if array.dtype == .bool { return array * true }
  // Exact: powers of two in floating point, wrapping in integers.
  return array.dtype.isInexact ? (array * 2) * 0.5 : (array + 3) - 3
}

private func neighboursChangeNothing(_ subject: Subject) throws -> Bool {
  guard !subject.sample.inputs.isEmpty else { return false }
  func after(_ results: [NDArray]) -> [NDArray] {
    results.map { $0.dtype == .bool ? $0 * true : ($0 * 3 + $0) }
  }
  for dtype in subject.bitDTypes {
    let before = subject.inputs(dtype).map(pendingCopy)
    let fused = subject.run(before)
    let fusedAfter = after(fused)

    let separate = subject.inputs(dtype).map(pendingCopy)
    try Flat.evaluate(separate)
    let results = subject.run(separate)
    let expected = try bits(results)
    let expectedAfter = try bits(after(results))

    // Only what comes last is asked for, then what it was made of.
    try requireSameBits(bits(fusedAfter), expectedAfter, "\(dtype), fused with what follows")
    try requireSameBits(bits(fused), expected, "\(dtype), fused")
    // Everything at once: the results are needed by their reader and by the caller.
    let again = subject.run(subject.inputs(dtype).map(pendingCopy))
    let both = try bits(again + after(again))
    try requireSameBits(both, expected + expectedAfter, "\(dtype), fused and kept")
  }
  return true
}

private func threadsChangeNothing(_ subject: Subject) throws -> Bool {
  let count = subject.sample.inputs.count
  let elements = subject.sample.inputs.map(\.shape.elementCount).max() ?? 0
  guard count > 0, elements > 0, let dtype = subject.bitDTypes.first else { return false }
  // A batch large enough to be shared out between threads.
  let size = max(4, 40_000 / elements)
  let examples = (0..<4).map { subject.values(dtype, example: $0) }
  func run(_ threads: Int) throws -> [Bits] {
    try Device.$current.withValue(Flat.device(threads: threads)) {
      let arrays = (0..<count).map { place -> NDArray in
        Values.stacked(
          (0..<size).map { examples[$0 % 4][place] }, like: examples[0][place].type, axis: 0
        ).array()
      }
      return try bits(Flat.vmap(subject.run, arrays, axes: arrays.map { _ in 0 }, size: size))
    }
  }
  let expected = try run(1)
  for threads in [2, 3, 8] {
    try requireSameBits(run(threads), expected, "\(dtype), \(size) examples, \(threads) threads")
  }
  return true
}
