// Wrong results that users of other array libraries reported, tried here. Each test names the thread it is
// from; the values are what the mathematics, or NumPy's documented semantics, say. This file: values of
// operations. ForeignFaultTransformTests.swift: derivatives and mapping.

import Testing

@testable import Covector

private let nan = Double.nan
private let inf = Double.infinity

/// A number as a float64 array.
func scalar(_ x: Double) -> NDArray { NDArray([x], shape: []) }

/// Whether two lists agree within a relative error, not-a-numbers included.
func agree(_ a: [Double], _ b: [Double], within tolerance: Double = 1e-12) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { x, y in
      x == y || (x.isNaN && y.isNaN) || abs(x - y) <= tolerance * Swift.max(abs(x), abs(y), 1e-300)
    }
}

@Suite struct ForeignFaultIndexingTests {
  // ml-explore/mlx#2755: four reversals in a row gave zeros and garbage.
  @Test func reversingFourTimes() {
    let x = counting(17, 3)
    var y = x
    for _ in 0..<4 { y = y[.stride(by: -1)] }
    #expect(numbers(y) == numbers(x))
  }

  // ml-explore/mlx#4399: a range out of bounds beside an index array gave the wrong shape and bogus rows.
  @Test func rangeOutOfBoundsBesideIndices() {
    let x = counting(4, 5)
    let y = x[(-100)..<4, [0, 1]]
    #expect(y.shape == [4, 2])
    #expect(numbers(y) == [0, 1, 5, 6, 10, 11, 15, 16])
    #expect(x[2..<100, [1]].shape == [2, 1])
  }

  // ml-explore/mlx#937: setting a strided range behind an index array and an ellipsis failed.
  @Test func settingBehindAnEllipsis() {
    var x = counting(3, 3, 4, 5, 3)
    x[[2, 1], ..., .stride(by: 2), 0...] = 1
    #expect(numbers(x[1..., 0..., 0..., .stride(by: 2)].mean()) == [1])
    #expect(numbers(x[0]) == numbers(counting(3, 4, 5, 3)))
    #expect(numbers(x[2, 0, 0, 1]) == numbers(counting(3, 3, 4, 5, 3)[2, 0, 0, 1]))
  }

  // ml-explore/mlx#1050: a part was not broadcast to the axes that integers leave.
  @Test func settingAPartOfAPart() {
    var b = NDArray.zeros([3, 4, 4, 4])
    b[0, 0..<4, 3, 0..<4] = NDArray.ones([2, 6, 6, 6])[0, 1..<5, 5, 1..<5]
    #expect(numbers(b.sum()) == [16])
    #expect(numbers(b[0, 0..., 3].sum()) == [16])
  }

  // ml-explore/mlx#231: a range to -1 beside an integer selected nothing.
  @Test func rangeToTheLastBesideAnInteger() {
    #expect(numbers(counting(4, 3)[.stride(to: -1), 0]) == [0, 3, 6])
  }

  // IntelPython/dpctl#441: every second of twelve from the second on came out as five.
  @Test func stridedCount() {
    #expect(numbers(counting(12)[.stride(from: 1, by: 2)]) == [1, 3, 5, 7, 9, 11])
  }

  // numpy/numpy#4553: index arrays on reversed axes beside an axis of size 1.
  @Test func indicesOnReversedAxes() {
    let x = counting(3, 1)[.stride(by: -1)]
    #expect(numbers(x[[0, 2]]) == [2, 0])
  }

  // ml-explore/mlx#594: take with an index beyond the axis printed a wrong array.
  @Test func takeOutOfRange() {
    let message = mistake { eval(counting(2, 3).take(NDArray([0, 2] as [Int32]), axis: 0)) }
    #expect(message.hasPrefix("[take]"))
    #expect(message.contains("2"))
  }

