// Property testing: random programs under random transforms, each compared with the plain interpreter, and
// with itself on other memory, layouts and threads. What differs is made as small as it gets.

import Covector
import CovectorValues
import Synchronization

/// Random programs compared with a plain interpreter.
///
///     let report = Fuzz(seed: 1).run(programs: 10_000)
public struct Fuzz: Sendable {
  /// The seed of all programs; program n of a seed is always the same.
  public var seed: UInt64
  /// The most operations a program has.
  public var steps = 6
  /// The names of the operations programs are made of; all by default.
  public var words: Set<String>?

  /// Makes a fuzzer.
  public init(seed: UInt64) { self.seed = seed }

  /// What became of a number of programs.
  public struct Report: Sendable {
    /// Programs whose results were compared.
    public var compared = 0
    /// Programs left out, by the reason.
    public var skipped: [String: Int] = [:]
    /// How often each operation occurred in a compared program.
    public var operations: [String: Int] = [:]
    /// How often each list of transforms occurred, innermost first.
    public var transforms: [String: Int] = [:]
    /// The differences found, made small, with what reproduces them.
    public var differences: [String] = []

    /// The report on no programs.
    public init() {}

    /// Adds what another report counts.
    public mutating func add(_ other: Report) {
      compared += other.compared
      skipped.merge(other.skipped, uniquingKeysWith: +)
      operations.merge(other.operations, uniquingKeysWith: +)
      transforms.merge(other.transforms, uniquingKeysWith: +)
      differences += other.differences
    }
  }

  /// The names of all operations programs are made of.
  public static var vocabulary: [String] { Vocabulary.all.map(\.name) }

  /// Tries programs `range` of this seed on some threads' worth of tasks.
  /// - Parameter limit: Stops after so many differences.
  public func run(programs range: Range<Int>, limit: Int = 5) -> Report {
    var report = Report()
    for number in range {
      let trial = Trial(self, number)
      switch trial.outcome() {
      case .same:
        report.compared += 1
        for step in trial.program.steps { report.operations[step.word, default: 0] += 1 }
        report.transforms[trial.names, default: 0] += 1
      case .skipped(let reason):
        report.skipped[reason, default: 0] += 1
      case .differs:
        let small = trial.minimised()
        report.differences.append("program \(number) of seed \(seed)\n" + small.description)
        if report.differences.count >= limit { return report }
      }
    }
    return report
  }
}

/// One program under some transforms.
struct Trial: Sendable {
  var program: FuzzProgram
  var transforms: [FuzzTransform]
  let seed: UInt64

  enum Outcome {
    case same
    /// Nothing can be said: a kink or a step is too near, or numbers are not finite.
    case skipped(String)
    case differs(String)
  }

  init(_ fuzz: Fuzz, _ number: Int) {
    seed = fuzz.seed &* 1_000_003 &+ UInt64(number)
    var maker = ProgramMaker(Draw(seed: seed))
    program = maker.program(steps: fuzz.steps, names: fuzz.words)
    var draw = maker.draw
    let count = draw.pick([0, 1, 1, 1, 2, 2, 2, 3, 3])
    transforms = (0..<count).map { _ in
      draw.pick([
        FuzzTransform.vmap(seed: draw.next()), .vmap(seed: draw.next()), .jvp, .vjp, .compile,
      ])
    }
  }

  /// The names of the transforms.
  var names: String {
    transforms.map {
      switch $0 {
      case .vmap: "vmap"
      case .jvp: "jvp"
      case .vjp: "vjp"
      case .compile: "compile"
      }
    }.joined(separator: ", ")
  }

  func outcome() -> Outcome {
    var magnitude = 1.0
    do {
      let tower = try Tower(program, transforms) { magnitude = max(magnitude, $0.magnitude) }
      let cost = tower.inputs.reduce(1) { $0 + $1.count }
      guard cost < 200 else { return .skipped("too large") }
      let expected = try tower.plain(tower.inputs)
      guard expected.allSatisfy(\.isFinite), magnitude < 1e6 else { return .skipped("not finite") }
      let values = tower.inputs.map(\.values)
      let results: [Bits]
      do {
        results = try checked { try bits(tower.library(values.map { $0.array() })) }
      } catch {
        return .differs("\(tower.description): error: \(error)")
      }
      if let difference = difference(results, expected, 1e-10 * magnitude) {
        if difference.isNumerical, try isIllConditioned(tower.inputs, expected, difference.size) {
          return .skipped("ill-conditioned")
        }
        return .differs("\(tower.description): \(difference.text)")
      }
      if let difference = try variation(tower, values, results) {
        return .differs("\(tower.description): \(difference)")
      }
      return .same
    } catch is Unsteady {
      return .skipped("near a kink")
    } catch {
      return .differs("error: \(error)")
    }
  }

  /// The first element where the library and the interpreter differ.
  private func difference(
    _ results: [Bits], _ expected: [Plain], _ tolerance: Double
  ) -> (text: String, size: Double, isNumerical: Bool)? {
    guard results.count == expected.count else {
      return ("\(results.count) results, expected \(expected.count)", 0, false)
    }
    for (number, (result, plain)) in zip(results, expected).enumerated() {
      guard result.type == ArrayType(plain.shape, plain.dtype) else {
        return (
          "result \(number) is \(result.type), expected \(plain.dtype) \(plain.shape)", 0, false
        )
      }
      let allowed = plain.isReal ? tolerance * max(1, plain.magnitude) : 0
      for (place, (a, b)) in zip(result.values().real, plain.elements).enumerated() {
        let size = abs(a - b.value)
        if !(size <= allowed) {
          return (
            "element \(place) of result \(number) \(plain.shape) is \(a), expected \(b.value)",
            size,
            plain.isReal
          )
        }
      }
    }
    return nil
  }

