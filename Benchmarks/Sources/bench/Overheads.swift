// What a call costs besides its arithmetic.

import Covector

/// The medians of what small calls take, a line each.
///
/// A turn is a hundred calls, so that the clock counts for little.
func overheads() -> String {
  let x = NDArray(0.5 as Float)
  let gradient = grad { (x: NDArray) in sin(x) * x * x }
  let compiled = compile(gradient)
  let rows: [(name: String, turn: () -> Void)] = [
    ("recording x + x", { for _ in 0..<100 { _ = x + x } }),
    ("evaluating x + x", { for _ in 0..<100 { eval(x + x) } }),
    ("scalar gradient", { for _ in 0..<100 { eval(gradient(x)) } }),
    ("scalar gradient compiled", { for _ in 0..<100 { eval(compiled(x)) } }),
  ]
  var lines = rows.map { row in
    row.turn()
    let times = (0..<1000).map { _ in microseconds(row.turn) / 100 }
    return "\(row.name): \(median(times)) µs"
  }
  lines.append("a new shape, more than one that is known: \(newShape()) µs")
  return lines.joined(separator: "\n")
}

/// What the first gradient of a network for a number of rows takes more than the second.
private func newShape() -> Double {
  let network = Network([128, 256, 10])
  let (x, y) = (numbers([4096, 128]), numbers([4096, 10], seed: 2))
  func time(_ rows: Int) -> Double {
    let (x, y) = (x[0..<rows], y[0..<rows])
    eval(x, y)
    return microseconds { eval(grad(loss)(network, x, y).arrays) }
  }
  _ = time(1)
  return median((2..<202).map { time($0) - time($0) })
}
