// What the sweep cannot know of scans, sorts and counting: ties, zeros, not-a-number, layouts, sizes that
// depend on values, errors.

import Testing

@testable import Covector

@Suite struct ScanSortTests {
  private typealias Elements = ElementwiseTests

  private func doubles(_ x: NDArray) -> [Double] { x.array(of: Double.self) }
  private func ints(_ x: NDArray) -> [Int32] { x.array(of: Int32.self) }

  // MARK: Scans

  @Test func tiesOfCumulativeMaxGoToTheLater() {
    let gradients = Elements.gradients([1, 3, 3, 2]) { $0[0].cumulativeMax().sum() }
    #expect(gradients == [[1, 1, 2, 0]])
    let backwards = Elements.gradients([2, 3, 3, 1]) { $0[0].cumulativeMax(reverse: true).sum() }
    #expect(backwards == [[0, 2, 1, 1]])
    let least = Elements.gradients([3, 1, 1, 2]) {
      $0[0].cumulativeMin(exclusive: true)[1...].sum()
    }
    #expect(least == [[1, 1, 1, 0]])
  }

  @Test func cumulativeProductAtZerosToSecondOrder() {
    // The derivatives of the sum of x0, x0 x1, x0 x1 x2, by hand.
    let x = NDArray([2.0, 0, 3])
    let slope = grad { (x: NDArray) in x.cumulativeProduct().sum() }
    #expect(doubles(slope(x)) == [1, 8, 0])
    let curvature = jacobian { (x: NDArray) in slope(x) }
    #expect(doubles(curvature(x)) == [0, 4, 0, 4, 0, 2, 0, 2, 0])
  }

  @Test func infinitiesAndNotANumber() {
    let x = NDArray([-.infinity, 1.0, .infinity, 2])
    #expect(doubles(x.logCumulativeSumExp()) == [-.infinity, 1, .infinity, .infinity])
    let y = NDArray([1, .nan, 3.0]).cumulativeMax()
    #expect(doubles(y)[0] == 1 && doubles(y)[1].isNaN && doubles(y)[2].isNaN)
    let low = NDArray([-.infinity, -.infinity, 0.0])
    let slope = grad { (x: NDArray) in x.logCumulativeSumExp()[2] }(low)
    #expect(doubles(slope) == [0, 0, 1])
    #expect(ints(NDArray([3, 1] as [Int32]).cumulativeMax(exclusive: true)) == [.min, 3])
  }

