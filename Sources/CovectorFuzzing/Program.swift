// Random programs: a list of steps on numbered values, which the library and the plain interpreter both run.

import Covector

/// A source of random numbers with a seed, SplitMix64.
struct Draw: RandomNumberGenerator, Sendable {
  var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func chance(_ percent: Int) -> Bool { int(0...99) < percent }
  mutating func pick<T>(_ list: [T]) -> T { list[int(0...(list.count - 1))] }
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// One operation of a random program.
struct Step: Sendable {
  /// The call, with parameters, as it is printed; operands follow.
  let name: String
  let operands: [Int]
  let run: @Sendable ([NDArray]) -> NDArray
  let plain: @Sendable ([Plain]) throws -> Plain
}

/// A random program.
struct FuzzProgram: Sendable {
  /// Its inputs, with the values it is tried at.
  var inputs: [Plain]
  /// Its operations; the value of step i has number `inputs.count + i`.
  var steps: [Step]
  /// The values it returns.
  var outputs: [Int]

  func run(_ arrays: [NDArray]) -> [NDArray] {
    var values = arrays
    for step in steps { values.append(step.run(step.operands.map { values[$0] })) }
    return outputs.map { values[$0] }
  }

  /// Runs the program on plain arrays; `watch` sees, and may change, each result.
  func plain(_ arrays: [Plain], _ watch: (inout Plain) -> Void) throws -> [Plain] {
    var values = arrays
    for step in steps {
      var result = try step.plain(step.operands.map { values[$0] })
      watch(&result)
      values.append(result)
    }
    return outputs.map { values[$0] }
  }

  var description: String {
    var lines: [String] = []
    for (number, input) in inputs.enumerated() {
      lines.append("  v\(number): \(input.dtype) \(input.shape)")
    }
    for (number, step) in steps.enumerated() {
      let operands = step.operands.map { "v\($0)" }.joined(separator: ", ")
      lines.append("  v\(number + inputs.count) = \(step.name) of \(operands)")
    }
    return lines.joined(separator: "\n") + "\n  return "
      + outputs.map { "v\($0)" }.joined(separator: ", ")
  }
}

// MARK: - Making programs

/// What a step may read.
struct Known {
  let number: Int
  let value: Plain
}

/// A program while it is made: its values are computed along the way, so that steps that leave the
/// moderate numbers, or stand on a kink, are not taken.
struct ProgramMaker {
  var draw: Draw
  var inputs: [Plain] = []
  var steps: [Step] = []
  var values: [Plain] = []

  init(_ draw: Draw) { self.draw = draw }

  /// A program of up to so many steps.
  mutating func program(steps limit: Int, names: Set<String>? = nil) -> FuzzProgram {
    for _ in 0..<draw.int(1...3) { addInput() }
    let vocabulary = Vocabulary.all.filter { names?.contains($0.name) ?? true }
    let wanted = draw.int(1...limit)
    var tries = 0
    while steps.count < wanted, tries < 40 {
      tries += 1
      guard let step = draw.pick(vocabulary).make(&self) else { continue }
      guard let result = try? step.plain(step.operands.map { values[$0] }) else { continue }
      guard result.isFinite, result.magnitude < 100, result.count <= 64, result.rank <= 4 else {
        continue
      }
      steps.append(step)
      values.append(result)
    }
    // The last value, and sometimes others, an input among them.
    var outputs = [values.count - 1]
    while draw.chance(25) { outputs.append(draw.int(0...(values.count - 1))) }
    return FuzzProgram(inputs: inputs, steps: steps, outputs: outputs)
  }

  private mutating func addInput() {
    let shape: [Int]
    if let old = inputs.last, draw.chance(50) {
      // A shape that broadcasts with another's.
      let axes = draw.int(0...old.rank)
      shape = old.shape.suffix(axes).map { draw.chance(25) ? 1 : $0 }
    } else {
      shape = (0..<draw.int(0...3)).map { _ in draw.pick([0, 1, 2, 2, 3, 3, 4]) }
    }
    let kind = inputs.isEmpty ? .real : draw.pick([Plain.Kind.real, .real, .real, .whole, .truth])
    let input = Plain.random(shape, kind, &draw)
    inputs.append(input)
    values.append(input)
  }

  /// A value that fits, newer ones more often; `nil` where there is none.
  mutating func pick(
    _ kinds: Set<Plain.Kind> = [.real], where fits: (Plain) -> Bool = { _ in true }
  )
    -> Known?
  {
    let fitting = values.indices.filter { kinds.contains(values[$0].kind) && fits(values[$0]) }
    guard !fitting.isEmpty else { return nil }
    let number = draw.chance(50) ? fitting[fitting.count - 1] : draw.pick(fitting)
    return Known(number: number, value: values[number])
  }

  /// Some of the axes of a value, at least one where there is one.
  mutating func axes(of value: Plain) -> [Int] {
    let chosen = value.shape.indices.filter { _ in draw.chance(50) }
    return chosen.isEmpty && value.rank > 0 ? [draw.int(0...(value.rank - 1))] : chosen
  }

  /// An axis, counted from either end, and its number from the front.
  mutating func axis(_ rank: Int) -> (spelled: Int, place: Int) {
    let place = draw.int(0...(rank - 1))
    return (draw.chance(30) ? place - rank : place, place)
  }
}

extension Plain {
  /// Random elements: numbers in -2...2 apart from each other, small whole numbers, or truth values.
  static func random(_ shape: [Int], _ kind: Kind, _ draw: inout Draw) -> Plain {
    Plain(shape, kind) { _ in
      switch kind {
      case .real: Jet(4 * draw.unit() - 2)
      case .whole: Jet(Double(draw.int(-3...4)))
      case .truth: Jet(draw.chance(50) ? 1 : 0)
      }
    }
  }
}
