// compile: traced once for each kind of arguments, never confused, the same results as a plain call.

import Synchronization
import Testing

@testable import Covector

/// Counts how often a function runs.
private final class Counter: Sendable {
  private let count = Mutex(0)
  func add() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}

private struct NamedLayer: ArrayTree, Equatable {
  var weight: NDArray
  var bias: NDArray?
  var name = "layer"

  static func == (a: NamedLayer, b: NamedLayer) -> Bool { a.name == b.name }
}

private struct Activated: ArrayTree {
  var weight: NDArray
  let activation: (NDArray) -> NDArray
}

private enum Choice: ArrayTree {
  case double(NDArray)
  case square(NDArray)

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    switch self {
    case .double(var x):
      visitor.visit("x", &x)
      self = .double(x)
    case .square(var x):
      visitor.visit("x", &x)
      self = .square(x)
    }
  }
}

private func vector(_ values: Double...) -> NDArray { NDArray(values) }

@Suite struct CompileTests {
  @Test func tracesOnce() {
    let counter = Counter()
    let f = compile { (x: NDArray) in
      counter.add()
      return x * x + 1
    }
    for value in [1.0, 2, 3] { #expect(f(NDArray(value)).item(Double.self) == value * value + 1) }
    #expect(counter.value == 1)
  }

  @Test func newShapeOrDTypeIsTraced() {
    let counter = Counter()
    let f = compile { (x: NDArray) in
      counter.add()
      return x.sum() * Double(x.count)
    }
    #expect(f(vector(1, 2)).item(Double.self) == 6)
    #expect(f(vector(1, 2, 3)).item(Double.self) == 18)
    #expect(f(NDArray([1, 2] as [Float])).dtype == .float32)
    #expect(f(vector(5, 5)).item(Double.self) == 20)
    #expect(counter.value == 3)
  }

  @Test func gradientsCompile() {
    let g = compile(grad { (x: NDArray) in sin(x) * x })
    let plain = grad { (x: NDArray) in sin(x) * x }
    for value in [0.3, 0.7] {
      #expect(g(NDArray(value)).item(Double.self) == plain(NDArray(value)).item(Double.self))
    }
  }

  @Test func severalArgumentsAndResults() {
    let f = compile { (x: NDArray, layer: NamedLayer) -> (NDArray, NamedLayer) in
      let y = matmul(x, layer.weight) + (layer.bias ?? 0)
      return (y, NamedLayer(weight: layer.weight * 2, bias: layer.bias, name: layer.name + "!"))
    }
    let (y, layer) = f(vector(1, 2), NamedLayer(weight: vector(3, 4), bias: NDArray(0.5)))
    #expect(y.item(Double.self) == 11.5)
    #expect(layer.weight.array(of: Double.self) == [6, 8])
    #expect(layer.bias?.item(Double.self) == 0.5)
    #expect(layer.name == "layer!")
  }

  // MARK: What decides about a trace

  @Test func m12Row21WhereAContainerEnds() {
    let f = compile { (a: [NDArray], b: [NDArray]) in
      a.reduce(0) { $0 + $1 } * 10 + b.reduce(0) { $0 + $1 }
    }
    let (one, two) = (NDArray(1.0), NDArray(2.0))
    #expect(f([one, two], []).item(Double.self) == 30)
    #expect(f([one], [two]).item(Double.self) == 12)

    let counts = compile { (x: [[NDArray]]) in NDArray(x.count * 10 + (x.first?.count ?? 0)) }
    #expect(counts([[one, one]]).item(Int.self) == 12)
    #expect(counts([[one], [one]]).item(Int.self) == 21)
    #expect(counts([[one, one], []]).item(Int.self) == 22)
  }

  @Test func m12Row22NumbersWithoutADType() {
    let f = compile { (x: NDArray, y: NDArray) in x + y }
    let x = NDArray([1, 2] as [Int32])
    #expect(f(x, 0).dtype == .int32)
    #expect(f(x, 0.0).dtype == (x + 0.0).dtype)
    #expect(f(x, true).dtype == (x + true).dtype)
    let half = x.asType(.bfloat16)
    #expect(f(half, 1.5).dtype == .bfloat16)
    #expect(f(half, NDArray(1.5 as Float)).dtype == .float32)
    // Held in 64 bits until it meets its dtype, as in a plain call.
    #expect(f(vector(0), 0.1).array(of: Double.self) == [0.1])
    #expect(f(2.5, 1.0).isWeak)
  }

  @Test func m12Row22LiteralsAreChecked() throws {
    let f = compile { (x: NDArray, y: NDArray) in x * y }
    let bytes = NDArray([1, 2] as [UInt8])
    #expect(f(bytes, 3).array(of: UInt8.self) == [3, 6])
    #expect(throws: ArrayError.self) { try checked { f(bytes, -1) } }
    #expect(f(bytes, 4).array(of: UInt8.self) == [4, 8])
  }

  @Test func m12Row23TwoCompiledFormsOfOneFunction() {
    let step = { (x: NDArray, state: NDArray) in (x * state, state + 1) }
    let plain = compile { (x: NDArray, state: NDArray) in step(x, state).0 }
    let threaded = compile(step)
    #expect(plain(NDArray(3.0), NDArray(2.0)).item(Double.self) == 6)
    var state = NDArray(2.0)
    for count in 0..<3 {
      let (y, next) = threaded(NDArray(3.0), state)
      #expect(y.item(Double.self) == 3 * (2 + Double(count)))
      state = next
    }
    #expect(state.item(Double.self) == 5)
  }

  // Another shape is another trace; CompiledMapTests has those that serve several.
  @Test func m12Row24ShapesAreNeverStale() {
    let last = compile(vmap { (v: NDArray) in v[-1] })
    let total = compile { (x: NDArray) in x.trace() + x.diagonal().sum() }
    let mean = compile { (x: NDArray) in x.sum() / Double(x.count) }
    for size in [2, 3, 5] {
      let x = NDArray((0..<(size * size)).map(Double.init), shape: [size, size])
      let ends = (1...size).map { Double($0 * size - 1) }
      #expect(last(x).array(of: Double.self) == ends)
      let trace = (0..<size).map { Double($0 * (size + 1)) }.reduce(0, +)
      #expect(total(x).item(Double.self) == 2 * trace)
      #expect(mean(x).item(Double.self) == Double(size * size - 1) / 2)
    }
  }

  @Test func m12Row25ShapesAreCheckedAgain() throws {
    let product = compile { (a: NDArray, b: NDArray) in matmul(a, b) }
    let sum = compile { (a: NDArray, b: NDArray) in a + b }
    #expect(product(NDArray.ones([4, 5]), NDArray.ones([5, 2])).shape == [4, 2])
    #expect(sum(NDArray.ones([4, 5]), NDArray.ones([4, 5])).shape == [4, 5])
    #expect(throws: ArrayError.self) {
      try checked { product(NDArray.ones([4, 5]), NDArray.ones([6, 2])) }
    }
    #expect(throws: ArrayError.self) {
      try checked { sum(NDArray.ones([4, 5]), NDArray.ones([2, 3])) }
    }
    #expect(product(NDArray.ones([4, 5]), NDArray.ones([5, 2]))[0, 0].item() == 5.0)
  }

  @Test func fieldsThatAreNoArraysDecide() {
    let counter = Counter()
    let f = compile { (layer: NamedLayer) in
      counter.add()
      return layer.name == "twice" ? layer.weight * 2 : layer.weight
    }
    #expect(f(NamedLayer(weight: NDArray(3.0))).item(Double.self) == 3)
    #expect(f(NamedLayer(weight: NDArray(3.0), name: "twice")).item(Double.self) == 6)
    #expect(f(NamedLayer(weight: NDArray(4.0), name: "twice")).item(Double.self) == 8)
    #expect(counter.value == 2)
    #expect(f(NamedLayer(weight: NDArray(3.0), bias: NDArray(1.0))).item(Double.self) == 3)
    #expect(counter.value == 3)
  }

  @Test func closuresDecideByIdentity() {
    let counter = Counter()
    let f = compile { (layer: Activated) in
      counter.add()
      return layer.activation(layer.weight)
    }
    let scale = Counter()
    let twice = { (x: NDArray) -> NDArray in
      scale.add()
      return x * 2
    }
    let negated = { (x: NDArray) -> NDArray in
      scale.add()
      return -x
    }
    for value in [1.0, 2] {
      let x = NDArray(value)
      #expect(f(Activated(weight: x, activation: twice)).item(Double.self) == value * 2)
      #expect(f(Activated(weight: x, activation: negated)).item(Double.self) == -value)
    }
    #expect(counter.value == 2)
  }

  @Test func casesDecide() {
    let f = compile { (choice: Choice) in
      switch choice {
      case .double(let x): x * 2
      case .square(let x): x * x
      }
    }
    #expect(f(.double(NDArray(5.0))).item(Double.self) == 10)
    #expect(f(.square(NDArray(5.0))).item(Double.self) == 25)
  }

  @Test func staticArguments() {
    let counter = Counter()
    let power = compile { (x: NDArray, n: Static<Int>) in
      counter.add()
      var y = x
      for _ in 1..<n.value { y = y * x }
      return y
    }
    #expect(power(NDArray(2.0), Static(3)).item(Double.self) == 8)
    #expect(power(NDArray(3.0), Static(3)).item(Double.self) == 27)
    #expect(power(NDArray(2.0), Static(5)).item(Double.self) == 32)
    #expect(counter.value == 2)
  }

  @Test func keysDecide() {
    let f = compile { (x: [String: NDArray]) in (x["a"] ?? 0) * 10 + (x["b"] ?? 0) }
    #expect(f(["a": NDArray(1.0), "b": NDArray(2.0)]).item(Double.self) == 12)
    #expect(f(["b": NDArray(1.0), "c": NDArray(2.0)]).item(Double.self) == 1)
  }

  // MARK: Captures and other transforms

  @Test func capturedArraysAreThoseOfTheTrace() {
    var offset = NDArray(1.0) + 0
    let f = compile { (x: NDArray) in x + offset }
    #expect(f(NDArray(1.0)).item(Double.self) == 2)
    offset = NDArray(10.0)
    #expect(f(NDArray(1.0)).item(Double.self) == 2)
    #expect(f(vector(1)).item(Double.self) == 11)
  }

  @Test func insideOtherTransforms() {
    let f = compile { (x: NDArray) in x * x * x }
    let x = vector(1, 2, 3)
    _ = f(NDArray(1.0))
    #expect(vmap(f)(x).array(of: Double.self) == [1, 8, 27])
    #expect(vmap(grad(f))(x).array(of: Double.self) == [3, 12, 27])
    #expect(grad(grad(f))(NDArray(2.0)).item(Double.self) == 12)
    #expect(jvp(f, NDArray(2.0), NDArray(1.0)).tangents.item(Double.self) == 12)
    #expect(compile(vmap(compile(grad(f))))(x).array(of: Double.self) == [3, 12, 27])
  }

  @Test func capturesOfAnEnclosingTransform() {
    // The argument does not depend on the transform, but what is captured does.
    let g = grad { (w: NDArray) in compile { (x: NDArray) in x * w * w }(NDArray(3.0)) }
    #expect(g(NDArray(2.0)).item(Double.self) == 12)
    let m = vmap { (w: NDArray) in compile { (x: NDArray) in x + w }(NDArray(3.0)) }
    #expect(m(vector(1, 2)).array(of: Double.self) == [4, 5])
  }

  @Test func knownArgumentsInsideATransform() {
    let f = compile { (x: NDArray) in x * 2 }
    let g = grad { (x: NDArray) in x * f(NDArray(5.0)) }
    #expect(g(NDArray(1.0)).item(Double.self) == 10)
  }

  @Test func randomKeysAreValues() {
    let f = compile { (key: NDArray) in
      let keys = Random.split(key)
      return (Random.uniform([4], key: keys[0]), keys[1])
    }
    let (a, next) = f(Random.key(1))
    let (b, _) = f(next)
    #expect(a.array(of: Float.self) != b.array(of: Float.self))
    #expect(f(Random.key(1)).0.array(of: Float.self) == a.array(of: Float.self))
  }

  // MARK: Mistakes

  @Test func aFailedTraceIsForgotten() throws {
    let counter = Counter()
    let f = compile { (x: NDArray, y: NDArray) in
      counter.add()
      return x + y
    }
    for _ in 0..<2 {
      #expect(throws: ArrayError.self) { try checked { f(vector(1, 2), vector(1, 2, 3)) } }
    }
    #expect(counter.value == 2)
    #expect(f(vector(1, 2), vector(1, 1)).array(of: Double.self) == [2, 3])
  }

  @Test func readingNamesTheRemedy() {
    let f = compile { (x: NDArray) in x.item(Double.self) > 0 ? x : -x }
    let error = #expect(throws: ArrayError.self) { try checked { f(NDArray(1.0)) } }
    #expect(error?.message.contains("inside compile") == true)
    #expect(error?.message.contains("use which") == true)
  }

  @Test func failuresThatDependOnValuesAreThrown() throws {
    let f = compile { (x: NDArray, i: NDArray) in x.take(i, axis: 0) }
    #expect(f(vector(1, 2), NDArray([1])).array(of: Double.self) == [2])
    #expect(throws: ArrayError.self) {
      try checked { f(vector(1, 2), NDArray([7])).array(of: Double.self) }
    }
    #expect(f(vector(1, 2), NDArray([0])).array(of: Double.self) == [1])
  }

  // MARK: Bounds, log, tasks

  @Test func oldTracesAreForgotten() {
    let counter = Counter()
    let f = compile { (x: NDArray, n: Static<Int>) in
      counter.add()
      return x + Double(n.value)
    }
    for n in 0..<100 { #expect(f(NDArray(1.0), Static(n)).item(Double.self) == 1 + Double(n)) }
    #expect(f(NDArray(1.0), Static(99)).item(Double.self) == 100)
    #expect(counter.value == 100)
    #expect(f(NDArray(1.0), Static(0)).item(Double.self) == 1)
    #expect(counter.value == 101)
  }

  @Test func theLogSaysWhy() {
    let lines = Mutex<[String]>([])
    let f = compile { (x: NamedLayer) in x.weight * 2 }
    CompileLog.$current.withValue(CompileLog { line in lines.withLock { $0.append(line) } }) {
      _ = f(NamedLayer(weight: vector(1)))
      _ = f(NamedLayer(weight: vector(2)))
      _ = f(NamedLayer(weight: vector(1, 2)))
      _ = f(NamedLayer(weight: vector(1, 2), name: "other"))
      _ = f(NamedLayer(weight: vector(1, 2), bias: vector(1)))
    }
    let log = lines.withLock { $0.map { $0.drop { $0 != " " }.drop { $0 != ":" } } }
    #expect(log.count == 4)
    #expect(log[0].hasSuffix(": traced for (float64[1])"))
    #expect(
      log[1].hasSuffix(
        ": traced again, as argument 0.weight has type float64[2], float64[1] before for "
          + "(float64[2])"))
    #expect(log[2].contains("what is not an array in the arguments differs"))
    #expect(log[3].contains("there are 2 arrays in the arguments, 1 before"))
  }

  @Test func tasksCallAtOnce() async {
    let cube = { @Sendable (x: [NDArray]) in [x[0] * x[0] * x[0]] }
    let f = Flat.compile(cube)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<200).allSatisfy { count in
            let x = Double(task + count)
            return f([NDArray(x)])[0].item(Double.self) == x * x * x
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
