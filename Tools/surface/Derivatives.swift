// Derivatives of functions with one array as their result, by each choice of arguments.

/// Calls `body` for every choice of arguments to differentiate by.
///
/// - Parameters:
///   - all: Whether all arguments at once are a choice.
///   - chosen: What the chosen part is: any tree, or an array.
/// - Parameters:
///   - documentation: With `%` where the choice is named.
func choices(
  _ documentation: String, all: Bool = true, chosen: String = "ArrayTree",
  _ body: (
    _ documentation: String, _ arguments: Parts, _ generics: [String], _ selector: [String],
    _ type: String, _ setUp: String, _ primals: String, _ call: String
  ) -> Void
) {
  let summary = String(documentation.split(separator: "\n")[0])
  let whole = AnyIterator([documentation].makeIterator())
  func next(_ choice: String, _ note: String = "") -> String {
    (whole.next() ?? summary).replacingOccurrences(of: "%", with: choice)
      + (note.isEmpty ? "" : "\n\n\(note)")
  }
  let shapes =
    (1...maxArguments).map { Parts(letter: "A", count: $0) }
    + (1...maxPlain).map { Parts(letter: "A", count: $0, isPlain: true) }
  for arguments in shapes {
    let isArray = chosen == "NDArray"
    // By the first argument; the others may be of any type. Where it must be an array, the plain form
    // stands for one argument.
    var types = arguments.types
    var generics = arguments.isPlain ? [] : Array(arguments.generics.prefix(1) + types.dropFirst())
    if isArray, !arguments.isPlain {
      types[0] = "NDArray"
      generics.removeFirst()
    }
    let rest = arguments.names.dropFirst().map { ", \($0)" }.joined()
    if !isArray || arguments.isPlain || arguments.count > 1 {
      body(
        next("its first argument"), arguments, generics, [], types[0], "", "at: Trees1(a0)",
        "{ function($0.part0\(rest)) }")
    }
    let names = arguments.names.joined(separator: ", ")
    if !(arguments.isPlain && arguments.count == 1) {
      let list =
        arguments.count == 1
        ? "all" : (0..<arguments.count).map { "all.\($0)" }.joined(separator: ", ")
      let chosenType = arguments.isPlain || isArray ? "NDArray" : "W"
      body(
        next(
          "a chosen part",
          arguments.count == 1
            ? "The key path names a part of the argument."
            : "The key path names an argument, as `\\.1` does, or a part of one."),
        arguments,
        (arguments.isPlain ? [] : arguments.types) + (chosenType == "W" ? ["W: \(chosen)"] : []),
        ["wrt path: WritableKeyPath<\(arguments.tuple), \(chosenType)>"], chosenType,
        "let choice = Choice(path, in: \(arguments.count == 1 ? names : "(\(names))"))",
        "at: choice.part, role: .chosen",
        "{\n    let all = choice.replaced(by: $0)\n    return function(\(list))\n  }")
    }
    if all, arguments.count > 1 {
      body(
        next("all of its arguments", "The derivatives come as a tuple."), arguments,
        arguments.generics, ["wrt all: AllArguments"], arguments.tuple, "",
        "at: \(arguments.wrapper)(\(names))",
        "{\n    function(\(arguments.parts(of: "$0")))\n  }")
    }
  }
}

/// The type of the function that is differentiated, with the first argument as given.
func functionType(_ arguments: Parts, _ first: String?, _ result: String) -> (
  list: String, type: String
) {
  var types = arguments.types
  if let first { types[0] = first }
  let list = types.joined(separator: ", ")
  return (list, "@escaping (\(list)) -> \(result)")
}

func accessor(_ selector: [String], _ arguments: Parts) -> String {
  selector.first?.hasPrefix("wrt all") == true ? "parts" : "part0"
}

func closure(_ arguments: Parts, _ setUp: String, _ body: String) -> String {
  let head = "{ \(arguments.names.joined(separator: ", ")) in\n"
  if setUp.isEmpty { return head + "  \(body)\n}" }
  return head + "  \(setUp)\n  return \(body)\n}"
}

/// Gradients.
func emitGrad() {
  section("grad")
  choices(
    """
    The gradient of a function whose result is a scalar, by %.

    The gradient has the structure, shapes and dtypes of the argument, which must be floating-point or complex;
    zeros where the result does not depend on it. Other arguments may be anything. For complex arrays the
    gradient is `re + i im` of the derivatives by the two parts.
    """
  ) { documentation, arguments, generics, selector, type, setUp, primals, call in
    let function = functionType(arguments, nil, "NDArray")
    emit(
      documentation, "grad", generics, selector + ["_ function: \(function.type)"],
      "(\(function.list)) -> \(type)",
      closure(
        arguments, setUp,
        "Differentiate.gradient(\(primals)) \(call).\(accessor(selector, arguments))"))
  }
}

