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
      Entry(
        title: "vmap(grad(f), in: (0, nil))",
        program: trace(vmap(grad(plain), in: (0, nil)))(xs, x)),
      Entry(
        title: "stopGradient under grad",
        program: trace(grad { (x: NDArray) in (stopGradient(x) * x).sum() })(x)),
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