  // ml-explore/mlx#4115: an axis far below the first crashed the process.
  @Test func axisFarOutOfRange() {
    let x = counting(2, 3, 4)
    let i = NDArray.zeros([2, 3, 4], dtype: .int32)
    for axis in [-4, -100, 3, 100] {
      #expect(
        mistake { _ = x.takeAlongAxis(i, axis: axis) }.hasPrefix("[takeAlongAxis] axis \(axis)"))
      #expect(
        mistake { _ = x.putAlongAxis(x, at: i, axis: axis) }.hasPrefix(
          "[putAlongAxis] axis \(axis)"))
    }
  }

  // data-apis/array-api-compat#360: negative indices were refused along an axis.
  @Test func negativeIndicesAlongAnAxis() {
    let x = counting(2, 3)
    let i = NDArray([-1, -3] as [Int32], shape: [2, 1])
    #expect(numbers(x.takeAlongAxis(i, axis: 1)) == [2, 3])
  }

  // pytorch/pytorch#129093: gathering along an axis of stride 1 gave other results from run to run.
  @Test func gatherIsSteady() {
    let x = counting(64, 33)
    let i = (NDArray.arange(64 * 33).reshaped(to: [64, 33]) * 7) % 33
    let first = numbers(x.takeAlongAxis(i, axis: 1))
    for _ in 0..<20 { #expect(numbers(x.takeAlongAxis(i, axis: 1)) == first) }
    #expect(first[1] == 7)
    #expect(first[33] == 33 + Double(33 * 7 % 33))
  }

  // tracel-ai/burn#5296: sums into places that occur twice lost updates.
  @Test func overlappingSums() {
    let x = NDArray.zeros([3]).at[[0, 2, 0, 2, 2]].adding(NDArray([1, 2, 4, 8, 16] as [Float]))
    #expect(numbers(x) == [5, 0, 26])
  }

  // unslothai/unsloth-zoo#776 (ml-explore/mlx#3483): at[:, t].add read its values with a wrong stride for all
  // rows but the first.
  @Test func addingToAColumnOfEveryRow() {
    let values = counting(3, 2, 4)
    let x = NDArray.zeros([3, 5, 4]).at[0..., 2].adding(values[0..., 1])
    #expect(numbers(x[0..., 2]) == numbers(values[0..., 1]))
    #expect(numbers(x.sum()) == numbers(values[0..., 1].sum()))
  }
}

@Suite struct ForeignFaultReductionTests {
  // ml-explore/mlx#4274, tracel-ai/burn#4859: argmax stepped over not-a-number while max kept it.
  @Test(arguments: [DType.float16, .bfloat16, .float32, .float64])
  func argMaxStopsAtNaN(_ dtype: DType) {
    for count in [4, 8, 33, 1000, 5000] {
      var x = NDArray.arange(count, dtype: .float64).asType(dtype)
      x[count / 2] = scalar(nan).asType(dtype)
      x[count - 1] = scalar(nan).asType(dtype)
      #expect(numbers(x.argMax()) == [Double(count / 2)])
      #expect(numbers(x.argMin()) == [Double(count / 2)])
      #expect(numbers(x.max())[0].isNaN)
    }
  }

  // apache/mxnet#9007: argmax of float16 took negative numbers for zero.
  @Test func argMaxOfNegativeHalves() {
    let x = NDArray([-3.0, -1, -2]).asType(.float16)
    #expect(numbers(x.argMax()) == [1])
  }

  // apache/mxnet#20842: argmax along an axis of size 1 counted along the other.
  @Test func argMaxAlongAxisOfSizeOne() {
    #expect(numbers(NDArray([1.0, 2, 3], shape: [1, 3]).argMax(axis: 0)) == [0, 0, 0])
  }

  // cupy/cupy#4096: argmax of arrays in column-major order.
  @Test func argMaxOfATransposedArray() {
    let x = NDArray([1.0, 9, 2, 8, 3, 7], shape: [2, 3]).T
    #expect(numbers(x.argMax()) == [2])
    #expect(numbers(x.argMax(axis: 0)) == [1, 0])
  }

  // ml-explore/mlx#4539: max of part of more than 2^31 elements read beyond the end.
  @Test func maxOfMoreThan2To31Elements() {
    let rows = 33_000
    let x = (NDArray.arange(rows) % 251).asType(.uint8).reshaped(to: [rows, 1])
    let wide = x.broadcast(to: [rows, 65_536])[0..., 7...]
    let rowsMax = numbers(wide.max(axis: 1))
    #expect(rowsMax[32_800] == Double(32_800 % 251))
    #expect(rowsMax[rows - 1] == Double((rows - 1) % 251))
  }

