// Programs on disk: what is written by one is read by another, and damage is named.

import Covector
import CovectorFiles
import Foundation
import Testing

@Suite struct ProgramFilePathTests {
  @Test func programsComeBackFromDisk() throws {
    let weights = NDArray([1.0, 2.0, 3.0])
    let file = ProgramFile([
      "loss": trace { (x: NDArray) in square(weights * x).sum() }(NDArray([0.0, 0.0, 0.0]))
    ])
    try withFolder { folder in
      let path = folder + "/model.program"
      try file.write(to: path)
      let again = try ProgramFile(path: path)
      let loss = try #require(again["loss"])
      let x = NDArray([1.0, -1.0, 0.5])
      #expect(loss(x)[0].item(Double.self) == 7.25)
      let slopes = grad { (x: NDArray) in loss(x)[0] }(x)
      #expect(slopes.array(of: Double.self) == [2, -8, 9])
      let bytes = try Data(contentsOf: URL(filePath: path))
      try bytes.dropLast().write(to: URL(filePath: path))
      #expect(
        failure { _ = try ProgramFile(path: path) }.hasPrefix("[ProgramFile] the file is damaged"))
      #expect(
        failure { _ = try ProgramFile(path: folder + "/none") }.hasPrefix("[ProgramFile]"))
    }
  }
}
