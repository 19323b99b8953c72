// Named axes: what the lanes of a vmap know of each other.

import Testing

@testable import Covector

@Suite struct NamedAxisTests {
  private let x = NDArray([1.0, 4.0, 2.0])

  @Test func collectivesOverOneAxis() {
    let f = vmap(axisName: "i") { (x: NDArray) in
      stacked([
        x.sum(over: "i"), x.mean(over: "i"), x.max(over: "i"), x.min(over: "i"),
        axisIndex("i").asType(.float64), x / x.sum(over: "i"),
      ])
    }
    let rows = f(x)
    for lane in 0..<3 {
      let value = numbers(x)[lane]
      #expect(numbers(rows[lane]) == [7, 7.0 / 3, 4, 1, Double(lane), value / 7])
    }
    #expect(
      vmap(axisName: "i") { x in x * Double(axisSize("i")) }(x).array(of: Double.self) == [
        3, 12, 6,
      ])
  }

  @Test func gatherAndPermute() {
    let gathered = vmap(axisName: "i") { (x: NDArray) in x.gathered(over: "i") }(x)
    #expect(numbers(gathered) == [1, 4, 2, 1, 4, 2, 1, 4, 2])
    let rows = counting(3, 2)
    let last = vmap(axisName: "i") { (x: NDArray) in x.gathered(over: "i", axis: -1) }(rows)
    #expect(numbers(last[0]) == [0, 2, 4, 1, 3, 5])
    let shifted = vmap(axisName: "i") { (x: NDArray) in
      x.permuted(over: "i", [(0, 1), (1, 2), (2, 0)])
    }
    #expect(numbers(shifted(x)) == [2, 1, 4])
    let partial = vmap(axisName: "i") { (x: NDArray) in x.permuted(over: "i", [(0, 1), (0, 2)]) }
    #expect(numbers(partial(x)) == [0, 1, 1])
  }

  @Test func whatIsTheSameForEveryLaneCountsForEach() {
    let w = NDArray([1.0, 2.0])
    let f = vmap(axisName: "i") { (x: NDArray) in
      x + w.sum(over: "i").sum() + w.mean(over: "i").sum() + w.max(over: "i").sum()
        + w.gathered(over: "i").sum()
    }
    #expect(numbers(f(x)) == [25, 28, 26])
    let moved = vmap(axisName: "i") { (x: NDArray) in x + w.permuted(over: "i", [(0, 1)]).sum() }
    #expect(numbers(moved(x)) == [1, 7, 2])
  }

  @Test func sameResultsNeedNoAxis() {
    let total = vmap(out: nil, axisName: "i") { (x: NDArray) in square(x.sum(over: "i")) }(x)
    #expect(total.shape == [])
    #expect(total.item(Double.self) == 49)
  }

  @Test func nestedNames() {
    let table = counting(2, 3)
    let f = vmap(axisName: "rows") { (row: NDArray) in
      vmap(axisName: "columns") { (x: NDArray) in
        stacked([
          x.sum(over: "rows"), x.sum(over: "columns"), x.sum(over: "rows").sum(over: "columns"),
          (axisIndex("rows") * 10 + axisIndex("columns")).asType(.float64),
        ])
      }(row)
    }
    let result = f(table)
    for row in 0..<2 {
      for column in 0..<3 {
        let expected: [Double] = [
          Double(3 + 2 * column), Double(3 + 9 * row), 15, Double(10 * row + column),
        ]
        #expect(numbers(result[row, column]) == expected)
      }
    }
    // The innermost axis of a name is meant.
    let same = vmap(axisName: "i") { (row: NDArray) in
      vmap(axisName: "i") { (x: NDArray) in x.sum(over: "i") }(row)
    }
    #expect(numbers(same(table)) == [3, 3, 3, 12, 12, 12])
    // An axis without a name between.
    let between = vmap(axisName: "i") { (row: NDArray) in vmap { x in x.sum(over: "i") }(row) }
    #expect(numbers(between(table)) == [3, 5, 7, 3, 5, 7])
  }

  @Test func gatherAndPermuteOverNestedNames() {
    let table = counting(2, 3)
    let (rows, columns) = ([(0, 1), (1, 0)], [(0, 1), (1, 2), (2, 0)])
    // Each lane gets the whole table, and the element one row and one column away.
    let f = vmap(axisName: "rows") { (row: NDArray) in
      vmap(axisName: "columns") { (x: NDArray) in
        let whole = x.gathered(over: "columns").gathered(over: "rows")
        return (whole, x.permuted(over: "columns", columns).permuted(over: "rows", rows))
      }(row)
    }
    let (wholes, moved) = f(table)
    for row in 0..<2 {
      for column in 0..<3 { #expect(numbers(wholes[row, column]) == numbers(table)) }
    }
    #expect(numbers(moved) == [5, 3, 4, 2, 0, 1])
    // Gradients from outside and from inside, against the same written with whole arrays.
    let weights = NDArray([1.0, -2, 3, 0.5, 4, -1], shape: [2, 3])
    let loss = { (x: NDArray) in
      let (wholes, moved) = f(x)
      return (square(wholes) * weights.reshaped(to: [2, 3, 1, 1])).sum()
        + (moved * weights * x).sum()
    }
    let plain = { (x: NDArray) in
      let moved = concatenated([x[0..., 2...], x[0..., ..<2]], axis: 1).flipped(0)
      return square(x).sum() * weights.sum() + (moved * weights * x).sum()
    }
    #expect(areClose(numbers(grad(loss)(table)), numbers(grad(plain)(table))))
    let v = counting(2, 3) - 2
    #expect(areClose(numbers(hvp(loss, table, v)), numbers(hvp(plain, table, v))))
    let inside = vmap(axisName: "rows") { (row: NDArray) in
      vmap(axisName: "columns") { (x: NDArray) in
        grad { (x: NDArray) in square(x.gathered(over: "columns").gathered(over: "rows")).sum() }(x)
      }(row)
    }
    // Each of six lanes has the sum of all squares.
    #expect(numbers(inside(table)) == numbers(12 * table))
  }

  // As maps of all lanes together, collectives inside are what reductions are outside.
  @Test func derivativesInsideEqualThoseOutside() {
    let collectives: [(String, (NDArray) -> NDArray)] = [
      ("sum", { $0 * $0.sum(over: "i") }),
      ("mean", { $0 * $0.mean(over: "i") }),
      ("max", { $0 * $0.max(over: "i") }),
      ("min", { $0 * $0.min(over: "i") }),
      ("gather", { ($0 * $0.gathered(over: "i") * NDArray([1.0, 2.0, 3.0])).sum() }),
      ("permute", { $0 * $0.permuted(over: "i", [(0, 1), (1, 2), (2, 0)]) }),
      ("send to several", { $0 * $0.permuted(over: "i", [(0, 1), (0, 2)]) }),
      ("nothing sent to some", { $0 * $0.permuted(over: "i", [(2, 0)]) }),
    ]
    let ct = NDArray([1.0, -2.0, 0.5])
    let t = NDArray([0.25, 1.0, -3.0])
    for (name, f) in collectives {
      let whole = vmap(axisName: "i", f)
      let outside = vjp(whole, x, ct).vjps
      let inside = vmap(axisName: "i") { (x: NDArray, ct: NDArray) in vjp(f, x, ct).vjps }(x, ct)
      #expect(numbers(outside) == numbers(inside), "vjp of \(name)")
      let forward = jvp(whole, x, t).tangents
      let lanes = vmap(axisName: "i") { (x: NDArray, t: NDArray) in jvp(f, x, t).tangents }(x, t)
      #expect(numbers(forward) == numbers(lanes), "jvp of \(name)")
      // The two modes are adjoint to each other.
      let pairs = ((forward * ct).sum() - (t * outside).sum()).item(Double.self)
      #expect(Swift.abs(pairs) < 1e-12, "\(name)")
      let second = grad { (x: NDArray) in grad { (x: NDArray) in (whole(x) * ct).sum() }(x).sum() }(
        x)
      let lanesSecond = vmap(axisName: "i") { (x: NDArray, ct: NDArray) in
        grad { (x: NDArray) in grad { (x: NDArray) in f(x) * ct }(x) }(x)
      }(x, ct)
      #expect(numbers(second) == numbers(lanesSecond), "second derivative of \(name)")
    }
  }

  @Test func mistakesWithNames() {
    #expect(
      mistake { _ = x.sum(over: "batch") }
        == "[sum(over:)] no axis is named \"batch\" here; give vmap that axisName and call this inside "
        + "its function")
    #expect(
      mistake { _ = vmap(axisName: "i") { x in x + axisIndex("j") }(x) }
        == "[axisIndex] no axis is named \"j\" here; there is \"i\"")
    #expect(mistake { _ = axisSize("k") }.hasPrefix("[axisSize] no axis is named \"k\" here"))
    #expect(
      mistake { _ = vmap(axisName: "i") { x in x.permuted(over: "i", [(0, 3)]) }(x) }
        == "[permuted(over:)] there is no way from lane 0 to lane 3: \"i\" has 3 lanes")
    #expect(
      mistake { _ = vmap(axisName: "i") { x in x.permuted(over: "i", [(0, 1), (2, 1)]) }(x) }
        == "[permuted(over:)] lane 1 receives twice; each lane receives once at most")
    #expect(
      mistake { _ = vmap(axisName: "i", chunk: 2) { x in x.sum(over: "i") }(x) }
        == "[sum(over:)] the axis \"i\" of size 3 comes in chunks of 2, and all lanes are needed at once; "
        + "leave out vmap's chunk")
  }

  @Test func laneNumbersInChunks() {
    let lanes = vmap(axisName: "i", chunk: 2) { (x: NDArray) in axisIndex("i") }(counting(5))
    #expect(lanes.array(of: Int.self) == [0, 1, 2, 3, 4])
  }

  // Batch normalisation written for one example, with the statistics of the batch.
  @Test func batchNormForEachExample() {
    let normalized = { (x: NDArray, scale: NDArray, shift: NDArray) -> NDArray in
      let mean = x.mean(over: "batch")
      let variance = square(x - mean).mean(over: "batch")
      return (x - mean) / sqrt(variance + 1e-5) * scale + shift
    }
    let layer = { (x: NDArray, scale: NDArray, shift: NDArray) -> NDArray in
      let mean = x.mean(axis: 0)
      let variance = square(x - mean).mean(axis: 0)
      return (x - mean) / sqrt(variance + 1e-5) * scale + shift
    }
    let x = sin(counting(4, 3) * 1.7)
    let (scale, shift) = (NDArray([1.0, 2.0, 0.5]), NDArray([0.0, 1.0, -1.0]))
    let each = vmap(in: [0, nil, nil], axisName: "batch", normalized)
    #expect(numbers(each(x, scale, shift)) == numbers(layer(x, scale, shift)))
    let weights = cos(counting(4, 3))
    let mine = grad(wrt: .all) { (x: NDArray, a: NDArray, b: NDArray) in
      (each(x, a, b) * weights).sum()
    }
    let theirs = grad(wrt: .all) { (x: NDArray, a: NDArray, b: NDArray) in
      (layer(x, a, b) * weights).sum()
    }
    let (a, b) = (mine(x, scale, shift), theirs(x, scale, shift))
    for (one, other) in [(a.0, b.0), (a.1, b.1), (a.2, b.2)] {
      for (p, q) in zip(numbers(one), numbers(other)) { #expect(Swift.abs(p - q) < 1e-12) }
    }
  }
}
