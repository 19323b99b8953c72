// Losses: how far predictions are from targets. Each gives a number for every prediction, or for
// every row of them; `mean()` or `sum()` makes one number of those.

/// Computes a loss of operands in one floating-point dtype, wide if that is half, broadcast against each
/// other.
private func loss(
  _ operation: String, _ arrays: [NDArray], _ body: ([NDArray]) throws(ArrayError) -> NDArray
) -> NDArray {
  NDArray.reporting(like: arrays.first) { () throws(ArrayError) in
    let (operands, dtype) = try lossOperands(operation, arrays)
    return try body(operands).promoted(to: dtype)
  }
}

private func lossOperands(
  _ operation: String, _ arrays: [NDArray]
) throws(ArrayError) -> (operands: [NDArray], dtype: DType) {
  let dtype = promotedDType(arrays.map { $0.strong.inexact })
  let operands = arrays.map { $0.promoted(to: dtype) }
  _ = try requireFloating(operands, operation)
  var shape: [Int] = []
  for operand in operands {
    guard let joint = broadcastShape(shape, operand.shape) else {
      throw ArrayError(
        operation, "shapes \(arrays.map(\.shape).joinedDescription) do not broadcast")
    }
    shape = joint
  }
  return (operands.map { $0.broadcast(to: shape).wide }, dtype)
}

/// Returns the cross-entropy of classes: the negative logarithm of the share that `softmax` gives to
/// the right one.
///
/// The result has the shape of the logits without the axis of classes. Half types are computed in
/// `float32`. A class outside the axis is an error when the result is computed.
/// - Parameters:
///   - logits: A score for each class, along an axis.
///   - targets: The number of the right class, as integers of the shape without that axis; or a
///     probability for each class, of the shape of the logits.
///   - axis: The axis of classes.
///   - smoothing: The part of the probability that is spread evenly over all classes.
public func crossEntropy(
  _ logits: NDArray, _ targets: NDArray, axis: Int = -1, smoothing: Double = 0
) -> NDArray {
  NDArray.reporting(like: logits) { () throws(ArrayError) in
    let x = logits.strong.inexact
    _ = try requireFloating([x], "crossEntropy")
    let place = try normalizedAxis(axis, rank: x.rank, "crossEntropy")
    let rest = x.shape.removing(at: place)
    let logShares = logSoftmax(x.wide, axis: place)
    var right: NDArray
    if targets.dtype.isInteger, targets.shape == rest {
      let column = targets.strong.reshaped(targets.shape.inserting(1, at: place))
      // A negative class would count from the end.
      let checked = which(column .< 0, NDArray(Int64(x.shape[place])), column.promoted(to: .int64))
      right = logShares.takeAlongAxis(checked, axis: place).reshaped(rest)
    } else if !targets.dtype.isComplex, targets.shape == x.shape {
      right = (targets.promoted(to: logShares.dtype) * logShares).summed(over: [place])
    } else {
      throw ArrayError(
        "crossEntropy",
        "targets of shape \(targets.shape) and \(targets.dtype) do not fit logits of shape "
          + "\(x.shape); integers of shape \(rest), or probabilities of shape \(x.shape), are needed"
      )
    }
    if smoothing != 0 { right = right * (1 - smoothing) + logShares.mean(axis: place) * smoothing }
    return (-right).promoted(to: x.dtype)
  }
}

/// Returns the cross-entropy of two classes for each logit, `softplus(x) - x t`.
/// - Parameters:
///   - logits: The logarithm of the odds.
///   - targets: The probability of the class.
public func binaryCrossEntropy(logits: NDArray, _ targets: NDArray) -> NDArray {
  loss("binaryCrossEntropy", [logits, targets]) { softplus($0[0]) - $0[0] * $0[1] }
}

/// Returns the cross-entropy of two classes for each probability, whose logarithms are cut at -100.
/// - Parameters:
///   - probabilities: Numbers from 0 to 1.
///   - targets: The probability of the class.
public func binaryCrossEntropy(probabilities: NDArray, _ targets: NDArray) -> NDArray {
  loss("binaryCrossEntropy", [probabilities, targets]) { x in
    let (yes, no) = (clip(log(x[0]), min: -100), clip(log1p(-x[0]), min: -100))
    return -(x[1] * yes + (1 - x[1]) * no)
  }
}

/// Returns the negative of the elements of log-probabilities that numbers of classes name.
///
/// Otherwise as `crossEntropy`, without its `logSoftmax`.
public func nllLoss(_ logProbabilities: NDArray, _ targets: NDArray, axis: Int = -1) -> NDArray {
  NDArray.reporting(like: logProbabilities) { () throws(ArrayError) in
    let x = logProbabilities.strong.inexact
    _ = try requireFloating([x], "nllLoss")
    let place = try normalizedAxis(axis, rank: x.rank, "nllLoss")
    let rest = x.shape.removing(at: place)
    guard targets.dtype.isInteger, targets.shape == rest else {
      throw ArrayError(
        "nllLoss",
        "targets of shape \(targets.shape) and \(targets.dtype) do not fit shape \(x.shape); integers "
          + "of shape \(rest) are needed")
    }
    let column = targets.strong.reshaped(rest.inserting(1, at: place)).promoted(to: .int64)
    let checked = which(column .< 0, NDArray(Int64(x.shape[place])), column)
    return -x.takeAlongAxis(checked, axis: place).reshaped(rest)
  }
}

