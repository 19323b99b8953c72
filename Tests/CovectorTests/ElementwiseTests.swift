// What the sweep cannot know of elementwise mathematics: ties, kinks, special values, dtypes, errors.

import Testing

@testable import Covector

@Suite struct ElementwiseTests {
  /// The derivatives of the sum of a function, at each of its arguments.
  static func gradients(_ x: [Double]..., of function: ([NDArray]) -> NDArray) -> [[Double]] {
    let primals = x.map { NDArray($0) }
    let (outputs, pullback) = Differentiate.vjp({ [function($0)] }, primals)
    let ones = NDArray.scalar(1, outputs[0].dtype).broadcast(to: outputs[0].shape)
    let answers = pullback([ones])
    return zip(primals, answers).map { ($1 ?? $0.zerosLike()).array(of: Double.self) }
  }

  static func values(_ x: NDArray) -> [Double] { x.array(of: Double.self) }

  // MARK: Kinks

  @Test func maximumAndMinimumGiveTiesToTheSecond() {
    for function in [maximum as (NDArray, NDArray) -> NDArray, minimum] {
      let tied = Self.gradients([1, 0], [1, 0]) { function($0[0], $0[1]) }
      #expect(tied == [[0, 0], [1, 1]])
    }
    let apart = Self.gradients([1, 2], [2, 1]) { maximum($0[0], $0[1]) }
    #expect(apart == [[0, 1], [1, 0]])
  }

  @Test func clipAtABoundHasDerivativeZero() {
    let x: [Double] = [-2, -1, 0, 1, 2]
    #expect(Self.gradients(x) { clip($0[0], min: -1, max: 1) } == [[0, 0, 1, 0, 0]])
    let bounds = Self.gradients([-2, -1, 0], [-1, -1, -1]) { clip($0[0], min: $0[1]) }
    #expect(bounds == [[0, 0, 1], [1, 1, 0]])
  }

  @Test func absAndReluAtZeroHaveDerivativeZero() {
    #expect(Self.gradients([-2, 0, 2]) { abs($0[0]) } == [[-1, 0, 1]])
    #expect(Self.gradients([-2, 0, 2]) { relu($0[0]) } == [[0, 0, 1]])
    #expect(Self.gradients([-2, 0, 2]) { leakyRelu($0[0], slope: 0.5) } == [[0.5, 1, 1]])
    #expect(Self.gradients([0, 2]) { elu($0[0], alpha: 3) } == [[3, 1]])
    #expect(Self.gradients([0, 2]) { celu($0[0], alpha: 3) } == [[1, 1]])
  }

  @Test func squareRootAtZeroHasInfiniteDerivative() {
    #expect(Self.gradients([0]) { sqrt($0[0]) } == [[.infinity]])
    let norm = Self.gradients([0, 0]) { sqrt(square($0[0]).sum()) }
    #expect(norm[0][0].isNaN && norm[0][1].isNaN)
  }

  @Test func powersOfZero() {
    let atZero = Self.gradients([0], [0]) { pow($0[0], $0[1]) }
    #expect(atZero[0][0].isNaN)
    #expect(atZero[1] == [-.infinity])
    #expect(Self.gradients([0], [2]) { pow($0[0], $0[1]) } == [[0], [0]])
    #expect(Self.gradients([0, -3]) { pow($0[0], 2) } == [[0, -6]])
    #expect(Self.gradients([0, -2]) { pow($0[0], 3) } == [[0, 12]])
    #expect(Self.gradients([0]) { pow($0[0], 1.5) } == [[0]])
    #expect(Self.values(pow(NDArray([0.0, 2.0]), 0)) == [1, 1])
  }

  @Test func divmodIsDifferentiatedAsRemainder() {
    let x: [Double] = [-5.5, 5.5]
    let remainder = Self.gradients(x, [2, 2]) { $0[0] % $0[1] }
    #expect(remainder == [[1, 1], [3, -2]])
    #expect(Self.gradients(x, [2, 2]) { divmod($0[0], $0[1]).remainder } == remainder)
    #expect(Self.gradients(x, [2, 2]) { divmod($0[0], $0[1]).quotient } == [[0, 0], [0, 0]])
  }

