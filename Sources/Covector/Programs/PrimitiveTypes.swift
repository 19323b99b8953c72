// The library's primitives by name, as files of programs spell them, and what must hold of each before its type
// rule may look at it: in calls the public functions see to that, in a file anything may stand. A primitive
// that is not here cannot be kept in a file; a test goes through the catalogue.

/// The types of primitives that a file may name.
enum PrimitiveTypes {
  struct Entry: Sendable {
    let type: any Primitive.Type
    /// Whether the primitive could have come about in a call with these inputs.
    let isSound: @Sendable (any Primitive, [NDArray]) -> Bool

    /// - Parameter count: The number of inputs; `nil` where `isSound` looks at it itself.
    init<P: Primitive>(
      _ type: P.Type, _ count: Int?, _ isSound: @escaping @Sendable (P, [NDArray]) -> Bool
    ) {
      self.type = type
      self.isSound = { primitive, x in
        guard let primitive = primitive as? P, count == nil || count == x.count else {
          return false
        }
        return isSound(primitive, x)
      }
    }
  }

  static let byName: [String: Entry] = {
    var entries: [String: Entry] = [:]
    for entry in elementwise + structural + folds + matrices + places + others + programs {
      entries["\(entry.type)"] = entry
    }
    return entries
  }()

  private static func all(
    _ count: Int, _ types: [any Primitive.Type],
    _ isSound: @escaping @Sendable ([NDArray]) -> Bool = { _ in true }
  ) -> [Entry] {
    func entry<P: Primitive>(_ type: P.Type) -> Entry { Entry(type, count) { _, x in isSound(x) } }
    return types.map { entry($0) }
  }

  /// Whether the inputs have one dtype; numbers without one of their own have any.
  private static func sameDType(_ x: some Sequence<NDArray>) -> Bool {
    Set(x.filter { !$0.isWeak }.map(\.dtype)).count <= 1
  }

  private static let elementwise: [Entry] =
    all(
      1,
      [
        Absolute.self, ArcCosine.self, ArcHyperbolicCosine.self, ArcHyperbolicSine.self,
        ArcHyperbolicTangent.self, ArcSine.self, ArcTangent.self, BesselI.self, BitwiseNot.self,
        Classify.self, ComplementaryErrorFunction.self, Conjugate.self, Cosine.self, CubeRoot.self,
        DebugPrint.self, Digamma.self, Entropy.self, ErrorFunction.self, Exp.self, Exp2.self,
        Expm1.self, Exponent.self, GammaFunction.self, HyperbolicCosine.self,
        HyperbolicSecant.self, HyperbolicSine.self, HyperbolicTangent.self, ImaginaryPart.self,
        InverseErrorFunction.self, Log.self, Log10.self, Log1p.self, Log2.self, LogGamma.self,
        LogNormalDistribution.self, LogicalNot.self, Named.self, Negate.self,
        NormalDistribution.self, NormalQuantile.self, RealPart.self, Reciprocal.self,
        ReciprocalSquareRoot.self, Round.self,
        ScaledComplementaryErrorFunction.self, Sigmoid.self, Sign.self, SignBit.self, Sine.self,
        Square.self, SquareRoot.self, StopGradient.self, Tangent.self, Cast.self,
      ])
    + all(1, [Modulus.self, Direction.self]) { $0[0].dtype.isComplex }
    + all(
      2,
      [
        Add.self, ArcTangent2.self, BetaFunction.self, Bitwise.self, Compare.self, CopySign.self,
        Divide.self, FloorDivide.self, HurwitzZeta.self, Hypotenuse.self, IncompleteGamma.self,
        LogAddExp.self, Logic.self, Maximum.self, Minimum.self, Multiply.self, NextAfter.self,
        Power.self, Remainder.self, ScaleByPower.self, Subtract.self, MakeComplex.self,
      ], sameDType)
    + all(3, [IncompleteBeta.self], sameDType)
    + all(3, [Select.self, Substitute.self]) { $0[0].dtype == .bool && sameDType($0.dropFirst()) }
    + [
      Entry(WholeNumberFunction.self, nil) {
        $1.count == ($0.kind == .bitCount ? 1 : 2) && sameDType($1)
      }
    ]

