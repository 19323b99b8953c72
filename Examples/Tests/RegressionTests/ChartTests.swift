import ExampleSupport
import Foundation
import Testing

@testable import regression

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Counts the elements of a document; fails where it is not well formed.
private final class Census: NSObject, XMLParserDelegate {
  private(set) var elements: [String: Int] = [:]

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?, attributes attributeDict: [String: String] = [:]
  ) {
    elements[elementName, default: 0] += 1
  }

  static func of(_ text: String) throws -> [String: Int] {
    let parser = XMLParser(data: Data(text.utf8))
    let census = Census()
    parser.delegate = census
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    return census.elements
  }
}

@Suite struct ChartTests {
  @Test(arguments: Model.all.map(\.name))
  func isWellFormed(name: String) throws {
    let model = try #require(Model.all.first { $0.name == name })
    let problem = try Problem(path: nistFile(name).relativePath)
    let svg = Solution(problem, model, start: 2).chart(note: "a < b & \"c\"").svg()
    let elements = try Census.of(svg)
    let series = name == "Nelson" ? 4 : 1
    // Every observation as a point above and a residual below, and one point in each legend entry.
    #expect(elements["circle"] == 2 * problem.responses.count + series)
    #expect(elements["path"] == 2 * series)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func axes() {
    let axis = Axis(showing: [0, 10], from: 100, to: 200, tickCount: 5, margin: 0)
    #expect(axis.ticks == [0, 2, 4, 6, 8, 10])
    #expect(axis.labels == ["0", "2", "4", "6", "8", "10"])
    #expect(axis(0) == 100)
    #expect(axis(2.5) == 125)
  }

  @Test func axesOfSmallNumbers() {
    let axis = Axis(showing: [-4e-5, 4e-5], from: 0, to: 1, tickCount: 4, margin: 0)
    #expect(axis.exponent == -5)
    #expect(axis.labels == ["−4", "−2", "0", "2", "4"])
  }

  @Test func axisOfOneValue() {
    let axis = Axis(showing: [3, 3], from: 0, to: 1, tickCount: 4)
    #expect(axis(3) == 0.5)
  }

  @Test func page() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "regression-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try #require(Model.all.first)
    let problem = try Problem(path: nistFile(model.name).relativePath)
    var page = try Page(folder: folder)
    try page.add([1, 2].map { Solution(problem, model, start: $0) })
    _ = try page.finish()
    let html = try String(contentsOf: folder.appendingPathComponent("index.html"), encoding: .utf8)
    #expect(html.contains("Misra1a.svg"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.relativePath)
    #expect(files.sorted() == ["Misra1a.svg", "index.html"])
  }

  @Test func jsonIsJSON() throws {
    let model = try #require(Model.all.first)
    let problem = try Problem(path: nistFile(model.name).relativePath)
    let text = json([1, 2].map { Solution(problem, model, start: $0) })
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let rows = try #require(value as? [[String: Any]])
    #expect(rows.count == 2)
    #expect(Set(rows[1].keys) == ["problem", "start", "digits", "iterations", "ms"])
    #expect(rows[1]["start"] as? Int == 2)
    #expect(try #require(rows[0]["digits"] as? Double) >= wantedDigits)
  }
}
