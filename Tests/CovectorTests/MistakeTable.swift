// Mistakes as users make them, with what is said to each. MistakeTests runs the table.

import Covector

/// A piece of code that is wrong, and the whole of what is said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  /// What the wrong code is run inside of.
  enum Form: CaseIterable, Sendable {
    case plain, mapped, differentiated
  }

  let message: String
  let forms: Set<Form>
  /// The line of the table where the code starts.
  let line: Int
  /// The code, given a `float32` array of shape `[2, 3]`.
  let code: @Sendable (NDArray) -> NDArray

  init(
    _ message: String, in forms: Set<Form> = Set(Form.allCases), line: Int = #line,
    _ code: @escaping @Sendable (NDArray) -> NDArray
  ) {
    self.message = message
    self.forms = forms
    self.line = line
    self.code = code
  }

  var testDescription: String { message }

  static let all =
    shapes + moreShapes + dtypes + axes + indices + trees + tracing + derivatives + creation + random
    + algebra
}

private func integers(_ values: [Int32]) -> NDArray { NDArray(values) }

extension Mistake {
  static let shapes: [Mistake] = [
    Mistake("[add] shapes [2, 3] and [4] do not broadcast; sizes must be equal or 1, counted from the last axis") {
      $0 + NDArray.zeros([4])
    },
    Mistake("[maximum] shapes [2, 3] and [2] do not broadcast; sizes must be equal or 1, counted from the last axis") {
      maximum($0, NDArray.zeros([2]))
    },
    Mistake("[which] shapes [4], [2, 3] and [2, 3] do not broadcast; sizes must be equal or 1, counted from the last axis") {
      which(NDArray.zeros([4], dtype: .bool), $0, $0)
    },
    Mistake("[matmul] inner sizes differ: [2, 3] × [2, 3]; the second shape should start with 3") {
      matmul($0, $0)
    },
    Mistake("[matmul] a scalar was given: [2, 3] × []; use * to multiply by scalars") {
      matmul($0, 2.0)
    },
    Mistake("[matmul] the leading sizes of [5, 2, 3] × [4, 3, 2] do not broadcast; they must be equal or 1") {
      matmul($0 + NDArray.zeros([5, 1, 1]), NDArray.zeros([4, 3, 2]))
    },
    Mistake("[reshaped] shape [4, -1] cannot hold 6 elements; one size may be -1 where the others divide the count") {
      $0.reshaped(to: [4, -1])
    },
    Mistake("[reshaped] 6 elements of shape [2, 3] do not fit shape [4], which has 4") {
      $0.reshaped(to: [4])
    },
    Mistake("[broadcast] shape [2, 3] does not broadcast to [3, 2]; sizes must be equal or 1, counted from the last axis") {
      $0.broadcast(to: [3, 2])
    },
    Mistake("[concatenated] shapes [2, 3] and [2, 4] differ outside axis 0; all other sizes must be equal") {
      concatenated([$0, NDArray.zeros([2, 4])])
    },
    Mistake("[concatenated] shapes [2, 3] and [3] differ in their number of axes") {
      concatenated([$0, NDArray.zeros([3])])
    },
    Mistake("[stacked] shapes [2, 3] and [3, 2] differ; they must be equal") {
      stacked([$0, $0.transposed()])
    },
    Mistake("[split] axis 1 of size 3 does not divide into 2 equal pieces") {
      $0.split(into: 2, axis: 1)[0]
    },
    Mistake("[squeezed] axis 1 of shape [2, 3] has size 3; it must be 1") {
      $0.squeezed(1)
    },
  ]

