// Loops whose number of steps depends on the data: values, derivatives in both modes, lanes, memory.

import Testing

@testable import Covector

@Suite struct ControlFlowWhileTests {
  @Test func runsWhileTheConditionHolds() {
    let x = whileLoop(double(100.0)) { x in
      x .> 1
    } do: { x in
      x / 3
    }
    let expected: Double = (0..<5).reduce(100) { y, _ in y / 3 }
    #expect(x.item(Double.self) == expected)
    let (y, n) = whileLoop(NDArray(27), 0) { x, _ in
      x .!= 1
    } do: { x, n in
      let next = cond(x % 2 .== 0) {
        x >> 1
      } else: {
        x * 3 + 1
      }
      return (next, n + 1)
    }
    #expect(y.item(Int.self) == 1 && n.item(Int.self) == 111)
    #expect(
      whileLoop(NDArray(5)) { x in
        x .< 0
      } do: { x in
        x - 1
      }.item(Int.self) == 5)
  }

  @Test func aMillionSteps() {
    let n = whileLoop(NDArray(0)) { n in
      n .< 1_000_000
    } do: { n in
      n + 1
    }
    #expect(n.item(Int.self) == 1_000_000)
  }

  @Test func countedLoops() {
    let factorial = forLoop(1..<11, double(1.0)) { i, y in y * i }
    #expect(factorial.item(Double.self) == 3_628_800)
    let (a, b) = forLoop(0..<10, NDArray(0), NDArray(1)) { _, a, b in (b, a + b) }
    #expect(a.item(Int.self) == 55 && b.item(Int.self) == 89)
    let power = { (x: NDArray, n: NDArray) in forLoop(n, double(1.0)) { _, y in y * x } }
    #expect(power(2.0, 5).item(Double.self) == 32 && power(2.0, -1).item(Double.self) == 1)
    let each = vmap(power)(NDArray([2.0, 3.0, 5.0]), NDArray([3, 0, 2]))
    #expect(numbers(each) == [8, 1, 25])
    let slopes = vmap(grad(wrt: \.0, power))(NDArray([2.0, 3.0, 5.0]), NDArray([3, 0, 2]))
    #expect(numbers(slopes) == [12, 0, 10])
    #expect(
      mistake { eval(power(2.0, 1.5)) }
        == "[forLoop] the count is float32[]; it must be an integer scalar")
  }

  /// Newton's method for the square root of x: more steps the further x is from 1.
  private func root(_ x: NDArray) -> NDArray {
    whileLoop(x) { y in
      abs(y * y - x) .> 1e-9
    } do: { y in
      (y + x / y) / 2
    }
  }

  /// Smooth within a number of steps: x is multiplied by a function of itself until it is small.
  private func decay(_ x: NDArray, _ w: NDArray) -> NDArray {
    whileLoop(x, w) { x, _ in
      x .> 0.1
    } do: { x, s in
      (x * sin(w) * 0.8, s + x * x)
    }.1 * x
  }

  @Test func derivativesThroughADataDependentNumberOfSteps() {
    for x in [0.05, 0.3, 2.0, 9.0] {
      let expected = difference({ decay($0, 1.1) }, at: x)
      let (reverse, forward) = (
        grad { decay($0, 1.1) }(NDArray(x)).item(Double.self),
        jvp({ decay($0, 1.1) }, NDArray(x), 1.0).tangents.item(Double.self)
      )
      #expect(areClose([reverse, forward], [expected, expected], 1e-8))
      let byWeight = grad { w in decay(NDArray(x), w) }(double(1.1)).item(Double.self)
      let expectedByWeight = difference({ w in decay(NDArray(x), w) }, at: 1.1)
      #expect(areClose([byWeight], [expectedByWeight], 1e-8))
      let second = difference({ x in grad { decay($0, 1.1) }(x) }, at: x)
      let reverses = grad { x in grad { decay($0, 1.1) }(x) }(NDArray(x)).item(Double.self)
      let mixed = jvp({ x in grad { decay($0, 1.1) }(x) }, NDArray(x), 1.0).tangents
      let other = grad { x in jvp({ decay($0, 1.1) }, x, 1.0).tangents }(NDArray(x))
      #expect(
        areClose(
          [reverses, mixed.item(), other.item()], [second, second, second], 1e-7), "\(x)")
    }
  }

  @Test func everyLaneTakesStepsOfItsOwn() {
    let tally = Tally()
    let count = { (n: NDArray) in
      whileLoop(n, 0.0) { n, _ in
        n .> 0
      } do: { n, y in
        (n - 1, tally(y) + n)
      }.1
    }
    let n = NDArray([3.0, 0.0, 7.0, 1.0])
    #expect(numbers(vmap(count)(n)) == [6, 0, 28, 1])
    // As many steps as all lanes take together.
    #expect(tally.count == 11)
  }

  @Test func derivativesOfEveryLane() {
    let x = NDArray([0.05, 0.3, 2.0, 9.0, 40.0])
    let w = double(1.1)
    let f = { (x: NDArray) in decay(x, w) }
    let each = (0..<5).map { grad(f)(x[$0]).item(Double.self) }
    #expect(areClose(numbers(vmap(grad(f))(x)), each, 1e-14))
    #expect(areClose(numbers(grad { x in vmap(f)(x).sum() }(x)), each, 1e-14))
    #expect(areClose(numbers(vmap { x in jvp(f, x, 1.0).tangents }(x)), each, 1e-14))
    for (lane, slope) in each.enumerated() {
      let expected = difference(f, at: x[lane].item(Double.self))
      #expect(abs(slope - expected) <= 1e-7 * Swift.max(1, abs(expected)))
    }
    // What the lanes share gets the sum.
    let shared = grad { w in vmap(in: [0, nil], decay)(x, w).sum() }(w).item(Double.self)
    let parts = (0..<5).map { i in grad { w in decay(x[i], w) }(w).item(Double.self) }
    #expect(areClose([shared], [parts.reduce(0, +)], 1e-13))
    let separate = vmap(in: [0, nil], grad(wrt: \.1) { x, w in decay(x, w) })(x, w)
    #expect(areClose(numbers(separate), parts, 1e-13))
    // Second order, and batches of batches.
    let curvature = (0..<5).map { grad { x in grad(f)(x) }(x[$0]).item(Double.self) }
    #expect(areClose(numbers(vmap(grad { x in grad(f)(x) })(x)), curvature, 1e-13))
    let weights = NDArray([1.1, 0.9, 0.4])
    let table = vmap(in: [nil, 0]) { (x: NDArray, w: NDArray) in
      vmap(in: [0, nil], grad(wrt: \.1) { x, w in decay(x, w) })(x, w)
    }(x, weights)
    let expectedTable = (0..<3).flatMap { j in
      (0..<5).map { i in grad { w in decay(x[i], w) }(weights[j]).item(Double.self) }
    }
    #expect(areClose(numbers(table), expectedTable, 1e-13))
  }

  @Test func manyLanesThatEndOneByOne() {
    let n = counting(100)
    let f = { (n: NDArray) in
      whileLoop(n, double(1.0)) { n, _ in
        n .> 0
      } do: { n, y in
        (n - 1, y * 1.01)
      }.1
    }
    let expected = (0..<100).map { n in (0..<n).reduce(1.0) { y, _ in y * 1.01 } }
    #expect(numbers(vmap(f)(n)) == expected)
    let g = { (a: NDArray) in
      vmap { (n: NDArray) in
        whileLoop(n, double(1.0)) { n, _ in
          n .> 0
        } do: { n, y in
          (n - 1, y * a)
        }.1
      }(n).sum()
    }
    let slope = (0..<100).reduce(0.0) { sum, n in
      sum + Double(n) * (1..<Swift.max(n, 1)).reduce(1.0) { y, _ in y * 1.01 }
    }
    #expect(areClose([grad(g)(double(1.01)).item()], [slope], 1e-12))
  }

  @Test func aLaneThatHasEndedIsNotRunAgain() {
    // At zero the body divides by zero; lanes at zero have ended.
    let f = { (x: NDArray) in
      whileLoop(x) { x in
        x .> 0
      } do: { x in
        x - 1 / floor(x) * floor(x)
      }
    }
    let x = NDArray([2.0, 0.0, 1.0])
    #expect(numbers(vmap(f)(x)) == [0, 0, 0])
    #expect(numbers(vmap(grad(f))(x)) == [1, 1, 1])
  }

  @Test func anUnmappedConditionRunsBatches() {
    let tally = Tally()
    let f = { (x: NDArray) in
      whileLoop(x, 0) { _, n in
        tally(n) .< 3
      } do: { x, n in
        (x * x, n + 1)
      }.0
    }
    #expect(numbers(vmap(f)(NDArray([1.0, 2.0]))) == [1, 256])
    #expect(tally.count == 4)
  }

  @Test func memoryGrowsWithTheRootOfTheSteps() throws {
    /// The peak of a gradient through so many steps on 1,000 numbers, in units of the state.
    func peak(_ steps: Int) throws -> Double {
      let device = try Device(threads: 1, instructionSet: nil)
      return Device.$current.withValue(device) {
        let x = NDArray((0..<1000).map { Double($0) / 1000 })
        eval(x)
        device.resetPeakMemory()
        let g = grad { (x: NDArray) in
          whileLoop(x, 0) { _, n in
            n .< steps
          } do: { x, n in
            (x + 0.001 * sin(x), n + 1)
          }.0.sum()
        }
        eval(g(x))
        return Double(device.peakMemory) / 8192
      }
    }
    let (few, many) = (try peak(100), try peak(10_000))
    #expect(few < 4 * 10 + 20, "\(few)")
    #expect(many < 4 * 100 + 20, "\(many)")
  }

  @Test func checkpointsAtEveryNumberOfSteps() {
    // Around the numbers of steps at which the distance between checkpoints doubles.
    for steps in [0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 33, 64, 100] {
      let f = { (x: NDArray) in forLoop(0..<steps, x) { i, x in x + sin(x) / (i + 1) } }
      let plain = { (x: NDArray) in
        (0..<steps).reduce(x) { x, i in x + sin(x) / NDArray(Double(i + 1)) }
      }
      let (a, b) = (grad(f)(0.3).item(Double.self), grad(plain)(double(0.3)).item(Double.self))
      #expect(areClose([a], [b], 1e-6), "\(steps)")
    }
  }

  @Test func cancellingTheTaskEndsALoop() async {
    let task = Task {
      mistake {
        eval(
          whileLoop(double(0.0)) { _ in
            true
          } do: { x in
            x + 1
          })
      }
    }
    task.cancel()
    let message = await task.value
    #expect(message.hasPrefix("[eval] the task was cancelled"))
  }

  @Test func mistakesAreNamed() {
    let x = counting(3)
    #expect(
      mistake {
        _ = whileLoop(x) { x in
          x .> 0
        } do: { x in
          x - 1
        }
      }
        == "[whileLoop] the condition has shape [3]; it must be a scalar, so reduce it with any or all"
    )
    #expect(
      mistake {
        _ = whileLoop(Network.small) { _ in
          true
        } do: { n in
          var next = n
          next.layers[1].weight = counting(2, 2)
          return next
        }
      }
        == "[whileLoop] state.layers[1].weight is float64[1, 2] before a step and float64[2, 2] after it; "
        + "the types must be equal")
    #expect(
      mistake {
        _ = whileLoop(x) { _ in
          true
        } do: { x in
          matmul(x, counting(2, 2))
        }
      }
        == mistake { _ = matmul(x, counting(2, 2)) })
    #expect(
      mistake {
        _ = whileLoop(x[0]) { x in
          x.item(Double.self) > 0 ? true : false
        } do: { x in
          x
        }
      }
        == "[eval] the value of a float64[] array was read inside whileLoop, "
        + VmapInsideTests.remedy)
  }

  @Test func aNumberWithoutADTypeTakesThatOfTheSteps() {
    let x = counting(2)
    let sum = forLoop(0..<3, 0) { _, sum in sum + x.sum() }
    #expect(sum.dtype == .float64 && sum.item(Double.self) == 3)
  }

  @Test func newtonsMethod() {
    let x = NDArray([4.0, 2.0, 100.0, 1.0])
    #expect(areClose(numbers(vmap(root)(x)), [2, 2.0.squareRoot(), 10, 1], 1e-9))
  }
}