  /// Whether rounding could explain a difference: whether the interpreter's own results move by as much when
  /// each of its operations is off by a hundred times the precision (Monte Carlo arithmetic).
  private func isIllConditioned(
    _ inputs: [Plain], _ expected: [Plain], _ size: Double
  ) throws -> Bool {
    var draw = Draw(seed: seed)
    let noisy = try Tower(program, transforms) { value in
      guard value.isReal else { return }
      value = value.map { Jet(parts: $0.parts * (1 + 2e-14 * (2 * draw.unit() - 1))) }
    }
    for _ in 0..<4 {
      for (a, b) in zip(try noisy.plain(inputs), expected) {
        for (x, y) in zip(a.elements, b.elements) where abs(x.value - y.value) > size / 10 {
          return true
        }
      }
    }
    return false
  }

  /// What changes the bits of the results though it must not: layouts of inputs, old contents of memory,
  /// the number of threads, and whether examples are mapped or looped over.
  private func variation(_ tower: Tower, _ values: [Values], _ results: [Bits]) throws -> String? {
    var draw = Draw(seed: seed ^ 0x5555)
    let others: [(String, Device)] = [
      ("on poisoned memory", Flat.poisonedDevice(0xff)),
      ("on three threads", Flat.device(threads: 3)),
    ]
    let (name, device) = draw.pick(others)
    let strides = values.map { _ in draw.pick([1, 2, -1, -3, 0]) }
    do {
      let other = try Device.$current.withValue(device) {
        try checked {
          let inputs = try zip(values, strides).map { value, stride in
            try (stride == 0 ? value.columnMajorArray() : value.array(stride: stride))
              ?? value.array()
          }
          return try bits(tower.library(inputs))
        }
      }
      for (a, b) in zip(other, results) {
        if let difference = a.difference(from: b) {
          return "\(name), strides \(strides): \(difference)"
        }
      }
    } catch {
      return "\(name), strides \(strides): error: \(error)"
    }
    return nil
  }

  var description: String {
    guard case .differs(let text) = outcome() else { return "no difference" }
    let values = program.inputs.enumerated().map { "  v\($0) = \($1.elements.map(\.value))" }
    return "\(text)\n\(program.description)\n\(values.joined(separator: "\n"))"
  }
}

// MARK: - Making a failure small

extension Trial {
  /// The smallest trial found, by dropping parts one after another, that still differs.
  func minimised() -> Trial {
    var best = self
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in best.reductions() {
        if case .differs = candidate.outcome() {
          best = candidate
          isSmaller = true
          break
        }
      }
    }
    return best
  }

  /// Trials with one part less.
  private func reductions() -> [Trial] {
    var result: [Trial] = []
    func add(_ change: (inout Trial) -> Void) {
      var copy = self
      change(&copy)
      result.append(copy)
    }
    for place in transforms.indices { add { $0.transforms.remove(at: place) } }
    if program.outputs.count > 1 {
      for output in program.outputs { add { $0.program.outputs = [output] } }
    }
    let pruned = program.pruned()
    if pruned.steps.count + pruned.inputs.count < program.steps.count + program.inputs.count {
      add { $0.program = pruned }
    }
    for place in program.steps.indices.reversed() {
      if let program = try? program.givingInput(inPlaceOf: place) { add { $0.program = program } }
    }
    return result
  }
}

extension FuzzProgram {
  /// The program without steps and inputs that no output needs; one input stays.
  func pruned() -> FuzzProgram {
    var needed = [Bool](repeating: false, count: inputs.count + steps.count)
    for output in outputs { needed[output] = true }
    for (number, step) in steps.enumerated().reversed() where needed[inputs.count + number] {
      for operand in step.operands { needed[operand] = true }
    }
    if !needed[..<inputs.count].contains(true) { needed[0] = true }
    return keeping(needed)
  }

  private func keeping(_ needed: [Bool]) -> FuzzProgram {
    var numbers = [Int](repeating: 0, count: needed.count)
    var next = 0
    for number in needed.indices where needed[number] {
      numbers[number] = next
      next += 1
    }
    return FuzzProgram(
      inputs: inputs.indices.filter { needed[$0] }.map { inputs[$0] },
      steps: steps.indices.filter { needed[inputs.count + $0] }.map { place in
        steps[place].reading(steps[place].operands.map { numbers[$0] })
      }, outputs: outputs.map { numbers[$0] })
  }

  /// The program with the value of a step given as an input instead.
  func givingInput(inPlaceOf place: Int) throws -> FuzzProgram {
    var values = inputs
    for step in steps { values.append(try step.plain(step.operands.map { values[$0] })) }
    let (count, old) = (inputs.count, inputs.count + place)
    // The new input goes after the others: numbers from there up to the step's move by one.
    func moved(_ number: Int) -> Int {
      number == old ? count : number >= count && number < old ? number + 1 : number
    }
    var steps = self.steps
    steps.remove(at: place)
    return FuzzProgram(
      inputs: inputs + [values[old]],
      steps: steps.map { $0.reading($0.operands.map(moved)) }, outputs: outputs.map(moved)
    ).pruned()
  }
}

extension Step {
  /// The step on other values.
  func reading(_ operands: [Int]) -> Step {
    Step(name: name, operands: operands, run: run, plain: plain)
  }

  /// The name without parameters.
  var word: String { String(name.prefix { $0 != "(" && $0 != "[" }) }
}