  private static let structural: [Entry] = [
    Entry(Constant.self, 0) { _, _ in true },
    Entry(Iota.self, 0) { p, _ in p.size >= 0 && p.dtype != .bool },
    Entry(Broadcast.self, 1) { _, _ in true },
    Entry(Reshape.self, 1) { p, x in p.shape.isSound },
    Entry(Transpose.self, 1) { _, _ in true },
    Entry(Slice.self, 1) { p, x in
      p.counts.isSound && p.counts.count == x[0].rank && p.starts.count == x[0].rank
        && p.steps.count == x[0].rank && zip(p.counts, x[0].shape).allSatisfy(<=)
        && zip(p.steps, x[0].shape).allSatisfy { $0.magnitude <= Swift.max($1, 1) }
    },
    Entry(Embed.self, 1) { p, x in
      p.shape.isSound && p.shape.isSelected(by: x[0].shape, p.starts, p.steps)
    },
    Entry(Overwrite.self, 2) { p, x in
      sameDType(x) && x[0].shape.isSelected(by: x[1].shape, p.starts, p.steps)
    },
    Entry(Concatenate.self, nil) { p, x in
      sameDType(x) && x.first.map { [p.axis].areAxes(of: $0) } ?? false
    },
    Entry(BitView.self, 1) { p, x in p.dtype != .bool && x[0].dtype != .bool },
    Entry(Barrier.self, nil) { _, x in !x.isEmpty },
  ]

  private static let folds: [Entry] = [
    Entry(Sum.self, 1) { p, x in p.axes.areAxes(of: x[0]) },
    Entry(Holds.self, 1) { p, x in p.axes.areAxes(of: x[0]) && x[0].dtype == .bool },
    Entry(ExtremumReduction.self, 1) { p, x in p.axes.areAxes(of: x[0]) },
    Entry(ProductReduction.self, 1) { p, x in p.axes.areAxes(of: x[0]) },
    Entry(ArgExtremum.self, 1) { p, x in [p.axis].areAxes(of: x[0]) },
    Entry(CumulativeSum.self, 1) { p, x in [p.axis].areAxes(of: x[0]) },
    Entry(CumulativeFold.self, 1) { p, x in [p.axis].areAxes(of: x[0]) },
    Entry(CumulativeExtremum.self, 1) { p, x in [p.axis].areAxes(of: x[0]) },
    Entry(Contract.self, 2) { p, x in
      let axes = p.axes
      return sameDType(x) && axes.batchFirst.count == axes.batchSecond.count
        && axes.summedFirst.count == axes.summedSecond.count
        && (axes.batchFirst + axes.summedFirst).areAxes(of: x[0])
        && (axes.batchSecond + axes.summedSecond).areAxes(of: x[1])
    },
    Entry(Convolve.self, 2) { p, x in
      let (window, axes) = (p.window, p.window.strides.count)
      let numbers = [window.low, window.high, window.kernelDilation, window.inputDilation]
      let positive = window.strides + window.kernelDilation + window.inputDilation
      let limit = 1 << 31
      return sameDType(x)
        && x.allSatisfy { $0.rank == axes + 2 && $0.shape.allSatisfy { $0 < limit } }
        && numbers.allSatisfy { $0.count == axes && $0.allSatisfy { $0.magnitude < limit } }
        && positive.allSatisfy { $0 > 0 && $0 < limit } && p.groups > 0
        && x[0].shape[axes + 1] / p.groups == x[1].shape[axes + 1]
        && x[0].shape[axes + 1] % p.groups == 0 && x[1].shape[0] % p.groups == 0
    },
  ]

  private static func isMatrix(_ x: NDArray) -> Bool { x.rank >= 2 && x.dtype.isInexact }
  private static func isSquare(_ x: NDArray) -> Bool {
    isMatrix(x) && x.shape[x.rank - 1] == x.shape[x.rank - 2]
  }

  private static let matrices: [Entry] =
    all(1, [LUFactors.self, QRFactors.self, SingularValues.self, PseudoInverse.self]) {
      isMatrix($0[0])
    }
    + all(
      1,
      [
        HermitianEigen.self, Eigen.self, Cholesky.self, Inverse.self, Determinant.self,
        SignAndLogDeterminant.self,
      ]
    ) { isSquare($0[0]) }
    + all(2, [Solve.self, TriangularSolve.self]) { x in
      isSquare(x[0]) && isMatrix(x[1]) && sameDType(x) && x[0].rank == x[1].rank
        && x[0].shape.dropLast() == x[1].shape.dropLast()
    }
    + all(2, [RepeatedSquaring.self]) { x in
      isSquare(x[0]) && x[1].dtype == x[0].dtype && x[1].rank == x[0].rank
        && x[1].shape == x[0].shape.dropLast(2) + [1, 1]
    }

