// compile(mappedOver:): one trace for any number of examples, which is right for each or refuses.

import Synchronization
import Testing

@testable import Covector

/// Functions of one example, by name; what the reference answers for another number of examples is stale.
private let sizeDependent: [(name: String, function: @Sendable (NDArray) -> NDArray)] = [
  ("last", { $0[-1] }),
  ("trace", { $0.trace() }),
  ("diagonal", { $0.diagonal() }),
  ("partition", { $0.partitioned(at: 1, axis: 0) }),
  ("convolution", { convolve($0.flattened(), NDArray([1.0, -2.0])) }),
  ("flat cumulative maximum", { $0.flattened().cumulativeMax(axis: 0) }),
  ("number of elements", { $0.sum() / Double($0.count) + Double($0.shape[0]) }),
  ("whatever the lane", { $0 * 0 + 7 }),
  ("random draw", { $0 + Random.normal($0.shape, dtype: .float64, key: Random.key(5)) }),
]

@Suite struct CompiledMapTests {
  private struct Layer: ArrayTree {
    var weight: NDArray
    var power = 1
  }

  private func batch(_ size: Int) -> NDArray {
    NDArray((0..<(size * 6)).map { Double(($0 * 7) % 11) - 4 }, shape: [size, 2, 3])
  }

  @Test func m12Row24OneTraceIsNeverStale() {
    for (name, function) in sizeDependent {
      let calls = Mutex(0)
      let f = compile(mappedOver: 0) { (x: NDArray) in
        calls.withLock { $0 += 1 }
        return function(x)
      }
      let fromBehind = compile(mappedOver: -1, out: -1) { (x: NDArray) in function(x) }
      for size in [3, 1, 5, 0, 3, 2] {
        let x = batch(size)
        let loop = (0..<size).flatMap { numbers(function(x[$0])) }
        let y = f(x)
        #expect(y.shape == [size] + function(batch(1)[0]).shape, "\(name), \(size)")
        #expect(numbers(y) == loop, "\(name), \(size)")
        let moved = fromBehind(x.movingAxis(0, to: 2)).movingAxis(-1, to: 0)
        #expect(numbers(moved) == loop, "\(name) along the last axis, \(size)")
      }
      #expect(calls.withLock(\.self) == 1, "\(name)")
    }
  }

