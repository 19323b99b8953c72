// Random numbers by explicit keys: keys, bits, and the uniform and normal numbers that the other
// distributions are made of (RandomDistributions.swift).

import CovectorKernels

/// Uniformly random unsigned integers: `shape` of them for each key along the last axis of the input.
struct RandomBits: LocallyConstantPrimitive {
  let shape: [Int]
  let dtype: DType

  var name: String { "Random.bits" }

  var evaluation: Evaluation { .function { call in try call.randomBits() } }

  func accepts(_ x: [NDArray]) -> Bool {
    x.count == 1 && x[0].isKey && shape.canBeCounted
      && [.uint8, .uint16, .uint32, .uint64].contains(dtype)
  }

  func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
    [ArrayType(x[0].shape.dropLast() + shape, dtype)]
  }

  // More keys, each with the bits it has alone.
  func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
    ([NDArray(self, x[0].mappedInFront(axes[0], size: size))], [0])
  }
}

/// Random numbers.
///
/// A key is a `uint32` array of shape [2]. The same key always gives the same numbers, and unrelated keys
/// unrelated numbers, so a key is used once: `split` makes new ones from it. A mapped function that is
/// given mapped keys draws for each example what it would draw alone.
///
///     let keys = Random.split(Random.key(42))
///     let weights = Random.normal([3, 4], key: keys[0])
///     let noise = Random.uniform([3], key: keys[1])
public enum Random {
  /// Returns the key of a seed.
  public static func key(_ seed: UInt64) -> NDArray {
    NDArray([UInt32(truncatingIfNeeded: seed >> 32), UInt32(truncatingIfNeeded: seed)])
  }

  /// Returns new keys made from one: an array of shape [count, 2].
  public static func split(_ key: NDArray, into count: Int = 2) -> NDArray {
    drawn("Random.split", [count, 2], key) { bits($0, $1, .uint32) }
  }

  /// Returns uniformly random unsigned integers.
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - dtype: An unsigned integer type.
  ///   - key: The key.
  public static func bits(_ shape: [Int], dtype: DType = .uint32, key: NDArray) -> NDArray {
    drawn("Random.bits", shape, key) { shape, key throws(ArrayError) in
      guard dtype.isUnsignedInteger else {
        throw ArrayError(
          "Random.bits", "not defined for \(dtype); an unsigned integer dtype is needed")
      }
      return bits(shape, key, dtype)
    }
  }

  /// Returns numbers spread evenly over an interval, which contains `low` but not `high`, up to rounding.
  ///
  /// Differentiable by the bounds.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the bounds broadcast; their joint shape by default.
  ///   - low: The lower bounds.
  ///   - high: The upper bounds.
  ///   - dtype: A real floating-point type. There are 2³² different numbers, for `float64` 2⁵³.
  ///   - key: The key.
  public static func uniform(
    _ shape: [Int]? = nil, from low: NDArray = 0, to high: NDArray = 1, dtype: DType = .float32,
    key: NDArray
  ) -> NDArray {
    drawn("Random.uniform", shape, key, [low, high], dtype) { shape, key, bounds in
      let unit = self.unit(shape, dtype, key)
      return (bounds[1] - bounds[0]) * unit + bounds[0]
    }
  }

  /// Returns normally distributed numbers.
  ///
  /// Differentiable by the mean and the deviation.
  /// - Parameters:
  ///   - shape: The shape of the result, to which the parameters broadcast; their joint shape by default.
  ///   - mean: The means.
  ///   - deviation: The standard deviations.
  ///   - dtype: A floating-point type, or a complex one: the two parts then have half of the variance each.
  ///   - key: The key.
  public static func normal(
    _ shape: [Int]? = nil, mean: NDArray = 0, deviation: NDArray = 1, dtype: DType = .float32,
    key: NDArray
  ) -> NDArray {
    drawn("Random.normal", shape, key, [mean, deviation], dtype, allowsComplex: true) {
      shape, key, parameters in
      parameters[1] * standardNormal(shape, dtype, key) + parameters[0]
    }
  }
}

// MARK: - Draws

extension Random {
  /// Random bits of an unsigned integer type.
  static func bits(_ shape: [Int], _ key: NDArray, _ dtype: DType) -> NDArray {
    NDArray(RandomBits(shape: shape, dtype: dtype), key)
  }

  /// Numbers of 0..<1 in a real floating-point type; half types are rounded from `float32`.
  static func unit(_ shape: [Int], _ dtype: DType, _ key: NDArray) -> NDArray {
    if dtype == .float64 {
      let whole = bits(shape, key, .uint64) >> NDArray(UInt64(11))
      return whole.asType(.float64) * NDArray(0x1p-53)
    }
    let words = bits(shape, key, .uint32).asType(.float32)
    // Rounding to 24 bits, or fewer, must not reach 1.
    let below: Float =
      switch dtype {
      case .float16: 1 - 0x1p-11
      case .bfloat16: 1 - 0x1p-8
      default: 1 - 0x1p-24
      }
    return minimum(words * NDArray(Float(0x1p-32)), NDArray(below)).asType(dtype)
  }

  /// Numbers of the open interval from -1 to 1 in `float32` or `float64`.
  static func symmetric(_ shape: [Int], _ dtype: DType, _ key: NDArray) -> NDArray {
    let low = dtype == .float64 ? NDArray(-1 + 0x1p-53) : NDArray(Float(-1 + 0x1p-24))
    let two = NDArray.scalar(2, dtype)
    return two * unit(shape, dtype, key) + low
  }

