#!/usr/bin/env swift
// Writes Sources/Covector/Transforms/Surface.generated.swift: the typed functions over the transforms,
// for one to five arguments and one to four results. All logic is in the functions they call.
//
//   Tools/generate-surface.swift            writes the file
//   Tools/generate-surface.swift --check    fails where the file is not what would be written
//
// Why overloads and not parameter packs: with packs, calls cannot be chained, as in `vmap(f)(x).sum()`, and
// transforms of transforms do not infer. Tuple results are disfavoured, as they would multiply the time
// of type checking; functions of plain arrays come once more, so that closures infer without annotations.

import Foundation

let maxArguments = 5
let maxResults = 4
let maxPlain = 3

// MARK: - Pieces of a declaration

/// The arguments or results of one overload.
struct Parts {
  let letter: String
  let count: Int
  /// Whether all are plain arrays.
  var isPlain = false

  var types: [String] {
    if isPlain { return Array(repeating: "NDArray", count: count) }
    return count == 1 && letter == "R" ? ["R"] : (0..<count).map { "\(letter)\($0)" }
  }
  var generics: [String] { isPlain ? [] : types.map { "\($0): ArrayTree" } }
  var list: String { types.joined(separator: ", ") }
  /// The type of a value with all of them.
  var tuple: String { count == 1 ? types[0] : "(\(list))" }
  var wrapper: String { "Trees\(count)" }
  /// The names of closure parameters.
  var names: [String] { (0..<count).map { "\(letter.lowercased())\($0)" } }
  /// The shorthand names of closure parameters.
  var shorthand: String { (0..<count).map { "$\($0)" }.joined(separator: ", ") }
  /// The parts of a wrapped value.
  func parts(of value: String) -> String {
    (0..<count).map { "\(value).part\($0)" }.joined(separator: ", ")
  }
  /// Wraps a value with all of them.
  func wrapping(_ value: String) -> String {
    count == 1 ? "\(wrapper)(\(value))" : "\(wrapper)(of: \(value))"
  }
}

var text = """
  // Written by Tools/generate-surface.swift; changes belong there. The public functions over the
  // transforms, one for each number of arguments and results. No logic here: that is in
  // Vectorize+Trees, Compile, Differentiate+Trees, Jacobian and Programs.


  """

func section(_ title: String) { text += "// MARK: - \(title)\n\n" }

/// The lines of a comment, broken anew at 96 columns; items of lists keep their indentation.
func filled(_ documentation: String) -> [String] {
  var lines: [String] = []
  var indentation = ""
  for line in documentation.components(separatedBy: "\n") {
    let words = line.split(separator: " ").map(String.init)
    let isItem = words.first == "-"
    if isItem || words.isEmpty || lines.last?.isEmpty ?? true {
      let lead = String(line.prefix { $0 == " " })
      indentation = isItem ? lead + "  " : lead
      lines.append(line.isEmpty ? "" : lead)
    }
    for word in words {
      let last = lines[lines.count - 1]
      let isStart = last.allSatisfy { $0 == " " }
      if !isStart, last.count + word.count >= 96 {
        lines.append(indentation + word)
      } else {
        lines[lines.count - 1] = last + (isStart ? "" : " ") + word
      }
    }
  }
  return lines
}

/// The pieces on one line where they fit after `head`, else one on each line.
func wrapped(_ head: String, _ pieces: [String], _ tail: String) -> String {
  let line = head + pieces.joined(separator: ", ") + tail
  if line.count <= 100 { return line }
  let inner = "  " + pieces.joined(separator: ", ")
  if inner.count <= 100 { return "\(head)\n\(inner)\n\(tail)" }
  return "\(head)\n" + pieces.map { "  \($0)" }.joined(separator: ",\n") + "\n\(tail)"
}

func emit(
  _ documentation: String, disfavoured: Bool = false, _ name: String, _ generics: [String],
  _ parameters: [String], _ result: String, _ body: String
) {
  for line in filled(documentation) { text += line.isEmpty ? "///\n" : "/// \(line)\n" }
  if disfavoured { text += "@_disfavoredOverload\n" }
  let head =
    generics.isEmpty
    ? "public func \(name)(" : wrapped("public func \(name)<", generics, ">(")
  let list = "  " + parameters.joined(separator: ", ")
  let lines = list.count <= 100 ? list : parameters.map { "  \($0)" }.joined(separator: ",\n")
  let arrow = ") -> \(result) {"
  let broken =
    arrow.count <= 100
    ? arrow
    : arrow.replacingOccurrences(of: "(value: ", with: "(\n  value: ")
      .replacingOccurrences(of: ")) {", with: ")\n) {")
  text += "\(head)\n\(lines)\n\(broken)\n"
  text += body.split(separator: "\n").map { "  \($0)\n" }.joined() + "}\n\n"
}

