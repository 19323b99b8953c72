// Derivatives: both modes against differences and against each other, to second order.

import Covector
import CovectorValues

/// The laws about derivatives, for arrays of `float64` and `complex128`.
let derivativeLaws: [Law] = [
  Law(
    "jvp", "Tangents are the directional derivatives that differences find.",
    excused: .derivatives, least: requireTangentTypes, tangentsAreDifferences),
  Law(
    "adjoint", "The vector-Jacobian product is the adjoint of the Jacobian-vector product.",
    excused: .derivatives, pullbackIsAdjoint),
  Law(
    "vjp", "Cotangents are the gradients that differences find.",
    excused: .derivatives, cotangentsAreDifferences),
  Law(
    "second order", "Derivatives of derivatives are those that differences find, in both modes.",
    excused: [.derivatives, .secondDerivatives], least: requireSecondDerivativesRun,
    secondDerivativesAreDifferences),
]

private func eachDerivativeDType(
  _ subject: Subject, _ body: (Differentiated, DType) throws -> Bool
) throws -> Bool {
  var said = false
  for dtype in subject.derivativeDTypes {
    guard let differentiated = Differentiated(subject, dtype) else { continue }
    if try body(differentiated, dtype) { said = true }
  }
  return said
}

/// The tangents as numbers, zero where there is none.
private func tangents(
  _ f: Differentiated, along directions: [Values?], _ context: String
) throws -> [Values] {
  let (outputs, tangents) = Flat.jvp(f.function, f.arrays, directions.map { $0?.array() })
  for (output, tangent) in zip(outputs, tangents) {
    guard let tangent else { continue }
    try require(
      tangent.type == output.type, "\(context): a tangent of \(output.type) is \(tangent.type)")
  }
  return try values(zip(outputs, tangents).map { $1 ?? zeros($0.type) })
}

private func requireDerivative(
  _ result: Values, _ differences: Differences, _ number: Int, _ context: String
) throws {
  guard let expected = differences.derivatives[number] else {
    try require(
      result.magnitude == 0, "\(context): a result of \(result.type) has a tangent that is not zero"
    )
    return
  }
  try require(
    (expected.real + expected.imaginary + result.real + result.imaginary).allSatisfy(\.isFinite),
    "\(context): the derivative is not finite at this sample: \(result.real) "
      + "against \(expected.real)")
  // A complex tangent of a real result would be as wrong as a real one of a complex result.
  try requireClose(
    result, expected, relative: 1e-7, absolute: differences.errors[number], context)
}

private func tangentsAreDifferences(_ subject: Subject) throws -> Bool {
  try requireTangentTypes(subject)
  return try eachDerivativeDType(subject) { f, dtype in
    var said = false
    for directions in f.choices {
      let moved = directions.indices.filter { directions[$0] != nil }
      let context = "\(dtype), along inputs \(moved)"
      let tangents = try tangents(f, along: directions, context)
      let differences = try Differences(
        of: f.function, at: f.x, along: directions, tolerance: f.tolerance)
      for (number, tangent) in tangents.enumerated() {
        try requireDerivative(tangent, differences, number, context)
        if differences.derivatives[number] != nil { said = true }
      }
    }
    return said
  }
}

/// In every inexact dtype: tangents have the types of the results, cotangents those of the inputs.
private func requireTangentTypes(_ subject: Subject) throws {
  for dtype in subject.dtypes where dtype.isInexact {
    guard let f = Differentiated(subject, dtype) else { continue }
    _ = try tangents(f, along: f.directions, "\(dtype)")
    guard let gradient = f.gradient() else { continue }
    let arrays = f.arrays
    let pulled = gradient.function(arrays + gradient.cotangents.map { $0.array() })
    for (cotangent, x) in zip(pulled, arrays) {
      try require(
        cotangent.type == x.type, "\(dtype): the cotangent of \(x.type) is \(cotangent.type)")
    }
    try Flat.evaluate(pulled)
  }
}