  static let moreShapes: [Mistake] = [
    Mistake("[unflattened] sizes [2, 2] do not multiply to 3, the size of axis 1") {
      $0.unflattened(axis: 1, to: [2, 2])
    },
    Mistake("[padded] widths [[1, 1]] do not fit shape [2, 3]; one pair of counts of 0 or more is needed for each axis") {
      $0.padded([(1, 1)])
    },
    Mistake("[tensordot] 3 axes cannot be summed over in [2, 3] and [2, 3]; the number must be in 0...2") {
      tensordot($0, $0, axes: 3)
    },
    Mistake("[einsum] label 'j' has size 3 in operand 0 and size 2 in operand 1; sizes must be equal or 1") {
      einsum("ij,jk->ik", $0, $0)
    },
    Mistake("[einsum] 'ij,jk->ik' names 2 operands, but 1 were given") {
      einsum("ij,jk->ik", $0)
    },
    Mistake("[einsum] operand 0 has 2 axes, [2, 3], but its term at position 0 of 'ijk->i' names 3") {
      einsum("ijk->i", $0)
    },
    Mistake("[glu] axis 1 of shape [2, 3] has size 3; an even size is needed") {
      glu($0)
    },
    Mistake("[cross] vectors of 2 and 2 elements along axis 0 of shapes [2, 3] and [2, 3]; 2 or 3 are needed") {
      cross($0[0, 0..<1], $0[0, 0..<1])
    },
    Mistake("[max] axis 0 of shape [0, 3] is empty; at least one element is needed") {
      $0[0..<0].max(axis: 0)
    },
    Mistake("[interp] points of shapes [2, 3] and [2, 3] do not make a function; two one-dimensional arrays of the same size, at least 1, are needed") {
      interp($0, $0, $0)
    },
    Mistake("[trapezoid] 2 places were given for the 3 samples along axis 1") {
      trapezoid($0, at: [0.0, 1.0])
    },
    Mistake("[convolve] shapes [2, 3] and [2, 3]; two vectors that are not empty are needed") {
      convolve($0, $0)
    },
    Mistake("[item] the array has shape [2, 3]; it must have exactly one element", in: [.plain, .differentiated]) {
      NDArray($0.item(Float.self))
    },
  ]

  static let dtypes: [Mistake] = [
    Mistake("[sin] not defined for bool") { sin($0 .> 0) },
    Mistake("[floor] not defined for complex64") { floor(complex($0, $0)) },
    Mistake("[bitwiseAnd] not defined for float32") { $0 & $0 },
    Mistake("[sorted] not defined for complex64") { complex($0, $0).sorted() },
    Mistake("[solve] not defined for float16") { solve($0[0..<2, 0..<2].asType(.float16), $0.asType(.float16)) },
    Mistake("[take] indices") { $0.take($0) },
    Mistake("[lgamma] not defined for complex64") { lgamma(complex($0, $0)) },
    Mistake("[rfft] not defined") { rfft(complex($0, $0)) },
    Mistake("[bincount] not defined") { bincount($0, count: 3) },
    Mistake("[subscript] values", in: [.plain]) {
      var a = $0.asType(.int32)
      a[0] = NDArray([1.5, 2.5, 3.5] as [Float])
      return a
    },
    Mistake("[add] 300 does not fit uint8") { $0.asType(.uint8) + 300 },
  ]

  static let axes: [Mistake] = [
    Mistake("[sum] axis 2") { $0.sum(axis: 2) },
    Mistake("[sum] axes twice") { $0.sum(axes: [0, -2]) },
    Mistake("[mean] axis") { $0.mean(axis: -3) },
    Mistake("[argMax] axis") { $0.argMax(axis: 5) },
    Mistake("[transposed] axes [0, 0] are not a permutation of the 2 axes of shape [2, 3]") { $0.transposed(0, 0) },
    Mistake("[movingAxis] axis") { $0.movingAxis(0, to: 2) },
    Mistake("[softmax] axis") { softmax($0, axis: 2) },
    Mistake("[cumulativeSum] axis") { $0.cumulativeSum(axis: 2) },
    Mistake("[sorted] axis") { $0.sorted(axis: 2) },
    Mistake("[stacked] axis") { stacked([$0, $0], axis: 4) },
    Mistake("[expandingAxes] axis") { $0.expandingAxes(5) },
    Mistake("[flipped] axis") { $0.flipped(3) },
    Mistake("[fft] axis") { fft($0, axis: 2) },
    Mistake("[tensordot] axis") { tensordot($0, $0, axes: ([0], [1])) },
    Mistake("[norm] order") { norm($0, 7, axes: [0, 1]) },
  ]

