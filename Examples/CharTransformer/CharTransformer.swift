// A transformer that reads a text character by character and goes on in its manner. The model is written
// for one piece of text; vmap makes it one for a batch.
// Source: Vaswani et al., Attention Is All You Need, 2017; normalisation before each part as in Xiong et
// al., On Layer Normalization in the Transformer Architecture, 2020.

import ArgumentParser
import Covector
import CovectorFiles
import CovectorOptimizers
import ExampleSupport
import Foundation

@main
struct CharTransformerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "char-transformer",
    abstract: "Trains a character-level transformer on a text and lets it write.",
    discussion: """
      It writes a sample now and then, keeps a checkpoint in the output folder, and goes on from there \
      when it is run again. Control-C ends it after the step it is at, with a checkpoint.
      """)

  @Argument(help: "The text. (default: the documentation of this repository)")
  var text: String?

  @Option(help: "Steps of training in all, those of earlier runs included.")
  var steps = 2000

  @Option(help: "Pieces of text in each step.")
  var batch = 16

  @Option(help: "Characters in a piece.")
  var context = 64

  @Option(help: "Numbers for a character; a multiple of 16.")
  var width = 96

  @Option(help: "Layers.")
  var layers = 2

  @Option(help: "Steps between samples.")
  var sampleEvery = 200

  @Option(help: "The folder for the checkpoint and the picture.")
  var output = "char-transformer-output"

  @Flag(help: "Begin anew, even if the folder has a checkpoint.")
  var fresh = false

  func validate() throws {
    guard steps > 0, batch > 0, context > 1, layers > 0, sampleEvery > 0, width > 0, width % 16 == 0
    else {
      throw ValidationError("Sizes must be more than 0, and the width a multiple of 16.")
    }
  }

  func run() throws {
    Interruption.listen()
    let corpus = try Corpus(text: readText(), context: context)
    var run = TrainingRun(
      vocabulary: corpus.characters.count, context: context, width: width, layers: layers,
      steps: steps)
    let path = "\(output)/checkpoint.safetensors"
    let metadata = ["characters": String(corpus.characters)]
    if !fresh, FileManager.default.fileExists(atPath: path) {
      do {
        let file = try SafetensorsFile(path)
        guard file.metadata == metadata else {
          throw UserError("“\(path)” is of a text with other characters; --fresh begins anew.")
        }
        try run.load(file)
      } catch let error as ArrayError {
        throw UserError("\(error.summary); --fresh begins anew.")
      }
      say("going on after \(run.state.step.item(Int.self)) steps, from \(path)")
    }
    try makeFolder(output)
    say(
      "\(corpus.training.count) characters to read, \(corpus.characters.count) different ones, "
        + "\(run.model.leafElementCount) numbers to learn")

    let first = run.state.step.item(Int.self)
    var progress = Progress(total: steps, from: first)
    var losses: [(x: Double, y: Double)] = []
    var heldOut: [(x: Double, y: Double)] = []
    for step in first..<max(steps, first) where !Interruption.isRequested {
      let pieces = corpus.pieces(batch, of: corpus.training, key: Random.key(UInt64(step)))
      let loss = run.step(pieces).item(Double.self)
      losses.append((Double(step + 1), loss))
      progress.show(step + 1, "loss \(short(loss))")
      if (step + 1) % sampleEvery == 0 || step + 1 == steps {
        let unseen = corpus.pieces(batch, of: corpus.heldOut, key: Random.key(1 << 40))
        heldOut.append((Double(step + 1), run.model.meanLoss(unseen).item()))
        progress.clear()
        say(
          "\n— after \(step + 1) steps, loss \(short(loss)), on unseen text \(short(heldOut.last?.y ?? 0)) —"
        )
        say(sample(run.model, corpus, count: 160, seed: UInt64(step)))
        try run.write(safetensors: path, metadata: metadata)
      }
    }
    progress.clear()
    try run.write(safetensors: path, metadata: metadata)
    let plot = Plot(
      "What a character costs", subtitle: "natural logarithm of the perplexity", x: "step",
      y: "loss",
      [.line(losses, label: "text it learns from"), .line(heldOut, label: "unseen text")])
    try save(plot.svg(), to: "\(output)/loss.svg")
    say("\nThe checkpoint is \(path), the picture \(output)/loss.svg")
  }

  private func readText() throws -> String {
    if let text {
      guard let content = try? String(contentsOfFile: text, encoding: .utf8) else {
        throw UserError("The text “\(text)” cannot be read as UTF-8.")
      }
      return content
    }
    return try Corpus.documentation()
  }
}

