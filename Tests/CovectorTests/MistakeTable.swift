// Mistakes as users make them, with what is said to each. MistakeTests runs the table.

import Covector
import Testing

/// A piece of code that is wrong, and the whole of what is said about it.
struct Mistake: Sendable, CustomTestStringConvertible {
  /// What the wrong code is run inside of.
  enum Form: CaseIterable, Sendable {
    case plain, mapped, differentiated, compiled
  }

  let message: String
  /// What is said instead where the rule of a transform finds the mistake.
  let others: [Form: String]
  let forms: Set<Form>
  /// The line of the table where the code starts.
  let line: Int
  /// The code, given a `float32` array of shape `[2, 3]`.
  let code: @Sendable (NDArray) throws -> NDArray

  init(
    _ message: String, in forms: Set<Form> = Set(Form.allCases), others: [Form: String] = [:],
    line: Int = #line, _ code: @escaping @Sendable (NDArray) throws -> NDArray
  ) {
    self.message = message
    self.others = others
    self.forms = forms
    self.line = line
    self.code = code
  }

  var testDescription: String { message }

  static let all =
    shapes + moreShapes + dtypes + axes + indices + trees + tracing + derivatives + creation
    + random + algebra + more + branches + loops + rules + namedAxes + files + means
}

private func integers(_ values: [Int32]) -> NDArray { NDArray(values) }

