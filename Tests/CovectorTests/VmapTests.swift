// What vmap promises, one test for each rule; the names are those of the reference's behaviours that
// they keep, or put right.

import Testing

@testable import Covector

@Suite struct VmapInputAxesTests {
  let x = counting(2, 3)

  @Test("vmap.default") func default_() {
    #expect(numbers(vmap { (x: NDArray) in x.sum() }(x)) == [3, 12])
    #expect(numbers(vmap { (x: NDArray, y: NDArray) in (x * y).sum() }(x, x)) == [5, 50])
  }

  @Test("vmap.neg_in_axis") func negativeInAxis() {
    #expect(numbers(vmap(in: -1) { (x: NDArray) in x.sum() }(x)) == [3, 5, 7])
  }

  @Test("vmap.neg_in_axis_low") func lowestInAxis() {
    #expect(numbers(vmap(in: -2) { (x: NDArray) in x.sum() }(x)) == [3, 12])
  }

  @Test("vmap.in_axis_too_big") func inAxisTooBig() {
    #expect(
      mistake { _ = vmap(in: 2) { (x: NDArray) in x }(x) }
        == "[vmap] argument 0 of shape [2, 3] has no axis 2; an axis from -2 to 1, or nil, is needed"
    )
  }

  @Test("vmap.in_axis_too_neg") func inAxisTooNegative() {
    #expect(
      mistake { _ = vmap(in: [0, -3]) { (x: NDArray, y: NDArray) in x + y }(x, x) }
        == "[vmap] argument 1 of shape [2, 3] has no axis -3; an axis from -2 to 1, or nil, is needed"
    )
  }

  @Test("vmap.in_axes_list_two_args") func listForTwoArguments() {
    let f = vmap(in: [0, 1]) { (x: NDArray, y: NDArray) in x + y }
    #expect(f(x, x.T).shape == [2, 3])
    #expect(
      mistake { _ = vmap(in: [0]) { (x: NDArray, y: NDArray) in x + y }(x, x) }
        == "[vmap] in: [0] has 1 entry for 2 arguments; a list has one for each argument")
    #expect(
      mistake { _ = vmap(in: [0, 0, 0]) { (x: NDArray, y: NDArray) in x + y }(x, x) }
        == "[vmap] in: [0, 0, 0] has 3 entries for 2 arguments; a list has one for each argument")
  }

  @Test("vmap.single_dict_arg_axes_dict") func dictionaryForTheOnlyArgument() {
    let f = vmap(in: ["a": 0, "b": nil]) { (p: [String: NDArray]) in
      p["a", default: 0].sum() + p["b", default: 0]
    }
    #expect(numbers(f(["a": x, "b": 1.0])) == [4, 13])
  }

  @Test("vmap.single_dict_arg_axes_tuple_of_dict") func dictionaryInAList() {
    let f = vmap(in: [["a": 0, "b": nil]]) { (p: [String: NDArray]) in
      p["a", default: 0].sum() + p["b", default: 0]
    }
    #expect(numbers(f(["a": x, "b": 1.0])) == [4, 13])
  }

  @Test("vmap.in_axes_tuple_one_array") func listForOneArray() {
    #expect(numbers(vmap(in: [1]) { (x: NDArray) in x.sum() }(x)) == [3, 5, 7])
    #expect(
      mistake { _ = vmap(in: [0, nil]) { (p: [NDArray]) in p[0] }([x, x]) }
        == "[vmap] in: [0, nil] has 2 entries for 1 argument; a list has one for each argument, so "
        + "write [[0, nil]] for the parts of the only one")
  }

  @Test("vmap.all_none_scalar") func unmappedEverywhere() {
    #expect(
      mistake { _ = vmap(in: nil) { (x: NDArray) in x }(x) }
        == "[vmap] no argument is mapped: every axis is nil; at least one array needs an axis")
  }

  @Test("vmap.all_none_tuple") func unmappedOneByOne() {
    #expect(
      mistake { _ = vmap(in: [nil, nil]) { (x: NDArray, y: NDArray) in x + y }(x, x) }
        == "[vmap] no argument is mapped: every axis is nil; at least one array needs an axis")
  }

  @Test("vmap.no_args") func nothingToMap() {
    #expect(
      mistake { _ = vmap { (p: [NDArray]) in p.count == 0 ? self.x : p[0] }([]) }
        == "[vmap] the arguments hold no arrays; at least one must be mapped")
  }

  @Test("vmap.empty_tree_arg") func emptyTreeBesideAnArray() {
    let f = vmap { (x: NDArray, rest: [NDArray]) in rest.reduce(x, +) }
    #expect(numbers(f(x, [])) == numbers(x))
  }

  @Test("vmap.zero_d_input") func scalarWithAnAxis() {
    #expect(
      mistake { _ = vmap { (x: NDArray, y: NDArray) in x * y }(x, 2.0) }
        == "[vmap] argument 1 is a scalar, so it has no axis 0 to map; give it the axis nil")
  }

  @Test("vmap.zero_d_input_none") func scalarWithoutAxis() {
    #expect(
      numbers(vmap(in: [0, nil]) { (x: NDArray, y: NDArray) in (x * y).sum() }(x, 2.0)) == [6, 24])
  }

  @Test("vmap.size_mismatch") func sizesDiffer() {
    let y = counting(4, 3)
    #expect(
      mistake { _ = vmap { (x: NDArray, y: NDArray) in x + y }(x, y) }
        == "[vmap] mapped sizes differ: 2 along axis 0 of argument 0, 4 along axis 0 of argument 1; they "
        + "must be equal")
    let layer = Layer(weight: x, bias: counting(2, 4), activation: "none")
    #expect(
      mistake { _ = vmap(in: [["weight": 0, "bias": -1]]) { (l: Layer) in l.weight }(layer) }
        == "[vmap] mapped sizes differ: 2 along axis 0 of argument 0.weight, 4 along axis 1 of argument "
        + "0.bias; they must be equal")
  }

  @Test("vmap.size_one_vs_n") func sizeOneDoesNotStretch() {
    let y = counting(1, 3)
    #expect(
      mistake { _ = vmap { (x: NDArray, y: NDArray) in x + y }(x, y) }
        == "[vmap] mapped sizes differ: 2 along axis 0 of argument 0, 1 along axis 0 of argument 1; they "
        + "must be equal")
  }

  @Test("vmap.size_zero") func sizeZero() {
    let result = vmap { (x: NDArray) in x * 2 + 1 }(counting(0, 3))
    #expect(result.shape == [0, 3])
    #expect(numbers(result) == [])
  }

  @Test("vmap.size_zero_reduce") func sizeZeroReduced() {
    let result = vmap { (x: NDArray) in x.sum() }(counting(0, 3))
    #expect(result.shape == [0])
    #expect(numbers(result) == [])
  }

  @Test("vmap.prefix_int_over_dict") func oneAxisOverATree() {
    let f = vmap(in: [1, nil]) { (p: [String: NDArray], y: NDArray) in
      p["a", default: 0] + p["b", default: 0] + y
    }
    #expect(f(["a": x, "b": x], 1.0).shape == [3, 2])
  }

  @Test("vmap.prefix_none_over_dict") func unmappedOverATree() {
    let f = vmap(in: [0, nil]) { (y: NDArray, p: [String: NDArray]) in
      y * p["a", default: 0].sum() + p["b", default: 0].sum()
    }
    #expect(numbers(f(NDArray([1.0, 2.0]), ["a": x, "b": x])) == [30, 45])
  }

  @Test("vmap.prefix_list_vs_tuple_node") func listForNames() {
    let layer = Layer(weight: x, bias: nil, activation: "none")
    #expect(
      mistake { _ = vmap(in: [[0]]) { (l: Layer) in l.weight }(layer) }
        == "[vmap] in: [0] is a list, but argument 0.weight has a name; write a dictionary")
    #expect(
      mistake { _ = vmap(in: [["a": 0]]) { (p: [NDArray]) in p[0] }([x]) }
        == "[vmap] in: [\"a\": 0] is a dictionary, but argument 0[0] has a number; write a list")
    #expect(
      mistake { _ = vmap(in: [[0]]) { (x: NDArray) in x }(x) }
        == "[vmap] in: argument 0 is one array, but [0] was given; give an axis or nil")
    #expect(
      mistake { _ = vmap(in: ["a": 0]) { (x: NDArray, y: NDArray) in x }(x, x) }
        == "[vmap] in: [\"a\": 0] is a dictionary, but there are 2 arguments; write a list with one entry "
        + "for each")
  }

  @Test("vmap.prefix_wrong_keys") func missingAndExtraNames() {
    let layer = Layer(weight: x, bias: x, activation: "none")
    #expect(
      mistake { _ = vmap(in: [["weight": 0]]) { (l: Layer) in l.weight }(layer) }
        == "[vmap] in: there is no entry for argument 0.bias; name every part that holds arrays")
    #expect(
      mistake {
        _ = vmap(in: ["weight": 0, "bias": 0, "scale": 0]) { (l: Layer) in l.weight }(layer)
      }
        == "[vmap] in: argument 0 has no part \"scale\"")
  }

  @Test("vmap.prefix_wrong_length") func wrongLength() {
    #expect(
      mistake { _ = vmap(in: [[0, 0, 0]]) { (p: [NDArray]) in p[0] }([x, x]) }
        == "[vmap] in: [0, 0, 0] has 3 entries, but argument 0 has 2 parts")
    #expect(
      mistake { _ = vmap(in: [[0]]) { (p: [NDArray]) in p[0] }([x, x]) }
        == "[vmap] in: [0] has 1 entry, but argument 0 has 2 parts")
  }

  @Test("vmap.duplicate_key") func nameTwice() {
    #expect(
      mistake { _ = vmap(in: ["a": 0, "a": 1]) { (p: [String: NDArray]) in self.x }(["a": x]) }
        == "[Axes] \"a\" comes twice; each part has one entry")
  }
}

