// A picture as a network: from the place of a pixel to its colour, learned from random pixels.
// Source: Tancik et al., Fourier Features Let Networks Learn High Frequency Functions, 2020.

import ArgumentParser
import Covector
import CovectorFiles
import CovectorOptimizers
import ExampleSupport
import Foundation

@main
struct NeuralField: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "neural-field",
    abstract: "Fits a network from places to colours to a picture.",
    discussion: """
      The picture is a part of the Mandelbrot set unless one is given. The network is kept in the \
      output folder; a later run goes on from there.
      """)

  @Option(help: "A binary PPM image (P6). (default: a part of the Mandelbrot set)")
  var image: String?

  @Option(help: "Steps of training in all, those of earlier runs included.")
  var steps = 2000

  @Option(help: "Pixels in each step.")
  var batch = 2048

  @Option(help: "The folder for the network and the picture.")
  var output = "neural-field-output"

  @Flag(help: "Begin anew, even if the folder has a network.")
  var fresh = false

  func validate() throws {
    guard steps > 0, batch > 0 else {
      throw ValidationError("Steps and batch must be more than 0.")
    }
  }

  func run() throws {
    Interruption.listen()
    let target = try image.map { try Raster(ppm: $0) } ?? mandelbrot(width: 192, height: 144)
    let pixels =
      NDArray(target.bytes, shape: [target.width * target.height, 3])
      .asType(.float32) / 255
    var run = FieldRun(steps: steps)
    let path = "\(output)/field.safetensors"
    if !fresh, FileManager.default.fileExists(atPath: path) {
      do {
        try run.load(safetensors: path)
      } catch {
        throw UserError("\(error.summary); --fresh begins anew.")
      }
      say("going on after \(run.state.step.item(Int.self)) steps, from \(path)")
    }
    try makeFolder(output)
    let first = run.state.step.item(Int.self)
    var progress = Progress(total: steps, from: first)
    for step in first..<max(steps, first) where !Interruption.isRequested {
      let loss = run.step(pixels, width: target.width, batch: batch, key: Random.key(UInt64(step)))
      if step % 10 == 9 { eval(run.field, run.state) }
      progress.show(step + 1, "quality \(short(quality(loss.item()))) dB")
      if step % 500 == 499 { try run.write(safetensors: path) }
    }
    progress.clear()
    try run.write(safetensors: path)

    let places = Field.places(width: target.width, height: target.height)
    let colors = clip(run.field(places), min: 0, max: 1)
    let loss = square(colors - pixels).mean().item(Double.self)
    say(
      "\(run.state.step.item(Int.self)) steps, \(run.field.leafElementCount) numbers for "
        + "\(target.bytes.count) bytes, quality \(short(quality(loss))) dB")
    let bytes = round(colors * 255).asType(.uint8).array(of: UInt8.self)
    let learned = Raster(width: target.width, height: target.height, bytes: bytes)
    try save(
      picture([("the picture", target), ("the network", learned)]), to: "\(output)/field.svg")
    try save(Data(learned.png), to: "\(output)/field.png")
    say("The network is in \(path), the picture in \(output)/field.svg")
  }

  /// Pictures side by side.
  private func picture(_ parts: [(String, Raster)]) -> String {
    let width = 420.0
    let height = width * Double(parts[0].1.height) / Double(parts[0].1.width)
    let body = parts.enumerated().map { index, part in
      let x = Double(index) * (width + 12) + 12
      return """
        <image x="\(short(x))" y="36" width="\(short(width))" height="\(short(height))" \
        href="\(part.1.dataURI)"/>
        <text x="\(short(x))" y="24">\(escaped(part.0))</text>
        """
    }
    return svgPicture(
      width: 2 * width + 36, height: height + 48,
      label: "A picture and a network that has learned it",
      body.joined(separator: "\n"))
  }
}

/// The ratio of the full scale to an error, in decibels.
func quality(_ meanSquare: Double) -> Double { -10 * Foundation.log10(max(meanSquare, 1e-12)) }

/// A network from places to colours.
struct Field: ArrayTree {
  /// Of shape [2, features]; not learned.
  var frequencies: NDArray
  var weights: [NDArray]
  var biases: [NDArray]

