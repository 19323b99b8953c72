// The command: reads the problems, fits each from both starts, and shows the results.

import ArgumentParser
import ExampleSupport
import Foundation

@main
struct Regression: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regression",
    abstract: "Fits the NIST nonlinear regression problems with vmap and grad.",
    discussion: """
      Fits every problem from both of NIST's starting points, prints how many digits of the \
      certified parameters were reached, and writes a chart of each problem and a page that shows \
      them all.
      """)

  @Argument(
    help: ArgumentHelp(
      "The problems to fit; all by default.",
      discussion: "Problems: " + Model.all.map(\.name).joined(separator: ", ")))
  var problems: [String] = []

  @Option(help: "The folder of the data files. (default: the one of the example)")
  var data: String?

  @Option(help: "The folder for the charts and the page.")
  var output = "regression-output"

  @Flag(help: "Print the results as JSON, and nothing else on standard output.")
  var json = false

  func validate() throws {
    for problem in problems where !Model.all.contains(where: { $0.name == problem }) {
      let names = Model.all.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no problem “\(problem)”. The problems are: \(names).")
    }
  }

  func run() throws {
    Interruption.listen()
    let models = Model.all.filter { problems.isEmpty || problems.contains($0.name) }
    var page = try makePage()
    var solutions: [Solution] = []
    var failures = 0

    if !json { say("\(Table.header)\n\(Table.rule)") }
    for (number, model) in models.enumerated() where !Interruption.isRequested {
      let problem: Problem
      do throws(FileError) {
        let file = folder.appendingPathComponent("\(model.name).dat")
        problem = try Problem(path: file.relativePath)
      } catch {
        failures += 1
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        continue
      }
      let both = [1, 2].map { start in
        let status = Status("[\(number + 1)/\(models.count)] \(model.name) from start \(start)")
        let solution = Solution(problem, model, start: start, progress: status.show)
        status.clear()
        if !json { say(Table.row(solution)) }
        return solution
      }
      solutions += both
      try page.add(both)
    }

    let path = try page.finish()
    let good = solutions.count { $0.digits >= wantedDigits }
    if json {
      say(regression.json(solutions))
    } else {
      say(
        """
        \(Table.rule)
        \(good) of \(solutions.count) fits have at least \(wantedDigits) certified digits in \
        every parameter.
        The charts are in \(path)
        """)
    }
    if failures > 0 || good < solutions.count { throw ExitCode.failure }
  }

  private func makePage() throws -> Page {
    do {
      return try Page(folder: URL(fileURLWithPath: output))
    } catch {
      throw ValidationError("The folder “\(output)” cannot be made.")
    }
  }

  /// The data folder; the example's own stands beside its sources.
  private var folder: URL {
    if let data { return URL(fileURLWithPath: data) }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Data/nist")
  }
}

/// A line on the terminal that tells how a fit is going; silent elsewhere.
struct Status {
  private let title: String
  private let isShown = isatty(STDERR_FILENO) == 1

  init(_ title: String) { self.title = title }

  func show(_ iteration: Int, _ sumOfSquares: Double) {
    guard isShown, iteration % 4 == 1 else { return }
    write("\(title): iteration \(iteration), residual sum of squares \(scientific(sumOfSquares))")
  }

  func clear() {
    if isShown { write("") }
  }

  /// Overwrites the line.
  private func write(_ text: String) {
    FileHandle.standardError.write(Data("\r\u{1b}[2K\(text)".utf8))
  }
}
