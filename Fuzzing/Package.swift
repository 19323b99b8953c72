// swift-tools-version: 6.2
import PackageDescription

// Tools/fuzz-input builds and runs this.
let package = Package(
  name: "Fuzzing",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Covector", path: "..")],
  targets: [
    .target(
      name: "FuzzerMain", dependencies: [.product(name: "Covector", package: "Covector")]),
    .executableTarget(
      name: "files",
      dependencies: [
        "FuzzerMain",
        .product(name: "Covector", package: "Covector"),
        .product(name: "CovectorFiles", package: "Covector"),
      ]),
    .executableTarget(
      name: "einsum",
      dependencies: ["FuzzerMain", .product(name: "Covector", package: "Covector")]),
    .executableTarget(
      name: "programs",
      dependencies: [
        "FuzzerMain",
        .product(name: "Covector", package: "Covector"),
        .product(name: "CovectorTesting", package: "Covector"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
