// Values and types: against an independent source, and against the promise made before evaluation.

import Covector
import CovectorValues

/// The laws about results as such.
let valueLaws: [Law] = [
  Law(
    "value", "The results are those of an independent source, in every accepted dtype.",
    excused: .values, valuesAreGolden),
  Law(
    "identity", "The same call twice makes equal primitives with equal hashes.",
    sameCallsAreEqual),
]

/// The laws about shapes and dtypes.
let typeLaws: [Law] = [
  Law(
    "type", "Shapes and dtypes of results are those promised before evaluation.",
    typesAreAsPromised),
  Law(
    "dtypes", "Every dtype is accepted as stated, or refused with an error that says why.",
    dtypesAreAsStated),
]

private func valuesAreGolden(_ subject: Subject) throws -> Bool {
  guard subject.sample.oracle != nil, let golden = subject.golden else { return false }
  let entry = try golden.entry(subject.entry.name, subject.sample)
  for dtype in subject.dtypes {
    let expected = try entry.results(for: dtype)
    let results = try bits(subject.run(subject.inputs(dtype)))
    try require(
      results.count == expected.count,
      "\(dtype): there are \(results.count) results, expected \(expected.count)")
    for (result, golden) in zip(results, expected) {
      try requireGolden(result, golden, dtype, subject.sample.tolerance)
    }
  }
  return true
}

private func requireGolden(
  _ result: Bits, _ golden: Golden.Result, _ dtype: DType, _ tolerance: Double
) throws {
  try require(
    result.type.shape == golden.shape,
    "\(dtype): the shape is \(result.type.shape), expected \(golden.shape)")
  if let mine = result.integers(), let expected = golden.integers {
    // Oracles compute in integers of their own width; the low bits must agree.
    let unused = Int64(64 - 8 * result.type.dtype.byteCount)
    for index in mine.indices where (mine[index] << unused) != (expected[index] << unused) {
      throw Violation("\(dtype): element \(index) is \(mine[index]), expected \(expected[index])")
    }
    return
  }
  let mine = result.values()
  let expected = golden.values
  let allowance = Allowance(result.type.dtype, under: dtype, tolerance)
  let magnitude = expected.magnitude
  for index in expected.real.indices {
    let isNear = allowance.accepts(
      (mine.real[index], mine.imaginary.isEmpty ? 0 : mine.imaginary[index]),
      (expected.real[index], expected.imaginary.isEmpty ? 0 : expected.imaginary[index]),
      magnitude: magnitude)
    try require(
      isNear,
      "\(dtype): element \(index) of \(result.type) is \(mine.description(at: index)), "
        + "expected \(expected.description(at: index))")
  }
}

/// How far a result may be from the true value of the function at the rounded inputs.
struct Allowance {
  private let relative: Double
  /// The part of the largest element that counts as an element's own size, for cancellation.
  private let share: Double
  private let absolute: Double
  private let largest: Double

  /// - Parameters:
  ///   - result: The dtype of the result.
  ///   - tested: The dtype of the inputs, in which the operation may compute.
  ///   - tolerance: The relative error stated for `float64`.
  init(_ result: DType, under tested: DType, _ tolerance: Double) {
    let precision = max(result.epsilon, tested.isInexact && result.isInexact ? tested.epsilon : 0)
    let factor = max(1, tolerance / 1e-12)
    switch precision {
    case 0: (relative, share) = (0, 0)
    case 0x1p-52: (relative, share) = (tolerance, 1e-3)
    // Forty units in the last place of 24 bits; four of a half type, which is computed in 24 bits
    // and rounded after each primitive.
    case 0x1p-23: (relative, share) = (5e-6 * factor, 0.1)
    default: (relative, share) = (4 * precision * factor, 0.1)
    }
    largest = min(result.largest, tested.isInexact ? tested.largest : result.largest)
    absolute = precision == 0 ? 0 : (result == .float16 ? 6e-8 : 1.2e-38)
  }

  func accepts(
    _ value: (Double, Double), _ expected: (Double, Double), magnitude: Double
  ) -> Bool {
    func part(_ a: Double, _ b: Double, size: Double) -> Bool {
      if a == b || (a.isNaN && b.isNaN) { return true }
      // Too large for the dtype: infinity, or the end of the range, is right.
      if abs(b) > largest * (1 - relative) {
        return abs(a) >= largest * (1 - relative) && a * b > 0
      }
      return abs(a - b) <= relative * max(size, share * min(magnitude, largest)) + absolute
    }
    let size = expected.1 == 0 ? abs(expected.0) : (expected.0.magnitude + expected.1.magnitude)
    return part(value.0, expected.0, size: size) && part(value.1, expected.1, size: size)
  }
}

private func typesAreAsPromised(_ subject: Subject) throws -> Bool {
  for dtype in subject.dtypes {
    let results = subject.run(subject.inputs(dtype))
    let promised = results.map(\.type)
    let repeated = subject.run(subject.inputs(dtype)).map(\.type)
    try require(
      promised == repeated, "\(dtype): the same call promised \(promised) and \(repeated)")
    try Flat.evaluate(results)
    for (result, type) in zip(results, promised) {
      try require(result.type == type, "\(dtype): \(result.type) was computed, \(type) promised")
      if let shape = Flat.evaluatedShape(result) {
        try require(
          shape == type.shape, "\(dtype): shape \(shape) was computed, \(type.shape) promised")
      }
      let bytes = try Bits(result).bytes.count
      let expected = type.count * type.dtype.byteCount
      try require(bytes == expected, "\(dtype): \(bytes) bytes were computed for \(type)")
    }
  }
  return true
}

private func dtypesAreAsStated(_ subject: Subject) throws -> Bool {
  guard subject.sample.inputs.contains(where: \.takesDType) else { return false }
  var surplus: [DType] = []
  for dtype in DType.allCases {
    let isAccepted = subject.entry.dtypes.contains(dtype)
    do {
      try checked {
        let results = subject.run(subject.inputs(dtype))
        try Flat.evaluate(results)
        for result in results { _ = try Bits(result) }
      }
      if !isAccepted { surplus.append(dtype) }
    } catch let error as ArrayError {
      try require(!isAccepted, "\(dtype) is among the stated dtypes, but fails: \(error.summary)")
      try require(
        !error.operation.isEmpty && !error.message.isEmpty && !error.message.contains("\n"),
        "\(dtype) is refused with an error that is not one line: \(error.summary)")
      try require(
        error.message.contains("\(dtype)"),
        "\(dtype) is refused with an error that does not name it: \(error.summary)")
    }
  }
  try require(
    surplus.isEmpty,
    "not among the stated dtypes, but runs: \(surplus.map(\.description).joined(separator: ", "))")
  return true
}

private func sameCallsAreEqual(_ subject: Subject) throws -> Bool {
  guard let dtype = subject.dtypes.first else { return false }
  let inputs = subject.inputs(dtype)
  let first = Flat.primitives(subject.run, inputs)
  let second = Flat.primitives(subject.run, inputs)
  try require(first.count == second.count, "the same call made different graphs")
  for (a, b) in zip(first, second) {
    try require(a == b, "\(a.base) is not equal to itself, made again")
    try require(a.hashValue == b.hashValue, "\(a.base) has two hashes")
  }
  return true
}