@Suite struct VmapOutputAxesTests {
  let x = counting(3, 2, 4)
  let matrix = counting(2, 3)

  @Test("vmap.out_axes_neg") func negativeOutAxis() {
    let result = vmap(out: -1) { (x: NDArray) in x * 2 }(x)
    #expect(result.shape == [2, 4, 3])
    #expect(numbers(result) == numbers((x * 2).transposed(1, 2, 0)))
  }

  @Test("vmap.out_axis_too_big") func outAxisTooBig() {
    #expect(
      mistake { _ = vmap(out: 1) { (x: NDArray) in x.sum() }(x) }
        == "[vmap] out axis 1 is out of range for the result, which has 1 axis with the new one; an axis "
        + "from -1 to 0 is needed")
  }

  @Test("vmap.out_axis_too_neg") func outAxisTooNegative() {
    #expect(
      mistake { _ = vmap(out: [0, -4]) { (x: NDArray) in (x, x) }(x) }
        == "[vmap] out axis -4 is out of range for result 1, which has 3 axes with the new one; an axis "
        + "from -3 to 2 is needed")
  }

  @Test("vmap.out_axes_list_for_tuple") func listForTupleResult() {
    let (first, second) = vmap(out: [0, 1]) { (x: NDArray) in (x, x) }(matrix)
    #expect(numbers(first) == numbers(matrix))
    #expect(numbers(second) == numbers(matrix.T))
    #expect(
      mistake { _ = vmap(out: [0, 1, 2]) { (x: NDArray) in (x, x) }(matrix) }
        == "[vmap] out: [0, 1, 2] has 3 entries for 2 results; a list has one for each result")
  }

  @Test("vmap.out_axes_list_for_list") func listForArrayResult() {
    let results = vmap(out: [[0, 1]]) { (x: NDArray) in [x, x] }(matrix)
    #expect(results.map(\.shape) == [[2, 3], [3, 2]])
  }

  @Test("vmap.out_axes_tuple1_for_array") func listForOneResult() {
    #expect(vmap(out: [1]) { (x: NDArray) in x }(matrix).shape == [3, 2])
  }

  @Test("vmap.out_axes_dict") func dictionaryForStructResult() {
    let f = vmap(out: ["first": 1, "second": 0]) { (x: NDArray) in Pair(first: x, second: [x, x]) }
    #expect(f(matrix).leaves.map(\.shape) == [[3, 2], [2, 3], [2, 3]])
    #expect(
      mistake { _ = vmap(out: ["first": 1]) { (x: NDArray) in Pair(first: x, second: x) }(matrix) }
        == "[vmap] out: there is no entry for result.second; name every part that holds arrays")
  }

  @Test("vmap.const_output") func constantResult() {
    let result = vmap { (x: NDArray) in NDArray([7.0, 8.0]) }(x)
    #expect(result.shape == [3, 2])
    #expect(numbers(result) == [7, 8, 7, 8, 7, 8])
    let literal = vmap { (x: NDArray) -> NDArray in 1.5 }(x)
    #expect(literal.dtype == .float32)
    #expect(numbers(literal) == [1.5, 1.5, 1.5])
  }

  @Test("vmap.captured_returned") func capturedResult() {
    let captured = NDArray([1.0, 2.0])
    #expect(numbers(vmap(out: 1) { (x: NDArray) in captured }(x)) == [1, 1, 1, 2, 2, 2])
  }

  @Test("vmap.unmapped_arg_returned") func unmappedArgumentReturned() {
    let result = vmap(in: [0, nil]) { (x: NDArray, y: NDArray) in y }(x, NDArray([1.0, 2.0]))
    #expect(numbers(result) == [1, 2, 1, 2, 1, 2])
  }

  @Test("vmap.out_axes_none_tuple1_mapped") func unmappedAxisForMappedResult() {
    #expect(
      mistake { _ = vmap(out: nil) { (x: NDArray) in x + 1 }(x) }
        == "[vmap] the result depends on a mapped argument, so its out axis cannot be nil; give an axis"
    )
    #expect(
      mistake { _ = vmap(out: [0, nil]) { (x: NDArray) in (x, [x]) }(x) }
        == "[vmap] result 1[0] depends on a mapped argument, so its out axis cannot be nil; give an axis"
    )
  }

  @Test("vmap.out_none_unmapped_output") func unmappedResultLeftAlone() {
    let (mapped, whole) = vmap(in: [0, nil], out: [0, nil]) { (x: NDArray, y: NDArray) in
      (x * y.sum(), y * 2)
    }(x, NDArray([1.0, 2.0]))
    #expect(mapped.shape == [3, 2, 4])
    #expect(whole.shape == [2])
    #expect(numbers(whole) == [2, 4])
  }

  @Test("vmap.input_returned_moved") func inputReturnedMoved() {
    let result = vmap(in: 2, out: 0) { (x: NDArray) in x }(x)
    #expect(numbers(result) == numbers(x.transposed(2, 0, 1)))
  }

  @Test("vmap.same_output_twice_values") func sameResultTwice() {
    let (first, second) = vmap(out: [0, 1]) { (x: NDArray) in
      let y = x * 10
      return (y, y)
    }(matrix)
    #expect(numbers(first) == numbers(matrix * 10))
    #expect(numbers(second) == numbers(matrix.T * 10))
  }

  @Test("vmap.same_input_out_twice_axes") func sameInputThreeTimes() {
    let (a, b, c) = vmap(out: [1, 0, 0]) { (x: NDArray) in (x, x, x) }(matrix)
    #expect(numbers(a) == numbers(matrix.T))
    #expect(numbers(b) == numbers(matrix))
    #expect(numbers(c) == numbers(matrix))
  }

  @Test("vmap.empty_output") func emptyResult() {
    #expect(vmap { (x: NDArray) in [NDArray]() }(x).isEmpty)
  }
}

