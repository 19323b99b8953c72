// What the transforms are for, as a user would write it, and the whole family of derivatives on closed forms.

import Synchronization
import Testing

@testable import Covector

@Suite struct TransformExamplesTests {
  // Model-agnostic meta-learning (Finn, Abbeel and Levine, 2017): the gradient, by the initial weights, of the
  // loss after a step of gradient descent on each task.
  @Test func metaLearning() {
    let model = { (w: NDArray, x: NDArray) in w[0] * x + w[1] * sin(x) }
    let loss = { (w: NDArray, x: NDArray, y: NDArray) in square(model(w, x) - y).mean() }
    let adapted = { (w: NDArray, x: NDArray, y: NDArray) -> NDArray in
      let step = w - 0.1 * grad(loss)(w, x, y)
      return loss(step, x + 0.5, y)
    }
    let x = sin(counting(3, 4))
    let y = cos(counting(3, 4))
    let meta = { (w: NDArray) in vmap(in: [nil, 0, 0], adapted)(w, x, y).mean() }
    let w = NDArray([0.3, -0.7])
    let gradient = numbers(grad(meta)(w))
    let perTask = vmap(in: [nil, 0, 0], grad(adapted))(w, x, y).mean(axis: 0)
    let step = 1e-5
    for place in 0..<2 {
      let nudge = NDArray((0..<2).map { $0 == place ? step : 0 })
      let slope = (meta(w + nudge) - meta(w - nudge)).item(Double.self) / (2 * step)
      #expect(Swift.abs(gradient[place] - slope) < 1e-9)
      #expect(Swift.abs(gradient[place] - numbers(perTask)[place]) < 1e-14)
    }
  }

  private static func rosenbrock(_ x: NDArray) -> NDArray {
    let (a, b) = (x[0..<49], x[1..<50])
    return (100 * square(b - a * a) + square(1 - a)).sum()
  }

