// Batching: vmap against a loop, alone and with the derivatives in every order.

import Covector
import CovectorValues

/// The laws about mapped functions.
let batchingLaws: [Law] = [
  Law(
    "vmap", "A mapped call gives the bits of a loop, whatever is mapped along whichever axis.",
    mappedIsLooped),
  Law(
    "vmap of vjp", "Mapping a pullback gives what a loop of pullbacks gives.",
    excused: .derivatives, least: requireMappedDerivativesRun, mappedPullbackIsLooped),
  Law(
    "vjp of vmap", "Pulling back through a mapped call gives the sum of a loop of pullbacks.",
    excused: .derivatives, pullbackOfMappedIsLooped),
  Law(
    "jvp and vmap", "Tangents of a mapped call, and mapped tangents, are those of a loop.",
    excused: .derivatives, tangentsOfMappedAreLooped),
]

/// A call with some of its inputs mapped.
private struct Batch {
  /// The inputs of each example; those that are not mapped are the same in all.
  let examples: [[Values]]
  let mapped: Set<Int>

  init(_ subject: Subject, _ dtype: DType, size: Int, mapped: Set<Int>) {
    let all = (0..<max(size, 1)).map { subject.values(dtype, example: $0) }
    let first = all[0]
    self.mapped = mapped
    examples = all.prefix(size).map { values in
      values.indices.map { mapped.contains($0) ? values[$0] : first[$0] }
    }
    unmapped = first
  }

  let unmapped: [Values]
  var size: Int { examples.count }

  /// The inputs of the mapped call, with the extra axis of mapped ones at the given places.
  func arrays(_ axes: [Int?]) -> [NDArray] {
    axes.enumerated().map { place, axis in
      guard let axis else { return unmapped[place].array() }
      return Values.stacked(
        examples.map { $0[place] }, like: unmapped[place].type, axis: axis
      ).array()
    }
  }
}

extension Values {
  /// Arrays side by side along a new axis.
  static func stacked(_ arrays: [Values], like type: ArrayType, axis: Int) -> Values {
    let outer = type.shape[..<axis].reduce(1, *)
    let inner = type.shape[axis...].reduce(1, *)
    var shape = type.shape
    shape.insert(arrays.count, at: axis)
    var result = Values(type: ArrayType(shape, type.dtype), real: [])
    for block in 0..<outer {
      let range = (block * inner)..<((block + 1) * inner)
      for array in arrays {
        result.real += array.real[range]
        if type.dtype.isComplex { result.imaginary += array.imaginary[range] }
      }
    }
    return result
  }

  /// The elements at a place along the first axis.
  func example(_ index: Int) -> Values {
    var shape = type.shape
    shape.removeFirst()
    let size = shape.reduce(1, *)
    let range = (index * size)..<((index + 1) * size)
    return Values(
      type: ArrayType(shape, type.dtype), real: Array(real[range]),
      imaginary: imaginary.isEmpty ? [] : Array(imaginary[range]))
  }
}

extension Bits {
  /// The elements at a place along the first axis.
  func example(_ index: Int) -> Bits {
    var result = self
    result.type.shape.removeFirst()
    let size = result.type.count * type.dtype.byteCount
    result.bytes = Array(bytes[(index * size)..<((index + 1) * size)])
    return result
  }
}

/// The non-empty choices of inputs to map; with many inputs, each alone, all, and all but one.
private func choices(_ count: Int) -> [Set<Int>] {
  if count <= 4 {
    return (1..<max(1 << count, 1)).map { bits in
      Set((0..<count).filter { bits >> $0 & 1 == 1 })
    }
  }
  let all = Set(0..<count)
  return [all] + (0..<count).map { [$0] } + (0..<count).map { all.subtracting([$0]) }
}

/// The places for the mapped axes: first, last and middle for all, then different ones for each.
private func axisChoices(_ subject: Subject, _ mapped: Set<Int>) -> [[Int?]] {
  let ranks = subject.sample.inputs.map(\.shape.count)
  func places(_ place: (Int, Int) -> Int) -> [Int?] {
    ranks.indices.map { mapped.contains($0) ? place($0, ranks[$0]) : nil }
  }
  let all = [
    places { _, _ in 0 },
    places { _, rank in rank },
    places { _, rank in (rank + 1) / 2 },
    places { input, rank in [rank, 0, (rank + 1) / 2][input % 3] },
  ]
  var distinct: [[Int?]] = []
  for axes in all where !distinct.contains(axes) { distinct.append(axes) }
  return distinct
}