@Suite struct VmapInsideTests {
  let x = counting(2, 3)
  static let remedy =
    "where it is not known; use which, cond, whileLoop or scan in place of if and while, and return what "
    + "is to be read"

  @Test("vmap.shape_seen") func shapesOfOneExample() {
    let result = vmap(in: 1) { (x: NDArray) -> NDArray in
      #expect(x.shape == [2])
      #expect(x.rank == 1)
      #expect(x.count == 2)
      #expect(x.dtype == .float64)
      return x
    }(x)
    #expect(result.shape == [3, 2])
  }

  @Test("vmap.calls_once") func calledOnce() {
    var calls = 0
    let f = vmap { (x: NDArray) -> NDArray in
      calls += 1
      return x * 2
    }
    _ = f(x)
    #expect(calls == 1)
    _ = f(x)
    #expect(calls == 2)
  }

  @Test("vmap.item_inside") func itemInside() {
    #expect(
      mistake { _ = vmap { (x: NDArray) in x * x.sum().item(Double.self) }(x) }
        == "[eval] the value of a float64[3] array was read inside vmap, \(Self.remedy)")
  }

  @Test("vmap.eval_inside") func evalInside() {
    #expect(
      mistake {
        _ = vmap { (x: NDArray) -> NDArray in
          eval(x + 1)
          return x
        }(x)
      } == "[eval] the value of a float64[3] array was read inside vmap, \(Self.remedy)")
  }

  @Test("vmap.if_inside") func ifInside() {
    #expect(
      mistake { _ = vmap { (x: NDArray) in x.item(Bool.self) ? x : -x }(NDArray([1.0, 2.0])) }
        == "[eval] the value of a float64[] array was read inside vmap, \(Self.remedy)")
  }

  @Test("vmap.print_inside") func printingInside() {
    // Printing is for finding mistakes: it says what is known, and does not stop the program.
    _ = vmap { (x: NDArray) -> NDArray in
      #expect("\(x * 2)" == "NDArray(float64[3], traced by vmap)")
      return x
    }(x)
  }

  @Test("vmap.numpy_inside") func readingInside() {
    #expect(
      mistake { _ = vmap { (x: NDArray) in x * x.array(of: Double.self).count }(x) }
        == "[eval] the value of a float64[3] array was read inside vmap, \(Self.remedy)")
  }

  @Test("vmap.if_on_const_inside") func ifOnCapturedArray() {
    let flag = NDArray(2.0)
    let result = vmap { (x: NDArray) in (flag * 2).item(Double.self) > 3 ? x + 1 : x }(x)
    #expect(numbers(result) == numbers(x + 1))
  }

  @Test("vmap.eval_unmapped_inside") func readingUnmappedArgument() {
    let result = vmap(in: [0, nil]) { (x: NDArray, n: NDArray) in
      (0..<n.item(Int.self)).reduce(x) { sum, _ in sum + x }
    }(x, NDArray(2))
    #expect(numbers(result) == numbers(x * 3))
  }

  @Test("vmap.leak_tracer") func leakedTracer() {
    var leaked: NDArray = 0
    _ = vmap { (x: NDArray) -> NDArray in
      leaked = x * 2
      return x
    }(x)
    #expect(
      mistake { _ = (leaked + 1).array(of: Double.self) }
        == "[eval] a float64[3] array was kept from inside a function under vmap that has ended, and has no "
        + "value; return it from the function instead")
  }

  @Test("vmap.leak_input_tracer") func leakedInputTracer() {
    var leaked: NDArray = 0
    let again = vmap { (x: NDArray) -> NDArray in
      let earlier = leaked
      leaked = x
      return x + earlier
    }
    _ = again(x)
    #expect(
      mistake { _ = again(x).array(of: Double.self) }
        == "[eval] a float64[3] array was kept from inside a function under vmap that has ended, and has no "
        + "value; return it from the function instead")
  }

  @Test("vmap.exception_then_ok") func cleanAfterAMistake() {
    #expect(mistake { _ = vmap { (x: NDArray) in matmul(x, x.sum()) }(x) } != "no mistake")
    #expect(numbers(vmap { (x: NDArray) in x.sum() }(x)) == [3, 12])
  }

  @Test("vmap.mistake_in_function") func mistakeInTheFunction() {
    #expect(
      mistake { _ = vmap { (x: NDArray) in x + NDArray([1.0, 2.0]) }(x) }
        == "[+] shapes [3] and [2] do not broadcast; sizes must be equal or 1, counted from the last axis"
    )
  }

  @Test("vmap.inplace_on_arg") func assignmentOnArgument() {
    let v = NDArray([10.0, 20.0])
    let before = numbers(x)
    let result = vmap { (x: NDArray) -> NDArray in
      var x = x
      x[1..<3] = v
      return x
    }(x)
    #expect(numbers(result) == [0, 10, 20, 3, 10, 20])
    #expect(numbers(x) == before)
  }

  @Test("vmap.len_of_arg") func lengthOfOneExample() {
    let result = vmap { (x: NDArray) in x.sum() / NDArray(Double(x.shape[0])) }(x)
    #expect(numbers(result) == [1, 4])
  }

  @Test("vmap.iterate_arg") func loopOverOneExample() {
    let result = vmap { (x: NDArray) in
      (0..<x.shape[0]).reduce(NDArray(0.0)) { sum, i in sum + x[i] * x[i] }
    }(x)
    #expect(numbers(result) == [5, 50])
  }

  private struct Powered: ArrayTree {
    var x: NDArray
    var power = 2
    var name = "cube"
  }

  @Test func whatIsNoArrayPassesThrough() {
    let f = vmap(in: [0, nil]) { (given: Powered, more: Static<Int>) -> Powered in
      var result = given
      result.x = (0..<(given.power + more.value)).reduce(1.0) { y, _ in y * given.x }
      result.name = given.name + "d"
      return result
    }
    let result = f(Powered(x: NDArray([1.0, 2.0, 3.0])), Static(1))
    #expect(numbers(result.x) == [1, 8, 27])
    #expect(result.power == 2 && result.name == "cubed")
    #expect(numbers(f(Powered(x: NDArray([2.0]), power: 0), Static(1)).x) == [2])
  }

  @Test("vmap.random_implicit") func oneKeyIsOneDraw() {
    // There is no hidden generator: lanes share a draw exactly where they share a key.
    let key = Random.key(7)
    let result = vmap { (x: NDArray) in x + Random.uniform([3], dtype: .float64, key: key) }(x)
    let draw = Random.uniform([3], dtype: .float64, key: key)
    #expect(numbers(result) == numbers(x + draw))
  }

  @Test("vmap.random_key_mapped") func keyForEachExample() {
    let keys = Random.split(Random.key(7), into: 4)
    let result = vmap { (key: NDArray) in Random.normal([5], key: key) }(keys)
    for lane in 0..<4 {
      #expect(numbers(result[lane]) == numbers(Random.normal([5], key: keys[lane])))
    }
  }

  @Test("vmap.int_dtype") func integersStayIntegers() {
    let result = vmap { (x: NDArray) in x * 2 }(NDArray([1, 2, 3] as [Int32]))
    #expect(result.dtype == .int32)
    #expect(result.array(of: Int32.self) == [2, 4, 6])
  }

  @Test("vmap.unequal_unmapped_left") func comparisonWithUnmappedLeft() {
    let c = NDArray([1.0, 4.0, 2.0])
    #expect(
      vmap { (b: NDArray) in c .!= b }(x).array(of: Bool.self) == [
        true, true, false, true, false, true,
      ])
  }

  @Test func trapNamesBothSizes() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = vmap { (x: NDArray, y: NDArray) in x + y }(NDArray([1.0, 2.0]), NDArray([1.0]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      text.contains("[vmap] mapped sizes differ: 2 along axis 0 of argument 0, 1 along axis 0"))
  }

  @Test func trapNamesTheRemedy() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = vmap { (x: NDArray) in x.item(Double.self) > 0 ? x : -x }(NDArray([1.0, 2.0]))
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      text.contains("was read inside vmap, where it is not known; use which, cond, whileLoop"))
  }
}