  private static let places: [Entry] = [
    Entry(Gather.self, nil) { p, x in
      x.count == p.axes.count + 1 && areIndices(x.dropFirst(), p.axes, p.labels, of: x[0])
    },
    Entry(Scatter.self, nil) { p, x in
      x.count == p.axes.count + 2 && x[0].dtype == x[x.count - 1].dtype
        && areIndices(x[1..<(x.count - 1)], p.axes, p.labels, of: x[0])
    },
    Entry(MaskNumbers.self, 1) { p, x in
      x[0].dtype == .bool && p.expected >= 0 && (0...x[0].rank).contains(p.rank)
    },
    Entry(SearchSorted.self, 2) { _, x in
      sameDType(x) && x[0].rank > 0 && x[0].rank == x[1].rank
        && x[0].shape.dropLast() == x[1].shape.dropLast()
    },
  ]

  private static func areIndices(
    _ x: ArraySlice<NDArray>, _ axes: [Int], _ labels: [Int], of array: NDArray
  ) -> Bool {
    axes.areAxes(of: array) && labels.count == axes.count && x.allSatisfy(\.dtype.isInteger)
  }

  private static func isKey(_ x: NDArray) -> Bool { x.dtype == .uint32 && x.shape.last == 2 }

  private static let others: [Entry] =
    all(1, [Sort.self, ArgSort.self]) { $0[0].rank > 0 && !$0[0].dtype.isComplex }
    + all(1, [FourierTransform.self]) { $0[0].rank > 0 && $0[0].dtype.isComplex }
    + [
      Entry(RealFourierTransform.self, 1) { p, x in
        p.count > 0 && x[0].rank > 0 && RealFourierTransform.exists(p.count)
          && x[0].shape.last == (p.inverse ? p.count / 2 + 1 : p.count)
          && (p.inverse ? x[0].dtype.isComplex : x[0].dtype.isFloating)
      },
      Entry(RandomBits.self, 1) { p, x in
        isKey(x[0]) && p.shape.isSound
          && [.uint8, .uint16, .uint32, .uint64].contains(p.dtype)
      },
      Entry(RandomGamma.self, 2) { _, x in isKey(x[0]) && x[1].dtype.isFloating },
      Entry(RandomPoisson.self, 2) { _, x in isKey(x[0]) && x[1].dtype.isFloating },
    ]

  private static let programs: [Entry] = [
    Entry(Branch.self, nil) { p, x in p.isSound(x) },
    Entry(WhileLoop.self, nil) { p, x in p.isSound(x) },
    Entry(ReverseLoop.self, nil) { p, x in
      p.loop.isSound(Array(x.prefix(p.loop.inputCount)))
        && p == ReverseLoop(loop: p.loop, wanted: p.wanted)
        && x.dropFirst(p.loop.inputCount).map(\.type) == p.movingCarries.map { x[$0].type }
    },
    Entry(ScanLoop.self, nil) { p, x in p.isSound(x) },
    Entry(Checkpoint.self, nil) { p, x in
      x.map(\.type) == p.program.inputTypes
        && (0...p.program.outputTypes.count).contains(p.outputCount)
    },
    Entry(CustomTie.self, nil) { p, x in p.isSound(x) },
  ]
}

// MARK: - Sizes and axes

extension [Int] {
  /// Whether these can be the sizes of axes whose product can be counted.
  fileprivate var isSound: Bool {
    var count = 1
    for size in self {
      let (product, overflow) = count.multipliedReportingOverflow(by: Swift.max(size, 1))
      if size < 0 || overflow { return false }
      count = product
    }
    return true
  }

  fileprivate func areAxes(of array: NDArray) -> Bool {
    allSatisfy { (0..<array.rank).contains($0) } && Set(self).count == count
  }

