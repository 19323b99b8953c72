// Arrays as text: against NumPy's own output, and where there is no value to print.

import Testing

@testable import Covector

@Suite struct DescriptionTests {
  @Test func printsAsNumPyDoes() {
    for golden in DescriptionGolden.all {
      #expect(golden.array.description == golden.text)
    }
  }

  @Test func bfloat16ShowsItsOwnShortestDigits() {
    let x = NDArray([0.1, 1.5, -3.140625] as [Float]).asType(.bfloat16)
    #expect(x.description == "array([ 0.1 ,  1.5 , -3.14], dtype=bfloat16)")
    let large = NDArray([1032.0, 1.0] as [Float]).asType(.bfloat16)
    #expect(large.description == "array([1.03e+03, 1.00e+00], dtype=bfloat16)")
  }

  @Test func scalarsWithoutDType() {
    let x: NDArray = 2.5
    #expect(x.description == "array(2.5, dtype=float32)")
    #expect((x + 1).description == "array(3.5, dtype=float32)")
  }

  @Test func tracersWithoutAValueAreDescribedByTheirType() {
    let x = NDArray.zeros([4, 2, 3])
    var texts: [String] = []
    _ = Vectorize.apply(
      { inputs in
        texts = [inputs[0].description, (inputs[0] + 1).description, inputs[0].debugDescription]
        return inputs
      }, to: [x], size: 4, axes: [0])
    #expect(texts == [String](repeating: "NDArray(float32[2, 3], traced by vmap)", count: 3))
  }

  @Test func tracersWithAValueShowIt() {
    var text = ""
    _ = Differentiate.vjp(
      { inputs in
        text = (inputs[0] * 2).description
        return inputs
      }, [NDArray([1, 2] as [Float])])
    #expect(text == "array([2., 4.], dtype=float32)")
  }

  @Test func failuresAreDescribedAndNotRaised() throws {
    let x = NDArray([1, 2, 3] as [Float]).take(NDArray([7]))
    #expect(
      x.description == "NDArray(float32[1], [take] index 7 is out of range for axis 0 of size 3)")
    var text = ""
    #expect(throws: ArrayError.self) {
      try checked { text = NDArray([1, 2] as [Float])[5].description }
    }
    #expect(text == "NDArray(the result of an error)")
  }

  @Test func arraysInOtherValuesArePrintedInFull() {
    struct Line { var slope: NDArray }
    let x = NDArray([1, 2] as [Float])
    let text = "array([2., 3.], dtype=float32)"
    #expect("\([x + 1])" == "[\(text)]")
    #expect("\((value: x + 1, count: 2))" == "(value: \(text), count: 2)")
    #expect("\(Line(slope: x + 1))" == "Line(slope: \(text))")
    let inside = vmap { (x: NDArray) -> NDArray in
      #expect("\([x])" == "[NDArray(float32[], traced by vmap)]")
      return x
    }
    eval(inside(x))
  }
}