private func pullbackIsAdjoint(_ subject: Subject) throws -> Bool {
  try eachDerivativeDType(subject) { f, dtype in
    let (outputs, pullback) = Flat.vjp(f.function, f.arrays)
    let cotangents = f.cotangents(outputs)
    let given = cotangents.indices.filter { cotangents[$0] != nil }
    guard !given.isEmpty else { return false }
    // Each result's cotangent alone, then all: missing ones stand for zero.
    let choices = given.count == 1 ? [given] : given.map { [$0] } + [given]
    for choice in choices {
      let chosen = cotangents.indices.map { choice.contains($0) ? cotangents[$0] : nil }
      let pulled = try values(
        zip(pullback(chosen.map { $0?.array() }), f.arrays).map { $0 ?? zeros($1.type) })
      for directions in f.choices {
        let context = "\(dtype), cotangents of results \(choice)"
        let pushed = try tangents(f, along: directions, context)
        try requireAdjoint(pushed, chosen, pulled, directions, f.tolerance, context)
      }
    }
    return true
  }
}

/// The cotangents times the tangents of the results are the pulled cotangents times the directions.
private func requireAdjoint(
  _ pushed: [Values], _ cotangents: [Values?], _ pulled: [Values], _ directions: [Values?],
  _ tolerance: Double, _ context: String
) throws {
  var (forward, reverse, scale) = (0.0, 0.0, 0.0)
  for (tangent, cotangent) in zip(pushed, cotangents) {
    guard let cotangent else { continue }
    forward += cotangent.dot(tangent)
    scale += cotangent.absoluteDot(tangent)
  }
  for (cotangent, direction) in zip(pulled, directions) {
    guard let direction else { continue }
    reverse += direction.dot(cotangent)
    scale += direction.absoluteDot(cotangent)
  }
  // A result of lower precision than the inputs limits what can be asked.
  let precision = pushed.map(\.type.dtype.epsilon).max() ?? 0
  let relative = max(1e-10, 10 * tolerance, 20 * precision)
  // Derivatives may cancel inside the rule itself, down from the size of what goes in.
  let sizes = (directions + cotangents).compactMap { $0?.magnitude }
  let allowed = relative * scale + 1e-16 * sizes.reduce(1, *)
  try require(
    abs(forward - reverse) <= allowed,
    "\(context): cotangent times tangent is \(forward), but \(reverse) after pulling back")
}

private func cotangentsAreDifferences(_ subject: Subject) throws -> Bool {
  try eachDerivativeDType(subject) { f, dtype in
    guard let gradient = f.gradient() else { return false }
    let cotangents = f.cotangents(f.function(f.arrays))
    let pulled = try values(
      gradient.function(f.arrays + gradient.cotangents.map { $0.array() }))
    for place in f.x.indices {
      for direction in probes(f.directions[place]) {
        var directions = [Values?](repeating: nil, count: f.x.count)
        directions[place] = direction
        let differences = try Differences(
          of: f.function, at: f.x, along: directions, tolerance: f.tolerance)
        var (expected, error) = (0.0, 0.0)
        for (number, cotangent) in cotangents.enumerated() {
          guard let cotangent, let derivative = differences.derivatives[number] else { continue }
          expected += cotangent.dot(derivative)
          error +=
            differences.errors[number] * cotangent.magnitude
            + 1e-7 * cotangent.absoluteDot(derivative)
        }
        let result = pulled[place].dot(direction)
        try require(
          abs(result - expected) <= error + 1e-9 * abs(result),
          "\(dtype), input \(place): the derivative along \(name(direction)) is \(result), "
            + "expected \(expected)")
      }
    }
    return true
  }
}

/// Directions that each move a few elements: single ones, up to a dozen spread over the array.
private func probes(_ like: Values) -> [Values] {
  let isSymmetric = like.symmetrizedIsSame
  let step = max(1, like.count / 6)
  var probes: [Values] = []
  for index in stride(from: 0, to: like.count, by: step) {
    var probe = Values.zeros(like.type)
    probe.real[index] = 1
    probes.append(isSymmetric ? probe.symmetrized() : probe)
    if !like.imaginary.isEmpty {
      probe = Values.zeros(like.type)
      probe.imaginary[index] = 1
      probes.append(isSymmetric ? probe.symmetrized() : probe)
    }
  }
  return probes
}

