// Finding trouble: printing under every transform, not-a-numbers and where they come from, a choice whose
// other side leaks nothing.

import Synchronization
import Testing

@testable import Covector

@Suite struct TroubleTests {
  // MARK: Printing

  /// The lines that a piece of code prints.
  private func lines(_ body: () -> Void) -> [String] {
    let written = Written()
    debugPrinting(to: { line in written.append(line) }, body)
    return written.lines
  }

  private final class Written: Sendable {
    private let stored = Mutex<[String]>([])
    var lines: [String] { stored.withLock(\.self) }
    func append(_ line: String) { stored.withLock { $0.append(line) } }
  }

  private let x: NDArray = [1.0, 2.0]

  @Test func aValueIsPrintedAtOnce() {
    #expect(lines { _ = (x + 1).debugPrinted("y") } == ["y: array([2., 3.], dtype=float32)"])
  }

  @Test func derivativesPrintPrimals() {
    let f = { (x: NDArray) in (x.debugPrinted("x") * 3).sum() }
    let expected = ["x: array([1., 2.], dtype=float32)"]
    #expect(lines { _ = grad(f)(x) } == expected)
    #expect(lines { _ = jvp(f, x, x) } == expected)
    #expect(lines { _ = vjp(f, x) } == expected)
    #expect(lines { _ = hvp(f, x, x) } == expected)
    #expect(numbers(grad(f)(x)) == [3, 3])
  }

