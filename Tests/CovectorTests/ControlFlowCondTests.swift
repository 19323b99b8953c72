// Branches of which only the one that is chosen is computed, alone and under every transform.

import Testing

@testable import Covector

@Suite struct ControlFlowCondTests {
  @Test func choosesByThePredicate() {
    let f = { (x: NDArray) in
      cond(x .> 1) {
        x * 2
      } else: {
        x + 10
      }
    }
    #expect(f(3.0).item(Double.self) == 6)
    #expect(f(0.5).item(Double.self) == 10.5)
  }

  @Test func choosesByNumber() {
    let x = NDArray([1.0, 2.0])
    let f = { (i: Int) in branch(NDArray(i), { x }, { x * x }, { -x }) }
    #expect((0..<3).map { numbers(f($0)) } == [[1, 2], [1, 4], [-1, -2]])
    #expect(
      mistake { eval(f(3)) } == "[branch] there is no branch 3; the index must lie in 0..<3")
    #expect(
      mistake { eval(f(-1)) } == "[branch] there is no branch -1; the index must lie in 0..<3")
  }

  @Test func returnsTreesAndTuples() {
    let model = Network.small
    let chosen = cond(true) {
      model
    } else: {
      model.mapLeaves { $0 * 0 }
    }
    #expect(chosen.name == "small" && chosen.layers[0].activation == "tanh")
    #expect(numbers(chosen.layers[1].weight) == [1, 2])
    let (a, b) = cond(false) {
      (double(1.0), double(2.0))
    } else: {
      (double(3.0), 4)
    }
    #expect(a.item(Double.self) == 3 && b.item(Double.self) == 4 && b.dtype == .float64)
  }

  @Test func computesOnlyTheChosenBranch() {
    let (yes, no) = (Tally(), Tally())
    let x = counting(5)
    // Nothing in the second branch depends on anything that is traced.
    eval(
      cond(x.sum() .> 0) {
        yes(x)
      } else: {
        no(x)
      })
    #expect(yes.count == 5 && no.count == 0)
  }

  @Test func whatABranchHandsThroughIsNotOverwritten() {
    let x = counting(1000)
    eval(x)
    let y =
      cond(x[1] .> 0) {
        x
      } else: {
        -x
      } * 2 + 1
    #expect(y[3].item(Double.self) == 7)
    let z =
      whileLoop(x) { x in
        x[0] .> 0
      } do: { x in
        x - 1
      } * 2 + 1
    #expect(z[3].item(Double.self) == 7)
    #expect(numbers(x) == (0..<1000).map(Double.init))
  }

  @Test func mappedBranchesAreComputedForTheirLanesAlone() {
    let (yes, no) = (Tally(), Tally())
    let x = NDArray([1.0, -2.0, 3.0, -4.0, 5.0])
    let f = vmap { (x: NDArray) in
      cond(x .> 0) {
        yes(x) * 10
      } else: {
        no(x) - 1
      }
    }
    #expect(numbers(f(x)) == [10, -3, 30, -5, 50])
    #expect(yes.count == 3 && no.count == 2)

    let g = { (x: NDArray) in
      cond(x .> 0) {
        yes(x) * x
      } else: {
        no(x) * x * x
      }
    }
    #expect(numbers(vmap(grad(g))(x)) == [2, 12, 6, 48, 10])
    #expect(numbers(grad { x in vmap(g)(x).sum() }(x)) == [2, 12, 6, 48, 10])
    #expect(numbers(vmap { x in jvp(g, x, 1.0).tangents }(x)) == [2, 12, 6, 48, 10])
  }

  @Test func anEndlessLoopInABranchThatNoLaneChoosesIsNotStarted() {
    func endless(_ x: NDArray) -> NDArray {
      whileLoop(x) { _ in
        true
      } do: { x in
        x + 1
      }
    }
    let f = { (x: NDArray) in
      cond(x .> 0) {
        sqrt(x)
      } else: {
        endless(x)
      }
    }
    let x = NDArray([1.0, 4.0])
    #expect(numbers(vmap(f)(x)) == [1, 2])
    #expect(numbers(vmap(grad(f))(x)) == [0.5, 0.25])
    #expect(numbers(vmap { x in jvp(f, x, 1.0).tangents }(x)) == [0.5, 0.25])
    // One that ends for the lanes that choose it, and would not for the others.
    let g = { (x: NDArray) in
      cond(x .< 0) {
        whileLoop(x) { x in
          x .!= 0
        } do: { x in
          x + 1
        }
      } else: {
        x * x
      }
    }
    #expect(numbers(vmap(g)(NDArray([-3.0, 0.5, -1.0, 7.25]))) == [0, 0.25, 0, 52.5625])
  }

  @Test func whatIsNotFiniteInTheOtherBranchDoesNoHarm() {
    let f = { (x: NDArray) in
      cond(x .> 0) {
        sqrt(x)
      } else: {
        x * 0
      }
    }
    #expect(numbers(vmap(grad(f))(NDArray([4.0, 0.0, -1.0]))) == [0.25, 0, 0])
  }

  @Test func twoBatchesOneInsideTheOther() {
    let f = { (x: NDArray, y: NDArray) in
      cond(x .> y) {
        x * y
      } else: {
        x - y
      }
    }
    let (x, y) = (NDArray([1.0, 2.0, 3.0]), NDArray([0.0, 2.5]))
    let table = vmap(in: [0, nil]) { (x: NDArray, y: NDArray) in vmap(in: [nil, 0], f)(x, y) }
    #expect(numbers(table(x, y)) == [0, -1.5, 0, -0.5, 0, 7.5])
    // The predicate depends on the outer example alone: its lanes run batches.
    let g = { (p: NDArray, y: NDArray) in
      cond(p .> 1.5) {
        y * y
      } else: {
        -y
      }
    }
    let other = vmap(in: [0, nil]) { (x: NDArray, y: NDArray) in vmap(in: [nil, 0], g)(x, y) }
    #expect(numbers(other(x, y)) == [0, -2.5, 0, 6.25, 0, 6.25])
    // And on the inner alone.
    let third = vmap(in: [nil, 0]) { (x: NDArray, y: NDArray) in
      vmap(in: [0, nil]) { (x: NDArray, y: NDArray) in g(y, x) }(x, y)
    }
    #expect(numbers(third(x, y)) == [-1, -2, -3, 1, 4, 9])
  }

  @Test func anArrayOfManyLanesIsSharedByNone() {
    // More lanes than run row by row, of which some fill up the last rows.
    let x = counting(1000)
    let f = { (x: NDArray) in
      cond(x .< 37) {
        x * x
      } else: {
        -x
      }
    }
    let expected = (0..<1000).map { $0 < 37 ? Double($0 * $0) : -Double($0) }
    #expect(numbers(vmap(f)(x)) == expected)
    let w = double(2.0)
    let g = { (w: NDArray) in
      vmap { (x: NDArray) in
        cond(x .< 37) {
          w * x
        } else: {
          w * w
        }
      }(x).sum()
    }
    // Σ x below 37, and 2 w for each of the others.
    #expect(grad(g)(w).item(Double.self) == 666 + 963 * 4)
  }

  @Test func branchesThatDifferAreRefused() {
    #expect(
      mistake {
        _ = cond(true) {
          counting(2)
        } else: {
          counting(3)
        }
      }
        == "[cond] the result is float64[3] in one branch and float64[2] in another; the types must be "
        + "equal, so convert with asType or broadcast")
    #expect(
      mistake {
        _ = cond(true) {
          ["a": counting(2)]
        } else: {
          ["b": counting(2)]
        }
      }
        == "[cond] the branches return different trees: only one of them has an array "
        + "result[\"a\"]; both must have the same")
    #expect(
      mistake {
        _ =
          cond(counting(2)) {
            1
          } else: {
            2
          } as NDArray
      }
        == "[cond] the predicate has shape [2]; it must be a scalar, so reduce it with any or all, or "
        + "choose element by element with which")
  }

  @Test func aMistakeInABranchIsReportedOnce() {
    let x = counting(2, 3)
    #expect(
      mistake {
        eval(
          cond(true) {
            matmul(x, x)
          } else: {
            x
          })
      }
        == mistake { eval(matmul(x, x)) })
  }

  @Test func failuresInTheChosenBranchAloneSurface() {
    let x = counting(3)
    let f = { (i: NDArray, p: NDArray) in
      cond(p) {
        x.take(i)
      } else: {
        x[0]
      }
    }
    #expect(f(7, false).item(Double.self) == 0)
    #expect(mistake { eval(f(7, true)) } == mistake { eval(x.take(7)) })
  }

  @Test func readingAnExampleInsideABranchIsExplained() {
    let f = vmap { (x: NDArray) in
      cond(x .> 0) {
        x.item(Double.self) > 1 ? x : -x
      } else: {
        x
      }
    }
    #expect(
      mistake { _ = f(NDArray([1.0, 2.0])) }
        == "[eval] the value of a float64[] array was read inside vmap, \(VmapInsideTests.remedy)")
  }
}