extension Mistake {
  static let shapes: [Mistake] = [
    Mistake(
      "[+] shapes [2, 3] and [4] do not broadcast; sizes must be equal or 1, counted from the last axis"
    ) {
      $0 + NDArray.zeros([4])
    },
    Mistake(
      "[maximum] shapes [2, 3] and [2] do not broadcast; sizes must be equal or 1, counted from the last axis"
    ) {
      maximum($0, NDArray.zeros([2]))
    },
    Mistake(
      "[which] shapes [4], [2, 3] and [2, 3] do not broadcast; sizes must be equal or 1, counted from the last axis"
    ) {
      which(NDArray.zeros([4], dtype: .bool), $0, $0)
    },
    Mistake("[matmul] inner sizes differ: [2, 3] × [2, 3]; the second shape should start with 3") {
      matmul($0, $0)
    },
    Mistake("[matmul] a scalar was given: [2, 3] × []; use * to multiply by scalars") {
      matmul($0, 2.0)
    },
    Mistake(
      "[matmul] the leading sizes of [5, 2, 3] × [4, 3, 2] do not broadcast; they must be equal or 1"
    ) {
      matmul($0 + NDArray.zeros([5, 1, 1]), NDArray.zeros([4, 3, 2]))
    },
    Mistake(
      "[reshaped] shape [4, -1] cannot hold 6 elements; one size may be -1 where the others divide the count"
    ) {
      $0.reshaped(to: [4, -1])
    },
    Mistake("[reshaped] 6 elements of shape [2, 3] do not fit shape [4], which has 4") {
      $0.reshaped(to: [4])
    },
    Mistake(
      "[broadcast] shape [2, 3] does not broadcast to [3, 2]; sizes must be equal or 1, counted from the last axis"
    ) {
      $0.broadcast(to: [3, 2])
    },
    Mistake(
      "[concatenated] shapes [2, 3] and [2, 4] differ outside axis 0; all other sizes must be equal"
    ) {
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
    Mistake(
      "[padded] widths [[1, 1]] do not fit shape [2, 3]; one pair of counts of 0 or more is needed for each axis"
    ) {
      $0.padded([(1, 1)])
    },
    Mistake(
      "[tensordot] 3 axes cannot be summed over in [2, 3] and [2, 3]; the number must be in 0...2"
    ) {
      tensordot($0, $0, axes: 3)
    },
    Mistake(
      "[einsum] label 'j' has size 3 in operand 0 and size 2 in operand 1; sizes must be equal or 1"
    ) {
      einsum("ij,jk->ik", $0, $0)
    },
    Mistake("[einsum] 'ij,jk->ik' names 2 operands, but 1 were given") {
      einsum("ij,jk->ik", $0)
    },
    Mistake("[einsum] operand 0 has 2 axes, [2, 3], but its term at position 0 of 'ijk->i' names 3")
    {
      einsum("ijk->i", $0)
    },
    Mistake("[glu] axis 1 of shape [2, 3] has size 3; an even size is needed") {
      glu($0)
    },
    Mistake(
      "[cross] vectors of 1 and 1 elements along axis -1 of shapes [1] and [1]; 2 or 3 are needed"
    ) {
      cross($0[0, 0..<1], $0[0, 0..<1])
    },
    Mistake("[max] axis 0 of shape [0, 3] is empty; at least one element is needed") {
      $0[0..<0].max(axis: 0)
    },
    Mistake(
      "[interp] points of shapes [2, 3] and [2, 3] do not make a function; two one-dimensional arrays of the same size, at least 1, are needed"
    ) {
      interp($0, $0, $0)
    },
    Mistake("[trapezoid] 2 places were given for the 3 samples along axis 1") {
      trapezoid($0, at: [0.0, 1.0])
    },
    Mistake("[convolve] shapes [2, 3] and [2, 3]; two vectors that are not empty are needed") {
      convolve($0, $0)
    },
    Mistake(
      "[item] the array has shape [2, 3]; it must have exactly one element",
      in: [.plain, .differentiated]
    ) {
      NDArray($0.item(Float.self))
    },
  ]

  static let dtypes: [Mistake] = [
    Mistake("[floor] not defined for complex64; a real floating-point dtype is needed") {
      floor(complex($0, $0))
    },
    Mistake("[&] not defined for float32; integers or bool are needed") { $0 & $0 },
    Mistake("[solve] not defined for float16; float32, float64, complex64 or complex128 is needed")
    { solve($0[0..<2, 0..<2].asType(.float16), $0.asType(.float16)) },
    Mistake("[take] indices are float32; they must be integers") { $0.take($0) },
    Mistake("[lgamma] not defined for complex64; a real floating-point dtype is needed") {
      lgamma(complex($0, $0))
    },
    Mistake("[rfft] not defined for complex64, which is not real; take its real part, or use fft") {
      rfft(complex($0, $0))
    },
    Mistake("[bincount] not defined for float32; integers or bool are needed") {
      bincount($0, count: 3)
    },
    Mistake(
      "[subscript] float32 values do not fit into an array of int32; convert one of them with asType",
      in: [.plain]
    ) {
      var a = $0.asType(.int32)
      a[0] = NDArray([1.5, 2.5, 3.5] as [Float])
      return a
    },
    Mistake(
      "[asType] the number 300 does not fit uint8, the dtype of the array it meets; convert that array with asType first"
    ) { $0.asType(.uint8) + 300 },
  ]

  static let axes: [Mistake] = [
    Mistake("[sum] axis 2 is out of range for 2 axes; valid axes are -2...1") { $0.sum(axis: 2) },
    Mistake("[sum] axis -2 is named twice in [0, -2]") { $0.sum(axes: [0, -2]) },
    Mistake("[mean] axis -3 is out of range for 2 axes; valid axes are -2...1") {
      $0.mean(axis: -3)
    },
    Mistake("[argMax] axis 5 is out of range for 2 axes; valid axes are -2...1") {
      $0.argMax(axis: 5)
    },
    Mistake("[transposed] axes [0, 0] are not a permutation of the 2 axes of shape [2, 3]") {
      $0.transposed(0, 0)
    },
    Mistake("[movingAxis] axis 2 is out of range for 2 axes; valid axes are -2...1") {
      $0.movingAxis(0, to: 2)
    },
    Mistake("[softmax] axis 2 is out of range for 2 axes; valid axes are -2...1") {
      softmax($0, axis: 2)
    },
    Mistake("[cumulativeSum] axis 2 is out of range for 2 axes; valid axes are -2...1") {
      $0.cumulativeSum(axis: 2)
    },
    Mistake("[sorted] axis 2 is out of range for 2 axes; valid axes are -2...1") {
      $0.sorted(axis: 2)
    },
    Mistake("[stacked] axis 4 is out of range for 3 axes; valid axes are -3...2") {
      stacked([$0, $0], axis: 4)
    },
    Mistake("[expandingAxes] axis 5 is out of range for 3 axes; valid axes are -3...2") {
      $0.expandingAxes(5)
    },
    Mistake("[flipped] axis 3 is out of range for 2 axes; valid axes are -2...1") { $0.flipped(3) },
    Mistake("[fft] axis 2 is out of range for 2 axes; valid axes are -2...1") { fft($0, axis: 2) },
    Mistake(
      "[tensordot] axis 0 of [2, 3] and axis 1 of [2, 3] are summed over together, but their sizes differ"
    ) { tensordot($0, $0, axes: ([0], [1])) },
    Mistake("[norm] order 7 is not defined for matrices; 1, -1, 2, -2 and infinities are") {
      norm($0, 7, axes: [0, 1])
    },
  ]

  static let indices: [Mistake] = [
    Mistake("[subscript] index 2 is out of range for axis 0 of size 2; valid indices are -2...1") {
      $0[2]
    },
    Mistake("[subscript] index -4 is out of range for axis 1 of size 3; valid indices are -3...2") {
      $0[0, -4]
    },
    Mistake("[subscript] 3 indices are too many for an array of 2 axes") { $0[0, 0, 0] },
    Mistake(
      "[take] index 7 is out of range for axis 1 of size 3",
      others: [.differentiated: "[at] index 7 is out of range for axis 1 of size 3"]
    ) { $0.take(integers([0, 7]), axis: 1) },
    Mistake(
      "[take] index 9 is out of range for axis 0 of size 2",
      others: [.differentiated: "[at] index 9 is out of range for axis 0 of size 2"]
    ) { $0[integers([9])] },
    Mistake(
      "[takeAlongAxis] indices of shape [2] do not fit shape [2, 3]; the number of axes must be equal"
    ) { $0.takeAlongAxis(integers([0, 1])) },
    Mistake("[subscript] a mask of shape [3] does not fit the sizes [2] from axis 0 on") {
      $0[$0[0] .> 0]
    },
    Mistake(
      "[subscript] values of shape [4] do not broadcast to shape [3], which they go to",
      in: [.plain, .differentiated]
    ) {
      var a = $0
      a[0] = NDArray.zeros([4])
      return a
    },
    Mistake("[topK] 4 elements cannot be taken from an axis of size 3") { $0.topK(4).values },
    Mistake("[partitioned] index 5 is out of range for an axis of size 3") {
      $0.partitioned(at: 5)
    },
    Mistake("[sliced] a part of size 4 does not fit axis 1 of size 3") {
      $0.sliced(from: integers([0]), axes: [1], sizes: [4])
    },
    Mistake("[subscript] 2 ellipses; at most one can be used") { $0[.ellipsis, .ellipsis] },
    Mistake("[repeated] the count -1 is negative; it must be 0 or more") {
      $0.repeated(-1, axis: 0)
    },
    Mistake(
      "[nonzero] the number of elements that are not zero is not known inside vmap, where values are not; use which(mask, x, 0)",
      in: [.mapped]
    ) { $0.nonzero()[0] },
    Mistake(
      "[unique] the number of distinct elements is not known inside vmap, where values are not; compute them before the function is mapped",
      in: [.mapped]
    ) { $0.unique() },
  ]

  static let trees: [Mistake] = [
    Mistake(
      "[vmap] in: [0, 0] has 2 entries for 1 argument; a list has one for each argument, so write [[0, 0]] for the parts of the only one"
    ) { vmap(in: [0, 0]) { (x: NDArray) in x }($0) },
    Mistake(
      "[vmap] in: there is no entry for argument 0[\"bias\"]; name every part that holds arrays"
    ) {
      vmap(in: [["weight": 0]]) { (p: [String: NDArray]) in p["bias"] ?? 0 }([
        "weight": $0, "bias": $0,
      ])
    },
    Mistake("[vmap] in: argument 0 has no part \"bios\"") {
      vmap(in: [["weight": 0, "bios": 0]]) { (p: [String: NDArray]) in p["weight"] ?? 0 }([
        "weight": $0
      ])
    },
    Mistake(
      "[grad] argument 1.layers[0].weight has dtype int32, which has no derivatives; convert it with asType, or use it from outside the function"
    ) {
      let network = Network(
        layers: [Layer(weight: integers([1, 2]), bias: nil, activation: "tanh")], name: "")
      return grad(wrt: .all) { (x: NDArray, model: Network) in x.sum() }($0, network).1.layers[0]
        .weight
    },
    Mistake("[vjp] there is no cotangent for result[\"b\"]; every array of the result needs one") {
      vjp({ (x: NDArray) in ["a": x, "b": x] }, $0, ["a": $0]).vjps
    },
    Mistake(
      "[jvp] the tangent of argument 0 has type float32[3]; it must be float32[2, 3], as argument 0 is"
    ) {
      jvp({ (x: NDArray) in x }, $0, NDArray.zeros([3])).tangents
    },
    Mistake("[zipLeaves] the other tree has no array [\"a\"]; their structures must be equal") {
      let other: [String: NDArray] = ["b": $0]
      return ["a": $0].zipLeaves(with: other) { $0 + $1 }["a"] ?? 0
    },
    Mistake("[replacingLeaves] 1 arrays were given for 2 leaves; one is needed for each") {
      [$0, $0].replacingLeaves(with: [$0])[0]
    },
    Mistake(
      "[ArrayTree] Frozen.weight is a let that holds arrays; make it a var, or leave it out by writing visitLeaves(_:)"
    ) {
      Frozen(weight: $0).leaves.first ?? $0
    },
    Mistake(
      "[ArrayTree] Shared is a class, so its leaves are not found by themselves; make it a struct, or write visitLeaves(_:)"
    ) { Shared(weight: $0).leaves.first ?? $0 },
  ]

  struct Frozen: ArrayTree { let weight: NDArray }

  final class Shared: ArrayTree {
    var weight: NDArray
    init(weight: NDArray) { self.weight = weight }
  }

  static let tracing: [Mistake] = [
    Mistake(
      "[vmap] argument 0 of shape [2, 3] has no axis 2; an axis from -2 to 1, or nil, is needed"
    ) { vmap(in: 2) { (x: NDArray) in x }($0) },
    Mistake("[vmap] argument 0 is a scalar, so it has no axis 0 to map; give it the axis nil") {
      vmap { (x: NDArray) in x }($0.sum())
    },
    Mistake(
      "[vmap] mapped sizes differ: 2 along axis 0 of argument 0, 3 along axis 0 of argument 1; they must be equal"
    ) { vmap { (x: NDArray, y: NDArray) in x + y }($0, $0.transposed()) },
    Mistake("[vmap] no argument is mapped: every axis is nil; at least one array needs an axis") {
      vmap(in: nil) { (x: NDArray) in x }($0)
    },
    Mistake(
      "[vmap] the result depends on a mapped argument, so its out axis cannot be nil; give an axis"
    ) { vmap(out: nil) { (x: NDArray) in x }($0) },
    Mistake(
      "[vmap] out axis 5 is out of range for the result, which has 2 axes with the new one; an axis from -2 to 1 is needed"
    ) { vmap(out: 5) { (x: NDArray) in x }($0) },
    Mistake(
      "[eval] the value of a float32[3] array was read inside vmap, where it is not known; use which, cond, whileLoop or scan in place of if and while, and return what is to be read"
    ) { vmap { (x: NDArray) in x.sum().item(Float.self) > 0 ? x : -x }($0) },
    Mistake(
      "[eval] the value of a float32[2, 3] array was read inside trace, where it is not known; use which, cond, whileLoop or scan in place of if and while, and return what is to be read"
    ) { x in
      _ = trace { (x: NDArray) in x.sum().item(Float.self) > 0 ? x : -x }(x)
      return x
    },
    Mistake(
      "[eval] a placeholder of type float32[3] has no value; it stands for a type in trace and evalShape"
    ) { $0 * NDArray.placeholder([3]) },
    Mistake("[program] argument 0 has type float32[2, 3]; the program takes float32[5]") {
      trace { (x: NDArray) in x }(.placeholder([5]))($0)[0]
    },
  ]

  static let derivatives: [Mistake] = [
    Mistake(
      "[grad] the function returned shape [2, 3]; a gradient needs a scalar of shape [], so reduce it with sum or mean, or use jacobian or vjp"
    ) { grad { (x: NDArray) in x * 2 }($0) },
    Mistake(
      "[grad] argument 0 has dtype int32, which has no derivatives; convert it with asType, or use it from outside the function"
    ) { grad { (x: NDArray) in x.sum() }($0.asType(.int32)) },
    Mistake("[hessian] argument 0 has dtype complex64; the Hessian is defined for real arrays") {
      hessian { (x: NDArray) in abs(x).sum() }(complex($0, $0))
    },
    Mistake(
      "[linearTranspose] the function is not linear: its derivative depends on its arguments; use vjp to differentiate it at a point"
    ) {
      linearTranspose({ (x: NDArray) in x * x }, like: $0)($0)
    },
    Mistake(
      "[jacobian] a real result of a complex argument has two derivatives for each pair of elements; use grad or vjp, or make the result complex"
    ) { jacobian { (x: NDArray) in abs(x).sum() }(complex($0, $0)) },
    Mistake(
      "[vjp] the cotangent of the result has type float32[2, 3]; it must be float32[], as the result is"
    ) { vjp({ (x: NDArray) in x.sum() }, $0, $0).vjps },
  ]

  static let creation: [Mistake] = [
    Mistake("[zeros] shape [-2, 3] has a negative size; sizes must be 0 or more") {
      $0 + NDArray.zeros([-2, 3])
    },
    Mistake("[NDArray] 3 values do not fit shape [2]") {
      $0 + NDArray([1, 2, 3] as [Float], shape: [2])
    },
    Mistake(
      "[broadcast] the result float32[1099511627776, 1099511627776] is larger than memory can be addressed"
    ) { _ in NDArray.zeros([1 << 40, 1 << 40]) },
    Mistake("[NDArray] row 1 has 1 values and row 0 has 2; all must have as many") {
      $0 + NDArray([[1, 2], [3]] as [[Float]])
    },
    Mistake("[arange] 0.0 to 1.0 by 0.0 is not a finite sequence") {
      $0 + NDArray.arange(from: 0.0, to: 1.0, by: 0.0)
    },
    Mistake("[linspace] the count -1 is negative; it must be 0 or more") {
      $0 + NDArray.linspace(from: 0, to: 1, count: -1)
    },
    Mistake("[full] a value of shape [2] does not broadcast to [3]") {
      $0 + NDArray.full([3], NDArray.zeros([2]))
    },
    Mistake("[eval] 70368744177664 bytes of memory could not be allocated", in: [.plain]) {
      $0.sum() + NDArray.ones([1 << 44]).cumulativeSum(axis: 0)[0]
    },
  ]

  static let random: [Mistake] = [
    Mistake(
      "[Random.uniform] float32[2, 3] is not a key; a key is uint32[2], and vmap draws with many at once"
    ) { Random.uniform([2], key: $0) },
    Mistake("[Random.normal] not defined for int32; a floating-point or complex dtype is needed") {
      $0 + Random.normal([3], dtype: .int32, key: Random.key(0))
    },
    Mistake("[Random.bits] not defined for float32; an unsigned integer dtype is needed") {
      $0 + Random.bits([3], dtype: .float32, key: Random.key(0))
    },
    Mistake("[Random.categorical] axis 3 is out of range for 2 axes; valid axes are -2...1") {
      Random.categorical(logits: $0, axis: 3, key: Random.key(0))
    },
    Mistake(
      "[Random.poisson] a rate is negative or not-a-number; it must be at least 0",
      in: [.plain, .mapped]
    ) { Random.poisson(rate: -$0 - 1, key: Random.key(0)) },
  ]

  static let algebra: [Mistake] = [
    Mistake("[inverse] matrices of shape [2, 3] are not square; the last two sizes must be equal") {
      inverse($0)
    },
    Mistake("[cholesky] shape [3] is no matrix; at least two axes are needed") { cholesky($0[0]) },
    Mistake(
      "[cholesky] the matrix is not positive definite",
      others: [.mapped: "[cholesky] matrix [0] of shape [2, 2, 2] is not positive definite"]
    ) { cholesky(-matmul($0, $0.transposed())) },
    Mistake(
      "[solve] a right side of shape [3, 2] does not fit matrices of shape [2, 2]; it must have second to last 2 rows, and leading sizes that broadcast"
    ) { solve($0[0..<2, 0..<2], NDArray.zeros([3, 2])) },
    Mistake("[matrixPower] shape [2, 3] is no square matrix; the last two sizes must be equal") {
      matrixPower($0, 2)
    },
    Mistake(
      "[inverse] the matrix is singular",
      others: [.mapped: "[inverse] matrix [0] of shape [2, 2, 2] is singular"]
    ) { inverse($0[0..<2, 0..<2] * 0) },
  ]

  static let more: [Mistake] = [
    Mistake(
      "[reshaped] shape [-1, -1] cannot hold 6 elements; one size may be -1 where the others divide the count"
    ) { $0.reshaped(to: [-1, -1]) },
    Mistake("[stacked] no arrays were given; at least one is needed") { _ in stacked([]) },
    Mistake("[concatenated] no arrays were given; at least one is needed") { _ in concatenated([])
    },
    Mistake("[swappingAxes] axis 3 is out of range for 2 axes; valid axes are -2...1") {
      $0.swappingAxes(0, 3)
    },
    Mistake("[diagonal] axis 1 is out of range for 1 axes; valid axes are -1...0") {
      $0[0].diagonal()
    },
    Mistake("[tiled] the counts [-1] contain a negative one") { $0.tiled(-1) },
    Mistake("[rolled] axis 4 is out of range for 2 axes; valid axes are -2...1") {
      $0.rolled(by: 1, axis: 4)
    },
    Mistake(
      "[conv1d] input of shape [2, 3] and kernels of shape [2, 3]; both must have 3 axes: examples or results, spatial ones, channels"
    ) { conv1d($0, $0) },
    Mistake("[fft] 0 points were asked for; at least 1 is needed") { fft($0, count: 0) },
    Mistake("[histogram] 0 bins were asked for; at least 1 is needed") {
      histogram($0, bins: 0).counts
    },
    Mistake(
      "[median] there are no elements along axes [0, 1] of shape [0, 3]; at least one is needed"
    ) { $0[0..<0].median() },
    Mistake("[eye] sizes [-1, -1] are negative; they must be 0 or more") { $0 + NDArray.eye(-1) },
    Mistake("[erfinv] not defined for complex64; a real floating-point dtype is needed") {
      erfinv(complex($0, $0))
    },
    Mistake("[stft] frames of 0 points, 1 apart, were asked for; both must be at least 1") {
      stft($0, points: 0)
    },
    Mistake("[searchSorted] the sorted array has shape [2, 3]; it must have one axis") {
      searchSorted($0, $0)
    },
    Mistake("[product] axis 7 is out of range for 2 axes; valid axes are -2...1") {
      $0.product(axis: 7)
    },
    Mistake("[<<] not defined for float32; integers are needed") { $0 << 2 },
    Mistake(
      "[determinant] matrices of shape [2, 3] are not square; the last two sizes must be equal"
    ) { determinant($0) },
    Mistake("[diagonal] the two axes are the same: 0 and 0") {
      outer($0, $0).diagonal(axes: (0, 0))
    },
    Mistake("[squeezed] axis 4 is out of range for 2 axes; valid axes are -2...1") {
      $0.squeezed(4)
    },
  ]
}