@Suite struct VmapNestingTests {
  @Test("vmap.nested_two_levels") func twoLevels() {
    let (a, b) = (counting(2, 3), counting(3, 4))
    let f = vmap(in: [0, nil], vmap(in: [nil, 1]) { (x: NDArray, y: NDArray) in (x * y).sum() })
    #expect(numbers(f(a, b)) == numbers(matmul(a, b)))
  }

  @Test("vmap.nested_three_levels") func threeLevels() {
    let x = counting(2, 3, 4)
    let f = vmap(in: 2, out: 1, vmap(in: 1, vmap { (x: NDArray) in x * x }))
    #expect(numbers(f(x)) == numbers((x * x).transposed(1, 2, 0)))
  }

  @Test("vmap.nested_closure") func closureOverOuterTracer() {
    let (x, y) = (counting(2), counting(3))
    let f = vmap { (x: NDArray) in vmap { (y: NDArray) in x * 10 + y }(y) }
    #expect(numbers(f(x)) == [0, 1, 2, 10, 11, 12])
  }

  @Test("vmap.nested_closure_only_outer") func innerResultOfOuterTracerOnly() {
    let (x, y) = (counting(2), counting(3))
    #expect(numbers(vmap { x in vmap { (y: NDArray) in x * 10 }(y) }(x)) == [0, 0, 0, 10, 10, 10])
  }

