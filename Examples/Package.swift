// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// A package of its own, so that what the examples depend on reaches nobody who uses the library.
let package = Package(
  name: "Examples",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "regression", targets: ["regression"])
  ],
  dependencies: [
    .package(name: "Covector", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "regression",
      dependencies: [
        .product(name: "Covector", package: "Covector"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Regression",
      swiftSettings: strict),
    .testTarget(
      name: "RegressionTests",
      dependencies: ["regression"],
      path: "Tests/RegressionTests",
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
