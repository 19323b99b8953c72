// Both modes of differentiation, of functions with any results.

func traced(_ operation: String, _ arguments: Parts, _ results: Parts) -> String {
  """
  let traced = Differentiate.trace(
    "\(operation)", at: \(arguments.wrapping("primals")), outputRole: \(role(results))
  ) { \(call(arguments, results)) }
  """
}

/// Reverse mode, with cotangents and as a pullback.
func emitVjp() {
  section("vjp")
  overloads(
    """
    The results of a function, and cotangents of them pulled back to its arguments.

    Each cotangent has the shape and dtype of its result; numbers without a dtype adopt it. The arguments
    must be floating-point or complex. Results of integers need cotangents too, which count for nothing.
    - Returns: The results, and one vector–Jacobian product for each argument, of its structure, shapes and dtypes; zeros for
      what the results do not depend on. For complex arguments the product is `re + i im` of the derivatives
      by the two parts.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "vjp", arguments.generics + results.generics,
      [
        "_ function: (\(arguments.list)) -> \(results.tuple)", "_ primals: \(arguments.tuple)",
        "_ cotangents: \(results.tuple)",
      ],
      "(outputs: \(results.tuple), vjps: \(arguments.tuple))",
      traced("vjp", arguments, results)
        + "\nlet vjps = traced.pullBack(\(results.wrapping("cotangents")))"
        + "\nreturn (traced.outputs.parts, vjps.parts)")
  }
  overloads(
    """
    The results of a function, and a function that pulls cotangents of them back to the arguments.

    The function runs once; the pullback can be called many times.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "vjp", arguments.generics + results.generics,
      ["_ function: (\(arguments.list)) -> \(results.tuple)", "_ primals: \(arguments.tuple)"],
      "(outputs: \(results.tuple), pullback: (\(results.list)) -> \(arguments.tuple))",
      traced("vjp", arguments, results)
        + "\nreturn (traced.outputs.parts, { traced.pullBack(\(results.wrapper)(\(results.shorthand))).parts })"
    )
  }
}

/// Forward mode.
func emitJvp() {
  section("jvp")
  overloads(
    """
    The results of a function, and tangents of its arguments pushed forward to them.

    Each tangent has the shape and dtype of its argument, which must be floating-point or complex; numbers
    without a dtype adopt it.
    - Returns: The results, and their derivatives along the tangents, of the same types; zeros for integers.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "jvp", arguments.generics + results.generics,
      [
        "_ function: (\(arguments.list)) -> \(results.tuple)", "_ primals: \(arguments.tuple)",
        "_ tangents: \(arguments.tuple)",
      ],
      "(outputs: \(results.tuple), tangents: \(results.tuple))",
      traced("jvp", arguments, results)
        + "\nlet pushed = traced.pushForward(\(arguments.wrapping("tangents")))"
        + "\nreturn (traced.outputs.parts, pushed.parts)")
  }
}

/// The derivative as a linear function.
func emitLinearize() {
  section("linearize")
  overloads(
    """
    The results of a function, and the linear function of tangents that is its derivative there.

    The function runs once; the derivative can be called many times.
    """
  ) { documentation, arguments, results in
    emit(
      documentation, disfavoured: results.count > 1, "linearize",
      arguments.generics + results.generics,
      ["_ function: (\(arguments.list)) -> \(results.tuple)", "_ primals: \(arguments.tuple)"],
      "(outputs: \(results.tuple), pushforward: (\(arguments.list)) -> \(results.tuple))",
      traced("linearize", arguments, results)
        + "\nlet pushforward = { traced.pushForward(\(arguments.wrapper)(\(arguments.shorthand))).parts }"
        + "\nreturn (traced.outputs.parts, pushforward)")
  }
}

/// The transpose of a linear function.
func emitLinearTranspose() {
  section("linearTranspose")
  overloads(
    """
    The transpose of a linear function; for complex arrays, the conjugate transpose.

    - Parameters:
      - function: A linear function. One whose derivative depends on its arguments is a mistake.
      - primals: Arguments of the right structure, shapes and dtypes; their values do not matter.
    """, results: 1
  ) { documentation, arguments, results in
    emit(
      documentation, "linearTranspose", arguments.generics + results.generics,
      ["_ function: (\(arguments.list)) -> \(results.tuple)", "like primals: \(arguments.tuple)"],
      "(\(results.list)) -> \(arguments.tuple)",
      """
      let transposed = Differentiate.linearTranspose(
        like: \(arguments.wrapping("primals")), outputRole: \(role(results))
      ) { \(call(arguments, results)) }
      return { transposed(\(results.wrapper)($0)).parts }
      """)
  }
}
