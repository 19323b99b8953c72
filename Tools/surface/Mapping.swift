// Arguments and results as one tree; functions mapped and compiled.

/// Trees of one to five arguments or results.
func emitWrappers() {
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
}

/// The function mapped, with axes before it and behind.
func emitVmap() {
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
        ) { \(call(arguments, results)) }.parts
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
}

/// The function compiled.
func emitCompile() {
  section("compile")
  overloads(
    """
    The function traced once for each kind of arguments, and run as a plan from then on.

    A call computes its results at once. It costs neither tracing nor planning where arguments with the same
    shapes, dtypes and structure have been met before; for others the function is traced again. What the trace
    depends on is compared in full: the number, shapes and dtypes of the arrays, numbers without a dtype, keys,
    `nil`, and the fields that are not arrays; wrap what is no tree in `Static`. So a plan never serves
    arguments it was not made for, whatever the function asks of their shapes.

    `compile(mappedOver:)` has one trace for batches of every size.

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
      documentation, disfavoured: results.count > 1, "compile",
      arguments.generics + results.generics,
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
          \(call(arguments, results))
        }.parts
      }
      """)
  }
  emitCompiledMap()
}

/// The function mapped and compiled, for any size of the mapped axes.
private func emitCompiledMap() {
  overloads(
    """
    The function mapped over axes of its arguments, traced once whatever their size, and run as plans.

    The same as `compile(vmap(in:out:axisName:_:))`, but for another size of the mapped axes the function is not
    called again: the program of one example is applied to all of them. The function never sees how many there
    are, so nothing it does can be wrong for another number. To ask for it is a mistake: `axisSize(_:)`,
    `gathered(over:axis:)` and `permuted(over:_:)` are refused, while sums, means and extrema over the named axis
    serve any number. Where an example has other types, the function is traced for those. A new size costs a
    plan.

    All else is as with `compile`: arrays that the function captures are taken as they are when it is traced.
    - Parameters:
      - inAxes: The axes of the arguments; `nil` for those that are passed whole.
      - outAxes: Where the results have the new axis; `nil` for one that does not depend on a mapped argument, as
        a sum over the named axis does not.
      - axisName: What the function may call the mapped axis: see `sum(over:)` and `mean(over:)`.
      - file: Named by `CompileLog`.
      - line: Named by `CompileLog`.
    - Returns: A function of arguments with the extra axes.
    """
  ) { documentation, arguments, results in
    let names = arguments.names.joined(separator: ", ")
    emit(
      documentation, disfavoured: results.count > 1, "compile",
      arguments.generics + results.generics,
      [
        "mappedOver inAxes: Axes", "out outAxes: Axes = 0", "axisName: String? = nil",
        "_ function: @escaping (\(arguments.list)) -> \(results.tuple)",
        "file: StaticString = #fileID", "line: UInt = #line",
      ],
      "(\(arguments.list)) -> \(results.tuple)",
      """
      let compiled = CompiledMap<
        \(arguments.wrapper)<\(arguments.list)>, \(results.wrapper)<\(results.list)>
      >((\(arguments.count), \(results.count)), in: inAxes, out: outAxes, name: axisName, file, line)
      return { \(names) in
        compiled.call(\(arguments.wrapper)(\(names))) {
          \(call(arguments, results))
        }.parts
      }
      """)
  }
}