  // ml-explore/mlx#4379: the variance of numbers with a large mean was off by hundreds of percent.
  @Test func varianceOfOffsetNumbers() {
    let x = NDArray((0..<10_000).map { Float(1e6) + Float($0 % 21) - 10 })
    // 10,000 = 476 · 21 + 4, so the numbers are not quite evenly spread; summed exactly:
    let values = (0..<10_000).map { Double($0 % 21) - 10 }
    let mean = values.reduce(0, +) / 10_000
    let expected = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 10_000
    #expect(abs(numbers(x.variance())[0] - expected) < 1e-2 * expected)
    // Each of the 14 levels of a pairwise sum of 10,000 numbers may round.
    #expect(abs(numbers(x.mean())[0] - (1e6 + mean)) < 14 * 0x1p-24 * 1e6)
  }

  // ml-explore/mlx#2475: the mean of uint8 wrapped at 256.
  @Test func meanOfBytes() {
    let x = NDArray([0, 100, 200, 123] as [UInt8])
    #expect(numbers(x.mean()) == [105.75])
    #expect(agree(numbers(x.standardDeviation()), [71.408595], within: 1e-6))
  }

  // apache/datafusion#19322: the median of int8 wrapped where the two middle numbers are added.
  @Test func medianOfBytes() {
    #expect(numbers(NDArray([-85, -56] as [Int8]).median()) == [-70.5])
  }

  // ml-explore/mlx#2640: the sum over two axes at once differed from one after the other.
  @Test func sumsOverAxesAtOnceAndInTurn() {
    let x = counting(8, 150, 80)
    #expect(numbers(x.sum(axes: [1, 2])) == numbers(x.sum(axis: -1).sum(axis: -1)))
  }