  @Test("vmap.nested_inner_output_is_outer_tracer") func innerResultIsOuterTracer() {
    let (x, y) = (counting(2), counting(3))
    #expect(numbers(vmap { x in vmap { (y: NDArray) in x }(y) }(x)) == [0, 0, 0, 1, 1, 1])
    #expect(numbers(vmap { x in vmap(out: nil) { (y: NDArray) in x }(y) }(x)) == [0, 1])
  }

  @Test("vmap.grad_inside") func gradientOfEachExample() {
    let f = vmap(in: [nil, 0], grad { (w: NDArray, x: NDArray) in square((w * x).sum()) })
    let result = f(NDArray([1.0, 2.0]), counting(2, 2))
    #expect(numbers(result) == [0, 4, 32, 48])
  }

  @Test("vmap.jacobian_rev") func jacobianByMappingVjp() {
    let x = NDArray([1.0, 2.0, 3.0])
    let (_, pullback) = vjp({ x in x * x.sum() }, x)
    let identity = NDArray.identity(3, dtype: .float64)
    #expect(numbers(vmap(pullback)(identity)) == [7, 1, 1, 2, 8, 2, 3, 3, 9])
  }

  @Test("vmap.jacobian_fwd") func jacobianByMappingJvp() {
    let x = NDArray([1.0, 2.0, 3.0])
    let identity = NDArray.identity(3, dtype: .float64)
    let columns = vmap(out: 1) { (t: NDArray) in jvp({ x in x * x.sum() }, x, t).tangents }
    #expect(numbers(columns(identity)) == [7, 1, 1, 2, 8, 2, 3, 3, 9])
  }

  @Test("vmap.hessian") func hessianByMappingJvpOfGrad() {
    let x = NDArray([1.0, 2.0])
    let identity = NDArray.identity(2, dtype: .float64)
    let gradient = grad { (x: NDArray) in (x * x * x).sum() * x.sum() }
    let rows = vmap { (t: NDArray) in jvp(gradient, x, t).tangents }(identity)
    #expect(numbers(rows) == [24, 15, 15, 60])
  }
}
