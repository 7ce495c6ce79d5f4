// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Every target is built with these: warnings are errors, and each unsafe call says so.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
]

let package = Package(
  name: "billrun",
  products: [
    .executable(name: "billrun", targets: ["BillRunCLI"]),
    .executable(name: "billrun-serve", targets: ["BillRunServe"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "BillingCore", swiftSettings: settings),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CPango", pkgConfig: "pangocairo",
      providers: [.apt(["libpango1.0-dev", "libcairo2-dev"])]),
    .target(name: "Postgres", dependencies: ["CLibPQ", "CLibCrypto"], swiftSettings: settings),
    .target(name: "Transport", dependencies: ["CCurl", "CLibCrypto"], swiftSettings: settings),
    .target(
      name: "SQLFiles", path: "sql", exclude: ["schema.sql"],
      resources: [.embedInCode("migrations"), .embedInCode("queries")], swiftSettings: settings),
    .target(
      name: "Documents",
      dependencies: [
        "BillingCore", "CPango", "Yams", .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Languages"), .embedInCode("Templates")], swiftSettings: settings),
    .target(
      name: "BillRun",
      dependencies: [
        "BillingCore", "Documents", "Postgres", "SQLFiles", "Transport", "Yams",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "BillRunCLI",
      dependencies: [
        "BillRun", "Postgres",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .target(
      name: "BillRunHTTP",
      dependencies: [
        "BillRun", "BillingCore", "Postgres",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: [.embedInCode("OpenAPI/shapes.json")], swiftSettings: settings),
    .executableTarget(
      name: "BillRunServe",
      dependencies: [
        "BillRun", "BillRunHTTP",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "PricingBench", dependencies: ["BillingCore"], path: "Tests/PricingBench",
      swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["BillingCore", "Postgres", "SQLFiles", "BillRun"],
      path: "Tests/TestSupport", swiftSettings: settings),
    .testTarget(
      name: "BillingCoreTests", dependencies: ["BillingCore", "TestSupport"],
      exclude: ["Examples"], swiftSettings: settings),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "TransportTests", dependencies: ["Transport", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "DocumentsTests", dependencies: ["Documents", "BillingCore"],
      swiftSettings: settings),
    .testTarget(
      name: "BillRunTests", dependencies: ["BillRun", "Documents", "Transport", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "BillRunCLITests", dependencies: ["BillRun", "BillRunCLI", "TestSupport"],
      exclude: ["Transcripts"], swiftSettings: settings),
    .testTarget(
      name: "BillRunHTTPTests",
      dependencies: ["BillRunHTTP", "BillRun", "TestSupport", "Transport"],
      swiftSettings: settings),
    .testTarget(name: "TidyTests", dependencies: ["SQLFiles"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