/// Values with gradients, and with what else is returned.
func emitValueAndGrad() {
  section("valueAndGrad")
  choices(
    """
    The value of a function whose result is a scalar, and its gradient by %.

    See `grad` for the gradient.
    """
  ) { documentation, arguments, generics, selector, type, setUp, primals, call in
    let function = functionType(arguments, nil, "NDArray")
    let get = accessor(selector, arguments)
    emit(
      documentation, "valueAndGrad", generics, selector + ["_ function: \(function.type)"],
      "(\(function.list)) -> (value: NDArray, gradient: \(type))",
      closure(
        arguments,
        setUp + (setUp.isEmpty ? "" : "\n  ")
          + "let both = Differentiate.valueAndGradient(\(primals)) \(call)",
        "(both.value, both.gradient.\(get))"))
  }
  choices(
    """
    A scalar function's value, what else it returns, and the gradient by %.

    What else is returned may be of any type and takes no part in this gradient; arrays in it remain
    differentiable by an enclosing transform.
    """
  ) { documentation, arguments, generics, selector, type, setUp, primals, call in
    let function = functionType(arguments, nil, "(NDArray, Auxiliary)")
    let get = accessor(selector, arguments)
    emit(
      documentation, disfavoured: true, "valueAndGrad", generics + ["Auxiliary"],
      selector + ["_ function: \(function.type)"],
      "(\(function.list)) -> (value: NDArray, auxiliary: Auxiliary, gradient: \(type))",
      closure(
        arguments,
        setUp + (setUp.isEmpty ? "" : "\n  ")
          + "let both = Differentiate.valueAuxiliaryAndGradient(\n    \(primals)\n  ) \(call)",
        "(both.value, both.auxiliary, both.gradient.\(get))"))
  }
}

/// Jacobians.
func emitJacobian() {
  section("jacobian")
  choices(
    """
    The derivative of each element of a function's result by each element of %.

    The Jacobian has the structure of the argument; each array has the shape of the result followed by that of
    the argument's array. All rows, or columns, are computed together by `vmap`.
    - Parameters:
      - mode: By tangents or by cotangents; by default whichever needs fewer.
      - chunk: The most tangents or cotangents to compute with at once, for less memory.
    """
  ) { documentation, arguments, generics, selector, type, setUp, primals, call in
    let function = functionType(arguments, nil, "NDArray")
    emit(
      documentation, "jacobian", generics,
      selector + [
        "mode: JacobianMode = .automatic", "chunk: Int? = nil", "_ function: \(function.type)",
      ],
      "(\(function.list)) -> \(type)",
      closure(
        arguments, setUp,
        "Differentiate.jacobian(\n    \(primals), mode: mode, chunk: chunk\n  ) "
          + "\(call).\(accessor(selector, arguments))"))
  }
}

/// Hessians.
func emitHessian() {
  section("hessian")
  choices(
    """
    The second derivatives of a function whose result is a scalar, by %, an array.

    The shape is that of the argument twice over. Computed forward over reverse; the array must be real.
    - Parameter chunk: The most columns to compute at once, for less memory.
    """, all: false, chosen: "NDArray"
  ) { documentation, arguments, generics, selector, type, setUp, primals, call in
    let isFirst = selector.isEmpty && !arguments.isPlain
    let function = functionType(arguments, isFirst ? "NDArray" : nil, "NDArray")
    emit(
      documentation, "hessian", generics,
      selector + ["chunk: Int? = nil", "_ function: \(function.type)"],
      "(\(function.list)) -> \(type)",
      closure(arguments, setUp, "Differentiate.hessian(\(primals), chunk: chunk) \(call)"))
  }
}

/// Hessians times vectors.
func emitHessianProducts() {
  section("hvp and vhp")
  func products(_ name: String, _ documentation: String) {
    overloads(documentation, results: 1) { documentation, arguments, _ in
      emit(
        documentation, name, arguments.generics,
        [
          "_ function: (\(arguments.list)) -> NDArray", "_ primals: \(arguments.tuple)",
          "_ vectors: \(arguments.tuple)",
        ], arguments.tuple,
        """
        Differentiate.\(name)(
          at: \(arguments.wrapping("primals")), \(arguments.wrapping("vectors"))
        ) { function(\(arguments.parts(of: "$0"))) }.parts
        """)
    }
  }
  products(
    "hvp",
    """
    The Hessian of a scalar function times vectors, forward over reverse.

    The Hessian itself is not made. The vectors have the structure, shapes and dtypes of the arguments;
    so have the results.
    """)
  products(
    "vhp",
    """
    Vectors times the Hessian of a scalar function, reverse over reverse.

    Equal to `hvp` where second derivatives are continuous; of use where a rule has no forward form.
    """)
}
