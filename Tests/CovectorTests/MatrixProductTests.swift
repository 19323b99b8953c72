// Products of arrays and einsum: what the sweep's samples do not show, and the errors.

import Testing

@testable import Covector

@Suite struct MatrixProductTests {
  private func array(_ shape: Int...) -> NDArray {
    NDArray((0..<shape.elementCount).map(Float.init), shape: shape)
  }

  // MARK: Products

  @Test func integersWrap() {
    let a = NDArray([100, 100] as [Int8])
    #expect(matmul(a, a).array(of: Int8.self) == [32])
    #expect(matmul(a, NDArray([1, 2] as [Int32])).dtype == .int32)
  }

  @Test func derivativeOfScaledSum() {
    let (a, b) = (array(2, 3), array(3, 2))
    let c = array(2, 2)
    let tangents = Differentiate.jvp(
      { [addmm($0[0], $0[1], $0[2], alpha: 2, beta: 3)] }, [c, a, b], [c, nil, b]
    ).tangents
    #expect(
      tangents[0]?.array(of: Float.self) == (3 * c + 2 * matmul(a, b)).array(of: Float.self))
  }

  @Test func mistakesInProducts() {
    #expect(
      mistake { matmul(array(2, 3), array(4, 5)) }
        == "[matmul] inner sizes differ: [2, 3] × [4, 5]; the second shape should start with 3")
    #expect(
      mistake { matmul(array(2, 3), array(2)) }
        == "[matmul] inner sizes differ: [2, 3] × [2]; the second shape should have size 3")
    #expect(
      mistake { matmul(array(2, 3), 2) }
        == "[matmul] a scalar was given: [2, 3] × []; use * to multiply by scalars")
    #expect(
      mistake { matmul(array(2, 2, 3), array(3, 3, 2)) }
        == "[matmul] the leading sizes of [2, 2, 3] × [3, 3, 2] do not broadcast; "
        + "they must be equal or 1")
    #expect(
      mistake { matmul(NDArray([true]), NDArray([true])) }
        == "[matmul] not defined for bool; convert with asType first")
    #expect(
      mistake { tensordot(array(2, 3), array(3, 2)) }
        == "[tensordot] axis 0 of [2, 3] and axis 0 of [3, 2] are summed over together, "
        + "but their sizes differ")
    #expect(
      mistake { tensordot(array(2), array(3), axes: 2) }
        == "[tensordot] 2 axes cannot be summed over in [2] and [3]; the number must be in 0...1")
  }

  @Test(arguments: [DType.float32, .float64])
  func largeProductsOfWholeNumbersAreExact(_ dtype: DType) {
    // Large enough for threads to share what they lay out, and wider than one strip of it.
    func whole(_ shape: Int..., step: Int) -> NDArray {
      NDArray((0..<shape.elementCount).map { Int64($0 * step % 15 - 7) }, shape: shape)
    }
    let wide = 8192 / dtype.byteCount + 77
    let factors = [
      (whole(110, 300, step: 4), whole(300, wide, step: 7)),
      (whole(300, 110, step: 4).T, whole(wide, 300, step: 7).T),
    ]
    for (a, b) in factors {
      let expected = matmul(a, b).array(of: Int64.self)
      for threads in [1, 2, 3] {
        let product = Device.$current.withValue(Device(threads: threads)) {
          matmul(a.asType(dtype), b.asType(dtype)).asType(.int64).array(of: Int64.self)
        }
        // Outside of the expectation, which would look for the least difference of long lists.
        let isExact = product == expected
        #expect(isExact, "\(threads) threads")
      }
    }
  }

  // MARK: Einsum

  @Test func orderOfAChain() {
    // From the left this chain would make matrices of 512 × 512; from the right it makes vectors.
    let matrix = NDArray([Float](repeating: 1, count: 512 * 2), shape: [512, 2])
    let vector = NDArray([Float](repeating: 1, count: 2))
    let chain = einsum("ij,kj,kl,l->i", matrix, matrix, matrix, vector)
    #expect(chain.array(of: Float.self) == [Float](repeating: 2048, count: 512))
  }

  @Test func sizeOneAdapts() {
    let row = array(1, 3)
    #expect(einsum("ij,ij->ij", row, array(2, 3)).array(of: Float.self) == [0, 1, 4, 0, 4, 10])
    #expect(einsum("ij,jk->ik", array(2, 1), array(3, 1)).array(of: Float.self) == [0, 3])
  }

  @Test func manyOperands() {
    let ones = [NDArray](repeating: NDArray([1.0, 1.0]), count: 300)
    let text = [String](repeating: "a", count: 300).joined(separator: ",")
    #expect(einsum(text + "->", ones).item(Double.self) == 2)
  }

  @Test func mistakesInSubscripts() {
    let (a, b) = (array(2, 3), array(3, 4))
    let table: [(String, String)] = [
      (
        "ij,j?->i",
        "unexpected '?' at position 4 of 'ij,j?->i'; axes are named by the letters a-z and A-Z"
      ),
      ("ij,jk-ik", "'-' without '>' at position 5 of 'ij,jk-ik'; '->' comes before the output"),
      ("ij,jk->i->k", "a second '->' at position 8 of 'ij,jk->i->k'; one output is named"),
      ("ij,jk->i,k", "',' after '->' at position 8 of 'ij,jk->i,k'; one output is named"),
      ("i.j,jk", "a stray '.' at position 1 of 'i.j,jk'; an ellipsis is written '...'"),
      ("......,jk", "a second '...' at position 3 of '......,jk'; each term may have one"),
      (
        "ij,jk->il", "output label 'l' at position 8 of 'ij,jk->il'; it names no axis of an operand"
      ),
      (
        "ij,jk->ii",
        "output label 'i' again at position 8 of 'ij,jk->ii'; "
          + "each axis of the output has a letter of its own"
      ),
      ("ij->i", "'ij->i' names 1 operands, but 2 were given"),
      ("ijk,jk", "operand 0 has 2 axes, [2, 3], but its term at position 0 of 'ijk,jk' names 3"),
      (
        "ij,ik",
        "label 'i' has size 2 in operand 0 and size 3 in operand 1; sizes must be equal or 1"
      ),
      (
        "ii,jk",
        "label 'i' names axes of sizes 2 and 3 of operand 0; the diagonal needs equal sizes"
      ),
      (
        "...,jk->jk",
        "no '...' in the output at position 8 of '...,jk->jk'; "
          + "the operands have 2 axes under theirs"
      ),
      (
        "ïj,jk",
        "unexpected 'ï' at position 0 of 'ïj,jk'; axes are named by the letters a-z and A-Z"
      ),
    ]
    for (text, message) in table {
      #expect(mistake { einsum(text, a, b) } == "[einsum] " + message)
    }
    #expect(mistake { einsum("", []) } == "[einsum] '' names 1 operands, but 0 were given")
  }

  @Test func randomSubscriptsDoNotCrash() {
    // Strings made of the characters that mean something; each runs or gives an einsum error.
    let alphabet = Array("ab,->.. A\u{301}")
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    func ones(_ shape: [Int]) -> NDArray { NDArray(Float(1)).broadcast(to: shape) }
    var ran = 0
    for _ in 0..<4000 {
      let text = String((0..<next(9)).map { _ in alphabet[next(alphabet.count)] })
      // Mostly operands that fit the terms, so that many strings come to be computed.
      let inputs = text.prefix { $0 != "-" }.split(separator: ",", omittingEmptySubsequences: false)
      let operands = inputs.map { term in
        let letters = term.count(where: \.isLetter)
        return ones([Int](repeating: 2, count: next(8) == 0 ? next(4) : letters))
      }
      do {
        let result = try checked { einsum(text, operands) }
        _ = result.array(of: Float.self)
        ran += 1
      } catch {
        #expect("\(error)".hasPrefix("[einsum] "), "'\(text)'")
      }
    }
    #expect(ran > 100)
  }
}