  init(seed: UInt64, features: Int = 64, width: Int = 96) {
    var keys = RandomKeys(seed: seed)
    frequencies = 12 * Random.normal([2, features], key: keys.next())
    let sizes = [2 * features, width, width, 3]
    weights = zip(sizes, sizes.dropFirst()).map { inner, outer in
      Random.normal([inner, outer], key: keys.next()) * (2 / Double(inner)).squareRoot()
    }
    biases = sizes.dropFirst().map { NDArray.zeros([$0]) }
  }

  /// The colours at places of shape [count, 2], from 0 to 1.
  func callAsFunction(_ places: NDArray) -> NDArray {
    let angles = matmul(places, stopGradient(frequencies))
    var x = concatenated([sin(angles), cos(angles)], axis: 1)
    for (weight, bias) in zip(weights.dropLast(), biases) { x = relu(matmul(x, weight) + bias) }
    return sigmoid(matmul(x, weights[weights.count - 1]) + biases[biases.count - 1])
  }

  /// The places of the pixels of a picture, row by row; the longer side goes from 0 to 1.
  static func places(width: Int, height: Int) -> NDArray {
    places(of: NDArray.arange(width * height), width: width, height: height)
  }

  static func places(of pixels: NDArray, width: Int, height: Int) -> NDArray {
    let (row, column) = divmod(pixels, NDArray(Int32(width)))
    let side = Double(max(width, height))
    return (stacked([column, row], axis: -1).asType(.float32) + 0.5) / side
  }
}

/// All that a run is: the network and what the optimiser remembers.
struct FieldRun: ArrayTree {
  var field: Field
  var state: OptimizerState<Field>
  let optimizer: Adam

  init(steps: Int) {
    field = Field(seed: 1)
    optimizer = Adam(learningRate: .cosine(from: 5e-3, over: steps), beta2: 0.99)
    state = optimizer.initialState(for: field)
  }

  /// Takes a step on random pixels and returns the loss before it.
  mutating func step(_ pixels: NDArray, width: Int, batch: Int, key: NDArray) -> NDArray {
    let count = pixels.shape[0]
    let chosen = Random.integers([batch], from: 0, to: NDArray(Int32(count)), key: key)
    let places = Field.places(of: chosen, width: width, height: count / width)
    let colors = pixels.take(chosen, axis: 0)
    let (loss, gradient) = valueAndGrad { (f: Field) in square(f(places) - colors).mean() }(field)
    optimizer.update(&field, with: gradient, &state)
    return loss
  }
}

/// A part of the Mandelbrot set, coloured by how fast points escape; each pixel is the mean of nine points.
func mandelbrot(width: Int, height: Int) -> Raster {
  let view = 0.02
  let ratio = Double(height) / Double(width)
  let x = NDArray.linspace(from: -view, to: view, count: 3 * width, dtype: .float64)
  let y = NDArray.linspace(
    from: -view * ratio, to: view * ratio, count: 3 * height, dtype: .float64)
  let grid = meshgrid([x - 0.7453, y + 0.1127])
  let c = grid[0].asType(.complex128) + NDArray(Complex(0.0, 1.0)) * grid[1]
  var z = NDArray.zeros(like: c)
  var steps = NDArray.zeros(c.shape, dtype: .float64)
  for _ in 0..<120 {
    let isInside = abs(z) .< 4.0
    steps = steps + which(isInside, 1.0, 0.0)
    z = which(isInside, z * z + c, z)
    eval(z, steps)
  }
  // Beyond the circle the number of steps goes on smoothly.
  let smooth = steps - log2(log(maximum(abs(z), 1.5)))
  let angle = log(maximum(smooth, 1.0)) * 3
  let color = stacked([0.0, 0.5, 1.0].map { 0.5 - 0.5 * cos(angle + NDArray($0)) }, axis: -1)
  let lit = which((steps .> 119.0).expandingAxes(-1), 0.0, color)
  let pixels = lit.reshaped(to: height, 3, width, 3, 3).mean(axes: [1, 3])
  return Raster(
    width: width, height: height, bytes: round(pixels * 255).asType(.uint8).array(of: UInt8.self))
}