  // ml-explore/mlx#576: logsumexp with an infinite element was not-a-number.
  @Test func logSumExpOfInfinity() {
    let x = NDArray([inf, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(agree(numbers(x.logSumExp(axis: 1)), [inf, 6.407605964444380], within: 1e-14))
    #expect(numbers(NDArray([-inf, -inf]).logSumExp()) == [-inf])
  }

  // ml-explore/mlx#4044, flagos-ai/FlagGems#758: cumulative maxima dropped not-a-number.
  @Test func cumulativeMaxKeepsNaN() {
    let x = NDArray([1, 3, nan, 5, 4])
    #expect(agree(numbers(x.cumulativeMax(axis: 0)), [1, 3, nan, nan, nan]))
    #expect(agree(numbers(x.cumulativeMin(axis: 0)), [1, 1, nan, nan, nan]))
  }

  // tracel-ai/burn#3888: cumulative sums after two axes were swapped.
  @Test func cumulativeSumOfSwappedAxes() {
    let x = NDArray([1.0, 2, 3, 4], shape: [2, 2]).swappingAxes(0, 1)
    #expect(numbers(x.cumulativeSum(axis: 1)) == [1, 4, 2, 6])
    #expect(numbers(x.cumulativeSum(axis: 0)) == [1, 3, 3, 7])
  }

  // Jittor/jittor#330: cumulative sums along axes longer than 4096.
  @Test func longCumulativeSum() {
    let sums = numbers(NDArray.ones([2, 10_000], dtype: .int32).cumulativeSum(axis: 1))
    #expect(sums[4095] == 4096)
    #expect(sums[4096] == 4097)
    #expect(sums[9999] == 10_000)
    #expect(sums[19_999] == 10_000)
  }

  // ml-explore/mlx#2665: an array with a not-a-number was not sorted at all.
  @Test func sortPutsNaNLast() {
    let x = NDArray([1, nan, 2, 0])
    #expect(agree(numbers(x.sorted()), [0, 1, 2, nan]))
    #expect(numbers(x.argSort()) == [3, 0, 2, 1])
  }

  // pytorch/pytorch#15764: argsort of 32,768 elements was not a descending order.
  @Test func longArgSort() {
    let x = (NDArray.arange(32_768) * 12_345) % 32_768
    let order = x.argSort().flipped()
    let sorted = numbers(x[order])
    #expect(sorted == (0..<32_768).reversed().map(Double.init))
  }

  // pytorch/pytorch#16762: topk and infinities.
  @Test func topKOfInfinities() {
    let x = NDArray([1, inf, -inf, 3, inf])
    #expect(numbers(x.topK(3).values).sorted() == [3, inf, inf])
    #expect(Set(numbers(x.topK(2).indices)) == [1, 4])
  }
}

@Suite struct ForeignFaultArithmeticTests {
  // ml-explore/mlx#4220: infinities of half types became zero instead of the largest number.
  @Test func nanToNumOfHalves() {
    let x = NDArray([nan, inf, -inf, 1.5])
    #expect(numbers(nanToNum(x.asType(.float16))) == [0, 65504, -65504, 1.5])
    let largest = Double(Float(bitPattern: 0x7f7f_0000))
    #expect(numbers(nanToNum(x.asType(.bfloat16))) == [0, largest, -largest, 1.5])
  }

  // ml-explore/mlx#574: log1p of infinity was not infinity.
  @Test func log1pOfInfinity() {
    #expect(numbers(log1p(NDArray([0, inf] as [Double]))) == [0, inf])
    #expect(numbers(log1p(NDArray([0, Float.infinity] as [Float]))) == [0, inf])
  }

  // ml-explore/mlx#4346, pytorch/pytorch#44858: integer division rounded towards zero.
  @Test func integerFloorDivision() {
    let a = NDArray([-7, 7, -7, 7, -1, 1, -5, 5] as [Int32])
    let b = NDArray([2, 2, -2, -2, 3, -3, 3, -3] as [Int32])
    #expect(numbers(floorDivide(a, b)) == [-4, 3, 3, -4, -1, -1, -2, -2])
    // A remainder in between must not wrap at the width of the type.
    #expect(
      numbers(floorDivide(NDArray([120] as [Int8]), NDArray([-27] as [Int8]))) == [-5])
  }

  // ml-explore/mlx#4119: the quotient of divmod did not belong to its remainder.
  @Test func divmodBelongsTogether() {
    for dtype in [DType.int32, .float32, .float64] {
      let a = NDArray([-7.0, 7, -7, 7]).asType(dtype)
      let b = NDArray([2.0, -2, -2, 2]).asType(dtype)
      let (q, r) = divmod(a, b)
      #expect(numbers(q) == [-4, -4, 3, 3])
      #expect(numbers(r) == [1, -1, -1, 1])
    }
  }

  // ml-explore/mlx#4317: floor division of and by infinity.
  @Test func floorDivisionAtInfinity() {
    let a = NDArray([1, -1, inf, inf, -inf, 3])
    let b = NDArray([-inf, inf, 3, -3, 3, inf])
    #expect(agree(numbers(floorDivide(a, b)), [-1, -1, nan, nan, nan, 0]))
  }

  // ml-explore/mlx#640: the remainder of a negative number had its sign.
  @Test func remainderHasTheDivisorsSign() {
    #expect(numbers(NDArray([-1.0, 1]) % NDArray([5.0, -5])) == [4, -4])
  }

  // ml-explore/mlx#2077: shifts of int8 came out as int16.
  @Test func shiftsKeepTheType() {
    for dtype in DType.allCases where dtype.isInteger {
      let one = NDArray.ones([1], dtype: dtype)
      #expect((one << one).dtype == dtype)
      #expect((one >> one).dtype == dtype)
    }
  }

  // ml-explore/mlx#4271: shifts by the width or more depended on the length of the array.
  @Test func shiftsByTheWidth() {
    for count in [1, 3, 7, 8, 1000] {
      let x = NDArray.ones([count], dtype: .int32)
      let by = NDArray.full([count], 32, dtype: .int32)
      #expect(Set(numbers(x << by)) == [0])
      #expect(Set(numbers(-x >> by)) == [-1])
    }
  }

  // ml-explore/mlx#573: linspace of one point was not-a-number.
  @Test func linspaceOfOnePoint() {
    #expect(numbers(.linspace(from: 1, to: 10, count: 1)) == [1])
  }

  // jax-ml/jax#7229: an image plus a number.
  @Test func imagePlusANumber() {
    let x = counting(131, 111, 3)
    let y = numbers(x + 0.25)
    #expect(y.indices.allSatisfy { y[$0] == Double($0) + 0.25 })
  }

  // NVIDIA/Fuser#806: a scalar expanded with stride 0, taken for dense memory.
  @Test func expandedScalar() {
    let x = sin(scalar(0.5).broadcast(to: [3, 3]))
    #expect(agree(numbers(x), [Double](repeating: 0.479425538604203, count: 9), within: 1e-14))
  }

  // ml-explore/mlx#124: a mask times many rows.
  @Test func maskTimesRows() {
    let data = NDArray([true, false, true, true, true, false], shape: [2, 3])
    let mask = .!data[0]
    #expect(numbers(data * mask) == [0, 0, 0, 0, 1, 0])
  }
}

@Suite struct ForeignFaultComplexTests {
  private func parts(_ x: NDArray) -> [Double] {
    let pairs = zip(numbers(x.real), numbers(x.imaginary))
    return pairs.flatMap { [$0, $1] }
  }

