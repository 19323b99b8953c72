// Trees: which fields are leaves, in what order, what they are called, and what cannot be a tree.

import Foundation
import Testing

@testable import Covector

private struct Everything: ArrayTree {
  var array: NDArray
  let count: Int
  var list: [NDArray]
  private var hidden: NDArray
  var closure: (NDArray) -> NDArray = { $0 + 1 }
  weak var object: AnyObject?
  var table: [String: Pair<NDArray, NDArray?>]
  var optional: NDArray?
  var tuple = (1, "two")
  var any: any ArrayTree
  var text = "text"

  init(_ values: [Double]) {
    let arrays = values.map { NDArray($0) }
    array = arrays[0]
    count = 7
    list = [arrays[1], arrays[2]]
    hidden = arrays[3]
    table = ["z": Pair(first: arrays[5], second: nil), "a": Pair(first: arrays[4], second: nil)]
    optional = arrays[6]
    any = Pair(first: arrays[7], second: arrays[8])
  }
}

private struct ByHand: ArrayTree {
  var scale: NDArray
  var shift: NDArray
  let constant: NDArray

  mutating func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit("scale", &scale)
    visitor.visit("shift", &shift)
  }
}

private enum Shape: ArrayTree {
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

private final class Model: ArrayTree {
  var weight: NDArray
  init(_ weight: NDArray) { self.weight = weight }

  func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit("weight", &weight)
  }
  func copyOfTree() -> Model { Model(weight) }
}

private struct Holder: ArrayTree { var model: Model }

private final class Careless: ArrayTree {
  var weight: NDArray = 0.0
  func visitLeaves<Visitor: TreeVisitor>(_ visitor: inout Visitor) {
    visitor.visit("weight", &weight)
  }
}

private final class SilentClass: ArrayTree { var weight: NDArray = 0.0 }
private enum SilentEnum: ArrayTree { case one(NDArray) }
private struct Fixed: ArrayTree { let weight: NDArray = 0.0 }
private struct WithTuple: ArrayTree { var pair: (NDArray, NDArray) = (0.0, 1.0) }
private struct NotATree { var weight: NDArray = 0.0 }
private struct WithOther: ArrayTree { var other = NotATree() }
private struct WithLazy: ArrayTree {
  var weight: NDArray = 0.0
  lazy var twice: NDArray = weight * 2
}
private struct Empty: ArrayTree {}
private struct OnlyText: ArrayTree { var text = "text" }