  /// The second derivatives of Rosenbrock's function of 50 variables, by hand.
  private func rosenbrockHessian(_ x: [Double]) -> [[Double]] {
    var h = [[Double]](repeating: [Double](repeating: 0, count: 50), count: 50)
    for i in 0..<49 {
      h[i][i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2
      h[i + 1][i + 1] += 200
      h[i][i + 1] -= 400 * x[i]
      h[i + 1][i] -= 400 * x[i]
    }
    return h
  }

  @Test func hessianOfRosenbrock() {
    let x = sin(counting(50)) * 1.3
    let expected = rosenbrockHessian(numbers(x)).flatMap { $0 }
    let f = Self.rosenbrock
    let vector = cos(counting(50))
    let forms: [(String, NDArray)] = [
      ("hessian", hessian(f)(x)), ("in chunks", hessian(chunk: 7, f)(x)),
      ("forward over reverse", jacobian(mode: .forward, grad(f))(x)),
      ("reverse over reverse", jacobian(mode: .reverse, grad(f))(x)),
      ("with a checkpoint", hessian(checkpoint(f))(x)),
    ]
    for (name, form) in forms {
      for (own, exact) in zip(numbers(form), expected) {
        #expect(Swift.abs(own - exact) <= 1e-10, "\(name)")
      }
    }
    let product = matmul(hessian(f)(x), vector)
    for (own, exact) in zip(numbers(hvp(f, x, vector)), numbers(product)) {
      #expect(Swift.abs(own - exact) <= 1e-10)
    }
    for (own, exact) in zip(numbers(vhp(f, x, vector)), numbers(product)) {
      #expect(Swift.abs(own - exact) <= 1e-10)
    }
  }

  @Test func linearizeRunsThePrimalOnce() {
    let calls = Mutex(0)
    let f = { (x: NDArray) -> NDArray in
      calls.withLock { $0 += 1 }
      return sin(x) * x
    }
    let x = NDArray([0.5, 1.0])
    let (y, derivative) = linearize(f, x)
    let (_, pullback) = vjp(f, x)
    let slope = cos(x) * x + sin(x)
    for place in 0..<100 {
      let t = NDArray([Double(place), 1.0])
      #expect(numbers(derivative(t)) == numbers(t * (cos(x) * x) + sin(x) * t))
      for (a, b) in zip(numbers(pullback(t)), numbers(t * slope)) {
        #expect(Swift.abs(a - b) < 1e-12)
      }
    }
    #expect(numbers(y) == numbers(sin(x) * x))
    #expect(calls.withLock { $0 } == 2)
  }

  @Test func holomorphicDerivatives() {
    // Of a complex array to a complex array: one complex number for each pair, the derivative itself.
    let z = NDArray([Complex(0.5, 1.0), Complex(-1.0, 0.25)])
    let expected = 3 * z * z
    for mode in [JacobianMode.forward, .reverse] {
      let found = jacobian(mode: mode) { (z: NDArray) in z * z * z }(z).diagonal()
      for (a, b) in zip(numbers((found - expected).real), numbers((found - expected).imaginary)) {
        #expect(Swift.abs(a) < 1e-14 && Swift.abs(b) < 1e-14)
      }
    }
    // grad asks for a real scalar in effect: of Re f it is the conjugate of the derivative.
    let gradient = grad { (z: NDArray) in (z * z * z).real.sum() }(z)
    let difference = gradient - expected.conjugated
    #expect(numbers(difference.real).allSatisfy { Swift.abs($0) < 1e-14 })
    #expect(numbers(difference.imaginary).allSatisfy { Swift.abs($0) < 1e-14 })
  }

  @Test func auxiliaryResultsOfAnyType() {
    struct Report { var note: String; var norm: NDArray }
    let f = { (x: NDArray) -> (NDArray, Report) in
      (square(x).sum(), Report(note: "seen", norm: sqrt(square(x).sum())))
    }
    let (value, report, gradient) = valueAndGrad(f)(NDArray([3.0, 4.0]))
    #expect(value.item(Double.self) == 25)
    #expect(report.note == "seen")
    #expect(report.norm.item(Double.self) == 5)
    #expect(numbers(gradient) == [6, 8])
    let chosen = valueAndGrad(wrt: \.1) { (a: NDArray, b: NDArray) in (a * b, [1, 2, 3]) }(2.0, 5.0)
    #expect(chosen.auxiliary == [1, 2, 3])
    #expect(chosen.gradient.item(Double.self) == 2)
  }

  /// Functions of a number under one of the three basic transforms.
  private static var basic:
    [(name: String, apply: (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray)]
  {
    [
      ("vmap", { f in { x in vmap(f)(stacked([x, x])).sum() } }),
      ("jvp", { f in { x in jvp(f, x, 1.0).tangents } }),
      ("grad", { f in grad(f) }),
    ]
  }

  private static func chain(_ count: Int) -> (NDArray) -> NDArray {
    { x in (0..<count).reduce(x) { y, i in i % 2 == 0 ? sin(y) : y * x } }
  }

  @Test func everyTripleRecordsTheSameForEachOperation() {
    for a in Self.basic {
      for b in Self.basic {
        for c in Self.basic {
          let counts = [20, 40, 60].map { count in
            trace(a.apply(b.apply(c.apply(Self.chain(count)))))(double(0.7)).operationCount
          }
          let name = "\(a.name) of \(b.name) of \(c.name)"
          #expect(counts[2] - counts[1] == counts[1] - counts[0], "\(name): \(counts)")
          // The largest share is that of derivatives alone: some 35 for each operation.
          #expect(counts[2] - counts[1] <= 20 * 36, "\(name): \(counts)")
        }
      }
    }
  }

  @Test func tracingTakesTimeInProportion() {
    func seconds(_ count: Int) -> Double {
      // A program that is kept is traced operation by operation, every time.
      let f = trace(grad(grad(grad(Self.chain(count)))))
      let times = (0..<3).map { _ in ContinuousClock().measure { _ = f(double(0.7)) } }
      return (times.min() ?? .zero) / .seconds(1)
    }
    // Eight times the operations; quadratic growth would take 64 times as long.
    let (short, long) = (seconds(500), seconds(4000))
    #expect(long < 24 * short, "\(short) s, \(long) s")
  }

  @Test func tracingIsLinearInTheProgram() {
    /// The operations that three nested transforms make of a chain.
    func operations(
      _ count: Int, _ wrap: @escaping (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray
    ) -> Int {
      let chain = { (x: NDArray) in (0..<count).reduce(x) { x, _ in sin(x) } }
      let nested = vmap(grad { (x: NDArray) in jvp(wrap(chain), x, 1.0).tangents })
      let x = NDArray([0.5, 0.25])
      return Flat.primitives({ [nested($0[0])] }, [x]).count
    }
    let wraps: [(String, (@escaping (NDArray) -> NDArray) -> (NDArray) -> NDArray)] = [
      ("plain", { $0 }), ("checkpoint", { checkpoint($0) }),
      ("custom", { f in custom(f, vjp: { x, _, ct in vjp(f, x, ct).vjps }) }),
    ]
    for (name, wrap) in wraps {
      let (small, large) = (operations(200, wrap), operations(400, wrap))
      #expect(large <= 2 * small + 50, "\(name): \(small), \(large)")
    }
  }
}