/// Writes characters one after the other, each drawn from what the model expects next.
func sample(_ model: Transformer, _ corpus: Corpus, count: Int, seed: UInt64) -> String {
  var keys = RandomKeys(seed: seed)
  var written = [corpus.heldOut[0]]
  for _ in 0..<count {
    let seen = Array(written.suffix(model.context))
    let logits = model(NDArray(seen))[seen.count - 1]
    written.append(Random.categorical(logits: logits / 0.8, key: keys.next()).item(Int32.self))
  }
  return String(written.map { corpus.characters[Int($0)] })
}

/// A text as numbers, one for each character.
struct Corpus {
  let characters: [Character]
  let training: [Int32]
  /// The last tenth, which is not learned from.
  let heldOut: [Int32]
  let context: Int

  init(text: String, context: Int) throws {
    // Characters that hardly occur are left out.
    var counts: [Character: Int] = [:]
    for character in text { counts[character, default: 0] += 1 }
    let characters = counts.filter { $0.value > 4 }.keys.sorted()
    let numbers = Dictionary(
      uniqueKeysWithValues: characters.enumerated().map { ($1, Int32($0)) })
    let all = text.compactMap { numbers[$0] }
    guard all.count > 20 * (context + 1) else {
      throw UserError("The text is too short: \(20 * (context + 1)) characters are needed.")
    }
    let split = all.count - all.count / 10
    self.characters = characters
    (training, heldOut, self.context) = (Array(all[..<split]), Array(all[split...]), context)
  }

  /// Pieces of one character more than the context, from random places: shape [count, context + 1].
  func pieces(_ count: Int, of text: [Int32], key: NDArray) -> NDArray {
    let last = text.count - context - 1
    let starts = Random.integers([count], from: 0, to: NDArray(Int32(last)), key: key)
    return stacked(
      starts.array(of: Int.self).map { NDArray(Array(text[$0...($0 + context)])) })
  }

  /// The documentation of the repository, one page after the other.
  static func documentation() throws -> String {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let files = FileManager.default.enumerator(
      at: root, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
    let pages = (files?.allObjects as? [URL] ?? []).filter {
      $0.pathExtension == "md" && !$0.path().contains("/Examples/")
        && !$0.path().contains("Coverage")
    }
    let text = try pages.sorted { $0.path() < $1.path() }
      .map { try String(contentsOf: $0, encoding: .utf8) }
    return text.joined(separator: "\n")
  }
}

/// A transformer that expects the next character at every place of a piece of text.
struct Transformer: ArrayTree {
  var characters: NDArray
  var places: NDArray
  var blocks: [Block]
  var scale: NDArray
  var output: NDArray

  var context: Int { places.shape[0] }

  init(vocabulary: Int, context: Int, width: Int, layers: Int, keys: inout RandomKeys) {
    characters = 0.05 * Random.normal([vocabulary, width], key: keys.next())
    places = 0.05 * Random.normal([context, width], key: keys.next())
    blocks = []
    for _ in 0..<layers { blocks.append(Block(width: width, keys: &keys)) }
    scale = .ones([width])
    output = .zeros([width, vocabulary])
  }

  /// The log-odds of the next character at every place of a piece of shape [length].
  func callAsFunction(_ piece: NDArray) -> NDArray {
    var x = characters.take(piece, axis: 0) + places[0..<piece.shape[0]]
    for block in blocks { x = block(x) }
    return matmul(normalized(x) * scale, output)
  }