/// Calls `body` for every pair of argument and result counts, then for plain arrays.
///
/// The first call of all gets the whole documentation, the others the summary.
func overloads(
  _ documentation: String, results: Int = maxResults,
  _ body: (_ documentation: String, _ arguments: Parts, _ results: Parts) -> Void
) {
  let summary = documentation.split(separator: "\n")[0]
  var isFirst = true
  for resultCount in 1...results {
    for count in 1...maxArguments {
      body(
        isFirst ? documentation : String(summary), Parts(letter: "A", count: count),
        Parts(letter: "R", count: resultCount))
      isFirst = false
    }
  }
  for count in 1...maxPlain {
    body(
      String(summary), Parts(letter: "A", count: count, isPlain: true),
      Parts(letter: "R", count: 1, isPlain: true))
  }
}

func role(_ results: Parts) -> String { results.count == 1 ? ".result" : ".results" }

// MARK: - Wrappers

section("Arguments and results as one tree")
for count in 1...maxArguments {
  let parts = Parts(letter: "A", count: count)
  let fields = (0..<count).map { "  var part\($0): A\($0)\n" }.joined()
  let parameters = (0..<count).map { "_ part\($0): A\($0)" }.joined(separator: ", ")
  let assignments = (0..<count).map { "    self.part\($0) = part\($0)\n" }.joined()
  let visits = (0..<count).map { "    visitor.visit(.index(\($0)), &part\($0))\n" }.joined()
  let all = (0..<count).map { "part\($0)" }.joined(separator: ", ")
  let alike = (0..<count).map { "part\($0).isStructured(like: other.part\($0))" }
    .joined(separator: "\n      && ")
  let fromTuple =
    count == 1
    ? ""
    : "\n  init(of parts: \(parts.tuple)) {\n"
      + (0..<count).map { "    part\($0) = parts.\($0)\n" }.joined() + "  }\n"
  text += """
    \(wrapped("struct Trees\(count)<", parts.generics, ">: ArrayTree {"))
    \(fields)
      init(\(parameters)) {
    \(assignments)  }
    \(fromTuple)
      func isStructured(like other: Self) -> Bool {
        \(alike)
      }

      var parts: \(parts.tuple) { \(count == 1 ? all : "(\(all))") }

      mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    \(visits)  }
    }


    """
  let conditions = (0..<count).map { "A\($0): Sendable" }
  text += "extension Trees\(count): Sendable\nwhere \(conditions.joined(separator: ", ")) {}\n\n"
}

// MARK: - vmap

section("vmap")
overloads(
  """
  The function mapped over axes of its arguments: every position along them at once.

  Mapped axes must have equal sizes. The function is called once, on arrays without the mapped axis whose
  values are not known; an array it captures is the same for every position.
  - Parameters:
    - inAxes: The axes of the arguments; `nil` for those that are passed whole.
    - outAxes: Where the results have the new axis. A result that does not depend on a mapped argument is
      repeated along it, or left alone where its axis is `nil`.
    - axisName: What the function may call the mapped axis: see `axisIndex(_:)` and `sum(over:)`.
    - chunk: The most positions to compute at once, for less memory; the results are the same.
  - Returns: A function of arguments with the extra axes.
  """
) { documentation, arguments, results in
  emit(
    documentation, disfavoured: results.count > 1, "vmap", arguments.generics + results.generics,
    [
      "in inAxes: Axes = 0", "out outAxes: Axes = 0", "axisName: String? = nil",
      "chunk: Int? = nil",
      "_ function: @escaping (\(arguments.list)) -> \(results.tuple)",
    ],
    "(\(arguments.list)) -> \(results.tuple)",
    """
    { \(arguments.names.joined(separator: ", ")) in
      Vectorize.map(
        \(arguments.wrapper)(\(arguments.names.joined(separator: ", "))), count: \(arguments.count),
        resultCount: \(results.count), in: inAxes, out: outAxes, axisName: axisName, chunk: chunk
      ) { \(results.wrappingCall("function(\(arguments.parts(of: "$0")))")) }.parts
    }
    """)
}

overloads(
  """
  The function mapped over axes of its arguments, one entry of a tuple for each argument.

  The same as `vmap(in:out:_:)`, for functions that have a name: `vmap(grad(loss), in: (nil, 0, 0))`.
  - Parameters:
    - inAxes: The axes of the arguments; `nil` for those that are passed whole.
    - outAxes: Where the results have the new axis.
    - axisName: What the function may call the mapped axis.
    - chunk: The most positions to compute at once.
  - Returns: A function of arguments with the extra axes.
  """
) { documentation, arguments, results in
  let axes = [String](repeating: "Axes", count: arguments.count).joined(separator: ", ")
  let entries = (0..<arguments.count).map { "inAxes.\($0)" }.joined(separator: ", ")
  emit(
    documentation, disfavoured: results.count > 1, "vmap", arguments.generics + results.generics,
    [
      "_ function: @escaping (\(arguments.list)) -> \(results.tuple)",
      "in inAxes: \(arguments.count == 1 ? axes : "(\(axes))")", "out outAxes: Axes = 0",
      "axisName: String? = nil", "chunk: Int? = nil",
    ],
    "(\(arguments.list)) -> \(results.tuple)",
    """
    vmap(
      in: \(arguments.count == 1 ? "inAxes" : ".list([\(entries)])"), out: outAxes, axisName: axisName,
      chunk: chunk, function)
    """)
}

