// What the tests share: reading values, the mistake made in a piece of code, and models of several shapes.

import Testing

@testable import Covector

/// The elements as double precision numbers.
func numbers(_ x: NDArray) -> [Double] { x.array(of: Double.self) }

/// 0, 1, 2, … in a shape.
func counting(_ shape: Int..., from start: Double = 0) -> NDArray {
  NDArray((0..<shape.elementCount).map { start + Double($0) }, shape: shape)
}

/// The sum of the roots of what is positive; the derivative of the others is infinite, and not chosen.
func sumOfChosenRoots(_ x: NDArray) -> NDArray {
  select(x .> 0) {
    sqrt(x)
  } else: {
    0
  }.sum()
}

/// The mistake made in a piece of code.
func mistake<Result>(_ body: () throws -> Result) -> String {
  do {
    _ = try checked(body)
    return "no mistake"
  } catch let error as ArrayError {
    return error.summary
  } catch {
    return "\(error)"
  }
}

struct Layer: ArrayTree {
  var weight: NDArray
  var bias: NDArray?
  let activation: String

  func callAsFunction(_ x: NDArray) -> NDArray {
    let sum = matmul(weight, x)
    let shifted = bias.map { sum + $0 } ?? sum
    return activation == "tanh" ? tanh(shifted) : shifted
  }
}

struct Network: ArrayTree {
  var layers: [Layer]
  let name: String

  func callAsFunction(_ x: NDArray) -> NDArray { layers.reduce(x) { $1($0) } }

  /// Two layers, 3 to 2 to 1, with weights that are easy to follow.
  static var small: Network {
    Network(
      layers: [
        Layer(weight: counting(2, 3) / 10, bias: counting(2) / 5, activation: "tanh"),
        Layer(weight: counting(1, 2, from: 1), bias: nil, activation: "none"),
      ], name: "small")
  }
}

struct Pair<First: ArrayTree, Second: ArrayTree>: ArrayTree {
  var first: First
  var second: Second
}
