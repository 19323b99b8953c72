// Loops over sequences, against plain Swift loops, with derivatives and batches.

import Testing

@testable import Covector

@Suite struct ControlFlowScanTests {
  @Test func collectsWhatTheStepsReturn() {
    let x = NDArray([1.0, 2.0, 3.0, 4.0])
    let (total, sums) = scan(0.0, over: x) { sum, x in (sum + x, sum * x) }
    #expect(total.item(Double.self) == 10 && total.dtype == .float64)
    #expect(numbers(sums) == [0, 2, 9, 24])
    let (product, parts) = scan(1.0, over: x, reverse: true) { y, x in (y * x, y) }
    #expect(product.item(Double.self) == 24)
    #expect(numbers(parts) == [24, 12, 4, 1])
  }

  @Test(arguments: 1...6) func unrollingChangesNothing(unroll: Int) {
    let x = counting(5, 2, from: 1)
    for isReverse in [false, true] {
      let plain = scan(counting(2), over: x, reverse: isReverse) { y, x in (y * 0.5 + x, y * x) }
      let unrolled = scan(counting(2), over: x, reverse: isReverse, unroll: unroll) { y, x in
        (y * 0.5 + x, y * x)
      }
      #expect(numbers(plain.carry) == numbers(unrolled.carry))
      #expect(numbers(plain.outputs) == numbers(unrolled.outputs))
    }
  }

  @Test func carriesTreesAndTuples() {
    let start = Pair(first: double(1.0), second: ["n": NDArray(0)])
    let (end, seen) = scan(start, over: ["x": counting(3), "y": counting(3, from: 5)]) { state, e in
      let next = (e["x"] ?? 0) + (e["y"] ?? 0)
      return (
        Pair(first: state.first + next, second: state.second.mapValues { $0 + 1 }),
        [next, state.first]
      )
    }
    #expect(end.first.item(Double.self) == 22 && end.second["n"]?.item(Int.self) == 3)
    #expect(numbers(seen[0]) == [5, 7, 9] && numbers(seen[1]) == [1, 6, 13])
    let (pair, path) = scan((double(0.0), double(1.0)), over: counting(5)) { s, _ in
      ((s.1, s.0 + s.1), s.0)
    }
    #expect(pair.0.item(Double.self) == 5 && numbers(path) == [0, 1, 1, 2, 3])
    let (_, powers) = scan(double(1.0), count: 4) { y in (y * 3, y) }
    #expect(numbers(powers) == [1, 3, 9, 27])
  }

  @Test func noStepsAtAll() {
    let (carry, outputs) = scan(double(2.0), over: counting(0, 3)) { y, x in (y + x.sum(), x * y) }
    #expect(carry.item(Double.self) == 2 && outputs.shape == [0, 3])
    let g = grad { (y: NDArray) in scan(y, over: counting(0)) { y, x in (y * x, x) }.carry }(
      double(3.0))
    #expect(g.item(Double.self) == 1)
  }

  /// A recurrence whose derivatives reach its start, its elements and what it captures.
  private func recurrence(_ start: NDArray, _ x: NDArray, _ w: NDArray) -> NDArray {
    let (end, ys) = scan(start, over: x) { h, x in
      let next = tanh(w * h + x)
      return (next, next * next * w)
    }
    return end * 2 + ys.sum()
  }

  /// The same as a Swift loop, which is differentiated step by step.
  private func unrolled(_ start: NDArray, _ x: NDArray, _ w: NDArray) -> NDArray {
    var (h, sum) = (start, double(0.0))
    for i in 0..<x.shape[0] {
      h = tanh(w * h + x[i])
      sum = sum + h * h * w
    }
    return h * 2 + sum
  }

  @Test func derivativesAreThoseOfTheLoopWrittenOut() {
    let (start, x, w) = (double(0.3), NDArray([0.1, -0.4, 0.7, 0.2]), double(0.8))
    let arrays = [start, x, w]
    func leaves(_ f: @escaping (NDArray, NDArray, NDArray) -> NDArray) -> [[Double]] {
      let g = { (a: [NDArray]) in f(a[0], a[1], a[2]) }
      let first = grad(g)(arrays)
      let second = grad { a in
        zip(grad(g)(a), arrays).reduce(double(0.0)) { $0 + ($1.0 * $1.1).sum() }
      }
      let tangents = jvp(g, arrays, [double(1.0), counting(4), double(-2.0)]).tangents
      return (first + second(arrays) + [tangents]).map(numbers)
    }
    for (mine, expected) in zip(leaves(recurrence), leaves(unrolled)) {
      #expect(areClose(mine, expected, 1e-13))
    }
  }

