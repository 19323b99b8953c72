// Written by Tools/generate-snippets.swift from the articles and the README. Do not edit.
// swift-format-ignore-file

import Covector
import CovectorFiles
import CovectorOptimizers
import CovectorTesting
import Testing

@Suite struct SnippetTests {

  @Test func arraysAndIndexing() throws {

    shows(
      NDArray.zeros([2, 3]),
      as: #"""
        array([[0., 0., 0.],
               [0., 0., 0.]], dtype=float32)
        """#)
    shows(
      NDArray.arange(from: 2, to: 11, by: 3),
      as: #"""
        array([2, 5, 8], dtype=int32)
        """#)
    shows(
      NDArray([1.5, 2.5]).dtype, NDArray([1, 2]).dtype,
      as: #"""
        float64 int64
        """#)

    let half = NDArray([1.0, 2.0]).asType(.bfloat16)
    shows(
      (half + 1.0).dtype, (half * NDArray([1.0, 2.0])).dtype,
      as: #"""
        bfloat16 float64
        """#)

    let x = NDArray.arange(12).reshaped(to: 3, 4)
    shows(
      x[1],
      as: #"""
        array([4, 5, 6, 7], dtype=int32)
        """#)
    shows(
      x[0..<2, -1],
      as: #"""
        array([3, 7], dtype=int32)
        """#)
    shows(
      x[..., .stride(by: -2)],
      as: #"""
        array([[ 3,  1],
               [ 7,  5],
               [11,  9]], dtype=int32)
        """#)
    shows(
      x[[2, 0]],
      as: #"""
        array([[ 8,  9, 10, 11],
               [ 0,  1,  2,  3]], dtype=int32)
        """#)
    shows(
      x[x .> 8],
      as: #"""
        array([ 9, 10, 11], dtype=int32)
        """#)
    shows(
      x[.newAxis].shape, x[..., .newAxis].shape,
      as: #"""
        [1, 3, 4] [3, 4, 1]
        """#)

    var y = NDArray.zeros([2, 3])
    let before = y
    y[0, 1...2] = 5.0
    shows(
      y,
      as: #"""
        array([[0., 5., 5.],
               [0., 0., 0.]], dtype=float32)
        """#)
    shows(
      before.sum().item(Float.self),
      as: #"""
        0.0
        """#)
    shows(
      NDArray.zeros([3]).at[[0, 2, 2]].adding(1.0),
      as: #"""
        array([1., 0., 2.], dtype=float32)
        """#)

    shows(
      x[1, 2].item(Int.self),
      as: #"""
        6
        """#)
    shows(
      x[0].array(of: Double.self),
      as: #"""
        [0.0, 1.0, 2.0, 3.0]
        """#)
    shows(
      x.rows(of: Int.self),
      as: #"""
        [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
        """#)
    let sum = try x.withSpan(of: Int32.self) { span in
      var sum = 0
      for index in span.indices { sum += Int(span[index]) }
      return sum
    }
    shows(
      sum,
      as: #"""
        66
        """#)

  }

  @Test func comingFromElsewhere() throws {

    let x = NDArray.arange(6, dtype: .float32).reshaped(to: 2, 3)
    shows(
      x.transposed().shape, x.mean(axis: 1), (x .< 2).sum(),
      as: #"""
        [3, 2] array([1., 4.], dtype=float32) array(2, dtype=int32)
        """#)

  }

  @Test func controlFlow() throws {

    func collatz(_ x: NDArray) -> NDArray {
      var x = x
      var steps = 0
      while x.item(Float.self) > 1, steps < 100 {
        x = Int(x.item(Float.self)) % 2 == 0 ? x / 2 : 3 * x + 1
        steps += 1
      }
      return x
    }
    // 6 → 3 → 10 → 5 → 16 → 8 → 4 → 2 → 1: two times 3, six halvings.
    shows(
      grad(collatz)(6.0).item(Double.self), 9.0 / 64,
      as: #"""
        0.140625 0.140625
        """#)

    let squareRoot = vmap { (x: NDArray) -> NDArray in
      var guess = maximum(x, 1.0)
      for _ in 0..<20 { guess = 0.5 * (guess + x / guess) }
      return guess
    }
    shows(
      squareRoot([4.0, 9.0, 2.25]),
      as: #"""
        array([2. , 3. , 1.5], dtype=float32)
        """#)

    do {
      _ = try checked { vmap { (x: NDArray) in x.item(Float.self) > 0 ? x : -x }([1.0, -1.0]) }
    } catch {
      shows(
        "\(error)".contains("which"),
        as: #"""
          true
          """#)
    }

    let halvings = vmap { (x: NDArray) -> NDArray in
      whileLoop(x, NDArray(0 as Int32), while: { value, _ in value .> 1.0 }) { value, count in
        (value / 2, count + 1)
      }.1
    }([1.0, 8.0, 100.0])
    shows(
      halvings,
      as: #"""
        array([0, 3, 7], dtype=int32)
        """#)

    let magnitude = { (x: NDArray) -> NDArray in
      cond(x .< 0.0, then: { -x }, else: { x })
    }
    shows(
      vmap(grad(magnitude))([-2.0, 3.0]),
      as: #"""
        array([-1.,  1.], dtype=float32)
        """#)

    let (total, sums) = scan(NDArray(0.0 as Float), over: NDArray([1, 2, 3] as [Float])) {
      (sum: NDArray, x: NDArray) -> (NDArray, NDArray) in (sum + x, sum + x)
    }
    shows(
      total, sums,
      as: #"""
        array(6., dtype=float32) array([1., 3., 6.], dtype=float32)
        """#)

    let leaky = { (x: NDArray) in which(x .> 0.0, sqrt(x), 0.0).sum() }
    let safe = { (x: NDArray) in select(x .> 0.0) { sqrt(x) } else: { 0.0 }.sum() }
    shows(
      grad(leaky)([4.0, 0.0]), grad(safe)([4.0, 0.0]),
      as: #"""
        array([0.25,  nan], dtype=float32) array([0.25, 0.  ], dtype=float32)
        """#)

  }

  @Test func covector() throws {

    let cube = { (x: NDArray) in x * x * x }
    shows(
      vmap(grad(grad(cube)))([1.0, 2.0, 3.0]),
      as: #"""
        array([ 6., 12., 18.], dtype=float32)
        """#)

  }

  @Test func derivativesFromTheMathematicsUp() throws {

    func f(_ x: NDArray) -> NDArray { stacked([x[0] * x[1], sin(x[0])]) }
    let x: NDArray = [0.0, 2.0]
    let (y, t) = jvp(f, x, [1.0, 0.0])
    shows(
      y, t,
      as: #"""
        array([0., 0.], dtype=float32) array([2., 1.], dtype=float32)
        """#)

    let (_, pullback) = vjp(f, x)
    shows(
      pullback([1.0, 0.0]), pullback([0.0, 1.0]),
      as: #"""
        array([2., 0.], dtype=float32) array([1., 0.], dtype=float32)
        """#)

    shows(
      grad { (x: NDArray) in f(x).sum() }(x),
      as: #"""
        array([3., 0.], dtype=float32)
        """#)
    shows(
      jacobian(f)(x),
      as: #"""
        array([[2., 0.],
               [1., 0.]], dtype=float32)
        """#)

    func g(_ x: NDArray) -> NDArray { (x * x * x).sum() }
    shows(
      hessian(g)([1.0, 2.0]),
      as: #"""
        array([[ 6.,  0.],
               [ 0., 12.]], dtype=float32)
        """#)

    shows(
      hvp(g, [1.0, 2.0], [1.0, 1.0]),
      as: #"""
        array([ 6., 12.], dtype=float32)
        """#)

    let (value, gradient) = valueAndGrad(g)([1.0, 2.0])
    shows(
      value.item(Float.self), gradient,
      as: #"""
        9.0 array([ 3., 12.], dtype=float32)
        """#)

    let (_, pushforward) = linearize(f, x)
    shows(
      pushforward([1.0, 0.0]), pushforward([0.0, 1.0]),
      as: #"""
        array([2., 1.], dtype=float32) array([0., 0.], dtype=float32)
        """#)

    // The derivative of log(1 + exp(x)) as it stands is infinity over infinity for a large x.
    let softened = custom({ (x: NDArray) in log(1 + exp(x)) }, vjp: { x, _, cotangent in cotangent * sigmoid(x) })
    shows(
      grad { (x: NDArray) in log(1 + exp(x)) }(100.0), grad(softened)(100.0),
      as: #"""
        array(nan, dtype=float32) array(1., dtype=float32)
        """#)

    let deep = { (x: NDArray) in (0..<8).reduce(x) { x, _ in checkpoint { (x: NDArray) in sin(x) + x }(x) } }
    let plain = { (x: NDArray) in (0..<8).reduce(x) { x, _ in sin(x) + x } }
    shows(
      arrayEqual(grad(deep)(0.5), grad(plain)(0.5)).item(Bool.self),
      as: #"""
        true
        """#)

    shows(
      grad { (x: NDArray) in abs(x).sum() }([-1.0, 0.0, 2.0]),
      as: #"""
        array([-1.,  0.,  1.], dtype=float32)
        """#)

  }

  @Test func errors() throws {

    let a = NDArray.ones([2, 3])
    let b = NDArray.ones([4, 5])
    do {
      let product = try checked { matmul(a, b).sum() }
      print(product)
    } catch let error as ArrayError {
      shows(
        error,
        as: #"""
          [matmul] inner sizes differ: [2, 3] × [4, 5]; the second shape should start with 3
          """#)
    }


    do {
      _ = try NpyFile.read("/nowhere/x.npy")
    } catch {
      shows(
        error,
        as: #"""
          [npy] /nowhere/x.npy: cannot be opened: No such file or directory
          """#)
    }

    do {
      _ = try checked(for: .nan) { grad { (x: NDArray) in sqrt(x).sum() * 0 }([4.0, 0.0]) }
    } catch {
      shows(
        error,
        as: #"""
          [sqrt] NaN at [1] of the cotangent of its input, float32[2]
          """#)
    }

    let cube = { (x: NDArray) in x * x * x }
    shows(
      trace(grad(cube))(2.0),
      as: #"""
        program(a: float32[]) -> float32[] {
          b: float32[] = a * a
          c: float32[] = 1.0 * b
          d: float32[] = 1.0 * a
          e: float32[] = d * a
          f: float32[] = c + e
          g: float32[] = d * a
          h: float32[] = f + g
          return h
        }
        """#)
    let twice = vmap { (x: NDArray) in x.debugPrinted("x") * 2 }
    eval(twice([1.0, 2.0]))
    // x [lane 0]: array(1., dtype=float32)
    // x [lane 1]: array(2., dtype=float32)

  }

  @Test func filesAndTraining() throws {
    let folder = try Folder()
    defer { folder.remove() }

    let x: NDArray = [[1.0, 2.0], [3.0, 4.0]]
    let bytes = try NpyFile.encode(x)
    shows(
      try arrayEqual(NpyFile.decode(bytes), x).item(Bool.self),
      as: #"""
        true
        """#)

    struct Line: ArrayTree {
      var slope: NDArray
      var offset: NDArray
    }
    let path = folder.path + "line.safetensors"
    try Line(slope: [2.0], offset: [1.0]).write(safetensors: path, metadata: ["note": "by hand"])
    let file = try SafetensorsFile(path)
    shows(
      file.names, file.metadata,
      as: #"""
        ["offset", "slope"] ["note": "by hand"]
        """#)
    var line = Line(slope: [0.0], offset: [0.0])
    try line.load(file)
    shows(
      line.slope,
      as: #"""
        array([2.], dtype=float32)
        """#)

    let places: NDArray = [0.0, 1.0, 2.0]
    let forward = trace { (x: NDArray) in line.slope * x + line.offset }(places)
    let kept = try ProgramFile(["forward": forward]).encoded()
    let again = try ProgramFile(decoding: kept)["forward"]
    shows(
      again?(places) ?? [],
      as: #"""
        [array([1., 3., 5.], dtype=float32)]
        """#)

    let text = "0.5,1.0\n1.5,-2.0\n,4.0"
    let rows = text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) ?? .nan }
    }
    let table = NDArray(rows)
    shows(
      table.shape, table[0..., 1],
      as: #"""
        [3, 2] array([ 1., -2.,  4.], dtype=float32)
        """#)


    let inputs = NDArray.linspace(from: -1, to: 1, count: 32)
    let targets = 3 * inputs - 0.5
    func loss(_ line: Line) -> NDArray { square(line.slope * inputs + line.offset - targets).mean() }

    let optimizer = Adam(learningRate: .cosine(from: 0.1, over: 400).warmedUp(over: 10))
    var state = optimizer.initialState(for: line)
    for _ in 0..<400 {
      let gradient = grad(loss)(line).clipped(toNorm: 1)
      optimizer.update(&line, with: gradient, &state)
    }
    shows(
      round(line.slope, decimals: 2), round(line.offset, decimals: 2),
      as: #"""
        array([3.], dtype=float32) array([-0.5], dtype=float32)
        """#)

  }

  @Test func gettingStarted() throws {

    let x: NDArray = [[1, 2, 3], [4, 5, 6]]
    shows(
      x.shape, x.dtype,
      as: #"""
        [2, 3] int32
        """#)
    shows(
      x * 0.5,
      as: #"""
        array([[0.5, 1. , 1.5],
               [2. , 2.5, 3. ]], dtype=float32)
        """#)
    shows(
      x.sum(axis: 0),
      as: #"""
        array([5, 7, 9], dtype=int32)
        """#)

    let mean = x.mean().item(Double.self)
    shows(
      mean,
      as: #"""
        3.5
        """#)

    func loss(_ w: NDArray) -> NDArray { square(w - 3).sum() }
    shows(
      grad(loss)([1.0, 2.0, 5.0]),
      as: #"""
        array([-4., -2.,  4.], dtype=float32)
        """#)

    struct Line: ArrayTree {
      var slope: NDArray
      var offset: NDArray
      func callAsFunction(_ x: NDArray) -> NDArray { slope * x + offset }
    }

    let inputs = NDArray.linspace(from: -1, to: 1, count: 5)
    let targets = 2 * inputs + 1
    func misfit(_ line: Line) -> NDArray { square(line(inputs) - targets).mean() }

    var line = Line(slope: 0.0, offset: 0.0)
    for _ in 0..<200 {
      let gradient = grad(misfit)(line)
      line = line.zipLeaves(with: gradient) { $0 - 0.1 * $1 }
      eval(line)
    }
    shows(
      round(line.slope, decimals: 3), round(line.offset, decimals: 3),
      as: #"""
        array(2., dtype=float32) array(1., dtype=float32)
        """#)

    func distance(_ a: NDArray, _ b: NDArray) -> NDArray { sqrt(square(a - b).sum()) }
    let points: NDArray = [[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]
    let toOrigin = vmap(in: [0, nil], distance)(points, [0.0, 0.0])
    shows(
      toOrigin,
      as: #"""
        array([ 0.,  5., 10.], dtype=float32)
        """#)
    let matrix = vmap(in: [0, nil], vmap(in: [nil, 0], distance))(points, points)
    shows(
      matrix,
      as: #"""
        array([[ 0.,  5., 10.],
               [ 5.,  0.,  5.],
               [10.,  5.,  0.]], dtype=float32)
        """#)

  }

  @Test func howVmapThinks() throws {

    let batch = NDArray.arange(12).reshaped(to: 3, 4)
    let sums = vmap { (row: NDArray) -> NDArray in
      // Here row.shape is [4].
      row.sum()
    }(batch)
    shows(
      sums,
      as: #"""
        array([ 6, 22, 38], dtype=int32)
        """#)

    let columns = vmap(in: [1], out: 1) { (column: NDArray) in column * 10 }(batch)
    shows(
      columns.shape,
      as: #"""
        [3, 4]
        """#)
    let shifted = vmap(in: [0, nil]) { (row: NDArray, shift: NDArray) in row + shift }(batch, [1, 2, 3, 4])
    shows(
      shifted[2],
      as: #"""
        array([ 9, 11, 13, 15], dtype=int32)
        """#)

    struct Layer: ArrayTree {
      var weight: NDArray
      var bias: NDArray
    }
    let layers = Layer(weight: .ones([5, 2, 3]), bias: .zeros([2]))
    // Five weights, one bias.
    let outputs = vmap(in: [["weight": 0, "bias": nil], nil]) { (layer: Layer, x: NDArray) in
      matmul(layer.weight, x) + layer.bias
    }(layers, [1.0, 2.0, 3.0])
    shows(
      outputs.shape,
      as: #"""
        [5, 2]
        """#)

    func inner(_ a: NDArray, _ b: NDArray) -> NDArray { (a * b).sum() }
    let a = NDArray.arange(6).reshaped(to: 2, 3)
    let table = vmap(in: [0, nil], vmap(in: [nil, 0], inner))(a, batch[..., 0..<3])
    shows(
      table,
      as: #"""
        array([[  5,  17,  29],
               [ 14,  62, 110]], dtype=int32)
        """#)

    func loss(_ w: NDArray, _ x: NDArray, _ y: NDArray) -> NDArray { square((w * x).sum() - y) }
    let each = vmap(in: [nil, 0, 0], grad(loss))([1.0, 2.0], [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    shows(
      each,
      as: #"""
        array([[2., 0.],
               [0., 4.]], dtype=float32)
        """#)

    let centred = vmap(axisName: "batch") { (x: NDArray) in x - x.mean(over: "batch") }
    shows(
      centred([1.0, 2.0, 6.0]),
      as: #"""
        array([-2., -1.,  3.], dtype=float32)
        """#)

    let norms = vmap(chunk: 100) { (key: NDArray) in sqrt(square(Random.normal([50], key: key)).sum()) }
    shows(
      norms(Random.split(Random.key(1), into: 1000)).shape,
      as: #"""
        [1000]
        """#)

    let roots = vmap { (x: NDArray) in which(x .> 0.0, sqrt(x), 0.0) }([4.0, -1.0, 9.0])
    shows(
      roots,
      as: #"""
        array([2., 0., 3.], dtype=float32)
        """#)

  }

  @Test func knownLimits() throws {

    func refusal(_ body: () throws -> Void) -> String {
      do { try checked(body) } catch { return "\(error)" }
      return "this works"
    }

    shows(
      refusal { _ = vmap { (x: NDArray) in x * x.item(Float.self) }([1.0, 2.0]) },
      as: #"""
        [eval] the value of a float32[] array was read inside vmap, where it is not known; use which, cond, whileLoop or scan in place of if and while, and return what is to be read (in vmap)
        """#)

    struct Pair: ArrayTree { var pair: (NDArray, NDArray) = (0.0, 1.0) }
    shows(
      refusal { _ = Pair().leaves },
      as: #"""
        [ArrayTree] Pair.pair of type (NDArray, NDArray) holds arrays but is not an ArrayTree; make it one, or write visitLeaves(_:)
        """#)

    shows(
      refusal { _ = vmap { (x: NDArray) in x[x .> 0.0] }([[1.0, -1.0], [2.0, 3.0]]) },
      as: #"""
        [subscript] a mask selects as many elements as it is true for, which is not known inside vmap; use which(mask, x, 0), or write with x[mask] = values (in vmap)
        """#)

    shows(
      refusal { _ = cholesky(NDArray.eye(2, dtype: .float16)) },
      as: #"""
        [cholesky] not defined for float16; float32, float64, complex64 or complex128 is needed
        """#)


    let z = NDArray([Complex(1.0, 2.0)])
    shows(
      refusal { try SafetensorsFile.write(["z": z], to: "z.safetensors") },
      as: #"""
        [safetensors] z.safetensors: z is complex128, which the format does not have; complex64 would do
        """#)

  }

  @Test func numericalNotes() throws {

    shows(
      (NDArray([1, 2] as [Int8]) + NDArray([1.0, 2.0] as [Float])).dtype,
      as: #"""
        float32
        """#)
    let third: NDArray = 1.0 / 3.0
    shows(
      (third * NDArray([3.0])).item(Double.self) == 1.0,
      as: #"""
        true
        """#)

    shows(
      NDArray([200, 100] as [UInt8]) + NDArray([100, 100] as [UInt8]),
      as: #"""
        array([ 44, 200], dtype=uint8)
        """#)

    shows(
      NDArray([1000.0, 1000.0]).logSumExp().item(Double.self) - 1000,
      as: #"""
        0.6931471805598903
        """#)

  }

  @Test func performanceAndEvaluation() throws {

    let x = NDArray.linspace(from: 0, to: 1, count: 1_000_000)
    let y = exp(-x * x) + 1  // nothing has happened yet
    let total = y.sum()  // and still not
    shows(
      abs(total.item(Double.self) - 1_746_824.0) < 5,
      as: #"""
        true
        """#)

    var position = NDArray.zeros([1000])
    for _ in 0..<10 {
      position = position + 0.1 * cos(position)
      eval(position)
    }
    shows(
      position.shape,
      as: #"""
        [1000]
        """#)

    let descend = compile { (w: NDArray) -> NDArray in
      w - 0.1 * grad { (w: NDArray) in square(w - 3.0).sum() }(w)
    }
    var w = NDArray.zeros([2])
    for _ in 0..<100 { w = descend(w) }
    shows(
      round(w, decimals: 3),
      as: #"""
        array([3., 3.], dtype=float32)
        """#)

    let spread = compile(mappedOver: 0, out: nil, axisName: "batch") { (x: NDArray) -> NDArray in
      square(x - x.mean(over: "batch")).mean(over: "batch")
    }
    shows(
      spread(NDArray([1.0, 3.0])), spread(NDArray([1.0, 2.0, 3.0, 6.0])),
      as: #"""
        array(1., dtype=float64) array(3.5, dtype=float64)
        """#)

    let small = try Device(threads: 1, instructionSet: nil, memoryLimit: 1 << 30)
    shows(
      Device.$current.withValue(small) { exp(NDArray.zeros([3])).sum().item(Float.self) },
      as: #"""
        3.0
        """#)

  }

  @Test func randomKeysArticle() throws {

    let key = Random.key(42)
    let a = Random.uniform([3], key: key)
    let b = Random.uniform([3], key: key)
    shows(
      arrayEqual(a, b).item(Bool.self),
      as: #"""
        true
        """#)

    let keys = Random.split(key, into: 2)
    shows(
      keys.shape,
      as: #"""
        [2, 2]
        """#)
    var source = RandomKeys(seed: 1)
    let weights = Random.normal([2, 3], key: source.next())
    let noise = Random.normal([2, 3], key: source.next())
    shows(
      arrayEqual(weights, noise).item(Bool.self),
      as: #"""
        false
        """#)

    func walk(_ key: NDArray) -> NDArray { Random.normal([100], key: key).sum() }
    let walks = vmap(walk)(source.next(1000))
    shows(
      walks.shape, abs(walks.mean().item(Double.self)) < 1,
      as: #"""
        [1000] true
        """#)

    func spread(_ deviation: NDArray) -> NDArray {
      square(Random.normal([1000], deviation: deviation, key: key)).mean()
    }
    let slope = grad(spread)(2.0).item(Double.self)
    shows(
      slope > 3.5 && slope < 4.5,
      as: #"""
        true
        """#)

  }

  @Test func treesAndYourOwnStructs() throws {

    struct Layer: ArrayTree {
      var weight: NDArray
      var bias: NDArray?
      let activation: String
    }
    struct Network<Head: ArrayTree>: ArrayTree {
      var layers: [Layer]
      var head: Head
    }
    let network = Network(
      layers: [
        Layer(weight: .ones([3, 2]), bias: .zeros([3]), activation: "tanh"),
        Layer(weight: .ones([1, 3]), bias: nil, activation: "none"),
      ],
      head: ["scale": NDArray(2.0), "shift": NDArray(0.5)])
    shows(
      network.namedLeaves.map(\.name).joined(separator: " "),
      as: #"""
        .layers[0].weight .layers[0].bias .layers[1].weight .head["scale"] .head["shift"]
        """#)

    shows(
      network.leafCount, network.leafElementCount, network.leafByteCount,
      as: #"""
        5 14 56
        """#)
    let doubled = network.mapLeaves { $0 * 2 }
    shows(
      doubled.layers[0].weight[0], doubled.layers[0].activation,
      as: #"""
        array([2., 2.], dtype=float32) tanh
        """#)
    let sum = network.zipLeaves(with: doubled) { $0 + $1 }
    shows(
      sum.head["scale"] ?? 0,
      as: #"""
        array(6., dtype=float32)
        """#)
    let total = network.leaves.map { abs($0).sum().item(Double.self) }.reduce(0, +)
    shows(
      total,
      as: #"""
        11.5
        """#)

    enum Shape: ArrayTree {
      case circle(NDArray)
      case box(NDArray, NDArray)

      mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
        switch self {
        case .circle(var radius):
          visitor.visit("radius", &radius)
          self = .circle(radius)
        case .box(var width, var height):
          visitor.visit("width", &width)
          visitor.visit("height", &height)
          self = .box(width, height)
        }
      }
    }
    func area(_ shape: Shape) -> NDArray {
      switch shape {
      case .circle(let radius): Double.pi * radius * radius
      case .box(let width, let height): width * height
      }
    }
    if case .box(let width, let height) = grad(area)(.box(2.0, 5.0)) {
      shows(
        width.item(Float.self), height.item(Float.self),
        as: #"""
          5.0 2.0
          """#)
    }

    struct Fixed: ArrayTree { let weight: NDArray = 1.0 }
    do {
      _ = try checked { Fixed().leaves }
    } catch {
      shows(
        error,
        as: #"""
          [ArrayTree] Fixed.weight is a let that holds arrays; make it a var, or leave it out by writing visitLeaves(_:)
          """#)
    }

  }

  @Test func writingAPrimitive() throws {

    func softClip(_ x: NDArray) -> NDArray { x / sqrt(1 + square(x)) }
    shows(
      grad { (x: NDArray) in softClip(x).sum() }([0.0]),
      as: #"""
        array([1.], dtype=float32)
        """#)

    /// `y[i] = x[i] + share * y[i - 1]` along the last axis, or `y[i + 1]` in place of `y[i - 1]`.
    struct Leak: LinearPrimitive {
      let share: Double
      let isReversed: Bool

      var name: String { "leak" }

      func resultTypes(_ x: [NDArray]) throws(ArrayError) -> [ArrayType] {
        guard x[0].dtype == .float64, x[0].rank > 0 else {
          throw ArrayError(name, "the array is \(x[0].type); float64 with an axis is needed")
        }
        return [x[0].type]
      }

      // Inputs have any strides; results are dense, row after row.
      var evaluation: Evaluation {
        .function { [share, isReversed] call in
          let layout = call.inputs[0].layout
          let source = unsafe call.inputs[0].base.assumingMemoryBound(to: Double.self)
          let target = unsafe call.outputs[0].start.assumingMemoryBound(to: Double.self)
          let axis = layout.shape.count - 1
          let length = layout.shape[axis]
          for first in stride(from: 0, to: call.outputs[0].count, by: max(length, 1)) {
            var place = layout.offset
            var row = first / length
            for outer in (0..<axis).reversed() {
              place += row % layout.shape[outer] * layout.strides[outer]
              row /= layout.shape[outer]
            }
            var level = 0.0
            for step in 0..<length {
              let index = isReversed ? length - 1 - step : step
              level = unsafe source[place + index * layout.strides[axis]] + share * level
              unsafe target[first + index] = level
            }
          }
        }
      }

      func transpose(_ cotangent: NDArray, _ inputs: [ArrayType], wanted: [Bool]) -> [NDArray?] {
        [NDArray(Leak(share: share, isReversed: !isReversed), cotangent)]
      }

      // With the examples in front, the last axis is still the last.
      func batch(_ x: [NDArray], _ axes: [Int?], size: Int) -> ([NDArray], [Int?]) {
        ([NDArray(self, x[0].movingAxis(axes[0] ?? 0, to: 0))], [0])
      }
    }

    func leak(_ x: NDArray) -> NDArray { NDArray(Leak(share: 0.5, isReversed: false), x) }
    shows(
      leak(NDArray([1.0, 0.0, 0.0, 2.0])),
      as: #"""
        array([1.   , 0.5  , 0.25 , 2.125], dtype=float64)
        """#)
    let slope = grad { (x: NDArray) in square(leak(x)).sum() }
    shows(
      vmap(slope)(NDArray([[1.0, 0.0], [0.0, 1.0]])),
      as: #"""
        array([[2.5, 1. ],
               [1. , 2. ]], dtype=float64)
        """#)


    let entry = OpEntry(
      "leak", dtypes: [.float64],
      [.init("matrix", [.real(3, 4)], oracle: nil) { NDArray(Leak(share: 0.5, isReversed: false), $0[0]) }])
    shows(
      Sweep([entry]).run().failures,
      as: #"""
        []
        """#)

  }

  @Test func rEADME() throws {

    struct Perceptron: ArrayTree {           // any struct of arrays is a tree
      var w1, b1, w2: NDArray
      let activation = "tanh"                // what is not an array stays as it is
      func callAsFunction(_ x: NDArray) -> NDArray { matmul(tanh(matmul(x, w1) + b1), w2) }
    }

    func loss(_ model: Perceptron, _ x: NDArray, _ y: NDArray) -> NDArray { square(model(x) - y).mean() }

    var keys = RandomKeys(seed: 1)
    var model = Perceptron(
      w1: Random.normal([2, 8], key: keys.next()), b1: .zeros([8]), w2: Random.normal([8], key: keys.next()))
    let x: NDArray = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    let y: NDArray = [0.0, 1.0, 1.0, 0.0]                        // exclusive or

    let each = vmap(grad(loss), in: (nil, 0, 0))(model, x, y)    // one gradient, a Perceptron, per example
    shows(
      each.w1.shape,
      as: #"""
        [4, 2, 8]
        """#)

    let optimizer = Adam(learningRate: 0.05)
    var state = optimizer.initialState(for: model)
    for _ in 0..<300 { optimizer.update(&model, with: grad(loss)(model, x, y), &state) }
    shows(
      round(abs(model(x)), decimals: 1),
      as: #"""
        array([0., 1., 1., 0.], dtype=float32)
        """#)

  }
}