  @Test func m12Row25ShapesAreCheckedForEverySize() throws {
    let product = compile(mappedOver: [0, nil]) { (a: NDArray, b: NDArray) in matmul(a, b) }
    let sum = compile(mappedOver: 0) { (a: NDArray, b: NDArray) in a + b }
    #expect(product(NDArray.ones([7, 4, 5]), NDArray.ones([5, 2])).shape == [7, 4, 2])
    #expect(product(NDArray.ones([2, 4, 5]), NDArray.ones([5, 2])).shape == [2, 4, 2])
    #expect(sum(NDArray.ones([4, 5]), NDArray.ones([4, 5])).shape == [4, 5])
    #expect(throws: ArrayError.self) {
      try checked { product(NDArray.ones([2, 4, 5]), NDArray.ones([6, 2])) }
    }
    #expect(
      mistake { _ = sum(NDArray.ones([4, 5]), NDArray.ones([2, 5])) }
        .contains("mapped sizes differ: 4 along axis 0 of argument 0, 2 along axis 0 of argument 1")
    )
    #expect(throws: ArrayError.self) {
      try checked { sum(NDArray.ones([4, 5]), NDArray.ones([4, 3])) }
    }
    // Mistakes leave nothing behind.
    #expect(numbers(sum(NDArray.ones([1, 2]), NDArray.ones([1, 2]))) == [2, 2])
  }

  @Test func anotherExampleIsAnotherTrace() {
    let calls = Mutex(0)
    let f = compile(mappedOver: [nil, 0]) { (layer: Layer, x: NDArray) -> NDArray in
      calls.withLock { $0 += 1 }
      return matmul(layer.weight, x) * Double(layer.power) * Double(x.count)
    }
    for size in [2, 3] {
      #expect(
        numbers(f(Layer(weight: NDArray.ones([1, 2])), NDArray.ones([size, 2])))
          == [Double](repeating: 4, count: size))
    }
    #expect(calls.withLock(\.self) == 1)
    #expect(numbers(f(Layer(weight: NDArray.ones([1, 3])), NDArray.ones([1, 3]))) == [9])
    #expect(
      numbers(f(Layer(weight: NDArray.ones([1, 3]), power: 2), NDArray.ones([1, 3]))) == [18])
    #expect(calls.withLock(\.self) == 3)
    #expect(
      numbers(f(Layer(weight: NDArray.ones([1, 2])), NDArray.ones([4, 2]))) == [4, 4, 4, 4])
    #expect(calls.withLock(\.self) == 3)
  }

  @Test func sumsOverTheNamedAxisServeAnyNumber() {
    let calls = Mutex(0)
    let statistics = { (x: NDArray) -> (NDArray, NDArray, NDArray) in
      calls.withLock { $0 += 1 }
      let mean = x.mean(over: "batch")
      return (x - mean, square(x - mean).sum(over: "batch"), x.max(over: "batch"))
    }
    let f = compile(mappedOver: 0, out: [0, nil, nil], axisName: "batch", statistics)
    for size in [4, 2, 7] {
      let x = batch(size)
      let centred = x - x.mean(axes: [0])
      let (own, squares, largest) = f(x)
      #expect(areClose(numbers(own), numbers(centred)))
      #expect(areClose(numbers(squares), numbers(square(centred).sum(axes: [0]))))
      #expect(numbers(largest) == numbers(x.max(axes: [0])))
    }
    #expect(calls.withLock(\.self) == 1)
    // The gradient of a mean loss, for any number of examples.
    let gradient = compile(mappedOver: [nil, 0], out: nil, axisName: "batch") {
      (w: NDArray, x: NDArray) in
      grad { (w: NDArray) in square(w * x.sum()) }(w).mean(over: "batch")
    }
    for size in [3, 1, 6] {
      let x = batch(size)
      let plain = grad { (w: NDArray) in square(w * x.sum(axes: [1, 2])).mean() }(double(0.5))
      #expect(areClose(numbers(gradient(double(0.5), x)), numbers(plain)))
    }
  }

  @Test func askingForTheNumberIsRefused() {
    let x = NDArray.ones([3, 2])
    func message(_ body: @escaping (NDArray) -> NDArray) -> String {
      mistake { _ = compile(mappedOver: 0, axisName: "i", body)(x) }
    }
    let known =
      "the number of lanes of \"i\" is not known here, as the function is compiled for any; use sum(over:) "
      + "or mean(over:), or compile vmap(f), which traces f for each number"
    #expect(message { $0 * Double(axisSize("i")) } == "[axisSize] \(known)")
    #expect(message { $0.gathered(over: "i") } == "[gathered(over:)] \(known)")
    #expect(message { $0.permuted(over: "i", [(0, 1)]) } == "[permuted(over:)] \(known)")
    #expect(
      mistake { _ = compile(mappedOver: 0) { (x: NDArray) in x }(2.0 as NDArray) }
        .hasSuffix("is a scalar, so it has no axis 0 to map; give it the axis nil"))
    // An axis inside has a size like any other.
    let inner = compile(mappedOver: 0) { (x: NDArray) in
      vmap(axisName: "j") { (y: NDArray) in y * Double(axisSize("j")) }(x)
    }
    #expect(numbers(inner(x)) == [2, 2, 2, 2, 2, 2])
  }

  @Test func insideOtherTransforms() {
    let f = compile(mappedOver: 0) { (x: NDArray) in x * x * x }
    for x in [NDArray([1.0, 2.0]), NDArray([3.0]), NDArray([1.0, 2.0])] {
      let gradient = grad { (x: NDArray) in f(x).sum() }
      #expect(numbers(gradient(x)) == numbers(3 * x * x))
      #expect(
        numbers(vmap(f)(stacked([x, x + 1]))) == numbers(stacked([x * x * x, pow(x + 1, 3)])))
      #expect(numbers(f(x)) == numbers(x * x * x))
    }
    // What is captured from an enclosing transform is that of each call.
    for w in [2.0, 5.0] {
      var scale = double(w)
      let g = compile(mappedOver: 0) { (x: NDArray) in scale * x }
      let slope = grad { (w: NDArray) in
        scale = w
        return g(NDArray([1.0, 2.0])).sum()
      }
      #expect(numbers(slope(double(w))) == [3])
      #expect(numbers(slope(double(w))) == [3])
    }
  }

  @Test func effectsAreThoseOfEveryCall() {
    let written = Mutex<[String]>([])
    let f = compile(mappedOver: 0) { (x: NDArray) in x.debugPrinted("x") * 2 }
    debugPrinting(to: { line in written.withLock { $0.append(line) } }) {
      #expect(numbers(f(NDArray([1.0, 2.0]))) == [2, 4])
      #expect(numbers(f(NDArray([3.0]))) == [6])
    }
    #expect(
      written.withLock(\.self) == [
        "x [lane 0]: array(1., dtype=float64)", "x [lane 1]: array(2., dtype=float64)",
        "x [lane 0]: array(3., dtype=float64)",
      ])
  }
}