  @Test func logaddexpOfInfinities() {
    let infinity = Double.infinity
    let a: [Double] = [-infinity, infinity, infinity, 0]
    let b: [Double] = [-infinity, infinity, 1, -infinity]
    #expect(Self.values(logaddexp(NDArray(a), NDArray(b))) == [-infinity, infinity, infinity, 0])
    let gradients = Self.gradients(a, b) { logaddexp($0[0], $0[1]) }
    #expect(gradients == [[0.5, 0.5, 1, 1], [0.5, 0.5, 0, 0]])
  }

  // MARK: Complex numbers

  @Test func complexAbsAndSign() {
    let z = NDArray([Complex<Double>(3, 4), Complex(0, 0)])
    #expect(abs(z).dtype == .float64)
    #expect(Self.values(abs(z)) == [5, 0])
    let (_, pullback) = Differentiate.vjp({ [abs($0[0])] }, [z])
    let gradient = pullback([NDArray([1.0, 1.0])])[0]?.array(of: Complex<Double>.self)
    #expect(gradient == [Complex(0.6, 0.8), Complex(0, 0)])
    // Sideways movement turns the direction, movement along it does not.
    let point = NDArray([Complex<Double>(2, 0)])
    let along = Differentiate.jvp({ [sign($0[0])] }, [point], [NDArray([Complex<Double>(1, 0)])])
    #expect(along.tangents[0]?.array(of: Complex<Double>.self) == [Complex(0, 0)])
    let across = Differentiate.jvp({ [sign($0[0])] }, [point], [NDArray([Complex<Double>(0, 1)])])
    #expect(across.tangents[0]?.array(of: Complex<Double>.self) == [Complex(0, 0.5)])
  }

  @Test func secondDerivativeOfComplexAbs() {
    // The modulus of t + i at t = 0 is sqrt(1 + t²): its second derivative is 1.
    let one = NDArray([1.0])
    func modulus(_ t: [NDArray]) -> [NDArray] { [abs(complex(t[0], NDArray([1.0])))] }
    func slope(_ t: [NDArray]) -> [NDArray] {
      [Differentiate.jvp(modulus, t, [one]).tangents[0] ?? t[0]]
    }
    let second = Differentiate.jvp(slope, [NDArray([0.0])], [one]).tangents[0]
    #expect(second?.array(of: Double.self) == [1])
  }

  // MARK: Dtypes and promotion

  @Test func integersBecomeFloat32() {
    let x = NDArray([0, 1] as [Int32])
    #expect(exp(x).dtype == .float32)
    #expect(exp(x.asType(.bool)).dtype == .float32)
    #expect(floor(x).dtype == .int32)
    #expect(abs(x).dtype == .int32)
    #expect(pow(x, 2).dtype == .int32)
    #expect(pow(x, 0.5).dtype == .float32)
  }

  @Test func scalarsAdoptTheDtype() {
    let half = NDArray([1.0, 2.0]).asType(.bfloat16)
    let two = 2.0
    #expect(pow(half, two).dtype == .bfloat16)
    #expect(maximum(half, two).dtype == .bfloat16)
    #expect((half % two).dtype == .bfloat16)
    #expect((half .> two).dtype == .bool)
    #expect(clip(half, min: 0).dtype == .bfloat16)
  }

  @Test func float64KeepsItsDigits() {
    let third = 1.0 / 3.0
    let x = NDArray([third])
    #expect(Self.values(degrees(x)) == [third * (180 / Double.pi)])
    let gelu64 = Self.values(gelu(NDArray([-6.0])))[0]
    // mpmath: -6 ndtr(-6).
    #expect(Swift.abs(gelu64 / -5.9195258702261888e-09 - 1) < 1e-13)
  }