private func mappedIsLooped(_ subject: Subject) throws -> Bool {
  let count = subject.sample.inputs.count
  guard count > 0, let main = subject.bitDTypes.first else { return false }
  for mapped in choices(count) {
    let axisChoices = axisChoices(subject, mapped)
    try requireLoop(subject, main, Batch(subject, main, size: 3, mapped: mapped), axisChoices)
    let few = [axisChoices[0], axisChoices[axisChoices.count - 1]]
    try requireLoop(subject, main, Batch(subject, main, size: 1, mapped: mapped), few)
    try requireLoop(subject, main, Batch(subject, main, size: 0, mapped: mapped), few)
  }
  let all = Set(0..<count)
  let last = axisChoices(subject, all).suffix(1)
  for dtype in subject.bitDTypes.dropFirst() {
    try requireLoop(
      subject, dtype, Batch(subject, dtype, size: 3, mapped: all), Array(last))
  }
  try requireNestedLoop(subject, main)
  return true
}

/// A mapped call against the loop it stands for.
private func requireLoop(
  _ subject: Subject, _ dtype: DType, _ batch: Batch, _ axisChoices: [[Int?]]
) throws {
  let loop = try batch.examples.map { example in
    try bits(subject.run(example.map { $0.array() }))
  }
  // With no example there is nothing to compare but the types.
  let types = subject.run(batch.unmapped.map { $0.array() }).map(\.type)
  for axes in axisChoices {
    let context = "\(dtype), \(batch.size) examples along axes \(axes.map(name))"
    let results = try bits(
      Flat.vmap(subject.run, batch.arrays(axes), axes: axes, size: batch.size))
    try require(
      results.map(\.type) == types.map { ArrayType([batch.size] + $0.shape, $0.dtype) },
      "\(context): the results are \(results.map(\.type)) for examples of \(types)")
    for (number, expected) in loop.enumerated() {
      try requireSame(
        subject, results.map { $0.example(number) }, expected, "\(context), example \(number)")
    }
  }
}

private func requireSame(
  _ subject: Subject, _ results: [Bits], _ expected: [Bits], _ context: String
) throws {
  guard subject.sample.exceptions.contains(.batchBits) else {
    return try requireSameBits(results, expected, context)
  }
  for (result, other) in zip(results, expected) {
    try requireClose(
      result.values(), other.values(),
      relative: max(subject.sample.tolerance, 64 * other.type.dtype.epsilon), context)
  }
}

private func name(_ axis: Int?) -> String { axis.map { "\($0)" } ?? "nil" }

/// Two levels of mapping: two batches of three.
private func requireNestedLoop(_ subject: Subject, _ dtype: DType) throws {
  let count = subject.sample.inputs.count
  let (outer, inner) = (2, 3)
  let examples = (0..<(outer * inner)).map { subject.values(dtype, example: $0) }
  let axes = axisChoices(subject, Set(0..<count)).last ?? []
  let arrays = (0..<count).map { place -> NDArray in
    let rows = (0..<outer).map { row in
      Values.stacked(
        (0..<inner).map { examples[row * inner + $0][place] }, like: examples[0][place].type,
        axis: axes[place] ?? 0)
    }
    return Values.stacked(rows, like: rows[0].type, axis: rows[0].type.rank).array()
  }
  let outerAxes: [Int?] = arrays.map { $0.rank - 1 }
  let results = try bits(
    Flat.vmap(
      { Flat.vmap(subject.run, $0, axes: axes, size: inner) }, arrays, axes: outerAxes, size: outer)
  )
  for (number, example) in examples.enumerated() {
    let expected = try bits(subject.run(example.map { $0.array() }))
    try requireSame(
      subject, results.map { $0.example(number / inner).example(number % inner) }, expected,
      "\(dtype), vmap of vmap, example \(number)")
  }
}

// MARK: - With derivatives

/// What the mixed laws need: the call as a function of inputs with derivatives, on three examples.
private struct MixedBatch {
  let examples: [Differentiated]
  let inexact: [Int]
  let outputs: [ArrayType]
  static let size = 3

  init?(_ subject: Subject, _ dtype: DType) {
    let places = subject.differentiable(dtype)
    guard !places.isEmpty else { return nil }
    let all = subject.values(dtype)
    let function = subject.function(of: places, at: all.map { $0.array() })
    examples = (0..<Self.size).map { example in
      let values = subject.values(dtype, example: example)
      return Differentiated(
        function, at: places.map { values[$0] },
        along: places.map { subject.direction($0, dtype, stream: example) },
        tolerance: subject.sample.tolerance)
    }
    let types = function(examples[0].arrays).map(\.type)
    outputs = types
    inexact = types.indices.filter { types[$0].dtype.isInexact }
    if inexact.isEmpty { return nil }
  }

