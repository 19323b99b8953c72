// Runs workloads for compare.py: reads a command a line from standard input, answers with one line.
//
//   check NAME<tab>FILE   runs the workload and writes its results to the file, as floats
//   time NAME<tab>COUNT   runs it twice, then COUNT times: microseconds of each
//   floor                 bytes copied and operations done in a microsecond
//
// `bench first` prints the first per-example gradient of a fresh process, and ends; `bench smoke` runs
// every workload once; `bench tasks` compares one task with eight; `bench overheads` tells what small calls
// cost. `bench processor` answers commands on one thread, in processor time, which others on the machine
// disturb less.

import Covector
import Foundation

/// A pipe is buffered: the other side would wait forever.
func answer(_ line: String) {
  print(line)
  fflush(nil)
}

/// Answers commands.
struct Session {
  /// Whether processor time is what is told.
  let isAlone: Bool
  /// The workload made last; the inputs of others would only be in its way.
  private var made: (name: Substring, work: Workload)?

  init(isAlone: Bool) { self.isAlone = isAlone }

  private func measure(_ body: () -> Void) -> Double {
    isAlone ? processorMicroseconds(body) : microseconds(body)
  }

  private mutating func work(_ name: Substring) -> Workload? {
    if let made, made.name == name { return made.work }
    made = nil
    guard let work = workloads[String(name)]?() ?? linearAlgebra(name) else { return nil }
    made = (name, work)
    return work
  }

  mutating func run(_ command: [Substring]) throws {
    switch command[0] {
    case "floor":
      let floor = Floor(threads: 2)
      answer("\(floor.copyRate()) \(floor.multiplyAddRate())")
    case "check":
      guard let work = work(command[1]) else { return answer("unknown") }
      var data = Data()
      for result in work() {
        result.asType(.float32).array(of: Float.self).withUnsafeBytes {
          data.append(contentsOf: $0)
        }
      }
      try data.write(to: URL(fileURLWithPath: String(command[2])))
      answer("ok")
    case "time":
      guard let work = work(command[1]), let count = Int(command[2]) else {
        return answer("unknown")
      }
      for _ in 0..<2 { eval(work()) }
      let times = (0..<count).map { _ in measure { eval(work()) } }
      answer(times.map { "\($0)" }.joined(separator: " "))
    default:
      answer("unknown")
    }
  }
}

if CommandLine.arguments.dropFirst().first == "tasks" {
  answer(try await compareTasks())
  exit(0)
}

let isAlone = CommandLine.arguments.dropFirst().first == "processor"
let device = try Device(threads: isAlone ? 1 : 2, instructionSet: nil)
try Device.$current.withValue(device) {
  switch CommandLine.arguments.dropFirst().first {
  case "first":
    let gradients = perExampleGradients()()
    answer("\(gradients[1].flattened()[0].item(Float.self))")
  case "overheads":
    answer(overheads())
  case "smoke":
    for (name, make) in workloads.sorted(by: { $0.key < $1.key }) {
      let work = make()
      answer("\(name): \(microseconds { eval(work()) }) µs")
    }
  default:
    var session = Session(isAlone: isAlone)
    while let line = readLine() { try session.run(line.split(separator: "\t")) }
  }
}
