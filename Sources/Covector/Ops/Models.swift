// What neural networks are made of beyond products: normalisation of features, rotary embedding,
// attention. Compositions of other operations, which evaluation fuses.

/// Returns features with mean 0 and variance 1 along the last axis, times weights, plus biases.
///
/// Half types are computed in `float32`; the dtype of `x` is kept. Integers become `float32`.
/// - Parameters:
///   - x: Features in the last axis.
///   - weight: A factor for each feature; 1 by default.
///   - bias: What is added to each feature; 0 by default.
///   - epsilon: What is added to the variance.
public func layerNorm(
  _ x: NDArray, weight: NDArray? = nil, bias: NDArray? = nil, epsilon: Double = 1e-5
) -> NDArray {
  normalizedFeatures("layerNorm", x, weight, bias) { x in
    let centred = x - x.mean(axis: -1, keepDims: true)
    return centred * rsqrt(square(centred).mean(axis: -1, keepDims: true) + epsilon)
  }
}

/// Returns features divided by their root mean square along the last axis, times weights.
///
/// Half types are computed in `float32`; the dtype of `x` is kept. Integers become `float32`. After
/// B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization" (2019).
/// - Parameters:
///   - x: Features in the last axis.
///   - weight: A factor for each feature; 1 by default.
///   - epsilon: What is added to the mean square.
public func rmsNorm(_ x: NDArray, weight: NDArray? = nil, epsilon: Double = 1e-5) -> NDArray {
  normalizedFeatures("rmsNorm", x, weight, nil) { x in
    x * rsqrt(square(x).mean(axis: -1, keepDims: true) + epsilon)
  }
}

private func normalizedFeatures(
  _ operation: String, _ x: NDArray, _ weight: NDArray?, _ bias: NDArray?,
  _ body: (NDArray) -> NDArray
) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let x = x.strong.inexact
    _ = try requireFloating([x], operation)
    guard x.rank >= 1 else {
      throw ArrayError(operation, "a scalar has no features; at least one axis is needed")
    }
    let features = x.shape[x.rank - 1]
    for parameter in [weight, bias].compactMap({ $0 }) where parameter.shape != [features] {
      throw ArrayError(
        operation,
        "a parameter of shape \(parameter.shape) does not fit features of shape \(x.shape); it must "
          + "be [\(features)]")
    }
    var result = body(x.wide)
    if let weight { result = result * weight.promoted(to: result.dtype) }
    if let bias { result = result + bias.promoted(to: result.dtype) }
    return result.promoted(to: x.dtype)
  }
}

// MARK: - Rotary embedding

/// Returns features turned, pair by pair, by angles that grow with their position in a sequence.
///
/// Pair `j` of the first `dimensions` features at position `t` is turned by
/// `scale (t + offset) base^(-2j / dimensions)`; other features are left as they are. Half types are
/// computed in `float32`; the dtype is kept. After J. Su et al., "RoFormer" (2021).
/// - Parameters:
///   - x: Positions in the last axis but one, features in the last.
///   - dimensions: How many features are turned, an even number; all by default.
///   - isTraditional: Whether neighbours are pairs; otherwise a feature of the first half goes with
///     one of the second.
///   - base: What the angles are powers of.
///   - scale: A factor for positions.
///   - offset: The position of the first element: a scalar, or an array that broadcasts to the axes
///     before the positions.
///   - frequencies: A divisor of the position for each pair, in place of powers of the base.
public func rope(
  _ x: NDArray, dimensions: Int? = nil, isTraditional: Bool = false, base: Double = 10_000,
  scale: Double = 1, offset: NDArray = 0, frequencies: NDArray? = nil
) -> NDArray {
  NDArray.reporting(like: x) { () throws(ArrayError) in
    let whole = x.strong.inexact
    _ = try requireFloating([whole], "rope")
    guard whole.rank >= 2 else {
      throw ArrayError(
        "rope", "shape \(x.shape) has no positions; axes for positions and features are needed")
    }
    let features = whole.shape[whole.rank - 1]
    let count = dimensions ?? features
    guard count % 2 == 0, count >= 0, count <= features else {
      throw ArrayError(
        "rope",
        "\(count) of \(features) features cannot be turned; an even number up to \(features) is needed"
      )
    }
    let half = count / 2
    if let frequencies, frequencies.shape != [half] {
      throw ArrayError(
        "rope", "frequencies of shape \(frequencies.shape) do not fit \(half) pairs")
    }
    let turned = whole.sliced(axis: whole.rank - 1, from: 0, count: count).wide
    let dtype = turned.dtype
    let steps = NDArray.arange(whole.shape[whole.rank - 2]).asType(dtype)
    // The offset has an axis for positions and one for pairs behind its own.
    let start = offset.promoted(to: dtype)
    let positions = (start.reshaped(start.shape + [1]) + steps) * scale
    let rates =
      frequencies.map { reciprocal($0.promoted(to: dtype)) }
      ?? exp(
        NDArray.arange(half).asType(dtype) * (-2 * logarithm(base) / Double(Swift.max(count, 1))))
    let angles = positions.reshaped(positions.shape + [1]) * rates
    let (cosine, sine) = (cos(angles), sin(angles))
    let (first, second) = turned.pairs(isTraditional, half)
    let result = NDArray.joiningPairs(
      first * cosine - second * sine, first * sine + second * cosine, isTraditional)
    let done = result.promoted(to: whole.dtype)
    if count == features { return done }
    let rest = whole.sliced(axis: whole.rank - 1, from: count, count: features - count)
    return concatenated([done, rest], axis: -1)
  }
}

