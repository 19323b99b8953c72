// Fourier transforms: long and prime lengths, real and complex against each other, shapes of tangents
// for odd lengths, errors.

import Testing

@testable import Covector

@Suite struct FourierTests {
  private func distance(_ x: NDArray, _ y: NDArray) -> Double {
    abs(x - y).max().item(Double.self)
  }

  private func signal(_ shape: [Int], seed: UInt64, dtype: DType = .float64) -> NDArray {
    Random.normal(shape, dtype: dtype, key: Random.key(seed))
  }

  @Test func undoesItself() {
    for count in [1, 2, 3, 5, 8, 30, 97, 1000, 1009, 4096, 10_007, 65_536] {
      let x = complex(signal([count], seed: 1), signal([count], seed: 2))
      #expect(distance(ifft(fft(x)), x) < 1e-12)
      let real = signal([count], seed: 3)
      #expect(distance(irfft(rfft(real), count: count), real) < 1e-12)
      #expect(distance(rfft(real), fft(real)[..<(count / 2 + 1)]) < 1e-9)
    }
  }

  @Test func isTheSum() {
    // Element k of n points, summed in double precision, for a prime and a composite length.
    for count in [101, 96] {
      let x = signal([count], seed: 4)
      let values = x.array(of: Double.self)
      let transform = fft(x)
      let angles = NDArray.arange(count).asType(.float64) * (-2 * Double.pi / Double(count))
      for k in [0, 1, 17, count - 1] {
        let turned = angles * Double(k)
        let re = (NDArray(values) * cos(turned)).sum()
        let im = (NDArray(values) * sin(turned)).sum()
        #expect(distance(transform[k], complex(re, im)) < 1e-11)
      }
    }
  }

  @Test func views() {
    let x = signal([6, 4, 5], seed: 5)
    for axis in 0..<3 {
      let dense = fft(x.movingAxis(axis, to: 2) + 0).movingAxis(2, to: axis)
      #expect(distance(fft(x, axis: axis), dense) < 1e-13)
    }
    let flipped = x.flipped(2)
    #expect(distance(fft(flipped), fft(flipped + 0)) < 1e-13)
    #expect(distance(fft(x[0..., 1]), fft(x[0..., 1] + 0)) < 1e-13)
  }

  @Test func tangentsOfOddLengths() {
    for count in [5, 6] {
      let x = complex(signal([4], seed: 6), signal([4], seed: 7))
      let t = complex(signal([4], seed: 8), signal([4], seed: 9))
      let (outputs, tangents) = Differentiate.jvp({ [irfft($0[0], count: count)] }, [x], [t])
      #expect(outputs[0].shape == [count] && tangents[0]?.shape == [count])
      if let tangent = tangents[0] {
        #expect(distance(tangent, irfft(t, count: count)) < 1e-13)
      }
    }
  }

  @Test func dtypes() {
    #expect(fft(NDArray([1, 2] as [Float])).dtype == .complex64)
    #expect(fft(NDArray([1, 2] as [Int32])).dtype == .complex64)
    #expect(rfft(NDArray([1.0, 2])).dtype == .complex128)
    #expect(irfft(NDArray([1.0, 2]).asType(.complex64)).dtype == .float32)
  }

  @Test func threadsAndPlansDoNotMatter() {
    let x = signal([64, 300], seed: 10, dtype: .complex64)
    let expected = fft(x).real.array(of: Float.self)
    let device = Device(threads: 3)
    Device.$current.withValue(device) {
      for _ in 0..<2 { #expect(fft(x + 0).real.array(of: Float.self) == expected) }
      for count in 2..<80 { eval(fft(x[0][..<count])) }
      #expect(fft(x + 0).real.array(of: Float.self) == expected)
    }
  }

  @Test func errors() {
    let x = NDArray([1, 2, 3] as [Float])
    #expect(
      mistake { rfft(x.asType(.complex64)) }
        == "[rfft] not defined for complex64, which is not real; take its real part, or use fft")
    #expect(mistake { fft(x, count: 0) } == "[fft] 0 points were asked for; at least 1 is needed")
    #expect(
      mistake { fft(x, axis: 1) }
        == "[fft] axis 1 is out of range for 1 axes; valid axes are -1...0")
    #expect(
      mistake { fft(NDArray.zeros([0])) }
        == "[fft] axis 0 of shape [0] is empty; at least one element is needed")
    #expect(
      mistake { irfft(NDArray.zeros([1])) }
        == "[irfft] axis 0 of shape [1] is half of no points; give their number where it is 1")
    #expect(mistake { fftfreq(0) } == "[fftfreq] 0 points were given; at least 1 is needed")
  }
}
