// Pictures made of pixels: read from PPM, written as PNG.

import Foundation

/// Rows of pixels of three bytes each, from the top.
package struct Raster: Equatable {
  package let width: Int
  package let height: Int
  /// Red, green and blue of each pixel.
  package var bytes: [UInt8]

  package init(width: Int, height: Int, bytes: [UInt8]) {
    precondition(bytes.count == width * height * 3)
    (self.width, self.height, self.bytes) = (width, height, bytes)
  }

  /// Reads a binary PPM file (P6) with one byte a sample.
  package init(ppm path: String) throws {
    let data: [UInt8]
    do {
      data = try [UInt8](Data(contentsOf: URL(filePath: path)))
    } catch {
      throw UserError("The image “\(path)” cannot be read.")
    }
    var place = 0
    func word() -> String {
      while place < data.count, data[place] <= 0x20 || data[place] == 0x23 {
        // A comment reaches to the end of its line.
        if data[place] == 0x23 { while place < data.count, data[place] != 0x0a { place += 1 } }
        place += 1
      }
      let start = place
      while place < data.count, data[place] > 0x20 { place += 1 }
      return String(decoding: data[min(start, data.count)..<place], as: UTF8.self)
    }
    guard word() == "P6", let width = Int(word()), let height = Int(word()), word() == "255",
      (1...10_000).contains(width), (1...10_000).contains(height),
      data.count - place - 1 >= width * height * 3
    else { throw UserError("“\(path)” is not a binary PPM image (P6) with one byte a sample.") }
    self.init(
      width: width, height: height,
      bytes: Array(data[(place + 1)..<(place + 1 + width * height * 3)]))
  }

  /// The picture as a PNG file, not compressed (ISO/IEC 15948).
  package var png: [UInt8] {
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)
      rows += bytes[(row * width * 3)..<((row + 1) * width * 3)]
    }
    // A zlib stream of stored blocks.
    var stream: [UInt8] = [0x78, 0x01]
    var rest = rows[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      let count = UInt16(block.count)
      stream += [rest.isEmpty ? 1 : 0]
      stream += [count, ~count].flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
      stream += block
    } while !rest.isEmpty
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in rows {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    stream += bigEndian(b << 16 | a)
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header)
      + chunk("IDAT", stream) + chunk("IEND", [])
  }

  /// The picture as an address that holds it.
  package var dataURI: String { "data:image/png;base64,\(Data(png).base64EncodedString())" }
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
}

private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
  let body = type.utf8 + data
  var sum = UInt32.max
  for byte in body {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
  }
  return bigEndian(UInt32(data.count)) + body + bigEndian(~sum)
}

/// Numbers as colours, from dark blue for the least to yellow for the largest.
package func heatmap(_ rows: [[Double]]) -> Raster {
  let finite = rows.joined().filter(\.isFinite)
  let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
  let stops: [[Double]] = [
    [13, 22, 84], [47, 72, 160], [80, 148, 182], [150, 206, 168], [252, 231, 120],
  ]
  var bytes: [UInt8] = []
  for number in rows.joined() {
    let share = high > low && number.isFinite ? (number - low) / (high - low) : 0
    let place = share * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    for (a, b) in zip(stops[index], stops[index + 1]) {
      bytes.append(UInt8(a + (b - a) * (place - Double(index))))
    }
  }
  return Raster(width: rows.first?.count ?? 0, height: rows.count, bytes: bytes)
}
