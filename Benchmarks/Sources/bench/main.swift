// Times workloads for compare.py. Reads lines `NAME<tab>REPETITIONS` and answers each with one line: the
// microseconds of every repetition, and the sum of the absolute values of the result.

import Covector
import Foundation

let clock = ContinuousClock()

while let line = readLine() {
  let parts = line.split(separator: "\t")
  guard parts.count == 2, let repetitions = Int(parts[1]), let work = workload(String(parts[0]))
  else {
    print("unknown")
    continue
  }
  let result = work.run()
  let check = abs(result.asType(.float64)).sum().item(Double.self)
  var times: [Double] = []
  for _ in 0..<repetitions {
    let elapsed = clock.measure { eval(work.run()) }
    let (seconds, attoseconds) = elapsed.components
    times.append(Double(seconds) * 1e6 + Double(attoseconds) * 1e-12)
  }
  print("\(check) " + times.map { "\($0)" }.joined(separator: " "))
  // A pipe is buffered: the other side would wait forever.
  fflush(nil)
}