  /// The mean cost of the characters of a piece, each foretold from those before it.
  func loss(_ piece: NDArray) -> NDArray {
    let length = piece.shape[0] - 1
    let expected = logSoftmax(self(piece[0..<length]), axis: -1)
    return -expected.takeAlongAxis(piece[1...length].expandingAxes(1), axis: 1).mean()
  }

  /// The mean cost of the characters of many pieces.
  func meanLoss(_ pieces: NDArray) -> NDArray { vmap(loss)(pieces).mean() }
}

/// Attention over what came before, then a network at every place.
struct Block: ArrayTree {
  var attentionScale: NDArray
  var queriesKeysValues: NDArray
  var attentionOutput: NDArray
  var networkScale: NDArray
  var networkInput: NDArray
  var networkOutput: NDArray

  private static let headWidth = 16

  init(width: Int, keys: inout RandomKeys) {
    func random(_ inner: Int, _ outer: Int) -> NDArray {
      Random.normal([inner, outer], key: keys.next()) / Double(inner).squareRoot()
    }
    attentionScale = .ones([width])
    queriesKeysValues = random(width, 3 * width)
    attentionOutput = 0.5 * random(width, width)
    networkScale = .ones([width])
    networkInput = random(width, 4 * width)
    networkOutput = 0.5 * random(4 * width, width)
  }

  func callAsFunction(_ x: NDArray) -> NDArray {
    let attended = x + matmul(attention(normalized(x) * attentionScale), attentionOutput)
    let inner = geluApproximate(matmul(normalized(attended) * networkScale, networkInput))
    return attended + matmul(inner, networkOutput)
  }

  private func attention(_ x: NDArray) -> NDArray {
    let (length, width) = (x.shape[0], x.shape[1])
    let heads = matmul(x, queriesKeysValues).reshaped(to: length, 3, -1, Self.headWidth)
    // Queries, keys and values, each of shape [heads, length, head width].
    let parts = heads.transposed(1, 2, 0, 3)
    let (queries, keys, values) = (parts[0], parts[1], parts[2])
    let scores = matmul(queries, keys.transposed(0, 2, 1)) / Double(Self.headWidth).squareRoot()
    // No place sees those after it.
    let isSeen = NDArray.tri(length, dtype: .bool)
    let shares = softmax(which(isSeen, scores, NDArray(-Float.infinity)), axis: -1)
    return matmul(shares, values).transposed(1, 0, 2).reshaped(to: length, width)
  }
}

/// Scaled to a root mean square of one along the last axis.
func normalized(_ x: NDArray) -> NDArray {
  x * rsqrt(square(x).mean(axis: -1, keepDims: true) + 1e-5)
}

/// All that a run is: the model and what the optimiser remembers.
struct TrainingRun: ArrayTree {
  var model: Transformer
  var state: OptimizerState<Transformer>
  let optimizer: AdamW

  init(vocabulary: Int, context: Int, width: Int, layers: Int, steps: Int, seed: UInt64 = 1) {
    var keys = RandomKeys(seed: seed)
    model = Transformer(
      vocabulary: vocabulary, context: context, width: width, layers: layers, keys: &keys)
    optimizer = AdamW(
      learningRate: .cosine(from: 3e-3, to: 3e-4, over: steps).warmedUp(over: min(100, steps / 10)),
      beta2: 0.98, weightDecay: 0.05)
    state = optimizer.initialState(for: model)
  }

  /// Takes a step on pieces of text and returns the loss before it.
  mutating func step(_ pieces: NDArray) -> NDArray {
    let (loss, gradient) = valueAndGrad { (m: Transformer) in m.meanLoss(pieces) }(model)
    optimizer.update(&model, with: gradient.clipped(toNorm: 1), &state)
    eval(model, state, loss)
    return loss
  }
}