/// The natural logarithm of a Swift number as one.
private func logarithm(_ value: Double) -> NDArray { log(value.weakArray) }

extension NDArray {
  /// The first and the second of each pair of features.
  fileprivate func pairs(_ areNeighbours: Bool, _ half: Int) -> (NDArray, NDArray) {
    let last = rank - 1
    guard areNeighbours else {
      return (
        sliced(axis: last, from: 0, count: half), sliced(axis: last, from: half, count: half)
      )
    }
    return (
      sliced(axis: last, from: 0, count: half, step: 2),
      sliced(axis: last, from: Swift.min(1, half), count: half, step: 2)
    )
  }

  fileprivate static func joiningPairs(
    _ first: NDArray, _ second: NDArray, _ areNeighbours: Bool
  ) -> NDArray {
    guard areNeighbours else { return concatenated([first, second], axis: -1) }
    let pairs = stacked([first, second], axis: -1)
    return pairs.flattened(from: -2)
  }
}

// MARK: - Attention

/// Which keys a query attends to.
public enum AttentionMask: Sendable {
  /// All of them.
  case none
  /// Those up to its own position, where the last query is at the last key.
  case causal
  /// Where a `bool` array is true; or all, with an array of numbers added to their scores.
  ///
  /// It broadcasts to `[batch, query heads, queries, keys]`.
  case array(NDArray)
}

/// Returns the values of keys averaged with the shares that their products with queries give them.
///
/// `softmax(scale q kᵀ + mask) v`, after A. Vaswani et al., "Attention Is All You Need" (2017). Heads
/// of queries share those of keys and values in groups where there are more of them. Where a query
/// attends to no key all have equal shares. Half types are computed in `float32`; the dtype of the
/// queries is kept.
/// - Parameters:
///   - queries: Of shape `[batch, query heads, queries, features]`.
///   - keys: Of shape `[batch, heads, keys, features]`.
///   - values: Of shape `[batch, heads, keys, other features]`.
///   - scale: The factor of the products; one divided by the root of the number of features by
///     default.
///   - mask: Which keys a query attends to.
///   - sinks: For each head of queries, the score of a key without a value, which takes its share.
public func scaledDotProductAttention(
  _ queries: NDArray, _ keys: NDArray, _ values: NDArray, scale: Double? = nil,
  mask: AttentionMask = .none, sinks: NDArray? = nil
) -> NDArray {
  let name = "scaledDotProductAttention"
  return NDArray.reporting(like: queries) { () throws(ArrayError) in
    let dtype = promotedDType([queries, keys, values].map { $0.strong.inexact })
    let (q, k, v) = (
      queries.promoted(to: dtype), keys.promoted(to: dtype), values.promoted(to: dtype)
    )
    _ = try requireFloating([q], name)
    guard q.rank == 4, k.rank == 4, v.rank == 4, q.shape[0] == k.shape[0],
      k.shape[..<3] == v.shape[..<3], q.shape[3] == k.shape[3], k.shape[1] > 0,
      q.shape[1] % k.shape[1] == 0
    else {
      throw ArrayError(
        name,
        "queries \(q.shape), keys \(k.shape) and values \(v.shape) do not fit; [batch, heads, "
          + "positions, features] are needed, with as many heads of queries as of keys or a multiple"
      )
    }
    let (batch, heads, count) = (q.shape[0], q.shape[1], q.shape[2])
    let (groups, length) = (k.shape[1], k.shape[2])
    let scale = scale ?? 1 / Double(Swift.max(q.shape[3], 1)).squareRoot()
    let grouped = [batch, groups, heads / groups]
    let split = (q.wide * scale).reshaped(grouped + [count, q.shape[3]])
    let wideKeys = k.wide.reshaped([batch, groups, 1, length, k.shape[3]])
    var scores = matmul(split, wideKeys.swappingAxes(-1, -2))
      .reshaped([batch, heads, count, length])
    switch mask {
    case .none: break
    case .causal:
      let places = NDArray.arange(count).reshaped([count, 1]) + NDArray(Int32(length - count))
      let isSeen = NDArray.arange(length) .<= places
      scores = which(isSeen, scores, NDArray.scalar(-.infinity, scores.dtype))
    case .array(let mask):
      guard broadcastShape(mask.shape, scores.shape) == scores.shape else {
        throw ArrayError(
          name,
          "a mask of shape \(mask.shape) does not broadcast to scores of shape \(scores.shape)")
      }
      scores =
        mask.dtype == .bool
        ? which(mask, scores, NDArray.scalar(-.infinity, scores.dtype))
        : scores + mask.promoted(to: scores.dtype)
    }
    if let sinks {
      guard sinks.shape == [heads] else {
        throw ArrayError(name, "sinks of shape \(sinks.shape) do not fit \(heads) heads of queries")
      }
      let column = sinks.promoted(to: scores.dtype).reshaped([heads, 1, 1])
        .broadcast(to: [batch, heads, count, 1])
      let whole = softmax(concatenated([column, scores], axis: -1), axis: -1)
      scores = whole.sliced(axis: 3, from: 1, count: length)
    } else {
      scores = softmax(scores, axis: -1)
    }
    let shares = scores.reshaped(grouped + [count, length])
    let wideValues = v.wide.reshaped([batch, groups, 1, length, v.shape[3]])
    return matmul(shares, wideValues).reshaped([batch, heads, count, v.shape[3]])
      .promoted(to: q.dtype)
  }
}
