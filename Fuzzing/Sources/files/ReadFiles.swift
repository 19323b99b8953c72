// Any bytes, read as a file of each format: they are arrays, or an error in one line, and nothing else.

import Covector
import CovectorFiles
import Foundation
import FuzzerMain

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
  attempt(start, count, read)
}

/// The main function.
@_cdecl("files_main")
public func start(_ count: CInt, _ arguments: Arguments) -> CInt {
  fuzz(count, arguments, tryInput)
}