  // Where the logistic function and the tail of the normal distribution alone would underflow, or double the
  // rounding of their argument. Expected: mpmath with 60 digits.
  @Test func farTailsKeepTheirDigits() {
    func isNear(_ x: NDArray, _ expected: [Double], ulps: Double) {
      for (a, b) in zip(Self.values(x), expected) {
        let unit =
          x.dtype == .float64
          ? Swift.max(b.ulp, 0x1p-1074) : Double(Swift.max(Float(b).ulp, 0x1p-149))
        #expect(Swift.abs(a - b) <= ulps * unit, "\(a), expected \(b)")
      }
    }
    isNear(
      silu(NDArray([-100, -70, -30] as [Float])),
      [-3.720075976020836e-42, -2.7828148151360528e-29, -2.8072868906517897e-12], ulps: 5)
    isNear(
      silu(NDArray([-720.0, -650.0])),
      [-1.4632061777454911e-300 * 1e-10, -3.3227687666232516e-280], ulps: 5
    )
    isNear(
      gelu(NDArray([-12, -10, -5] as [Float])),
      [-2.1317785344932148e-32, -7.6198530241605261e-23, -1.4332578593959696e-6], ulps: 5)
    isNear(
      gelu(NDArray([-36.0, -37.5])), [-1.505744663687022e-282, -1.7270073785932331e-306], ulps: 5)
    isNear(mish(NDArray([-100] as [Float])), [-3.720075976020836e-42], ulps: 5)
    isNear(
      sech(NDArray([-89.5, 100] as [Float])), [2.7019285811117068e-39, 7.440151952041672e-44],
      ulps: 4)
    // Half types round once.
    let half = NDArray([-5.0, -2.0]).asType(.float16)
    #expect(
      Self.values(gelu(half)) == [Double(Float16(-1.4332578593959696e-6)), -0.045501708984375])
  }

  // MARK: Integers and bits

  @Test func integerDivisionRoundsDown() {
    let a = NDArray([7, -7, 7, -7, 5] as [Int32])
    let b = NDArray([2, 2, -2, -2, 0] as [Int32])
    #expect(floorDivide(a, b).array(of: Int32.self) == [3, -4, -4, 3, 0])
    #expect((a % b).array(of: Int32.self) == [1, 1, -1, -1, 0])
  }

  @Test func shiftsBeyondTheWidth() {
    let x = NDArray([-1, 1, 127] as [Int8])
    #expect((x << 8).array(of: Int8.self) == [0, 0, 0])
    #expect((x >> 9).array(of: Int8.self) == [-1, 0, 0])
    #expect((x << 1).array(of: Int8.self) == [-2, 2, -2])
  }

  @Test func bitsOfBoolAreLogic() {
    let x = NDArray([true, false])
    #expect((x & true).array(of: Bool.self) == [true, false])
    #expect((~x).array(of: Bool.self) == [false, true])
    #expect((~x).dtype == .bool)
  }

  @Test func logicTakesNumbersForTruth() {
    let x = NDArray([0.0, 2.0, .nan])
    #expect((.!x).array(of: Bool.self) == [true, false, false])
    #expect((x .& true).array(of: Bool.self) == [false, true, true])
    #expect((x .^ true).array(of: Bool.self) == [true, false, false])
  }

  // MARK: Comparison

  @Test func comparisonWithNotANumber() {
    let x = NDArray([Double.nan, 1])
    #expect((x .== x).array(of: Bool.self) == [false, true])
    #expect((x .!= x).array(of: Bool.self) == [true, false])
    #expect((x .>= 0).array(of: Bool.self) == [false, true])
  }

  @Test func closeness() {
    let infinity = Double.infinity
    let a = NDArray([1, infinity, infinity, .nan, 1])
    let b = NDArray([1 + 1e-6, infinity, -infinity, .nan, infinity])
    #expect(isClose(a, b).array(of: Bool.self) == [true, true, false, false, false])
    #expect(isClose(a, b, equalNaN: true).array(of: Bool.self) == [true, true, false, true, false])
    #expect(allClose(a, b).item(Bool.self) == false)
    #expect(arrayEqual(a, a).item(Bool.self) == false)
    #expect(arrayEqual(a, a, equalNaN: true).item(Bool.self))
    #expect(arrayEqual(a, a.reshaped(to: 1, 5)).item(Bool.self) == false)
    let halves = NDArray([1.0]).asType(.float16)
    #expect(allClose(halves, halves + 0.002).item(Bool.self) == false)
  }

  @Test func numbersForNotANumber() {
    let x = NDArray([Float.nan, .infinity, -.infinity, 2])
    let largest = Float.greatestFiniteMagnitude
    #expect(nanToNum(x).array(of: Float.self) == [0, largest, -largest, 2])
    #expect(nanToNum(x.asType(.float16)).array(of: Float.self) == [0, 65504, -65504, 2])
    let gradient = Self.gradients([.nan, .infinity, 2]) { nanToNum($0[0]) }
    #expect(gradient == [[0, 0, 1]])
  }

  // MARK: Rounding

  @Test func roundingTakesTiesToEven() {
    let x = NDArray([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])
    #expect(Self.values(round(x)) == [-2, -2, 0, 0, 2, 2])
    #expect(Self.values(round(NDArray([1.25, 0.35, -7.891]), decimals: 1)) == [1.2, 0.4, -7.9])
    #expect(
      round(NDArray([15, 25, -149] as [Int32]), decimals: -1).array(of: Int32.self) == [
        20, 20, -150,
      ])
    #expect(round(NDArray([15] as [Int32]), decimals: 2).array(of: Int32.self) == [15])
  }

  // MARK: Far from the middle

  @Test func tailsAreAccurate() {
    let far = NDArray([-40.0])
    #expect(Self.values(logSigmoid(far)) == [-40])
    #expect(Self.values(softplus(-far)) == [40])
    let radius = Self.values(hypot(NDArray([3e200]), NDArray([4e200])))[0]
    #expect(Swift.abs(radius / 5e200 - 1) < 4e-16)
    let gradient = Self.gradients([3e200], [4e200]) { atan2($0[0], $0[1]) }
    #expect(Swift.abs(gradient[0][0] / 1.6e-201 - 1) < 1e-15)
    // Where the derivative's own formula would overflow in half precision.
    let x = NDArray([300.0]).asType(.float16)
    let (_, pullback) = Differentiate.vjp({ [asinh($0[0])] }, [x])
    let slope = pullback([NDArray([1.0]).asType(.float16)])[0]?.array(of: Float.self) ?? []
    #expect(Swift.abs(slope[0] * 300 - 1) < 2e-3)
  }

  @Test func derivativesOfDigamma() {
    // mpmath: psi(1, x) and psi(2, x).
    let points: [(x: Double, first: Double, second: Double)] = [
      (0.25, 17.197329154507111, -129.32773993753692),
      (3.5, 0.33035775610023486, -0.10820405164172740),
      (-1.5, 9.3792466449891238, -0.23620405164172740),
      (30, 0.033895060357739944, -0.0011487652037285998),
    ]
    for point in points {
      let x = NDArray([point.x])
      let one = NDArray([1.0])
      func slope(_ x: [NDArray]) -> [NDArray] {
        [Differentiate.jvp({ [digamma($0[0])] }, x, [one]).tangents[0] ?? x[0]]
      }
      let (values, tangents) = Differentiate.jvp(slope, [x], [one])
      #expect(Swift.abs(Self.values(values[0])[0] / point.first - 1) < 1e-13, "at \(point.x)")
      let second = tangents[0].map { Self.values($0)[0] } ?? .nan
      #expect(Swift.abs(second / point.second - 1) < 1e-11, "at \(point.x)")
    }
  }

  // MARK: Errors

  @Test func mistakes() {
    let z = NDArray([Complex<Float>(1, 1)])
    let x = NDArray([1, 2] as [Float])
    #expect(
      mistake { z .< z } == "[.<] not defined for complex64; complex numbers have no order")
    #expect(
      mistake { x & x } == "[&] not defined for float32; integers or bool are needed")
    #expect(mistake { x << 1 } == "[<<] not defined for float32; integers are needed")
    #expect(
      mistake { erf(z) }
        == "[erf] not defined for complex64; a real floating-point dtype is needed")
    #expect(
      mistake { maximum(x, z) }
        == "[maximum] not defined for complex64; complex numbers have no order")
    #expect(
      mistake { atan2(x, NDArray([1, 2, 3] as [Float])) }
        == "[atan2] shapes [2] and [3] do not broadcast; sizes must be equal or 1, counted from the last axis"
    )
    #expect(
      mistake { pow(NDArray([true]), true) }
        == "[pow] not defined for bool; convert with asType first")
    #expect(
      mistake { floorDivide(z, 2) }
        == "[floorDivide] not defined for complex64; real numbers are needed")
  }
}