  // ml-explore/mlx#4091: isinf looked at the real part alone.
  @Test func infiniteImaginaryPart() {
    let z = complex(NDArray([0, inf, inf, 3]), NDArray([inf, 0, inf, 4]))
    #expect(numbers(isInfinite(z)) == [1, 1, 1, 0])
  }

  // ml-explore/mlx#2278: zero squared was not-a-number.
  @Test func powerOfComplexZero() {
    let z = complex(NDArray([0.0]), NDArray([0.0]))
    #expect(parts(pow(z, 2)) == [0, 0])
    #expect(parts(z * z) == [0, 0])
  }

  // ml-explore/mlx#1458: a power of a number with a negative real part was in the wrong quadrant.
  @Test func complexPowerInTheSecondQuadrant() {
    let z = pow(complex(NDArray([-1.2]), NDArray([0.1])), 2.2)
    // r^2.2 (cos 2.2θ + i sin 2.2θ) with r = |z| = 1.2042, θ = π - atan(1/12) = 3.0585.
    #expect(agree(parts(z), [1.358065612788403, 0.6483457292956443], within: 1e-13))
  }

  // ml-explore/mlx#2279: a complex matrix times a vector had an axis too many.
  @Test func complexMatrixTimesVector() {
    let a = counting(3, 2)
    let b = counting(3)
    let z = matmul(a.asType(.complex128).T, b.asType(.complex128))
    #expect(z.shape == [2])
    #expect(numbers(z.real) == numbers(matmul(a.T, b)))
  }

