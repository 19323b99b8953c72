// Any bytes, read as a file of each format: they are arrays, or an error in one line, and nothing else.

import Covector
import CovectorFiles
import Foundation
import FuzzerMain

/// Memory is limited: a small file must not lead to large arrays.
private let device = try? Device(
  threads: 1, instructionSet: nil, cacheLimit: 0, memoryLimit: 1 << 26)

/// The file that readers of paths are given; in memory where the system has such a folder.
private let path: String = {
  let folder =
    FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
  return "\(folder)/covector-input-\(getpid())"
}()

private func read(_ bytes: [UInt8]) throws {
  guard let format = bytes.first else { return }
  let content = Array(bytes.dropFirst())
  if format % 4 == 0 {
    eval(try NpyFile.decode(content))
    return
  }
  FileManager.default.createFile(atPath: path, contents: Data(content))
  switch format % 4 {
  case 1: eval(try NpyFile.read(path))
  case 2: eval(try NpzFile(path).arrays())
  default: eval(try SafetensorsFile(path).arrays())
  }
}

/// Tries one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func tryInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let device else { fatalError("there is no device") }
  Device.$current.withValue(device) {
    do {
      try checked { try read(bytes) }
    } catch let error as ArrayError {
      let text = error.summary
      if text.contains("\n") { fatalError("an error of several lines: \(text)") }
    } catch {
      fatalError("an error of another sort: \(error)")
    }
  }
  return 0
}

/// The main function.
@_cdecl("files_main")
public func start(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments, tryInput)
}
