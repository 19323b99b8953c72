// Writes Sources/Covector/Transforms/Surface.generated.swift: the typed functions over the transforms,
// for one to five arguments and one to four results. All logic is in the functions they call.
//
// Why overloads and not parameter packs: with packs, calls cannot be chained, as in `vmap(f)(x).sum()`, and
// transforms of transforms do not infer. Tuple results are disfavoured, as they would multiply the time
// of type checking; functions of plain arrays come once more, so that closures infer without annotations.

import Foundation

emitWrappers()
emitVmap()
emitCompile()
emitVjp()
emitJvp()
emitLinearize()
emitLinearTranspose()
emitGrad()
emitValueAndGrad()
emitJacobian()
emitHessian()
emitHessianProducts()
emitCustom()
emitCheckpoint()
emitPrograms()

text = String(text.dropLast())
let file = URL(fileURLWithPath: "Sources/Covector/Transforms/Surface.generated.swift")
if CommandLine.arguments.contains("--check") {
  let current = try? String(contentsOf: file, encoding: .utf8)
  if current != text {
    FileHandle.standardError.write(
      Data("\(file.path) is out of date; run Tools/generate-surface\n".utf8))
    exit(1)
  }
} else {
  try text.write(to: file, atomically: true, encoding: .utf8)
}