  var function: @Sendable ([NDArray]) -> [NDArray] { examples[0].function }
  var inputCount: Int { examples[0].x.count }

  func cotangent(_ number: Int, example: Int) -> Values {
    InputRule.direction(outputs[inexact[number]], stream: 40 + 8 * example + number)
  }

  /// Values of every example along a new axis.
  func stacked(_ axis: Int, _ value: (Int) -> Values) -> NDArray {
    let values = (0..<Self.size).map(value)
    return Values.stacked(values, like: values[0].type, axis: axis).array()
  }

  /// The pullback on flat lists: inputs, then cotangents of inexact results.
  var gradient: (@Sendable ([NDArray]) -> [NDArray])? { examples[0].gradient()?.function }

  /// The tangents on flat lists: inputs, then their tangents, to tangents of inexact results.
  var pushed: @Sendable ([NDArray]) -> [NDArray] {
    let (function, count, inexact, outputs) = (
      self.function, inputCount, self.inexact, self.outputs
    )
    return { arrays in
      let tangents = Flat.jvp(function, Array(arrays[..<count]), Array(arrays[count...])).tangents
      return inexact.map { tangents[$0] ?? zeros(outputs[$0]) }
    }
  }

  var relative: Double {
    max(1e-10, 10 * examples[0].tolerance, 50 * (outputs.map(\.dtype.epsilon).max() ?? 0))
  }
}

private func eachMixedBatch(_ subject: Subject, _ body: (MixedBatch) throws -> Void) throws -> Bool
{
  var said = false
  for dtype in subject.derivativeDTypes {
    guard let batch = MixedBatch(subject, dtype) else { continue }
    try body(batch)
    said = true
  }
  return said
}

/// A function of flat lists, mapped over all or some of its arguments, against a loop.
///
/// Axes are first for all arguments, then first and last by turns.
private func requireMappedLoop(
  _ batch: MixedBatch, _ function: ([NDArray]) -> [NDArray], _ arguments: [[Values]],
  _ context: String
) throws {
  let count = arguments[0].count
  let half = batch.inputCount
  // All; the inputs alone; the others alone.
  var choices: [Set<Int>] = [Set(0..<count)]
  if half < count { choices += [Set(0..<half), Set(half..<count)] }
  for (mapped, isFirst) in choices.flatMap({ [($0, true), ($0, false)] }) {
    let axes = (0..<count).map { place -> Int? in
      guard mapped.contains(place) else { return nil }
      return isFirst || place % 2 == 0 ? 0 : arguments[0][place].type.rank
    }
    let arrays = axes.enumerated().map { place, axis in
      axis.map { axis in batch.stacked(axis) { arguments[$0][place] } }
        ?? arguments[0][place].array()
    }
    let results = try values(Flat.vmap(function, arrays, axes: axes, size: MixedBatch.size))
    for example in 0..<MixedBatch.size {
      let single = (0..<count).map {
        arguments[mapped.contains($0) ? example : 0][$0].array()
      }
      for (result, expected) in zip(results, try values(function(single))) {
        try requireClose(
          result.example(example), expected, relative: batch.relative,
          "\(context), axes \(axes.map(name)), example \(example)")
      }
    }
  }
}

private func mappedPullbackIsLooped(_ subject: Subject) throws -> Bool {
  try eachMixedBatch(subject) { batch in
    guard let gradient = batch.gradient else { return }
    let arguments = batch.examples.indices.map { example in
      batch.examples[example].x
        + batch.inexact.indices.map { batch.cotangent($0, example: example) }
    }
    try requireMappedLoop(batch, gradient, arguments, "vmap of vjp")
  }
}

/// Mapped pullbacks and tangents run, whatever they are.
private func requireMappedDerivativesRun(_ subject: Subject) throws {
  _ = try eachMixedBatch(subject) { batch in
    let x = batch.examples[0].x.indices.map { place in
      batch.stacked(0) { batch.examples[$0].x[place] }
    }
    if let gradient = batch.gradient {
      let cotangents = batch.inexact.indices.map { number in
        batch.stacked(0) { batch.cotangent(number, example: $0) }
      }
      let arrays = x + cotangents
      try Flat.evaluate(
        Flat.vmap(gradient, arrays, axes: arrays.map { _ in 0 }, size: MixedBatch.size))
    }
    let arrays = x + x
    try Flat.evaluate(
      Flat.vmap(batch.pushed, arrays, axes: arrays.map { _ in 0 }, size: MixedBatch.size))
  }
}