  static let indices: [Mistake] = [
    Mistake("[subscript] index 2") { $0[2] },
    Mistake("[subscript] index -3") { $0[0, -4] },
    Mistake("[subscript] too many") { $0[0, 0, 0] },
    Mistake("[take] index 7 is out of range for axis 1 of size 3") { $0.take(integers([0, 7]), axis: 1) },
    Mistake("[subscript] index 9 is out of range for axis 0 of size 2") { $0[integers([9])] },
    Mistake("[takeAlongAxis] number of axes") { $0.takeAlongAxis(integers([0, 1])) },
    Mistake("[subscript] mask") { $0[$0[0] .> 0] },
    Mistake("[subscript] values of shape", in: [.plain, .differentiated]) {
      var a = $0
      a[0] = NDArray.zeros([4])
      return a
    },
    Mistake("[split] places") { $0.split(at: [2, 1], axis: 1)[0] },
    Mistake("[topK] count") { $0.topK(4).values },
    Mistake("[partitioned] index") { $0.partitioned(at: 5) },
    Mistake("[sliced] size") { $0.sliced(from: integers([0]), axes: [1], sizes: [4]) },
    Mistake("[subscript] ellipses") { $0[.ellipsis, .ellipsis] },
    Mistake("[repeated] count") { $0.repeated(-1, axis: 0) },
    Mistake("[nonzero] number", in: [.mapped]) { $0.nonzero()[0] },
    Mistake("[unique] number", in: [.mapped]) { $0.unique() },
  ]

  static let trees: [Mistake] = [
    Mistake("[vmap] in: [0, 0] has 2 entries for 1 argument") { vmap(in: [0, 0]) { (x: NDArray) in x }($0) },
    Mistake("[vmap] in: there is no entry") {
      vmap(in: [["weight": 0]]) { (p: [String: NDArray]) in p["bias"] ?? 0 }(["weight": $0, "bias": $0])
    },
    Mistake("[vmap] in: has no part") {
      vmap(in: [["weight": 0, "bios": 0]]) { (p: [String: NDArray]) in p["weight"] ?? 0 }(["weight": $0])
    },
    Mistake("[grad] argument 1.layers") {
      let network = Network(
        layers: [Layer(weight: integers([1, 2]), bias: nil, activation: "tanh")], name: "")
      return grad(wrt: .all) { (x: NDArray, model: Network) in x.sum() }($0, network).1.layers[0].weight
    },
    Mistake("[vjp] no cotangent") {
      vjp({ (x: NDArray) in ["a": x, "b": x] }, $0, ["a": $0]).vjps
    },
    Mistake("[jvp] type of tangent") {
      jvp({ (x: NDArray) in x }, $0, NDArray.zeros([3])).tangents
    },
    Mistake("[zipLeaves] no array") {
      let other: [String: NDArray] = ["b": $0]
      return ["a": $0].zipLeaves(with: other) { $0 + $1 }["a"] ?? 0
    },
    Mistake("[replacingLeaves] 1 arrays were given for 2 leaves; one is needed for each") {
      [$0, $0].replacingLeaves(with: [$0])[0]
    },
    Mistake("[ArrayTree] let") {
      Frozen(weight: $0).leaves.first ?? $0
    },
    Mistake("[ArrayTree] class") { Shared(weight: $0).leaves.first ?? $0 },
  ]

  struct Frozen: ArrayTree { let weight: NDArray }

  final class Shared: ArrayTree {
    var weight: NDArray
    init(weight: NDArray) { self.weight = weight }
  }