/// Returns the absolute difference of each prediction and its target.
public func l1Loss(_ predictions: NDArray, _ targets: NDArray) -> NDArray {
  loss("l1Loss", [predictions, targets]) { abs($0[0] - $0[1]) }
}

/// Returns the squared difference of each prediction and its target.
public func mseLoss(_ predictions: NDArray, _ targets: NDArray) -> NDArray {
  loss("mseLoss", [predictions, targets]) { square($0[0] - $0[1]) }
}

/// Returns half the square of small differences divided by `beta`, and large ones less half of it.
public func smoothL1Loss(
  _ predictions: NDArray, _ targets: NDArray, beta: Double = 1
) -> NDArray {
  loss("smoothL1Loss", [predictions, targets]) { x in
    let size = abs(x[0] - x[1])
    return which(size .< beta, square(x[0] - x[1]) * (0.5 / beta), size - 0.5 * beta)
  }
}

/// Returns half the square of differences up to `delta`, and continues in a straight line beyond.
public func huberLoss(_ predictions: NDArray, _ targets: NDArray, delta: Double = 1) -> NDArray {
  loss("huberLoss", [predictions, targets]) { x in
    let size = abs(x[0] - x[1])
    return which(size .<= delta, square(x[0] - x[1]) * 0.5, (size - 0.5 * delta) * delta)
  }
}

/// Returns the logarithm of the hyperbolic cosine of each difference, without overflow.
public func logCoshLoss(_ predictions: NDArray, _ targets: NDArray) -> NDArray {
  loss("logCoshLoss", [predictions, targets]) { x in
    let difference = x[0] - x[1]
    return logaddexp(difference, -difference) - MathConstant.ln2
  }
}

/// Returns `max(0, 1 - x t)` for each prediction `x`, where the target `t` is -1 or 1.
public func hingeLoss(_ predictions: NDArray, _ targets: NDArray) -> NDArray {
  loss("hingeLoss", [predictions, targets]) { relu(1 - $0[0] * $0[1]) }
}

/// Returns `max(0, margin - t (a - b))` for each pair, where the target `t` is 1 if `a` should be the
/// larger and -1 if `b`.
public func marginRankingLoss(
  _ a: NDArray, _ b: NDArray, _ targets: NDArray, margin: Double = 0
) -> NDArray {
  loss("marginRankingLoss", [a, b, targets]) { relu(margin - $0[2] * ($0[0] - $0[1])) }
}

/// Returns the negative logarithm of the normal density of each target, without its constant part.
/// - Parameters:
///   - means: The predicted means.
///   - targets: The targets.
///   - variances: The predicted variances.
///   - epsilon: The least variance; smaller ones count as that and get no derivative.
public func gaussianNLLLoss(
  _ means: NDArray, _ targets: NDArray, variances: NDArray, epsilon: Double = 1e-6
) -> NDArray {
  loss("gaussianNLLLoss", [means, targets, variances]) { x in
    let variance = maximum(x[2], epsilon)
    return 0.5 * (log(variance) + square(x[1] - x[0]) / variance)
  }
}

/// Returns the Kullback-Leibler divergence of distributions along an axis, from logarithms of both.
///
/// The sum of `exp(t) (t - x)`, where `x` are the predictions and `t` the targets.
public func klDivLoss(
  _ logPredictions: NDArray, _ logTargets: NDArray, axis: Int = -1
) -> NDArray {
  loss("klDivLoss", [logPredictions, logTargets]) { x throws(ArrayError) in
    let place = try normalizedAxis(axis, rank: x[0].rank, "klDivLoss")
    return (exp(x[1]) * (x[1] - x[0])).summed(over: [place])
  }
}

/// Returns the cosine of the angle between vectors along an axis.
/// - Parameters:
///   - a: Vectors.
///   - b: Vectors; the arrays broadcast.
///   - axis: The axis, which disappears.
///   - epsilon: The least product of lengths to divide by.
public func cosineSimilarity(
  _ a: NDArray, _ b: NDArray, axis: Int = -1, epsilon: Double = 1e-8
) -> NDArray {
  loss("cosineSimilarity", [a, b]) { x throws(ArrayError) in
    let place = try normalizedAxis(axis, rank: x[0].rank, "cosineSimilarity")
    func sum(_ x: NDArray) -> NDArray { x.summed(over: [place]) }
    let squares = sum(square(x[0])) * sum(square(x[1]))
    return sum(x[0] * x[1]) / sqrt(maximum(squares, epsilon * epsilon))
  }
}

/// Returns `max(0, d(a, p) - d(a, n) + margin)` with Euclidean distances `d` along an axis.
/// - Parameters:
///   - anchors: Vectors `a`.
///   - positives: Vectors `p` that should be near.
///   - negatives: Vectors `n` that should be far.
///   - axis: The axis, which disappears.
///   - margin: By how much the distances should differ.
///   - epsilon: What is added to the squared distances, whose root has no derivative at 0.
public func tripletLoss(
  _ anchors: NDArray, _ positives: NDArray, _ negatives: NDArray, axis: Int = -1,
  margin: Double = 1, epsilon: Double = 1e-6
) -> NDArray {
  loss("tripletLoss", [anchors, positives, negatives]) { x throws(ArrayError) in
    let place = try normalizedAxis(axis, rank: x[0].rank, "tripletLoss")
    func distance(_ other: NDArray) -> NDArray {
      sqrt(square(x[0] - other).summed(over: [place]) + epsilon)
    }
    return relu(distance(x[1]) - distance(x[2]) + margin)
  }
}
