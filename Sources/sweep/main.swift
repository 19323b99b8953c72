// Tries every law on every operation of the library:
//
//     swift run -c release sweep [--json] [--op NAME,…] [--law NAME] [--workers N] [--verbose]
//     swift run -c release sweep --samples FILE     writes the samples for Tools/golden.py
//     swift run -c release sweep --coverage FILE    also writes the page of coverage
//     swift run -c release sweep --programs FILE    writes the page of printed programs

import Covector
import CovectorTesting
import Foundation

struct Options {
  var json = false
  var verbose = false
  var operation: String?
  var law: String?
  var workers = 2
  var samples: String?
  var coverage: String?
  var programs: String?

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    func value(of option: String) throws -> String {
      guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
      return value
    }
    while let option = rest.popFirst() {
      switch option {
      case "--json": json = true
      case "--verbose": verbose = true
      case "--op": operation = try value(of: option)
      case "--law": law = try value(of: option)
      case "--samples": samples = try value(of: option)
      case "--coverage": coverage = try value(of: option)
      case "--programs": programs = try value(of: option)
      case "--workers":
        let text = try value(of: option)
        guard let number = Int(text), number > 0 else {
          throw UsageError("--workers \(text) is not a positive number")
        }
        workers = number
      default:
        throw UsageError(
          "unknown option \(option); there are --json --op --law --workers --verbose --samples "
            + "--coverage --programs")
      }
    }
  }
}

struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func run(_ options: Options) throws -> Bool {
  var entries = Catalogue.all
  if let list = options.operation {
    let names = list.split(separator: ",").map(String.init)
    for name in names where !entries.contains(where: { $0.name == name }) {
      throw UsageError("no operation is named \(name)")
    }
    entries = entries.filter { names.contains($0.name) }
  }
  if let path = options.samples {
    try Sweep(entries).samplesAsJSON.write(toFile: path, atomically: true, encoding: .utf8)
    return true
  }
  if let path = options.programs {
    try ProgramPage.text.write(toFile: path, atomically: true, encoding: .utf8)
    return true
  }
  var laws = Law.all
  if let name = options.law {
    laws = laws.filter { $0.name == name }
    if laws.isEmpty {
      throw UsageError(
        "no law is named \(name); there are \(Law.all.map(\.name).joined(separator: ", "))")
    }
  }
  let sweep = Sweep(entries, golden: try Golden.committed(), compile: Flat.compile)
  let report = sweep.run(laws: laws, workers: options.workers) { name in
    if options.verbose { FileHandle.standardError.write(Data("\(name)\n".utf8)) }
  }
  if let path = options.coverage {
    try report.coveragePage.write(toFile: path, atomically: true, encoding: .utf8)
  }
  if options.json {
    print(report.json)
  } else {
    for failure in report.failures { print(failure) }
    print(report.summary)
  }
  return report.failures.isEmpty
}

do {
  exit(try run(Options(Array(CommandLine.arguments.dropFirst()))) ? 0 : 1)
} catch {
  FileHandle.standardError.write(Data("sweep: \(error)\n".utf8))
  exit(2)
}