private func name(_ direction: Values) -> String {
  let real = direction.real.indices.filter { direction.real[$0] != 0 }
  let imaginary = direction.imaginary.indices.filter { direction.imaginary[$0] != 0 }
  return real.isEmpty ? "the imaginary part of element \(imaginary)" : "element \(real)"
}

extension Values {
  /// Whether this is a stack of symmetric matrices.
  fileprivate var symmetrizedIsSame: Bool {
    guard type.rank >= 2, type.shape[type.rank - 1] == type.shape[type.rank - 2], count > 1 else {
      return false
    }
    let other = symmetrized()
    return other.real == real && other.imaginary == imaginary
  }
}

private func secondDerivativesAreDifferences(_ subject: Subject) throws -> Bool {
  try eachDerivativeDType(subject) { f, dtype in
    guard let (gradient, cotangents) = f.gradient() else { return false }
    // The gradient as a function of the inputs and the cotangents.
    let streams = cotangents.indices.map {
      InputRule.direction(cotangents[$0].type, stream: 60 + $0)
    }
    let g = Differentiated(
      gradient, at: f.x + cotangents, along: f.directions + streams, tolerance: f.tolerance)
    let differences = try Differences(
      of: g.function, at: g.x, along: g.directions, tolerance: g.tolerance)
    let pushed = try tangents(g, along: g.directions, "\(dtype), jvp of vjp")
    for (number, tangent) in pushed.enumerated() {
      try requireDerivative(tangent, differences, number, "\(dtype), jvp of vjp, input \(number)")
    }
    let (outputs, pullback) = Flat.vjp(g.function, g.arrays)
    let weights = g.cotangents(outputs, stream: 80)
    let pulled = try values(
      zip(pullback(weights.map { $0?.array() }), g.arrays).map { $0 ?? zeros($1.type) })
    try requireAdjoint(pushed, weights, pulled, g.directions, f.tolerance, "\(dtype), vjp of vjp")
    try requireForwardOverForward(f, dtype)
    return true
  }
}

/// Derivatives of derivatives run, whatever they are.
private func requireSecondDerivativesRun(_ subject: Subject) throws {
  _ = try eachDerivativeDType(subject) { f, _ in
    guard let (gradient, cotangents) = f.gradient() else { return false }
    let arrays = f.arrays + cotangents.map { $0.array() }
    let (outputs, tangents) = Flat.jvp(gradient, arrays, arrays)
    try Flat.evaluate(tangents.compactMap { $0 })
    let pulled = Flat.vjp(gradient, arrays).pullback(outputs)
    try Flat.evaluate(pulled.compactMap { $0 })
    return true
  }
}

/// The tangent as a function of inputs and their tangents, pushed forward once more.
private func requireForwardOverForward(_ f: Differentiated, _ dtype: DType) throws {
  let count = f.x.count
  let function = f.function
  let types = function(f.arrays).map(\.type)
  let h = Differentiated(
    { arrays in
      let (x, t) = (Array(arrays[..<count]), Array(arrays[count...]))
      return zip(Flat.jvp(function, x, t).tangents, types).map { $0 ?? zeros($1) }
    }, at: f.x + f.directions,
    along: f.directions
      + f.directions.indices.map { index in
        let direction = InputRule.direction(f.directions[index].type, stream: 70 + index)
        return f.directions[index].symmetrizedIsSame ? direction.symmetrized() : direction
      }, tolerance: f.tolerance)
  let differences = try Differences(
    of: h.function, at: h.x, along: h.directions, tolerance: h.tolerance)
  let context = "\(dtype), jvp of jvp"
  for (number, tangent) in try tangents(h, along: h.directions, context).enumerated() {
    try requireDerivative(tangent, differences, number, context)
  }
}