extension Parts {
  /// Wraps the value of a call, which is made once.
  func wrappingCall(_ call: String) -> String {
    wrapping(call)
  }
}

// MARK: - compile

section("compile")
overloads(
  """
  The function traced once for each kind of arguments, and run as a plan from then on.

  A call computes its results at once. It costs neither tracing nor planning where arguments with the same
  shapes, dtypes and structure have been met before; for others the function is traced again. What the trace
  depends on is compared in full: the number, shapes and dtypes of the arrays, numbers without a dtype, keys,
  `nil`, and the fields that are not arrays; wrap what is no tree in `Static`. So a plan never serves
  arguments it was not made for, whatever the function asks of their shapes.

  One trace serves batches of every size where the function is traced for one example and mapped:
  `let one = trace(f)(example)`, then `compile(vmap { one($0)[0] })`. Nothing in the program of an example can
  depend on how many there are; where another size differs, the call is a mistake.

  The function runs only when it is traced: arrays that it captures are taken as they are then, and what it
  does besides computing its results is not done again. State, as of an optimizer or a random key, is passed
  in and returned. The values of its arguments are not known to it; reading them is a mistake.

  Called inside another transform with arguments that depend on it, or where the function captures what
  depends on it, the function is called like any other. Calls from several tasks may overlap.
  - Parameters:
    - file: Named by `CompileLog`.
    - line: Named by `CompileLog`.
  - Returns: A function of the same type.
  """
) { documentation, arguments, results in
  let names = arguments.names.joined(separator: ", ")
  emit(
    documentation, disfavoured: results.count > 1, "compile", arguments.generics + results.generics,
    [
      "_ function: @escaping (\(arguments.list)) -> \(results.tuple)",
      "file: StaticString = #fileID", "line: UInt = #line",
    ],
    "(\(arguments.list)) -> \(results.tuple)",
    """
    let compiled = Compiled<
      \(arguments.wrapper)<\(arguments.list)>, \(results.wrapper)<\(results.list)>
    >(file, line)
    return { \(names) in
      compiled.call(\(arguments.wrapper)(\(names))) {
        \(results.wrappingCall("function(\(arguments.parts(of: "$0")))"))
      }.parts
    }
    """)
}

// MARK: - vjp and jvp

func traced(_ operation: String, _ arguments: Parts, _ results: Parts) -> String {
  """
  let traced = Differentiate.trace(
    "\(operation)", at: \(arguments.wrapping("primals")), outputRole: \(role(results))
  ) { \(results.wrappingCall("function(\(arguments.parts(of: "$0")))")) }
  """
}

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
    ) { \(results.wrappingCall("function(\(arguments.parts(of: "$0")))")) }
    return { transposed(\(results.wrapper)($0)).parts }
    """)
}

// MARK: - Derivatives of functions with one array as their result

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

// MARK: - Rules of their own

section("custom")

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
      { \(results.wrapping("function(\(arguments.parts(of: "$0")))")) },
      vjp: vjp.map { rule in { \(wrapped(arguments)) } },
      jvp: jvp.map { rule in { \(wrapped(results)) } }\(batching)
    ).parts
    """
  return "{ \(names) in\n" + call.split(separator: "\n").map { "  \($0)\n" }.joined() + "}"
}

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
    documentation, disfavoured: results.count > 1, "custom", arguments.generics + results.generics,
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
        \(results.wrapping("function(\(arguments.parts(of: "$0")))"))
      }.parts
    }
    """)
}

// MARK: - Programs

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
      ) { \(results.wrappingCall("function(\(arguments.parts(of: "$0")))")) }
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
      ) { \(results.wrappingCall("function(\(arguments.parts(of: "$0")))")) }.parts
    }
    """)
}

// MARK: - The file

text = String(text.dropLast())
let script = URL(fileURLWithPath: CommandLine.arguments[0]).standardizedFileURL
let file = script.deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Sources/Covector/Transforms/Surface.generated.swift")
if CommandLine.arguments.contains("--check") {
  let current = try? String(contentsOf: file, encoding: .utf8)
  if current != text {
    FileHandle.standardError.write(
      Data("\(file.path) is out of date; run Tools/generate-surface.swift\n".utf8))
    exit(1)
  }
} else {
  try text.write(to: file, atomically: true, encoding: .utf8)
}