  @Test func batchesAreLoops() {
    let (start, x, w) = (counting(3) / 5, counting(3, 4) / 10, NDArray([0.8, 0.5, -0.3]))
    for axes in [[0, 0, 0], [nil, 0, nil], [0, nil, nil], [nil, nil, 0]] as [Axes] {
      guard case .list(let parts) = axes else { continue }
      func part(_ number: Int, _ array: NDArray, _ i: Int) -> NDArray {
        parts[number] == .unmapped ? array[0] : array[i]
      }
      let given = zip([start, x, w], parts).map { $1 == .unmapped ? $0[0] : $0 }
      let mapped = vmap(in: axes, recurrence)(given[0], given[1], given[2])
      let looped = (0..<3).map { recurrence(part(0, start, $0), part(1, x, $0), part(2, w, $0)) }
      #expect(numbers(mapped) == looped.map { $0.item(Double.self) })
      let gradients = vmap(in: axes, grad(wrt: \.2) { s, x, w in self.recurrence(s, x, w) })(
        given[0], given[1], given[2])
      let expected = (0..<3).map { i in
        grad { w in recurrence(part(0, start, i), part(1, x, i), w) }(part(2, w, i))
      }
      #expect(areClose(numbers(gradients), expected.map { $0.item(Double.self) }, 1e-14))
    }
  }

  @Test func linearLoopsRecordNothing() {
    // Backwards through a sum nothing of the forward steps is needed.
    let tally = Tally()
    let g = grad { (x: NDArray) in scan(double(0.0), over: x) { s, x in (s + tally(x), s) }.carry }
    #expect(numbers(g(counting(4))) == [1, 1, 1, 1])
    #expect(tally.count == 0)
  }

  @Test func mapsInChunks() {
    let x = counting(7, 2)
    let expected = numbers(vmap { x in x.sum() * x }(x))
    for chunk in [1, 2, 3, 7, 9] {
      #expect(numbers(map(over: x, chunk: chunk) { x in x.sum() * x }) == expected)
    }
    let g = grad { (x: NDArray) in map(over: x, chunk: 3) { x in x * x }.sum() }
    #expect(numbers(g(x)) == numbers(x * 2))
    #expect(
      mistake { eval(map(over: x, chunk: 0) { x in x }) }
        == "[map] the chunk is 0; it must be 1 or more")
  }

  @Test func mistakesAreNamed() {
    let x = counting(3)
    #expect(
      mistake {
        _ = scan(Pair(first: x, second: x), over: x) { s, x in
          (Pair(first: s.first, second: s.second.asType(.float32)), x)
        }
      }
        == "[scan] state.second is float64[3] before a step and float32[3] after it; the types must be "
        + "equal")
    #expect(
      mistake { _ = scan(["a": x], over: x) { s, x in (["b": x], x) } }
        == "[scan] a step returns an array state[\"b\"], which the state before it has not; they must "
        + "have the same structure")
    #expect(
      mistake { _ = scan(x, over: [x, counting(2)]) { s, x in (s, x) } }
        == "[scan] the lengths differ: 3 of sequence[0], 2 of sequence[1]; they must be equal")
    #expect(
      mistake { _ = scan(x, over: double(1.0)) { s, x in (s, x) } }
        == "[scan] the sequence has shape []; an axis to go through is needed")
    #expect(
      mistake { eval(scan(x, count: -1) { s in (s, s) }.carry) }
        == "[scan] -1 steps, 1 at a time, were asked for; the count must be 0 or more, and unroll 1 or more"
    )
    #expect(
      mistake { _ = scan(x[0], over: x) { s, x in s.item(Double.self) > 0 ? (s, x) : (x, s) } }
        == "[eval] the value of a float64[] array was read inside scan, \(VmapInsideTests.remedy)")
  }

  @Test func failuresOfAStepSurface() {
    let x = counting(3)
    let f = { scan(double(0.0), over: NDArray([0, 2, 5])) { s, i in (s + x.take(i), s) }.carry }
    #expect(mistake { eval(f()) } == mistake { eval(x.take(5)) })
  }

  @Test(arguments: [0, 1, 2, 3, 7, 16, 33]) func associativeScanIsTheLoop(count: Int) {
    let x = counting(count, 2, 2, from: 1) / 10
    let loop = { (isReverse: Bool) in
      scan(NDArray([1.0, 0, 0, 1], shape: [2, 2]), over: x, reverse: isReverse) { m, x in
        let next = matmul(m, x)
        return (next, next)
      }.outputs
    }
    for isReverse in [false, true] {
      let result = associativeScan(x, reverse: isReverse) { a, b in matmul(a, b) }
      #expect(areClose(numbers(result), numbers(loop(isReverse))))
    }
  }

  @Test func associativeScanOfTreesAlongAnyAxis() {
    // First-order recurrences h = a h + b, combined as pairs.
    let pairs = Pair(first: counting(3, 5) / 7, second: counting(3, 5, from: 1))
    let h = associativeScan(pairs, axis: -1) { p, q in
      Pair(first: p.first * q.first, second: q.first * p.second + q.second)
    }.second
    let expected = scan(
      NDArray.zeros([3], dtype: .float64),
      over: [pairs.first.transposed(), pairs.second.transposed()]
    ) { h, x in
      let next = x[0] * h + x[1]
      return (next, next)
    }.outputs.transposed()
    #expect(areClose(numbers(h), numbers(expected)))
    #expect(
      mistake { _ = associativeScan(counting(4)) { a, b in stacked([a, b]) } }
        == "[associativeScan] two elements of types [float64[]] combine to [float64[2]]; the structure "
        + "and the types must be equal")
  }
}