  @Test func scansOfViews() {
    let x = NDArray((0..<24).map(Double.init), shape: [2, 3, 4])
    for axis in 0..<3 {
      for view in [x.flipped(0), x.flipped(1), x.transposed(2, 0, 1), x.transposed(1, 0, 2)] {
        #expect(
          doubles(view.cumulativeSum(axis: axis)) == doubles((view + 0).cumulativeSum(axis: axis)))
      }
    }
    let row = NDArray([1.0, 2]).broadcast(to: [3, 2])
    #expect(doubles(row.cumulativeSum(axis: 0)) == [1, 2, 2, 4, 3, 6])
  }

  // MARK: Sorting

  @Test func sortingIsStable() {
    let x = NDArray([2, 1, 2, 1, 2] as [Int32])
    #expect(ints(x.argSort()) == [1, 3, 0, 2, 4])
    let gradients = Elements.gradients([2, 1, 2, 1]) { ($0[0].sorted() * [1, 2, 3, 4]).sum() }
    #expect(gradients == [[3, 1, 4, 2]])
    let zeros = NDArray([0.0, -0.0, -1])
    #expect(ints(zeros.argSort()) == [2, 0, 1])
    let top = NDArray([1.0, 3, 2, 3]).topK(3)
    #expect(doubles(top.values) == [3, 3, 2] && ints(top.indices) == [1, 3, 2])
  }

  @Test func notANumberComesLast() {
    let x = NDArray([.nan, 2, -.infinity, .nan, 1.0, .infinity])
    #expect(ints(x.argSort()) == [2, 4, 1, 5, 0, 3])
    #expect(x.median().item(Double.self).isNaN)
    #expect(x.quantile(0.1).item(Double.self).isNaN)
    #expect(x.topK(1).indices.item(Int.self) == 0)
  }

  @Test func mediansShareTheirDerivative() {
    let gradients = Elements.gradients([5, 1, 3, 2]) { $0[0].median() }
    #expect(gradients == [[0, 0, 0.5, 0.5]])
  }

  @Test func searchingMappedTables() {
    let tables = NDArray([1.0, 3, 5, 2, 4, 6], shape: [2, 3])
    let wanted = NDArray([3.0, 4])
    let places = vmap(in: [0, nil]) { (table: NDArray, x: NDArray) in searchSorted(table, x) }(
      tables, wanted)
    #expect(ints(places) == [1, 2, 1, 1])
    let both = vmap { (table: NDArray, x: NDArray) in searchSorted(table, x, right: true) }(
      tables, NDArray([3.0, 4, 2, 9], shape: [2, 2]))
    #expect(ints(both) == [2, 2, 1, 3])
  }

  // MARK: Counting

  @Test func distinctElements() {
    let x = NDArray([3.0, 1, .nan, 3, 1, .nan, 2], shape: [7])
    let unique = x.uniqueElements()
    let values = doubles(unique.values)
    #expect(Array(values.prefix(3)) == [1, 2, 3] && values[3].isNaN && values.count == 4)
    #expect(ints(unique.indices) == [1, 6, 0, 2])
    #expect(ints(unique.inverse) == [2, 0, 3, 2, 0, 3, 1])
    #expect(ints(unique.counts) == [2, 1, 2, 2])
    #expect(NDArray.zeros([0]).unique().shape == [0])
    #expect(ints(NDArray([[2, 1], [1, 2]] as [[Int32]]).unique()) == [1, 2])
    let gradients = Elements.gradients([3, 1, 3]) { ($0[0].unique() * [10, 1]).sum() }
    #expect(gradients == [[1, 10, 0]])
  }

  @Test func placesOfNonzeros() {
    let x = NDArray([0, 2, 0, 3, 0, 4] as [Int32], shape: [2, 3])
    let places = x.nonzero()
    #expect(ints(places[0]) == [0, 1, 1] && ints(places[1]) == [1, 0, 2])
    #expect(ints(x[places[0], places[1]]) == [2, 3, 4])
  }

  @Test func countsAsLongAsNeeded() {
    #expect(ints(bincount(NDArray([1, 3, 1] as [Int32]))) == [0, 2, 0, 1])
    #expect(bincount(NDArray([Int32]())).shape == [0])
    let weighted = bincount(NDArray([1, 0, 1] as [Int32]), weights: NDArray([0.5, 1, 2]))
    #expect(doubles(weighted) == [1, 2.5])
    let edges = histogram(NDArray([0.0, 1, 2, 2]), edges: NDArray([0.0, 1, 2]))
    #expect(ints(edges) == [1, 3])
  }

  // MARK: Errors

  @Test func errors() {
    let x = NDArray([1, 2, 3] as [Float])
    #expect(
      mistake { x.cumulativeSum(axis: 1) }
        == "[cumulativeSum] axis 1 is out of range for 1 axes; valid axes are -1...0")
    #expect(
      mistake { x.asType(.complex64).cumulativeMax() }
        == "[cumulativeMax] not defined for complex64; complex numbers have no order")
    #expect(
      mistake { x.topK(4).values } == "[topK] 4 elements cannot be taken from an axis of size 3")
    #expect(
      mistake { x.partitioned(at: 3) }
        == "[partitioned] index 3 is out of range for an axis of size 3")
    #expect(
      mistake { NDArray.zeros([0]).median() }
        == "[median] there are no elements along axes [0] of shape [0]; at least one is needed")
    #expect(
      mistake { searchSorted(x.reshaped(to: 1, 3), x) }
        == "[searchSorted] the sorted array has shape [1, 3]; it must have one axis")
    #expect(
      mistake { vmap { (x: NDArray) in x.unique() }(x.reshaped(to: 1, 3)) }
        == "[unique] the number of distinct elements is not known inside vmap, where values are not; "
        + "compute them before the function is mapped")
    #expect(
      mistake { vmap { (x: NDArray) in bincount(x) }(NDArray([[1, 2]] as [[Int32]])) }
        == "[bincount] the largest integer is not known inside vmap; give the number of results as count"
    )
    // A share outside 0...1 is found when the quantile is computed.
    for share in [1.5, -0.1, .nan] {
      #expect(
        mistake { x.quantile(NDArray(share)).item(Float.self) }
          == "[quantile] a share is not between 0 and 1")
    }
    #expect(mistake { diff(x, order: -1) } == "[diff] order -1 is negative; it must be at least 0")
  }
}