  @Test func everyTransformPrints() {
    let f = { (x: NDArray) in (x.debugPrinted("x") * 3).sum() }
    let once = ["x: array([1., 2.], dtype=float32)"]
    let compiled = compile(f)
    for _ in 0..<2 { #expect(lines { eval(compiled(x)) } == once, "compile") }
    let others: [(String, () -> Void)] = [
      ("linearize", { _ = linearize(f, x).pushforward(x) }),
      ("jacobian", { _ = jacobian(f)(x) }),
      ("hessian", { _ = hessian(f)(x) }),
      ("checkpoint", { eval(checkpoint(f)(x)) }),
      ("custom", { eval(custom(f, vjp: { x, _, ct in x * ct })(x)) }),
      ("grad of custom", { eval(grad(custom(f, vjp: { x, _, ct in x * ct }))(x)) }),
      ("grad of compile", { eval(grad(compiled)(x)) }),
      ("compile of grad", { eval(compile(grad(f))(x)) }),
      ("compile of checkpoint", { eval(compile { checkpoint(f)($0) }(x)) }),
      (
        "what nothing reads beneath a checkpoint",
        {
          eval(
            compile {
              checkpoint { (x: NDArray) in
                _ = x.debugPrinted("x")
                return x * 2
              }($0)
            }(x))
        }
      ),
    ]
    for (name, body) in others { #expect(lines(body) == once, "\(name)") }
    // A checkpoint computes again for the derivative, and prints again.
    #expect(lines { eval(grad(checkpoint(f))(x)) } == once + once)
    #expect(
      lines { eval(scan(x, count: 2) { y in (f(y) + y, y) }.carry) }
        == once + ["x: array([10., 11.], dtype=float32)"])
  }

  @Test func lanesArePrintedOneByOne() {
    let f = { (x: NDArray) in x.debugPrinted("x") * 2 }
    let expected = ["x [lane 0]: array(1., dtype=float32)", "x [lane 1]: array(2., dtype=float32)"]
    #expect(lines { eval(vmap(f)(x)) } == expected)
    // Nothing depends on the printed value here: neither the result nor the gradient.
    #expect(
      lines {
        _ = vmap { (x: NDArray) in
          _ = f(x); return x
        }(x)
      } == expected)
    #expect(lines { _ = vmap(grad(f))(x) } == expected)
    #expect(lines { _ = grad { (x: NDArray) in vmap(f)(x).sum() }(x) } == expected)
    let rows: NDArray = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    #expect(
      lines { _ = vmap(vmap(f), in: 1)(rows) }.prefix(3) == [
        "x [lane 0, 0]: array(1., dtype=float32)", "x [lane 0, 1]: array(4., dtype=float32)",
        "x [lane 1, 0]: array(2., dtype=float32)",
      ])
    let many = lines { _ = vmap(f)(NDArray.zeros([100])) }
    #expect(many.count == 17 && many.last == "x: and 84 more lanes")
  }

  @Test func aProgramPrintsWhenItIsCalled() {
    var program: Program?
    #expect(
      lines {
        program = trace { (x: NDArray) in
          _ = x.debugPrinted("x"); return x
        }(.placeholder([2]))
      }
      .isEmpty)
    #expect(lines { _ = program?(x) } == ["x: array([1., 2.], dtype=float32)"])
    #expect(
      lines {
        _ = program.map { program in vmap { (x: NDArray) in program(x + x)[0] }([x, x].joined) }
      }.count == 2)
  }

  @Test func branchesAndLoopsPrintWhatTheyRun() {
    let f = { (x: NDArray) in
      cond(x .> 0) {
        x.debugPrinted("above") * 2
      } else: {
        x.debugPrinted("below") * 3
      }
    }
    #expect(lines { eval(f(x[0])) } == ["above: array(1., dtype=float32)"])
    #expect(lines { eval(f(-x[1])) } == ["below: array(-2., dtype=float32)"])
    let doubled = { (x: NDArray) in
      whileLoop(x) { x in
        x .< 4
      } do: { x in
        x.debugPrinted("step") * 2
      }
    }
    #expect(
      lines { eval(doubled(x[0])) } == [
        "step: array(1., dtype=float32)", "step: array(2., dtype=float32)",
      ])
  }

  // MARK: Not-a-numbers

  private func fault(
    _ faults: NumericFaults = .nan, _ body: () -> NDArray
  ) -> (message: String, line: Int?) {
    do {
      _ = try checked(for: faults, body)
      return ("none", nil)
    } catch let error as ArrayError {
      return (error.summary, error.line?.line)
    } catch {
      return ("\(error)", nil)
    }
  }

  @Test func theFirstNaNIsNamed() {
    let x: NDArray = [4.0, -1.0, 9.0]
    let found = fault {
      let y = x + 1
      let z = sqrt(x)
      return z.sum() + y
    }
    #expect(
      found.message == "[sqrt] NaN at [1] of its result, float32[3]; its input there is -1.0")
    #expect(found.line == #line - 5)
    #expect(fault { sqrt(x + 1) }.message == "none")
    #expect(fault { 1 / (x + 1) }.message == "none")
    #expect(
      fault(.infinity) { 1 / (x + 1) }.message
        == "[/] infinity at [1] of its result, float32[3]; its inputs there are 1.0, 0.0")
    let broken: NDArray = [Float.nan, 1].array
    #expect(
      fault { broken + 1 }.message
        == "[+] NaN at [0] of its result, float32[2]; its input 0 has one already")
  }

  @Test func aNaNOfTheBackwardPassIsNamed() {
    let x: NDArray = [0.0, 1.0]
    let f = { (x: NDArray) in (sqrt(x) * x).sum() }
    // The primal is finite; its derivative at zero is 0 · ∞.
    let found = fault { grad(f)(x) }
    #expect(found.message == "[sqrt] NaN at [0] of the cotangent of its input, float32[2]")
    #expect(names(found, lines: #line - 4))
    #expect(
      fault { jvp({ (x: NDArray) in sqrt(x) }, x, NDArray.zeros([2])).tangents }.message
        == "[sqrt] NaN at [0] of the tangent of its result, float32[2]")
  }

  /// Whether a fault names a line, or a call of its function soon after: an optimised build may have drawn
  /// the function into its caller.
  private func names(_ fault: (message: String, line: Int?), lines first: Int) -> Bool {
    fault.line.map { (first...first + 7).contains($0) } ?? false
  }

  @Test func theLaneIsNamed() {
    let x: NDArray = [[4.0, 1.0], [9.0, -1.0], [1.0, 1.0]]
    let found = fault { vmap { (row: NDArray) in log(row) }(x) }
    #expect(found.message == "[log] NaN at [1] of its result, float32[2], in lane 1 of vmap")
    #expect(found.line == #line - 2)
    #expect(
      fault { vmap(vmap { (x: NDArray) in log(x) }, in: 1)(x) }.message
        == "[log] NaN at [] of its result, float32[], in lanes 1, 1 of vmap")
    let line = #line + 1
    let f = { (x: NDArray) in (sqrt(x) * x).sum() }
    let zero: NDArray = [[4.0, 1.0], [9.0, 0.0]]
    let backward = fault { vmap(grad(f))(zero) }
    #expect(
      backward.message
        == "[sqrt] NaN at [1] of the cotangent of its input, float32[2], in lane 1 of vmap")
    #expect(names(backward, lines: line))
    let around = fault { grad { (x: NDArray) in vmap(f)(x).sum() }(zero) }
    #expect(around.message.hasPrefix("[sqrt] NaN at [1, 1] of the cotangent of its input"))
    #expect(names(around, lines: line))
  }

  // MARK: select

  @Test(arguments: ["sqrt", "log", "norm", "division"]) func nothingLeaks(_ name: String) {
    let zero: NDArray = NDArray([0, 1, 4] as [Double])
    let safe: NDArray = NDArray([1, 1, 4] as [Double])
    func side(_ x: NDArray) -> NDArray {
      switch name {
      case "sqrt": sqrt(x)
      case "log": log(x)
      case "norm": norm(stacked([x, x]), axes: [0])
      default: 1 / x + x / x
      }
    }
    let masked = { (x: NDArray) in
      (select(x .> 0) {
        side(x)
      } else: {
        3 * x
      }).sum()
    }
    let plain = { (x: NDArray) in which(x .> 0, side(x), 3 * x).sum() }
    #expect(grad(plain)(zero).array(of: Double.self)[0].isNaN || name == "norm")
    let chosen = numbers(grad { (x: NDArray) in side(x).sum() }(safe))
    let expected = [3, chosen[1], chosen[2]]
    #expect(numbers(grad(masked)(zero)) == expected)
    #expect(numbers(vmap(grad(masked))(zero)) == expected)
    #expect(numbers(grad { (x: NDArray) in vmap(masked)(x).sum() }(zero)) == expected)
    #expect(numbers(jvp(masked, zero, NDArray([1, 0, 0] as [Double])).tangents) == [3])
    // Second derivatives, in every pair of modes.
    let curved = numbers(
      grad { (x: NDArray) in grad { (x: NDArray) in side(x).sum() }(x).sum() }(safe))
    let second = [0, curved[1], curved[2]]
    #expect(numbers(grad { (x: NDArray) in grad(masked)(x).sum() }(zero)) == second)
    #expect(numbers(hvp(masked, zero, NDArray.ones([3], dtype: .float64))) == second)
    #expect(numbers(vmap(grad(grad(masked)))(zero)) == second)
  }

  @Test func aFactorisationOfAnUnchosenSideLeaksNothing() {
    let f = { (x: NDArray) in
      select(determinant(x) .> 0) {
        eigh(x).vectors.sum()
      } else: {
        x.sum()
      }
    }
    let matrices = NDArray([0, 0, 0, 0, 2, 0, 0, 4] as [Double], shape: [2, 2, 2])
    let gradient = vmap(grad(f))(matrices)
    #expect(Array(numbers(gradient)[0..<4]) == [1, 1, 1, 1])
    let others = numbers(gradient)[4...]
    #expect(others.allSatisfy { $0.isFinite })
  }

  @Test func aSelectionKeepsTypesAndBroadcasts() {
    let x: NDArray = [1.0, -1.0]
    let y = select(x .> 0) {
      x
    } else: {
      0
    }
    #expect(y.dtype == .float32 && numbers(y) == [1, 0])
    #expect(
      select(NDArray(true)) {
        x
      } else: {
        NDArray.zeros([3, 1])
      }.shape == [3, 2])
  }
}

extension [Float] {
  fileprivate var array: NDArray { NDArray(self) }
}

extension [NDArray] {
  fileprivate var joined: NDArray { stacked(self) }
}
