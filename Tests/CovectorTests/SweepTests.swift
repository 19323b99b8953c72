// The sweep over the whole catalogue, one test for each operation.

import Covector
import CovectorTesting
import Foundation
import Testing

struct SweepTests {
  /// All laws on all operations, run once and shared by the tests.
  static let report: Result<Report, any Error> = Result(catching: {
    Sweep(Catalogue.all, golden: try Golden.committed(), compile: Flat.compile).run(workers: 2)
  })

  @Test(arguments: Catalogue.all.map(\.name)) func everyLawHolds(_ operation: String) throws {
    let failures = try Self.report.get().cells.filter { $0.operation == operation }
      .compactMap(\.failure)
    #expect(failures == [])
  }

  @Test func theCatalogueIsInOrder() {
    var names: Set<String> = []
    for entry in Catalogue.all {
      #expect(names.insert(entry.name).inserted, "two entries are named \(entry.name)")
      #expect(!entry.samples.isEmpty, "\(entry.name) has no samples")
      #expect(!entry.dtypes.isEmpty, "\(entry.name) accepts no dtype")
      let labels = entry.samples.map(\.label)
      #expect(Set(labels).count == labels.count, "\(entry.name) has labels twice: \(labels)")
    }
  }

  @Test func goldenValuesAreOfTheCatalogue() throws {
    let samples = Catalogue.all.flatMap { entry in
      entry.samples.filter { $0.oracle != nil }.map { "\(entry.name): \($0.label)" }
    }
    let surplus = try Golden.committed().samples.subtracting(samples)
    #expect(surplus.isEmpty, "run Tools/golden.py")
  }

  @Test func thePageOfCoverageIsCurrent() throws {
    let root = URL(filePath: #filePath).appending(path: "../../..").standardized
    let page = try String(contentsOf: root.appending(path: "Docs/Coverage.md"), encoding: .utf8)
    let isCurrent = page == (try Self.report.get().coveragePage)
    #expect(isCurrent, "run swift run -c release sweep --coverage Docs/Coverage.md")
  }
}
