// Compares random programs under random transforms with a plain interpreter:
//
//     swift run -c release fuzz [--programs N] [--seed N] [--from N] [--steps N] [--op NAME ...] [--workers N]
//                               [--instruction-set NAME]
//
// A difference is printed with the number of its program, which `--from` and `--programs 1` repeat.

import Covector
import CovectorFuzzing
import Dispatch
import Foundation
import Synchronization

var programs = 10_000
var seed: UInt64 = 1
var first = 0
var steps = 6
var words: Set<String> = []
var device = Device.current
var workers = ProcessInfo.processInfo.activeProcessorCount

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("fuzz: \(message)\n".utf8))
  exit(2)
}

var arguments = CommandLine.arguments.dropFirst()
while let option = arguments.popFirst() {
  guard let text = arguments.popFirst() else { fail("\(option) needs a value") }
  func number() -> Int {
    guard let number = Int(text), number >= 0 else { fail("\(option) \(text) is not a number") }
    return number
  }
  switch option {
  case "--programs": programs = number()
  case "--seed": seed = UInt64(number())
  case "--from": first = number()
  case "--steps": steps = max(number(), 1)
  case "--workers": workers = max(number(), 1)
  case "--instruction-set":
    do {
      device = try Device(threads: 1, instructionSet: text)
    } catch { fail("\(error)") }
  case "--op":
    guard Fuzz.vocabulary.contains(text) else {
      fail("no operation \(text); there are \(Fuzz.vocabulary.joined(separator: ", "))")
    }
    words.insert(text)
  default:
    fail(
      "unknown option \(option); there are --programs --seed --from --steps --op --workers --instruction-set"
    )
  }
}

var fuzz = Fuzz(seed: seed)
fuzz.steps = steps
fuzz.words = words.isEmpty ? nil : words
let block = 50
let reports = Mutex<[Fuzz.Report]>([])
let blocks = (programs + block - 1) / block
let next = Mutex(0)
let early = Mutex(0)

/// The most memory the process has held, in MiB.
func residentPeak() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
}
let (fuzzer, start, end, place) = (fuzz, first, first + programs, device)
DispatchQueue.concurrentPerform(iterations: workers) { _ in
  while true {
    let number = next.withLock { next in
      defer { next += 1 }
      return next
    }
    guard number < blocks else { return }
    let from = start + number * block
    let report = Device.$current.withValue(place) {
      fuzzer.run(programs: from..<min(from + block, end))
    }
    if number == blocks / 4 { early.withLock { $0 = residentPeak() } }
    for difference in report.differences { print(difference + "\n") }
    reports.withLock { $0.append(report) }
  }
}

var total = Fuzz.Report()
for report in reports.withLock({ $0 }) { total.add(report) }
func table(_ counts: [String: Int]) -> String {
  counts.sorted { $0.value > $1.value }.map { "\($0.key.isEmpty ? "plain" : $0.key): \($0.value)" }
    .joined(separator: "; ")
}
print("operations: \(table(total.operations))")
print("transforms: \(table(total.transforms))")
print("left out: \(table(total.skipped))")
print(
  "\(total.compared) programs compared (\(total.operations.count) operations), "
    + "\(total.differences.count) differences")
print(
  "memory: \(early.withLock { $0 }) MiB at most in the first quarter, \(residentPeak()) MiB in all")
exit(total.differences.isEmpty ? 0 : 1)
