// Functions with rules of their own, checkpoints, and functions run on arrays without values.

/// The parameters of derivative rules.
func derivativeRules(_ arguments: Parts, _ results: Parts) -> [String] {
  let types = "<\(arguments.tuple), \(results.tuple)>"
  return ["vjp: PullbackRule\(types)? = nil", "jvp: PushforwardRule\(types)? = nil"]
}

/// The body of a function with rules, which are wrapped to work on trees.
func customBody(_ arguments: Parts, _ results: Parts, _ batching: String = "") -> String {
  let names = arguments.names.joined(separator: ", ")
  func wrapped(_ parts: Parts) -> String {
    "\(parts.wrapper)(\(parts.count == 1 ? "" : "of: ")rule($0.parts, $1.parts, $2.parts))"
  }
  let call = """
    let primals = \(arguments.wrapper)(\(names))
    return Custom.call(
      primals, outputRole: \(role(results)),
      { \(call(arguments, results)) },
      vjp: vjp.map { rule in { \(wrapped(arguments)) } },
      jvp: jvp.map { rule in { \(wrapped(results)) } }\(batching)
    ).parts
    """
  return "{ \(names) in\n" + call.split(separator: "\n").map { "  \($0)\n" }.joined() + "}"
}

/// Functions with rules of their own.
func emitCustom() {
  section("custom")

  overloads(
    """
    The function with derivatives of its own.

    Each rule may be given alone; the other mode is then derived by transposing it. Rules are ordinary
    functions of arrays, so that higher derivatives go through them, and they are kept in every order of `vmap`, `grad`,
    `jvp` and other transforms. Several arguments or results come as tuples.

    Rules are run once at each call of the function inside a transform: the values of `primals` and `outputs` may be
    read there, as far as they are known, those of `cotangents` and `tangents` may not. Rules may capture traced arrays.
    The function may too, but a derivative by what it captures is an error, as no rule answers for it.
    - Parameters:
      - vjp: From the arguments, the results and their cotangents to the cotangents of the arguments, of
        the arguments' structure, shapes and dtypes. What it gives for integers does not matter.
      - jvp: From the arguments, the results and the arguments' tangents to the tangents of the results.
        It must be linear in the tangents.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "custom",
      arguments.generics + results.generics,
      ["_ function: @escaping (\(arguments.list)) -> \(results.tuple)"]
        + derivativeRules(arguments, results),
      "(\(arguments.list)) -> \(results.tuple)",
      customBody(arguments, results))
  }

  overloads(
    """
    The function with a batching rule, and perhaps derivatives, of its own.

    See `custom(_:vjp:jvp:)` for the derivatives. Results of the batching rule are differentiated by those.
    - Parameter vmap: From arguments whose mapped arrays have the mapped axis in front, the size of that axis,
      and which of the arguments' arrays are mapped, to results that all have it in front.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "custom",
      arguments.generics.map { "\($0) & Sendable" } + results.generics,
      ["_ function: @escaping (\(arguments.list)) -> \(results.tuple)"]
        + derivativeRules(arguments, results)
        + ["vmap: @escaping BatchRule<\(arguments.tuple), \(results.tuple)>"],
      "(\(arguments.list)) -> \(results.tuple)",
      customBody(
        arguments, results,
        ",\n  batching: Custom.batching(like: primals) {\n    "
          + results.wrapping("vmap($0.parts, $1, $2)") + "\n  }"))
  }

  overloads(
    """
    The function with a pullback of its own that uses what the function kept for it.

    As `custom(_:vjp:jvp:)` with a vjp rule. The pullback is given arrays that `function` returns beside
    its result.
    - Parameters:
      - function: Returns the result, and a tree of arrays to keep for the pullback.
      - pullback: From what was kept and the cotangents of the result to the cotangents of the arguments.
    """, results: 1
  ) { documentation, arguments, results in
    let names = arguments.names.joined(separator: ", ")
    emit(
      documentation, "custom", arguments.generics + results.generics + ["Kept: ArrayTree"],
      [
        "keeping function: @escaping (\(arguments.list)) -> (\(results.tuple), Kept)",
        "pullback: @escaping (_ kept: Kept, _ cotangents: \(results.tuple)) -> \(arguments.tuple)",
      ],
      "(\(arguments.list)) -> \(results.tuple)",
      """
      { \(names) in
        Custom.call(
          \(arguments.wrapper)(\(names)), outputRole: .results,
          { Trees2(of: function(\(arguments.parts(of: "$0")))) },
          vjp: { \(arguments.wrapper)(\(arguments.count == 1 ? "" : "of: ")pullback($1.part1, $2.part0)) }
        ).part0
      }
      """)
  }
}

/// Functions with less kept for their derivatives.
func emitCheckpoint() {
  section("checkpoint")
  overloads(
    """
    The function with less kept for its derivative: what it computes on the way is computed again.

    Values, derivatives of every order, and random draws are those of the function itself; arrays it captures
    get their derivatives as well. Reverse mode runs it a second time, just before its part of the derivative.
    - Parameter policy: What is kept all the same; nothing but the arguments by default.
    """
  ) { documentation, arguments, results in
    let names = arguments.names.joined(separator: ", ")
    emit(
      documentation, disfavoured: results.count > 1, "checkpoint",
      arguments.generics + results.generics,
      [
        "saving policy: CheckpointPolicy = .nothing",
        "_ function: @escaping (\(arguments.list)) -> \(results.tuple)",
      ],
      "(\(arguments.list)) -> \(results.tuple)",
      """
      { \(names) in
        Checkpoint.call(\(arguments.wrapper)(\(names)), policy) {
          \(call(arguments, results))
        }.parts
      }
      """)
  }
}

/// Programs and shapes of functions.
func emitPrograms() {
  section("trace")
  overloads(
    """
    The program of a function: what it does with arguments of these shapes and dtypes.

    The function is called once, on arrays whose values are not known; `placeholder` makes arguments that
    take no memory. A program prints, draws, counts, and can be called as a function.
    - Returns: A function of the arguments that returns the `Program`.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "trace", arguments.generics + results.generics,
      ["_ function: @escaping (\(arguments.list)) -> \(results.tuple)"],
      "(\(arguments.list)) -> Program",
      """
      { \(arguments.names.joined(separator: ", ")) in
        Program.traced(
          at: \(arguments.wrapper)(\(arguments.names.joined(separator: ", ")))
        ) { \(call(arguments, results)) }
      }
      """)
  }

  section("evalShape")
  overloads(
    """
    The function with nothing computed: its results have shapes and dtypes, but no values.

    Takes no memory for arrays, whatever their shapes. The function is called once; arguments may be placeholders,
    and the results are placeholders.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "evalShape",
      arguments.generics + results.generics,
      ["_ function: @escaping (\(arguments.list)) -> \(results.tuple)"],
      "(\(arguments.list)) -> \(results.tuple)",
      """
      { \(arguments.names.joined(separator: ", ")) in
        Program.shapes(
          at: \(arguments.wrapper)(\(arguments.names.joined(separator: ", ")))
        ) { \(call(arguments, results)) }.parts
      }
      """)
  }
}
