import CovectorKernels
struct IndexEqual: Elementwise {
  var name: String { "==" }
  var keepsWeakness: Bool { false }
  var instruction: Instruction { .init(CV_EQ) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { .bool }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}
struct IndexLess: Elementwise {
  var name: String { "<" }
  var keepsWeakness: Bool { false }
  var instruction: Instruction { .init(CV_LT) }
  func resultDType(_ x: [NDArray]) throws(ArrayError) -> DType { .bool }
  func partial(_ index: Int, _ x: [NDArray], _ y: NDArray) -> Partial { .zero }
}
func isEqual(_ a: NDArray, _ b: NDArray) -> NDArray { NDArray(IndexEqual(), a, b) }
func isLess(_ a: NDArray, _ b: NDArray) -> NDArray { NDArray(IndexLess(), a, b) }