  /// Standard normal numbers in any inexact type.
  static func standardNormal(_ shape: [Int], _ dtype: DType, _ key: NDArray) -> NDArray {
    if dtype.isComplex {
      let parts = standardNormal(shape + [2], dtype.real, key)
      let real = parts.sliced(axis: shape.count, from: 0, count: 1).reshaped(shape)
      let imaginary = parts.sliced(axis: shape.count, from: 1, count: 1).reshaped(shape)
      return complex(real, imaginary) * NDArray.scalar(0.5.squareRoot(), dtype)
    }
    let uniform = symmetric(shape, dtype.compute, key)
    let root = NDArray.scalar(2.0.squareRoot(), dtype.compute)
    return (root * erfinv(uniform)).asType(dtype)
  }

  /// Checks the shape and the key of a draw without parameters, and draws.
  static func drawn(
    _ operation: String, _ shape: [Int], _ key: NDArray,
    _ body: ([Int], NDArray) throws(ArrayError) -> NDArray
  ) -> NDArray {
    NDArray.reporting { () throws(ArrayError) in
      try checkKey(key, operation)
      guard shape.allSatisfy({ $0 >= 0 }) else {
        throw ArrayError(operation, "shape \(shape) has a negative size")
      }
      return try body(shape, key)
    }
  }

  /// Checks a draw with parameters, converts those to the dtype of the result, and draws.
  static func drawn(
    _ operation: String, _ shape: [Int]?, _ key: NDArray, _ parameters: [NDArray],
    _ dtype: DType, allowsComplex: Bool = false,
    _ body: ([Int], NDArray, [NDArray]) throws(ArrayError) -> NDArray
  ) -> NDArray {
    NDArray.reporting { () throws(ArrayError) in
      guard dtype.isFloating || (allowsComplex && dtype.isComplex) else {
        throw ArrayError(
          operation,
          "not defined for \(dtype); a floating-point \(allowsComplex ? "or complex " : "")dtype is needed"
        )
      }
      try checkKey(key, operation)
      for parameter in parameters where parameter.isComplex && !dtype.isComplex {
        throw ArrayError(operation, "a parameter is \(parameter.dtype); a real one is needed")
      }
      let result = try resultShape(operation, shape, parameters)
      return try body(result, key, parameters.map { $0.promoted(to: dtype) })
    }
  }

  /// The shape of a draw: the one asked for, to which the parameters must broadcast, or their joint one.
  static func resultShape(
    _ operation: String, _ shape: [Int]?, _ parameters: [NDArray]
  ) throws(ArrayError) -> [Int] {
    var joint: [Int] = []
    for parameter in parameters {
      guard let wider = broadcastShape(joint, parameter.shape) else {
        throw ArrayError(
          operation,
          "parameters of shapes \(parameters.map(\.shape).joinedDescription) do not broadcast; "
            + "sizes must be equal or 1, counted from the last axis")
      }
      joint = wider
    }
    guard let shape else { return joint }
    guard shape.allSatisfy({ $0 >= 0 }), broadcastShape(joint, shape) == shape else {
      throw ArrayError(
        operation, "parameters of shape \(joint) do not broadcast to shape \(shape)")
    }
    return shape
  }

  /// Refuses what is not one key.
  static func checkKey(_ key: NDArray, _ operation: String) throws(ArrayError) {
    guard key.dtype == .uint32, key.shape == [2] else {
      throw ArrayError(
        operation,
        "\(key.type) is not a key; a key is uint32[2], and vmap draws with many at once")
    }
  }
}

/// Keys one after the other, for code that draws often and does not want to name them.
///
/// An explicit value with its own state; nothing is shared. Inside `vmap` the caller says whether all
/// examples get the same key, and so the same numbers, or each its own.
///
///     var keys = RandomKeys(seed: 1)
///     let x = Random.normal([3], key: keys.next())
///     let y = vmap { key in Random.normal([3], key: key) }(keys.next(100))
public struct RandomKeys: Sendable {
  private var state: NDArray

  /// Starts with the key of a seed.
  public init(seed: UInt64) { state = Random.key(seed) }

  /// Starts with a key.
  public init(_ key: NDArray) { state = key }

  /// Whether the examples of a mapped function draw the same numbers.
  public enum Examples: Sendable {
    /// All examples get the same key.
    case same
    /// Each example gets a key of its own.
    case different
  }

  /// A new key.
  ///
  /// - Parameter examples: Inside `vmap`, whether examples share the key. There it must be said, unless these
  ///   keys were made from a mapped one and differ already.
  public mutating func next(_ examples: Examples? = nil) -> NDArray {
    let keys = Random.split(state)
    let numbers = Trace.examples(since: state.node.serial)
    state = keys[0]
    return NDArray.reporting { () throws(ArrayError) in
      guard examples != nil || numbers.isEmpty else {
        throw ArrayError(
          "RandomKeys.next",
          "inside vmap it must be said whether examples share a key: call next(.same) or "
            + "next(.different)")
      }
      var key = keys[1]
      for number in numbers where examples == .different {
        let word = number.reshaped([1]).padded([(before: 1, after: 0)])
        key = Random.split(key ^ word)[0]
      }
      return key
    }
  }

  /// New keys: an array of shape [count, 2], to be mapped over.
  ///
  /// - Parameters:
  ///   - count: How many keys.
  ///   - examples: Inside `vmap`, whether examples share the keys, as for one.
  public mutating func next(_ count: Int, _ examples: Examples? = nil) -> NDArray {
    Random.split(next(examples), into: count)
  }
}
