// Functions whose intermediate values are computed again for their derivative: the same values, in less memory.

import Foundation
import Synchronization
import Testing

@testable import Covector

@Suite struct CheckpointTests {
  private static func power(_ x: NDArray) -> NDArray { x * x * x * x * x }

  @Test func sidesThatAreNotChosenStayGuarded() {
    #expect(numbers(grad(checkpoint(sumOfChosenRoots))(NDArray([0.0, 4]))) == [0, 0.25])
  }

  @Test func everyOrderToDepthThree() {
    let operators: [(order: Int, apply: (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray)] =
      [
        (1, { grad($0) }),
        (1, { f in { x in jvp(f, x, 1.0).tangents } }),
        (1, { f in { x in vjp(f, x, 1.0).vjps } }),
        (0, { f in { x in vmap(f)(stacked([-x, x]))[1] } }),
        (0, { checkpoint($0) }),
        (0, { checkpoint(saving: .matching { $0.operation == "multiply" }, $0) }),
      ]
    let expected: [Double] = [32, 80, 160, 240]
    for a in operators.indices {
      for b in operators.indices {
        for c in operators.indices {
          let list = [a, b, c].map { operators[$0] }
          let f = list.reduce(checkpoint(Self.power)) { $1.apply($0) }
          let order = list.reduce(0) { $0 + $1.order }
          #expect(f(2.0).item(Double.self) == expected[order], "\([c, b, a])")
        }
      }
    }
  }

  @Test func capturedArraysGetTheirGradients() {
    let f = { (w: NDArray, x: NDArray) in checkpoint { (x: NDArray) in sin(w * x) }(x) }
    let plain = { (w: NDArray, x: NDArray) in sin(w * x) }
    let own = grad(wrt: .all, f)(2.0, 0.5)
    let expected = grad(wrt: .all, plain)(2.0, 0.5)
    #expect(own.0.item(Double.self) == expected.0.item(Double.self))
    #expect(own.1.item(Double.self) == expected.1.item(Double.self))
    #expect(
      jvp({ (w: NDArray) in f(w, 0.5) }, 2.0, 1.0).tangents.item(Double.self)
        == expected.0.item(Double.self))
  }

  @Test func treesOfArguments() {
    let network = Network.small
    let x = NDArray([0.5, -1.0, 2.0])
    let own = grad { (n: Network) in checkpoint { (n: Network, x: NDArray) in n(x) }(n, x).sum() }(
      network)
    let plain = grad { (n: Network) in n(x).sum() }(network)
    #expect(own.name == "small")
    for (a, b) in zip(own.leaves, plain.leaves) { #expect(numbers(a) == numbers(b)) }
  }

  @Test func randomDrawsReplay() {
    let key = Random.key(3)
    let noisy = { (x: NDArray) in
      (x * Random.normal([4], dtype: .float64, key: key)).sum()
    }
    let x = counting(4)
    #expect(
      numbers(grad(checkpoint(noisy))(x)) == numbers(Random.normal([4], dtype: .float64, key: key)))
  }

  @Test func swiftControlFlowOnValues() {
    let f = checkpoint { (x: NDArray) in x.item(Double.self) > 0 ? x * x : -x }
    #expect(grad(f)(3.0).item(Double.self) == 6)
    #expect(grad(f)(-3.0).item(Double.self) == -1)
  }

  @Test func functionRunsOnce() {
    let calls = Mutex(0)
    let f = checkpoint { (x: NDArray) in
      calls.withLock { $0 += 1 }
      return exp(x)
    }
    _ = grad(f)(1.0).item(Double.self)
    #expect(calls.withLock { $0 } == 1)
  }

  @Test func forwardModeComputesPrimalsOnce() {
    let tally = Tally()
    let f = checkpoint { (x: NDArray) in sin(tally(x * x)) }
    // The square is counted with its tangent: and not once more for that.
    let once = jvp(f, double(3.0), 1.0)
    eval(once.outputs, once.tangents)
    #expect(tally.count == 2)
    #expect(areClose(numbers(once.tangents), [6 * Foundation.cos(9)]))
    let lanes = vmap { (x: NDArray) in jvp(f, x, 1.0) }(NDArray([3.0, 4.0, 5.0]))
    eval(lanes.0, lanes.1)
    #expect(tally.count == 2 + 6)
  }