private func pullbackOfMappedIsLooped(_ subject: Subject) throws -> Bool {
  try eachMixedBatch(subject) { batch in
    guard let gradient = batch.gradient else { return }
    let count = batch.inputCount
    let examples = batch.examples.indices
    for (mapped, isFirst) in choices(count).flatMap({ [($0, true), ($0, false)] }) {
      let axes = (0..<count).map { place -> Int? in
        guard mapped.contains(place) else { return nil }
        return isFirst == (place % 2 == 0) ? 0 : batch.examples[0].x[place].type.rank
      }
      let arrays = axes.enumerated().map { place, axis in
        axis.map { axis in batch.stacked(axis) { batch.examples[$0].x[place] } }
          ?? batch.examples[0].x[place].array()
      }
      var cotangents = [NDArray?](repeating: nil, count: batch.outputs.count)
      for (number, place) in batch.inexact.enumerated() {
        cotangents[place] = batch.stacked(0) { batch.cotangent(number, example: $0) }
      }
      let function = batch.function
      let (_, pullback) = Flat.vjp(
        { Flat.vmap(function, $0, axes: axes, size: MixedBatch.size) }, arrays)
      let pulled = try values(zip(pullback(cotangents), arrays).map { $0 ?? zeros($1.type) })
      let loop = try examples.map { example in
        try values(
          gradient(
            (0..<count).map {
              batch.examples[mapped.contains($0) ? example : 0].x[$0].array()
            } + batch.inexact.indices.map { batch.cotangent($0, example: example).array() }))
      }
      for place in 0..<count {
        let expected =
          mapped.contains(place)
          ? Values.stacked(
            loop.map { $0[place] }, like: loop[0][place].type, axis: axes[place] ?? 0)
          : loop.dropFirst().reduce(loop[0][place]) { $0.moved(by: 1, along: $1[place]) }
        try requireClose(
          pulled[place], expected, relative: batch.relative,
          "vjp of vmap, axes \(axes.map(name)), input \(place)")
      }
    }
  }
}

private func tangentsOfMappedAreLooped(_ subject: Subject) throws -> Bool {
  try eachMixedBatch(subject) { batch in
    let arguments = batch.examples.map { $0.x + $0.directions }
    try requireMappedLoop(batch, batch.pushed, arguments, "vmap of jvp")
    try requireTangentsOfMapped(batch)
    guard !subject.sample.exceptions.contains(.secondDerivatives),
      let gradient = batch.gradient
    else { return }
    // Hessian-vector products, one for each example.
    let count = batch.inputCount
    let cotangents = batch.inexact.indices.map { batch.cotangent($0, example: 0).array() }
    try requireMappedLoop(
      batch,
      { arrays in
        let x = Array(arrays[..<count])
        let tangents = Flat.jvp({ gradient($0 + cotangents) }, x, Array(arrays[count...])).tangents
        return zip(tangents, x).map { $0 ?? zeros($1.type) }
      }, arguments, "vmap of jvp of vjp")
  }
}

/// The tangents of the call mapped over all inputs.
private func requireTangentsOfMapped(_ batch: MixedBatch) throws {
  for isFirst in [true, false] {
    let axes: [Int?] = batch.examples[0].x.map { isFirst ? 0 : $0.type.rank }
    try requireTangentsOfMapped(batch, axes)
  }
}

private func requireTangentsOfMapped(_ batch: MixedBatch, _ axes: [Int?]) throws {
  func arrays(_ value: (Differentiated, Int) -> Values) -> [NDArray] {
    axes.enumerated().map { place, axis in
      batch.stacked(axis ?? 0) { value(batch.examples[$0], place) }
    }
  }
  let function = batch.function
  let (outputs, tangents) = Flat.jvp(
    { Flat.vmap(function, $0, axes: axes, size: MixedBatch.size) }, arrays { $0.x[$1] },
    arrays { $0.directions[$1] })
  let results = try values(zip(outputs, tangents).map { $1 ?? zeros($0.type) })
  for (number, example) in batch.examples.enumerated() {
    let expected = try values(
      batch.pushed(example.arrays + example.directions.map { $0.array() }))
    for (place, expected) in zip(batch.inexact, expected) {
      try requireClose(
        results[place].example(number), expected, relative: batch.relative,
        "jvp of vmap, axes \(axes.map(name)), example \(number)")
    }
  }
}
