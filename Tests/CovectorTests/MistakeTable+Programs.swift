// Mistakes in control flow, rules, named axes, files, memory, and a library that is missing.

import CovectorFiles
import Foundation
import Testing

@testable import Covector

private let remedy =
  "where it is not known; use which, cond, whileLoop or scan in place of if and while, and return what is to be read"

/// The path of a committed file.
private func fixture(_ name: String) -> String {
  URL(filePath: #filePath).appending(path: "../../Golden/files/\(name)").standardized
    .path(percentEncoded: false)
}

extension Mistake {
  static let branches: [Mistake] = [
    Mistake(
      "[cond] the result is float32[2, 3] in one branch and float32[3] in another; the types must be equal, so convert with asType or broadcast"
    ) { x in
      cond(x.sum() .> 0, then: { x[0] }, else: { x })
    },
    Mistake(
      "[cond] the predicate has shape [2, 3]; it must be a scalar, so reduce it with any or all, or choose element by element with which"
    ) { x in cond(x .> 0, then: { x }, else: { -x }) },
    Mistake(
      "[cond] the branches return different trees: only one of them has an array result[\"a\"]; both must have the same"
    ) { x in
      cond(x.sum() .> 0, then: { ["a": x] }, else: { ["b": x] })["a"] ?? x
    },
    Mistake("[branch] the index has dtype float32; it must be an integer") { x in
      branch(x.sum(), { x }, { -x })
    },
    Mistake("[branch] the index has shape [2, 3]; it must be a scalar") { x in
      branch(x.asType(.int32), { x }, { -x })
    },
    Mistake("[branch] there is no branch 3; the index must lie in 0..<2") { x in
      branch((x.sum() * 0).asType(.int32) + 3, { x }, { -x })
    },
  ]

  static let loops: [Mistake] = [
    Mistake(
      "[whileLoop] the condition has shape [2, 3]; it must be a scalar, so reduce it with any or all"
    ) { x in whileLoop(x, while: { $0 .< 10 }, do: { $0 + 1 }) },
    Mistake(
      "[whileLoop] the state is float32[2, 3] before a step and float32[2, 3, 1] after it; the types must be equal"
    ) { x in whileLoop(x, while: { $0.sum() .< 10 }, do: { $0.expandingAxes(2) }) },
    Mistake("[eval] the value of a float32[2, 3] array was read inside whileLoop, \(remedy)") { x in
      whileLoop(x, while: { $0.sum() .< 10 }) { $0[0, 0].item(Float.self) > 0 ? $0 + 1 : $0 }
    },
    Mistake("[forLoop] the count is float32[]; it must be an integer scalar") { x in
      forLoop(x.sum(), x) { _, x in x + 1 }
    },
    Mistake(
      "[scan] a step returns an array state[\"b\"], which the state before it has not; they must have the same structure"
    ) { x in
      scan(["a": x[0]], over: x) { state, x in (["b": x], x) }.outputs
    },
    Mistake(
      "[scan] the lengths differ: 2 of sequence[0], 3 of sequence[1]; they must be equal"
    ) { x in
      scan(x[0, 0], over: [x, x.transposed()]) { state, x in (state, state) }.carry
    },
    Mistake("[scan] the sequence has shape []; an axis to go through is needed") { x in
      scan(x, over: x.sum()) { state, x in (state + x, x) }.carry
    },
    Mistake(
      "[scan] -1 steps, 1 at a time, were asked for; the count must be 0 or more, and unroll 1 or more"
    ) { x in
      scan(x, count: -1) { state in (state, state) }.carry
    },
    Mistake(
      "[associativeScan] two elements of types [float32[3]] combine to [float32[2, 3]]; the structure and the types must be equal"
    ) { x in associativeScan(x) { a, b in stacked([a, b]) } },
    Mistake("[map] the chunk is 0; it must be 1 or more") { x in
      map(over: x, chunk: 0) { x in x }
    },
  ]

  static let rules: [Mistake] = [
    Mistake(
      "[vjp rule of custom] the cotangent of argument 0 has type float32[]; it must be float32[2, 3], as argument 0 is"
    ) { x in
      let f = custom({ (x: NDArray) in x * 2 }, vjp: { _, _, ct in ct.sum() })
      return grad { (x: NDArray) in f(x).sum() }(x)
    },
    Mistake(
      "[jvp rule of custom] the tangent of the result has type float16[2, 3]; it must be float32[2, 3], as the result is"
    ) { x in
      let f = custom({ (x: NDArray) in x * 2 }, jvp: { _, _, t in t.asType(.float16) })
      return jvp(f, x, x).tangents
    },
    Mistake(
      "[vjp rule of custom] there is no cotangent for argument 0[1]; every array of the arguments needs one"
    ) { x in
      let f = custom({ (x: [NDArray]) in x[0] * x[1] }, vjp: { _, _, ct in [ct] })
      return grad { (x: [NDArray]) in f(x).sum() }([x, x])[0]
    },
    Mistake(
      "[custom] the vmap rule gave float32[] for result 0; it must be float32[2, 3], with the mapped axis in front"
    ) { x in
      vmap(custom({ (x: NDArray) in x * 2 }, vmap: { x, _, _ in x.sum() }))(x)
    },
    Mistake(
      "[custom] a rule calls functions with rules that call it again; write it with the results it is given"
    ) { x in
      @Sendable func f(_ x: NDArray) -> NDArray {
        custom({ x in exp(x) }, vjp: { x, _, ct in ct * f(x) })(x)
      }
      return grad { (x: NDArray) in f(x).sum() }(x)
    },
    Mistake(
      "[custom] the function captures an array that the derivative is taken by, and its rules answer for arguments only; pass it as an argument, or capture stopGradient of it"
    ) { x in
      grad { (w: NDArray) in
        custom({ (x: NDArray) in w * x }, vjp: { _, _, ct in ct })(x).sum()
      }(x)
    },
    Mistake(
      "[eval] the value of a float32[2, 3] array was read inside a rule of custom, \(remedy)"
    ) { x in
      let f = custom(
        { (x: NDArray) in x }, vjp: { _, _, ct in ct[0, 0].item(Float.self) > 0 ? ct : -ct })
      return grad { (x: NDArray) in f(x).sum() }(x)
    },
  ]

  static let namedAxes: [Mistake] = [
    Mistake(
      "[sum(over:)] no axis is named \"batch\" here; give vmap that axisName and call this inside its function"
    ) { x in x.sum(over: "batch") },
    Mistake("[axisIndex] no axis is named \"j\" here; there is \"i\"") { x in
      vmap(axisName: "i") { (x: NDArray) in x + axisIndex("j") }(x)
    },
    Mistake("[permuted(over:)] there is no way from lane 0 to lane 3: \"i\" has 2 lanes") { x in
      vmap(axisName: "i") { (x: NDArray) in x.permuted(over: "i", [(0, 3)]) }(x)
    },
    Mistake(
      "[sum(over:)] the axis \"i\" of size 2 comes in chunks of 1, and all lanes are needed at once; leave out vmap's chunk"
    ) { x in
      vmap(axisName: "i", chunk: 1) { (x: NDArray) in x.sum(over: "i") }(x)
    },
  ]

  static let files: [Mistake] = [
    Mistake("[npy] /no/such/file.npy: cannot be opened: No such file or directory") { x in
      try NpyFile.read("/no/such/file.npy") + x
    },
    Mistake("[npy] the bytes: does not begin as an .npy file does, with \\x93NUMPY") { x in
      try NpyFile.decode([1, 2, 3]) + x
    },
    Mistake(
      "[npz] \(fixture("float32.npy")): is not a zip archive, or not a whole one: it has no directory"
    ) { x in try NpzFile(fixture("float32.npy")).arrays()["a"] ?? x },
    Mistake(
      "[npz] \(fixture("stored.npz")): has no array absent; it has bfloat16, bool, complex128, complex64, float16, float32, float64, int16 and 7 more"
    ) { x in
      try NpzFile(fixture("stored.npz"))["absent"] + x
    },
    Mistake(
      "[safetensors] \(fixture("jax.safetensors")): has no array absent; it has w1, w2, x, y"
    ) { x in try SafetensorsFile(fixture("jax.safetensors"))["absent"] + x },
    Mistake(
      "[npy] \(fixture("refused-objects.npy")): holds Python objects, which only Python can read; the elements must be truth values, integers, floating-point or complex numbers of at most 16 bytes"
    ) { x in try NpyFile.read(fixture("refused-objects.npy")) + x },
  ]

  /// Mistakes about what the machine has.
  static let means: [Mistake] = [
    Mistake(
      "[inverse] LAPACK is needed, but none of liblapack.so.3, libopenblas.so.0 was found; install it, on Debian and Ubuntu with apt-get install liblapack3 (or libopenblas0, which is faster)"
    ) { x in
      Device.$current.withValue(Device(threads: 1, hasLibraries: false)) {
        let inverted = inverse(NDArray.eye(3, dtype: .float32))
        eval(inverted)
        return matmul(x, inverted)
      }
    },
    Mistake(
      "[eval] 4194304 bytes more would exceed the memory limit of the device, 1048576 bytes; 0 are in use"
    ) { x in
      let device = try Device(threads: 1, instructionSet: nil, memoryLimit: 1 << 20)
      return Device.$current.withValue(device) {
        let large = NDArray.arange(1 << 20, dtype: .float32) + 1
        eval(large)
        return x + large[0]
      }
    },
    Mistake("[Device] no kernels for instruction set 'mmx' can run here") { x in
      let device = try Device(threads: 1, instructionSet: "mmx")
      return Device.$current.withValue(device) { x + 1 }
    },
  ]
}