  @Test func vmapOfTheGradientAndTheGradientOfVmap() {
    let f = checkpoint { (w: NDArray, x: NDArray) in tanh(w * x).sum() }
    let plain = { (w: NDArray, x: NDArray) in tanh(w * x).sum() }
    let w = NDArray([0.5, 1.5])
    let x = counting(3, 2)
    #expect(
      numbers(vmap(in: [nil, 0], grad(f))(w, x)) == numbers(vmap(in: [nil, 0], grad(plain))(w, x)))
    let total = { (f: @escaping (NDArray, NDArray) -> NDArray) in
      grad { (w: NDArray) in vmap(in: [nil, 0], f)(w, x).sum() }(w)
    }
    #expect(numbers(total(f)) == numbers(total(plain)))
  }

  /// A chain of layers, of which each makes several large arrays.
  private static func loss(
    _ layer: @escaping (NDArray, NDArray) -> NDArray, _ weights: [NDArray], _ x: NDArray
  ) -> NDArray {
    weights.reduce(x) { x, weight in layer(weight, x) }.sum()
  }

  private static func layer(_ weight: NDArray, _ x: NDArray) -> NDArray {
    let first = tanh(matmul(weight, x)).named("first")
    let second = sin(matmul(weight, first))
    return x + tanh(matmul(weight, second))
  }

  /// The gradient's elements, and the most bytes in use while it was computed.
  private func gradient(
    _ layer: @escaping (NDArray, NDArray) -> NDArray
  ) -> (values: [[Double]], peak: Int) {
    let weights = (0..<32).map { sin(counting(8, 8) + Double($0)) / 8 }
    let x = cos(counting(8, 512))
    eval(weights + [x])
    let device = Device(threads: 1, cacheLimit: 0)
    let gradients = Device.$current.withValue(device) {
      let gradients = grad { (weights: [NDArray]) in Self.loss(layer, weights, x) }(weights)
      eval(gradients)
      return gradients
    }
    return (gradients.map(numbers), device.peakMemory)
  }

  @Test func memoryOfAChainOfLayers() {
    let plain = gradient(Self.layer)
    let nothing = gradient(checkpoint(Self.layer))
    let names = gradient(checkpoint(saving: .names("first"), Self.layer))
    #expect(nothing.values == plain.values)
    #expect(names.values == plain.values)
    #expect(nothing.peak * 2 <= plain.peak, "\(nothing.peak) of \(plain.peak)")
    // One array more is kept for each layer.
    let share = 32 * 8 * 512 * 8
    #expect(names.peak >= nothing.peak + share * 9 / 10, "\(names.peak), \(nothing.peak)")
    #expect(names.peak < plain.peak, "\(names.peak) of \(plain.peak)")
  }

  @Test func checkpointsInCheckpoints() {
    // Groups of layers, and each layer in them.
    let weights = (0..<32).map { sin(counting(8, 8) + Double($0)) / 8 }
    let x = cos(counting(8, 512))
    eval(weights + [x])
    func run(_ f: @escaping ([NDArray]) -> NDArray) -> (values: [[Double]], peak: Int) {
      let device = Device(threads: 1, cacheLimit: 0)
      let gradients = Device.$current.withValue(device) {
        let gradients = grad(f)(weights)
        eval(gradients)
        return gradients
      }
      return (gradients.map(numbers), device.peakMemory)
    }
    let layer = checkpoint(Self.layer)
    let group = checkpoint { (x: NDArray, weights: [NDArray]) in
      weights.reduce(x) { layer($1, $0) }
    }
    let single = run { weights in weights.reduce(x) { layer($1, $0) }.sum() }
    let nested = run { weights in
      stride(from: 0, to: 32, by: 8).reduce(x) { x, start in
        group(x, Array(weights[start..<(start + 8)]))
      }.sum()
    }
    #expect(nested.values == single.values)
    let plain = run { weights in weights.reduce(x) { Self.layer($1, $0) }.sum() }
    #expect(nested.values == plain.values)
    // Four groups and the eight layers of one, where single checkpoints keep all thirty-two.
    #expect(nested.peak * 2 <= single.peak, "\(nested.peak) of \(single.peak)")
    #expect(single.peak * 4 <= plain.peak, "\(single.peak) of \(plain.peak)")
  }

  @Test func policiesPickByOperationAndType() {
    let seen = Mutex<[String]>([])
    let f = checkpoint(
      saving: .matching { candidate in
        seen.withLock {
          $0.append("\(candidate.operation) \(candidate.type) \(candidate.name ?? "-")")
        }
        return candidate.operation == "exp"
      }
    ) { (x: NDArray) in sin(exp(x).named("e")) }
    let e = exp(NDArray([0.5])[0])
    #expect(numbers(grad(f)(NDArray([0.5])[0])) == numbers(cos(e) * e))
    #expect(seen.withLock { $0 } == ["exp float64[] -", "named float64[] e", "sin float64[] -"])
  }

  @Test func memoryOfAPullbackThatIsHeld() {
    // The results are computed before the pullback is called: only the arguments are kept meanwhile.
    let weight = sin(counting(8, 8)) / 8
    let x = cos(counting(8, 512))
    eval(weight, x)
    func held(_ layer: @escaping (NDArray, NDArray) -> NDArray) -> Int {
      let device = Device(threads: 1, cacheLimit: 0)
      return Device.$current.withValue(device) {
        let (y, pullback) = vjp(
          { (x: NDArray) in (0..<8).reduce(x) { x, _ in layer(weight, x) } }, x)
        eval(y)
        let active = device.activeMemory
        eval(pullback(y))
        return active
      }
    }
    let (plain, own) = (held(Self.layer), held(checkpoint(Self.layer)))
    #expect(own * 2 <= plain, "\(own) of \(plain)")
  }
}
