// Files of programs: what comes back computes the same, and what is damaged is refused.

@testable import CovectorTesting
import Synchronization
import CovectorValues
import Testing

@testable import Covector

@Suite struct ProgramFileTests {
  private func roundTrip(_ program: Program) throws -> Program {
    let bytes = try ProgramFile(["f": program]).encoded()
    return try #require(try ProgramFile(decoding: bytes)["f"])
  }

  private func bits(_ arrays: [NDArray]) throws -> [[UInt8]] {
    try arrays.map { try unsafe $0.withUnsafeBytes { unsafe [UInt8]($0) } }
  }

  /// The first dtype of the entry that is common to all: `float32` where it is accepted.
  private func dtype(_ entry: OpEntry) -> DType {
    for dtype in [DType.float32, .int32, .bool, .uint32, .complex64]
    where entry.dtypes.contains(dtype) {
      return dtype
    }
    return .float32
  }

  @Test func everyOperationComesBack() throws {
    var unknown: [String] = []
    for entry in Catalogue.all {
      for sample in entry.samples {
        let inputs = sample.inputs.enumerated().map { number, input in
          input.values(input.dtype(dtype(entry)), input: number, example: 0).array()
        }
        let program = try? checked { trace { (x: [NDArray]) in sample.run(x) }(inputs) }
        guard let program else {
          unknown.append(entry.name)
          continue
        }
        let again = try roundTrip(program)
        #expect(again.inputTypes == program.inputTypes && again.outputTypes == program.outputTypes)
        #expect(try bits(again(inputs)) == bits(program(inputs)), "\(entry.name) \(sample.label)")
      }
    }
    // What depends on values cannot be traced.
    #expect(
      Set(unknown).isSubset(of: ["nonzero", "unique", "uniqueElements", "bincount"]),
      "\(Set(unknown))")
  }

  @Test func transformedProgramsComeBack() throws {
    let x = counting(3, from: 1)
    // A transposed map of a placeholder has an array that has no value.
    for entry in ProgramPage.entries where entry.title != "linearTranspose" {
      let again = try roundTrip(entry.program)
      #expect(again.description == entry.program.description, "\(entry.title)")
    }
    let masked = { (x: NDArray) in
      select(x .> 2) {
        sqrt(x - 2)
      } else: {
        x * 0.1
      }.sum()
    }
    let program = try roundTrip(trace(masked)(x))
    #expect(numbers(grad { (x: NDArray) in program(x)[0] }(x)) == numbers(grad(masked)(x)))
    #expect(
      numbers(vmap { (x: NDArray) in program(x)[0] }(stacked([x, x]))) == numbers(masked(x))
        + numbers(masked(x)))
  }

  /// Functions with everything that holds programs of its own.
  private static var nested: [(name: String, function: (NDArray) -> NDArray)] {
    let kept = [
      "cond", "branch", "scan", "whileLoop", "forLoop", "checkpoint", "custom vjp", "custom jvp",
    ]
    return Wrapper.all.filter { kept.contains($0.name) }.flatMap { wrapper in
      let f = wrapper.apply { x in x * x * x }
      return [
        (wrapper.name, f), ("vmap of \(wrapper.name)", { x in vmap(f)(stacked([x, -x]))[1] }),
      ]
    }
  }

  @Test func programsInProgramsComeBack() throws {
    let x = double(2.0)
    for (name, function) in Self.nested {
      for (order, f) in [function, grad(function), grad(grad(function))].enumerated() {
        let program = try roundTrip(trace(f)(x))
        let again = { (x: NDArray) in program(x)[0] }
        #expect(try bits([again(x)]) == bits([f(x)]), "\(name), \(order)")
        // It is a function for every transform.
        #expect(
          areClose(numbers(grad(again)(x)), numbers(grad(f)(x)), 1e-14), "grad of \(name), \(order)"
        )
        #expect(
          areClose(
            numbers(vmap(again)(stacked([x, -x]))), numbers(stacked([f(x), f(-x)])), 1e-14),
          "vmap of \(name), \(order)")
      }
    }
  }

  @Test func aLongChainNeedsNoStack() throws {
    let counts = Mutex<[Int]>([])
    DepthTests.onSmallStack {
      let program = trace { (x: NDArray) in DepthTests.chain(x, 100_000) }(double(0.0))
      let bytes = try? ProgramFile(["chain": program]).encoded()
      let again = bytes.flatMap { try? ProgramFile(decoding: $0)["chain"] }
      let value = again.map { $0(double(1.0))[0].item(Int.self) }
      counts.withLock { $0 = [again?.operationCount ?? 0, value ?? 0] }
    }
    #expect(counts.withLock { $0 } == [100_000, 100_001])
  }

  @Test func constantsAreKeptOnce() throws {
    let large = counting(1000)
    let f = { (x: NDArray) in (x * large + large).sum() }
    let file = ProgramFile([
      "one": trace(f)(.placeholder([1000])), "two": trace(vmap(f))(.placeholder([2, 1000])),
    ])
    let bytes = try file.encoded()
    #expect(bytes.count > 8000 && bytes.count < 12000)
    let again = try ProgramFile(decoding: bytes)
    let ones = NDArray.ones([1000])
    let one = try #require(again["one"])
    #expect(numbers(one(ones)[0]) == numbers(f(ones)))
  }

  @Test func theSignatureIsPicked() throws {
    let f = { (x: NDArray) in x.sum() }
    let file = ProgramFile(["a": trace(f)(.placeholder([2])), "b": trace(f)(.placeholder([3]))])
    let again = try ProgramFile(decoding: try file.encoded())
    #expect(numbers(try again([NDArray.ones([3])])[0]) == [3])
    #expect(
      throws: ArrayError(
        "ProgramFile", "no program takes [float32[4]]; there are a[float32[2]], b[float32[3]]")
    ) {
      try again([NDArray.ones([4])])
    }
  }

  /// A file with every kind of thing in it.
  private var sample: [UInt8] {
    get throws {
      let weights = counting(2, 3)
      return try ProgramFile([
        "f": trace { (x: NDArray) in
          softmax(matmul(weights, x), axis: 0).transposed().sum(axis: -1) + 0.5
        }(.placeholder([3, 2], dtype: .float64))
      ]).encoded()
    }
  }

  /// A file with loops, branches and rules.
  private var loops: [UInt8] {
    get throws {
      let programs = Self.nested.map { ($0.name, trace(grad($0.function))(double(2.0))) }
      return try ProgramFile(Dictionary(uniqueKeysWithValues: programs)).encoded()
    }
  }

  /// The error of a file whose body this is.
  private func refusal(_ body: [UInt8]) -> String {
    var header = ProgramWriter()
    header.bytes = ProgramFile.magic
    for number in [ProgramFile.version, UInt64(body.count), Checksum.of(body)] {
      header.write(fixed: number)
    }
    return mistake { try ProgramFile(decoding: header.bytes + body) }
  }

  // What a file calls its operations is not ours to print as it is.
  @Test func aNameWithALineBreakIsSpeltOut() {
    var body = ProgramWriter()
    // No arrays; one program, of no inputs, no captures and one operation.
    for count in [0, 1] { body.write(count: count) }
    body.write("f")
    for count in [0, 0, 1] { body.write(count: count) }
    body.write("Add\r\n\u{1b}[2J\u{2028}é")
    #expect(
      refusal(body.bytes) == "[ProgramFile] no operation is called Add\\r\\n\\u{1B}[2J\\u{2028}é;"
        + " give its type among the primitives")
  }

  @Test func everyDamageIsSeen() throws {
    let bytes = try sample
    for count in 0..<bytes.count {
      #expect(throws: ArrayError.self) { try ProgramFile(decoding: Array(bytes[0..<count])) }
    }
    for place in bytes.indices {
      for change: UInt8 in [1, 0x80, 0xFF] {
        var damaged = bytes
        damaged[place] ^= change
        #expect(throws: ArrayError.self, "byte \(place)") { try ProgramFile(decoding: damaged) }
      }
    }
    #expect(throws: ArrayError.self) { try ProgramFile(decoding: bytes + [0]) }
  }

  /// A file whose sum is right, though its content has been changed, must be refused or be sound.
  @Test func hostileFilesDoNotCrash() throws {
    for bytes in [try sample, try loops] { try attack(bytes) }
  }

  private func attack(_ bytes: [UInt8]) throws {
    let places = ProgramFile.headerCount..<bytes.count
    for number in 0..<1000 {
      var changed = bytes
      // Spread over the file, and over what a byte can be.
      let place = places.lowerBound + number * places.count / 1000
      let values: [UInt8] = [0, 1, 2, 3, 5, 8, 0x7F, 0x80, 0xFE, 0xFF]
      changed[place] = values[(number / 7) % values.count]
      var header = ProgramWriter()
      header.write(fixed: Checksum.of(changed[ProgramFile.headerCount...]))
      changed.replaceSubrange(24..<32, with: header.bytes)
      // What is refused is refused with an error; what is read can be evaluated or says why not.
      guard let file = try? ProgramFile(decoding: changed) else { continue }
      for program in file.programs.values where program.captureByteCount < 1 << 20 {
        #expect(!program.description.isEmpty)
      }
    }
  }
}
