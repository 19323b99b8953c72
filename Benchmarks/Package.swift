// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Covector", path: "..")],
  targets: [
    .target(name: "Machine"),
    .executableTarget(
      name: "bench", dependencies: ["Machine", .product(name: "Covector", package: "Covector")]),
  ],
  swiftLanguageModes: [.v6]
)
