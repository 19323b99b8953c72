// Programs: what is printed and drawn, what is counted, what they compute when called.

@testable import Covector
import CovectorTesting
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ProgramTests {
  static let affine: @Sendable (NDArray, NDArray) -> NDArray = { x, w in (x * w + 2).sum() }

  @Test func thePageOfProgramsIsCurrent() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let page = try String(contentsOf: root.appending(path: "Docs/Programs.md"), encoding: .utf8)
    let isCurrent = page == ProgramPage.text
    #expect(isCurrent, "run swift run -c release sweep --programs Docs/Programs.md")
  }

  @Test func aProgramPrintsALineForEachOperation() {
    let program = trace(Self.affine)(.placeholder([2, 3]), .placeholder([3]))
    #expect(
      program.description == """
        program(a: float32[2, 3], b: float32[3]) -> float32[] {
          c: float32[2, 3] = a * b
          d: float32[2, 3] = c + 2.0
          e: float32[] = sum(d, axes: [0, 1])
          return e
        }
        """)
  }

  @Test func inputsOfTreesAreNamed() {
    let program = trace { (model: Layer, x: NDArray) in model(x) }(
      Layer(weight: counting(2, 3), bias: counting(2), activation: "none"), counting(3))
    #expect(program.description.contains("a: float64[2, 3],  // argument 0.weight"))
    #expect(program.description.contains("b: float64[2],  // argument 0.bias"))
    #expect(program.description.contains("c: float64[3]  // argument 1"))
  }

  @Test func operationsAndBytesAreCounted() {
    let captured: NDArray = NDArray([1, 2, 3] as [Float])
    let program = trace { (x: NDArray) in (x * captured + captured).sum() }(.placeholder([4, 3]))
    #expect(program.operationCount == 3)
    #expect(program.operationCounts == ["*": 1, "+": 1, "sum": 1])
    #expect(program.resultByteCount == 48 + 48 + 4)
    #expect(program.captureByteCount == 12)
    #expect(program.inputTypes == [ArrayType([4, 3], .float32)])
    #expect(program.outputTypes == [ArrayType([], .float32)])
  }

  @Test func aProgramIsAFunctionForEveryTransform() {
    let program = trace(Self.affine)(
      .placeholder([3], dtype: .float64), .placeholder([3], dtype: .float64))
    let (x, w) = (counting(3, from: 1), counting(3, from: 2))
    #expect(numbers(program(x, w)[0]) == [26])
    #expect(numbers(grad { (x: NDArray) in program(x, w)[0] }(x)) == [2, 3, 4])
    let rows = counting(2, 3)
    let mapped = vmap { (x: NDArray) in program(x, w)[0] }(rows)
    #expect(numbers(mapped) == [17, 44])
    #expect(numbers(jvp({ (x: NDArray) in program(x, w)[0] }, x, w).tangents) == [29])
    // A traced gradient, traced again, is the gradient still.
    let gradient = trace(grad(Self.affine))(x, w)
    let again = trace { (x: NDArray, w: NDArray) in gradient(x, w) }(x, w)
    #expect(numbers(again(x, w)[0]) == [2, 3, 4])
    #expect(again.operationCount == gradient.operationCount)
  }

  @Test func treesAreFlattenedForACall() {
    let network = Network.small
    let program = trace { (model: Network, x: NDArray) in model(x) }(network, counting(3))
    #expect(numbers(program(network, counting(3))[0]) == numbers(network(counting(3))))
  }

  @Test func aCallWithOtherTypesIsAMistake() {
    let program = trace(Self.affine)(.placeholder([3]), .placeholder([3]))
    let x = NDArray.zeros([3])
    #expect(
      mistake { _ = program(x) }
        == "[program] 1 arrays were given; there must be 2, one for each input")
    #expect(
      mistake { _ = program(x, .zeros([4])) }
        == "[program] argument 1 has type float32[4]; the program takes float32[3]")
    #expect(
      mistake { _ = program(x, .zeros([3], dtype: .float64)) }
        == "[program] argument 1 has type float64[3]; the program takes float32[3]")
  }

  @Test func shapesOfAPetabyteTakeNoMemory() {
    let device = Device(threads: 1, kernels: .best)
    Device.$current.withValue(device) {
      let large = NDArray.placeholder([1 << 24, 1 << 24])
      #expect(large.byteCount == 1 << 50)
      let result = evalShape { (x: NDArray) in matmul(x, x.transposed()) + x.sum(axis: 0) }(large)
      #expect(result.shape == [1 << 24, 1 << 24])
      let gradient = evalShape(grad { (x: NDArray) in tanh(matmul(x, x)).sum() })(large)
      #expect(gradient.type == large.type)
      let program = trace(grad { (x: NDArray) in tanh(matmul(x, x)).sum() })(large)
      #expect(program.resultByteCount > 1 << 51)
    }
    #expect(device.peakMemory == 0)
  }

  @Test func shapesOfTreesKeepTheirStructure() {
    let network = Network.small.mapLeaves { .placeholder($0.shape, dtype: $0.dtype) }
    let (gradient, value) = evalShape { (model: Network, x: NDArray) in
      (grad { (model: Network) in model(x).sum() }(model), model(x))
    }(network, .placeholder([3], dtype: .float64))
    #expect(gradient.layers[0].weight.type == ArrayType([2, 3], .float64))
    #expect(gradient.name == "small")
    #expect(value.shape == [1])
  }

  @Test func aPlaceholderHasNoValue() {
    let x = NDArray.placeholder([2])
    #expect(
      mistake { _ = (x + 1).array(of: Float.self) }
        == "[eval] a placeholder of type float32[2] has no value; it stands for a type in trace and "
        + "evalShape")
    #expect(
      mistake { _ = NDArray.placeholder([-2]) }
        == "[placeholder] shape [-2] has a negative size; sizes are 0 or more")
  }

  @Test func drawingsShowEveryOperation() throws {
    let before = trace(Self.affine)(.placeholder([2, 3]), .placeholder([3]))
    let after = trace(grad(Self.affine))(.placeholder([2, 3]), .placeholder([3]))
    #expect(before.dot.hasPrefix("digraph program {"))
    #expect(before.dot.contains("label=\"*\\nfloat32[2, 3]\""))
    #expect(before.dot.components(separatedBy: " -> ").count - 1 == 5)
    let svg = Program.svg([("f", before), ("grad(f) < 1", after)])
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse())
    #expect(svg.contains(">*<") && svg.contains(">grad(f) &lt; 1<"))
    let boxes = svg.components(separatedBy: "rx=\"6\"").count - 1
    // Inputs and outputs are boxes too.
    #expect(boxes == before.operationCount + 3 + after.operationCount + 3)
  }

  @Test func aMillionOperationsPrintAndCount() {
    let program = trace { (x: NDArray) in
      var y = x
      for _ in 0..<100_000 { y = y + x }
      return y
    }(.placeholder([2]))
    #expect(program.operationCount == 100_000)
    #expect(program.description.split(separator: "\n").count == 100_003)
  }
}