  static let tracing: [Mistake] = [
    Mistake("[vmap] argument 0 of shape [2, 3] has no axis 2") { vmap(in: 2) { (x: NDArray) in x }($0) },
    Mistake("[vmap] scalar") { vmap { (x: NDArray) in x }($0.sum()) },
    Mistake("[vmap] sizes differ") { vmap { (x: NDArray, y: NDArray) in x + y }($0, $0.transposed()) },
    Mistake("[vmap] no argument is mapped") { vmap(in: nil) { (x: NDArray) in x }($0) },
    Mistake("[vmap] out axis nil") { vmap(out: nil) { (x: NDArray) in x }($0) },
    Mistake("[vmap] out axis 5") { vmap(out: 5) { (x: NDArray) in x }($0) },
    Mistake("[eval] read in vmap") { vmap { (x: NDArray) in x.sum().item(Float.self) > 0 ? x : -x }($0) },
    Mistake("[eval] read in trace") { x in
      _ = trace { (x: NDArray) in x.sum().item(Float.self) > 0 ? x : -x }(x)
      return x
    },
    Mistake("[eval] a placeholder") { _ in NDArray.placeholder([2]).sum() },
    Mistake("[program] argument 0 has type float32[2, 3]; the program takes float32[5]") {
      trace { (x: NDArray) in x }(.placeholder([5]))($0)[0]
    },
  ]

  static let derivatives: [Mistake] = [
    Mistake("[grad] shape [2, 3]") { grad { (x: NDArray) in x * 2 }($0) },
    Mistake("[grad] int32") { grad { (x: NDArray) in x.sum() }($0.asType(.int32)) },
    Mistake("[hessian] complex") { hessian { (x: NDArray) in abs(x).sum() }(complex($0, $0)) },
    Mistake("[linearTranspose] not linear") {
      linearTranspose({ (x: NDArray) in x * x }, like: $0)($0)
    },
    Mistake("[jacobian] complex") { jacobian { (x: NDArray) in abs(x).sum() }(complex($0, $0)) },
    Mistake("[vjp] type") { vjp({ (x: NDArray) in x.sum() }, $0, $0).vjps },
  ]

  static let creation: [Mistake] = [
    Mistake("[zeros] negative") { $0 + NDArray.zeros([-2, 3]) },
    Mistake("[NDArray] values") { $0 + NDArray([1, 2, 3] as [Float], shape: [2]) },
    Mistake("[full] larger than memory") { _ in NDArray.zeros([1 << 40, 1 << 40]) },
    Mistake("[NDArray] ragged") { $0 + NDArray([[1, 2], [3]] as [[Float]]) },
    Mistake("[arange] step") { $0 + NDArray.arange(from: 0.0, to: 1.0, by: 0.0) },
    Mistake("[linspace] count") { $0 + NDArray.linspace(from: 0, to: 1, count: -1) },
    Mistake("[full] value") { $0 + NDArray.full([3], NDArray.zeros([2])) },
    Mistake("[eval] memory", in: [.plain]) { $0.sum() + NDArray.ones([1 << 44]).cumulativeSum(axis: 0)[0] },
  ]

  static let random: [Mistake] = [
    Mistake("[Random.uniform] key") { Random.uniform([2], key: $0) },
    Mistake("[Random.normal] dtype") { $0 + Random.normal([3], dtype: .int32, key: Random.key(0)) },
    Mistake("[Random.bits] dtype") { $0 + Random.bits([3], dtype: .float32, key: Random.key(0)) },
    Mistake("[Random.categorical] shape") { Random.categorical(logits: $0, axis: 3, key: Random.key(0)) },
    Mistake("[Random.poisson] negative") { Random.poisson(rate: -$0 - 1, key: Random.key(0)) },
  ]

  static let algebra: [Mistake] = [
    Mistake("[inverse] not square") { inverse($0) },
    Mistake("[cholesky] vector") { cholesky($0[0]) },
    Mistake("[cholesky] definite") { cholesky(-matmul($0, $0.transposed())) },
    Mistake("[solve] right side") { solve($0[0..<2, 0..<2], NDArray.zeros([3, 2])) },
    Mistake("[matrixPower] square") { matrixPower($0, 2) },
    Mistake("[inverse] singular") { inverse($0[0..<2, 0..<2] * 0) },
  ]
}