@Suite struct TreeTests {
  @Test func leavesAndTheirNames() {
    let tree = Everything([0, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      tree.namedLeaves.map(\.name) == [
        ".array", ".list[0]", ".list[1]", ".hidden", ".table[\"a\"].first", ".table[\"z\"].first",
        ".optional", ".any.first", ".any.second",
      ])
    #expect(tree.leaves.map { $0.item(Double.self) } == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      Network.small.namedLeaves.map(\.name)[1...] == [".layers[0].bias", ".layers[1].weight"])
  }

  @Test func replacingKeepsEverythingElse() {
    let tree = Everything([0, 1, 2, 3, 4, 5, 6, 7, 8])
    let replaced = tree.mapLeaves { $0 * 10 }
    #expect(replaced.leaves.map { $0.item(Double.self) } == [0, 10, 20, 30, 40, 50, 60, 70, 80])
    #expect(tree.leaves.map { $0.item(Double.self) } == [0, 1, 2, 3, 4, 5, 6, 7, 8])
    #expect(replaced.count == 7)
    #expect(replaced.tuple == (1, "two"))
    #expect(replaced.text == "text")
    #expect(replaced.closure(NDArray(1.0)).item(Double.self) == 2)
  }

  @Test func mappingByName() {
    let network = Network.small
    let frozen = network.mapNamedLeaves { $0.hasSuffix(".bias") ? $1 * 0 : $1 }
    #expect(numbers(frozen.layers[0].bias ?? 1).allSatisfy { $0 == 0 })
    #expect(numbers(frozen.layers[1].weight) == numbers(network.layers[1].weight))
  }

  @Test func counts() {
    let network = Network.small
    #expect(network.leafCount == 3)
    #expect(network.leafElementCount == 10)
    #expect(network.leafByteCount == 80)
    #expect(Empty().leafCount == 0)
    #expect(OnlyText().leafCount == 0)
  }

  @Test func zipping() {
    let network = Network.small
    let sum = network.zipLeaves(with: network) { $0 + $1 }
    #expect(numbers(sum.layers[1].weight) == [2, 4])
    let weighted = network.zipLeaves(with: sum, network) { $0 + 10 * $1 + 100 * $2 }
    #expect(numbers(weighted.layers[1].weight) == [121, 242])
  }

  @Test func zippingOtherStructures() {
    var other = Network.small
    other.layers[0].bias = nil
    #expect(
      mistake { _ = Network.small.zipLeaves(with: other) { $0 + $1 } }
        == "[zipLeaves] the other tree has no array .layers[0].bias; their structures must be equal"
    )
    #expect(
      mistake { _ = other.zipLeaves(with: Network.small) { $0 + $1 } }
        == "[zipLeaves] the other tree has an array .layers[0].bias, which this one has not; their "
        + "structures must be equal")
  }

  @Test func wrongNumberOfReplacements() {
    #expect(
      mistake { _ = Network.small.replacingLeaves(with: [1.0]) }
        == "[replacingLeaves] 1 arrays were given for 3 leaves; one is needed for each")
  }

  @Test func handWrittenVisitor() {
    let tree = ByHand(scale: 2.0, shift: 1.0, constant: 5.0)
    #expect(tree.namedLeaves.map(\.name) == [".scale", ".shift"])
    let gradient = grad { (t: ByHand) in t.scale * t.constant + t.shift }(tree)
    #expect(gradient.scale.item(Double.self) == 5)
    #expect(gradient.shift.item(Double.self) == 1)
  }

  @Test func enumWithAVisitor() {
    let area = { (shape: Shape) -> NDArray in
      switch shape {
      case .circle(let radius): 3 * radius * radius
      case .box(let width, let height): width * height
      }
    }
    guard case .circle(let radius) = grad(area)(.circle(2.0)) else {
      Issue.record("another case came back")
      return
    }
    #expect(radius.item(Double.self) == 12)
    guard case .box(let width, _) = grad(area)(.box(2.0, 5.0)) else {
      Issue.record("another case came back")
      return
    }
    #expect(width.item(Double.self) == 5)
  }

  @Test func classWithAVisitorIsCopied() {
    let model = Model(3.0)
    let gradient = grad { (m: Model) in m.weight * m.weight }(model)
    #expect(gradient.weight.item(Double.self) == 6)
    #expect(model.weight.item(Double.self) == 3)
    let holder = Holder(model: model)
    let inside = grad { (h: Holder) in h.model.weight * h.model.weight }(holder)
    #expect(inside.model.weight.item(Double.self) == 6)
    #expect(holder.model.weight.item(Double.self) == 3)
  }

  @Test func mapsOfEmptyTrees() {
    #expect(numbers(vmap { (e: Empty, x: NDArray) in x * 2 }(Empty(), NDArray([1.0]))) == [2])
  }

  @Test func whatCannotBeATree() {
    let advice = "make it a struct, or write visitLeaves(_:)"
    #expect(
      mistake { _ = SilentClass().leaves }
        == "[ArrayTree] SilentClass is a class, so its leaves are not found by themselves; \(advice)"
    )
    #expect(
      mistake { _ = SilentEnum.one(1.0).leaves }
        == "[ArrayTree] SilentEnum is not a struct, so its leaves are not found by themselves; \(advice)"
    )
    #expect(
      mistake { _ = Fixed().leaves }
        == "[ArrayTree] Fixed.weight is a let that holds arrays; make it a var, or leave it out by writing "
        + "visitLeaves(_:)")
    #expect(
      mistake { _ = WithTuple().leaves }
        == "[ArrayTree] WithTuple.pair of type (NDArray, NDArray) holds arrays but is not an ArrayTree; "
        + "make it one, or write visitLeaves(_:)")
    #expect(
      mistake { _ = WithOther().leaves }
        == "[ArrayTree] WithOther.other of type NotATree holds arrays but is not an ArrayTree; make it one, "
        + "or write visitLeaves(_:)")
    #expect(
      mistake { _ = WithLazy().leaves }
        == "[ArrayTree] WithLazy.twice is a lazy var that holds arrays, which go stale when the others are "
        + "replaced; leave it out by writing visitLeaves(_:)")
    #expect(
      mistake { _ = grad { (c: Careless) in c.weight }(Careless()) }
        == "[ArrayTree] Careless is a class, which a transform would change for everyone who holds it; "
        + "make it a struct, or write copyOfTree()")
  }

  /// Arrays where the type of a field does not say that it holds some.
  @Test func arraysAreNotOverlooked() {
    final class Box { var array: NDArray = 1.0 }
    final class Chain {
      var next: Chain?
      var box = Box()
    }
    final class Endless<Content> {
      var next: Endless<[Content]>?
      var name = ""
    }
    enum Choice { case none, text(String), array(NDArray), pair(Int, [NDArray]) }
    struct ByNumber: ArrayTree { var table: [Int: NDArray] = [:] }
    struct Mixed: ArrayTree { var layers: [any ArrayTree] = [] }
    struct Boxed: ArrayTree { var box: Box? }
    struct Chained: ArrayTree { var chain = Chain() }
    struct Chosen: ArrayTree {
      var weight: NDArray = 1.0
      var choice: Choice
    }
    struct Plain: ArrayTree {
      var weight: NDArray = 1.0
      var names: [Int: [String]] = [1: ["a"]]
      var endless = Endless<Int>()
      var url = URL(filePath: "/")
      var function: (NDArray) -> NDArray = { $0 }
    }
    let rest = "holds arrays but is not an ArrayTree; make it one, or write visitLeaves(_:)"
    for (body, field) in [
      ({ _ = ByNumber().leaves }, "ByNumber.table of type Dictionary<Int, NDArray>"),
      ({ _ = Mixed().leaves }, "Mixed.layers of type Array<ArrayTree>"),
      ({ _ = Boxed().leaves }, "Boxed.box of type Optional<Box>"),
      ({ _ = Chained().leaves }, "Chained.chain of type Chain"),
      ({ _ = Chosen(choice: .array(2.0)).leaves }, "Chosen.choice of type Choice"),
      ({ _ = Chosen(choice: .pair(1, [2.0])).leaves }, "Chosen.choice of type Choice"),
    ] as [(() -> Void, String)] {
      #expect(mistake(body) == "[ArrayTree] \(field) \(rest)")
    }
    #expect(Chosen(choice: .none).leafCount == 1)
    #expect(Chosen(choice: .text("a")).leafCount == 1)
    #expect(Plain().leafCount == 1)
  }

  @Test func axesAreWritten() {
    let axes: Axes = [nil, ["w": 0, "b": nil], [-1, [:]]]
    #expect("\(axes)" == "[nil, [\"b\": nil, \"w\": 0], [-1, [:]]]")
    #expect(
      axes
        == .list([
          .unmapped, .dict(["w": .axis(0), "b": .unmapped]), .list([.axis(-1), .dict([:])]),
        ]))
  }

  @Test func manyTasksAtOnce() async {
    await withTaskGroup(of: Double.self) { group in
      for number in 0..<8 {
        group.addTask {
          let network = Network.small.mapLeaves { $0 * Double(number) }
          let gradient = grad { (n: Network) in n.leaves.map { $0.sum() }.reduce(0, +) }(network)
          return gradient.leaves.map { $0.sum().item(Double.self) }.reduce(0, +)
        }
      }
      for await sum in group { #expect(sum == 10) }
    }
  }
}
