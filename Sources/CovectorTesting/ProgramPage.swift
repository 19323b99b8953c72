// The page that shows what each transform makes of a small function, as text. It is written by the sweep
// and compared in the tests, so that a change in what is computed is seen.

public import Covector

/// One program for each transform.
public enum ProgramPage {
  /// A program with what it shows.
  public struct Entry: Sendable {
    /// The transform as it is written.
    public let title: String
    /// What it makes of the function.
    public let program: Program
  }

  private static func f(_ x: NDArray, _ w: NDArray) -> NDArray { sin(x * w).sum() }

  /// The entries, in the order of the page.
  public static var entries: [Entry] {
    let x = NDArray.placeholder([3])
    let xs = NDArray.placeholder([5, 3])
    let scalar = NDArray.placeholder([])
    let matrix = NDArray.placeholder([2, 3])
    let shift: NDArray = NDArray([1, 2, 3] as [Float])
    let plain: (NDArray, NDArray) -> NDArray = f
    let forward = { (x: NDArray, w: NDArray, t: NDArray) in jvp(plain, (x, w), (t, t)).tangents }
    let backward = { (x: NDArray, w: NDArray, ct: NDArray) in vjp(plain, (x, w), ct).vjps }
    let linear = { (x: NDArray, t: NDArray) in
      linearize({ (x: NDArray) in sin(x) * x }, x).pushforward(t)
    }
    let transposed = { (ct: NDArray) in
      linearTranspose({ (x: NDArray) in matmul(matrix, x) }, like: x)(ct)
    }
    let product = { (x: NDArray, v: NDArray) in hvp({ (x: NDArray) in (x * x * x).sum() }, x, v) }
    return [
      Entry(title: "trace(f)", program: trace(plain)(x, x)),
      Entry(
        title: "trace of a function that captures an array, of a tree",
        program: trace { (parts: [String: NDArray]) in parts.mapLeaves { $0 + shift } }(
          ["bias": x, "weight": x])),
      Entry(title: "vmap(f, in: (0, nil))", program: trace(vmap(plain, in: (0, nil)))(xs, x)),
      Entry(title: "jvp", program: trace(forward)(x, x, x)),
      Entry(title: "vjp", program: trace(backward)(x, x, scalar)),
      Entry(title: "linearize", program: trace(linear)(x, x)),
      Entry(title: "linearTranspose", program: trace(transposed)(.placeholder([2]))),
      Entry(title: "grad(f)", program: trace(grad(plain))(x, x)),
      Entry(title: "valueAndGrad(f)", program: trace(valueAndGrad(plain))(x, x)),
      Entry(
        title: "jacobian, forward",
        program: trace(jacobian(mode: .forward) { (x: NDArray) in sin(x) })(x)),
      Entry(
        title: "jacobian, reverse",
        program: trace(jacobian(mode: .reverse) { (x: NDArray) in sin(x) })(x)),
      Entry(title: "hessian", program: trace(hessian { (x: NDArray) in (x * x * x).sum() })(x)),
      Entry(title: "hvp", program: trace(product)(x, x)),
      Entry(title: "compile, inside a transform", program: trace(compile(plain))(x, x)),
      Entry(
        title: "vmap(grad(f), in: (0, nil))",
        program: trace(vmap(grad(plain), in: (0, nil)))(xs, x)),
      Entry(
        title: "stopGradient under grad",
        program: trace(grad { (x: NDArray) in (stopGradient(x) * x).sum() })(x)),
    ] + controlFlow(x, xs) + ownRules(x, xs)
  }

  private static func choice(_ x: NDArray) -> NDArray {
    cond(x.sum() .> 0) {
      sin(x)
    } else: {
      x * -2
    }
  }

  private static func doubling(_ x: NDArray) -> NDArray {
    whileLoop(x) { x in
      x.sum() .< 10
    } do: { x in
      x * 2
    }
  }

  private static func controlFlow(_ x: NDArray, _ xs: NDArray) -> [Entry] {
    let products = { (x: NDArray) in
      scan(NDArray(1.0).asType(.float32), over: x) { y, x in (y * x, y) }.carry
    }
    let power = { (x: NDArray) in forLoop(0..<3, x) { _, y in y * x } }
    return [
      Entry(title: "cond", program: trace(choice)(x)),
      Entry(title: "vmap of cond", program: trace(vmap(choice))(xs)),
      Entry(title: "whileLoop", program: trace(doubling)(x)),
      Entry(title: "vmap of whileLoop", program: trace(vmap(doubling))(xs)),
      Entry(
        title: "grad of whileLoop", program: trace(grad { (x: NDArray) in doubling(x).sum() })(x)),
      Entry(title: "forLoop", program: trace(power)(x)),
      Entry(title: "scan", program: trace(products)(x)),
      Entry(title: "grad of scan", program: trace(grad(products))(x)),
      Entry(
        title: "associativeScan",
        program: trace { (x: NDArray) in associativeScan(x) { a, b in a * b } }(x)),
    ]
  }

  private static func ownRules(_ x: NDArray, _ xs: NDArray) -> [Entry] {
    let bounded = custom({ (x: NDArray) in x * x }, vjp: { x, _, ct in tanh(2 * x * ct) })
    let layer = checkpoint { (x: NDArray) in sin(sin(x)) }
    let centred = vmap(axisName: "batch") { (x: NDArray) in x - x.mean(over: "batch") }
    return [
      Entry(title: "custom, called", program: trace(bounded)(x)),
      Entry(
        title: "custom, under grad", program: trace(grad { (x: NDArray) in bounded(x).sum() })(x)),
      Entry(title: "checkpoint", program: trace(layer)(x)),
      Entry(
        title: "checkpoint, under grad", program: trace(grad { (x: NDArray) in layer(x).sum() })(x)),
      Entry(title: "vmap with a named axis", program: trace(centred)(xs)),
      Entry(
        title: "vmap in chunks", program: trace(vmap(chunk: 2) { (x: NDArray) in sin(x) })(xs)),
      Entry(
        title: "select, under grad",
        program: trace(
          grad { (x: NDArray) in
            select(x .> 0) {
              sqrt(x)
            } else: {
              x
            }.sum()
          })(x)),
    ]
  }

  /// The page.
  public static var text: String {
    var page = """
      # Programs

      Written by `swift run -c release sweep --programs Docs/Programs.md`. What `trace` prints for

      ```swift
      func f(_ x: NDArray, _ w: NDArray) -> NDArray { sin(x * w).sum() }
      ```

      and other small functions, under each transform.

      """
    for entry in entries {
      page += "\n## \(entry.title)\n\n```\n\(entry.program)\n```\n"
    }
    return page
  }
}