  // Cytnx-dev/Cytnx#914: the exponential of complex64 overflowed.
  @Test func complexExponential() {
    let x = complex(NDArray([14.485, -2.4853]), NDArray([7.2426, -1.2426]))
    let expected = [1121158.42, 1599421.65, 0.0268508, -0.0788544]
    let narrow = parts(exp(x.asType(.complex64)))
    #expect(!narrow.contains { !$0.isFinite })
    for (a, b) in zip(narrow, parts(exp(x))) { #expect(abs(a - b) < 1e-4 * abs(b)) }
    for (a, b) in zip(parts(exp(x)), expected) { #expect(abs(a - b) < 1e-3 * abs(b)) }
  }
}

@Suite struct ForeignFaultProductTests {
  // ml-explore/mlx#596, numpy/numpy#5663: products over axes of no elements.
  @Test func productsOverNothing() {
    let (a, b) = (NDArray.zeros([3, 0]), NDArray.zeros([0, 4]))
    #expect(numbers(tensordot(a, b, axes: 1)) == [Double](repeating: 0, count: 12))
    #expect(numbers(einsum("ij,jk->ik", a, b)) == [Double](repeating: 0, count: 12))
    let empty = NDArray.zeros([2, 0])
    #expect(tensordot(empty, empty, axes: 0).shape == [2, 0, 2, 0])
    #expect(numbers(tensordot(empty, empty, axes: 2)) == [0])
  }

  // pytorch/pytorch#130061: the product of two empty vectors is the empty sum.
  @Test func productOfEmptyVectors() {
    #expect(numbers(matmul(NDArray.zeros([0]), NDArray.zeros([0]))) == [0])
  }

  // pytorch/pytorch#37628, #111757: einsum of arrays with an axis of no elements.
  @Test func einsumOfNothing() {
    #expect(einsum("ij,j->i", NDArray.zeros([0, 3]), NDArray.ones([3])).shape == [0])
    let y = NDArray.ones([1])
    #expect(einsum("abc,a,b->c", NDArray.ones([1, 1, 0]), y, y).shape == [0])
  }

  // ml-explore/mlx#4124: einsum did not broadcast a batch axis of size 1 where it came first.
  @Test func einsumBroadcastsEitherBatch() {
    let (a, b) = (counting(1, 3, 4), counting(2, 4, 5))
    let expected = numbers(matmul(a, b))
    #expect(numbers(einsum("...ij,...jk->...ik", a, b)) == expected)
    #expect(
      numbers(einsum("...ij,...jk->...ik", b.transposed(0, 2, 1), a.transposed(0, 2, 1)))
        == numbers(matmul(b.transposed(0, 2, 1), a.transposed(0, 2, 1))))
  }

  // ml-explore/mlx#2698: addmm of empty factors did not scale the addend.
  @Test func addmmOfNothing() {
    let c = addmm(.ones([2, 2]), .ones([2, 0]), .ones([0, 2]), alpha: 0, beta: 2)
    #expect(numbers(c) == [2, 2, 2, 2])
  }

  // huggingface/candle#1948: one row of a batch, still with the batch's stride, times a transposed matrix.
  @Test func rowOfABatchTimesATransposedMatrix() {
    let a = counting(1, 8, 16)
    let w = counting(4, 16).T
    let row = numbers(a[0..., 7])
    let expected = (0..<4).map { j in (0..<16).reduce(0) { $0 + row[$1] * Double(16 * j + $1) } }
    #expect(numbers(matmul(a[0..., 7], w)) == expected)
  }

  // pytorch/pytorch#19912, modular/modular#6129: grouped convolutions mixed up their groups.
  @Test func groupedConvolution() {
    var x = NDArray.zeros([1, 1, 1, 4])
    x[0, 0, 0, 3] = 1
    let y = conv2d(x, .ones([16, 1, 1, 2]), groups: 2)
    #expect(numbers(y) == [Double](repeating: 0, count: 8) + [Double](repeating: 1, count: 8))
    // A long kernel: the group's own channels, against sums written out.
    let (signal, kernel) = (counting(1, 130, 4) % 7, counting(4, 128, 2) % 5)
    let z = numbers(conv1d(signal, kernel, groups: 2))
    for place in 0..<3 {
      for channel in 0..<4 {
        var sum = 0.0
        for k in 0..<128 {
          for c in 0..<2 {
            let s = ((place + k) * 4 + channel / 2 * 2 + c) % 7
            sum += Double(s) * Double(((channel * 128 + k) * 2 + c) % 5)
          }
        }
        #expect(z[place * 4 + channel] == sum)
      }
    }
  }

  // pytorch/pytorch#18948: a convolution of slices read the arrays they are slices of.
  @Test func convolutionOfSlices() {
    let x = NDArray([0, 2, 2, 0, 0, 1, 2, 0, 0] as [Double], shape: [1, 3, 3, 1])
    let w = NDArray([1, 1, 0, 1, 0, 3, 0, 3, 1] as [Double], shape: [1, 3, 3, 1])
    #expect(numbers(conv2d(x[0..., 0..., 2...], w[0..., 0..., 2...])) == [3])
  }

  // ml-explore/mlx#2034, jax-ml/jax#2874: inverse real transforms did not give the signal back.
  @Test func inverseRealTransforms() {
    let x = NDArray((0..<6144).map { Double(($0 * 7919) % 1009) / 1009 })
    let back = numbers(irfft(rfft(x), count: 6144))
    #expect(zip(back, numbers(x)).allSatisfy { abs($0 - $1) < 1e-13 })
    let y = counting(6, 10) % 7
    let plane = numbers(irfftn(rfftn(y)))
    #expect(zip(plane, numbers(y)).allSatisfy { abs($0 - $1) < 1e-13 })
  }
}