  /// Whether a slice of this shape, of so many elements from `starts` on, lies within it.
  fileprivate func isSelected(by counts: [Int], _ starts: [Int], _ steps: [Int]) -> Bool {
    guard counts.count == count, starts.count == count, steps.count == count else { return false }
    return indices.allSatisfy { axis in
      if counts[axis] == 0 { return true }
      guard counts[axis] <= self[axis], steps[axis].magnitude <= self[axis] else { return false }
      let last = starts[axis].addingReportingOverflow((counts[axis] - 1) * steps[axis])
      return (0..<self[axis]).contains(starts[axis]) && !last.overflow
        && (0..<self[axis]).contains(last.partialValue)
    }
  }
}

// MARK: - Programs in primitives

extension Lanes {
  /// Whether inputs are of these types for each lane, where mapped, or for all.
  fileprivate func fit(_ x: some Collection<NDArray>, _ types: [ArrayType]) -> Bool {
    count >= 0 && mapped.count == x.count && types.count == x.count
      && zip(x, zip(types, mapped)).allSatisfy { input, kind in
        let (type, isMapped) = kind
        return input.type == (isMapped ? ArrayType([count] + type.shape, type.dtype) : type)
      }
  }
}

extension Branch {
  fileprivate func isSound(_ x: [NDArray]) -> Bool {
    guard let first = arms.first, let index = x.first, index.dtype == .int64 else { return false }
    guard index.shape == (lanes.map { [$0.count] } ?? []) else { return false }
    let operands = x.dropFirst()
    guard lanes == nil || lanes?.mapped.count == operands.count else { return false }
    return arms.allSatisfy { arm in
      guard arm.operands.allSatisfy({ (0..<operands.count).contains($0) }) else { return false }
      let chosen = arm.operands.map { operands[$0 + 1] }
      let types = arm.program.inputTypes
      let fits =
        lanes.map { lanes in
          Lanes(count: lanes.count, mapped: arm.operands.map { lanes.mapped[$0] })
            .fit(chosen, types)
        } ?? (chosen.map(\.type) == types)
      return fits && arm.program.outputTypes == first.program.outputTypes
    }
  }
}

extension WhileLoop {
  fileprivate func isSound(_ x: [NDArray]) -> Bool {
    guard carryCount >= 0, carryCount <= body.inputTypes.count else { return false }
    let carried = Array(body.inputTypes[..<carryCount])
    var types = carried
    switch test {
    case .count(let count): if count < 0 || lanes != nil { return false }
    case .program(let program):
      let tested = program.inputTypes
      guard tested.count >= carryCount, Array(tested[..<carryCount]) == carried,
        program.outputTypes == [ArrayType([], .bool)]
      else { return false }
      types += tested[carryCount...]
    }
    types += body.inputTypes[carryCount...]
    guard body.outputTypes == carried else { return false }
    guard let lanes else { return x.map(\.type) == types }
    return lanes.fit(x, types) && lanes.mapped[..<carryCount].allSatisfy(\.self)
  }
}

extension ScanLoop {
  fileprivate func isSound(_ x: [NDArray]) -> Bool {
    let types = body.inputTypes
    guard carryCount >= 0, sequenceCount >= 0, length >= 0, x.count == types.count,
      carryCount <= x.count, sequenceCount <= x.count - carryCount,
      Array(body.outputTypes.prefix(carryCount)) == Array(types[..<carryCount])
    else { return false }
    let sequences = carryCount..<(carryCount + sequenceCount)
    return x.indices.allSatisfy { place in
      let type = types[place]
      return x[place].type
        == (sequences.contains(place) ? ArrayType([length] + type.shape, type.dtype) : type)
    }
  }
}

extension CustomTie {
  fileprivate func isSound(_ x: [NDArray]) -> Bool {
    guard resultCount > 0, argumentCount >= 0, resultCount <= x.count,
      argumentCount <= x.count - resultCount
    else { return false }
    let types = x.map(\.type)
    let (results, rest) = (types[..<resultCount], types[resultCount...])
    let arguments = rest.prefix(argumentCount)
    var captured = rest.dropFirst(argumentCount)
    for (rule, moved, answers) in [
      (pullback, results, arguments), (pushforward, arguments, results),
    ] {
      guard let rule else { continue }
      guard rule.captureCount >= 0, rule.captureCount <= captured.count else { return false }
      let given = arguments + results + moved + captured.prefix(rule.captureCount)
      captured = captured.dropFirst(rule.captureCount)
      guard rule.program.inputTypes == Array(given),
        rule.program.outputTypes == answers.filter(\.dtype.isInexact)
      else { return false }
    }
    return captured.isEmpty
  }
}
